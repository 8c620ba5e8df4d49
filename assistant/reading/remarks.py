"""Remarks: barriers and technologies that are spoken of, by name or in words of one's own.

Patterns find what is named; what the head has learnt finds the rest where it was asked about, and tells whether a barrier is
said to be none, how far the use of a technology has come and whether it is of interest. Knows clauses, no dialogue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from assistant.domain.acts import BarrierSaid, TechnologySaid
from assistant.reading.head import Features
from assistant.reading.lexicon import Lexicon
from assistant.reading.mentions import parts
from assistant.reading.segments import Piece

MOST_LEARNT = 30
"""Sentences of one answer that what was learnt looks at; the rest is read by patterns alone."""
SPOKEN, SPOKEN_TOO = 0.3, 0.6
"""Probability from which a barrier that nobody named counts, where barriers were asked about: alone, and beside a named one."""
NONE, SURELY_NONE, HARDLY_NONE = 0.7, 0.85, 0.25
"""Probability from which a barrier is said to be none: alone, against a pattern, and with a pattern that says so."""
MEANT = 0.6
"""Probability from which a technology that nobody named is the one that is spoken of."""
USED = 0.3
"""Probability of the likeliest use from which it counts."""
POSSIBLE = 0.15
"""Probability from which what a pattern says of use or interest holds."""
USED_FOR_REAL = 2
"""Use from which a denial before the words takes them back."""
TAKEN = 0.6
"""Probability from which a technology is, or is not, of interest; between them it is unknown."""


Barriers: TypeAlias = dict[str, tuple[Literal["mentioned", "ruled_out"], Piece]]
"""Barrier -> what is said of it, and where."""


class Learnt(Protocol):
    """What has learnt to tell remarks apart."""

    def features(self, texts: Sequence[str]) -> Features:
        """Of n texts."""

    def remark(self, what: str, features: Features) -> dict[str, NDArray[np.float32]]:
        """Label -> (n,) probabilities."""


class RemarkReader:
    """Reads barriers and technologies."""

    def __init__(self, lexicon: Lexicon, learnt: Learnt) -> None:
        self._lexicon, self._learnt = lexicon, learnt

    def barriers(self, pieces: Sequence[Piece], *, asked: bool, correction: bool) -> Iterator[BarrierSaid]:
        """Barriers that are mentioned or ruled out; words of one's own count only when barriers were `asked` about."""
        found: dict[str, BarrierSaid] = {}
        learnt = self._asked(pieces[:MOST_LEARNT]) if asked else []
        for here in [*learnt, *map(self._passing, pieces[len(learnt) :])]:
            for barrier, (status, part) in here.items():
                if barrier not in found or status == "mentioned":
                    found[barrier] = BarrierSaid(
                        barrier=barrier, status=status, quote=part.text, start=part.start, end=part.end,
                        correction=correction,
                    )  # fmt: skip
        yield from found.values()

    def technologies(
        self, text: str, pieces: Sequence[Piece], *, asked: bool, correction: bool
    ) -> Iterator[TechnologySaid]:
        """Technologies with use and interest; words up to the next technology belong to the one that was named last."""
        said: dict[str, list[Piece]] = {}
        current: list[str] = []
        nameless = self._nameless(pieces) if asked else []
        meant = dict(zip(nameless, self._meant([pieces[number].text for number in nameless]), strict=True))
        for number, piece in enumerate(pieces):
            current = meant.get(number) or current
            for part in parts(piece):
                current = self._named(part.text) or current
                for name in current:
                    said.setdefault(name, []).append(part)
        if not said:
            return
        words = [" , ".join(part.text for part in mine) for mine in said.values()]
        features = self._learnt.features(words)
        use, interested = self._learnt.remark("use", features), self._learnt.remark("interested", features)
        for index, (technology, mine) in enumerate(said.items()):
            start, end = mine[0].start, mine[-1].end
            yield TechnologySaid(
                technology=technology, quote=text[start:end], start=start, end=end, correction=correction,
                use=self._use(words[index], {int(label): float(each[index]) for label, each in use.items()}),
                interested=self._interested(words[index], {label: float(each[index]) for label, each in interested.items()}),
            )  # fmt: skip

    def _use(self, text: str, learnt: Mapping[int, float]) -> int | None:
        """What the words say, unless it is unlikely; else what is likeliest."""
        said = self._use_said(text)
        if said is not None and learnt[said] >= POSSIBLE:
            return said
        likeliest = max(learnt, key=lambda use: learnt[use])
        return likeliest if learnt[likeliest] >= USED else None

    def _use_said(self, text: str) -> int | None:
        none = self._lexicon.use[0]
        matches = {stage: match for stage, pattern in self._lexicon.use.items() if (match := pattern.search(text))}
        for stage in sorted(matches, reverse=True):
            before = text[: matches[stage].start()]
            denied = none.search(matches[stage].group()) or re.search(
                none.pattern + r"\W+(?:\w+\W+){0,2}$", before, re.IGNORECASE
            )
            if stage < USED_FOR_REAL or not denied:
                return stage
        return 0 if 0 in matches else None

    def _interested(self, text: str, learnt: Mapping[str, float]) -> Literal["yes", "no", "unknown"]:
        """What the words say, unless it is unlikely; else what is likely enough."""
        if self._lexicon.interested["unknown"].search(text) and learnt["unknown"] >= POSSIBLE:
            return "unknown"
        taken = learnt["yes"] / (learnt["yes"] + learnt["no"])
        if self._lexicon.interested["no"].search(text) and 1 - taken >= POSSIBLE:
            return "no"
        if self._lexicon.interested["yes"].search(text) and taken >= POSSIBLE:
            return "yes"
        if taken >= TAKEN:
            return "yes"
        return "no" if taken <= 1 - TAKEN else "unknown"

    def _asked(self, pieces: Sequence[Piece]) -> list[Barriers]:
        """What each piece says of barriers, as a whole and where a part of it names one; all are embedded together."""
        cuts = [
            [
                (part, names)
                for part in parts(piece) or [piece]
                if (names := _matching(self._lexicon.barriers_asked, part.text))
            ]
            for piece in pieces
        ]
        sizes = [1 + len(cut) for cut in cuts]
        if not sizes:
            return []
        features = self._learnt.features(
            [
                text
                for piece, cut in zip(pieces, cuts, strict=True)
                for text in (piece.text, *(part.text for part, _ in cut))
            ]
        )
        rows = [features.rows(end - size, end) for end, size in zip(accumulate(sizes), sizes, strict=True)]
        return list(map(self._said, pieces, cuts, rows))

    def _said(self, piece: Piece, named: Sequence[tuple[Piece, Sequence[str]]], features: Features) -> Barriers:
        """What `piece` says, of which parts name barriers, with the `features` of it and of these."""
        barrier = self._learnt.remark("barrier", features)
        none = self._learnt.remark("ruled_out", features)["yes"]
        one = len({name for _, names in named for name in names}) == 1  # then all of the sentence is about it
        here: Barriers = {}
        for (part, names), alone in zip(named, none[1:].tolist(), strict=True):
            whole = one and len(part.text.split()) > 1  # "Time, everybody has a job already" only names it
            denied = (max(alone, float(none[0])) if whole else alone) > SURELY_NONE
            if self._lexicon.ruled_out.search(part.text):  # "nor is the internet" leans on the words before it
                denied = max(alone, float(none[0])) > HARDLY_NONE
            for name in names:
                if name not in here or denied:  # within one sentence "no problem" outweighs what explains it
                    here[name] = "ruled_out" if denied else "mentioned", part
        spoken = SPOKEN_TOO if here else SPOKEN
        for name, probability in barrier.items():
            if name and name not in here and probability[0] >= spoken:
                here[name] = "ruled_out" if none[0] > NONE else "mentioned", piece
        if len(here) == 1:  # nothing else is in it, so the whole sentence is quoted, not the part that names it
            return {name: (status, piece) for name, (status, _) in here.items()}
        return here

    def foreseen(self, pieces: Sequence[Piece]) -> list[str]:
        """What `technologies` will look at first where these were asked about."""
        return [pieces[number].text for number in self._nameless(pieces)]

    def _passing(self, piece: Piece) -> Barriers:
        here: Barriers = {}
        for part in parts(piece):
            if not self._lexicon.ruled_out.search(part.text):
                for name in _matching(self._lexicon.barriers_said, part.text):
                    here.setdefault(name, ("mentioned", part))
        return here

    def _nameless(self, pieces: Sequence[Piece]) -> list[int]:
        """Which pieces name no technology, of those that what was learnt looks at."""
        return [
            number
            for number, piece in enumerate(pieces[:MOST_LEARNT])
            if not any(self._named(part.text) for part in parts(piece))
        ]

    def _named(self, text: str) -> list[str]:
        return _matching(self._lexicon.technologies, text)

    def _meant(self, texts: Sequence[str]) -> list[list[str]]:
        """The technology that each text speaks of without its name."""
        said = self._learnt.remark("technology", self._learnt.features(texts)) if texts else {}
        return [[name for name, each in said.items() if name and each[row] >= MEANT] for row in range(len(texts))]


def _matching(patterns: Mapping[str, re.Pattern[str]], text: str) -> list[str]:
    return [name for name, pattern in patterns.items() if pattern.search(text)]
