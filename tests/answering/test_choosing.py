"""Choosing sentences: repeats are left out, a recipe is said whole to whom asks for the way."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import pytest

from assistant.answering.choosing import Candidate, asks_how, chosen
from assistant.domain.maturity import Language

RECIPE = "Old parts can be made again.\n\n1. Measure the part.\n2. Ask why it broke.\n3. Draw it.\n4. Print two.\n\nKeep notes."


@dataclass(frozen=True)
class Passage:
    text: str
    id: str = "a.en#b-1"
    document: str = "a.en"
    title: str = "A"
    language: Language = "en"
    topic: str = ""
    locator: Any = field(default=None)

    @property
    def sentences(self) -> tuple[str, ...]:
        return tuple(re.sub(r"^\d\. ", "", line) for line in self.text.split("\n") if line)


def candidates(passage: Passage, *cosines: float) -> list[Candidate]:
    return [
        Candidate(passage, 0, place, text, cosine, cover=0.0, defines=False, titled=0.0)
        for place, (text, cosine) in enumerate(zip(passage.sentences, cosines, strict=True))
    ]


def said(found: list[Candidate]) -> list[str]:
    return [one.text for one in sorted(found, key=lambda one: one.place)]


def test_who_asks_for_the_way_hears_the_list_whole():
    held = candidates(Passage(RECIPE), 0.70, 0.90, 0.80, 0.80, 0.88, 0.70)
    whole = ["Measure the part.", "Ask why it broke.", "Draw it.", "Print two."]
    assert said(chosen(held, held[1], 2, steps=True)) == whole
    assert said(chosen(held, held[1], 2, steps=False)) == ["Measure the part.", "Print two."]


def test_what_stands_beside_the_list_is_no_reason_to_say_it():
    held = candidates(Passage(RECIPE), 0.90, 0.85, 0.70, 0.70, 0.70, 0.90)
    assert said(chosen(held, held[0], 5, steps=True)) == [
        "Old parts can be made again.",
        "Measure the part.",
        "Keep notes.",
    ]


def test_two_lines_are_no_recipe():
    held = candidates(Passage("1. Measure the part.\n2. Draw it.\nKeep notes."), 0.90, 0.70, 0.70)
    assert said(chosen(held, held[0], 5, steps=True)) == ["Measure the part."]


def test_what_has_been_said_in_nearly_the_same_words_is_not_said_again():
    held = candidates(
        Passage("The meeting comes after that.\nThe meeting comes after that, and it is short.\nBring the plan."),
        0.90, 0.89, 0.88,
    )  # fmt: skip
    assert said(chosen(held, held[0], 5, steps=False)) == ["The meeting comes after that.", "Bring the plan."]


@pytest.mark.parametrize(
    ("question", "way"),
    [
        ("How do we get a broken part printed?", True),
        ("How many parts are there?", False),
        ("How long does it take?", False),
        ("Hvordan griber vi det an?", True),
        ("Hvad skal vi gøre?", True),
        ("Hvor mange dele er der?", False),
        ("What is a part?", False),
    ],
)
def test_whether_the_way_is_asked_for(question, way):
    assert asks_how(question) is way
