"""The draft plan: small cases with actions made by hand, and what must hold for any profile with the real ones."""

from __future__ import annotations

import time
from math import floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.content import Knowledge, root
from assistant.domain.actions import COSTS, PLAN_STAGES, Action, check_actions
from assistant.domain.plan import AT_A_TIME, HOURS_A_DAY, MOST, Capacity, draft, ideas
from assistant.domain.profile import BarrierFinding, Finding, Profile, Quote, Remark, TechnologyFinding, score

KNOWLEDGE = Knowledge(root())
MODEL, ACTIONS = KNOWLEDGE.model, KNOWLEDGE.actions
CAPTURE, MACHINES, SYSTEMS, SKILLS = (
    "technology.capture",
    "technology.machines",
    "technology.systems",
    "competence.skills",
)
WORDS = Quote(text="said so", turn=1, start=0, end=7)
Stages = dict[str, int | tuple[int, int]]


def profile(stages: Stages, *, barriers=(), ruled_out=(), pains=(), targets=None, technologies=None) -> Profile:
    findings = {}
    for item, stage in stages.items():
        low, high = (stage, stage) if isinstance(stage, int) else stage
        findings[item] = Finding(item=item, low=low, high=high, quote=WORDS)
    said = {name: BarrierFinding(barrier=name, status="mentioned", quote=WORDS) for name in barriers}
    said |= {name: BarrierFinding(barrier=name, status="ruled_out", quote=WORDS) for name in ruled_out}
    return Profile(
        findings=findings, barriers=said, targets=targets or {}, technologies=technologies or {},
        pains=tuple(Remark(quote=WORDS, about=(item,)) for item in pains),
    )  # fmt: skip


def action(name: str, item: str | None = CAPTURE, stages=(0, 4), *, stage="solve", to=5, **changes) -> Action:
    text = {"en": name, "da": name}
    when = {"items": {item: stages} if item else {}, **changes.pop("when", {})}
    return Action.model_validate({
        "id": name, "title": text, "stage": stage, "when": when,
        "lifts": {"item": item, "from": stages[0], "to": to} if item else None,
        "conventional": text, "digital": text, "first_step": text, "effort": {"size": "S", "days": 1}, "cost": "own_hours",
        "kpi": {"name": text, "unit": text, "how": text}, "help": ["own_staff"], "risk": text, **changes,
    })  # fmt: skip


def library(*actions: Action) -> dict[str, Action]:
    found = {one.id: one for one in actions}
    check_actions(found, MODEL)
    return found


def steps(plan) -> list[list[str]]:
    return [[planned.action for planned in step.actions] for step in plan.steps]


def planned(plan) -> dict[str, int]:
    """Action -> number of its step."""
    return {one.action: number for number, step in enumerate(plan.steps) for one in step.actions}


# --- small cases ---


def test_nothing_known_means_nothing_to_do():
    nothing = action("do-nothing-now", None)
    plan = draft(Profile(), MODEL, library(nothing, action("a")))
    assert steps(plan) == [["do-nothing-now"]]
    assert plan.steps[0].actions[0].causes[0].kind == "nothing_else"
    assert (plan.targets, plan.chosen) == ({}, ())


def test_one_finding_one_action_with_its_words():
    plan = draft(profile({CAPTURE: 1}), MODEL, library(action("a")))
    (cause,) = plan.steps[0].actions[0].causes
    assert (cause.kind, cause.what, cause.stage, cause.quote) == ("finding", CAPTURE, 1, WORDS)
    assert plan.targets == {"technology": 2}


def test_a_stage_outside_the_range_causes_nothing():
    actions = library(action("low", stages=(0, 1)), action("high", stages=(3, 4)))
    assert steps(draft(profile({CAPTURE: 2}), MODEL, actions)) == []
    assert steps(draft(profile({CAPTURE: (1, 2)}), MODEL, actions)) == [["low"]]
    assert steps(draft(profile({CAPTURE: 3}), MODEL, actions)) == [["high"]]


