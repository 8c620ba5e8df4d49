"""How well pieces of text answer, however they were cut: nDCG@10 and recall@5 by what was wanted. Finds nothing.

What is wanted is counted once, at the first piece that holds it, so that pieces of any length can be held against each other.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from assistant.domain.maturity import LANGUAGES
from assistant.errors import ContentError
from assistant.library.documents import Document
from bench.contest.model import Piece
from evals.questions import Place, public
from evals.questions import load as load_questions

FIRST, TEN = 5, 10
_UNIQUE = 30
"""Pieces looked at for ten documents."""
Held = Callable[[Piece], bool]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One question and what answers it."""

    question: str
    places: tuple[Held, ...]
    documents: frozenset[str] = frozenset()
    """Names of the documents in which the places stand, without language and ending."""


def shipped() -> list[Wanted]:
    """The measured questions that the shipped library answers; a place counts in either language."""
    asked = [one for one in load_questions("measure") if one.answered]
    return [
        Wanted(one.question, tuple(map(_place, one.relevant)), frozenset(place.document for place in one.relevant))
        for one in asked
    ]


def own(path: Path, documents: Sequence[Document], names: Sequence[str]) -> list[Wanted]:
    """Questions on a folder of one's own, each with file names or passage ids.

    Args:
        path: JSON Lines of `{id, question, relevant: [path or passage id]}`; judged by document.
        documents: What the folder holds.
        names: The file of each.

    Raises:
        ContentError: a line is malformed, or names what the folder does not hold.
    """
    files = {document.key: name for document, name in zip(documents, names, strict=True)}
    found = []
    for id_, _, question, relevant, answered in public(path):
        if not answered:
            continue
        mine = {files.get(name.partition("#")[0], name) for name in relevant}
        if unknown := sorted(mine - set(names)):
            raise ContentError(f"{path}: question {id_}: {unknown[0]!r} is not in the folder; mend it.")
        found.append(Wanted(question, tuple(_document(name) for name in sorted(mine)), frozenset(mine)))
    return found


def scores(found: Sequence[Piece], wanted: Wanted) -> tuple[float, float]:
    """(nDCG@10, recall@5), 0 to 1 each."""
    left, gains = list(wanted.places), []
    for piece in found[:TEN]:
        still = [place for place in left if not place(piece)]
        gains.append(len(left) - len(still))
        left = still
    most = len(wanted.places)
    gain = sum(one / math.log2(rank + 2) for rank, one in enumerate(gains))
    best = sum(1 / math.log2(rank + 2) for rank in range(min(TEN, most)))
    return min(1.0, gain / best), sum(gains[:FIRST]) / min(FIRST, most)


def by_document(found: Sequence[Piece]) -> list[Piece]:
    """The best piece of each document, in the order that they were found."""
    first: dict[str, Piece] = {}
    for piece in found:
        first.setdefault(piece.document, piece)
    return list(first.values())


def looked_at(wanted: Sequence[Wanted], *, documents: bool) -> int:
    """How many pieces everybody is asked for."""
    return _UNIQUE if documents and wanted else TEN


def _place(place: Place) -> Held:
    texts = [_plain(place.en if language == "en" else place.da) for language in LANGUAGES]
    parts = [part for text in texts for part in (text, text[: len(text) * 2 // 3], text[len(text) // 3 :])]
    return lambda piece: any(part in _plain(piece.text) for part in parts)


def _document(name: str) -> Held:
    return lambda piece: piece.document == name


@lru_cache(4096)
def _plain(text: str) -> str:
    return " ".join(text.split())
