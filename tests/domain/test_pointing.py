"""What is pointed at in a profile instead of said: it corrects or answers, leaves the pending question alone, and nothing is thrown away."""

from __future__ import annotations

import pytest

from assistant.content import Knowledge, root
from assistant.domain.acts import (
    AnyAct,
    BarrierSaid,
    CapacitySaid,
    Evidence,
    Fact,
    Goal,
    Pain,
    PlanDecision,
    Remove,
    Reopen,
    TechnologySaid,
)
from assistant.domain.approval import current, prepared
from assistant.domain.dialogue import next_move
from assistant.domain.fold import advance
from assistant.domain.moving import moves
from assistant.domain.pointing import LONGEST_FACT, aimed, pointed, stated
from assistant.domain.profile import score
from assistant.domain.refused import Refused
from assistant.domain.state import Asked, State, opening

KNOWLEDGE = Knowledge(root())
MODEL, ACTIONS = KNOWLEDGE.model, KNOWLEDGE.actions
CAPTURE, FLOW = "technology.capture", "connectivity.flow"
NAMES = {"sector": {"metal": "metal", "boats": "boats"}, "order_type": {"one_off": "single pieces"}}


def after(state: State, *acts: AnyAct) -> State:
    return advance(MODEL, state, acts)


def words(text: str, start: int = 0) -> dict[str, object]:
    return {"quote": text, "start": start, "end": start + len(text)}


@pytest.fixture
def state() -> State:
    """Capture at 1 by words, flow asked about."""
    said = pointed(MODEL, opening("en"), CAPTURE, 1).model_copy(update={"clicked": False, "correction": False})
    return after(opening("en"), said).model_copy(update={"asked": Asked(id=FLOW)})


def test_another_stage_corrects_and_the_old_one_is_kept(state: State) -> None:
    act = pointed(MODEL, state, CAPTURE, 3, start=7)
    assert act.correction
    assert (act.quote, act.start) == (MODEL.items[CAPTURE].descriptors[3].en, 7)
    new = after(state, act)
    found = new.profile.findings[CAPTURE]
    assert (found.stage, found.source, found.confidence) == (3, "click", 1.0)
    assert [one.stage for one in new.profile.superseded if hasattr(one, "stage")] == [1]
    assert new.asked == state.asked
    assert new.misses == 0


def test_a_click_on_the_pending_item_answers_it(state: State) -> None:
    act = pointed(MODEL, state, FLOW, 2)
    assert not act.correction
    new = after(state, act)
    assert new.profile.findings[FLOW].stage == 2
    assert next_move(MODEL, new).asked != state.asked


@pytest.mark.parametrize("status", ["declined", "unknown"])
def test_a_stage_can_be_picked_for_what_was_left_out(state: State, status: str) -> None:
    left = after(state, Remove(what=CAPTURE))
    finding = left.profile.findings[CAPTURE].model_copy(update={"status": status})
    left = left.model_copy(update={"profile": left.profile.model_copy(update={"findings": {CAPTURE: finding}})})
    assert after(left, pointed(MODEL, left, CAPTURE, 4)).profile.findings[CAPTURE].stage == 4


def test_reopened_is_asked_at_once_and_then_the_thread_is_picked_up(state: State) -> None:
    new = after(state, Reopen(item=CAPTURE))
    assert CAPTURE not in new.profile.findings
    assert new.asked == Asked(id=CAPTURE)
    assert next_move(MODEL, new).asked == Asked(id=CAPTURE)
    assert len(new.profile.superseded) == 1
    assert score(new.profile, MODEL).overall is None
    again = after(new, pointed(MODEL, new, CAPTURE, 2))
    assert again.profile.findings[CAPTURE].stage == 2
    assert after(state, Reopen(item="nothing.known")).profile == state.profile


def test_facts_are_set_right(state: State) -> None:
    state = after(state, Fact(field="employees", value=19, **words("nineteen")))  # type: ignore[arg-type]
    state = after(state, stated(state, "employees", " 21 ", NAMES), stated(state, "sector", "boats", NAMES))
    assert state.profile.company() == {"employees": 21, "sector": "boats"}
    assert state.asked == Asked(id=FLOW)


