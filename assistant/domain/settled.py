"""What the company settles about its plan and its times, as one turn is folded. Lays nothing over a draft (approval).

Knows capacity, decisions, approvals, and what was known when it was asked before.
"""

from __future__ import annotations

from typing import Any

from assistant.domain.acts import CapacitySaid, NewTime, PlanApproved, PlanDecision
from assistant.domain.planned import Capacity, PlanVersion
from assistant.domain.profile import Profile
from assistant.domain.state import News, State, Time


class Settled:
    """A mutable copy of what a turn may settle."""

    def __init__(self, state: State) -> None:
        self.capacity = state.capacity
        self._decisions, self._versions = list(state.decisions), list(state.versions)
        self._times, self._label, self._began = list(state.times), state.label, state.began

    def take(self, act: CapacitySaid | PlanDecision | PlanApproved, turn: int) -> News:
        """Takes `act` in and says what it changed."""
        match act:
            case CapacitySaid():
                hours, money = act.hours or self.capacity.hours, act.money or self.capacity.money
                self.capacity = Capacity(hours=hours, money=money)
                return News(kind="capacity", what="", quote=act.quote)
            case PlanDecision():
                self._decisions.append(act)
                return News.model_validate({"kind": f"plan_{act.decision}", "what": act.action, "quote": act.text})
            case PlanApproved():
                number = len(self._versions) + 1
                self._versions.append(
                    PlanVersion(number=number, who=act.who, on=act.on, turn=turn, plan=act.plan, actions=act.actions)
                )
                return News(kind="plan_approved", what=str(number))

    def begin(self, act: NewTime, turn: int, profile: Profile) -> News:
        """Keeps `profile`, which stood after `turn`, as an earlier time."""
        self._times.append(Time(label=self._label, began=self._began, ended=act.on, turn=turn, profile=profile))
        self._label, self._began = act.label or f"T{len(self._times)}", act.on
        return News(kind="new_time", what=self._label)

    def fields(self) -> dict[str, Any]:
        """The fields of the state that it stands for."""
        return {
            "capacity": self.capacity, "decisions": tuple(self._decisions), "versions": tuple(self._versions),
            "times": tuple(self._times), "label": self._label, "began": self._began,
        }  # fmt: skip