@pytest.mark.parametrize(("target", "expected"), [(1, []), (2, []), (3, [["a"]])])
def test_the_target_that_the_company_chose_counts(target, expected):
    plan = draft(profile({CAPTURE: 2}, targets={"technology": target}), MODEL, library(action("a")))
    assert steps(plan) == expected
    assert (plan.targets["technology"], plan.chosen) == (target, ("technology",))


def test_analysis_comes_before_solving_and_solving_before_transforming():
    actions = library(
        action("t", SKILLS, stage="transform"),
        action("s", SYSTEMS, stage="solve"),
        action("a", CAPTURE, stage="analyse"),
    )
    plan = draft(profile({CAPTURE: 1, SYSTEMS: 1, SKILLS: 1}), MODEL, actions)
    assert [(step.stage, one.action) for step in plan.steps for one in step.actions] == [
        ("analyse", "a"), ("solve", "s"), ("transform", "t"),
    ]  # fmt: skip


def test_needs_come_first_and_say_for_what():
    actions = library(action("wanted", needs=["base"]), action("base", SYSTEMS, (5, 5)))
    plan = draft(profile({CAPTURE: 1}), MODEL, actions)
    assert steps(plan) == [["base"], ["wanted"]]
    assert [(cause.kind, cause.what) for cause in plan.steps[0].actions[0].causes] == [("need", "wanted")]


def test_what_is_there_already_is_not_needed():
    actions = library(action("wanted", needs=["base"]), action("base", SYSTEMS, (0, 1), to=3))
    plan = draft(profile({CAPTURE: 1, SYSTEMS: 3}), MODEL, actions)
    assert steps(plan) == [["wanted"]]


def test_needs_of_needs():
    actions = library(action("c", needs=["b"]), action("b", SYSTEMS, (5, 5), needs=["a"]), action("a", SYSTEMS, (5, 5)))
    assert steps(draft(profile({CAPTURE: 0}), MODEL, actions)) == [["a"], ["b"], ["c"]]


def test_a_barrier_is_handled_first():
    actions = library(action("buy", blocked_by=["finance"]), action("price-it", None, meets=["finance"]))
    plan = draft(profile({CAPTURE: 1}, barriers=["finance"]), MODEL, actions)
    assert steps(plan) == [["price-it"], ["buy"]]
    helper = plan.steps[0].actions[0]
    assert helper.meets == ("finance",)
    assert ("barrier", "finance") in [(cause.kind, cause.what) for cause in helper.causes]


def test_what_a_barrier_stops_is_left_out_with_the_reason():
    plan = draft(profile({CAPTURE: 1}, barriers=["finance"]), MODEL, library(action("buy", blocked_by=["finance"])))
    assert steps(plan) == []
    assert [(left.action, left.barrier) for left in plan.left_out] == [("buy", "finance")]


@pytest.mark.parametrize("said", [{}, {"ruled_out": ["finance"]}, {"barriers": ["time"]}])
def test_a_barrier_that_was_not_mentioned_stops_nothing(said):
    actions = library(action("buy", blocked_by=["finance"]), action("price-it", None, meets=["finance"]))
    plan = draft(profile({CAPTURE: 1}, **said), MODEL, actions)
    assert steps(plan) == [["buy"]]


def test_a_helper_of_a_later_stage_does_not_help():
    actions = library(action("buy", blocked_by=["finance"]), action("late", None, stage="transform", meets=["finance"]))
    plan = draft(profile({CAPTURE: 1}, barriers=["finance"]), MODEL, actions)
    assert (steps(plan), plan.left_out[0].action) == ([], "buy")


