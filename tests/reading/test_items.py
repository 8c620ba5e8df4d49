"""How far an answer is believed, and that a range, which is recorded at once, is read only from what is believed."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.reading.items import SETTLED, ItemReader, belief
from assistant.reading.segments import Piece
from assistant.reading.telling import Told

ITEM = "technology.machines"
TEXT = "The new hall runs alone, the old one by hand."


class Learnt:
    """Two parts that are each sure of their stage, and a sign that parts of the firm differ."""

    items = [ITEM, "technology.systems"]

    def features(self, texts):
        return list(texts)

    word_features = features

    def about(self, texts):
        return np.tile([0.98, 0.01, 0.01], (len(texts), 1))

    def stage_probabilities(self, item, texts):
        rows = np.full((len(texts), 6), 0.002)
        for row, text in zip(rows, texts, strict=True):
            row[1 if "hand" in text and "new" not in text else 4] = 0.99
        return rows

    def parted(self, texts):
        return np.full(len(texts), 0.9)

    def words_tell(self, texts):
        return np.full(len(texts), 0.9)


def ends(certain: float, parted: float = 0.9) -> tuple[int, int]:
    heard, learnt = Told([Piece(TEXT, 0)], certain), Learnt()
    learnt.parted = lambda texts: np.full(len(texts), parted)
    (answer,) = ItemReader(learnt).read(TEXT, heard, ITEM, correction=False, surely=False)
    return answer.low, answer.high


def test_parts_on_different_stages_make_a_range():
    assert ends(0.98) == (1, 4)


def test_a_side_that_is_hardly_about_the_item_makes_no_range(monkeypatch):
    monkeypatch.setattr(
        Learnt,
        "about",
        lambda self, texts: np.array([[0.98 if "new" in text else 0.002, 0.01, 0.01] for text in texts]),
    )
    assert ends(0.98, 0.3) == (4, 4)


@pytest.mark.parametrize("parted", [0.02, 0.2])
def test_one_way_of_working_told_in_two_sentences_makes_no_range(parted):
    assert ends(0.98, parted) == (4, 4)


def test_what_is_hardly_believed_makes_no_range():
    low, high = ends(0.06)
    assert low == high


@pytest.mark.parametrize("weaker", [(0.2, 0.9, 0.95), (0.95, 0.02, 0.95), (0.95, 0.9, 0.3)])
def test_each_sign_counts(weaker):
    assert belief(*weaker) < belief(0.95, 0.9, 0.95)
    assert belief(0.95, 0.9, 0.95) > SETTLED


class Elsewhere(Learnt):
    """Words about another item than was asked, with the given probability."""

    def __init__(self, own: float, other: float) -> None:
        self.row = [own, other, 1 - own - other]

    def about(self, texts):
        return np.tile(self.row, (len(texts), 1))


class Rows(list):
    """Features as the texts themselves."""

    def row(self, number):
        return Rows([self[number]])


def read_elsewhere(own: float, other: float, *, known: bool = False) -> list[str]:
    learnt = Elsewhere(own, other)
    learnt.features = learnt.word_features = Rows
    text = "Orders and stock are a pile of loose sheets."
    heard = Told([Piece(text, 0)], 0.98)
    said = ItemReader(learnt).read(
        text, heard, ITEM, correction=False, surely=False, known=["technology.systems"] if known else []
    )
    return [answer.item for answer in said]


def test_words_about_another_item_are_no_answer_to_what_was_asked():
    assert read_elsewhere(0.3, 0.6) == [ITEM]
    assert read_elsewhere(0.01, 0.6) == []
    assert read_elsewhere(0.01, 0.9) == ["technology.systems"]


def test_what_is_known_already_is_heard_earlier():
    """It can only lead to a question: what contradicts the profile is asked about."""
    assert read_elsewhere(0.01, 0.7) == []
    assert read_elsewhere(0.01, 0.7, known=True) == ["technology.systems"]
