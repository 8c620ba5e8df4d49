"""What kind of answer a question wants: an amount with its unit, and the names that the material must speak of.

Knows words of asking, numbers and units; knows no passages and no vectors. A near miss reads like an answer but lacks
just the amount or the name that was asked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from assistant.domain.maturity import LANGUAGES, Language

_NUMBER: dict[Language, str] = {
    "en": (
        r"(?:\d[\d.,]*|(?<!\w)(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|fifty|hundred|thousand"
        r"|million|half|a dozen)(?!\w))"
    ),
    "da": (
        r"(?:\d[\d.,]*|(?<!\w)(?:én|ét|to|tre|fire|fem|seks|syv|otte|ni|ti|elleve|tolv|tyve|halvtreds|hundrede|tusind"
        r"|million|halv|halvt)(?!\w))"
    ),
}
_UNITS = (  # asked in these words -> said in these
    (r"watts?", r"k?W\b|watts?"),
    (r"kilo(?:gram)?s?|kg|tons?|tonnes?", r"kg\b|kilo\w*|tons?|tonnes?"),
    (r"millimet(?:re|er)s?|mm", r"mm\b|millimet\w+|(?:micro|mikro)met\w+|µm"),
    (r"cent?imet(?:re|er)s?|met(?:re|er)s?", r"c?m\b|(?:centi)?met(?:re|er)s?"),
    (r"per ?cent|percentage|procent|rate|rente\w*", r"%|per ?cent|procent"),
    (r"decibels?", r"dB\b|decibels?"),
    (r"degrees?|grader|hot|warm|temperatures?|varmt?|temperatur\w*", r"°|degrees?|grader"),
    (r"times|gange", r"times|gange"),
    (r"ports?(?: number)?|portnummer", r"(?<=port )\b|ports?"),
    (r"years?|år", r"(?:years?|år|months?|måned\w*)"),
    (r"volts?", r"V\b|volts?"),
    (r"bars?(?: of pressure)?", r"bar\b"),
)
_ASKS = {
    "en": re.compile(
        r"\b(?:how (?:many|much|big|large|high|heavy|thick|hot|warm|far|fast|long|often|small|thin|deep|wide)\b"
        r"|(?:what|which) (?:(?:is|are|was) (?:the |an? )?)?(?:(?!do|can|will|would|should)\w+ )?"
        r"(?:rate|price|fee|fine|percentage|temperature|port(?: number)?|wage|salary)\b"
        r"|what (?:do|does|did|will|would) .*\b(?:cost|pay|add to the price)\b)",
        re.IGNORECASE,
    ),
    "da": re.compile(
        r"\b(?:hvor (?:mange|meget|stort?|store|høj\w*|tung\w*|tyk\w*|varmt?|langt?|længe|hurtigt?|tit|ofte|små|dyb\w*|bred\w*)\b"
        r"|(?:hvad|hvilken|hvilket) (?:er (?:den |det )?)?(?:(?!kan|gør|skal|vil)\w+ )?"
        r"(?:rente\w*|pris\w*|gebyr\w*|bøde\w*|procent\w*|temperatur|port|løn)\b"
        r"|hvad (?:koster|tager|betaler|skal .* (?:koste|have? i løn|give .* i løn)))\b",
        re.IGNORECASE,
    ),
}
_LOOSE = re.compile(
    r"\b(?:how (?:long|often|far|fast|much|big|large|small)|hvor (?:længe|tit|ofte|langt?|hurtigt?|meget|stort?|store|små))\b",
    re.IGNORECASE,
)
_TIME = r"daily|weekly|monthly|yearly|every|always|never|\w*(?:minut|hour|time|dag|day|week|uge|month|måned|year|år)\w*|once|twice|hver\w*|aldrig|altid"
_MONEY = re.compile(
    r"\b(?:costs?|price|fees?|fines?|wages?|salary|pay|koster|koste|pris\w*|gebyr\w*|bøde\w*|løn)\b", re.IGNORECASE
)
_DIGIT = r"\d"
_NOW = re.compile(r"\b(?:today|right now|currently|nowadays|this year|i dag|lige nu|for tiden|i år)\b", re.IGNORECASE)
_NOTHING = r"\b(?:free|nothing|gratis|intet|ikke andet|koster (?:\w+ ){0,2}ikke noget)\b"
_LEAD = r"(?:how (?:many )?|hvor (?:mange )?|(?:what|which|hvad|hvilke[nt]) (?:\w+ ){0,2})"
_CURRENCY = re.compile(
    r"\bDKK|\bkr\b|kroner|€|\beuros?\b|\bEUR\b|\$|%|per ?cent|procent|\bfree\b|gratis|nothing|\bintet\b|ikke noget",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"(?<![\w-])(?:(?=\w*[A-ZÆØÅ])(?=\w*\d)[\w-]{2,}|\w*[A-ZÆØÅ]\w*[A-ZÆØÅ]\w*|[A-ZÆØÅ][a-zæøåéöü]{2,})(?![\w])"
)
_NUMBERED = re.compile(r"(?<![\w-])(?:[A-ZÆØÅ]{2,}(?:/[A-Z]+)? \d[\d-]*|\d+\.\d+(?= \w))")
_EVERYDAY = (
    "I I'm Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August"
    " September October November December Denmark Danish English Europe European EU Danmark Jutland IT PC OK CEO"
)
_COMMON = frozenset(_EVERYDAY.split())


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an answer must hold."""

    amount: dict[Language, re.Pattern[str]] | None
    """For each language what is found in a sentence that gives the amount; None when no amount is asked for."""
    money: bool
    """The amount is money, and the passage must speak of money."""
    names: tuple[str, ...]
    """Each must stand somewhere in the material."""

    def given(self, sentence: str, passage: str, language: Language) -> bool:
        """Whether `sentence`, which stands in `passage`, gives the amount; True when none is asked for."""
        if self.amount is None:
            return True
        return bool(self.amount[language].search(sentence)) and (not self.money or bool(_CURRENCY.search(passage)))

    def missing(self, material: str) -> list[str]:
        """Names asked about that `material` never speaks of."""
        held = material.lower()
        return [name for name in self.names if not _stands(name.lower(), held)]


