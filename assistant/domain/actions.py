"""Actions: what a company can do, as validated data. Knows no company, no plan and no file format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from assistant.domain.maturity import Content, MaturityModel, Stage, Text

PlanStage = Literal["analyse", "solve", "transform"]
PLAN_STAGES: tuple[PlanStage, ...] = ("analyse", "solve", "transform")
Cost = Literal["own_hours", "under_5000", "5000_50000", "more"]
COSTS: tuple[Cost, ...] = ("own_hours", "under_5000", "5000_50000", "more")
"""Bands in euro, from the least to the most."""


class When(Content):
    """What causes an action: findings in a range of stages, and technologies that must be in use or of interest."""

    items: dict[str, tuple[Stage, Stage]] = {}
    barriers: tuple[str, ...] = ()
    technologies: tuple[str, ...] = ()


class Lift(Content):
    """The item that an action lifts."""

    model_config = ConfigDict(populate_by_name=True)

    item: str
    from_: Annotated[Stage, Field(alias="from")]
    to: Stage


class Effort(Content):
    """Own working days."""

    size: Literal["S", "M", "L"]
    days: Annotated[int, Field(ge=0)]


class Kpi(Content):
    """What is measured to see whether it helped."""

    name: Text
    unit: Text
    how: Text


class Action(Content):
    """Something a company can do, with a conventional and a digital half."""

    id: str
    title: Text
    stage: PlanStage
    when: When
    lifts: Lift | None
    conventional: Text
    digital: Text
    first_step: Text
    effort: Effort
    cost: Cost
    """Band in euro, an estimate."""
    needs: tuple[str, ...] = ()
    """Actions that come before this one."""
    meets: tuple[str, ...] = ()
    """Barriers that this action handles."""
    blocked_by: tuple[str, ...] = ()
    """Barriers that stop this action unless they are handled first."""
    kpi: Kpi
    help: tuple[Literal["own_staff", "student_project", "university", "adviser", "supplier", "network"], ...]
    risk: Text
    sources: tuple[str, ...] = ()
    """Sections of the library to read, each as `<document id>#<anchor of its English section>`."""

    @model_validator(mode="after")
    def _caused(self) -> Self:
        if self.lifts is not None and self.lifts.item not in self.when.items:
            raise ValueError(f"{self.id}: lifts {self.lifts.item!r}, which `when` does not name")
        return self


def check_actions(actions: Mapping[str, Action], model: MaturityModel) -> None:
    """Proves that every id resolves and that needs make no cycle.

    Raises:
        ValueError: the first thing that is wrong.
    """
    known = {
        "item": set(model.items),
        "barrier": {barrier.id for barrier in model.barriers},
        "technology": {technology.id for technology in model.technologies},
        "action": set(actions),
    }
    for action in actions.values():
        named = [("item", name) for name in action.when.items]
        named += [("barrier", name) for name in (*action.when.barriers, *action.meets, *action.blocked_by)]
        named += [("technology", name) for name in action.when.technologies]
        named += [("action", name) for name in action.needs]
        for kind, name in named:
            if name not in known[kind]:
                raise ValueError(f"{action.id}: unknown {kind} {name!r}")
    for name in actions:
        _needs(name, actions, ())


def _needs(name: str, actions: Mapping[str, Action], path: tuple[str, ...]) -> None:
    if name in path:
        raise ValueError(f"{name}: needs itself, through {' -> '.join((*path[path.index(name) :], name))}")
    action = actions[name]
    for need in action.needs:
        if PLAN_STAGES.index(actions[need].stage) > PLAN_STAGES.index(action.stage):
            raise ValueError(f"{name}: needs {need!r}, which belongs to a later stage of the plan")
        _needs(need, actions, (*path, name))
