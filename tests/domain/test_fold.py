"""The fold, one act at a time: what a turn records, what it asks next and what it never does."""

from __future__ import annotations

import pytest

from assistant.content import Knowledge, root
from assistant.domain.acts import (
    Answer,
    AnyAct,
    BarrierSaid,
    Fact,
    Goal,
    LanguageChange,
    Pain,
    Question,
    Rating,
    Remove,
    Signal,
    TargetChosen,
    TechnologySaid,
)  # fmt: skip
from assistant.domain.dialogue import CLOSING, OPENING, course_items, next_move
from assistant.domain.fold import advance
from assistant.domain.replay import replay
from assistant.domain.state import Asked, State, opening

MODEL = Knowledge(root()).model
CAPTURE, MACHINES, SYSTEMS, SKILLS = (
    "technology.capture",
    "technology.machines",
    "technology.systems",
    "competence.skills",
)


class Talk:
    """A conversation step by step, the way the session goes about it, with its turns kept for a replay."""

    def __init__(self, course: str = "full", language: str = "en", asked: Asked | None = None) -> None:
        self.start = opening(language, course)
        if asked is not None:
            self.start = self.start.model_copy(update={"asked": asked, "done": frozenset(OPENING)})
        self.state, self.turns = self.start, []

    def say(self, *acts: AnyAct) -> State:
        if signal("undo") in acts:
            self.state = replay(MODEL, self.start, [*self.turns, (acts, None)])
        else:
            self.state = advance(MODEL, self.state, acts)
        move = next_move(MODEL, self.state)
        self.state = self.state.model_copy(update={"asked": move.asked})
        self.turns.append((acts, move.asked))
        assert replay(MODEL, self.start, self.turns) == self.state
        return self.state

    @property
    def asked(self) -> str | None:
        return self.state.asked.id if self.state.asked else None

    @property
    def form(self) -> str | None:
        return self.state.asked.form if self.state.asked else None

    def finding(self, item: str = CAPTURE):
        return self.state.profile.findings.get(item)

    def news(self) -> list[tuple[str, str]]:
        return [(news.kind, news.what) for news in self.state.news]


def signal(name: str) -> Signal:
    return Signal(signal=name)


def answer(stage: int, item: str = CAPTURE, *, sure: float = 0.9, **changes) -> Answer:
    """An answer with `sure` on `stage` and the rest spread evenly."""
    scores = [sure if other == stage else (1 - sure) / 5 for other in range(6)]
    quote = changes.pop("quote", f"{item} {stage} {sure}")
    given = {
        "item": item,
        "low": stage,
        "high": stage,
        "scores": tuple(scores),
        "asked": True,
        "quote": quote,
        "start": 0,
    }
    return Answer(**{**given, "end": len(quote), **changes})


def fact(field: str, value: int | str, **changes) -> Fact:
    return Fact(field=field, value=value, quote=str(value), start=0, end=len(str(value)), **changes)


def at(item: str = CAPTURE, form: str = "open", **more) -> Talk:
    return Talk(asked=Asked(id=item, form=form), **more)


QUESTION = Question(quote="What is MQTT?", start=0, end=13, answered=True)


# --- recording ---


def test_a_sure_answer_is_recorded_with_its_words():
    talk = at()
    talk.say(answer(2, quote="into a sheet"))
    found = talk.finding()
    assert (found.stage, found.status, found.source) == (2, "recorded", "words")
    assert (found.quote.text, found.quote.turn, found.quote.start, found.quote.end) == ("into a sheet", 1, 0, 12)
    assert talk.news() == [("recorded", CAPTURE)]
    assert talk.asked != CAPTURE


def test_the_same_again_leaves_it_unchanged():
    talk = at()
    talk.say(answer(2, quote="into a sheet"))
    before = talk.finding()
    talk.say(answer(2, asked=False, quote="as I said, a sheet"))
    assert talk.finding() == before
    assert talk.state.profile.superseded == ()
    talk.say(answer(3, asked=False))  # one stage off is no contradiction
    assert talk.finding() == before


def test_a_range_is_recorded_at_once():
    talk = at()
    talk.say(answer(1, low=1, high=4, sure=0.3))
    assert talk.finding().stage == (1, 4)
    assert talk.finding().score == 2.5


def test_a_click_is_recorded_with_full_confidence():
    talk = at(form="closest")
    talk.say(answer(3, sure=0.3, clicked=True))
    assert (talk.finding().stage, talk.finding().confidence, talk.finding().source) == (3, 1.0, "click")


