"""What changed against the baseline, and reports of it."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from assistant.errors import ContentError, UserError
from evals import compare, page, report
from evals.cases import Case, Outcome, Said, restored
from evals.metrics import Bar, Figure, figure


def outcome(values: list[float], *, at_most: bool = False, part: str = "measure", task: str = "made") -> Outcome:
    cases = [
        Case(
            f"c-{n:03}", "en", "clear", {"right": value}, () if value else ("read <b>wrongly</b>\x00",),
            (Said("user", "On paper & <i>so</i>"), Said("assistant", "noted", {"cited": ["a#1"]})), 0.1,
        )
        for n, value in enumerate(values)
    ]  # fmt: skip
    figures = {"right": figure(values), "  part": figure(values[:2]), "kappa": Figure(0.9, 0.85, 0.95, len(values))}
    plots = {
        "confusion": {"technology.capture": [[1, 0, 0, 0, 0, 0, 2]] * 6}, "reliability": {"en": [[0.9, 1.0], [0.2, 0.0]]}
    }  # fmt: skip
    bar = {"right": Bar(0.5, at_most)}
    return Outcome(task, "A made task", part, figures, bar, cases, 1.5, plots)


def against(before: Outcome, now: Outcome) -> compare.Change:
    kept = json.loads(compare.baseline([before], {}))["tasks"]
    return compare.changes([now], kept)[now.task]["right"]


MANY = [1.0] * 30 + [0.0] * 10


def test_the_same_figures_are_the_same() -> None:
    assert against(outcome(MANY), outcome(MANY)).verdict == "same"


def test_many_cases_lost_are_worse_and_named() -> None:
    found = against(outcome(MANY), outcome([0.0] * 12 + [1.0] * 18 + [0.0] * 10))
    assert (found.verdict, len(found.moved), found.paired) == ("worse", 12, 40)
    assert found.chance is not None
    assert found.chance < 0.001
    assert compare.worse({"made": {"right": found}}) == ["made: right"]


def test_few_cases_lost_are_noise_and_as_many_won_as_lost_are_too() -> None:
    assert against(outcome(MANY), outcome([0.0, *MANY[1:]])).verdict == "noise"
    swapped = [0.0] * 10 + [1.0] * 30
    assert against(outcome(MANY), outcome(swapped)).verdict == "noise"


def test_less_is_better_under_a_bar_from_above() -> None:
    fewer = [0.0] * 40
    assert against(outcome(MANY, at_most=True), outcome(fewer, at_most=True)).verdict == "better"
    assert against(outcome(MANY), outcome(fewer)).verdict == "worse"


def test_another_part_and_a_new_task_are_not_compared() -> None:
    assert against(outcome(MANY, part="tune"), outcome(MANY)).verdict == "new"
    assert compare.changes([outcome(MANY)], {})["made"]["right"].verdict == "new"


def test_a_figure_without_cases_changes_when_its_interval_lies_beside_the_old_one() -> None:
    kept = json.loads(compare.baseline([outcome(MANY)], {}))["tasks"]
    lower = replace(outcome(MANY), figures=outcome(MANY).figures | {"kappa": Figure(0.7, 0.6, 0.8, 40)})
    near = replace(outcome(MANY), figures=outcome(MANY).figures | {"kappa": Figure(0.88, 0.83, 0.93, 40)})
    assert compare.changes([lower], kept)["made"]["kappa"].verdict == "worse"
    assert compare.changes([near], kept)["made"]["kappa"].verdict == "noise"


def test_parts_of_a_figure_are_not_tested_by_themselves() -> None:
    assert "  part" not in compare.changes([outcome(MANY)], {})["made"]


def test_chances_are_those_of_signs() -> None:
    assert compare.chance(np.array([-1.0] * 5)) == pytest.approx(2 / 32)
    assert compare.chance(np.array([1.0, -1.0])) == 1.0
    assert compare.chance(np.array([-1.0] * 40)) < 0.001


def test_one_small_slip_among_many_figures_is_noise() -> None:
    slipped = [0.0] * 6 + MANY[6:]
    alone = against(outcome(MANY), outcome(slipped))
    assert alone.verdict == "worse"  # by itself: six of six, chance 1/32
    names = [f"made-{n}" for n in range(10)]
    kept = json.loads(compare.baseline([outcome(MANY, task=name) for name in names], {}))["tasks"]
    found = compare.changes([outcome(slipped, task=name) for name in names], kept)
    assert {those["right"].verdict for those in found.values()} == {"noise"}


def test_a_baseline_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "baseline.json").write_text("[]", encoding="utf-8")
    with pytest.raises(ContentError, match="is no baseline"):
        compare.read(tmp_path / "baseline.json")
    assert compare.read(tmp_path / "none.json") == {}


def test_an_outcome_is_restored_as_it_was() -> None:
    one = outcome(MANY)
    again = restored(json.dumps(one.as_json()))
    assert again.kept
    assert [case.as_json() for case in again.cases] == [case.as_json() for case in one.cases]
    assert (dict(again.figures)["right"].cases, again.short) == (40, one.short)
    assert dict(again.bars) == dict(one.bars)


class _Outside(HTMLParser):
    """Tags, and addresses that a browser would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.fetched += [v or "" for k, v in attrs if k in ("src", "href") and not (v or "").startswith("#")]


def test_the_four_reports_hold_the_run_and_fetch_nothing(tmp_path: Path) -> None:
    before, now = outcome(MANY), outcome([0.0] * 40)
    changed = compare.changes([now], json.loads(compare.baseline([before], {}))["tasks"])
    html, markdown, document, junit = report.write(tmp_path, [now], "report", changed, {"code": "abc"})
    page = html.read_text(encoding="utf-8")
    seen = _Outside()
    seen.feed(page)
    assert seen.fetched == []
    assert {"svg", "details", "table"} <= set(seen.tags)
    assert "script" not in seen.tags
    assert "prefers-color-scheme:dark" in page
    assert page.count("<details>") == 10
    assert "read &lt;b&gt;wrongly&lt;/b&gt;" in page
    assert "worse (-0.750)" in page
    assert "0.000 ✗" in markdown.read_text(encoding="utf-8")
    assert json.loads(document.read_text(encoding="utf-8"))["worse"] == ["made: right"]
    suite = ET.fromstring(junit.read_text(encoding="utf-8"))[0]
    assert (suite.get("name"), suite.get("failures")) == ("made", "1")
    (failed,) = suite.iter("failure")
    assert "at least 0.5" in (failed.get("message") or "")
    assert "0.7500 before, 0.0000 now" in (failed.get("message") or "")


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UserError, match="cannot be written"):
        report.write(tmp_path / "file", [outcome(MANY)])


def test_what_was_made_of_a_message_is_a_line_for_each_thing() -> None:
    more = {
        "acts": [{"quote": "On paper.", "kind": "answer", "low": 1, "correction": False, "scores": (0.9, 0.1)}, {"kind": "pain"}],
        "dropped": 0, "cited": ["a#1", "b#2"], "seconds": {"read": 0.123456}, "asked": None, "tries": 0,
        "told what was asked": False,
    }  # fmt: skip
    case = Case("c-1", "en", "clear", {"right": 0.0}, ("wrong",), (Said("assistant", "noted", more),))
    shown = page._case(case, told=True)
    assert (
        "<pre>acts: kind answer, quote “On paper.”, low 1, scores 0.9, 0.1\nacts: kind pain\ncited: a#1, b#2\nseconds: read 0.123\n"
        "told what was asked: False</pre>" in shown
    )
    assert "wrong</span></summary>" in shown
    assert "wrong</span></summary>" not in page._case(case, told=False)
