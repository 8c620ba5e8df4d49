"""Quantities: the same number is the same, whichever way and in whichever language it is written."""

from __future__ import annotations

import pytest

from assistant.answering.quantities import quantities
from assistant.domain.maturity import Language


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("da", "1.200,5 kr.", [(1200.5, "kr")]),
        ("en", "1,200.5 kroner", [(1200.5, "kr")]),
        ("da", "1.200", [(1200, "")]),
        ("en", "1.200", [(1.2, "")]),
        ("da", "Industri 4.0", [(4, "")]),
        ("da", "3 mio. kr.", [(3e6, "kr")]),
        ("en", "3 million euros", [(3e6, "eur")]),
        ("en", "€40 and DKK 300", [(40, "eur"), (300, "kr")]),
        ("da", "kr. 300", [(300, "kr")]),
        ("en", "at 60 °C", [(60, "c")]),
        ("en", "5-10 %", [(5, ""), (10, "%")]),
        ("en", "12mm, 12 mm, 12 millimetres", [(12, "mm")] * 3),
        ("en", "twenty-one days", [(21, "d")]),
        ("da", "enogtyve dage", [(21, "d")]),
        ("da", "tre uger og ½ time", [(3, "week"), (0.5, "h")]),
        ("da", "halvtreds procent", [(50, "%")]),
        ("en", "half of them, a dozen", [(0.5, ""), (12, "")]),
        ("en", "12 000 parts", [(12000, "")]),
        ("en", "no number here", []),
    ],
)
def test_numbers_and_units(language: Language, text: str, expected: list[tuple[float, str]]) -> None:
    assert [(q.value, q.unit) for q in quantities(text, language)] == expected


def test_a_number_word_that_may_mean_something_else_is_loose() -> None:
    assert [q.loose for q in quantities("The second time it took three seconds.", "en")] == [True, False]
