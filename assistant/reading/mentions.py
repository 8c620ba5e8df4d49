"""Targets and ratings: things that are named, found by pattern clause by clause."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from assistant.domain.acts import Rating, TargetChosen
from assistant.reading.lexicon import Lexicon
from assistant.reading.segments import Piece

_CUT = re.compile(r"[,;:.!?]\s+|\s(?:-|–|—)\s|,? (?:but|men|whereas|while|mens|hvorimod) ", re.IGNORECASE)
_RATING_WORD = {
    4: r"\b(?:four|fire|firer|very well|really well|spot on|exactly|(?<!not )perfect(?:ly)?|rigtig godt|meget godt|fuldt ud|præcis|helt rigtigt|perfekt)\b",
    3: r"\b(?:three|tre|treer|well|good|fairly|mostly|godt|fint|det meste|okay)\b",
    2: r"\b(?:two|to|toer|partly|so-so|half|somewhat|delvis\w*|sådan lala|halvt|noget)\b",
    1: r"^\W*(?:one|en|et|ét)\W*$|\b(?:etter|badly|poorly|not at all|dårligt|slet ikke|ikke ret)\b",
}
_STAY = re.compile(
    r"\b(?:stays?|as (?:it|they) (?:is|are)|where (?:it|they|we) (?:is|are)|leave|enough|fine|no change|bliver|blive|som (?:det|de|den) er|hvor (?:det|de|vi) er|lade|nok|godt nok|uændret)\b",
    re.IGNORECASE,
)
_REST = re.compile(
    r"\b(?:the rest|everything|the lot|all of (?:it|them)|across the board|all the (?:others?|rest)|others"
    r"|resten|alt andet|alle sammen|det hele|de andre|alle de andre)\b",
    re.IGNORECASE,
)
"""All dimensions that nothing was said of yet."""
_NO = re.compile(r"^\W*(?:(?:oh|well|åh|jo|hov),? )?(?:no|nej)\b", re.IGNORECASE)
"""Opens a sentence that takes back what was said before it."""
_TOO = re.compile(r"\b(?:too|as well|also|likewise|the same|også|ligeså|ligeledes|det samme)\b", re.IGNORECASE)
_NEXT = re.compile(
    r"\b(?:up|one (?:step|stage)|a step|next (?:step|stage)|higher|better|lift|op|ét trin|et trin|næste trin|højere|bedre|løft\w*)\b",
    re.IGNORECASE,
)
_STAGE = re.compile(r"(?<![\d.,])([0-5])(?![\d.,]\d|\d)")
_AS_NOUN = re.compile(
    r"\b(?:an?|en|et) (?:(one|et-?tal|etter|1-?tal)|(two|to-?tal|to[’']?er|2[’']er)|(three|tre-?tal|treer|3[’']er)"
    r"|(four|fir-?tal|firer|4[’']er)|(five|fem-?tal|femmer|5[’']er))\b",
    re.IGNORECASE,
)
"""The stages by their names: "up to a three", "op på en to'er"."""
_NUMBER_WORD = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "to": 2, "tre": 3, "fire": 4, "fem": 5,
}  # fmt: skip


def parts(piece: Piece) -> list[Piece]:
    """`piece` cut at commas and contrasts, each part with its place."""
    cuts, start = [], 0
    for match in _CUT.finditer(piece.text):
        cuts.append(Piece(piece.text[start : match.start()], piece.start + start))
        start = match.end()
    cuts.append(Piece(piece.text[start:], piece.start + start))
    return [cut for cut in cuts if cut.text.strip()]


def rating(piece: Piece) -> Rating | None:
    """A rating 1 to 4, in a digit or in words."""
    if match := re.search(r"(?<![\d.,])([1-4])(?!\d|[.,]\d)", piece.text):
        return Rating(value=int(match[1]), quote=piece.text, start=piece.start, end=piece.end)
    if re.search(
        r"\b(?:not (?:well|very|so|really|particularly)|ikke (?:så |særlig |specielt |ret )?(?:godt|meget))\b",
        piece.text,
        re.IGNORECASE,
    ):
        return Rating(value=2, quote=piece.text, start=piece.start, end=piece.end)
    for value in (1, 4, 3, 2):
        if re.search(_RATING_WORD[value], piece.text, re.IGNORECASE):
            return Rating(value=value, quote=piece.text, start=piece.start, end=piece.end)
    return None


def targets(
    pieces: Sequence[Piece],
    lexicon: Lexicon,
    today: Mapping[str, float | None],
    about: Callable[[str], str | None],
) -> Iterator[TargetChosen]:
    """Targets by dimension: "machines up to 3, the rest may stay".

    Args:
        pieces: What was said.
        lexicon: Names the dimensions.
        today: The score of each dimension.
        about: The dimension that a sentence which names none is about, if that is likely.
    """
    chosen: dict[str, TargetChosen] = {}
    waiting: list[str] = []
    before = ""
    """The words that last told a stage: "machines up to 3, and connections too"."""
    for piece in pieces:
        if _NO.search(piece.text):  # "Five in everything! No, all right, machines to three."
            chosen.clear()
        for part in parts(piece):
            named = [name for name, pattern in lexicon.targets.items() if pattern.search(part.text)]
            if _REST.search(part.text):
                named = [name for name in lexicon.targets if name not in chosen and name not in waiting]
            if (
                not (named or waiting) and _target(part.text, 0.0) is not None
            ):  # "how it gets from me to him, up to two"
                named = [name for name in (about(piece.text),) if name is not None]
            waiting = named or waiting
            told = part.text if _target(part.text, 0.0) is not None or not _TOO.search(part.text) else before
            before = told if _target(told, 0.0) is not None else before
            for name in waiting:
                if (stage := _target(told, today.get(name))) is not None and (named or name not in chosen):
                    chosen[name] = TargetChosen(
                        dimension=name, stage=stage, quote=part.text, start=part.start, end=part.end
                    )
            if all(name in chosen for name in waiting):
                waiting = []
    yield from chosen.values()


def _target(text: str, today: float | None) -> int | None:
    if match := _STAGE.search(text):
        return int(match[1])
    if match := _AS_NOUN.search(text):
        return int(match.lastindex or 0)
    for word, stage in _NUMBER_WORD.items():
        if re.search(rf"\b(?:stage|level|trin|niveau|to|til|up to|op på|op til) {word}\b", text, re.IGNORECASE):
            return stage
    if today is None:
        return None
    if _STAY.search(text):
        return int(today)
    return min(5, int(today) + 1) if _NEXT.search(text) else None
