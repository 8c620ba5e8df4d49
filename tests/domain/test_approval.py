"""What the company says over its plan: each decision, what it leaves standing, approved versions, and what any decisions must respect."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.content import Knowledge, root
from assistant.domain.acts import Answer, AnyAct, BarrierSaid, CapacitySaid, PlanApproved, PlanDecision, Remove, Signal
from assistant.domain.approval import LONGEST, approval_of, current, own_words, prepared
from assistant.domain.changes import compare
from assistant.domain.fold import advance
from assistant.domain.plan import AT_A_TIME, PLAN_STAGES, draft
from assistant.domain.planned import Plan
from assistant.domain.replay import replay
from assistant.domain.state import Asked, State, opening

KNOWLEDGE = Knowledge(root())
MODEL, ACTIONS = KNOWLEDGE.model, KNOWLEDGE.actions
CAPTURE, FLOW, SYSTEMS = "technology.capture", "connectivity.flow", "technology.systems"
LOG, REGISTER, FOLLOW, STATUS = (
    "stop-log-on-paper", "register-at-the-machine", "follow-what-people-knew", "one-order-status-for-all",
)  # fmt: skip


def answer(item: str, stage: int) -> Answer:
    scores = tuple(float(number == stage) for number in range(6))
    start = MODEL.order.index(item) * 100  # words of its own, so that correcting one leaves the others
    return Answer(
        item=item, low=stage, high=stage, scores=scores, asked=False, clicked=True, correction=True, quote="so",
        start=start, end=start + 2,
    )  # fmt: skip


def after(state: State, *acts: AnyAct) -> State:
    return advance(MODEL, state, acts)


def decided(state: State, decision: str, action: str = "", **given: object) -> State:
    act = PlanDecision.model_validate({"decision": decision, "action": action, **given})
    return after(state, prepared(act, state, MODEL, ACTIONS))


def plan_of(state: State) -> Plan:
    return current(state, MODEL, ACTIONS)


def names(state: State) -> list[str]:
    return [name for step in plan_of(state).steps for name in step.order]


@pytest.fixture
def state() -> State:
    """Capture and flow at 1: two analyses, then what solves them."""
    return after(opening("en"), answer(CAPTURE, 1), answer(FLOW, 1))


def test_without_decisions_it_is_the_draft(state: State) -> None:
    assert plan_of(state) == draft(state.profile, MODEL, ACTIONS)
    assert names(state) == [LOG, FOLLOW, REGISTER, STATUS]


def test_agreed_and_changed_stay_with_the_action(state: State) -> None:
    state = decided(state, "agree", LOG)
    state = decided(state, "change", LOG, text="Count  stops\nat the saw", owner="Mette", month="2027-02")
    state = decided(state, "change", LOG, owner="Søren")
    one = next(planned for planned in plan_of(state).planned if planned.action == LOG)
    assert one.decided.model_dump() == {
        "agreed": True, "text": "Count stops at the saw", "owner": "Søren", "month": "2027-02", "before": "",
    }  # fmt: skip
    assert one.causes == next(p for p in draft(state.profile, MODEL, ACTIONS).planned if p.action == LOG).causes


def test_another_stage_moves_it_and_what_builds_on_it(state: State) -> None:
    plan = plan_of(decided(state, "change", LOG, stage="solve"))
    assert [(step.stage, step.order) for step in plan.steps] == [
        ("analyse", (FOLLOW,)), ("solve", (LOG, STATUS)), ("solve", (REGISTER,)),
    ]  # fmt: skip
    plan = plan_of(decided(state, "change", LOG, stage="transform"))
    assert [(step.stage, step.order) for step in plan.steps][-2:] == [("transform", (LOG,)), ("transform", (REGISTER,))]


def test_rejected_stays_out_with_its_reason_and_what_stands_on_it_waits(state: State) -> None:
    plan = plan_of(decided(state, "reject", LOG, reason="did that last year", by="Mette"))
    assert [one.action for one in plan.planned] == [FOLLOW, STATUS]
    assert [(no.action, no.reason, no.by) for no in plan.rejected] == [(LOG, "did that last year", "Mette")]
    assert [(waits.action, waits.reason, waits.what) for waits in plan.put_off] == [(REGISTER, "rejected", LOG)]


def test_rejecting_one_way_offers_the_other() -> None:
    said = BarrierSaid(barrier="time", status="mentioned", quote="no time", start=0, end=7)
    state = after(opening("en"), answer(CAPTURE, 2), said)
    assert names(state) == ["clear-two-hours-a-week", REGISTER]
    plan = plan_of(decided(state, "reject", "clear-two-hours-a-week", reason="tried"))
    assert [(left.action, left.barrier) for left in plan.left_out] == [(REGISTER, "time")]


def test_rejected_comes_back_only_when_what_it_rests_on_changes(state: State) -> None:
    state = decided(state, "reject", STATUS, reason="no")
    assert STATUS not in names(after(state, answer(CAPTURE, 2)))
    back = after(state, answer(FLOW, 2))
    (one,) = [planned for planned in plan_of(back).planned if planned.action == STATUS]
    assert one.decided.before == "no"
    assert plan_of(back).rejected == ()
    again = decided(back, "reject", STATUS, reason="still no")
    assert STATUS not in names(again)


def test_done_leaves_the_plan_and_serves_what_needs_it(state: State) -> None:
    plan = plan_of(decided(state, "done", LOG))
    assert [one.action for one in plan.planned] == [FOLLOW, REGISTER, STATUS]
    assert [finished.action for finished in plan.done] == [LOG]
    assert plan.put_off == ()


def test_restore_takes_everything_back(state: State) -> None:
    before = plan_of(state)
    for decision in (
        {"decision": "reject", "reason": "no"},
        {"decision": "done"},
        {"decision": "change", "owner": "x"},
        {"decision": "move"},
    ):
        one = decided(state, **decision, action=LOG)
        assert plan_of(one) != before
        assert plan_of(decided(one, "restore", LOG)) == before


def test_moving_keeps_needs_first(state: State) -> None:
    assert names(decided(state, "move", FOLLOW, before=LOG)) == [FOLLOW, LOG, REGISTER, STATUS]
    assert names(decided(state, "move", LOG)) == [FOLLOW, LOG, REGISTER, STATUS]
    assert names(decided(state, "move", STATUS, before=LOG)) == [LOG, FOLLOW, STATUS, REGISTER]


def test_an_own_action_stands_with_its_words(state: State) -> None:
    state = decided(state, "add", text="Tidy the <b>store</b>", owner="Ole", stage="analyse")
    state = decided(state, "add", text="Ring Jens")
    plan = plan_of(state)
    assert [(own.id, own.text, own.owner) for own in plan.own] == [
        ("own-1", "Tidy the <b>store</b>", "Ole"), ("own-2", "Ring Jens", ""),
    ]  # fmt: skip
    assert [step.order for step in plan.steps] == [(LOG, FOLLOW, "own-1"), (REGISTER, STATUS, "own-2")]
    state = decided(state, "change", "own-2", text="Ring Jens today")
    assert own_words(state.decisions)["own-2"] == "Ring Jens today"
    gone = plan_of(decided(state, "reject", "own-2", reason="he rang"))
    assert [own.id for own in gone.own] == ["own-1"]
    assert [(no.action, no.text) for no in gone.rejected] == [("own-2", "Ring Jens today")]
    finished = plan_of(decided(state, "done", "own-1"))
    assert [(one.action, one.text) for one in finished.done] == [("own-1", "Tidy the <b>store</b>")]


def test_an_own_action_stands_where_nothing_else_is_proposed() -> None:
    assert names(opening("en")) == ["do-nothing-now"]
    assert names(decided(opening("en"), "add", text="Tidy up")) == ["own-1"]
    assert names(decided(opening("en"), "reject", "do-nothing-now", reason="no")) == []


def test_capacity_is_taken_into_the_plan_and_taken_out_again(state: State) -> None:
    said = CapacitySaid(hours=20, quote="20", start=0, end=2)
    state = after(state, said)
    state = after(state, CapacitySaid(money="own_hours", quote="own", start=0, end=3))
    plan = plan_of(state)
    assert (plan.capacity.hours, plan.capacity.money) == (20, "own_hours")
    assert plan.steps[0].months == (1, 2)
    assert {(waits.action, waits.reason) for waits in plan.put_off} == {(STATUS, "money"), (REGISTER, "money")}
    assert plan_of(after(state, Remove(what="capacity"))).steps[0].months is None


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"decision": "agree", "action": "nonsense"}, "there is none by that id"),
        ({"decision": "agree", "action": "print-one-fixture"}, "does not stand in this plan"),
        ({"decision": "reject", "action": LOG}, "give the reason"),
        ({"decision": "reject", "action": LOG, "reason": " \n "}, "give the reason"),
        ({"decision": "change", "action": LOG}, "nothing to change"),
        ({"decision": "change", "action": LOG, "month": "2027-13"}, "is no month"),
        ({"decision": "change", "action": LOG, "month": "soon"}, "is no month"),
        ({"decision": "change", "action": LOG, "text": "x" * 10_000}, "10,000 characters are more than 2,000"),
        ({"decision": "add", "text": "\u200b \x00"}, "is empty"),
        ({"decision": "add", "text": "x" * 2001}, "say it shorter"),
        ({"decision": "restore", "action": LOG}, "nothing was decided"),
        ({"decision": "move", "action": LOG, "before": LOG}, "cannot be moved before it"),
        ({"decision": "move", "action": LOG, "before": "nonsense"}, "cannot be moved before it"),
        ({"decision": "done", "action": "own-1"}, "there is none by that id"),
    ],
)
def test_what_cannot_be_taken_is_one_sentence(state: State, given: dict[str, str], words: str) -> None:
    with pytest.raises(ValueError, match=words) as refused:
        prepared(PlanDecision.model_validate(given), state, MODEL, ACTIONS)
    assert "\n" not in str(refused.value)


def test_what_is_out_must_be_restored_first(state: State) -> None:
    state = decided(state, "reject", LOG, reason="no")
    for decision in ({"decision": "agree"}, {"decision": "reject", "reason": "no"}, {"decision": "done"}):
        with pytest.raises(ValueError, match="restore it first"):
            decided(state, **decision, action=LOG)
    with pytest.raises(ValueError, match="waits"):
        decided(state, "agree", REGISTER)


def test_words_are_kept_as_they_are_in_one_line_without_invisible_signs(state: State) -> None:
    state = decided(state, "add", text="<script>alert(1)</script>\n\u202e**Ryd op** [1] \x07på lageret")
    assert plan_of(state).own[0].text == "<script>alert(1)</script> **Ryd op** [1] på lageret"
    assert len(decided(state, "add", text="ø" * LONGEST["text"]).decisions) == 2


# --- approval ---


def approved(state: State, who: str = "Mette", on: str = "2027-03-01") -> State:
    return after(state, approval_of(state, MODEL, ACTIONS, who, on))


def test_every_version_is_kept_as_it_was(state: State) -> None:
    one = approved(state)
    two = approved(decided(one, "reject", LOG, reason="no"), "Søren", "2027-04-01")
    assert [(v.number, v.who, v.on) for v in two.versions] == [(1, "Mette", "2027-03-01"), (2, "Søren", "2027-04-01")]
    assert [planned.action for planned in two.versions[0].plan.planned] == [LOG, FOLLOW, REGISTER, STATUS]
    assert [planned.action for planned in two.versions[1].plan.planned] == [FOLLOW, STATUS]
    kept = {action.id: action for action in two.versions[1].actions}
    assert kept[LOG] == ACTIONS[LOG]  # the texts of what was rejected and of what waits are kept too
    assert {FOLLOW, STATUS, REGISTER} <= set(kept)


def test_the_plan_says_who_approved_it_and_whether_it_is_still_that(state: State) -> None:
    assert plan_of(state).approved is None
    one = approved(state)
    assert plan_of(one).approved.model_dump() == {"version": 1, "who": "Mette", "on": "2027-03-01", "changed": False}
    assert plan_of(decided(one, "change", LOG, owner="Ole")).approved.changed
    assert plan_of(after(one, answer(FLOW, 3))).approved.changed
    assert not plan_of(approved(decided(one, "change", LOG, owner="Ole"))).approved.changed


def test_an_approved_version_survives_being_written_down(state: State) -> None:
    (version,) = approved(decided(state, "add", text="Ryd op")).versions
    act = PlanApproved(who=version.who, on=version.on, plan=version.plan, actions=version.actions)
    assert PlanApproved.model_validate_json(act.model_dump_json()) == act
    assert PlanApproved.model_validate_json(act.model_dump_json(by_alias=True)) == act


@pytest.mark.parametrize(
    ("who", "on", "words"),
    [
        (" ", "2027-03-01", "who"),
        ("M" * 121, "2027-03-01", "who"),
        ("M", "1.3.2027", "date"),
        ("M", "2027-02-30", "date"),
    ],
)
def test_nobody_and_no_day_approve_nothing(state: State, who: str, on: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        approval_of(state, MODEL, ACTIONS, who, on)


def test_a_plan_of_nothing_known_is_not_approved() -> None:
    with pytest.raises(ValueError, match="nothing is known"):
        approval_of(opening("en"), MODEL, ACTIONS, "Mette", "2027-03-01")


def test_what_changed_since_says_why(state: State) -> None:
    old = plan_of(state)
    assert not compare(old, old)
    state = decided(state, "reject", LOG, reason="no")
    state = decided(state, "done", FOLLOW)
    state = decided(state, "change", STATUS, owner="Ole")
    state = decided(state, "add", text="Tidy up")
    changes = compare(old, plan_of(state))
    assert {gone.action: gone.why for gone in changes.gone} == {LOG: "rejected", FOLLOW: "done", REGISTER: "put_off"}
    assert (changes.added, changes.changed, changes.moved) == (("own-1",), (STATUS,), ())
    better = compare(old, plan_of(after(state, answer(CAPTURE, 5))))
    assert {gone.action: gone.why for gone in better.gone}[REGISTER] == "no_cause"
    assert better.targets == {"technology": (2, 5)}


def test_a_swap_counts_as_one_move(state: State) -> None:
    changes = compare(plan_of(state), plan_of(decided(state, "move", FOLLOW, before=LOG)))
    assert len(changes.moved) == 1
    assert changes.added == changes.gone == changes.changed == ()


# --- in the dialogue ---


def test_decisions_leave_the_pending_question_and_patience_alone(state: State) -> None:
    asked = state.model_copy(
        update={"asked": Asked(id="technology.machines"), "misses": 1, "missed": "technology.machines"}
    )
    for _ in range(4):
        asked = decided(asked, "agree", LOG)
    assert (asked.asked, asked.misses) == (Asked(id="technology.machines"), 1)
    assert "technology.machines" not in asked.profile.findings
    assert [news.kind for news in asked.news] == ["plan_agree"]


def test_undo_takes_back_a_decision_and_an_approval(state: State) -> None:
    start = opening("en")
    first = [answer(CAPTURE, 1), answer(FLOW, 1)]
    no = prepared(PlanDecision(decision="reject", action=LOG, reason="no"), state, MODEL, ACTIONS)
    yes = approval_of(decided(state, "reject", LOG, reason="no"), MODEL, ACTIONS, "Mette", "2027-03-01")
    undo = Signal(signal="undo")

    def told(*turns: list[AnyAct]) -> State:
        return replay(MODEL, start, [(turn, None) for turn in turns])

    assert len(told(first, [no], [yes]).versions) == 1
    assert told(first, [no], [yes], [undo]).versions == ()
    assert LOG not in names(told(first, [no], [yes], [undo]))
    assert LOG in names(told(first, [no], [yes], [undo], [undo]))


# --- any decisions at all ---

ids = st.sampled_from([*sorted(ACTIONS), "own-1", "own-2", "own-3"])
choices = st.lists(
    st.one_of(
        st.builds(lambda a, d: {"decision": d, "action": a}, ids, st.sampled_from(["agree", "done", "restore"])),
        st.builds(lambda a: {"decision": "reject", "action": a, "reason": "no"}, ids),
        st.builds(lambda a, s: {"decision": "change", "action": a, "stage": s}, ids, st.sampled_from(PLAN_STAGES)),
        st.builds(lambda a, b: {"decision": "move", "action": a, "before": b}, ids, ids | st.just("")),
        st.builds(lambda s: {"decision": "add", "text": "Ryd op", "stage": s}, st.sampled_from(PLAN_STAGES)),
    ),
    max_size=25,
)
levels = st.dictionaries(st.sampled_from(MODEL.order), st.integers(0, 4), min_size=1)
barriers = st.lists(st.sampled_from([barrier.id for barrier in MODEL.barriers]), unique=True)


def told(stages: dict[str, int], stops: list[str], decisions: list[dict[str, str]]) -> State:
    said = [BarrierSaid(barrier=b, status="mentioned", quote="so", start=0, end=2) for b in stops]
    state = after(opening("en"), *(answer(item, stage) for item, stage in stages.items()), *said)
    for decision in decisions:
        try:
            state = decided(state, **decision)
        except ValueError:
            continue
    return state


@settings(max_examples=200, deadline=None, derandomize=True)
@given(levels, barriers, choices)
def test_the_rules_hold_for_whatever_the_company_decides(stages, stops, decisions) -> None:
    state = told(stages, stops, decisions)
    plan = plan_of(state)
    order = [name for step in plan.steps for name in step.order]
    at = {name: number for number, step in enumerate(plan.steps) for name in step.order}
    assert len(order) == len(set(order))
    assert all(1 <= len(step.order) <= AT_A_TIME for step in plan.steps)
    assert [PLAN_STAGES.index(step.stage) for step in plan.steps] == sorted(
        PLAN_STAGES.index(s.stage) for s in plan.steps
    )
    out = {no.action for no in plan.rejected} | {finished.action for finished in plan.done}
    assert not out & set(order)
    mentioned = {name for name, said in state.profile.barriers.items() if said.status == "mentioned"}
    done = {finished.action for finished in plan.done}
    for planned in plan.planned:
        action = ACTIONS[planned.action]
        assert planned.causes
        assert all(at[need] < at[planned.action] for need in action.needs if need in at)
        for barrier in mentioned & set(action.blocked_by):
            met = {
                name
                for name in at
                if name in ACTIONS and barrier in ACTIONS[name].meets and at[name] < at[planned.action]
            }
            assert met or any(name in ACTIONS and barrier in ACTIONS[name].meets for name in done)
    assert plan_of(state) == plan


@settings(max_examples=100, deadline=None, derandomize=True)
@given(levels, barriers, choices)
def test_what_is_approved_is_what_stands_there(stages, stops, decisions) -> None:
    state = told(stages, stops, decisions)
    before = plan_of(state)
    state = approved(state)
    assert plan_of(state).model_copy(update={"approved": None}) == before.model_copy(update={"approved": None})
    assert state.versions[-1].plan == before.model_copy(update={"approved": None})
    assert not plan_of(state).approved.changed
