"""The conversation guide: what is doubtful, what is open, how the hour is spent, what is brought."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.content import Knowledge, root
from assistant.domain.acts import PlanDecision
from assistant.domain.approval import prepared
from assistant.domain.fold import advance
from assistant.domain.guide import (
    MINUTES,
    Bring,
    Fits,
    Meeting,
    agenda,
    check_meeting,
    doubts,
    guide,
    open_items,
)
from assistant.domain.profile import BarrierFinding, FactFinding, Finding, Profile, Quote, Remark, TechnologyFinding
from assistant.domain.state import State

KNOWLEDGE = Knowledge(root())
MODEL, ACTIONS, MEETING = KNOWLEDGE.model, KNOWLEDGE.actions, KNOWLEDGE.meeting
LONG = Quote(
    text="The machines send every stop to the server by themselves and call the foreman.", turn=1, start=0, end=78
)
CAPTURE, MACHINES, SYSTEMS = "technology.capture", "technology.machines", "technology.systems"


def known(item: str, stage: int | tuple[int, int] | None, quote: Quote | None = LONG, **more) -> Finding:
    low, high = stage if isinstance(stage, tuple) else (stage, stage)
    return Finding(item=item, low=low, high=high, quote=quote, **more)


def profile(*findings: Finding, **more) -> Profile:
    return Profile(findings={one.item: one for one in findings}, **more)


def made(known_: Profile, *, sector: str | None = None, employees: int | None = None, parked=()):
    return guide(State(profile=known_, parked=parked), MODEL, ACTIONS, MEETING, sector, employees)


def reasons(known_: Profile) -> dict[str, tuple[str, ...]]:
    return {doubt.what: doubt.reasons for doubt in doubts(known_, MODEL)}


@st.composite
def profiles(draw: st.DrawFn) -> Profile:
    findings = []
    for item in MODEL.order:
        status = draw(st.sampled_from(["absent", "recorded", "unsure", "conflict", "declined", "unknown"]))
        if status != "absent":
            low = draw(st.integers(0, 5)) if status in ("recorded", "unsure", "conflict") else None
            high = None if low is None else draw(st.integers(low, 5))
            findings.append(
                Finding(
                    item=item,
                    low=low,
                    high=high,
                    status=status,
                    quote=LONG,
                    source=draw(st.sampled_from(["words", "click"])),
                )
            )
    barriers = draw(
        st.dictionaries(st.sampled_from([b.id for b in MODEL.barriers]), st.sampled_from(["mentioned", "ruled_out"]))
    )
    said = {name: BarrierFinding(barrier=name, status=status, quote=LONG) for name, status in barriers.items()}
    return profile(*findings, barriers=said, pains=(Remark(quote=LONG),) * draw(st.integers(0, 2)))


@settings(max_examples=150, deadline=None)
@given(profiles(), st.sampled_from([None, "metal", "food"]))
def test_any_profile_gives_an_hour_that_adds_up_and_loses_no_item(known_: Profile, sector: str | None) -> None:
    one = made(known_, sector=sector)
    assert sum(part.minutes for part in one.agenda) == MINUTES
    assert all(part.minutes >= 2 for part in one.agenda)
    phases = {part.phase for part in one.agenda}
    assert ("ask" in phases) == bool(one.ask)
    assert ("verify" in phases) == bool(one.verify)
    seen = {*one.known, *one.ask, *(doubt.what for doubt in one.verify)}
    assert seen >= set(MODEL.order)
    assert not set(one.ask) & set(one.known)
    assert sorted([*one.mentioned, *one.ruled_out, *one.not_mentioned]) == sorted(b.id for b in MODEL.barriers)
    assert len(set(one.ideas)) == len(one.ideas) <= 3
    assert made(known_, sector=sector) == one


def test_a_trade_and_a_size_are_enough() -> None:
    one = made(Profile(), sector="metal", employees=19)
    assert (one.sector, one.employees) == ("metal", 19)
    assert one.ideas == ("stop-log-on-paper", "print-one-fixture", "lay-one-order-on-the-table")
    assert set(one.ask) == set(MODEL.order)
    assert "sector" not in one.missing_facts
    assert "employees" not in one.missing_facts
    assert "printed-sample" in one.bring


def test_what_the_company_said_outweighs_what_was_given() -> None:
    facts = (FactFinding(field="sector", value="food", quote=LONG), FactFinding(field="employees", value=8, quote=LONG))
    one = made(Profile(facts=facts), sector="metal", employees=19)
    assert (one.sector, one.employees) == ("food", 8)


def test_the_first_questions_touch_every_dimension_the_least_known_first() -> None:
    asked = open_items(profile(known(CAPTURE, 1), known(MACHINES, 1), known("connectivity.flow", 2)), MODEL)
    dimensions = [MODEL.items[item].dimension for item in asked]
    assert set(dimensions[:3]) == {"governance", "value_creation", "competence"}
    assert set(dimensions[:5]) == {dimension.id for dimension in MODEL.dimensions}
    assert dimensions[3:5] == ["connectivity", "technology"]


def test_what_hurts_is_asked_before_its_neighbours() -> None:
    asked = open_items(Profile(pains=(Remark(quote=LONG, about=(CAPTURE,)),)), MODEL)
    technology = [item for item in asked if MODEL.items[item].dimension == "technology"]
    assert technology == [CAPTURE, MACHINES, SYSTEMS]


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ((known(CAPTURE, 5), known(MACHINES, 1), known(SYSTEMS, 0)), {CAPTURE: ("high_alone",)}),
        ((known(CAPTURE, 5), known(MACHINES, 2), known(SYSTEMS, 0)), {}),
        ((known(CAPTURE, 5),), {}),
        ((known(CAPTURE, (3, 4)), known(MACHINES, 0)), {}),
        ((known(CAPTURE, 4, Quote(text="All automatic.", turn=1, start=0, end=14)),), {CAPTURE: ("little_said",)}),
        ((known(CAPTURE, 4, Quote(text="All 9 automatic.", turn=1, start=0, end=16)),), {}),
        ((known(CAPTURE, 3, Quote(text="All automatic.", turn=1, start=0, end=14)),), {}),
        ((known(CAPTURE, 3, None, source="click"),), {CAPTURE: ("clicked",)}),
        ((known(CAPTURE, 2, None, source="click"),), {}),
        ((known(CAPTURE, 2, status="unsure"),), {CAPTURE: ("unsure",)}),
        ((known(CAPTURE, None, None, status="declined"),), {CAPTURE: ("declined",)}),
        ((known(CAPTURE, None, None, status="unknown"),), {}),
        (tuple(known(item, 5) for item in MODEL.order[:5]), {"profile": ("high_everywhere",)}),
        (tuple(known(item, 5) for item in MODEL.order[:4]), {}),
    ],
)  # fmt: skip
def test_what_is_doubtful_and_why(findings: tuple[Finding, ...], expected: dict[str, tuple[str, ...]]) -> None:
    assert reasons(profile(*findings)) == expected


def test_a_fact_in_conflict_is_verified() -> None:
    fact = FactFinding(
        field="employees", value=19, quote=LONG, conflict=FactFinding(field="employees", value=21, quote=LONG)
    )
    assert reasons(Profile(facts=(fact,))) == {"company.employees": ("conflict",)}


def test_what_is_brought_follows_from_trade_technologies_items_and_ideas() -> None:
    assert set(made(profile(*(known(item, 5) for item in MODEL.order))).bring) == {"profile-on-paper"}
    assert "current-sensor" in made(profile(known(CAPTURE, 2))).bring
    assert "current-sensor" not in made(profile(known(CAPTURE, 3))).bring
    wanted = TechnologyFinding(technology="blockchain", use=None, interested="yes", quote=LONG)
    unwanted = TechnologyFinding(technology="blockchain", use=1, interested="no", quote=LONG)
    assert "paper-chain" in made(Profile(technologies={"blockchain": wanted})).bring
    assert "paper-chain" not in made(Profile(technologies={"blockchain": unwanted})).bring


def test_ideas_about_what_is_known_come_from_the_profile_alone() -> None:
    everything = profile(*(known(item, 5) for item in MODEL.order))
    assert made(everything, sector="metal").ideas == ()
    assert "stop-log-on-paper" not in made(profile(known(CAPTURE, 5)), sector="metal").ideas


def test_what_is_known_takes_less_time() -> None:
    fresh = {part.phase: part.minutes for part in agenda(Profile(), 0, 15)}
    told = tuple(FactFinding(field=field, value=1, quote=LONG) for field in ("sector", "employees", "products"))
    later = {part.phase: part.minutes for part in agenda(Profile(facts=told, pains=(Remark(quote=LONG),)), 0, 15)}
    assert later["story"] < fresh["story"]
    assert later["pains"] < fresh["pains"]
    assert later["ask"] > fresh["ask"]


@pytest.mark.parametrize(
    ("when", "first", "named"),
    [
        ({"sectors": ["mettal"]}, {}, "mettal"),
        ({"technologies": ["iott"]}, {}, "iott"),
        ({"items": {"technology.captur": [0, 1]}}, {}, "technology.captur"),
        ({}, {"any": ["no-such-action"]}, "no-such-action"),
        ({}, {"mettal": []}, "mettal"),
    ],
)
def test_unknown_ids_are_named(when: dict, first: dict, named: str) -> None:
    thing = Bring(id="x", text={"en": "x", "da": "x"}, when=Fits.model_validate(when))
    with pytest.raises(ValueError, match=named):
        check_meeting(Meeting(bring=(thing,), first_ideas=first), MODEL, ACTIONS, ("metal",))


def test_an_idea_that_was_rejected_or_is_done_is_not_introduced_again() -> None:
    state = State(profile=profile(*(known(item, 1) for item in MODEL.order)))
    first = guide(state, MODEL, ACTIONS, MEETING).ideas
    for name, decision in zip(first, ("reject", "done"), strict=False):
        settled = prepared(PlanDecision(decision=decision, action=name, reason="no"), state, MODEL, ACTIONS)
        state = advance(MODEL, state, [settled])
    later = guide(state, MODEL, ACTIONS, MEETING).ideas
    assert len(later) == len(first) == 3
    assert not set(first[:2]).intersection(later)
