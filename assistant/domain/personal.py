"""Danish personal identity numbers (CPR): found in what people type, and masked. Pure.

A CPR number is a date of birth, ddmmyy, and four digits, of which the first tells the century. Since 2007 not every number fits the
old check digit, so it is not asked for: what has a real date is masked, even where it was something else.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TypeVar

from pydantic import BaseModel

from assistant.domain.strings import changed_act

SIGN = "x"
"""Stands for a digit. A masked text is as long as it was, so that quotes stand where they stood."""
_DASH = "-\u2010\u2011\u2012\u2013\u2014\u2212"
_SPACE = r"[ \t\u00a0\u2007\u2009\u202f]"
_CPR = re.compile(
    rf"(?<![0-9])([0-9]{{2}})(?P<in>[ ./]?)([0-9]{{2}})(?P=in)([0-9]{{2}})"
    rf"(?P<gap>{_SPACE}{{0,2}}[{_DASH}]{_SPACE}{{0,2}}|{_SPACE}?)([0-9])([0-9]{{3}})(?![0-9])"
)
"""A date, perhaps with a space, point or stroke between its parts, then perhaps a space or dash, then four digits."""
_HEX = frozenset("0123456789abcdef_")
_Act = TypeVar("_Act", bound=BaseModel)


def masked(text: str) -> str:
    """`text` with the digits of every CPR number replaced; as long as before."""
    return _CPR.sub(lambda found: re.sub("[0-9]", SIGN, found[0]) if _is(found) else found[0], text)


def masked_act(act: _Act) -> _Act:
    """`act` with CPR numbers in any of its words replaced; the very same where there are none.

    Raises:
        ValueError: the act does not hold without the number.
    """
    return changed_act(act, masked)


def _is(found: re.Match[str]) -> bool:
    beside = found.string[max(0, found.start() - 1) : found.start()] + found.string[found.end() : found.end() + 1]
    if not found["gap"] and set(beside) & _HEX:
        return False  # a part of a key
    if found["in"] and not set(found["gap"]) & set(_DASH):
        return False  # 10 12 20 1000 is a row of numbers
    day, month, year, seventh = (int(found[number]) for number in (1, 3, 4, 6))
    try:
        date(_century(year, seventh) + year, month, day)
    except ValueError:
        return False
    return True


def _century(year: int, seventh: int) -> int:
    """The century that the seventh digit tells (CPR-kontoret, "Personnummeret i CPR")."""
    if seventh <= 3:
        return 1900
    if seventh in (4, 9):
        return 2000 if year <= 36 else 1900
    return 2000 if year <= 57 else 1800
