"""Wishes from a browser: whatever is sent, it is taken in or refused, every reason is worded in both languages, and pages stay HTML."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from assistant.content import Knowledge, root
from assistant.domain.acts import AnyAct, CapacitySaid, PlanDecision
from assistant.domain.approval import current
from assistant.domain.fold import advance
from assistant.domain.moving import moves
from assistant.domain.pointing import pointed
from assistant.domain.refused import Refused
from assistant.domain.state import State, opening
from assistant.errors import UserError
from assistant.web.pages.plan import Around, PlanView
from assistant.web.pages.profile import ProfileView
from assistant.web.pages.wishes import Wishes
from assistant.web.words import Words, texts

KNOWLEDGE = Knowledge(root())
MODEL, ACTIONS = KNOWLEDGE.model, KNOWLEDGE.actions
EVIL = "<img src=x onerror=alert(1)>"
TODAY = date(2027, 2, 1)


class Turns:
    """Sessions of one conversation that are kept in memory."""

    def __init__(self) -> None:
        self.model, self.actions, self.given = (
            MODEL,
            ACTIONS,
            advance(MODEL, opening("en"), [pointed(MODEL, opening("en"), "technology.capture", 1)]),
        )
        self.acts: list[AnyAct] = []
        self.wordings = {
            "en": SimpleNamespace(
                clicks=SimpleNamespace(before=lambda _: "", shown=lambda *_: "", aim=lambda *_: "aim", listed_facts={}),
                capacity=lambda *_: "20",
            )
        }

    def settle(self, name: str, given: object) -> object:
        assert name == "c"
        try:
            self.acts = list(given(self.given))  # type: ignore[operator]
        except ValueError as error:
            raise UserError(str(error)) from error
        return SimpleNamespace(turn=self.given.turn + 1)

    def at(self, _name: str, _turn: int) -> State:
        return self.given


@pytest.fixture
def turns() -> Turns:
    return Turns()


@pytest.mark.parametrize(
    "wish",
    [
        None, 7, "agree", [], {}, {"wish": "erase"}, {"wish": "decide"}, {"wish": "decide", "action": "x", "decision": "add"}, {"wish": "add", "text": "x" * 20_001},
        {"wish": "stage", "item": "technology.capture", "stage": "six"}, {"wish": "stage", "item": "technology.capture", "stage": "6"}, {"wish": "stage", "item": ["x"], "stage": "1"},
        {"wish": "targets", "nothing": "3"}, {"wish": "targets", "governance": "all"}, {"wish": "undo", "seen": "x"}, {"wish": "take_out", "what": "targets.x"}, {"wish": "take_out", "what": "parked.1"},
        {"wish": "rewrite", "action": "x", "stage": "later"}, {"wish": "capacity", "money": "all of it"}, {"wish": "approve", "who": EVIL, "seen": "-"},
        {"wish": "decide", "action": "stop-log-on-paper", "decision": "agree", "conversation": "other"}, {"wish": "ask", "item": EVIL}, {"wish": "fact", "field": "employees", "value": EVIL},
    ],
)  # fmt: skip
def test_what_no_page_sends_is_refused(turns: Turns, wish: object) -> None:
    with pytest.raises((Refused, UserError)) as refused:
        Wishes(turns).take("c", wish)  # type: ignore[arg-type]
    error = refused.value if isinstance(refused.value, Refused) else refused.value.__cause__
    assert isinstance(error, Refused)
    for language in ("en", "da"):
        assert Words(language, KNOWLEDGE.replies(language))(f"refused.{error.why}", **error.values)  # type: ignore[arg-type]
    assert turns.acts == []


def test_wishes_become_acts(turns: Turns) -> None:
    wishes = Wishes(turns, lambda: TODAY)  # type: ignore[arg-type]
    action = current(turns.given, MODEL, ACTIONS).planned[0].action
    for wish, kind in (
        ({"wish": "stage", "item": "technology.capture", "stage": "3", "form": "f"}, "answer"), ({"wish": "fact", "field": "employees", "value": "12"}, "fact"),
        ({"wish": "targets", "governance": "3", "competence": ""}, "target"), ({"wish": "take_out", "what": "technology.capture"}, "remove"), ({"wish": "ask", "item": "connectivity.flow"}, "reopen"),
        ({"wish": "decide", "action": action, "decision": "agree"}, "plan_decision"), ({"wish": "move", "action": action, "before": ""}, "plan_decision"),
        ({"wish": "rewrite", "action": action, "owner": "Ole"}, "plan_decision"), ({"wish": "add", "text": "Tidy"}, "plan_decision"), ({"wish": "capacity", "hours": "20", "money": ""}, "capacity"),
        ({"wish": "approve", "who": "Mette", "seen": "1"}, "plan_approved"), ({"wish": "undo", "seen": "1"}, "signal"),
    ):  # fmt: skip
        wishes.take("c", wish)
        assert [act.kind for act in turns.acts] == [kind], wish
    wishes.take("c", {"wish": "approve", "who": "Mette", "seen": 1})
    assert turns.acts[0].on == "2027-02-01"  # type: ignore[union-attr]


def test_every_reason_has_its_words() -> None:
    found = set()
    for path in (Path(__file__).parents[2] / "assistant").rglob("*.py"):
        found |= set(re.findall(r"""Refused\(\s*"(\w+)",""", path.read_text(encoding="utf-8")))
    assert len(found) > 12
    for language in ("en", "da"):
        assert found == set(texts(language)["refused"])  # type: ignore[arg-type]


def settled() -> State:
    state = opening("da")
    state = advance(MODEL, state, [pointed(MODEL, state, item, 1) for item in MODEL.order])
    first = current(state, MODEL, ACTIONS).planned[0].action
    given = (
        PlanDecision(decision="add", action="own-1", text=f"Ryd op {EVIL}", owner=EVIL, month="2027-03"),
        PlanDecision(decision="reject", action=first, reason=EVIL, by=EVIL), CapacitySaid(hours=20, quote="20", start=0, end=2),
    )  # fmt: skip
    return advance(MODEL, state, given)


@pytest.mark.parametrize("language", ["en", "da"])
def test_forms_escape_what_people_wrote(language: str) -> None:
    state = settled()
    plan = current(state, MODEL, ACTIONS)
    around = Around("c", state.turn, TODAY, moves=moves(state, plan, MODEL, ACTIONS), decided=frozenset({"own-1"}))
    words = Words(language, KNOWLEDGE.replies(language))  # type: ignore[arg-type]
    html = PlanView(MODEL, ACTIONS, words, dict).html(plan, around)
    html += ProfileView(MODEL, words).html(state)
    assert "<img" not in html
    assert html.count("<form") == html.count("</form>") > 50
    assert html.count("<details") == html.count("</details>")
    assert 'role="img"' in html
    assert "marts 2027" in html or "March 2027" in html


def test_the_time_line_needs_hours() -> None:
    state = settled()
    words = Words("en", KNOWLEDGE.replies("en"))
    view = PlanView(MODEL, ACTIONS, words, dict)
    assert words("plan.timeline") in view.html(current(state, MODEL, ACTIONS), Around("c", 1, TODAY))
    without = current(advance(MODEL, state, []).model_copy(update={"capacity": opening("en").capacity}), MODEL, ACTIONS)
    html = view.html(without, Around("c", 1, TODAY))
    assert words("plan.timeline") not in html
    assert words.document["no_months"] in html


def test_before_the_first_word_nothing_can_be_clicked() -> None:
    words = Words("en", KNOWLEDGE.replies("en"))
    html = ProfileView(MODEL, words).html(opening("en")) + PlanView(MODEL, ACTIONS, words, dict).html(None)
    assert "<form" not in html
