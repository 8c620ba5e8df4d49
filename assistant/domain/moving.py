"""Which actions of a plan can be moved one place, and before what. Pure; the rules of the plan decide whether a move changes anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.domain.actions import Action
from assistant.domain.acts import PlanDecision
from assistant.domain.approval import current
from assistant.domain.maturity import MaturityModel
from assistant.domain.planned import Plan
from assistant.domain.state import State


@dataclass(frozen=True)
class Moves:
    """Where one action can go: the action it is moved before, "" for the end, None when it must stay."""

    earlier: str | None = None
    later: str | None = None


def moves(state: State, plan: Plan, model: MaturityModel, actions: Mapping[str, Action]) -> dict[str, Moves]:
    """Action of `plan`, which is the current one of `state` -> how it can be moved, so that a move that the rules of the plan undo is not offered."""
    order = [name for step in plan.steps for name in step.order]

    def goes(name: str, before: str) -> int:
        """Places by which the move takes `name` down, less than 0 when it goes up."""
        decision = PlanDecision(decision="move", action=name, before=before)
        moved = current(
            state.model_copy(update={"decisions": (*state.decisions, decision), "versions": ()}), model, actions
        )
        return [one for step in moved.steps for one in step.order].index(name) - order.index(name)

    found = {}
    for at, name in enumerate(order):
        earlier = order[at - 1] if at else None
        later = order[at + 2] if at + 2 < len(order) else "" if at + 1 < len(order) else None
        found[name] = Moves(
            earlier=earlier if earlier is not None and goes(name, earlier) < 0 else None,
            later=later if later is not None and goes(name, later) > 0 else None,
        )
    return found
