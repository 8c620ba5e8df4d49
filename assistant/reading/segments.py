"""Cuts an utterance into sentences and clauses that keep their place. Knows characters, not meaning."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

_END = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+|\n\s*")
_NO_END = re.compile(
    r"(?:\b(?:ca|bl\.?a|f\.?eks|evt|inkl|ekskl|osv|dvs|nr|kr|min|maks|mio|tlf|hhv|pga|mht|fx|e\.g|i\.e|etc|approx|no|vs|Mr|Mrs|Dr|St)|\b\w|\d)\.$",
    re.IGNORECASE,
)
_LONGEST_ABBREVIATION = 16
"""Characters at the end of which an abbreviation is looked for; more than any of them has."""
LONGEST = 600
"""Characters of one piece at the most; a monologue without full stops is cut at a space."""


@dataclass(frozen=True)
class Piece:
    """`text` stands at [start, end) of the utterance."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """One past the last character."""
        return self.start + len(self.text)


def sentences(utterance: str) -> list[Piece]:
    """The sentences of `utterance`, without the white space between them."""
    pieces, start = [], 0
    for match in _END.finditer(utterance):
        before = utterance[start : match.start()]
        if "\n" not in match.group() and _abbreviated(before, utterance, match.end()):
            continue
        pieces += _bounded(before, start)
        start = match.end()
    return pieces + _bounded(utterance[start:], start)


def clauses(sentence: Piece, contrast: re.Pattern[str]) -> list[Piece]:
    """`sentence` cut before each match of `contrast` that leaves at least two words on both sides."""
    cuts = [0]
    for match in contrast.finditer(sentence.text):
        left, right = sentence.text[cuts[-1] : match.start()], sentence.text[match.start() :]
        if len(left.split()) >= 2 and len(right.split()) >= 3:
            cuts.append(match.start())
    cuts.append(len(sentence.text))
    pieces = []
    for begin, end in pairwise(cuts):
        pieces += _bounded(sentence.text[begin:end], sentence.start + begin)
    return pieces


def _abbreviated(before: str, utterance: str, after: int) -> bool:
    if not before.endswith("."):
        return False
    lower = utterance[after : after + 1].islower() or utterance[after : after + 1].isdigit()
    return bool(_NO_END.search(before[-_LONGEST_ABBREVIATION:])) and (lower or not before[-2:-1].isdigit())


def _bounded(text: str, start: int) -> list[Piece]:
    pieces = []
    while True:
        stripped = text.lstrip(" \t\r\f\v,;–—-")
        start += len(text) - len(stripped)
        text = stripped
        if len(text) <= LONGEST:
            break
        cut = text.rfind(" ", LONGEST // 2, LONGEST)
        cut = cut if cut > 0 else LONGEST
        pieces.append(Piece(text[:cut].rstrip(), start))
        start, text = start + cut, text[cut:]
    if any(character.isalnum() for character in text):
        pieces.append(Piece(text.rstrip(), start))
    return pieces
