"""The shape of a plan: steps of actions with their causes, what waits and why, what the company settled. Knows no rule but the cut.

Knows neither how actions are chosen (plan) nor how decisions are laid over them (approval).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, floor
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.domain.actions import PLAN_STAGES, Action, Cost, PlanStage
from assistant.domain.profile import Quote

AT_A_TIME = 3
HOURS_A_DAY = 7.4
"""Hours of a working day: a fifth of the Danish week of 37 hours."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Capacity(_Frozen):
    """What the company can put in; None where it has not said."""

    hours: Annotated[int, Field(ge=1, le=2000)] | None = None
    """Own hours a month."""
    money: Cost | None = None
    """The dearest band an action may cost."""


class Cause(_Frozen):
    """Why an action stands in the plan."""

    kind: Literal["finding", "barrier", "need", "nothing_else"]
    what: str
    """Item id, barrier id, or the id of the action that needs this one."""
    stage: int | tuple[int, int] | None = None
    quote: Quote | None = None


class Decided(_Frozen):
    """What the company settled about one action; empty where it said nothing."""

    agreed: bool = False
    text: str = ""
    """The company's own wording of what is done."""
    owner: str = ""
    month: str = ""
    """`2027-03`, when it is to be done."""
    before: str = ""
    """Why it was rejected once; it is back because its cause has changed."""


class Planned(_Frozen):
    """One action in a plan."""

    action: str
    causes: tuple[Cause, ...]
    meets: tuple[str, ...] = ()
    """Barriers the company mentioned that this action handles."""
    hurts: tuple[Quote, ...] = ()
    """Pains about its item, which put it before what does not hurt."""
    wished: tuple[Quote, ...] = ()
    """Goals about its item, which put it forward likewise."""
    decided: Decided = Decided()


class OwnAction(_Frozen):
    """An action of the company's own, in its words."""

    id: str
    text: str
    owner: str = ""
    month: str = ""
    agreed: bool = False


class Step(_Frozen):
    """At most three actions that are worked on at the same time, the company's own counted in."""

    stage: PlanStage
    actions: tuple[Planned, ...]
    own: tuple[OwnAction, ...] = ()
    order: tuple[str, ...] = ()
    """Ids of both in their order."""
    months: tuple[int, int] | None = None
    """First and last month from now, an estimate from days of work and own hours; None when no hours are known."""


class LeftOut(_Frozen):
    """An action that fits the findings but a barrier blocks."""

    action: str
    barrier: str


class PutOff(_Frozen):
    """An action that fits the findings and waits."""

    action: str
    reason: Literal["money", "room", "rejected", "after"]
    """Beyond the money band · the plan is full · needs an action that was rejected · follows one that waits itself."""
    what: str = ""
    """The action that is too dear, was rejected or comes before."""


class Rejected(_Frozen):
    """An action that the company said no to."""

    action: str
    reason: str = ""
    by: str = ""
    text: str = ""
    """The words of an action of the company's own."""


class Done(_Frozen):
    """An action that the company says is done."""

    action: str
    text: str = ""
    """The words of an action of the company's own."""


class Approval(_Frozen):
    """The last approval."""

    version: int
    who: str
    on: str
    """The date, `2027-03-01`."""
    changed: bool = False
    """The plan is no longer the one approved."""


class Plan(_Frozen):
    """A draft for the company to approve, change or reject."""

    targets: dict[str, int]
    """Dimension -> stage aimed at: chosen by the company, else one above today."""
    chosen: tuple[str, ...]
    """Dimensions whose target the company chose itself."""
    steps: tuple[Step, ...]
    today: dict[str, float] = {}
    """Dimension -> score that the plan starts from, where it is assessed."""
    left_out: tuple[LeftOut, ...] = ()
    put_off: tuple[PutOff, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    done: tuple[Done, ...] = ()
    capacity: Capacity = Capacity()
    approved: Approval | None = None

    @property
    def planned(self) -> tuple[Planned, ...]:
        """The actions from the library in order."""
        return tuple(planned for step in self.steps for planned in step.actions)

    @property
    def own(self) -> tuple[OwnAction, ...]:
        """The company's own actions in order."""
        return tuple(own for step in self.steps for own in step.own)


class PlanVersion(_Frozen):
    """A plan as the company approved it, with the texts that its actions had then."""

    number: int
    who: str
    on: str
    """The date, `2027-03-01`."""
    turn: int
    """The turn in which it was approved."""
    plan: Plan
    actions: tuple[Action, ...]


def cut(
    order: Sequence[str], before: Mapping[str, Sequence[str]], stage_of: Mapping[str, PlanStage]
) -> list[tuple[PlanStage, list[str]]]:
    """`order` cut into steps of at most three: by stage, each after all that must come before it, else in its order.

    Where something must come before that belongs to a later stage, the later stage holds for both.
    """
    stages: dict[str, int] = {}

    def stage(name: str) -> int:
        if name not in stages:
            first = [stage(other) for other in before.get(name, ()) if other in stage_of]
            stages[name] = max([PLAN_STAGES.index(stage_of[name]), *first])
        return stages[name]

    steps: list[tuple[PlanStage, list[str]]] = []
    placed: set[str] = set()
    for number, name_of_stage in enumerate(PLAN_STAGES):
        waiting = [name for name in order if stage(name) == number]
        while waiting:
            free = [name for name in waiting if placed.issuperset(n for n in before.get(name, ()) if n in stage_of)]
            assert free, f"{waiting}: each waits for another"
            steps.append((name_of_stage, free[:AT_A_TIME]))
            placed.update(free[:AT_A_TIME])
            waiting = [name for name in waiting if name not in placed]
    return steps


def months_of(days: Sequence[int], hours: int | None) -> list[tuple[int, int] | None]:
    """First and last month of steps of so many days each, one after the other, at `hours` own hours a month."""
    months: list[tuple[int, int] | None] = []
    spent = 0
    for step in days:
        if hours is None:
            months.append(None)
            continue
        first = floor(spent * HOURS_A_DAY / hours) + 1
        spent += step
        months.append((first, max(first, ceil(spent * HOURS_A_DAY / hours))))
    return months