def test_never_more_than_two_for_one_item_nor_three_at_a_time():
    items = MODEL.order[:6]
    rungs = {"look": ((0, 1), "analyse", 2), "mend": ((1, 2), "solve", 3), "change": ((3, 4), "transform", 5)}
    actions = library(
        *(
            action(f"{item}-{name}", item, stages, stage=stage, to=to)
            for item in items
            for name, (stages, stage, to) in rungs.items()
        )
    )
    plan = draft(profile(dict.fromkeys(items, 0), targets={"governance": 5, "technology": 5}), MODEL, actions)
    assert [len(step) for step in steps(plan)] == [3, 2, 3, 1]
    assert [step.stage for step in plan.steps] == ["analyse", "analyse", "solve", "solve"]
    assert sum(name.startswith(items[0]) for name in planned(plan)) == 2


def test_what_hurts_comes_first_then_the_weakest():
    actions = library(action("x", CAPTURE), action("y", SYSTEMS), action("z", SKILLS))
    everything = {CAPTURE: 2, SYSTEMS: 1, SKILLS: 3}
    targets = {"technology": 5, "competence": 5}
    hurt = draft(profile(everything, pains=[SKILLS], targets=targets), MODEL, actions)
    calm = draft(profile(everything, targets=targets), MODEL, actions)
    assert steps(hurt) == [["z", "y", "x"]]
    assert steps(calm) == [["y", "x", "z"]]


@pytest.mark.parametrize(
    ("use", "interested", "there"),
    [
        (None, "unknown", False),
        (0, "unknown", False),
        (1, "unknown", True),
        (5, "no", False),
        (None, "yes", True),
        (0, "yes", True),
    ],
)
def test_a_technology_must_be_used_or_of_interest(use, interested, there):
    said = {"iot": TechnologyFinding(technology="iot", use=use, interested=interested, quote=WORDS)}
    plan = draft(profile({CAPTURE: 1}, technologies=said), MODEL, library(action("a", when={"technologies": ["iot"]})))
    assert steps(plan) == ([["a"]] if there else [])


def test_an_analysis_is_followed_by_what_solves_it():
    actions = library(
        action("look", stages=(0, 1), stage="analyse", to=2),
        action("mend", stages=(1, 2), to=3),
        action("change", stages=(3, 4), stage="transform"),
    )
    for stage in (0, 1):
        assert steps(draft(profile({CAPTURE: stage}), MODEL, actions)) == [["look"], ["mend"]]
    assert steps(draft(profile({CAPTURE: 2}), MODEL, actions)) == [["mend"]]
    assert steps(draft(profile({CAPTURE: 2}, targets={"technology": 3}), MODEL, actions)) == [["mend"]]
    assert steps(draft(profile({CAPTURE: 2}, targets={"technology": 4}), MODEL, actions)) == [["mend"], ["change"]]


def test_what_the_company_leaves_as_it_is_gets_nothing_unless_something_else_needs_it():
    actions = library(
        action("order", SYSTEMS), action("net", "connectivity.security", (0, 1), stage="analyse", to=2),
        action("send", CAPTURE, needs=["net"]),
    )  # fmt: skip
    stages = {CAPTURE: 1, "connectivity.security": 1, "connectivity.flow": 4}
    stays = {"connectivity": 2}
    assert (
        steps(draft(profile({"connectivity.security": 1, "connectivity.flow": 4}, targets=stays), MODEL, actions)) == []
    )
    plan = draft(profile(stages, targets=stays), MODEL, actions)
    assert steps(plan) == [["net"], ["send"]]
    assert [(cause.kind, cause.what) for cause in plan.planned[0].causes] == [("need", "send")]


def test_without_a_target_only_the_weaker_half_of_a_dimension_is_worked_on():
    actions = library(action("x", CAPTURE), action("y", SYSTEMS))
    assert steps(draft(profile({CAPTURE: 1, SYSTEMS: 2}), MODEL, actions)) == [["x"]]
    assert steps(draft(profile({CAPTURE: 2, SYSTEMS: 2}), MODEL, actions)) == [["y", "x"]]


