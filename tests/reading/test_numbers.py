"""Numbers as people say them, in both languages."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.reading.numbers import Number, all_in, parse

SAID = [
    # digits
    ("19", 19), ("0", 0), ("1.200", 1200), ("1,200", 1200), ("1.200.000", 1200000), ("12 000", 12000), ("12\u00a0000", 12000),
    ("１９", 19), ("1200", 1200),
    # English words
    ("one", 1), ("nine", 9), ("ten", 10), ("thirteen", 13), ("nineteen", 19), ("twenty", 20), ("twenty-one", 21),
    ("twenty one", 21), ("four and twenty", 24), ("ninety-nine", 99), ("a hundred", 100), ("one hundred", 100),
    ("two hundred", 200), ("a dozen", 12), ("half a dozen", 6), ("a half dozen", 6), ("two dozen", 24), ("a score", 20),
    ("Nineteen", 19), ("TWENTY", 20),
    # dansk
    ("en", 1), ("én", 1), ("to", 2), ("ni", 9), ("elleve", 11), ("seksten", 16), ("nitten", 19), ("tyve", 20),
    ("fireogtyve", 24), ("fire og tyve", 24), ("fem-og-tyve", 25), ("treogtredive", 33), ("toogfyrre", 42),
    ("halvtreds", 50), ("halvtredsindstyve", 50), ("enoghalvtreds", 51), ("tres", 60), ("tresindstyve", 60),
    ("halvfjerds", 70), ("otteoghalvfjerds", 78), ("firs", 80), ("halvfems", 90), ("nioghalvfems", 99),
    ("hundrede", 100), ("to hundrede", 200), ("halvandet hundrede", 150), ("et dusin", 12), ("en snes", 20),
    ("halvanden snes", 30), ("en halv snes", 10), ("to snese", 40),
]  # fmt: skip

VAGUE = [
    ("19-20", 20), ("19–20", 20), ("19 - 20", 20), ("19 to 20", 20), ("19 or 20", 20), ("fifteen to twenty", 18),
    ("twenty to thirty", 25), ("twenty-odd", 23), ("twenty odd", 23), ("twenty-something", 25), ("25 til 30", 28),
    ("25 eller 26", 26), ("to-tre", 3), ("ti-tolv", 11), ("tolv til fjorten", 13), ("et par og tyve", 22),
    ("et par og halvtreds", 52), ("nogle og tredive", 34), ("a dozen", 12), ("et dusin", 12), ("en snes", 20),
]  # fmt: skip


@pytest.mark.parametrize(("said", "value"), SAID)
def test_values(said, value):
    assert parse(said).value == value


@pytest.mark.parametrize(("said", "value"), VAGUE)
def test_ranges_and_vague_numbers(said, value):
    assert parse(said) == Number(value, vague=True)


@pytest.mark.parametrize("said", ["19", "nineteen", "nitten", "halvtreds", "1.200", "two hundred"])
def test_exact_numbers_are_not_vague(said):
    assert not parse(said).vague


@pytest.mark.parametrize(
    "said",
    ["", "  ", "some", "nogle", "MMM", "²", "½", "nineteenth", "19th", "person", "enhver", "tiden", "-", "1-", "x19"],
)
def test_what_is_no_number(said):
    assert parse(said) is None


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("We are 21 now, not 19.", [21, 19]),
        ("19-20 mand og 3 lærlinge", [20, 3]),
        ("fra en snes til et par og tyve", [21]),
        ("C5 and UR10 and 4G", []),
        ("no numbers here", []),
        ("We have twenty-one lathes and a dozen saws.", [21, 12]),
        ("Vi er fireogtyve mand og to-tre lærlinge.", [24, 3]),
        ("ten, eleven", [10, 11]),
    ],
)
def test_all_numbers_of_a_text(text, values):
    assert [number.value for number in all_in(text)] == values


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.integers(0, 10**9))
def test_digits_with_and_without_thousands(value):
    assert parse(str(value)).value == value
    assert parse(f"{value:,}").value == value
    assert parse(f"{value:,}".replace(",", ".")).value == value


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.integers(0, 999), st.integers(0, 999))
def test_a_range_is_its_middle_rounded_up(low, high):
    assert parse(f"{low}-{high}") == Number((low + high + 1) // 2, vague=True)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    st.text()
    | st.lists(st.sampled_from(["en", "og", "tyve", "twenty", "-", "19", "1.", " ", "a", "dozen", "to"])).map(" ".join)
)
def test_any_text_is_taken(text):
    assert parse(text) is None or parse(text).value >= 0
    assert all(number.value >= 0 for number in all_in(text))
