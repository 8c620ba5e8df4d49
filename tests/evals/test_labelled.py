"""Labelled answers and their figures."""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path

import pytest

from assistant.errors import ContentError
from evals import labelled, reading
from evals.metrics import calibration_error, kappa

ROW = {
    "id": "x",
    "language": "en",
    "item": "technology.capture",
    "kind": "clear",
    "stage": 1,
    "evidence": "paper",
    "text": "On paper.",
}


@pytest.mark.parametrize("part", ["tune", "measure"])
def test_each_part_holds_every_item_and_stage_at_least_twice_in_both_languages(part: str) -> None:
    rows = labelled.load(part)
    clear = Counter((row.language, row.item, row.stage) for row in rows if row.kind == "clear")
    assert len(clear) == 2 * 15 * 6
    tricky = Counter(row.kind for row in rows if row.kind != "clear")
    if part == "measure":
        assert set(clear.values()) == {2}
        assert tricky == dict.fromkeys(labelled.KINDS[1:], 10)
    assert min(clear.values()) >= 2
    assert set(tricky) == set(labelled.KINDS[1:])
    assert min(tricky.values()) >= 10


def test_the_parts_share_no_answer() -> None:
    tune, measure = ({row.text for row in labelled.load(part)} for part in ("tune", "measure"))
    assert not tune & measure


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"evidence": "a sheet"}, "does not stand in the text"),
        ({"stage": None}, "go together"),
        ({"kind": "odd"}, "is none of"),
        ({"stage": 6}, "less than or equal to 5"),
    ],
)
def test_a_malformed_line_is_named(tmp_path: Path, change: dict, reason: str) -> None:
    (tmp_path / "answers-tune.jsonl").write_text(json.dumps(ROW | change) + "\n", encoding="utf-8")
    with pytest.raises(ContentError, match=f"line 1: .*{reason}"):
        labelled.load("tune", tmp_path)


def test_kappa_by_hand() -> None:
    assert kappa([0, 1, 2], [0, 1, 2]) == 1
    assert kappa([0, 2], [2, 0]) == pytest.approx(-1)
    assert kappa([0, 0, 2, 2], [0, 2, 0, 2]) == pytest.approx(0)
    assert math.isnan(kappa([1, 1], [1, 1]))


def test_calibration_by_hand() -> None:
    assert calibration_error([0.95, 0.95], [1, 0]) == pytest.approx(0.45)
    assert calibration_error([0.75] * 4, [1, 1, 1, 0]) == pytest.approx(0)


def read(stage, low, high, confidence, kind="clear"):
    evidence = None if stage is None else "paper"
    row = labelled.Labelled.model_validate(ROW | {"stage": stage, "evidence": evidence, "kind": kind})
    return reading.Read(row, low, high, confidence, "paper", True)


def test_what_counts_as_wrongly_recorded() -> None:
    assert read(None, 2, 2, 0.9, "plan").wrongly
    assert not read(None, 2, 2, 0.4, "plan").wrongly, "unsure is not recorded"
    assert not read(None, None, None, 0.0, "plan").wrongly
    assert not read(1, 2, 2, 0.9, "past").wrongly, "one stage off"
    assert read(1, 3, 3, 0.9, "past").wrongly
    assert read([1, 4], 1, 1, 0.9, "range").wrongly
    assert not read([1, 4], 1, 4, 0.9, "range").wrongly