@pytest.mark.parametrize(
    ("money", "expected", "waits"),
    [
        (None, [["dear-and-new"]], []),
        ("more", [["dear-and-new"]], []),
        ("under_5000", [["cheap"]], []),
        ("own_hours", [], [("dear-and-new", "money", "dear-and-new")]),
    ],
)
def test_what_is_beyond_the_money_gives_way_to_what_can_be_paid(money, expected, waits):
    said = {"iot": TechnologyFinding(technology="iot", use=1, interested="yes", quote=WORDS)}
    actions = library(
        action("cheap", cost="under_5000"), action("dear-and-new", cost="5000_50000", when={"technologies": ["iot"]})
    )
    plan = draft(profile({CAPTURE: 1}, technologies=said), MODEL, actions, Capacity(money=money))
    assert steps(plan) == expected
    assert [(one.action, one.reason, one.what) for one in plan.put_off] == waits


def test_what_needs_something_too_dear_waits_and_what_follows_waits_with_it():
    actions = library(
        action("base", SYSTEMS, (5, 5), cost="more"),
        action("first", CAPTURE, (0, 1), stage="analyse", to=2),
        action("second", CAPTURE, (1, 2), to=3, needs=["base"]),
        action("third", MACHINES, (2, 2), to=3, cost="more"),
        action("fourth", MACHINES, (3, 4), stage="transform"),
    )
    found = profile({CAPTURE: 1, MACHINES: 2}, targets={"technology": 5})
    plan = draft(found, MODEL, actions, Capacity(money="5000_50000"))
    assert steps(plan) == [["first"]]
    assert [(one.action, one.reason, one.what) for one in plan.put_off] == [
        ("second", "money", "base"), ("third", "money", "third"), ("fourth", "after", "third"),
    ]  # fmt: skip


def test_another_action_that_lifts_as_far_stands_for_a_need():
    said = {"iot": TechnologyFinding(technology="iot", use=1, interested="yes", quote=WORDS)}
    actions = library(
        action("clamp", stages=(1, 2), to=3, when={"technologies": ["iot"]}), action("type-in", stages=(1, 2), to=3),
        action("send", stages=(3, 4), stage="transform", needs=["type-in"]),
    )  # fmt: skip
    found = profile({CAPTURE: 2}, targets={"technology": 5}, technologies=said)
    assert steps(draft(found, MODEL, actions)) == [["clamp"], ["send"]]
    assert steps(draft(found.model_copy(update={"technologies": {}}), MODEL, actions)) == [["type-in"], ["send"]]


def test_once_the_plan_is_full_the_rest_waits_for_room():
    items = MODEL.order[:10]
    plan = draft(profile(dict.fromkeys(items, 1), targets={}), MODEL, library(*(action(i, i) for i in items)))
    assert len(plan.planned) == MOST
    assert [(one.action, one.reason) for one in plan.put_off] == [(items[9], "room")]


def test_a_lighter_action_does_not_overtake_one_that_finds_no_room():
    items = MODEL.order[:10]
    heavy = action(items[8], items[8], needs=["base"])
    actions = library(*(action(i, i) for i in items if i != items[8]), heavy, action("base", MODEL.order[14], (5, 5)))
    plan = draft(profile(dict.fromkeys(items, 1)), MODEL, actions)
    assert len(plan.planned) == MOST - 1
    assert [one.action for one in plan.put_off] == ["base", items[8], items[9]]


def test_half_a_stage_up_does_not_bring_an_item_back():
    actions = library(action("x", CAPTURE), action("y", SYSTEMS))
    assert steps(draft(profile({CAPTURE: 2, SYSTEMS: (1, 2)}), MODEL, actions)) == [["y"]]
    assert steps(draft(profile({CAPTURE: (2, 3), SYSTEMS: (1, 2)}), MODEL, actions)) == [["y"]]


def test_a_plan_for_all_items_takes_at_most_fifty_milliseconds():
    found = profile(
        {item: number % 5 for number, item in enumerate(MODEL.order)}, barriers=[b.id for b in MODEL.barriers]
    )
    took = []
    for _ in range(7):
        started = time.process_time()
        draft(found, MODEL, ACTIONS)
        took.append(time.process_time() - started)
    assert min(took) <= 0.05


