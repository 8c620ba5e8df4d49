"""What is told: the clauses of an utterance that say what the company does now, by the cues and by what the head has learnt.

A cue alone is a blunt judge ("we never did buy that system" tells of today), and so is the head: clauses that a cue speaks
against count when the head is very sure of them, the others unless it is sure that they tell nothing. Knows no items.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.reading.evidence import Utterance, Verdict
from assistant.reading.segments import Piece


class Ear(Protocol):
    """What has learnt to hear whether texts tell what the company does now: n texts to n probabilities."""

    def tells(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """From all that is known of them."""

    def words_tell(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """From their words alone, which costs next to nothing."""


PLAINLY = 0.9
"""Probability of the whole from which clauses without a cue against them are not looked at one by one."""
AGAINST_CUES = 0.9
WITHIN = (0.97, 0.2)
"""Probability from which a clause counts although a cue speaks against it; and that of the whole from which less is enough, and
how much ("somebody puts on a sheet what it'll save" is no plan)."""
ALL_THE_SAME = 0.95
"""Probability of the whole from which it tells although a cue speaks against every clause."""
SILENT = 0.1
"""Probability below which a clause does not count although no cue speaks against it."""
HARDLY = 0.05
"""Certainty below which nothing is told."""
_NEVER = frozenset({"question", "instruct", "agree", "talk"})


@dataclass(frozen=True, slots=True)
class Told:
    """The clauses that count, in order, and how certain it is that they tell of today (0 to 1)."""

    pieces: Sequence[Piece] = ()
    certain: float = 0.0


def told(utterance: Utterance, ear: Ear) -> Told:
    """What `utterance` tells of the company today; nothing when that is doubtful."""
    judged = _judged(utterance)
    if not judged:
        return Told()
    pieces = [piece for piece, _ in judged]
    whole = float(ear.tells([_joined(pieces)])[0])
    steered = bool(utterance.of("instruct"))
    if whole >= PLAINLY and not steered and all(verdict == "evidence" for _, verdict in judged):
        return Told(pieces, whole)
    chosen = _chosen(judged, steered, ear, whole)
    doubted = all(verdict != "evidence" for _, verdict in judged) and whole < ALL_THE_SAME
    if not chosen and not steered and not doubted:
        chosen = pieces
    if not chosen:
        return Told()
    certain = (whole * (whole if chosen == pieces else float(ear.tells([_joined(chosen)])[0]))) ** 0.5
    return Told(chosen, certain) if certain >= HARDLY else Told()


def foreseen(utterance: Utterance, ear: Ear) -> list[str]:
    """The texts that `told` will most likely ask for."""
    judged = _judged(utterance)
    texts = [_joined([piece for piece, _ in judged])]
    if any(verdict != "evidence" for _, verdict in judged):
        texts.append(_joined(_chosen(judged, bool(utterance.of("instruct")), ear, 1.0)))
    return [text for text in dict.fromkeys(texts) if text]


def _judged(utterance: Utterance) -> list[tuple[Piece, Verdict]]:
    return [(piece, verdict) for piece, verdict in utterance.pieces if verdict not in _NEVER]


def _chosen(judged: Sequence[tuple[Piece, Verdict]], steered: bool, ear: Ear, whole: float) -> list[Piece]:
    """The clauses that count by themselves, when all together tell of today as surely as `whole`; who steers the machine in one
    sentence may well do so in the next.
    """
    against = WITHIN[1] if whole >= WITHIN[0] and not steered else AGAINST_CUES
    each = ear.words_tell([piece.text for piece, _ in judged])
    return [
        piece
        for (piece, verdict), sure in zip(judged, each, strict=True)
        if sure >= (SILENT if verdict == "evidence" and not steered else against)
    ]


def _joined(pieces: Sequence[Piece]) -> str:
    return " ".join(piece.text for piece in pieces)
