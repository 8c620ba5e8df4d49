"""A company sets its profile right by click: each click is a turn whose words carry what was clicked, and can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.content import Knowledge, root
from assistant.corrections import Corrections
from assistant.decisions import Decisions
from assistant.domain.acts import Evidence, PlanDecision
from assistant.domain.maturity import LANGUAGES, Language
from assistant.domain.refused import Refused
from assistant.errors import UserError
from assistant.replies import Reply
from assistant.session import Sessions
from assistant.store import Store
from assistant.wording import Wording

CAPTURE = "technology.capture"


@pytest.fixture
def sessions(tmp_path: Path) -> Iterator[Sessions]:
    """Sessions that nobody talks with: clicks need no reader and no library."""
    store, knowledge = Store(tmp_path), Knowledge(root())
    wordings: dict[Language, Wording] = {
        language: Wording(knowledge.replies(language), knowledge.model, knowledge.actions, language)
        for language in LANGUAGES
    }
    nobody: Any = None
    yield Sessions(
        model=knowledge.model, actions=knowledge.actions, wordings=wordings, reader=nobody, guard=nobody, answer=nobody,
        store=store, days=365, to_read=lambda _: {}, private=nobody,
    )  # fmt: skip
    store.close()


def begun(sessions: Sessions, language: Language = "en") -> str:
    """A conversation with one item at stage 1."""
    name = sessions.open(language).conversation
    Corrections(sessions).stage(name, CAPTURE, 1)
    return name


def said(sessions: Sessions, reply: Reply) -> str:
    return next(turn.said for turn in sessions.store.turns(reply.conversation) if turn.number == reply.turn)


@pytest.mark.parametrize("language", ["en", "da"])
def test_the_words_of_a_click_carry_its_acts(sessions: Sessions, language: Language) -> None:
    name, corrections = begun(sessions, language), Corrections(sessions)
    wanted = {"governance": 4, "value_creation": 2, "connectivity": None}
    for reply in (
        corrections.stage(name, CAPTURE, 3), corrections.fact(name, "sector", "metal"), corrections.fact(name, "employees", "21"),
        corrections.targets(name, wanted), Decisions(sessions).put_in(name, "20", "under_5000"), Decisions(sessions).put_in(name, "", "own_hours"),
        corrections.targets(name, {"governance": None, "value_creation": 3}),
    ):  # fmt: skip
        text, carried = said(sessions, reply), [act for act in reply.acts if isinstance(act, Evidence)]
        assert carried
        for act in carried:
            assert text[act.start : act.end] == act.quote
    state = sessions.state(name)
    assert state.profile.company() == {"sector": "metal", "employees": 21}
    assert state.profile.targets == {"value_creation": 3}
    assert (state.capacity.hours, state.capacity.money) == (None, "own_hours")
    assert sessions.model.items[CAPTURE].title[language] in sessions.store.turns(name)[2].said


def test_each_click_is_taken_back_by_undo(sessions: Sessions) -> None:
    name, corrections = begun(sessions), Corrections(sessions)
    before = sessions.state(name).profile
    for click in (
        lambda: corrections.stage(name, CAPTURE, 4), lambda: corrections.take_out(name, CAPTURE), lambda: corrections.ask(name, CAPTURE),
        lambda: corrections.targets(name, {"governance": 5}), lambda: corrections.fact(name, "name", "Smed & Søn"),
    ):  # fmt: skip
        reply = click()
        assert sessions.state(name).profile != before
        assert said(sessions, reply)
        assert corrections.undo(name, reply.turn).state.profile == before


def test_asked_again_the_question_comes_at_once(sessions: Sessions) -> None:
    name = begun(sessions)
    reply = Corrections(sessions).ask(name, "connectivity.flow")
    assert reply.asked is not None
    assert reply.asked.id == "connectivity.flow"
    assert sessions.model.items["connectivity.flow"].question["en"] in reply.text


def test_what_is_refused_says_why_and_writes_nothing(sessions: Sessions) -> None:
    name = begun(sessions)
    corrections, decisions = Corrections(sessions), Decisions(sessions)
    corrections.take_out(name, CAPTURE)
    corrections.stage(name, CAPTURE, 1)
    turn = sessions.state(name).turn
    action = sessions.plan(name).planned[0].action
    for why, click in (
        ("gone", lambda: corrections.take_out(name, "barriers.time")), ("gone", lambda: corrections.take_out(name, "capacity")),
        ("gone", lambda: corrections.ask(name, "no.item")), ("gone", lambda: corrections.stage(name, "no.item", 1)), ("gone", lambda: corrections.stage(name, CAPTURE, 9)),
        ("gone", lambda: corrections.fact(name, "shoe_size", "43")), ("gone", lambda: corrections.targets(name, {"no": 1})), ("gone", lambda: corrections.targets(name, {"governance": 6})),
        ("gone", lambda: corrections.take_out(name, "no.such")), ("nothing", lambda: corrections.targets(name, {"governance": None})),
        ("number", lambda: corrections.fact(name, "employees", "x")), ("seen", lambda: corrections.undo(name, turn - 1)),
        ("hours", lambda: decisions.put_in(name, "lots", None)), ("hours", lambda: decisions.put_in(name, "2001", None)), ("nothing", lambda: decisions.put_in(name, " ", None)),
        ("nothing", lambda: decisions.rewrite(name, action, text=" ", owner="", month="")), ("month", lambda: decisions.rewrite(name, action, text="", owner="", month="soon")),
        ("reason", lambda: decisions.decide(name, [PlanDecision(decision="reject", action=action)])),
        ("who", lambda: decisions.approve(name, " ", "2027-03-01")), ("gone", lambda: decisions.rewrite(name, "no-such", text="x", owner="", month="")),
    ):  # fmt: skip
        with pytest.raises(UserError) as refused:
            click()
        assert isinstance(refused.value.__cause__, Refused)
        assert refused.value.__cause__.why == why
    assert sessions.state(name).turn == turn


def test_an_action_is_written_anew_and_what_is_left_empty_is_empty(sessions: Sessions) -> None:
    name, decisions = begun(sessions), Decisions(sessions)
    action = sessions.plan(name).planned[0].action
    decisions.rewrite(name, action, text="Write it down", owner="Ole", month="2027-02")
    decided = sessions.plan(name).planned[0].decided
    assert (decided.text, decided.owner, decided.month) == ("Write it down", "Ole", "2027-02")
    decisions.rewrite(name, action, text="Write it down", owner="", month="2027-03")
    decided = sessions.plan(name).planned[0].decided
    assert (decided.text, decided.owner, decided.month) == ("Write it down", "", "2027-03")
    decisions.decide(name, [PlanDecision(decision="add", text="Tidy up", owner="Ida")])
    decisions.rewrite(name, "own-1", text="Tidy up", owner="", month="")
    own = sessions.plan(name).own[0]
    assert (own.text, own.owner) == ("Tidy up", "")
    with pytest.raises(UserError):
        decisions.rewrite(name, "own-1", text="", owner="", month="")
