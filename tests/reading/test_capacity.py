"""Own hours and money as people say them: hours a month, bands in euro, and what is neither."""

from __future__ import annotations

import time

import pytest

from assistant.domain.acts import CapacitySaid
from assistant.reading.capacity import read, without
from assistant.reading.segments import Piece, sentences


def heard(text: str) -> tuple[int | None, str | None]:
    acts = list(read(sentences(text)))
    for act in acts:
        assert text[act.start : act.end] == act.quote
    hours = next((act.hours for act in acts if act.hours is not None), None)
    return hours, next((act.money for act in acts if act.money is not None), None)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("We can put in 20 hours a month.", 20),
        ("Five hours a week, not more.", 22),
        ("maybe 10-12 hours per month", 11),
        ("one day a week", 32),
        ("two days a month", 15),
        ("Vi kan sætte 20 timer af om måneden.", 20),
        ("20 timer om måneden", 20),
        ("Fem timer om ugen kan vi finde.", 22),
        ("en dag om ugen", 32),
        ("tyve timer pr måned", 20),
        ("fem og tyve timer i måneden", 25),
        ("20 hours", None),
        ("We want to be at stage 3.", None),
        ("0 hours a month", None),
        ("5000 hours a week", None),
    ],
)
def test_hours_a_month(text: str, hours: int | None) -> None:
    assert heard(text)[0] == hours


@pytest.mark.parametrize(
    ("text", "money"),
    [
        ("at most 5,000 euro for one thing", "under_5000"),
        ("€ 4000", "under_5000"),
        ("up to 20 thousand euros", "5000_50000"),
        ("100.000 €", "more"),
        ("højst 30.000 kr.", "under_5000"),
        ("højst 30.000 kroner", "under_5000"),
        ("op til 200.000 kr. til én ting", "5000_50000"),
        ("en halv million", None),
        ("2 millioner kroner", "more"),
        ("50 tusind kroner", "5000_50000"),
        ("There is no money for that", "own_hours"),
        ("ingen penge, kun egne timer", "own_hours"),
        ("stage 3 for the machines", None),
        ("20 hours a month", None),
        ("we are 19 men", None),
    ],
)
def test_money_for_one_thing(text: str, money: str | None) -> None:
    assert heard(text)[1] == money


def test_both_in_one_sentence_and_the_last_word_counts() -> None:
    assert heard("10 timer om måneden, nej, 20 timer om måneden, og højst 30.000 kr.") == (20, "under_5000")


def test_the_words_are_blanked_out_and_keep_their_place() -> None:
    piece = Piece("to 3, with 4 hours a month", 7)
    said = CapacitySaid(hours=4, quote="4 hours a month", start=18, end=33)
    blanked = without(piece, [said])
    assert (blanked.text.rstrip(), blanked.start, len(blanked.text)) == ("to 3, with", 7, len(piece.text))
    assert without(piece, []) == piece


def test_a_long_run_of_figures_takes_no_time():
    started = time.process_time()
    assert heard("111 " * 5000) == (None, None)
    assert time.process_time() - started < 3  # took 8 s
