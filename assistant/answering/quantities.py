"""Quantities: the numbers of a text with their units, whichever way they are written. Knows forms of writing, not what they count.

Danish and English write them differently (1.200,5 and 1,200.5), and both write small ones in words. Numbers that are a part of a
name (NIS2, ISO 9001-3, 4.0) are kept as names by `assistant.answering.grounding` and as numbers here: they have to stand either way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from assistant.domain.maturity import Language

_ONES = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
    "da": "nul én to tre fire fem seks syv otte ni ti elleve tolv tretten fjorten femten seksten sytten atten nitten",
}
_TENS = {
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
    "da": "tyve tredive fyrre halvtreds tres halvfjerds firs halvfems",
}
_MORE: dict[Language, dict[str, float]] = {
    "en": {
        "half": 0.5, "halves": 0.5, "quarter": 0.25, "dozen": 12, "hundred": 100, "hundreds": 100, "thousand": 1000,
        "thousands": 1000, "million": 1e6, "millions": 1e6, "billion": 1e9, "once": 1, "twice": 2, "double": 2, "doubles": 2,
        "thrice": 3, "triple": 3, "second": 2, "third": 3, "thirds": 3, "fourth": 4, "fifth": 5, "tenth": 10, "single": 1,
    },
    "da": {
        "ét": 1, "halv": 0.5, "halvt": 0.5, "halve": 0.5, "halvdelen": 0.5, "halvanden": 1.5, "halvandet": 1.5, "kvart": 0.25,
        "snes": 20, "dusin": 12, "hundrede": 100, "hundreder": 100, "hundred": 100, "tusind": 1000, "tusinde": 1000,
        "tusinder": 1000, "million": 1e6, "millioner": 1e6, "milliard": 1e9, "milliarder": 1e9, "dobbelt": 2, "dobbelte": 2,
        "fordoble": 2, "fordobler": 2, "tredobbelt": 3, "anden": 2, "tredje": 3, "tredjedel": 3, "fjerde": 4, "fjerdedel": 4,
        "femte": 5, "femtedel": 5, "tiendedel": 10, "fyrretyve": 40,
    },
}  # fmt: skip
_OTHER_MEANINGS = frozenset({"second", "anden", "single", "quarter", "once"})
"""Words that are numbers only sometimes."""
_SCALES = {
    "hundred": 100, "hundrede": 100, "thousand": 1e3, "tusind": 1e3, "tusinde": 1e3, "million": 1e6, "millioner": 1e6,
    "mio": 1e6, "billion": 1e9, "milliard": 1e9, "milliarder": 1e9, "mia": 1e9, "k": 1e3,
}  # fmt: skip
_UNITS = (
    ("%", "% percent procent pct"), ("kr", "kr krone kroner dkk"), ("eur", "€ euro euros eur"), ("usd", "$ dollar dollars usd"),
    ("gbp", "£ pound pounds gbp"), ("µm", "µm μm micrometre micrometres micrometer micrometers mikrometer micron microns"),
    ("mm", "mm millimetre millimetres millimeter millimeters"), ("cm", "cm centimetre centimetres centimeter centimeters"),
    ("m", "m metre metres meter meters"), ("km", "km kilometre kilometres kilometer kilometers"),
    ("g", "g gram grams"), ("kg", "kg kilo kilos kilogram kilograms"), ("t", "t ton tons tonne tonnes"),
    ("ms", "ms millisecond milliseconds millisekund millisekunder"), ("s", "s sec second seconds sekund sekunder"),
    ("min", "min minute minutes minut minutter"), ("h", "h hour hours time timer"), ("d", "day days dag dage døgn"),
    ("week", "week weeks uge uger"), ("month", "month months måned måneder"), ("year", "year years år"),
    ("w", "w watt watts"), ("kw", "kw kilowatt"), ("kwh", "kwh"), ("v", "v volt volts"), ("a", "ampere amperes amp amps"),
    ("ma", "ma milliampere"), ("c", "°c celsius"), ("deg", "° degree degrees grader grad"), ("bar", "bar"), ("db", "db decibel decibels"),
    ("hz", "hz hertz"), ("mhz", "mhz"), ("ghz", "ghz"), ("kb", "kb kilobyte kilobytes"), ("mb", "mb megabyte megabytes"),
    ("gb", "gb gigabyte gigabytes"), ("bit", "bit bits"), ("byte", "byte bytes"), ("l", "l litre litres liter liters"),
    ("times", "times gange gang"),
)  # fmt: skip
_UNIT_OF = {word: unit for unit, words in _UNITS for word in words.split()}
_DIGITS = r"\d{1,3}(?:[.,'\u00a0\u202f ]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)?"
_PAIRS = rf"(?:{_TENS['en'].replace(' ', '|')})-(?:{_ONES['en'].split(' ten')[0].replace(' ', '|')})"
_TOKEN = re.compile(rf"(?P<digits>{_DIGITS})|(?P<sign>[%€$£°½¼¾])|(?P<word>\b{_PAIRS}\b|[^\W\d_]+)", re.IGNORECASE)
_FRACTIONS = {"½": 0.5, "¼": 0.25, "¾": 0.75}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a text."""

    value: float
    unit: str
    """Empty where none of the known units stands beside it."""
    start: int
    end: int
    """Characters of the number and its unit in the text."""
    loose: bool
    """A word that may mean something else as well."""


