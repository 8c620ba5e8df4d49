"""Numbers as people say them, in English and Danish: digits, words, ranges and vagueness. Whole numbers only."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_ONES_EN = dict(
    zip(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"], range(1, 10), strict=True)
)
_TEENS_EN = dict(
    zip(
        ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"],
        range(10, 20),
        strict=True,
    )
)
_TENS_EN = dict(
    zip(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], range(20, 100, 10), strict=True)
)
_ONES_DA = {
    "en": 1, "én": 1, "et": 1, "ét": 1, "to": 2, "tre": 3, "fire": 4, "fem": 5, "seks": 6, "syv": 7, "otte": 8, "ni": 9,
}  # fmt: skip
_TEENS_DA = dict(
    zip(
        ["ti", "elleve", "tolv", "tretten", "fjorten", "femten", "seksten", "sytten", "atten", "nitten"],
        range(10, 20),
        strict=True,
    )
)
_TENS_DA = {
    "tyve": 20, "tredive": 30, "tredve": 30, "fyrre": 40, "fyrretyve": 40, "halvtreds": 50, "halvtredsindstyve": 50, "tres": 60,
    "tresindstyve": 60, "halvfjerds": 70, "halvfjerdsindstyve": 70, "firs": 80, "firsindstyve": 80, "halvfems": 90,
    "halvfemsindstyve": 90,
}  # fmt: skip
_SPECIAL = {
    "a dozen": 12, "dozen": 12, "two dozen": 24, "half a dozen": 6, "a score": 20, "a couple": 2, "a hundred": 100,
    "one hundred": 100, "hundred": 100, "two hundred": 200, "a couple of dozen": 24,
    "et dusin": 12, "en snes": 20, "snes": 20, "halvanden snes": 30, "et par snese": 40, "hundrede": 100, "et hundrede": 100,
    "to hundrede": 200, "halvandet hundrede": 150, "et halvt hundrede": 50, "en halv snes": 10, "halv snes": 10,
    "a half dozen": 6, "two score": 40, "to snese": 40, "et par": 2,
}  # fmt: skip


def _words() -> dict[str, int]:
    words = _ONES_EN | _TEENS_EN | _TENS_EN | _ONES_DA | _TEENS_DA | _TENS_DA | _SPECIAL
    for tens, value in _TENS_EN.items():
        for one, unit in _ONES_EN.items():
            words |= {f"{tens}-{one}": value + unit, f"{tens} {one}": value + unit, f"{one} and {tens}": value + unit}
        words |= {f"{tens} odd": value + 3, f"{tens}-odd": value + 3, f"{tens}-something": value + 5}
    for tens, value in _TENS_DA.items():
        for one, unit in _ONES_DA.items():
            words |= {
                f"{one}og{tens}": value + unit,
                f"{one} og {tens}": value + unit,
                f"{one}-og-{tens}": value + unit,
            }
        words |= {f"et par og {tens}": value + 2, f"nogle og {tens}": value + 4}
    return words


_WORDS = _words()
_DIGITS = r"\d{1,3}(?:[.,\u00a0 ]\d{3}){1,5}(?!\d)|\d+"


def _any_of(words: Iterable[str]) -> str:
    """A pattern of any of `words`, the longest first, as a tree of their letters: a list takes ten times as long to compile."""
    tree: dict[str, list[str]] = {}
    for word in words:
        tree.setdefault(word[:1], []).append(word[1:])
    ends = tree.pop("", None) is not None
    branches = "|".join(re.escape(first) + _any_of(rests) for first, rests in sorted(tree.items()))
    return f"(?:{branches}){'?' * ends}" if len(tree) > 1 or (ends and tree) else branches


_PAIRS = (
    rf"{_any_of(_ONES_DA)}(?:og| og |-og-){_any_of(_TENS_DA)}",
    rf"{_any_of(_TENS_EN)}[- ]{_any_of(_ONES_EN)}",
    rf"{_any_of(_ONES_EN)} and {_any_of(_TENS_EN)}",
)
"""Ones and tens: five hundred words in three patterns."""
_PAIR = re.compile("|".join(_PAIRS))
_SMALL = rf"(?:{'|'.join(_PAIRS)}|{_any_of(word for word in _WORDS if not _PAIR.fullmatch(word))})"
_COMPOUND = (
    rf"(?:(?:a|one|two|three|four|five|et|ét|to|tre|fire|fem) )?hundrede?(?: (?:and|og) (?:{_SMALL}|\d{{1,2}}))?"
)
_NUMBER = rf"(?:{_COMPOUND}|{_DIGITS}|{_SMALL})"
PATTERN = rf"(?:{_NUMBER})(?:\s*(?:-|–|—|to|or|til|eller|à)\s*(?:{_NUMBER}))?"
"""A number or a range of two, as a regular expression without groups; case must be ignored."""
_FULL = re.compile(rf"({_NUMBER})(?:\s*(?:-|–|—|to|or|til|eller|à)\s*({_NUMBER}))?", re.IGNORECASE)


@dataclass(frozen=True)
class Number:
    """`value` of a number that was said; the middle, rounded up, of a range."""

    value: int
    vague: bool


def parse(text: str) -> Number | None:
    """The number that `text` is, or None when it is none: "19-20" -> 20, "et par og tyve" -> 22, "1.200" -> 1200."""
    match = _FULL.fullmatch(" ".join(text.casefold().split()))
    if match is None:
        return None
    low = _value(match[1])
    if match[2] is None:
        return Number(low, vague=bool(re.search(r"odd|something|et par og|nogle og|snes|dozen|dusin", match[1])))
    high = _value(match[2])
    return Number(-(-(low + high) // 2), vague=True)


def _value(word: str) -> int:
    if word[0].isdigit():
        return int(re.sub(r"\D", "", word)[:12])
    if word in _WORDS:
        return _WORDS[word]
    if (hundreds := re.match(r"(?:(\w+) )?hundrede?(?: (?:and|og) (.+))?$", word)) is not None:
        many = 1 if hundreds[1] in {None, "a"} else _WORDS[hundreds[1]]
        return many * 100 + (_value(hundreds[2]) if hundreds[2] else 0)
    return _WORDS[word]


def all_in(text: str) -> list[Number]:
    """Every number and range in `text`, in order."""
    found = re.finditer(rf"(?<!\w){PATTERN}(?!\w)", text, re.IGNORECASE)
    return [number for match in found if (number := parse(match.group())) is not None]