@pytest.mark.parametrize(("sure", "recorded"), [(0.95, True), (0.8, True), (0.79, False), (0.5, False)])
def test_an_item_not_asked_about_needs_more_certainty(sure, recorded):
    talk = at()
    talk.say(answer(2, SKILLS, sure=sure, asked=False))
    assert (talk.finding(SKILLS) is not None) is recorded


def test_an_unasked_answer_replaces_an_unsure_one_but_not_a_refusal():
    talk = at()
    talk.say(vague())
    talk.say(signal("dont_know"))
    assert talk.finding().status == "unsure"
    talk.say(answer(4, asked=False))
    assert (talk.finding().stage, talk.finding().status) == (4, "recorded")
    talk = at(SKILLS)
    talk.say(signal("skip"))
    talk.say(answer(2, SKILLS, asked=False))
    assert talk.finding(SKILLS).status == "declined"
    talk.say(answer(2, SKILLS, asked=False, correction=True))
    assert talk.finding(SKILLS).stage == 2


def test_a_correction_keeps_what_it_replaces():
    talk = at()
    talk.say(answer(2, quote="into a sheet"))
    talk.say(answer(1, asked=False, correction=True, quote="no, on paper", sure=0.4))
    assert talk.finding().stage == 1
    assert talk.finding().quote.turn == 2
    assert [(old.stage, old.quote.text) for old in talk.state.profile.superseded] == [(2, "into a sheet")]
    assert ("corrected", CAPTURE) in talk.news()


def test_a_correction_reopens_what_rests_on_the_same_words():
    talk = at()
    talk.say(answer(2, quote="all in one sheet"), answer(3, SYSTEMS, quote="all in one sheet", asked=False))
    talk.say(answer(4, SKILLS, asked=False))
    talk.say(answer(1, asked=False, correction=True, quote="sorry, it is on paper"))
    assert talk.finding(SYSTEMS) is None
    assert talk.finding(SKILLS).stage == 4
    assert {old.item for old in talk.state.profile.superseded} == {CAPTURE, SYSTEMS}


# --- contradiction ---


def contradicted() -> Talk:
    talk = at()
    talk.say(answer(1, quote="on paper"))
    talk.say(signal("dont_know"))
    talk.say(answer(4, asked=False, quote="the machines report"))
    return talk


def test_a_contradiction_is_kept_and_asked_about():
    talk = contradicted()
    found = talk.finding()
    assert (found.status, found.stage, found.quote.text) == ("conflict", 1, "on paper")
    assert (found.against_stage, found.against.text, found.against.turn) == (4, "the machines report", 3)
    assert ("conflict", CAPTURE) in talk.news()
    talk.say(signal("dont_know"))  # the pending question first
    assert (talk.asked, talk.form, talk.state.asked.options) == (CAPTURE, "settle", (1, 4))


def test_a_contradiction_is_resolved_by_the_answer_to_it():
    talk = contradicted()
    talk.say(signal("dont_know"))
    talk.say(answer(4, sure=0.3, quote="report, really"))
    assert (talk.finding().status, talk.finding().stage, talk.finding().against) == ("recorded", 4, None)
    assert ("resolved", CAPTURE) in talk.news()
    assert [old.status for old in talk.state.profile.superseded] == ["conflict"]
    assert talk.asked != CAPTURE


@pytest.mark.parametrize("name", ["skip", "dont_know"])
def test_a_contradiction_may_stay_open(name):
    talk = contradicted()
    talk.say(signal("dont_know"))
    talk.say(signal(name))
    assert talk.finding().status == "conflict"
    for _ in range(40):
        assert talk.asked != CAPTURE
        talk.say(signal("dont_know"))
    assert talk.asked is None


@pytest.mark.parametrize(("low", "high", "conflict"), [(3, 3, False), (4, 4, True), (0, 0, False), (5, 5, True)])
def test_only_two_stages_off_is_a_contradiction(low, high, conflict):
    talk = at()
    talk.say(answer(1, low=1, high=2))
    talk.say(answer(low, low=low, high=high, asked=False))
    assert (talk.finding().status == "conflict") is conflict