@lru_cache(maxsize=1024)
def wanted(question: str, language: Language) -> Wanted:
    """What an answer to `question` must hold."""
    return Wanted(_amount(question, language), bool(_MONEY.search(question)), _names(question))


def _amount(question: str, language: Language) -> dict[Language, re.Pattern[str]] | None:
    asks = _ASKS[language].search(question)
    if not asks:
        return None
    clause = question[asks.start() :]
    for asked, said in _UNITS:
        if re.match(rf"{_LEAD}(?:{asked})\b", clause, re.IGNORECASE):
            return _in_both(rf"NUMBER[\s-]*(?:{said})|(?:{said})\s*NUMBER")
    money = bool(_MONEY.search(question))
    others = _NOTHING if money else rf"(?<!\w)(?:{_TIME})(?!\w)" if _LOOSE.match(clause) else "(?!)"
    if money and _NOW.search(question):  # what stands in a talk is no price of today
        return _in_both("(?!)")
    return _in_both(rf"{_DIGIT if money else 'NUMBER'}|{others}")


def _in_both(pattern: str) -> dict[Language, re.Pattern[str]]:
    """`pattern` in each language, with its numbers where NUMBER stands."""
    return {name: re.compile(pattern.replace("NUMBER", _NUMBER[name]), re.IGNORECASE) for name in LANGUAGES}


def _names(question: str) -> tuple[str, ...]:
    found = [match[0] for match in _NUMBERED.finditer(question)]
    for match in _NAME.finditer(question):
        begins = not question[: match.start()].strip() or question[: match.start()].rstrip()[-1] in ".?!:"
        plain = match[0][1:].islower()
        if match[0] not in _COMMON and not (begins and plain):
            found.append(match[0])
    return tuple(dict.fromkeys(found))


def _stands(name: str, held: str) -> bool:
    """Whether the name, or the name without its ending, begins a word of the text."""
    bare = name.removesuffix("'s").rstrip("s'")
    parts = bare.split("-")
    return bool(re.search(rf"(?<!\w){re.escape(bare)}", held)) or (len(parts) > 1 and all(p in held for p in parts))
