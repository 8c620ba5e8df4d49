"""Stages: from what is told of today to answers on the asked item and on others that it settles.

Knows clauses and the head; knows no cues and no dialogue.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from math import exp, log

import numpy as np
from numpy.typing import NDArray

from assistant.domain.acts import Answer
from assistant.reading.head import Features, Head
from assistant.reading.segments import Piece
from assistant.reading.telling import Told

SHORT = 5
"""Words up to which what is said beside a question tells nothing of the firm."""
BELIEF = (0.86, 0.86, 0.52, -1.2)
"""Weights of the log-odds that the words tell of today, of the log-probability that they are about the asked item, and of
the log-odds of their likeliest stage, and a constant: from these follows how far an answer is believed. Fitted (logistic)
on the tuning part of evals/data, then moved so that what is right in 17 of 20 cases is believed by half."""
BELIEVED = 0.08
"""Belief below which the words are no answer at all."""
SETTLED = 0.5
"""Probability of the asked item that words must have to count where `surely` is asked for, and belief from which an answer
settles its item."""
ITEM_UNASKED = 0.8
ITEM_KNOWN = 0.6
TOLD_UNASKED = 0.7
"""Probability of an item that was not asked about, of one that something is recorded on already, and certainty that the words
tell of today, from which it is read: what contradicts the profile only leads to a question."""
ELSEWHERE = (0.05, 0.5)
"""Probability of the asked item below which, and of another one from which, words are no answer to what was asked, however
clear they are."""
ALSO_ABOUT = 0.2
CLEARLY = 0.6
PART_UNASKED = 0.7
"""Beside such words: probability of the item and of its stage from which others, two stages away or more, speak against one
stage for the whole firm, so that the item is asked about; and probability of the item from which they make a range."""
SIDES = 1.5
"""What parts of the firm set against each other by name add to the log-odds that they differ."""
STORY = 80
"""Words from which an answer to an item is also read, sentence by sentence, for what it tells of others."""
QUOTED = 0.005
"""Share of the strongest sentence's weight from which another one is quoted with it: only plain side remarks are left out."""
_CONTRASTS = re.compile(
    r",? (?:but|while|whereas|men|mens|hvorimod) "
    r"|, (?=(?:the (?:old|new|other|rest|second)|(?:den|det|de) (?:gamle|nye|anden|andet|andre)|resten)\b)",
    re.IGNORECASE,
)
_PARTS = re.compile(r"[,;:]\s+|\s[-–—]\s|[.!?]\s+|,? (?:but|and|while|whereas|men|og|mens|hvorimod) ", re.IGNORECASE)
RANGE = (
    (_CONTRASTS, (0.86, 0.26, 0.40, 0.45, -0.57, -1.50, -1.44, 3.11), 0.75),
    (_PARTS, (0.65, 0.34, 0.22, 0.35, -0.47, -1.09, -1.43, 1.76), 0.85),
)
"""How an answer is cut into parts, what speaks for two of them making a range, and the probability from which they do.

Weights of the log-odds that the two parts are on their stages, of the log-probability that the lower and the higher one is
about the item, of the log-odds that parts of the firm differ, of the log-odds of the whole's likeliest stage, of the lower
stage being 0 ("nobody" and "never" stand in many an answer about one way of working), of the stages being neighbours, and
a constant. Fitted (logistic) on 1,800 answers of twelve writers before the head had learnt from them, the tuning part of
evals/data and its scripts; the limits with one writer left out at a time: false ranges cost more than missed ones, which
are rare."""


