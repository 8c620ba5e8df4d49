"""Texts to measure on: the shipped passages as a folder of Markdown files, and many more passages sampled from them.

Everything comes from the project and from fixed seeds. Times nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.library.passages import Passage
from assistant.library.words import Bits

Vectors = NDArray[np.float32]
_A_FILE = 10
_MINE = 0.6  # of the one passage in the mixture, the rest is of the other
_NOISE = 0.15  # length of the noise beside a unit vector
_MASKS = 4096


def spread(passages: Sequence[Passage], count: int) -> list[Passage]:
    """At most `count` of the passages, evenly spread over all."""
    places = np.linspace(0, len(passages) - 1, min(count, len(passages))).round().astype(int)
    return [passages[place] for place in sorted(set(places.tolist()))]


def written(passages: Sequence[Passage], folder: Path) -> list[Path]:
    """The passages as Markdown files of one language each, a few passages a file."""
    folder.mkdir(parents=True)
    paths = []
    for language, mine in groupby(sorted(passages, key=lambda passage: passage.language), key=lambda p: p.language):
        held = list(mine)
        for number, first in enumerate(range(0, len(held), _A_FILE), start=1):
            part = held[first : first + _A_FILE]
            texts = [f"# {part[0].title}"]
            texts += [f"## {passage.locator.heading[-1]}\n\n{passage.text}" for passage in part]
            paths.append(folder / f"part-{number:03}.{language}.md")
            paths[-1].write_text("\n\n".join(texts) + "\n", encoding="utf-8")
    return paths


@dataclass(frozen=True, slots=True)
class Embedded:
    """Passages with what the model saw in them."""

    passages: Sequence[Passage]
    vectors: Vectors
    words: Sequence[Bits]

    def sampled(self, count: int) -> Sampled:
        """`count` passages, each mixed of two of these in the same language."""
        rng = np.random.default_rng(count)
        languages = np.array([passage.language for passage in self.passages])
        ones = rng.integers(len(self.passages), size=count)
        others = np.empty(count, np.int64)
        for language in set(languages.tolist()):
            mine = np.flatnonzero(languages[ones] == language)
            others[mine] = rng.choice(np.flatnonzero(languages == language), len(mine))
        return Sampled(self, ones, others)


class Sampled:
    """Passages mixed of pairs: half of the sentences of either, half of the words, a vector between with some noise."""

    def __init__(self, source: Embedded, ones: NDArray[np.int64], others: NDArray[np.int64]) -> None:
        self._source, self._pairs = source, list(zip(ones.tolist(), others.tolist(), strict=True))
        rng = np.random.default_rng(1)
        mixed = _MINE * source.vectors[ones] + (1 - _MINE) * source.vectors[others]
        noise = rng.normal(0, _NOISE / np.sqrt(mixed.shape[1]), mixed.shape)
        vectors = (mixed / np.linalg.norm(mixed, axis=1, keepdims=True) + noise).astype(np.float32)
        self.vectors: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        self.passages = [self._passage(number, *pair) for number, pair in enumerate(self._pairs)]

    def words(self) -> Iterator[Bits]:
        """The words of each passage, one bit in 64 turned."""
        rng = np.random.default_rng(2)
        width = max(words.shape[1] for words in self._source.words)
        draws = rng.integers(0, 2**64, (6, _MASKS, width), np.uint64)
        masks = np.bitwise_and.reduce(draws)
        for number, pair in enumerate(self._pairs):
            rows = np.concatenate([_half(self._source.words[one], number + place) for place, one in enumerate(pair)])
            yield rows ^ masks[(np.arange(len(rows)) + 131 * number) % _MASKS]

    def _passage(self, number: int, one: int, other: int) -> Passage:
        mine, theirs = self._source.passages[one], self._source.passages[other]
        text = " ".join([*_half(mine.sentences, number), *_half(theirs.sentences, number // 2)])
        key = f"sampled-{number // _A_FILE}.{mine.language}"
        return replace(mine, id=f"{key}#sampled-{number}", document=key, text=text, spans=((0, len(text)),))


def _half(items: Any, seed: int) -> Any:
    """Every second of the items, beginning with the first or the second."""
    return items[seed % 2 if len(items) > 1 else 0 :: 2]
