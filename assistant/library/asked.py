"""What owners would ask: questions noted for sections, and questions that no section answers.

Search meets them beside the texts, so that a passage is also found by words that it does not use (as in doc2query,
Nogueira and Lin 2019, https://arxiv.org/abs/1904.08375, here written by hand), and it knows on which side of the border of
the material a question lies. Knows content files, passages, vectors and words; decides nothing about the order of hits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.content import Knowledge
from assistant.domain.asking import BEYOND, Note, Noted
from assistant.domain.maturity import LANGUAGES
from assistant.domain.sources import SHIPPED, parted
from assistant.library.documents import Document
from assistant.library.embedding import Seen
from assistant.library.passages import Passage
from assistant.library.places import sections
from assistant.library.vectors import PassageVectors
from assistant.library.words import Bits, WordStore

Vectors = NDArray[np.float32]
_WIDEST = 0.2
_FAR = 0.8
"""Nearness of what is not among the nearest."""
_LOOKED_AT = 120
"""Questions nearest by vector, whose words are compared too."""
_WORDS = 0.2
"""What agreeing words add to the cosine of two questions."""
_TOGETHER = 0.025
"""Within how much of the nearest question others count with it: several that are about as near say more than one."""
Nearness = dict[int, float]
"""Passage, or place of a sentence in it -> how near the questions that it answers are, cosine and agreement of words; that
of a single one, and a little more where several are near (the logarithm of their exponentials added)."""


def asked_of(knowledge: Knowledge, documents: Mapping[str, Document]) -> Noted:
    """What owners would ask, by section of either language, and what no section answers."""
    asked, noted = knowledge.asked, {BEYOND: tuple(map(Note, knowledge.beyond))}
    for language in LANGUAGES:
        for name, source in sections(documents, SHIPPED, language).items():
            _, key, at = parted(source.reference)
            if name in asked:
                noted[f"{key}#{at}"] = asked[name].notes(language)
    return noted


@dataclass(frozen=True)
class Near:
    """The noted questions that are near to a query."""

    passages: Nearness
    sentences: Mapping[int, Nearness]
    """Passage -> place of a sentence in it -> nearness."""
    border: float | None
    """How much nearer they are, all together, than the questions that no passage answers, -0.2 to 0.2; None where nothing
    is noted."""


NOWHERE = Near({}, {}, None)


@dataclass(frozen=True)
class Asked:
    """Questions, each with the passages and the sentences that answer it."""

    places: Sequence[Mapping[int, Sequence[int]]]
    """For each of m questions: passage -> places of the sentences in it; empty for a question that none answers."""
    vectors: Vectors
    """(m, d) unit vectors."""
    words: Callable[[], Iterable[Bits]]
    """The words of each."""

    def nearest(self, seen: Seen, store: WordStore) -> Near:
        """The passages and sentences that answer like questions; the rest is far. `store` holds the words of the questions."""
        cosines = self.vectors @ seen.vector
        near = np.argpartition(-cosines, min(_LOOKED_AT, len(cosines)) - 1)[:_LOOKED_AT].tolist()
        nearness = (cosines[near] + _WORDS * store.agreement(seen.words, near)).tolist()
        passages: Nearness = {}
        sentences: dict[int, Nearness] = {}
        sides: Nearness = {}
        for question, value in zip(near, nearness, strict=True):
            there = self.places[question]
            _add(sides, bool(there), value)
            for number, places in there.items():
                _add(passages, number, value)
                for place in places:
                    _add(sentences.setdefault(number, {}), place, value)
        border = sides.get(True, _FAR) - sides.get(False, _FAR)
        return Near(passages, sentences, max(-_WIDEST, min(_WIDEST, border)))


def _add(nearness: Nearness, key: int, value: float) -> None:
    """Adds one question to those at `key`."""
    before = nearness.get(key)
    if before is not None:
        more, less = max(before, value), min(before, value)
        value = more + _TOGETHER * math.log1p(math.exp((less - more) / _TOGETHER))
    nearness[key] = value


def gathered(noted: Noted, passages: Sequence[Passage], vectors: Vectors, kept: PassageVectors) -> Asked | None:
    """What is noted for `passages`, whose `vectors` are (n, d); None when nothing is.

    Each question stands at the passages that hold the sentences noted for it, else at that of its section which it is
    nearest to. `kept` has seen to all of them.

    Raises:
        StoreError: the catalogue cannot be read or written.
    """
    sections: dict[str, list[int]] = {BEYOND: []}
    for number, passage in enumerate(passages):
        sections.setdefault(passage.id.rpartition("-")[0], []).append(number)
    asked: dict[str, list[tuple[list[int], Note]]] = {}  # a question stands at its section in both languages
    for name, notes in noted.items():
        for note in notes if name in sections else ():
            asked.setdefault(note.question, []).append((sections[name], note))
    if not asked:
        return None
    questions = list(asked)
    seen = kept.of(questions, query=True)
    places: list[dict[int, tuple[int, ...]]] = []
    for held, vector in zip(asked.values(), seen, strict=True):
        places.append({})
        for where, note in held:
            nearest = {where[int((vectors[where] @ vector).argmax())]: ()} if where else {}
            places[-1] |= _said(note, where, passages) or nearest
    return Asked(places, seen, lambda: kept.words(questions, query=True))


def _said(note: Note, where: Sequence[int], passages: Sequence[Passage]) -> dict[int, tuple[int, ...]]:
    """Passage -> places of the sentences that begin as noted."""
    found = {
        number: tuple(at for at, text in enumerate(passages[number].sentences) if text.startswith(note.said))
        for number in where
    }
    return {number: at for number, at in found.items() if at} if note.said else {}
