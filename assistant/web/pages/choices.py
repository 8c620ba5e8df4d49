"""Quick replies: what may be clicked instead of written, from the pending question. Knows acts, not components."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.domain.acts import AnyAct, Rating, Signal
from assistant.domain.maturity import MaturityModel
from assistant.domain.pointing import pointed
from assistant.domain.state import State
from assistant.web.words import Words

MOST = 6
"""Buttons at the most: one for each stage."""


@dataclass(frozen=True)
class Choice:
    """One button: its label stands as the words of the turn."""

    label: str
    act: AnyAct


def choices(state: State, model: MaturityModel, words: Words) -> list[Choice]:
    """The quick replies to the pending question; empty when it has to be answered in words."""
    asked = state.asked
    if asked is None or state.ended == "erased":
        return []
    if asked.id == "readback":
        return [Choice(words("said_confirm"), Signal(signal="confirm"))]
    if asked.id == "rating":
        return [Choice(str(value), Rating(quote=str(value), start=0, end=1, value=value)) for value in range(1, 5)]
    if asked.form not in ("closest", "settle") or asked.id not in model.items:
        return []
    found = [pointed(model, state, asked.id, stage) for stage in asked.options]
    return [Choice(act.quote, act) for act in found]
