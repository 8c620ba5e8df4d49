"""Stages: from what is told of today to answers on the asked item and on others that it settles.

Knows clauses and the head; knows no cues and no dialogue.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
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
IN_STORY = (0.6, 0.95, 0.6)
ITEM_KNOWN = 0.6
TOLD_UNASKED = 0.7
"""Probability of an item that was not asked about, of one in a story that is read two sentences at a time (of its stage, and
that these tell of today), of one that something is recorded on already, and certainty that the words tell of today, from which it is read: what
contradicts the profile only leads to a question."""
ELSEWHERE = (0.05, 0.5)
"""Probability of the asked item below which, and of another one from which, words are no answer to what was asked, however
clear they are."""
ALSO_ABOUT = 0.2
CLEARLY = 0.6
"""Beside such words: probability of the item and of its stage from which others, two stages away or more, speak against one
stage for the whole firm: together they are a range, or the item is asked about."""
STORY = 80
"""Words from which an answer to an item is also read, piece by piece, for what it tells of others."""
QUOTED = 0.005
QUOTED_BESIDE = 0.1
"""Share of the strongest sentence's weight from which another one is quoted with it: of an answer only plain side remarks are
left out, of what was told beside other matters also what leads up to it ("The last order was four chairs")."""
_CONTRASTS = re.compile(
    r",? (?:but|while|whereas|men|mens|hvorimod) "
    r"|, (?=(?:the (?:old|new|other|rest|second)|(?:den|det|de) (?:gamle|nye|anden|andet|andre)|resten)\b)",
    re.IGNORECASE,
)
APART = 0.05
"""Probability that parts of the firm differ from which the sentences of an answer are read one by one."""
RANGE = (0.76, 0.54, 0.61, 0.62, -0.5, -0.87, -2.33, 1.48, -0.03)
RANGED = 0.45
"""What speaks for two sentences of an answer making a range, and the probability from which they do.