class ItemReader:
    """Reads answers to items."""

    def __init__(self, head: Head) -> None:
        self._head = head

    def read(
        self, text: str, heard: Told, asked: str, *, correction: bool, surely: bool, sides: bool,
        known: Collection[str] = (),
    ) -> Iterator[Answer]:  # fmt: skip
        """Answers in `text`, of which `heard` is told; first the one to the `asked` item, if it is one.

        Beside other matters (`surely`) only what is surely about the asked item counts. `sides`: parts of the firm are set
        against each other by name ("the new hall", "the rest"). `known`: items that something is recorded on.
        """
        pieces = list(heard.pieces)
        if not pieces:
            return
        whole = " ".join(piece.text for piece in pieces)
        answer = None
        if asked in self._head.items and (
            found := self._asked(asked, pieces, heard.certain, surely=surely, sides=sides)
        ):
            low, high, scores = found
            first, last = self._quoted(asked, low, high, pieces)
            answer = _answer(asked, low, high, scores, text, first, last, True, correction)
        believed = answer is not None and max(answer.scores) >= SETTLED
        each = asked not in self._head.items or correction or len(whole.split()) > STORY
        beside: list[Answer] = []
        if heard.certain >= TOLD_UNASKED and (each or not believed):
            all_in_one = Piece(text[pieces[0].start : pieces[-1].end], pieces[0].start)
            units = [(piece.text, piece) for piece in pieces] if each else [(whole, all_in_one)]
            beside = list(self._beside(asked, units, text, correction, known))
        if answer is not None and (believed or each or not beside):
            yield answer
        yield from beside

    def believed(self, item: str, text: str) -> float:
        """How far `text` as it stands would be believed as an answer to `item`, 0 to 1."""
        if item not in self._head.items:
            return 0.0
        features = self._head.features([text])
        clear = float(self._head.stage_probabilities(item, features)[0].max())
        return belief(float(self._head.tells([text])[0]), float(self._own(item, features)[0]), clear)

    def _asked(
        self, item: str, pieces: Sequence[Piece], certain: float, *, surely: bool, sides: bool
    ) -> tuple[int, int, list[float]] | None:
        """Lowest and highest stage, and the probability of each; None when the words are about something else."""
        whole = " ".join(piece.text for piece in pieces)
        features = self._head.features([whole])
        about = self._head.about(features)[0]
        own = float(about[self._head.items.index(item)])
        if own < ELSEWHERE[0] and about[: len(self._head.items)].max() >= ELSEWHERE[1]:
            return None
        scores = self._head.stage_probabilities(item, features)[0]
        believed = belief(certain, own, float(scores.max()))
        if believed < BELIEVED or (surely and own < SETTLED):
            return None
        stage = int(scores.argmax())
        span = None
        if believed >= SETTLED:  # a range is recorded at once, so it is read only from what is believed
            parted = _log_odds(float(self._head.parted([whole])[0])) + SIDES * sides
            span = self._span(item, pieces, parted, float(scores.max()))
        return (*(span or (stage, stage)), _doubted(scores, believed))

    def _own(self, item: str, features: Features) -> NDArray[np.float32]:
        """(n,) probability that each text is about `item`."""
        return self._head.about(features)[:, self._head.items.index(item)]

    def _span(self, item: str, pieces: Sequence[Piece], parted: float, whole: float) -> tuple[int, int] | None:
        """Lowest and highest stage of two parts of the answer that are on different ones; by the words alone.

        `parted` are the log-odds that parts of the firm differ, `whole` is that of the likeliest stage of all in one.
        """
        for cut, weights, limit in RANGE:
            parts = [part for piece in pieces for part in cut.split(piece.text) if len(part.split()) > 1]
            found = self._apart(item, parts) if len(parts) > 1 else None
            if found is None:
                continue
            (low, high), signs = found
            signs = (*signs, parted, _log_odds(whole), float(low == 0), float(high - low == 1), 1.0)
            if _logistic(sum(weight * sign for weight, sign in zip(weights, signs, strict=True))) >= limit:
                return low, high
        return None

    def _apart(self, item: str, parts: Sequence[str]) -> tuple[tuple[int, int], tuple[float, ...]] | None:
        """The stages of the two clearest of `parts` that are on different ones, and what is known of these parts."""
        words = self._head.word_features(parts)
        stages, own = self._head.stage_probabilities(item, words), self._own(item, words)
        best, top = stages.argmax(axis=1), stages.max(axis=1)
        weights = top * np.minimum(1.0, own / 0.2)
        clearest = {int(stage): int(np.where(best == stage, weights, -1.0).argmax()) for stage in np.unique(best)}
        pairs = [  # the clearest of each stage: an answer may have thousands of parts
            (float(weights[a] * weights[b]), a, b)
            for low, a in clearest.items() for high, b in clearest.items() if high > low
        ]  # fmt: skip
        if not pairs:
            return None
        _, a, b = max(pairs)
        signs = (_log_odds(float(top[a] * top[b])), _log(float(own[a])), _log(float(own[b])))
        return (int(best[a]), int(best[b])), signs

    def _quoted(self, item: str, low: int, high: int, pieces: Sequence[Piece]) -> tuple[Piece, Piece]:
        """The first and the last of the sentences that carry the stage: side remarks at either end are not quoted."""
        if len(pieces) == 1:
            return pieces[0], pieces[0]
        words = self._head.word_features([piece.text for piece in pieces])
        stages = self._head.stage_probabilities(item, words)[:, [low, high]].max(axis=1)
        weights = stages * self._own(item, words) * self._head.words_tell([piece.text for piece in pieces])
        carry = np.flatnonzero(weights >= QUOTED * weights.max())
        return pieces[int(carry[0])], pieces[int(carry[-1])]

    def _beside(
        self, asked: str, units: Sequence[tuple[str, Piece]], text: str, correction: bool, known: Collection[str]
    ) -> Iterator[Answer]:
        """Answers to items that were not asked about: only where item, stage and that it is told of today are likely.

        `units` are what is read, and where it stands.
        """
        told = [said for said, _ in units]
        features, sure = self._head.features(told), self._head.words_tell(told)
        about = self._head.about(features)
        found: dict[str, list[_Spoken]] = {}
        for index, (_, piece) in enumerate(units):
            for column in np.flatnonzero(about[index, : len(self._head.items)] >= ALSO_ABOUT):
                if (item := self._head.items[column]) != asked:
                    scores = self._head.stage_probabilities(item, features.row(index))[0]
                    spoken = _Spoken(piece, float(about[index, column]), float(sure[index]), scores)
                    found.setdefault(item, []).append(spoken)
        for item, all_said in found.items():
            likely = ITEM_KNOWN if item in known else ITEM_UNASKED
            plain = [said for said in all_said if said.own >= likely and said.sure >= SETTLED]
            if not plain:
                continue
            said = max(plain, key=_Spoken.weight)
            apart = [other for other in all_said if abs(other.stage - said.stage) > 1 and other.scores.max() >= CLEARLY]
            if not apart:
                yield _answer(
                    item, said.stage, said.stage, said.scores.tolist(), text, said.piece, said.piece, False, correction
                )
                continue
            other = max(apart, key=_Spoken.weight)
            first, last = sorted((said.piece, other.piece), key=lambda piece: piece.start)
            parted = self._head.parted([f"{first.text} {last.text}"])[0] if other.own >= PART_UNASKED else 0.0
            if parted >= SETTLED:  # otherwise what is told of it in two ways is asked about
                low, high = sorted((said.stage, other.stage))
                both = ((said.scores + other.scores) / 2).tolist()
                yield _answer(item, low, high, both, text, first, last, False, correction)