def test_hours_make_months_and_without_hours_there_are_none():
    actions = library(
        action("look", stages=(0, 1), stage="analyse", effort={"size": "S", "days": 4}),
        action("mend", stages=(1, 2), effort={"size": "M", "days": 12}),
    )
    found = profile({CAPTURE: 1})
    assert [step.months for step in draft(found, MODEL, actions).steps] == [None, None]
    # 4 days are 29.6 hours, 16 days 118.4
    assert [s.months for s in draft(found, MODEL, actions, Capacity(hours=20)).steps] == [(1, 2), (2, 6)]
    assert [s.months for s in draft(found, MODEL, actions, Capacity(hours=500)).steps] == [(1, 1), (1, 1)]


def test_what_hurts_is_told_with_its_words():
    plan = draft(profile({CAPTURE: 1, SYSTEMS: 1}, pains=[CAPTURE]), MODEL, library(action("a"), action("b", SYSTEMS)))
    assert [(one.action, one.hurts, one.wished) for one in plan.planned] == [("a", (WORDS,), ()), ("b", (), ())]
    wishes = profile({CAPTURE: 1}).model_copy(update={"goals": (Remark(quote=WORDS, about=(CAPTURE,)),)})
    (one,) = draft(wishes, MODEL, library(action("a"))).planned
    assert (one.hurts, one.wished) == ((), (WORDS,))


def test_ideas_solve_before_they_analyse():
    actions = library(action("look", stage="analyse"), action("do", SYSTEMS), action("then", SKILLS, stage="transform"))
    found = profile({CAPTURE: 1, SYSTEMS: 1, SKILLS: 1})
    assert ideas(found, MODEL, actions) == ["do", "then"]
    assert ideas(found, MODEL, actions, most=3) == ["do", "then", "look"]


@pytest.mark.parametrize(
    ("broken", "word"),
    [
        ([action("a", needs=["b"]), action("b", needs=["a"])], "needs itself"),
        ([action("a", needs=["a"])], "needs itself"),
        ([action("a", needs=["b"]), action("b", stage="transform")], "later stage"),
        ([action("a", needs=["nowhere"])], "unknown action"),
        ([action("a", "technology.magic")], "unknown item"),
        ([action("a", blocked_by=["weather"])], "unknown barrier"),
        ([action("a", meets=["weather"])], "unknown barrier"),
        ([action("a", when={"technologies": ["magic"]})], "unknown technology"),
    ],
)
def test_broken_libraries_are_refused(broken, word):
    with pytest.raises(ValueError, match=word):
        check_actions({one.id: one for one in broken}, MODEL)


def test_an_action_lifts_only_what_causes_it():
    with pytest.raises(ValueError, match="lifts"):
        action("a", when={"items": {SYSTEMS: (0, 1)}})


# --- any profile, the real actions ---

stages = st.integers(0, 5) | st.tuples(st.integers(0, 5), st.integers(0, 5)).map(lambda pair: tuple(sorted(pair)))
barriers = st.lists(st.sampled_from([barrier.id for barrier in MODEL.barriers]), unique=True)
technologies = st.dictionaries(
    st.sampled_from([technology.id for technology in MODEL.technologies]),
    st.tuples(st.none() | st.integers(0, 5), st.sampled_from(["yes", "no", "unknown"])),
).map(lambda said: {
    name: TechnologyFinding(technology=name, use=use, interested=interested, quote=WORDS)
    for name, (use, interested) in said.items()
})  # fmt: skip
profiles = st.builds(
    profile,
    st.dictionaries(st.sampled_from(MODEL.order), stages),
    barriers=barriers,
    pains=st.lists(st.sampled_from(MODEL.order), max_size=3),
    targets=st.dictionaries(st.sampled_from([d.id for d in MODEL.dimensions]), st.integers(0, 5)),
    technologies=technologies,
)
capacities = st.builds(Capacity, hours=st.none() | st.integers(1, 200), money=st.none() | st.sampled_from(COSTS))
quick = settings(max_examples=150, deadline=None, derandomize=True)


