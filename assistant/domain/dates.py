"""Days and months in words. Knows no language: the words are given, as `{day, month, months}` of the replies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def day(on: str, words: Mapping[str, Any]) -> str:
    """`2027-03-01` as a day in words; what is no date stays as it is."""
    year, _, rest = on.partition("-")
    number, _, of_month = rest.partition("-")
    if not (year.isdigit() and number.isdigit() and of_month.isdigit()):
        return on
    return str(words["day"]).format(day=int(of_month), month=words["months"][int(number) - 1], year=year)


def month(of: str, words: Mapping[str, Any]) -> str:
    """`2027-03` as a month in words; what is no month stays as it is."""
    year, _, number = of.partition("-")
    if not (year.isdigit() and number.isdigit()):
        return of
    return str(words["month"]).format(month=words["months"][int(number) - 1], year=year)


def checked(on: str) -> str:
    """`on` if it is a day.

    Raises:
        ValueError: it is none; says how to write it.
    """
    try:
        if _DAY.fullmatch(on):
            return date.fromisoformat(on).isoformat()
    except ValueError:
        pass
    raise ValueError(f"date {on!r}: is no date; write it like 2027-03-01.")