def test_one_value_of_several_is_taken_out() -> None:
    state = opening("en")
    for value in ("lathe", "saw"):
        state = after(state, Fact(field="machines", value=value, **words(value)))  # type: ignore[arg-type]
    assert after(state, Remove(what="company.machines", value="saw")).profile.company() == {"machines": ["lathe"]}
    assert after(state, Remove(what="company.machines")).profile.company() == {}
    assert after(state, Remove(what="company.machines", value="drill")).profile == state.profile


def test_everything_else_is_taken_out_by_its_name(state: State) -> None:
    state = after(
        state, Pain(**words("the same words", 3)), Goal(**words("fewer errors", 20)),  # type: ignore[arg-type]
        BarrierSaid(barrier="time", status="mentioned", **words("no time")),  # type: ignore[arg-type]
        TechnologySaid(technology="iot", **words("sensors")),  # type: ignore[arg-type]
        aimed(MODEL, state, "governance", 3, "stage 3"), CapacitySaid(hours=20, **words("20")),  # type: ignore[arg-type]
    )  # fmt: skip
    turn = state.turn
    for what, field in (
        (f"pains.{turn}-3", "pains"), (f"goals.{turn}-20", "goals"), ("barriers.time", "barriers"),
        ("technologies.iot", "technologies"), ("targets.governance", "targets"),
    ):  # fmt: skip
        assert getattr(state.profile, field)
        assert not getattr(after(state, Remove(what=what)).profile, field), what
    assert after(state, Remove(what="capacity")).capacity.hours is None
    assert after(state, Remove(what=f"pains.{turn}-4")).profile == state.profile


def test_a_target_by_click_leaves_the_pending_question_and_ends_no_readback(state: State) -> None:
    for asked in (Asked(id=FLOW), Asked(id="readback")):
        standing = state.model_copy(update={"asked": asked})
        for _ in range(3):
            standing = after(standing, aimed(MODEL, standing, "value_creation", 4, "stage 4"))
        assert standing.profile.targets == {"value_creation": 4}
        assert next_move(MODEL, standing).asked == asked
    standing = state.model_copy(update={"asked": Asked(id="targets")})
    assert "targets" in after(standing, aimed(MODEL, standing, "value_creation", 4, "stage 4")).done


@pytest.mark.parametrize(
    ("why", "field", "value"),
    [
        ("empty", "name", " \n"), ("long", "name", "x" * (LONGEST_FACT + 1)), ("number", "employees", "many"),
        ("number", "employees", "0"), ("number", "employees", "²"), ("number", "employees", "9" * 30), ("gone", "sector", "magic"), ("gone", "shoe_size", "43"),
    ],
)  # fmt: skip
def test_facts_that_cannot_be(why: str, field: str, value: str) -> None:
    with pytest.raises(Refused) as refused:
        stated(opening("en"), field, value, NAMES)
    assert refused.value.why == why


@pytest.mark.parametrize("stage", [-1, 6])
def test_stages_that_are_none(state: State, stage: int) -> None:
    for act in (
        lambda: pointed(MODEL, state, CAPTURE, stage), lambda: pointed(MODEL, state, "no.item", 1),
        lambda: aimed(MODEL, state, "governance", stage, "x"), lambda: aimed(MODEL, state, "no", 1, "x"),
    ):  # fmt: skip
        with pytest.raises(Refused):
            act()


def test_what_is_clicked_stands_in_the_turn(state: State) -> None:
    fact: Evidence = stated(state, "sector", "metal", NAMES, start=5)
    assert (fact.quote, fact.start, fact.end) == ("metal", 5, 10)


def test_every_move_that_is_offered_moves() -> None:
    state = opening("en")
    for item in MODEL.order:
        state = after(state, pointed(MODEL, state, item, 1))
    plan = current(state, MODEL, ACTIONS)
    order = [name for step in plan.steps for name in step.order]
    offered = moves(state, plan, MODEL, ACTIONS)
    assert list(offered) == order
    assert offered[order[0]].earlier is None
    assert offered[order[-1]].later is None
    seen = 0
    for name, move in offered.items():
        for before, way in ((move.earlier, -1), (move.later, 1)):
            if before is not None:
                decision = PlanDecision(decision="move", action=name, before=before)
                new = current(after(state, prepared(decision, state, MODEL, ACTIONS)), MODEL, ACTIONS)
                now = [one for step in new.steps for one in step.order]
                assert (now.index(name) - order.index(name)) * way > 0, (name, before)
                seen += 1
    assert seen > len(order)