@dataclass(frozen=True, slots=True)
class _Spoken:
    """What a sentence says of an item that was not asked about."""

    piece: Piece
    own: float
    """Probability that it is about the item."""
    sure: float
    """That it tells of today."""
    scores: NDArray[np.float32]
    """(6,) of the stages."""

    @property
    def stage(self) -> int:
        return int(self.scores.argmax())

    def weight(self) -> float:
        return self.own * float(self.scores.max())


def _answer(
    item: str, low: int, high: int, scores: Sequence[float], text: str, first: Piece, last: Piece, asked: bool,
    correction: bool,
) -> Answer:  # fmt: skip
    return Answer.model_validate(
        {
            "item": item, "low": low, "high": high, "scores": [round(float(score), 4) for score in scores], "asked": asked,
            "quote": text[first.start : last.end], "start": first.start, "end": last.end, "correction": correction,
        }
    )  # fmt: skip


def _doubted(scores: Sequence[float] | NDArray[np.float32], certain: float) -> list[float]:
    """`scores` with the weight that is not certain spread evenly."""
    return [certain * float(score) + (1 - certain) / len(scores) for score in scores]


def belief(certain: float, own: float, stage: float) -> float:
    """How far an answer is believed, 0 to 1: from whether it tells of today, is about what was asked, and has a clear stage."""
    tells, about, clear, constant = BELIEF
    return _logistic(tells * _log_odds(certain) + about * _log(own) + clear * _log_odds(stage) + constant)


def _log_odds(probability: float) -> float:
    bounded = min(0.998, max(0.002, probability))
    return log(bounded / (1 - bounded))


def _log(probability: float) -> float:
    return log(max(probability, 0.001))


def _logistic(log_odds: float) -> float:
    return 1 / (1 + exp(-log_odds))
