"""The draft plan: which actions, why and in what order, counted from the profile by fixed rules. A proposal, never a promise.

Which items: those below the target that the company chose for their dimension, and where it chose none those no higher than the
mean of theirs, one stage up. A dimension that the company leaves as it is gets nothing of its own. What hurts comes first, then the
weakest dimension, then the weakest item.
Which actions: from where the item stands, an analysis and what solves it, or one or two rungs further up.
Always: needs before wants · what a mentioned barrier blocks only after an action that meets the barrier · nothing beyond the money
band · at most three at a time, nine in all. What is not taken is told with its reason. Needs and what meets a barrier stand also
where nothing else would be planned.
Knows neither decisions of the company (approval) nor a clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import floor
from typing import Literal

from assistant.domain.actions import COSTS, PLAN_STAGES, Action, check_actions
from assistant.domain.maturity import MaturityModel
from assistant.domain.planned import (
    AT_A_TIME,
    HOURS_A_DAY,
    Capacity,
    Cause,
    Decided,
    LeftOut,
    Plan,
    Planned,
    PutOff,
    Step,
    cut,
    months_of,
)  # fmt: skip
from assistant.domain.profile import Profile, score

__all__ = [
    "AT_A_TIME", "EACH_ITEM", "HOURS_A_DAY", "MOST", "PLAN_STAGES", "Action", "Capacity", "Cause", "Drafting", "LeftOut",
    "Plan", "Planned", "PutOff", "Step", "check_actions", "draft", "ideas", "targets_of",
]  # fmt: skip

EACH_ITEM = 2
"""Actions taken for one item at the most, those that something else needs aside."""
MOST = 9
"""Actions in a draft at the most; a plan is short or it is not followed."""


def targets_of(profile: Profile, model: MaturityModel) -> dict[str, int]:
    """Stage aimed at for each assessed dimension: the company's own choice, else the next stage above today's score."""
    scores = score(profile, model).dimensions
    targets = {name: min(5, floor(value) + 1) for name, value in scores.items() if value is not None}
    return targets | profile.targets


def stays(today: float | None, target: int | None) -> bool:
    """Whether a dimension is to stay as it is: its target is no higher than its score."""
    return today is not None and target is not None and target <= today


def draft(
    profile: Profile, model: MaturityModel, actions: Mapping[str, Action], capacity: Capacity | None = None
) -> Plan:
    """The draft plan for `profile`; the same input gives the same plan."""
    return Drafting(profile, model, actions, capacity or Capacity()).plan()


def ideas(profile: Profile, model: MaturityModel, actions: Mapping[str, Action], most: int = 2) -> list[str]:
    """Ids of the actions to introduce in the dialogue: what solves something before what analyses, heaviest first."""
    drafting = Drafting(profile, model, actions, Capacity())
    named = [name for name in drafting.before if actions[name].lifts is not None]
    return sorted(named, key=lambda name: actions[name].stage == "analyse")[:most]


class _Waits(Exception):
    """An action cannot be taken: a barrier that nothing meets, or a reason to put it off."""

    def __init__(self, reason: Literal["barrier", "money", "rejected"], what: str) -> None:
        self.reason, self.what = reason, what


class Drafting:
    """A draft in the making: what is chosen, what must come before what, and what waits.

    Args:
        rejected: Actions that may not stand in the plan.
        done: Actions that need not stand in it any more; what needs them is served.
    """

    def __init__(
        self, profile: Profile, model: MaturityModel, actions: Mapping[str, Action], capacity: Capacity,
        *, rejected: frozenset[str] = frozenset(), done: frozenset[str] = frozenset(),
    ) -> None:  # fmt: skip
        self.profile, self.model, self.capacity = profile, model, capacity
        self.actions = {name: actions[name] for name in sorted(actions)}
        self.rejected, self.done = rejected, done
        self.scores = score(profile, model).dimensions
        self.targets = targets_of(profile, model)
        self.mentioned = {name for name, said in profile.barriers.items() if said.status == "mentioned"}
        self.before: dict[str, tuple[str, ...]] = {}
        """Chosen action -> the actions that come before it, in the order they were chosen."""
        self.caused: set[str] = set()
        """Chosen for the finding on their own item, not only because something else needs them."""
        self.left_out: list[LeftOut] = []
        self.put_off: list[PutOff] = []
        self._full = False
        for item in self._by_weight():
            self._take(self.ladder(item))

    def ladder(self, item: str) -> list[str]:
        """Actions that lift `item` from where it stands towards its target, in order: one analysis at the most, two in all."""
        value, aim = self._score(item), self._aim(item)
        if value is None:
            return []
        stands = within = floor(value)
        rungs: list[str] = []
        for action in sorted((a for a in self.actions.values() if self._lifts(a, item)), key=self._rung):
            lowest, highest = action.when.items[item]
            if not lowest <= within or highest < stands:
                continue
            if action.stage == "analyse":
                if rungs:
                    continue
                within = max(within, action.lifts.to if action.lifts else within)
                if action.id not in self.done:
                    rungs.append(action.id)
            elif action.id not in self.done and stands < aim:
                rungs.append(action.id)
                stands = within = max(stands, action.lifts.to if action.lifts else stands)
            if len(rungs) == EACH_ITEM:
                break
        return rungs

    def causes(self, name: str) -> tuple[Cause, ...]:
        """Why `name` is in the draft."""
        action, causes = self.actions[name], []
        for item in action.when.items if name in self.caused else ():
            finding = self.profile.findings[item]
            causes.append(Cause(kind="finding", what=item, stage=finding.stage, quote=finding.quote))
        causes += [Cause(kind="barrier", what=b, quote=self.profile.barriers[b].quote) for b in self.met(name)]
        causes += [Cause(kind="need", what=other) for other, first in self.before.items() if name in first]
        return tuple(causes or [Cause(kind="nothing_else", what="")])

    def met(self, name: str) -> tuple[str, ...]:
        """Barriers the company mentioned that `name` handles."""
        return tuple(barrier for barrier in self.actions[name].meets if barrier in self.mentioned)

    def planned(self, name: str, decided: Decided | None = None) -> Planned:
        """`name` with all that is told about it."""
        items = self.actions[name].when.items if name in self.caused else ()
        hurts, wished = (
            tuple(remark.quote for remark in remarks if any(item in remark.about for item in items))
            for remarks in (self.profile.pains, self.profile.goals)
        )
        return Planned(
            action=name, causes=self.causes(name), meets=self.met(name), hurts=hurts, wished=wished,
            decided=decided or Decided(),
        )  # fmt: skip

    def nothing_now(self) -> None:
        """When nothing is chosen, doing nothing for now is the proposal."""
        if not self.before and "do-nothing-now" in self.actions and "do-nothing-now" not in self.rejected | self.done:
            self.before["do-nothing-now"] = ()

    def plan(self) -> Plan:
        """The draft, without any decision laid over it."""
        self.nothing_now()
        cuts = cut(list(self.before), self.before, {name: self.actions[name].stage for name in self.before})
        months = months_of([sum(self.actions[n].effort.days for n in names) for _, names in cuts], self.capacity.hours)
        return Plan(
            targets=self.targets,
            chosen=tuple(sorted(self.profile.targets)),
            steps=tuple(
                Step(stage=stage, actions=tuple(self.planned(name) for name in names), order=tuple(names), months=month)
                for (stage, names), month in zip(cuts, months, strict=True)
            ),
            today=self.today(),
            left_out=self.blocked(),
            put_off=self.waiting(),
            capacity=self.capacity,
        )

    def today(self) -> dict[str, float]:
        """Score of each assessed dimension."""
        return {name: value for name, value in self.scores.items() if value is not None}

    def blocked(self) -> tuple[LeftOut, ...]:
        """What a barrier keeps out."""
        return tuple(left for left in self.left_out if left.action not in self.before)

    def waiting(self) -> tuple[PutOff, ...]:
        """What waits for another reason; something else may have needed it after it was put off."""
        return tuple(waits for waits in self.put_off if waits.action not in self.before)

    def _by_weight(self) -> list[str]:
        """Items to work on: those that hurt first, then the weakest dimension, then the weakest item."""
        remarks = (*self.profile.pains, *self.profile.goals)

        def weight(item: str) -> tuple[int, float, float, int]:
            hurts = sum(item in remark.about for remark in remarks)
            today = self.scores[self.model.items[item].dimension] or 0.0
            return -hurts, today, self._score(item) or 0.0, self.model.order.index(item)

        return sorted((item for item in self.model.order if self._below(item)), key=weight)

    def _below(self, item: str) -> bool:
        """Whether something is to be done about `item` for its own sake.

        Where nothing was chosen, "no higher than the mean of its dimension" and not "below the next stage above the mean": the
        mean rises with the item, so that an item that got better could fall below again.
        """
        value, dimension = self._score(item), self.model.items[item].dimension
        today = self.scores[dimension]
        if value is None or today is None:
            return False
        if (chosen := self.profile.targets.get(dimension)) is not None:
            return today < chosen and value < chosen
        return value <= today and value < 5

    def _aim(self, item: str) -> int:
        """The stage to reach: the company's choice, else one step up from where the item stands."""
        chosen = self.profile.targets.get(self.model.items[item].dimension)
        return min(5, floor(self._score(item) or 0.0) + 1) if chosen is None else chosen

    def _score(self, item: str) -> float | None:
        finding = self.profile.findings.get(item)
        return None if finding is None else finding.score

    def _lifts(self, action: Action, item: str) -> bool:
        return (
            action.lifts is not None and action.lifts.item == item and action.id not in self.rejected
            and self._fits(action, item)
        )  # fmt: skip

    def _fits(self, action: Action, but: str = "") -> bool:
        """Whether all that `action` asks for is so; the stage of the item `but` is judged elsewhere."""
        for item, (lowest, highest) in action.when.items.items():
            value = self._score(item)
            if item != but and (value is None or not lowest <= floor(value) <= highest):
                return False
        if any(barrier not in self.mentioned for barrier in action.when.barriers):
            return False
        return all(self._of_interest(technology) for technology in action.when.technologies)

    def _rung(self, action: Action) -> tuple[int, int, bool, bool, str]:
        """By stage and start; on the same rung what can be paid first, then what uses a technology of interest."""
        lowest = action.when.items[action.lifts.item][0] if action.lifts else 0
        return PLAN_STAGES.index(action.stage), lowest, self._dear(action), not action.when.technologies, action.id

    def _dear(self, action: Action) -> bool:
        return self.capacity.money is not None and COSTS.index(action.cost) > COSTS.index(self.capacity.money)

    def _of_interest(self, technology: str) -> bool:
        said = self.profile.technologies.get(technology)
        return said is not None and said.interested != "no" and (said.interested == "yes" or bool(said.use))

    def _take(self, rungs: Sequence[str]) -> None:
        """Takes the rungs of one item with whatever must stand before them, or notes why one waits and the rest with it."""
        last, waits = "", ""
        for name in rungs:
            if waits:
                if all(name != other.action for other in self.put_off):
                    self.put_off.append(PutOff(action=name, reason="after", what=waits))
            elif name in self.before or self._add(name, last):
                self.caused.add(name)
                last = name
            else:
                waits = name

    def _add(self, name: str, after: str) -> bool:
        try:
            group = self._group(name, (), {}, after)
        except _Waits as waits:
            if waits.reason == "barrier":
                self.left_out.append(LeftOut(action=name, barrier=waits.what))
            else:
                self.put_off.append(PutOff(action=name, reason=waits.reason, what=waits.what))
            return False
        # once one is too much, all that follow wait: a lighter action must not overtake only because it needs less room
        self._full = self._full or len(self.before) + len(group) > MOST
        if self._full:
            waiting = {other.action for other in self.put_off}
            self.put_off += [PutOff(action=other, reason="room") for other in group if other not in waiting]
            return False
        self.before |= group
        return True

    def _group(
        self, name: str, path: tuple[str, ...], group: dict[str, tuple[str, ...]], after: str = ""
    ) -> dict[str, tuple[str, ...]]:
        """`group` with `name` and all that must come before it, each with its own predecessors; what is planned already stays."""
        if name in self.before or name in group:
            return group
        if name in self.rejected or name in path:
            raise _Waits("rejected", name)
        action = self.actions[name]
        if self._dear(action):
            raise _Waits("money", name)
        first = [after] if after else []
        for need in action.needs:
            if not self._reached(need):
                standing = self._stands_for(need, group)
                group = self._group(standing, (*path, name), group)
                first.append(standing)
        for barrier in action.blocked_by:
            if barrier in self.mentioned and not self._handled(barrier, first):
                helper, group = self._helper(barrier, action, (*path, name), group)
                first.append(helper)
        return group | {name: tuple(dict.fromkeys(first))}

    def _reached(self, need: str) -> bool:
        """Nobody needs it any more: it is done, or the company stands where it would lead."""
        lift = self.actions[need].lifts
        value = None if lift is None else self._score(lift.item)
        return need in self.done or (value is not None and lift is not None and value >= lift.to)

    def _stands_for(self, need: str, group: Mapping[str, object]) -> str:
        """`need`, or another action in the plan that is no mere analysis and lifts the same item as far."""
        lift = self.actions[need].lifts
        if lift is None or need in self.before or need in group:
            return need
        for name in (*self.before, *group):
            other = self.actions[name]
            if other.lifts and other.stage != "analyse" and other.lifts.item == lift.item and other.lifts.to >= lift.to:
                return name
        return need

    def _handled(self, barrier: str, first: Sequence[str]) -> bool:
        return any(barrier in self.actions[name].meets for name in (*first, *self.done) if name in self.actions)

    def _helper(
        self, barrier: str, action: Action, path: tuple[str, ...], group: dict[str, tuple[str, ...]]
    ) -> tuple[str, dict[str, tuple[str, ...]]]:
        """An action that meets `barrier`: one in the plan already, else one made for barriers alone."""
        latest = PLAN_STAGES.index(action.stage)

        def nearest(other: Action) -> tuple[bool, bool, str]:
            return other.id not in self.before and other.id not in group, other.lifts is not None, other.id

        for other in sorted(self.actions.values(), key=nearest):
            early = PLAN_STAGES.index(other.stage) <= latest
            if barrier in other.meets and early and other.id not in path and self._fits(other):
                try:
                    return other.id, self._group(other.id, path, group)
                except _Waits:
                    continue
        raise _Waits("barrier", barrier)
