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


def ends(certain: float) -> tuple[int, int]:
    heard = Told([Piece(TEXT, 0)], certain)
    (answer,) = ItemReader(Learnt()).read(TEXT, heard, ITEM, correction=False, surely=False, sides=True)
    return answer.low, answer.high


def test_parts_on_different_stages_make_a_range():
    assert ends(0.98) == (1, 4)


def test_what_is_hardly_believed_makes_no_range():
    low, high = ends(0.06)
    assert low == high


@pytest.mark.parametrize("weaker", [(0.2, 0.9, 0.95), (0.95, 0.02, 0.95), (0.95, 0.9, 0.3)])
def test_each_sign_counts(weaker):
    assert belief(*weaker) < belief(0.95, 0.9, 0.95)
    assert belief(0.95, 0.9, 0.95) > SETTLED
