"""Figures against cases worked out by hand."""

from __future__ import annotations

import json
import math

import pytest

from evals.metrics import figure, ndcg, recall, success

SECOND = 1 / math.log2(3)  # what a hit in the second place is worth: 0.6309


@pytest.mark.parametrize(
    ("found", "relevant", "k", "share"),
    [
        (["a", "x", "b"], {"a", "b"}, 3, 1.0),
        (["a", "x", "b"], {"a", "b"}, 2, 0.5),
        (["x", "y", "a"], {"a"}, 2, 0.0),
        (["a", "b", "x"], {"a", "b", "c"}, 2, 1.0),  # two places can hold two of three
        (["a", "x"], {"a", "b", "c", "d"}, 5, 0.25),
        ([], {"a"}, 5, 0.0),
    ],
)
def test_recall(found: list[str], relevant: set[str], k: int, share: float) -> None:
    assert recall(found, relevant, k) == pytest.approx(share)


def test_success_asks_for_any() -> None:
    assert success(["x", "b"], {"a", "b"}, 2) == 1.0
    assert success(["x", "b"], {"a", "b"}, 1) == 0.0


@pytest.mark.parametrize(
    ("found", "relevant", "k", "gain"),
    [
        (["a", "b"], {"a", "b"}, 10, 1.0),
        (["b", "a", "x"], {"a", "b"}, 10, 1.0),  # among equals the order does not matter
        (["x", "a"], {"a"}, 10, SECOND),
        (["x", "a", "b"], {"a", "b"}, 10, (SECOND + 0.5) / (1 + SECOND)),  # 0.6934
        (["a", "x", "y", "b"], {"a", "b"}, 10, (1 + 1 / math.log2(5)) / (1 + SECOND)),  # 0.8772
        (["x", "y", "a"], {"a"}, 2, 0.0),
        (["a", "x"], {"a", "b", "c"}, 1, 1.0),  # one place can hold one of three
        ([], {"a"}, 10, 0.0),
    ],
)
def test_ndcg(found: list[str], relevant: set[str], k: int, gain: float) -> None:
    assert ndcg(found, relevant, k) == pytest.approx(gain, abs=1e-9)


def test_a_figure_is_the_mean_with_an_interval_around_it() -> None:
    shown = figure([1.0, 0.0, 1.0, 1.0])
    assert (shown.value, shown.cases) == (0.75, 4)
    assert 0.0 <= shown.low < 0.75 < shown.high <= 1.0
    assert figure([1.0, 0.0, 1.0, 1.0]) == shown, "the same cases give the same interval"
    assert figure([True, False]).value == 0.5
    assert json.loads(json.dumps(shown.as_json())) == {
        "value": 0.75, "low": round(shown.low, 4), "high": round(shown.high, 4), "n": 4,
    }  # fmt: skip


def test_the_interval_narrows_with_the_cases_and_covers_what_it_should() -> None:
    few, many = figure([1.0, 0.0] * 10), figure([1.0, 0.0] * 250)
    assert few.high - few.low == pytest.approx(2 * 1.96 * 0.5 / math.sqrt(20), abs=0.08)
    assert many.high - many.low == pytest.approx(2 * 1.96 * 0.5 / math.sqrt(500), abs=0.01)
    alike = figure([0.4] * 7)
    assert alike.low == pytest.approx(alike.high) == pytest.approx(0.4)


def test_without_cases_there_is_no_figure() -> None:
    assert math.isnan(figure([]).value)
    assert str(figure([])) == "no cases"
