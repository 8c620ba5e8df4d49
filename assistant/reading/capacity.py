"""Own hours a month and money for one thing, as people say them, in English and Danish. Knows no plan and no dialogue."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.domain.actions import Cost
from assistant.domain.acts import CapacitySaid
from assistant.reading import numbers
from assistant.reading.segments import Piece

_HOURS = {"hour": 1.0, "time": 1.0, "day": 7.4, "dag": 7.4}
"""Hours of a unit; a day is a fifth of 37 hours."""
_MONTHLY = {"week": 52 / 12, "uge": 52 / 12, "month": 1.0, "måned": 1.0}
_KRONER = 7.46
"""Kroner to the euro; the krone has been held close to it for decades."""
_LIMITS: tuple[tuple[float, Cost], ...] = ((5_000, "under_5000"), (50_000, "5000_50000"), (float("inf"), "more"))
MOST_HOURS = 2000

_N = rf"(?<![\w.,])(?P<n>{numbers.PATTERN})"
_TIME = re.compile(
    rf"{_N}\s+(?:own |working |egne |arbejds)?(?P<unit>hour|time|day|dag)(?:s|r|e)?(?:\s+af)?\s*(?:a|per|each|every|pr\.?|om|i|hver)\s*"
    r"(?P<per>week|uge|month|måned)(?:en|n)?(?!\w)",
    re.IGNORECASE,
)
_MONEY = re.compile(
    rf"(?:(?P<before>€|eur|dkk|kr\.?)\s*)?{_N}(?:\s*(?P<many>thousand|tusinde?|k|t\.?kr\.?|million(?:er)?|mio\.?))?"
    r"\s*(?P<after>€|euros?|eur|kroner|kr\.?|dkk|crowns)?(?!\w)",
    re.IGNORECASE,
)
_NONE = re.compile(
    r"\b(?:no money|nothing but (?:our |my )?(?:own )?hours|only (?:our|my) own hours|ingen penge|ikke nogen penge|kun (?:vores |mine )?egne timer)\b",
    re.IGNORECASE,
)


def read(pieces: Sequence[Piece]) -> Iterator[CapacitySaid]:
    """What the company says it can put in: the last hours and the last sum that `pieces` tell, each with its words."""
    hours: CapacitySaid | None = None
    money: CapacitySaid | None = None
    for piece in pieces:
        for match in _TIME.finditer(piece.text):
            if said := _hours(match):
                hours = CapacitySaid(hours=said, **_place(piece, match))
        for match in _MONEY.finditer(piece.text):
            if said_band := _band(match):
                money = CapacitySaid(money=said_band, **_place(piece, match))
        if match_none := _NONE.search(piece.text):
            money = CapacitySaid(money="own_hours", **_place(piece, match_none))
    yield from (act for act in (hours, money) if act is not None)


def without(piece: Piece, acts: Sequence[CapacitySaid]) -> Piece:
    """`piece` with the words of `acts` blanked out, so that their numbers are not taken for something else."""
    text = piece.text
    for act in acts:
        start, end = max(act.start, piece.start) - piece.start, min(act.end, piece.end) - piece.start
        if start < end:
            text = text[:start] + " " * (end - start) + text[end:]
    return Piece(text, piece.start)


def _hours(match: re.Match[str]) -> int | None:
    number = numbers.parse(match["n"])
    if number is None:
        return None
    hours = round(number.value * _HOURS[match["unit"].casefold()] * _MONTHLY[match["per"].casefold()])
    return hours if 1 <= hours <= MOST_HOURS else None


def _band(match: re.Match[str]) -> Cost | None:
    number, many = numbers.parse(match["n"]), (match["many"] or "").casefold()
    unit = (match["before"] or match["after"] or ("kr" if "kr" in many else "")).casefold()
    if number is None or not unit:
        return None
    amount = float(number.value) * (1 if not many else 1_000_000 if many.startswith("mi") else 1_000)
    if unit.startswith(("kr", "dkk", "crown")):
        amount /= _KRONER
    return next(band for limit, band in _LIMITS if amount <= limit)


def _place(piece: Piece, match: re.Match[str]) -> dict[str, int | str]:
    text = match.group().strip()
    start = piece.start + match.start() + match.group().index(text)
    return {"quote": text, "start": start, "end": start + len(text)}