Weights of the log-odds that the two are on their stages, of the log-probabilities that the higher and the lower one are about
the item, of the log-odds that parts of the firm differ, of the log-odds of the whole's likeliest stage, of the lower stage
being 0 ("nobody" and "never" stand in many an answer about one way of working), of the stages being neighbours, of each of the
two that opens with a place ("In the old hall ..."), and a constant. Fitted (logistic) on 720 answers of four writers and what is
first answered in 38 scripts of eight, by a head that had learnt from none of them; on these same ones 112 of 128 ranges are right and 9 of 566 others false."""


class ItemReader:
    """Reads answers to items."""

    def __init__(self, head: Head) -> None:
        self._head = head

    def read(
        self, text: str, heard: Told, asked: str, *, correction: bool, surely: bool,
        known: Collection[str] = (), placed: Callable[[str], bool] = lambda _: False,
    ) -> Iterator[Answer]:  # fmt: skip
        """Answers in `text`, of which `heard` is told; first the one to the `asked` item, if it is one.

        Beside other matters (`surely`) only what is surely about the asked item counts. `known`: items that something is
        recorded on. `placed`: whether a sentence opens with a place.
        """
        pieces = list(heard.pieces)
        if not pieces:
            return
        whole = _joined(pieces)
        answer = None
        if asked in self._head.items and (found := self._asked(asked, pieces, heard.certain, placed, surely=surely)):
            low, high, scores = found
            first, last = self._quoted(asked, low, high, pieces, QUOTED)
            answer = _answer(asked, low, high, scores, text, first, last, True, correction)
        believed = answer is not None and max(answer.scores) >= SETTLED
        each = asked not in self._head.items or correction or len(whole.split()) > STORY
        beside: list[Answer] = []
        if heard.certain >= TOLD_UNASKED and (each or not believed):
            size = min(1 if correction else 2 if each else len(pieces), len(pieces))
            units = [pieces[start : start + size] for start in range(len(pieces) - size + 1)]
            likely = IN_STORY if each and size > 1 else (ITEM_UNASKED, 0.0, SETTLED)
            beside = list(self._beside(asked, units, text, correction, known, likely, placed))
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
        self, item: str, pieces: Sequence[Piece], certain: float, placed: Callable[[str], bool], *, surely: bool
    ) -> tuple[int, int, list[float]] | None:
        """Lowest and highest stage, and the probability of each; None when the words are about something else."""
        whole = _joined(pieces)
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
            span = self._span(item, pieces, float(scores.max()), placed)
        return (*(span or (stage, stage)), _doubted(scores, believed))

    def _own(self, item: str, features: Features) -> NDArray[np.float32]:
        """(n,) probability that each text is about `item`."""
        return self._head.about(features)[:, self._head.items.index(item)]

    def _span(
        self, item: str, pieces: Sequence[Piece], whole: float, placed: Callable[[str], bool]
    ) -> tuple[int, int] | None:
        """Lowest and highest stage of two sentences of the answer, or sides of a contrast, that are on different ones.

        `whole` is the probability of the likeliest stage of all in one.
        """
        parts = [part for piece in pieces for part in _CONTRASTS.split(piece.text) if len(part.split()) > 1]
        parted = float(self._head.parted([_joined(pieces)])[0]) if len(parts) > 1 else 0.0
        if parted < APART:
            return None
        features = self._head.features(parts)
        stages, own = self._head.stage_probabilities(item, features), self._own(item, features)
        best, top = stages.argmax(axis=1), stages.max(axis=1)
        weights = top * np.minimum(1.0, own / ALSO_ABOUT)
        clearest = {int(stage): int(np.where(best == stage, weights, -1.0).argmax()) for stage in np.unique(best)}
        pairs = [  # the clearest of each stage: an answer may have thousands of parts
            (float(weights[a] * weights[b]), low, high, a, b)
            for low, a in clearest.items() for high, b in clearest.items() if high > low
        ]  # fmt: skip
        if not pairs:
            return None
        _, low, high, a, b = max(pairs)
        signs = (
            _log_odds(float(top[a] * top[b])), _log(float(own[b])), _log(float(own[a])), _log_odds(parted), _log_odds(whole),
            float(low == 0), float(high - low == 1), float(placed(parts[a])) + float(placed(parts[b])), 1.0,
        )  # fmt: skip
        likely = _logistic(sum(weight * sign for weight, sign in zip(RANGE, signs, strict=True)))
        return (low, high) if likely >= RANGED else None

    def _quoted(self, item: str, low: int, high: int, pieces: Sequence[Piece], share: float) -> tuple[Piece, Piece]:
        """The first and the last of the sentences that carry the stage: what weighs less than `share` of the strongest is not
        quoted at either end.
        """
        if len(pieces) == 1:
            return pieces[0], pieces[0]
        words = self._head.word_features([piece.text for piece in pieces])
        stages = self._head.stage_probabilities(item, words)[:, [low, high]].max(axis=1)
        weights = stages * self._own(item, words) * self._head.words_tell([piece.text for piece in pieces])
        carry = np.flatnonzero(weights >= share * weights.max())
        return pieces[int(carry[0])], pieces[int(carry[-1])]

    def _beside(
        self, asked: str, units: Sequence[Sequence[Piece]], text: str, correction: bool, known: Collection[str],
        likely: tuple[float, float, float], placed: Callable[[str], bool],
    ) -> Iterator[Answer]:  # fmt: skip
        """Answers to items that were not asked about: only where item, stage and that it is told of today are likely.

        `units` are the neighbouring pieces that are read as one; `likely` are the probabilities that an item
        of which nothing is known, its stage, and that it is told of today must have.
        """
        found: dict[str, list[_Spoken]] = {}
        for said in self._spoken(units):
            if said.item != asked:
                found.setdefault(said.item, []).append(said)
        for item, all_said in found.items():
            own, clear, sure = (ITEM_KNOWN, 0.0, SETTLED) if item in known else likely
            plain = [said for said in all_said if said.plain(own, clear) and said.sure >= sure]
            if not plain:
                continue
            said = max(plain, key=_Spoken.weight)
            against = [other for other in all_said if other.plain(ALSO_ABOUT, CLEARLY)]
            if clear:  # together they may hide what one of them plainly tells
                alone = sorted({piece for one in all_said for piece in one.pieces}, key=lambda piece: piece.start)
                against += [
                    one
                    for one in self._spoken([[piece] for piece in alone])
                    if one.item == item and one.plain(own, clear)
                ]
            apart = [other for other in against if abs(other.stage - said.stage) > 1]
            other = max(apart, key=_Spoken.weight, default=said)
            pieces = sorted({*said.pieces, *other.pieces}, key=lambda piece: piece.start)
            span = self._span(item, pieces, float(said.scores.max()), placed)
            if apart and span is None:
                continue  # what is told of it in two ways is asked about
            low, high = span or (said.stage, said.stage)
            scores = ((said.scores + other.scores) / 2).tolist()
            first, last = self._quoted(item, low, high, pieces, QUOTED_BESIDE)
            yield _answer(item, low, high, scores, text, first, last, False, correction)

    def _spoken(self, units: Sequence[Sequence[Piece]]) -> Iterator[_Spoken]:
        """What each of `units` says of the items that it may be about."""
        told = [_joined(unit) for unit in units]
        features, sure = self._head.features(told), self._head.words_tell(told)
        about = self._head.about(features)
        for index, unit in enumerate(units):
            for column in np.flatnonzero(about[index, : len(self._head.items)] >= ALSO_ABOUT):
                item = self._head.items[column]
                scores = self._head.stage_probabilities(item, features.row(index))[0]
                yield _Spoken(item, unit, float(about[index, column]), float(sure[index]), scores)


@dataclass(frozen=True, slots=True)
class _Spoken:
    """What neighbouring sentences say of an item that was not asked about."""

    item: str
    pieces: Sequence[Piece]
    own: float
    """Probability that it is about the item."""
    sure: float
    """That it tells of today."""
    scores: NDArray[np.float32]
    """(6,) of the stages."""

    @property
    def stage(self) -> int:
        return int(self.scores.argmax())

    def plain(self, own: float, clear: float) -> bool:
        """Whether it is about the item and of one stage with these probabilities."""
        return self.own >= own and float(self.scores.max()) >= clear

    def weight(self) -> float:
        return self.own * float(self.scores.max())


def _joined(pieces: Sequence[Piece]) -> str:
    return " ".join(piece.text for piece in pieces)


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
