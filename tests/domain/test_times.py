"""A company asked again: what stays as the earlier time, what is asked anew, and what the comparison says."""

from __future__ import annotations

import pytest

from assistant.content import Knowledge, root
from assistant.domain.acts import Answer, AnyAct, BarrierSaid, Fact, Pain, Signal, TargetChosen
from assistant.domain.approval import current
from assistant.domain.dates import checked, day, month
from assistant.domain.dialogue import course_items, next_move
from assistant.domain.fold import advance
from assistant.domain.replay import replay
from assistant.domain.state import State, opening
from assistant.domain.times import beginning, latest, over_time

KNOWLEDGE = Knowledge(root())
MODEL, ACTIONS = KNOWLEDGE.model, KNOWLEDGE.actions
CAPTURE, FLOW, SYSTEMS = "technology.capture", "connectivity.flow", "technology.systems"


def answer(item: str, low: int, high: int | None = None, quote: str = "so") -> Answer:
    scores = tuple(float(number == low) for number in range(6))
    return Answer(
        item=item, low=low, high=low if high is None else high, scores=scores, asked=False, clicked=True, quote=quote,
        start=0, end=len(quote),
    )  # fmt: skip


def after(state: State, *acts: AnyAct) -> State:
    return advance(MODEL, state, acts)


FIRST: tuple[AnyAct, ...] = (
    answer(CAPTURE, 1, quote="on paper"), answer(FLOW, 1, 3, quote="notes and screens"),
    Fact(field="employees", value=19, quote="nineteen", start=0, end=8),
    BarrierSaid(barrier="time", status="mentioned", quote="no time", start=0, end=7),
    Pain(about=(FLOW,), quote="notes get lost", start=0, end=14),
    TargetChosen(dimension="technology", stage=3, quote="3", start=0, end=1),
)  # fmt: skip


@pytest.fixture
def first() -> State:
    return after(opening("en"), *FIRST)


@pytest.fixture
def again(first: State) -> State:
    return after(first, beginning(first, "2027-06-01"))


def test_what_was_known_stays_as_the_earlier_time(first: State, again: State) -> None:
    (time,) = again.times
    assert (time.label, time.began, time.ended, time.turn) == ("T0", "", "2027-06-01", first.turn)
    assert time.profile == first.profile
    assert (again.label, again.began) == ("T1", "2027-06-01")


def test_everything_that_changes_is_asked_anew_and_the_company_stays(first: State, again: State) -> None:
    assert again.profile.findings == again.profile.barriers == {}
    assert again.profile.pains == ()
    assert again.profile.company() == first.profile.company()
    assert again.profile.targets == {"technology": 3}
    asked = []
    state = again
    while (move := next_move(MODEL, state)).asked is not None:
        asked.append(move.asked.id)
        state = after(state.model_copy(update={"asked": move.asked}), Signal(signal="skip"))
    assert "story" not in asked
    assert set(course_items(MODEL, state)) <= set(asked)
    assert {"pains", "goals", "barriers", "technologies", "targets"} <= set(asked)


def test_each_item_is_told_with_the_words_of_each_time(again: State) -> None:
    state = after(again, answer(CAPTURE, 3, quote="on a tablet"), answer(SYSTEMS, 2))
    found = over_time(state, MODEL)
    assert (found.labels, found.dates) == (("T0", "T1"), ("", "2027-06-01"))
    items = {one.item: one for one in found.items}
    capture = items[CAPTURE]
    assert [(then.stage, then.quote.text) for then in capture.then] == [(1, "on paper"), (3, "on a tablet")]
    assert capture.change == 2.0
    assert [(then.stage, then.status) for then in items[FLOW].then] == [((1, 3), "recorded"), (None, None)]
    assert items[FLOW].change is items[SYSTEMS].change is None
    assert [scores.assessed for scores in found.scores] == [2, 2]
    assert set(items) == set(MODEL.order)


def test_a_step_back_and_a_range_are_counted_too(again: State) -> None:
    items = {one.item: one for one in over_time(after(again, answer(FLOW, 1), answer(CAPTURE, 1)), MODEL).items}
    assert items[FLOW].change == -1.0
    assert items[CAPTURE].change == 0.0


def test_three_times_compare_first_and_last_assessed(again: State) -> None:
    state = after(again, answer(SYSTEMS, 2))
    state = after(state, beginning(state, "2028-06-01"))
    found = over_time(after(state, answer(CAPTURE, 4)), MODEL)
    assert found.labels == ("T0", "T1", "T2")
    assert next(one for one in found.items if one.item == CAPTURE).change == 3.0


def test_the_plan_stands_on_the_newest_words_of_any_time(first: State, again: State) -> None:
    plan = current(first, MODEL, ACTIONS)
    assert current(again, MODEL, ACTIONS) == plan
    assert plan.planned
    better = after(again, answer(CAPTURE, 3), Signal(signal="skip"))
    known = latest(better)
    assert (known.findings[CAPTURE].stage, known.findings[FLOW].stage) == (3, (1, 3))
    assert known.barriers.keys() == {"time"}
    assert "register-at-the-machine" not in {one.action for one in current(better, MODEL, ACTIONS).planned}


def test_what_is_skipped_this_time_counts_as_before(again: State) -> None:
    state = again.model_copy(update={"asked": next_move(MODEL, again).asked.model_copy(update={"id": CAPTURE})})
    state = after(state, Signal(signal="skip"))
    assert state.profile.findings[CAPTURE].stage is None
    assert latest(state).findings[CAPTURE].stage == 1


def test_undo_brings_the_time_before_back(first: State) -> None:
    turns = [FIRST, (beginning(first, "2027-06-01"),), (Signal(signal="undo"),)]
    state = replay(MODEL, opening("en"), [(turn, None) for turn in turns])
    assert state.times == ()
    assert state.profile == first.profile


@pytest.mark.parametrize(
    ("on", "label", "words"),
    [
        ("1.6.2027", "", "is no date"), ("2027-06-31", "", "is no date"), ("20270601", "", "is no date"),
        ("2027-06-01", "T0", "is taken"), ("2027-06-01", "x" * 41, "shorter"),
    ],
)  # fmt: skip
def test_what_cannot_begin_is_one_sentence(first: State, on: str, label: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        beginning(first, on, label)


def test_no_time_begins_before_the_last_or_before_anything_is_told(again: State) -> None:
    with pytest.raises(ValueError, match="nothing has been told"):
        beginning(opening("en"), "2027-06-01")
    told = after(again, answer(CAPTURE, 2))
    with pytest.raises(ValueError, match="lies before"):
        beginning(told, "2027-05-31")


def test_own_labels_do_not_collide_with_numbers(first: State) -> None:
    named = after(first, beginning(first, "2027-06-01", "T2"), answer(CAPTURE, 2))
    assert named.label == "T2"
    assert beginning(named, "2027-07-01").label == "T3"


def test_days_and_months_in_words() -> None:
    words = {name: KNOWLEDGE.replies(name)["dates"] for name in ("en", "da")}
    assert day("2027-03-01", words["en"]) == "1 March 2027"
    assert day("2027-03-01", words["da"]) == "1. marts 2027"
    assert month("2027-12", words["da"]) == "december 2027"
    assert (day("soon", words["en"]), month("", words["en"])) == ("soon", "")
    assert checked("2028-02-29") == "2028-02-29"
