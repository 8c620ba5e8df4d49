"""A question asked with what it is about and without: both ways count, and the talk stays in its text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.library.documents import Locator
from assistant.library.index import Hit
from assistant.library.passages import Passage
from assistant.library.together import searched, together


def hit(name: str, rating: float, border: float | None = None) -> Hit:
    text = f"Of {name}."
    passage = Passage(f"{name}.en#x-1", f"{name}.en", name, "en", "", Locator(heading=(name,)), text, ((0, len(text)),))
    return Hit(passage, 0.8, rating, Path(f"{name}.md"), border=border)


def names(hits: list[Hit]) -> list[str]:
    return [one.passage.title for one in hits]


def test_the_mean_of_both_ways_orders():
    within = [hit("told", 1.2), hit("both", 1.15), hit("far", 0.9)]
    alone = [hit("asked", 1.2), hit("both", 1.15), hit("far", 0.9)]
    assert names(together(within, alone, [], 3)) == ["both", "told", "asked"]
    assert together(within, alone, [], 1)[0].rating == pytest.approx(1.15)


def test_the_text_that_the_talk_is_about_comes_first_among_equals():
    held = [hit("other", 1.0), hit("same", 0.99), hit("far", 0.9)]
    assert names(together(held, held, [], 2)) == ["other", "same"]
    assert names(together(held, held, [hit("same", 1.3)], 2)) == ["same", "other"]


def test_what_only_one_way_finds_is_enough():
    assert names(together([], [hit("asked", 1.0)], [], 5)) == ["asked"]
    assert together([], [], [], 5) == []


def test_the_wider_border_and_the_nearer_question_count():
    within = [replace(hit("a", 1.0, border=-0.1), told={0: 0.9})]
    alone = [replace(hit("a", 1.0, border=0.05), told={0: 1.0, 1: 0.8})]
    (found,) = together(within, alone, [], 5)
    assert found.border == 0.05
    assert found.told == {0: 1.0, 1: 0.8}
    assert together([hit("own", 1.0)], alone, [], 5)[0].border is None


def test_a_question_about_something_is_asked_with_it_and_without():
    asked = []

    def search(query, k, language):
        asked.append(query)
        assert language == "da"
        return [hit(query, 1.0)][:k]

    assert names(searched(search, "hvad koster det?", "", "da", 5)) == ["hvad koster det?"]
    found = names(searched(search, "hvad koster det?", "følere", "da", 5))
    assert asked[1:] == ["følere hvad koster det?", "hvad koster det?", "følere"]
    assert found == ["følere hvad koster det?", "hvad koster det?"]