def test_two_numbers_of_employees_are_kept_and_asked_about():
    talk = at()
    talk.say(fact("employees", 19), answer(2))
    talk.say(fact("employees", 21), signal("dont_know"))
    kept = talk.state.profile.fact("employees")
    assert (kept.value, kept.conflict.value) == (19, 21)
    assert talk.asked == "company.employees"
    talk.say(fact("employees", 21))
    settled = talk.state.profile.fact("employees")
    assert (settled.value, settled.conflict) == (21, None)
    assert talk.asked != "company.employees"
    assert talk.state.profile.superseded[0].value == 19


def test_a_corrected_number_is_no_contradiction():
    talk = at()
    talk.say(fact("employees", 19), answer(2))
    talk.say(fact("employees", 21, correction=True))
    assert talk.state.profile.company() == {"employees": 21}
    assert [old.value for old in talk.state.profile.superseded] == [19]
    assert ("corrected", "company.employees") in talk.news()


def test_lists_of_facts_grow_without_doubles():
    talk = at()
    talk.say(fact("systems", "Excel"), fact("systems", "excel"), fact("systems", "C5"))
    assert talk.state.profile.company() == {"systems": ["Excel", "C5"]}


# --- unsure: probe, closest, recorded as unsure ---


def vague() -> Answer:
    return answer(2, scores=(0.05, 0.1, 0.45, 0.3, 0.05, 0.05), quote="somewhat in a sheet")


def test_unsure_probe_closest_unsure_and_never_more_than_two_extra_questions():
    talk, asked = at(), []
    for first, second in ((1, 4), (4, 1), (1, 4)):
        asked.append((talk.asked, talk.form))
        scores = tuple(0.3 if stage in (first, second) else 0.1 for stage in range(6))
        talk.say(answer(first, scores=scores, quote=f"vague {first}"))
    assert asked == [(CAPTURE, "open"), (CAPTURE, "probe"), (CAPTURE, "closest")]
    assert talk.asked != CAPTURE
    assert talk.finding().stage in (1, 4)
    assert talk.finding().status in ("recorded", "unsure")


def test_what_stays_vague_is_recorded_as_unsure():
    talk = at(form="closest")
    talk.say(vague())
    assert talk.finding().status == "unsure"
    assert ("unsure", CAPTURE) in talk.news()
    assert talk.asked != CAPTURE


def test_closest_offers_the_two_likeliest_stages_in_order():
    talk = at(form="probe")
    talk.say(answer(4, scores=(0.05, 0.35, 0.05, 0.05, 0.45, 0.05)))
    assert (talk.form, talk.state.asked.options) == ("closest", (1, 4))


def test_a_clear_follow_up_settles_a_vague_answer_with_its_own_words():
    talk = at()
    talk.say(answer(2, scores=(0.05, 0.1, 0.4, 0.35, 0.05, 0.05), quote="hm, somewhere"))
    assert talk.form == "probe"
    talk.say(answer(5, scores=(0.01, 0.01, 0.01, 0.01, 0.01, 0.95), quote="it reaches our customers"))
    assert (talk.finding().stage, talk.finding().quote.text) == (5, "it reaches our customers")


def test_a_follow_up_that_agrees_quotes_the_first_words():
    talk = at()
    talk.say(answer(2, scores=(0.05, 0.1, 0.4, 0.35, 0.05, 0.05), quote="in a sheet, mostly"))
    talk.say(answer(2, scores=(0.05, 0.1, 0.49, 0.26, 0.05, 0.05), quote="yes, the sheet"))
    assert (talk.finding().stage, talk.finding().quote.text, talk.finding().quote.turn) == (2, "in a sheet, mostly", 1)


@pytest.mark.parametrize("name", ["no_evidence", "agree"])
def test_words_that_settle_nothing_get_one_probe(name):
    talk = at()
    talk.say(signal(name))
    assert (talk.asked, talk.form, talk.finding()) == (CAPTURE, "probe", None)
    talk.say(signal(name))
    assert (talk.finding().status, talk.finding().stage) == ("unknown", None)
    assert talk.asked != CAPTURE


def test_a_vague_answer_is_not_lost_when_the_probe_is_not_answered():
    talk = at()
    talk.say(vague())
    talk.say(signal("dont_know"))
    assert (talk.finding().stage, talk.finding().status) == (2, "unsure")
    assert talk.finding().quote.turn == 1


def test_a_refusal_at_the_probe_leaves_nothing_recorded():
    talk = at()
    talk.say(vague())
    talk.say(signal("skip"))
    assert (talk.finding().status, talk.finding().stage) == ("declined", None)


# --- skip, don't know, later ---


