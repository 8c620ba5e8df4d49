"""The region: counts are right, nobody can be singled out, not even by somebody who knows the rule, and it is fast."""

from __future__ import annotations

import itertools
import random
import time
import tracemalloc
from collections import defaultdict
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.content import Knowledge, root
from assistant.domain.plan import draft
from assistant.domain.profile import BarrierFinding, Finding, Profile, Quote, TechnologyFinding
from assistant.domain.region import LEAST, Distribution, Member, TooFewError, protected, report

KNOWLEDGE = Knowledge(root())
MODEL, ACTIONS = KNOWLEDGE.model, KNOWLEDGE.actions
WORDS = Quote(text="said so", turn=1, start=0, end=7)
CAPTURE = "technology.capture"


def company(
    stages: dict[str, int | tuple[int, int]] | None = None, barriers=(), interested=(), drafted=(), rejected=()
) -> Member:
    findings = {}
    for item, stage in (stages or {}).items():
        low, high = stage if isinstance(stage, tuple) else (stage, stage)
        findings[item] = Finding(item=item, low=low, high=high, quote=WORDS)
    said = {name: BarrierFinding(barrier=name, status="mentioned", quote=WORDS) for name in barriers}
    technologies = {
        name: TechnologyFinding(technology=name, use=1, interested="yes", quote=WORDS) for name in interested
    }
    return Member(Profile(findings=findings, barriers=said, technologies=technologies), drafted, rejected)


def of(rows: tuple[Distribution, ...], name: str) -> dict[str, int | None]:
    return next(row.cells for row in rows if row.of == name)


def random_company(source: random.Random) -> Profile:
    findings = {}
    for item in MODEL.order:
        if source.random() < 0.8:
            low = source.randrange(6)
            findings[item] = Finding(item=item, low=low, high=min(5, low + source.choice((0, 0, 0, 2))), quote=WORDS)
    barriers = {
        barrier.id: BarrierFinding(barrier=barrier.id, status="mentioned", quote=WORDS)
        for barrier in MODEL.barriers
        if source.random() < 0.2
    }
    technologies = {
        technology.id: TechnologyFinding(
            technology=technology.id, use=source.randrange(6), interested="yes", quote=WORDS
        )
        for technology in MODEL.technologies
        if source.random() < 0.3
    }
    return Profile(findings=findings, barriers=barriers, technologies=technologies)


# --- suppression ---


CELLS = st.lists(st.integers(0, 30), min_size=2, max_size=8).map(
    lambda counts: {f"c{at}": count for at, count in enumerate(counts)}
)


@settings(max_examples=400, deadline=None)
@given(CELLS.filter(lambda counts: sum(counts.values()) >= LEAST))
def test_no_small_cell_is_shown_and_the_sum_gives_none_away(counts: dict[str, int]) -> None:
    shown = protected(counts)
    hidden = [name for name, count in shown.items() if count is None]
    assert all(count == counts[name] for name, count in shown.items() if count is not None)
    assert all(count == 0 or count >= LEAST for count in shown.values() if count is not None)
    small = [name for name in hidden if counts[name] < LEAST]
    assert bool(hidden) == any(0 < count < LEAST for count in counts.values())
    if len(hidden) < len(counts):
        assert not hidden or 0 < len(small) < len(hidden), "a small one and a large one are hidden together"
        assert all(counts[name] for name in hidden)


@pytest.mark.parametrize(("companies", "cells"), [(n, k) for k in (2, 3, 4) for n in range(LEAST, 19)])
def test_somebody_who_knows_the_rule_cannot_tell_a_hidden_cell(companies: int, cells: int) -> None:
    """All cohorts of this size that would be shown in the same way differ in every hidden cell."""
    same: dict[tuple[int | None, ...], list[tuple[int, ...]]] = defaultdict(list)
    for counts in itertools.product(range(companies + 1), repeat=cells):
        if sum(counts) == companies:
            shown = protected({str(at): count for at, count in enumerate(counts)})
            same[tuple(shown[str(at)] for at in range(cells))].append(counts)
    for shown, possible in same.items():
        for at, count in enumerate(shown):
            if count is None:
                assert len({one[at] for one in possible}) > 1, (shown, possible)
                if set(shown) != {None}:
                    assert max(one[at] for one in possible) >= LEAST, (shown, possible)


def test_nothing_is_hidden_where_nothing_is_small() -> None:
    assert protected({"a": 5, "b": 0, "c": 40}) == {"a": 5, "b": 0, "c": 40}
    assert protected({"a": 3, "b": 6, "c": 20}) == {"a": None, "b": None, "c": 20}
    assert protected({"a": 4, "b": 4, "c": 20, "d": 30}) == {"a": None, "b": None, "c": None, "d": 30}
    assert protected({"a": 6, "b": 6, "c": 4, "d": 9}) == {"a": None, "b": None, "c": None, "d": 9}
    assert protected({"a": 1, "b": 4, "c": 0}) == {"a": None, "b": None, "c": None}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 10_000), min_size=LEAST, max_size=60))
