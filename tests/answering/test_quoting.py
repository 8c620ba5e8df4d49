"""Quoting: verbatim, sourced, and silent where the passages do not answer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.answering.quoting import Quoter
from assistant.answering.terms import covered, terms
from assistant.build import Engine
from assistant.domain.maturity import Language
from assistant.library.documents import Locator
from assistant.library.hashed import HashedEmbedder

DATA = Path(__file__).parent / "data"


@dataclass
class Passage:
    id: str
    sentences: tuple[str, ...]
    language: Language = "en"
    title: str = "Sensors"
    topic: str = "iot"
    locator: Locator = field(default_factory=Locator)

    @property
    def document(self) -> str:
        return self.id.partition("#")[0]

    @property
    def text(self) -> str:
        return " ".join(self.sentences)


@dataclass
class Hit:
    passage: Passage
    score: float
    border: float | None = None
    rating: float = 0.0
    told: dict[int, float] = field(default_factory=dict)


def asked(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def fake() -> Quoter:
    """Word overlap stretched to the range of E5's cosines."""
    words = HashedEmbedder(dimension=512)

    def vectors(texts: Sequence[str]) -> Any:
        raw = words.queries(texts)
        lifted = np.hstack([np.full((len(texts), 1), 2.0, np.float32), raw])
        return lifted / np.linalg.norm(lifted, axis=1, keepdims=True)

    return Quoter(vectors, vectors)


PASSAGES = [
    Hit(Passage("a.en#mqtt-1", ("Machines send data.", "MQTT is a way of sending messages.", "It is light.")), 0.9),
    Hit(Passage("a.en#more-1", ("The broker passes messages on.", "MQTT is a way of sending messages.")), 0.86),
    Hit(Passage("b.en#oil-1", ("A lathe needs oil.",), title="Oil", topic=""), 0.78),
]


def test_the_defining_sentence_is_quoted_once_with_its_passage() -> None:
    answer = fake().answer("What is MQTT?", PASSAGES, "en")
    assert answer.answered
    assert answer.topic == "iot"
    assert answer.sentences[0].text == "MQTT is a way of sending messages."
    assert answer.sentences[0].passage == "a.en#mqtt-1"
    assert len({quote.text for quote in answer.sentences}) == len(answer.sentences) <= 4
    held = {hit.passage.id: hit.passage.text for hit in PASSAGES}
    assert all(quote.text in held[quote.passage] for quote in answer.sentences)
    assert answer.text.replace("\n\n", " ") == " ".join(quote.text for quote in answer.sentences)


@pytest.mark.parametrize("question", ["", "   ", "Who is the king of Spain?", "Hvornår går bussen?"])
def test_without_support_there_is_no_text_but_the_nearest_passages(question: str) -> None:
    answer = fake().answer(question, [Hit(hit.passage, 0.7) for hit in PASSAGES], "en")
    assert (answer.answered, answer.text, answer.sentences, answer.topic) == (False, "", (), "")
    assert [hit.passage.id for hit in answer.nearest] == [hit.passage.id for hit in PASSAGES]


def test_a_definition_comes_before_what_merely_sounds_like_the_question() -> None:
    passage = Passage(
        "a.en#b-1", ("What MQTT does is wonderful.", "In short.", "MQTT is a light way of sending messages.")
    )
    best = fake().answer("What is MQTT?", [Hit(passage, 0.9)], "en")
    plain = fake().answer("Is MQTT wonderful?", [Hit(passage, 0.9)], "en")
    assert "MQTT is a light way of sending messages." in best.text
    assert "MQTT is a light way of sending messages." not in plain.text


def test_what_lies_beyond_one_library_may_be_answered_by_another() -> None:
    shipped = Hit(Passage("c.en#oil-1", ("A lathe needs oil.",), title="Oil"), 0.9, border=-0.2)
    assert not fake().answer("What is MQTT?", [shipped], "en").answered
    answer = fake().answer("What is MQTT?", [shipped, PASSAGES[0]], "en")
    assert {quote.passage for quote in answer.sentences} == {"a.en#mqtt-1"}