@pytest.mark.parametrize(("name", "status"), [("skip", "declined"), ("dont_know", "unknown")])
def test_an_item_may_be_left_out(name, status):
    talk = at()
    talk.say(signal(name))
    assert (talk.finding().status, talk.finding().stage, talk.finding().quote) == (status, None, None)
    assert talk.asked != CAPTURE
    assert talk.news() == [(status, CAPTURE)]


def test_later_is_asked_at_the_end_and_then_not_again():
    talk = at(course="short")
    talk.say(signal("later"))
    assert talk.finding() is None
    seen = []
    while talk.asked in MODEL.items and talk.asked != CAPTURE:
        seen.append(talk.asked)
        talk.say(signal("dont_know"))
    assert sorted(seen) == sorted(set(MODEL.short_course) - {CAPTURE})
    assert (talk.asked, talk.form) == (CAPTURE, "open")
    talk.say(signal("later"))
    assert talk.finding().status == "declined"
    assert talk.asked == CLOSING[0]


@pytest.mark.parametrize("phase", [*OPENING, *CLOSING])
@pytest.mark.parametrize("name", ["skip", "dont_know", "later", "nothing_more"])
def test_every_phase_may_be_left_out(phase, name):
    talk = at(phase)
    talk.state = talk.start = talk.start.model_copy(update={"done": frozenset(OPENING) - {phase}})
    talk.say(signal(name))
    assert talk.asked != phase


# --- digressions ---


def test_any_number_of_questions_keeps_the_pending_one():
    talk = at()
    for _ in range(20):
        talk.say(QUESTION)
        assert (talk.asked, talk.form) == (CAPTURE, "open")
        assert next_move(MODEL, talk.state).kind == "again"
    assert talk.finding() is None


def test_questions_keep_the_form_and_what_was_said_so_far():
    talk = at()
    talk.say(vague())
    for _ in range(5):
        talk.say(QUESTION)
    assert (talk.asked, talk.form, talk.state.pending.quote) == (CAPTURE, "probe", vague().quote)


@pytest.mark.parametrize("phase", ["story", "pains", "barriers", "readback", "rating", "targets"])
def test_a_question_keeps_a_phase_pending(phase):
    talk = at(phase)
    talk.state = talk.start = talk.start.model_copy(
        update={"done": frozenset((*OPENING, *MODEL.order, *CLOSING)) - {phase}}
    )
    for _ in range(5):
        talk.say(QUESTION)
    assert talk.asked == phase


def test_off_topic_talk_wears_out_patience_at_the_second_time():
    talk = at()
    talk.say(signal("small_talk"))
    assert talk.asked == CAPTURE
    talk.say(signal("small_talk"))
    assert talk.asked != CAPTURE
    assert talk.finding().status == "unknown"


def test_patience_is_counted_anew_for_the_next_item():
    talk = at()
    talk.say(signal("small_talk"))
    talk.say(answer(2))
    following = talk.asked
    talk.say(signal("small_talk"))
    assert talk.asked == following


def test_progress_costs_no_patience_and_is_remembered_for_the_reply():
    talk = at()
    for _ in range(3):
        assert talk.say(signal("progress")).wants_progress
    assert talk.asked == CAPTURE
    assert not talk.say(QUESTION).wants_progress


def test_the_language_changes_and_the_question_stays():
    talk = at()
    for language in ("da", "en", "da"):
        talk.say(LanguageChange(language=language))
        assert (talk.state.language, talk.asked) == (language, CAPTURE)


def test_a_question_without_an_answer_is_parked_once():
    talk = at()
    for _ in range(2):
        talk.say(QUESTION.model_copy(update={"answered": False}))
    talk.say(QUESTION)
    assert talk.state.parked == ("What is MQTT?",)


# --- undo, remove, stop ---


def test_undo_takes_back_the_last_turn():
    talk = at()
    before = talk.state
    talk.say(answer(2), fact("employees", 19))
    talk.say(signal("undo"))
    assert talk.state.profile == before.profile
    assert talk.asked == CAPTURE
    assert talk.news() == [("undone", "")]
    assert talk.state.turn == 2


def test_undo_twice_takes_back_two_turns_and_then_says_that_there_is_nothing():
    talk = at()
    talk.say(answer(2))
    talk.say(signal("skip"))
    talk.say(signal("undo"))
    assert talk.finding().stage == 2
    talk.say(signal("undo"))
    assert talk.state.profile.findings == {}
    talk.say(signal("undo"))
    assert talk.news() == [("nothing_to_undo", "")]
    assert talk.asked == CAPTURE
    talk.say(answer(3))
    assert (talk.finding().stage, talk.finding().quote.turn) == (3, 6)