def test_every_part_of_a_report_is_protected(seeds: list[int]) -> None:
    cohort = [random_company(random.Random(seed)) for seed in seeds]
    members = [
        Member(profile, drafted=tuple(ACTIONS)[: seed % 7], rejected=tuple(ACTIONS)[: seed % 3])
        for profile, seed in zip(cohort, seeds, strict=True)
    ]
    told = report(members, MODEL, ACTIONS)
    for rows in (told.items, told.dimensions, told.barriers, told.technology_use, told.technology_interest):
        for row in rows:
            numbers = [count for count in row.cells.values() if count is not None]
            hidden = len(row.cells) - len(numbers)
            assert all(count == 0 or count >= LEAST for count in numbers)
            assert hidden != 1
            assert sum(numbers) == len(seeds) if not hidden else len(seeds) - sum(numbers) >= LEAST
    for counted in (*told.drafted, *told.rejected):
        assert counted.at_least >= LEAST
        assert counted.at_least % LEAST == 0
    shown = {row.of: row for row in told.items}
    for advice in told.advice:
        assert advice.count >= LEAST
        if advice.kind == "item":
            assert advice.count == sum(shown[advice.what].cells.get(cell) or 0 for cell in ("0", "1", "0-1"))


def test_fewer_than_five_companies_tell_nothing() -> None:
    for size in range(LEAST):
        with pytest.raises(TooFewError, match=str(size)):
            report([company({CAPTURE: 1})] * size, MODEL, ACTIONS)


# --- counting ---


def test_stages_ranges_and_gaps_are_counted() -> None:
    cohort = [company({CAPTURE: 1})] * 6 + [company({CAPTURE: (1, 4)})] * 5 + [company()] * 9
    told = report(cohort, MODEL, ACTIONS)
    assert told.companies == 20
    assert of(told.items, CAPTURE) == {"0": 0, "1": 6, "2": 5, "3": 0, "4": 0, "5": 0, "not_assessed": 9}
    assert of(told.dimensions, "technology") == {"0": 0, "1": 6, "2": 5, "3": 0, "4": 0, "not_assessed": 9}
    assert of(told.items, "technology.machines")["not_assessed"] == 20


def test_items_with_many_small_cells_are_told_in_pairs() -> None:
    cohort = [company({CAPTURE: stage}) for stage in (0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3)] + [company()] * 5
    cells = of(report(cohort, MODEL, ACTIONS).items, CAPTURE)
    assert cells == {"0-1": 6, "2-3": 6, "4-5": 0, "not_assessed": 5}


def test_barriers_technologies_and_actions_are_counted() -> None:
    cohort = [
        company(
            {CAPTURE: 1},
            barriers=("time",),
            interested=("iot",),
            drafted=("stop-log-on-paper", "hang-up-a-fault-board"),
        )
    ] * 7
    cohort += [company({CAPTURE: 1}, drafted=("stop-log-on-paper",), rejected=("stop-log-on-paper",))] * 6
    told = report(cohort, MODEL, ACTIONS)
    assert of(told.barriers, "time") == {"mentioned": 7, "ruled_out": 0, "not_mentioned": 6}
    assert of(told.technology_use, "iot") == {"not_used": 0, "trying": 7, "in_use": 0, "not_mentioned": 6}
    assert of(told.technology_interest, "iot") == {"yes": 7, "no": 0, "unknown": 6}
    assert [(one.action, one.at_least) for one in told.drafted] == [
        ("stop-log-on-paper", 10),
        ("hang-up-a-fault-board", 5),
    ]
    assert [(one.action, one.at_least) for one in told.rejected] == [("stop-log-on-paper", 5)]


def test_recommendations_name_the_count_that_causes_them_and_what_helps() -> None:
    cohort = [company({CAPTURE: 1}, barriers=("time",), interested=("iot",))] * 8 + [company({CAPTURE: 3})] * 6
    told = {(advice.kind, advice.what): advice for advice in report(cohort, MODEL, ACTIONS).advice}
    assert told["item", CAPTURE].count == 8
    assert told["item", CAPTURE].action == "stop-log-on-paper"
    assert told["barrier", "time"].action is not None
    assert "time" in ACTIONS[told["barrier", "time"].action].meets
    assert told["technology", "iot"].count == 8
    few = [company({CAPTURE: 1})] * 5 + [company({CAPTURE: 3})] * 20
    assert report(few, MODEL, ACTIONS).advice == ()


# --- size ---


@cache
def many() -> list[Profile]:
    source = random.Random(7)
    return [random_company(source) for _ in range(10_000)]


def test_ten_thousand_profiles_take_less_than_five_seconds_and_no_memory() -> None:
    """Of processor time, so that a busy machine does not decide; plans are drafted elsewhere."""
    cohort = many()
    started = time.process_time()
    told = report((Member(profile) for profile in cohort), MODEL, ACTIONS)
    assert time.process_time() - started < 5.0
    assert told.companies == 10_000
    tracemalloc.start()
    report((Member(profile) for profile in cohort[:2000]), MODEL, ACTIONS)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20e6


def test_plans_of_a_cohort_are_counted_too() -> None:
    members = (
        Member(profile, tuple(one.action for step in draft(profile, MODEL, ACTIONS).steps for one in step.actions))
        for profile in many()[:300]
    )
    assert report(members, MODEL, ACTIONS).drafted