@quick
@given(profiles)
def test_order_and_size(found):
    plan = draft(found, MODEL, ACTIONS)
    at = planned(plan)
    assert len(at) == sum(len(step.actions) for step in plan.steps) <= MOST
    assert all(1 <= len(step.actions) <= AT_A_TIME for step in plan.steps)
    order = [PLAN_STAGES.index(step.stage) for step in plan.steps]
    assert order == sorted(order)
    for name, step in at.items():
        assert ACTIONS[name].stage == plan.steps[step].stage
        for need in ACTIONS[name].needs:
            assert need not in at or at[need] < step


def stands_for(other: str, need: str) -> bool:
    one, two = ACTIONS[other], ACTIONS[need].lifts
    return (
        bool(one.lifts and two)
        and (one.lifts.item, one.stage != "analyse") == (two.item, True)
        and one.lifts.to >= two.to
    )


@quick
@given(profiles, capacities)
def test_a_need_stands_before_or_is_reached(found, capacity):
    at = planned(draft(found, MODEL, ACTIONS, capacity))
    for name in at:
        for need in ACTIONS[name].needs:
            if need in at:
                assert at[need] < at[name]
            elif not any(stands_for(other, need) and at[other] < at[name] for other in at):
                lift = ACTIONS[need].lifts
                assert found.findings[lift.item].score >= lift.to


@quick
@given(profiles)
def test_nothing_without_a_cause(found):
    plan = draft(found, MODEL, ACTIONS)
    at = planned(plan)
    for one in (one for step in plan.steps for one in step.actions):
        assert one.causes
        for cause in one.causes:
            match cause.kind:
                case "finding":
                    assert found.findings[cause.what].stage == cause.stage
                    assert floor(found.findings[cause.what].score) <= ACTIONS[one.action].when.items[cause.what][1]
                case "barrier":
                    assert found.barriers[cause.what].status == "mentioned"
                    assert cause.what in ACTIONS[one.action].meets
                case "need":
                    assert at[cause.what] > at[one.action]
                case _:
                    assert (one.action, len(at)) == ("do-nothing-now", 1)


@quick
@given(profiles, capacities)
def test_nothing_for_an_item_at_or_above_its_target(found, capacity):
    plan = draft(found, MODEL, ACTIONS, capacity)
    today = score(found, MODEL).dimensions
    waiting = [waits.action for waits in plan.put_off if waits.reason != "room"]
    for name in (*(one.action for one in plan.planned if one.causes[0].kind == "finding"), *waiting):
        lift = ACTIONS[name].lifts
        if lift is None:
            continue
        dimension = MODEL.items[lift.item].dimension
        assert found.findings[lift.item].score < plan.targets[dimension]
        if dimension in found.targets:
            assert today[dimension] < found.targets[dimension]


@quick
@given(profiles)
def test_what_stays_as_it_is_gets_nothing_of_its_own(found):
    stays = {name: floor(value) for name, value in score(found, MODEL).dimensions.items() if value is not None}
    plan = draft(found.model_copy(update={"targets": stays}), MODEL, ACTIONS)
    assert [one.action for one in plan.planned] in ([], ["do-nothing-now"])
    assert (plan.left_out, plan.put_off) == ((), ())


def work_on(item, plan):
    """Actions for `item` that a plan holds or puts off."""
    names = {one.action for one in (*plan.planned, *plan.left_out, *plan.put_off)}
    return {name for name in names if ACTIONS[name].lifts and ACTIONS[name].lifts.item == item}