def test_undo_first_of_all():
    talk = Talk()
    talk.say(signal("undo"))
    assert (talk.news(), talk.asked, talk.state.turn) == ([("nothing_to_undo", "")], "story", 1)


def test_undo_goes_back_to_the_form_of_the_question():
    talk = at()
    talk.say(vague())
    talk.say(signal("dont_know"))
    talk.say(signal("undo"))
    assert (talk.asked, talk.form) == (CAPTURE, "probe")
    talk.say(signal("dont_know"))
    assert talk.finding().stage == 2


def test_a_removed_finding_is_gone_kept_as_superseded_and_not_asked_again():
    talk = at()
    talk.say(answer(2))
    talk.say(Remove(what=CAPTURE))
    assert talk.finding().stage is None
    assert [old.stage for old in talk.state.profile.superseded] == [2]
    assert ("removed", CAPTURE) in talk.news()
    for _ in range(40):
        assert talk.asked != CAPTURE
        talk.say(signal("dont_know"))


def test_facts_barriers_and_technologies_can_be_removed():
    talk = at()
    quoted = {"quote": "x", "start": 0, "end": 1}
    talk.say(
        fact("systems", "C5"), fact("employees", 19), BarrierSaid(barrier="time", status="mentioned", **quoted),
        TechnologySaid(technology="iot", use=1, **quoted),
    )  # fmt: skip
    for what in ("company.systems", "company.employees", "barriers.time", "technologies.iot"):
        talk.say(Remove(what=what))
        assert talk.news() == [("removed", what)]
    profile = talk.state.profile
    assert (profile.company(), profile.barriers, profile.technologies) == ({}, {}, {})
    assert {old.value for old in profile.superseded} == {"C5", 19}


@pytest.mark.parametrize("what", ["barriers.time", "technologies.iot", "nonsense", "", "company", "a.b.c"])
def test_removing_what_is_not_there_does_nothing(what):
    talk = at()
    before = talk.state.profile
    talk.say(Remove(what=what))
    assert talk.state.profile == before


def test_stop_keeps_the_question_and_going_on_answers_it():
    talk = at()
    talk.say(signal("stop"))
    move = next_move(MODEL, talk.state)
    assert (move.kind, move.asked.id, talk.state.ended) == ("stopped", CAPTURE, "stopped")
    talk.say(answer(2))
    assert (talk.state.ended, talk.finding().stage) == ("", 2)


def test_stop_together_with_an_answer_records_it():
    talk = at()
    talk.say(answer(2), signal("stop"))
    assert talk.finding().stage == 2
    talk.say(QUESTION)
    assert talk.asked not in (None, CAPTURE)


def test_erase_ends_everything():
    talk = at()
    talk.say(signal("erase"))
    assert next_move(MODEL, talk.state).kind == "erased"
    assert talk.asked is None


# --- the rest of what is said ---


def test_technologies_are_added_up_over_turns():
    talk = at()
    quoted = {"quote": "x", "start": 0, "end": 1}
    talk.say(TechnologySaid(technology="iot", use=1, **quoted))
    talk.say(TechnologySaid(technology="iot", interested="yes", **quoted))
    found = talk.state.profile.technologies["iot"]
    assert (found.use, found.interested) == (1, "yes")


def test_targets_rating_and_remarks_are_kept():
    talk = at("rating")
    quoted = {"quote": "x", "start": 0, "end": 1}
    talk.say(
        Pain(about=(CAPTURE,), **quoted), Pain(about=(CAPTURE,), **quoted), Goal(**quoted), Rating(value=3, **quoted),
        TargetChosen(dimension="technology", stage=3, **quoted),
    )  # fmt: skip
    profile = talk.state.profile
    assert (len(profile.pains), len(profile.goals), profile.rating, profile.targets) == (1, 1, 3, {"technology": 3})
    assert talk.asked != "rating"


def test_corrections_at_the_read_back_read_it_back_again():
    talk = at("readback")
    talk.state = talk.start = talk.start.model_copy(update={"done": frozenset((*MODEL.order, *CLOSING)) - {"readback"}})
    talk.say(fact("employees", 19))
    talk.state = talk.state.model_copy(update={"asked": Asked(id="readback"), "done": talk.start.done})
    after = advance(MODEL, talk.state, [fact("employees", 21, correction=True)])
    assert next_move(MODEL, after).asked.id == "readback"
    after = advance(MODEL, after, [signal("confirm")])
    assert "readback" in after.done


