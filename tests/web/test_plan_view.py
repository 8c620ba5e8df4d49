"""The plan on the page: what was decided stands there, and nothing that a person wrote is read as markup."""

from __future__ import annotations

from assistant.content import Knowledge, root
from assistant.domain.acts import Answer, BarrierSaid, CapacitySaid, Pain, PlanDecision
from assistant.domain.approval import approval_of, current, prepared
from assistant.domain.fold import advance
from assistant.domain.state import State, opening
from assistant.web.pages.plan import PlanView
from assistant.web.words import Words

KNOWLEDGE = Knowledge(root())
MODEL, ACTIONS = KNOWLEDGE.model, KNOWLEDGE.actions
EVIL = "<img src=x onerror=alert(1)>"


def drawn(state: State, language: str = "da") -> str:
    words = Words(language, KNOWLEDGE.replies(language))  # type: ignore[arg-type]
    return PlanView(MODEL, ACTIONS, words, dict).html(current(state, MODEL, ACTIONS))


def settled() -> State:
    state = advance(MODEL, opening("da"), [
        Answer(item="connectivity.flow", low=1, high=1, scores=(0, 1, 0, 0, 0, 0), asked=False, clicked=True, quote="sedler", start=60, end=66),
        Answer(item="technology.capture", low=1, high=1, scores=(0, 1, 0, 0, 0, 0), asked=False, clicked=True, quote="på papir", start=0, end=8),
        BarrierSaid(barrier="time", status="mentioned", quote="ingen tid", start=10, end=19),
        Pain(about=("technology.capture",), quote=f"sedler {EVIL}", start=20, end=50),
        CapacitySaid(hours=20, quote="20", start=0, end=2),
    ])  # fmt: skip
    for decision in (
        PlanDecision(decision="add", text=f"Ryd op {EVIL}", owner=f"Ole {EVIL}", month="2027-02"),
        PlanDecision(decision="agree", action="follow-what-people-knew"),
        PlanDecision(decision="reject", action="stop-log-on-paper", reason=f"nej {EVIL}", by=EVIL),
    ):
        state = advance(MODEL, state, [prepared(decision, state, MODEL, ACTIONS)])
    return state


def test_decisions_stand_on_the_page_and_are_escaped() -> None:
    html = drawn(settled())
    assert "<img" not in html
    for words in ("Ryd op", "Ole", "februar 2027", "Aftalt", "Sagt nej til", "nej &lt;img", "måned 1"):
        assert words in html, words
    assert "»Skriv stoppene op i to uger« skal komme først, og den er der sagt nej til" in html


def test_who_approved_it_stands_above() -> None:
    state = settled()
    state = advance(MODEL, state, [approval_of(state, MODEL, ACTIONS, "Mette Holm", "2027-03-01")])
    assert "Godkendt af Mette Holm den 1. marts 2027 (udgave 1)" in drawn(state)
    changed = prepared(PlanDecision(decision="restore", action="stop-log-on-paper"), state, MODEL, ACTIONS)
    html = drawn(advance(MODEL, state, [changed]))
    assert "Rettet siden udgave 1, som Mette Holm godkendte den 1. marts 2027" in html
    assert "Det gør ondt" in html


def test_both_languages_draw_it() -> None:
    assert "Rejected" in drawn(settled(), "en")
    assert "month 1" in drawn(settled(), "en")
