"""The draft plan: which actions, why and in what order, counted from the profile by fixed rules. A proposal, never a promise.

Rules: nothing for an item at or above its target · needs before wants · the weakest dimension that hurts first · nothing that a
mentioned barrier blocks unless an action that meets the barrier stands before it · at most three actions at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import floor
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from assistant.domain.maturity import Content, MaturityModel, Stage, Text
from assistant.domain.profile import Profile, Quote, score

PlanStage = Literal["analyse", "solve", "transform"]
PLAN_STAGES: tuple[PlanStage, ...] = ("analyse", "solve", "transform")
AT_A_TIME = 3
EACH_ITEM = 2
"""Actions taken for one item at the most."""
MOST = 9
"""Actions in a draft at the most; a plan is short or it is not followed."""


class When(Content):
    """What causes an action: findings in a range of stages, and technologies that must be in use or of interest."""

    items: dict[str, tuple[Stage, Stage]] = {}
    barriers: tuple[str, ...] = ()
    technologies: tuple[str, ...] = ()


class Lift(Content):
    """The item that an action lifts."""

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
    cost: Literal["own_hours", "under_5000", "5000_50000", "more"]
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


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Cause(_Frozen):
    """Why an action stands in the plan."""

    kind: Literal["finding", "barrier", "need", "nothing_else"]
    what: str
    """Item id, barrier id, or the id of the action that needs this one."""
    stage: int | tuple[int, int] | None = None
    quote: Quote | None = None


class Planned(_Frozen):
    """One action in a plan."""

    action: str
    causes: tuple[Cause, ...]
    meets: tuple[str, ...] = ()
    """Barriers the company mentioned that this action handles."""


class Step(_Frozen):
    """At most three actions that are worked on at the same time."""

    stage: PlanStage
    actions: tuple[Planned, ...]


class LeftOut(_Frozen):
    """An action that fits the findings but a barrier blocks."""

    action: str
    barrier: str


class Plan(_Frozen):
    """A draft for the company to approve, change or reject."""

    targets: dict[str, int]
    """Dimension -> stage aimed at: chosen by the company, else one above today."""
    chosen: tuple[str, ...]
    """Dimensions whose target the company chose itself."""
    steps: tuple[Step, ...]
    left_out: tuple[LeftOut, ...] = ()


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
        _needs(action.id, actions, ())


def targets_of(profile: Profile, model: MaturityModel) -> dict[str, int]:
    """Stage aimed at for each assessed dimension: the company's own choice, else the next stage above today's score."""
    scores = score(profile, model).dimensions
    targets = {name: min(5, floor(value) + 1) for name, value in scores.items() if value is not None}
    return targets | profile.targets


def draft(profile: Profile, model: MaturityModel, actions: Mapping[str, Action]) -> Plan:
    """The draft plan for `profile`; the same input gives the same plan."""
    return _drafted(profile, model, actions).plan()


def ideas(profile: Profile, model: MaturityModel, actions: Mapping[str, Action], most: int = 2) -> list[str]:
    """Ids of the actions to introduce in the dialogue: what solves something before what analyses, heaviest first."""
    drafting = _drafted(profile, model, actions)
    named = [name for name in drafting.before if actions[name].lifts is not None]
    return sorted(named, key=lambda name: actions[name].stage == "analyse")[:most]


def _drafted(profile: Profile, model: MaturityModel, actions: Mapping[str, Action]) -> _Draft:
    drafting = _Draft(profile, model, actions)
    for item in drafting.items_by_weight():
        for name in drafting.fitting(item)[:EACH_ITEM]:
            drafting.add(name)
    return drafting


class _Blocked(Exception):
    """A barrier stops an action and nothing that fits handles it."""

    def __init__(self, barrier: str) -> None:
        self.barrier = barrier


class _Draft:
    def __init__(self, profile: Profile, model: MaturityModel, actions: Mapping[str, Action]) -> None:
        self.profile, self.model, self.actions = profile, model, actions
        self.scores = score(profile, model).dimensions
        self.targets = targets_of(profile, model)
        self.mentioned = {name for name, said in profile.barriers.items() if said.status == "mentioned"}
        self.before: dict[str, tuple[str, ...]] = {}
        """Chosen action -> the actions that come before it, in the order they were chosen."""
        self.left_out: list[LeftOut] = []

    def items_by_weight(self) -> list[str]:
        """Items below their target: those that hurt first, then the weakest dimension, then the weakest item."""
        below = [item for item in self.model.order if self._gap(item) > 0]
        remarks = (*self.profile.pains, *self.profile.goals)

        def weight(item: str) -> tuple[int, float, float, int]:
            dimension = self.model.items[item].dimension
            hurts = sum(item in remark.about for remark in remarks)
            return -hurts, self.scores[dimension] or 0.0, self._score(item) or 0.0, self.model.order.index(item)

        return sorted(below, key=weight)

    def fitting(self, item: str) -> list[str]:
        """Actions that lift `item` from where it stands, analysis first."""
        names = [a.id for a in self.actions.values() if a.lifts and a.lifts.item == item and self._fits(a)]
        return sorted(names, key=lambda name: (PLAN_STAGES.index(self.actions[name].stage), name))

    def add(self, name: str) -> None:
        """Takes the action and whatever must stand before it into the plan, if there is room and no barrier stops it."""
        try:
            group = self._group(name, ())
        except _Blocked as blocked:
            self.left_out.append(LeftOut(action=name, barrier=blocked.barrier))
            return
        if len(self.before | group) <= MOST:
            self.before |= group

    def plan(self) -> Plan:
        if not self.before and "do-nothing-now" in self.actions:
            self.before["do-nothing-now"] = ()
        waiting, placed, steps = list(self.before), set[str](), list[Step]()
        for stage in PLAN_STAGES:
            while of_stage := [name for name in waiting if self.actions[name].stage == stage]:
                free = [name for name in of_stage if placed.issuperset(self.before[name])][:AT_A_TIME]
                assert free, f"{of_stage}: each waits for another"
                steps.append(Step(stage=stage, actions=tuple(self._planned(name) for name in free)))
                placed.update(free)
                waiting = [name for name in waiting if name not in placed]
        return Plan(
            targets=self.targets, chosen=tuple(sorted(self.profile.targets)), steps=tuple(steps),
            left_out=tuple(self.left_out),
        )  # fmt: skip

    def _score(self, item: str) -> float | None:
        finding = self.profile.findings.get(item)
        return None if finding is None else finding.score

    def _gap(self, item: str) -> float:
        value = self._score(item)
        return 0.0 if value is None else self.targets[self.model.items[item].dimension] - value

    def _fits(self, action: Action) -> bool:
        for item, (lowest, highest) in action.when.items.items():
            value = self._score(item)
            if value is None or self._gap(item) <= 0 or not lowest <= floor(value) <= highest:
                return False
        if any(barrier not in self.mentioned for barrier in action.when.barriers):
            return False
        return all(self._of_interest(technology) for technology in action.when.technologies)

    def _of_interest(self, technology: str) -> bool:
        said = self.profile.technologies.get(technology)
        return said is not None and said.interested != "no" and (said.interested == "yes" or bool(said.use))

    def _reached(self, action: Action) -> bool:
        """What the action lifts is already there, so that nobody needs it any more."""
        value = None if action.lifts is None else self._score(action.lifts.item)
        return value is not None and action.lifts is not None and (
            value >= action.lifts.to or self._gap(action.lifts.item) <= 0
        )  # fmt: skip

    def _group(self, name: str, path: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        """`name` and all that must come before it, each with its own predecessors; predecessors first."""
        if name in path:
            raise _Blocked(name)
        action = self.actions[name]
        first = [need for need in action.needs if not self._reached(self.actions[need])]
        group: dict[str, tuple[str, ...]] = {}
        for need in first:
            group |= self._group(need, (*path, name))
        for barrier in action.blocked_by:
            if barrier in self.mentioned and not any(barrier in self.actions[n].meets for n in first):
                helper, with_helper = self._helper(barrier, action, (*path, name))
                first.append(helper)
                group |= with_helper
        return group | {name: tuple(first)}

    def _helper(self, barrier: str, action: Action, path: tuple[str, ...]) -> tuple[str, dict[str, tuple[str, ...]]]:
        latest = PLAN_STAGES.index(action.stage)
        for other in sorted(self.actions.values(), key=lambda other: (other.id not in self.before, other.id)):
            early = PLAN_STAGES.index(other.stage) <= latest
            if barrier in other.meets and early and other.id not in path and self._fits(other):
                try:
                    return other.id, self._group(other.id, path)
                except _Blocked:
                    continue
        raise _Blocked(barrier)

    def _planned(self, name: str) -> Planned:
        action = self.actions[name]
        causes = []
        for item in action.when.items if self._fits(action) else ():
            finding = self.profile.findings[item]
            causes.append(Cause(kind="finding", what=item, stage=finding.stage, quote=finding.quote))
        meets = tuple(barrier for barrier in action.meets if barrier in self.mentioned)
        causes += [Cause(kind="barrier", what=b, quote=self.profile.barriers[b].quote) for b in meets]
        causes += [Cause(kind="need", what=other) for other, first in self.before.items() if name in first]
        return Planned(action=name, causes=tuple(causes or [Cause(kind="nothing_else", what="")]), meets=meets)


def _needs(name: str, actions: Mapping[str, Action], path: tuple[str, ...]) -> None:
    if name in path:
        raise ValueError(f"{name}: needs itself, through {' -> '.join((*path[path.index(name) :], name))}")
    action = actions[name]
    for need in action.needs:
        if PLAN_STAGES.index(actions[need].stage) > PLAN_STAGES.index(action.stage):
            raise ValueError(f"{name}: needs {need!r}, which belongs to a later stage of the plan")
        _needs(need, actions, (*path, name))