def test_nothing_found_is_no_answer() -> None:
    assert not fake().answer("What is MQTT?", [], "en").answered


def test_the_form_of_the_command_line() -> None:
    data = fake().answer("What is MQTT?", PASSAGES, "en").as_json()
    assert list(data) == ["answer", "sentences", "passages", "answered", "language", "engine"]
    assert data["sentences"][0] == {"text": "MQTT is a way of sending messages.", "cited": ["a.en#mqtt-1"]}
    assert list(data["passages"][0]) == ["id", "document", "locator", "text", "score"]
    assert data["engine"] == "quoting"
    json.dumps(data)


@pytest.mark.parametrize(
    ("language", "wanted", "text", "found"),
    [
        ("da", "Hvad koster sensorer?", "En sensor og dens sensordata.", {"sensor"}),
        ("da", "svejserobot", "Robotten kører.", {"svejserobot"}),
        ("en", "How do machines stop?", "The machine was stopped.", {"machin", "stop"}),
        ("en", "What is it?", "It is this.", set()),
    ],
)
def test_terms(language: Language, wanted: str, text: str, found: set[str]) -> None:
    assert covered(terms(wanted, language), terms(text, language)) == found


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tune", "held"])
def test_the_shipped_library_answers_what_it_can_and_nothing_else(engine: Engine, name: str) -> None:
    rows = asked(name)
    answers = {row["id"]: engine.ask(row["question"], row["language"]) for row in rows}
    good = [row for row in rows if row["answered"]]
    bad = [row for row in rows if not row["answered"]]
    assert sum(answers[row["id"]].answered for row in good) >= 0.85 * len(good)
    assert sum(not answers[row["id"]].answered for row in bad) >= 0.85 * len(bad)
    said = [(row, answers[row["id"]]) for row in good if answers[row["id"]].answered]
    for row, answer in said:
        for quote in answer.sentences:
            passage = engine.library().passage(quote.passage)
            assert passage
            assert quote.text in passage.text
            assert passage.language == row["language"]
    right = [row for row, answer in said if any(text.lower() in answer.text.lower() for text in row["holds"])]
    assert len(right) >= 0.8 * len(said)
    topics = [
        row["topic"] if isinstance(row["topic"], list) else [row["topic"]] for row, _ in said
    ]  # two texts may answer
    assert sum(answer.topic in right for right, (_, answer) in zip(topics, said, strict=True)) >= 0.9 * len(said)


def test_the_sentence_that_is_known_to_answer_comes_first():
    """By words alone "A lathe needs oil." is as far from the question as the others; it is known to answer a like one."""
    passage = Passage(
        "a.en#oil-1", ("The oil is changed by a man.", "A lathe needs oil.", "Oil is sold in cans."), title="Oil"
    )
    plain = fake().answer("Why does the oil smell?", [Hit(passage, 0.9, border=0.1)], "en")
    noted = fake().answer("Why does the oil smell?", [Hit(passage, 0.9, border=0.1, told={1: 1.2})], "en")
    assert plain.answered
    assert noted.answered
    assert "A lathe needs oil." in noted.text
    assert noted.sentences[0] != plain.sentences[0] or len(noted.sentences) < len(plain.sentences)


def test_a_question_is_quoted_only_to_whom_asks_what_to_ask(engine):
    polite = engine.ask("Må jeg lige spørge, hvad koster det her?", "da")
    assert polite.answered
    assert not [quote.text for quote in polite.sentences if quote.text.endswith("?")]
    assert any(
        quote.text.endswith("?") for quote in engine.ask("What should I ask a supplier of sensors?", "en").sentences
    )


def test_who_asks_for_an_amount_hears_it_first(engine):
    assert engine.ask("what does this cost me?", "en").sentences[0].text.startswith("Vejviser costs you nothing")