@settings(max_examples=600, deadline=None, derandomize=True)
@given(profiles, st.sampled_from(MODEL.order), stages, stages, capacities)
def test_improving_one_item_never_adds_work_on_it(found, item, one, other, capacity):
    plans = []
    for stage in sorted((one, other), key=lambda stage: stage if isinstance(stage, int) else sum(stage) / 2):
        low, high = (stage, stage) if isinstance(stage, int) else stage
        findings = found.findings | {item: Finding(item=item, low=low, high=high, quote=WORDS)}
        plans.append(draft(found.model_copy(update={"findings": findings}), MODEL, ACTIONS, capacity))
    before, after = plans
    assert len(work_on(item, after)) <= len(work_on(item, before))


@quick
@given(profiles, capacities)
def test_nothing_is_dearer_than_the_money_band_and_nothing_stands_twice(found, capacity):
    plan = draft(found, MODEL, ACTIONS, capacity)
    names = [one.action for one in (*plan.planned, *plan.left_out, *plan.put_off)]
    assert len(names) == len(set(names))
    for one in plan.planned:
        assert capacity.money is None or COSTS.index(ACTIONS[one.action].cost) <= COSTS.index(capacity.money)
    for waits in plan.put_off:
        assert (waits.reason == "room") == (waits.what == "")
        if waits.reason == "money":
            assert COSTS.index(ACTIONS[waits.what].cost) > COSTS.index(capacity.money)


@quick
@given(profiles, st.integers(1, 400))
def test_months_follow_from_days_and_hours(found, hours):
    plan = draft(found, MODEL, ACTIONS, Capacity(hours=hours))
    days = 0
    for number, step in enumerate(plan.steps):
        days += sum(ACTIONS[one.action].effort.days for one in step.actions)
        first, last = step.months
        assert first <= last < days * HOURS_A_DAY / hours + 1
        assert number == 0 or first >= plan.steps[number - 1].months[1]
    assert all(step.months is None for step in draft(found, MODEL, ACTIONS).steps)


@quick
@given(profiles)
def test_barriers_are_handled_before_or_the_action_is_left_out(found):
    plan = draft(found, MODEL, ACTIONS)
    at = planned(plan)
    for name, step in at.items():
        for barrier in set(ACTIONS[name].blocked_by) & {
            b for b, s in found.barriers.items() if s.status == "mentioned"
        }:
            assert any(barrier in ACTIONS[other].meets and before < step for other, before in at.items())
    for left in plan.left_out:
        assert left.action not in at
        assert found.barriers[left.barrier].status == "mentioned"


@quick
@given(profiles, st.randoms(use_true_random=False))
def test_the_same_profile_gives_the_same_plan(found, random):
    names = list(ACTIONS)
    random.shuffle(names)
    assert draft(found, MODEL, {name: ACTIONS[name] for name in names}) == draft(found, MODEL, ACTIONS)


@quick
@given(profiles, st.sampled_from(MODEL.order))
def test_reaching_the_target_ends_the_work_on_an_item(found, item):
    aims = {dimension.id: 4 for dimension in MODEL.dimensions}
    better = found.findings | {item: Finding(item=item, low=4, high=4, quote=WORDS)}
    plan = draft(found.model_copy(update={"findings": better, "targets": aims}), MODEL, ACTIONS)
    assert not any(ACTIONS[name].lifts and ACTIONS[name].lifts.item == item for name in planned(plan))


@quick
@given(profiles)
def test_ideas_stand_in_the_plan(found):
    introduced = ideas(found, MODEL, ACTIONS)
    assert set(introduced) <= set(planned(draft(found, MODEL, ACTIONS)))
    assert len(introduced) == len(set(introduced)) <= 2


@pytest.mark.parametrize("stage", range(6))
@pytest.mark.parametrize("item", MODEL.order)
def test_every_item_below_the_top_has_something_to_do(item, stage):
    plan = draft(profile({item: stage}), MODEL, ACTIONS)
    lifted = [ACTIONS[name].lifts.item for name in planned(plan) if ACTIONS[name].lifts]
    assert (item in lifted) == (stage < 5)
