"""Remarks: barriers and technologies that are spoken of, by name or in words of one's own.

Patterns find what is named; what the head has learnt finds the rest where it was asked about, and tells whether a barrier is
said to be none, how far the use of a technology has come and whether it is of interest. Knows clauses, no dialogue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, Protocol

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
        for number, piece in enumerate(pieces):
            here = self._asked(piece) if asked and number < MOST_LEARNT else self._passing(piece)
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
        for number, piece in enumerate(pieces):
            named = [(part, self._named(part.text)) for part in parts(piece)]
            if asked and number < MOST_LEARNT and not any(names for _, names in named):
                current = self._meant(piece.text) or current
            for part, names in named:
                current = names or current
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

    def _asked(self, piece: Piece) -> dict[str, tuple[Literal["mentioned", "ruled_out"], Piece]]:
        cut = parts(piece) or [piece]
        features = self._learnt.features([piece.text, *(part.text for part in cut)])
        barrier = self._learnt.remark("barrier", features)
        none = self._learnt.remark("ruled_out", features)["yes"]
        here: dict[str, tuple[Literal["mentioned", "ruled_out"], Piece]] = {}
        for part, alone in zip(cut, none[1:].tolist(), strict=True):
            denied = alone > SURELY_NONE
            if self._lexicon.ruled_out.search(part.text):  # "nor is the internet" leans on the words before it
                denied = max(alone, float(none[0])) > HARDLY_NONE
            for name in _matching(self._lexicon.barriers_asked, part.text):
                if name not in here or denied:  # within one sentence "no problem" outweighs what explains it
                    here[name] = "ruled_out" if denied else "mentioned", part
        spoken = SPOKEN_TOO if here else SPOKEN
        for name, probability in barrier.items():
            if name and name not in here and probability[0] >= spoken:
                here[name] = "ruled_out" if none[0] > NONE else "mentioned", piece
        if len(here) == 1:  # nothing else is in it, so the whole sentence is quoted, not the part that names it
            return {name: (status, piece) for name, (status, _) in here.items()}
        return here

    def _passing(self, piece: Piece) -> dict[str, tuple[Literal["mentioned", "ruled_out"], Piece]]:
        here: dict[str, tuple[Literal["mentioned", "ruled_out"], Piece]] = {}
        for part in parts(piece):
            if not self._lexicon.ruled_out.search(part.text):
                for name in _matching(self._lexicon.barriers_said, part.text):
                    here.setdefault(name, ("mentioned", part))
        return here

    def _named(self, text: str) -> list[str]:
        return _matching(self._lexicon.technologies, text)

    def _meant(self, text: str) -> list[str]:
        """The technology that is spoken of without its name."""
        said = self._learnt.remark("technology", self._learnt.features([text]))
        return [name for name, probability in said.items() if name and probability[0] >= MEANT]


def _matching(patterns: Mapping[str, re.Pattern[str]], text: str) -> list[str]:
    return [name for name, pattern in patterns.items() if pattern.search(text)]
