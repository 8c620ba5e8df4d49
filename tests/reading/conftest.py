"""Readers for these tests: the cues and names of the project, and one reader whose head knows no items."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pytest

from assistant.content import Knowledge, root
from assistant.domain.acts import AnyAct
from assistant.domain.maturity import LANGUAGES, MaturityModel
from assistant.domain.state import Asked
from assistant.reading import grams
from assistant.reading.cues import Cues
from assistant.reading.guard import Guard
from assistant.reading.head import Head
from assistant.reading.lexicon import Lexicon
from assistant.reading.rules import Context, RuleReader

KNOWLEDGE = Knowledge(root())


@pytest.fixture(scope="session")
def model() -> MaturityModel:
    return KNOWLEDGE.model


@pytest.fixture(scope="session")
def cues() -> Mapping[str, Cues]:
    return {language: Cues(KNOWLEDGE.reading(f"cues.{language}"), f"cues.{language}.yaml") for language in LANGUAGES}


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return Lexicon(KNOWLEDGE.reading("lexicon"), "lexicon.yaml")


LABELS = {
    "barrier": ["", *sorted(barrier.id for barrier in KNOWLEDGE.model.barriers)], "ruled_out": ["no", "yes"],
    "technology": ["", *sorted(technology.id for technology in KNOWLEDGE.model.technologies)],
    "use": list("012345"), "interested": ["no", "unknown", "yes"],
    "turn": ["aside", "employees", "language", "later", "progress", "skip", "stop", "unknown", "answer"],
}  # fmt: skip


class Ear:
    """Leaves the judgement to the cues: sure of nothing, against nothing."""

    def tells(self, texts):
        return np.full(len(texts), 0.45, np.float32)

    words_tell = tells


@pytest.fixture(scope="session")
def guard(model, cues, lexicon) -> Guard:
    return Guard(model, cues, lexicon, Ear())


@pytest.fixture(scope="session")
def nameless(model, cues, lexicon) -> RuleReader:
    """A reader that reads cues and names as ever but takes nothing to be about an item."""
    n, size = len(model.order), 2 + grams.SIZE
    arrays = {
        "centre": np.zeros((1, 2)), "rarity": np.ones(grams.SIZE), "sharpness": np.float32(1),
        "item_weights": np.zeros((n + 1, size)), "item_bias": np.eye(n + 1)[n] * 20,
        "stage_weights": np.zeros((n, 6, size)), "stage_bias": np.zeros((n, 6)),
        "kind_weights": np.zeros((2, size)), "kind_bias": np.zeros(2),
        "word_weights": np.zeros((2, grams.SIZE)), "word_bias": np.zeros(2),
        "parted_weights": np.zeros((1, size)), "parted_bias": np.full(1, -9.0),
        **{f"{what}_weights": np.zeros((len(names), size)) for what, names in LABELS.items()},
        **{f"{what}_bias": np.zeros(len(names)) for what, names in LABELS.items()}, "turn_bias": np.eye(9)[8] * 20,
    }  # fmt: skip
    flat = {name: np.asarray(array, dtype=np.float32) for name, array in arrays.items()}
    head = Head(model.order, flat, lambda texts: np.zeros((len(texts), 1, 2), dtype=np.float32), LABELS)
    return RuleReader(model, head, cues, lexicon)


@pytest.fixture(scope="session")
def read(nameless) -> Callable[..., list[AnyAct]]:
    """Acts of a text by cues and names alone."""

    def reading(text: str, language: str = "en", asked: str = "story", **more) -> list[AnyAct]:
        return nameless.read(text, Context(language, Asked(id=asked) if asked else None, **more))

    return reading
