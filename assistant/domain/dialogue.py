"""The dialogue: which question comes next, and why. Knows neither wording nor how acts were read."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.domain.maturity import MaturityModel
from assistant.domain.state import Asked, State

OPENING = ("story", "pains", "goals")
CLOSING = ("barriers", "technologies", "readback", "rating", "targets")


class Move(BaseModel):
    """What the assistant does next."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    kind: Literal["ask", "again", "finish", "stopped", "erased"]
    asked: Asked | None
    left: int
    """Questions still to come in this course, the one asked included."""


def next_move(model: MaturityModel, state: State) -> Move:
    """What to do now: the pending question again, the next one, or the end."""
    left = remaining(model, state)
    if state.ended == "erased":
        return Move(kind="erased", asked=None, left=left)
    if state.ended == "stopped":
        return Move(kind="stopped", asked=state.asked, left=left)
    if state.asked is not None and not _is_done(state, state.asked.id):
        return Move(kind="again", asked=state.asked, left=left)
    asked = _next_question(model, state)
    return Move(kind="ask" if asked else "finish", asked=asked, left=left)


def remaining(model: MaturityModel, state: State) -> int:
    """Questions still open in this course."""
    phases = [phase for phase in (*OPENING, *CLOSING) if not _is_done(state, phase)]
    return len(phases) + len(_open_items(model, state)) + len(_conflicts(state))


def course_items(model: MaturityModel, state: State) -> tuple[str, ...]:
    """Items of the course in hand, in the order of the model."""
    return model.order if state.course == "full" else model.short_course


def _open_items(model: MaturityModel, state: State) -> list[str]:
    return [item for item in course_items(model, state) if not _is_done(state, item)]


def _conflicts(state: State) -> list[str]:
    items = [f.item for f in state.profile.findings.values() if f.status == "conflict" and f.item not in state.done]
    facts = [f"company.{f.field}" for f in state.profile.facts if f.conflict and f"company.{f.field}" not in state.done]
    return items + facts


def _is_done(state: State, asked: str) -> bool:
    if asked.startswith("company."):
        fact = state.profile.fact(asked.removeprefix("company."))
        return asked in state.done or fact is None or fact.conflict is None
    if asked in state.done:
        return True
    if asked == "pains":
        return bool(state.profile.pains) and "story" in state.done
    if asked == "goals":
        return bool(state.profile.goals) and "pains" in state.done
    finding = state.profile.findings.get(asked)
    return finding is not None and finding.settled


def _next_question(model: MaturityModel, state: State) -> Asked | None:
    if conflicts := _conflicts(state):
        finding = state.profile.findings.get(conflicts[0])
        options: tuple[int, ...] = ()
        if finding is not None and finding.low is not None and finding.against_stage is not None:
            options = tuple(sorted({finding.low, finding.against_stage}))
        return Asked(id=conflicts[0], form="settle", options=options)
    for phase in OPENING:
        if not _is_done(state, phase):
            return Asked(id=phase)
    open_items = _open_items(model, state)
    fresh = [item for item in open_items if item not in state.later]
    if fresh or open_items:
        return Asked(id=max(fresh or open_items, key=lambda item: _relevance(model, state, item)))
    for phase in CLOSING:
        if not _is_done(state, phase):
            return Asked(id=phase)
    return None


def _relevance(model: MaturityModel, state: State, item: str) -> float:
    """Close to what was just spoken about, then what hurts, then a dimension not covered yet, then the model's order."""
    profile, near = state.profile, model.items.get(state.near)
    covered = {model.items[name].dimension for name in profile.findings if name in model.items}
    value = 0.0
    if near is not None:
        value += 2.0 * (item in near.neighbours or near.id in model.items[item].neighbours)
        value += 1.0 * (model.items[item].dimension == near.dimension)
    value += 1.5 * sum(item in remark.about for remark in (*profile.pains, *profile.goals))
    value += 1.0 * (model.items[item].dimension not in covered)
    return value - model.order.index(item) / 100