@cache
def _words(language: Language) -> dict[str, float]:
    words = {word: float(value) for value, word in enumerate(_ONES[language].split())}
    tens = dict(zip(_TENS[language].split(), range(20, 100, 10), strict=True))
    words |= {word: float(value) for word, value in tens.items()}
    for word, value in tens.items():
        for one, name in list(enumerate(_ONES[language].split()))[1:10]:
            words[f"{word}-{name}" if language == "en" else f"{'en' if one == 1 else name}og{word}"] = float(
                value + one
            )
    return words | _MORE[language]


def quantities(text: str, language: Language) -> tuple[Quantity, ...]:
    """All numbers of `text`, in order; scales ("3 million") are multiplied in."""
    tokens = list(_TOKEN.finditer(text))
    words = _words(language)
    found: list[Quantity] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        raw = token[0].casefold()
        value = _value(token, language, words)
        if value is None:
            index += 1
            continue
        last = index
        if not token["word"] or raw not in ("million", "thousand", "hundred"):
            while last + 1 < len(tokens) and (scale := _SCALES.get(tokens[last + 1][0].casefold())):
                if text[tokens[last].end() : tokens[last + 1].start()].strip(" .-\u00a0"):
                    break
                value, last = value * scale, last + 1
        unit, start, end, after = _unit(text, tokens, index, last, language)
        loose = bool(token["word"]) and raw in _OTHER_MEANINGS and not unit
        found.append(Quantity(value, unit, start, end, loose))
        index = after
    return tuple(found)


def _value(token: re.Match[str], language: Language, words: dict[str, float]) -> float | None:
    if token["digits"]:
        return _parsed(token["digits"], language)
    if token["sign"]:
        return _FRACTIONS.get(token["sign"])
    return words.get(token["word"].casefold())


def _parsed(digits: str, language: Language) -> float:
    """1.200,5 is 1200.5 in Danish, 1,200.5 in English; with both marks in a number the last one parts the decimals."""
    bare = re.sub(r"['\u00a0\u202f ]", "", digits)
    marks = [mark for mark in bare if mark in ".,"]
    decimal = "." if language == "en" else ","
    if len(set(marks)) == 2:
        decimal = marks[-1]
    elif len(marks) > 1:
        decimal = ""
    elif marks and not re.search(r"[.,]\d{3}$", bare):
        decimal = marks[0]
    whole, _, rest = bare.partition(decimal) if decimal else (bare, "", "")
    return float(f"{re.sub('[.,]', '', whole)}.{re.sub('[.,]', '', rest) or 0}")


def _unit(
    text: str, tokens: list[re.Match[str]], first: int, last: int, language: Language
) -> tuple[str, int, int, int]:
    """The unit that stands right behind a number, or right before it where it is a sign of money; where both begin and end,
    and the token after them.
    """
    start, end = tokens[first].start(), tokens[last].end()
    if last + 1 < len(tokens):
        token, after = tokens[last + 1], last + 2
        name = token[0].casefold()
        if name == "°" and after < len(tokens) and tokens[after][0].casefold() == "c":
            name, after = "°c", after + 1
        gap = " -.\u00a0\u202f" if tokens[last][0].casefold() in ("mio", "mia") else " -\u00a0\u202f"
        between = text[end : token.start()]
        known = name in _UNIT_OF and not (language == "en" and name == "time") and not (token[0] == "A" and between)
        if known and not between.strip(gap):
            return _UNIT_OF[name], start, tokens[after - 1].end(), after
    if first:
        before = tokens[first - 1]
        name = _UNIT_OF.get(before[0].casefold(), "")
        if name in ("kr", "eur", "usd", "gbp") and not text[before.end() : start].strip(" ."):
            return name, before.start(), end, last + 1
    return "", start, end, last + 1