def test_the_same_correction_said_again_ends_the_read_back():
    talk = at()
    talk.say(answer(1))
    start = talk.state.model_copy(
        update={"asked": Asked(id="readback"), "done": frozenset((*MODEL.order, *CLOSING)) - {"readback"}}
    )
    mended = answer(3, correction=True, asked=False)
    once = advance(MODEL, start, [mended])
    assert next_move(MODEL, once).asked.id == "readback"
    twice = advance(MODEL, once, [mended])
    assert "readback" in twice.done
    assert twice.profile == once.profile


# --- order of questions ---


def test_the_course_opens_with_the_story_and_closes_with_the_targets():
    talk, order = Talk("short"), []
    while talk.asked is not None:
        order.append(talk.asked)
        talk.say(signal("dont_know"))
    assert tuple(order[:3]) == OPENING
    assert tuple(order[-5:]) == CLOSING
    assert sorted(order[3:-5]) == sorted(MODEL.short_course)
    assert next_move(MODEL, talk.state).kind == "finish"


@pytest.mark.parametrize(("course", "number"), [("short", 8), ("full", 15)])
def test_what_is_left_counts_down_to_nothing(course, number):
    talk = Talk(course)
    left = [next_move(MODEL, talk.state).left]
    while talk.asked is not None:
        talk.say(signal("dont_know"))
        left.append(next_move(MODEL, talk.state).left)
    assert len(course_items(MODEL, talk.state)) == number
    assert left == list(range(number + 8, -1, -1))


def test_what_hurts_is_asked_first():
    for item in MODEL.order:
        talk = Talk()
        talk.say(Pain(quote="ouch", start=0, end=4, about=(item,)))
        while talk.asked in OPENING:
            talk.say(signal("nothing_more"))
        assert talk.asked == item


def test_what_hurts_counts_more_than_a_dimension_not_spoken_of():
    talk = at("governance.strategy")
    talk.say(signal("dont_know"), Pain(quote="ouch", start=0, end=4, about=("governance.ownership",)))
    assert talk.asked == "governance.ownership"


def test_goals_pull_items_forward_too():
    talk = Talk()
    talk.say(Goal(quote="better", start=0, end=6, about=("competence.cooperation",)))
    while talk.asked in OPENING:
        talk.say(signal("nothing_more"))
    assert talk.asked == "competence.cooperation"


def test_the_next_item_is_near_to_what_was_just_spoken_about():
    talk = at()
    talk.say(answer(2))
    near = set(MODEL.items[CAPTURE].neighbours) | {i.id for i in MODEL.items.values() if CAPTURE in i.neighbours}
    assert talk.asked in near


def test_told_in_the_story_is_not_asked_again():
    talk = Talk()
    talk.say(answer(2, asked=False), Pain(quote="ouch", start=0, end=4))
    seen = []
    while talk.asked is not None:
        seen.append(talk.asked)
        talk.say(signal("dont_know"))
    assert CAPTURE not in seen
    assert "pains" not in seen
    assert len(seen) == len(set(seen))


def test_a_phase_that_is_answered_by_correcting_comes_to_an_end():
    """Otherwise whoever answers "it is enough, not more" would be asked about technologies for ever."""
    said = TechnologySaid(quote="we print", start=0, end=8, technology="additive_manufacturing", use=5, correction=True)
    talk = at("technologies")
    talk.say(said)
    assert talk.asked != "technologies"
    assert talk.state.profile.technologies["additive_manufacturing"].use == 5


def test_a_story_that_corrects_something_is_told():
    """Otherwise one in which two trades are named, each taking the place of the other, is asked for again for ever."""
    talk = Talk()
    talk.say(fact("sector", "metal", correction=True), fact("sector", "concrete_stone", correction=True))
    assert talk.asked not in (None, "story")
    assert talk.state.profile.company()["sector"] == "concrete_stone"


def test_a_correction_that_changes_nothing_costs_patience():
    talk = at()
    talk.say(fact("employees", 19, correction=True))
    assert talk.asked == CAPTURE
    for _ in range(2):
        talk.say(fact("employees", 19, correction=True))
    assert talk.asked != CAPTURE
    assert talk.finding().status == "unknown"
