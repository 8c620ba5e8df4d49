"""Word vectors in one bit a dimension: how well each word of a question is met by some word of a passage.

Knows bits and numbers, no model and no index. The sum of the best matches is late interaction as in ColBERT (Khattab and
Zaharia 2020, https://doi.org/10.1145/3397271.3401075); here on the middle layers of the ordinary embedding model, where
words of two languages that mean the same lie close. A word is kept as the signs of its centred vector, and the share of
signs that agree stands for the angle (Charikar 2002, https://doi.org/10.1145/509907.509965).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Bits = NDArray[np.uint64]
"""Words of one text, (n, d / 64): d signs of each."""
_WORD = re.compile(r"\w+(?:[.,]\d+)*")
_AT_ONCE, _LONGEST = 200, 200  # passages, and words of a query: what bounds the memory of a comparison
_WORDS, _STARTS = "words.npy", "starts.npy"


def pooled(text: str, offsets: NDArray[np.int64], states: Vectors) -> Vectors:
    """One vector for each word of `text`, the mean of its tokens: (n, d).

    Args:
        text: What was embedded.
        offsets: Where each token stands in `text`, (tokens, 2); a token outside of it has no length.
        states: A vector for each token, (tokens, d).
    """
    spans = np.array([word.span() for word in _WORD.finditer(text)], np.int64).reshape(-1, 2)
    if not len(spans):
        return np.zeros((0, states.shape[1]), np.float32)
    place = (
        np.searchsorted(spans[:, 0], offsets[:, 1], side="left") - 1
    )  # the last word that begins before the token ends
    inside = (offsets[:, 1] > offsets[:, 0]) & (place >= 0) & (offsets[:, 0] < spans[np.maximum(place, 0), 1])
    place, states = place[inside], states[inside]
    if not len(place):
        return np.zeros((0, states.shape[1]), np.float32)
    first = np.flatnonzero(np.diff(place, prepend=-1))
    counts = np.diff(np.append(first, len(place)))
    return np.asarray(np.add.reduceat(states, first, axis=0) / counts[:, None], np.float32)


def signs(vectors: Vectors, centre: Vectors) -> Bits:
    """The signs of `vectors` (n, d) around `centre` (d,), packed; d is filled up to whole 64s."""
    packed = np.packbits(vectors > centre, axis=1)
    short = -packed.shape[1] % 8
    return np.ascontiguousarray(np.pad(packed, ((0, 0), (0, short)))).view(np.uint64)


class WordStore:
    """The words of many passages, read from a folder when they are needed."""

    def __init__(self, folder: Path, dimension: int) -> None:
        """Raises OSError or ValueError when the folder does not hold them."""
        self._words = np.load(folder / _WORDS, mmap_mode="r").view(np.ndarray)  # a slice of a memmap is dear
        self._starts = np.load(folder / _STARTS)
        self._dimension = dimension
        if self._words.shape[0] != self._starts[-1]:
            raise ValueError(f"{folder / _WORDS}: holds {self._words.shape[0]} words instead of {self._starts[-1]}")

    @staticmethod
    def write(folder: Path, passages: Iterable[Bits]) -> None:
        """Writes the words of all passages, in their order."""
        parts = list(passages)
        width = max((part.shape[1] for part in parts), default=1)
        parts = [part if part.shape[1] == width else np.zeros((0, width), np.uint64) for part in parts]
        np.save(folder / _WORDS, np.concatenate([np.zeros((0, width), np.uint64), *parts]))
        np.save(folder / _STARTS, np.cumsum([0, *(len(part) for part in parts)], dtype=np.int64))

    def agreement(self, query: Bits, numbers: Sequence[int]) -> Vectors:
        """For each passage in `numbers` the mean over the query's words of the best agreement, -1 to 1.

        0 for a passage without words, or a query without. Of a very long query the first words count.
        """
        parts = [numbers[first : first + _AT_ONCE] for first in range(0, len(numbers), _AT_ONCE)]
        return np.concatenate([np.zeros(0, np.float32), *(self._agreement(query[:_LONGEST], part) for part in parts)])

    def _agreement(self, query: Bits, numbers: Sequence[int]) -> Vectors:
        agreed = np.zeros(len(numbers), np.float32)
        chosen = np.asarray(numbers, np.int64)
        sizes = self._starts[chosen + 1] - self._starts[chosen] if len(numbers) else np.zeros(0, np.int64)
        full = np.flatnonzero(sizes)
        if not len(query) or not len(full) or query.shape[1] != self._words.shape[1]:
            return agreed
        held = np.concatenate([self._words[self._starts[n] : self._starts[n + 1]] for n in chosen[full]])
        columns = np.ascontiguousarray(held.T)
        apart = np.zeros((len(query), len(held)), np.uint16)
        for one, word in zip(apart, query, strict=True):  # a word at a time: what it needs stays in the nearest cache
            for column, bits in zip(columns, word, strict=True):
                one += np.bitwise_count(column ^ bits)  # noqa: PLW2901 - adds in place
        begins = np.concatenate([[0], np.cumsum(sizes[full])[:-1]])
        least = np.minimum.reduceat(apart, begins, axis=1).mean(axis=0)
        agreed[full] = 1.0 - 2.0 * least / self._dimension
        return agreed
