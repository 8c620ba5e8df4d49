"""The company's say over the plan: decisions laid over the draft, and its approval. Pure.

A decision belongs to an action and outlives the draft: the draft follows the profile, the decision stays. What is rejected stays out,
and what stands on it waits, until what its proposal rested on changes. The rules of the draft (needs first, three at a time) hold for
what the company moves and adds as well. Knows neither a clock nor how decisions are stored.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assistant.domain.actions import Action, PlanStage
from assistant.domain.acts import PlanApproved, PlanDecision
from assistant.domain.changes import compare
from assistant.domain.dates import checked
from assistant.domain.maturity import MaturityModel
from assistant.domain.plan import Drafting
from assistant.domain.planned import Approval, Decided, Done, OwnAction, Plan, Rejected, Step, cut, months_of
from assistant.domain.profile import Profile
from assistant.domain.refused import Refused
from assistant.domain.state import State
from assistant.domain.times import latest

OWN = "own-"
LONGEST = {"text": 2000, "reason": 1000, "owner": 120, "by": 120, "who": 120}
"""Characters at the most."""
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


@dataclass
class _Standing:
    """Where one action stands after all decisions about it."""

    decided: Decided = field(default_factory=Decided)
    stage: PlanStage | None = None
    rejected: PlanDecision | None = None
    done: bool = False


def current(state: State, model: MaturityModel, actions: Mapping[str, Action]) -> Plan:
    """The draft for what is known, with all decisions of the company laid over it.

    What was not asked yet since a new time began counts as it was before.
    """
    profile = latest(state)
    standing, moves = _standing(state.decisions, actions)
    own = {name: stands for name, stands in standing.items() if name.startswith(OWN)}
    of_library = {name: stands for name, stands in standing.items() if name in actions}
    rejected, back = [], {}
    for name, stands in of_library.items():
        if stands.rejected and stands.rejected.basis == basis(actions[name], profile):
            rejected.append(Rejected(action=name, reason=stands.rejected.reason, by=stands.rejected.by))
        elif stands.rejected:
            back[name] = stands.rejected.reason
    drafting = Drafting(
        profile, model, actions, state.capacity, rejected=frozenset(no.action for no in rejected),
        done=frozenset(name for name, stands in of_library.items() if stands.done),
    )  # fmt: skip
    mine = [name for name, stands in own.items() if not stands.rejected and not stands.done]
    if not mine:
        drafting.nothing_now()
    order = _moved([*drafting.before, *mine], moves)
    stages = {name: (s.stage if (s := standing.get(name)) else None) or _stage(name, actions) for name in order}
    plan = Plan(
        targets=drafting.targets, chosen=tuple(sorted(profile.targets)),
        steps=_steps(drafting, order, stages, standing, back), today=drafting.today(), left_out=drafting.blocked(), put_off=drafting.waiting(),
        rejected=(*rejected, *(
            Rejected(action=name, reason=s.rejected.reason, by=s.rejected.by, text=s.decided.text)
            for name, s in own.items() if s.rejected
        )),
        done=tuple(Done(action=name, text=own[name].decided.text if name in own else "") for name, s in standing.items() if s.done),
        capacity=state.capacity,
    )  # fmt: skip
    if not state.versions:
        return plan
    last = state.versions[-1]
    changed = bool(compare(last.plan, plan))
    return plan.model_copy(
        update={"approved": Approval(version=last.number, who=last.who, on=last.on, changed=changed)}
    )


def basis(action: Action, profile: Profile) -> tuple[str, ...]:
    """What of `profile` speaks for `action`: its items with their stage, its barriers and its technologies."""
    found = []
    for item in action.when.items:
        finding = profile.findings.get(item)
        found.append(f"{item}={None if finding is None else finding.score}")
    for barrier in sorted({*action.when.barriers, *action.meets}):
        said = profile.barriers.get(barrier)
        found += [f"barriers.{barrier}"] if said and said.status == "mentioned" else []
    for technology in action.when.technologies:
        use = profile.technologies.get(technology)
        found.append(f"technologies.{technology}={(use.use, use.interested) if use else None}")
    return tuple(found)


def prepared(decision: PlanDecision, state: State, model: MaturityModel, actions: Mapping[str, Action]) -> PlanDecision:
    """`decision` ready to be stored: its words cleaned, an own action numbered, a rejection with what it rests on.

    Raises:
        ValueError: it cannot be taken; one sentence with what, where and what to do.
    """
    words = {name: _clean(name, getattr(decision, name)) for name in ("text", "owner", "reason", "by")}
    decision = decision.model_copy(update=words)
    if decision.month and not _MONTH.fullmatch(decision.month):
        raise Refused("month", f"month {decision.month!r}: is no month; write it as year and month, like 2027-03.")
    if decision.decision == "add":
        if not decision.text:
            raise Refused("text", "text: is empty; say in a sentence what is to be done.")
        number = sum(earlier.decision == "add" for earlier in state.decisions) + 1
        return decision.model_copy(update={"action": f"{OWN}{number}"})
    _check_target(decision, state, model, actions)
    given = (decision.text, decision.owner, decision.month, decision.stage, decision.clear)
    if decision.decision == "change" and not any(given):
        raise Refused("nothing", f"action {decision.action!r}: nothing to change; give text, owner, month or stage.")
    if "text" in decision.clear and decision.action.startswith(OWN):
        raise Refused(
            "text", f"action {decision.action!r}: is the company's own and needs its words; reject it instead."
        )
    if decision.decision == "reject":
        if not decision.reason:
            raise Refused(
                "reason", f"action {decision.action!r}: give the reason for the no, so that it is not proposed again."
            )
        if decision.action in actions:
            return decision.model_copy(update={"basis": basis(actions[decision.action], latest(state))})
    return decision


def approval_of(state: State, model: MaturityModel, actions: Mapping[str, Action], who: str, on: str) -> PlanApproved:
    """The approval of the plan as it stands.

    Raises:
        ValueError: nobody approves, the date is none, or nothing is known that could be planned.
    """
    who = _clean("who", who)
    if not who:
        raise Refused("who", "who: is empty; say who approves the plan.")
    plan = current(state, model, actions).model_copy(update={"approved": None})
    if not plan.own and all(finding.low is None for finding in latest(state).findings.values()):
        raise Refused("unknown", "plan: nothing is known about the company yet; answer some questions first.")
    named = [cause.what for planned in plan.planned for cause in planned.causes if cause.kind == "need"]
    named += [planned.action for planned in plan.planned] + [left.action for left in plan.left_out]
    named += [name for waits in plan.put_off for name in (waits.action, waits.what)]
    named += [no.action for no in plan.rejected] + [finished.action for finished in plan.done]
    kept = tuple(actions[name] for name in dict.fromkeys(named) if name in actions)
    return PlanApproved(who=who, on=checked(on), plan=plan, actions=kept)


def own_words(decisions: Sequence[PlanDecision]) -> dict[str, str]:
    """Id of an own action -> its words as they stand."""
    return {name: stands.decided.text for name, stands in _standing(decisions, {})[0].items()}


def _standing(
    decisions: Sequence[PlanDecision], actions: Mapping[str, Action]
) -> tuple[dict[str, _Standing], list[tuple[str, str]]]:
    standing: dict[str, _Standing] = {}
    moves: list[tuple[str, str]] = []
    added = {decision.action: decision for decision in decisions if decision.decision == "add"}
    for decision in decisions:
        name = decision.action
        if name not in actions and name not in added:
            continue  # the library no longer has it
        stands = standing.setdefault(name, _Standing())
        if decision.decision == "move":
            moves.append((name, decision.before))
        elif decision.decision == "restore":
            standing[name] = stands = _Standing()
            moves = [move for move in moves if move[0] != name]
            if name in added:
                _change(stands, added[name])
        else:
            stands.rejected = decision if decision.decision == "reject" else None
            stands.done = decision.decision == "done"
            if decision.decision == "agree":
                stands.decided = stands.decided.model_copy(update={"agreed": True})
            _change(stands, decision)
    return standing, moves


def _change(stands: _Standing, decision: PlanDecision) -> None:
    said: dict[str, object] = dict.fromkeys(decision.clear, "")
    said |= {name: value for name in ("text", "owner", "month") if (value := getattr(decision, name))}
    stands.decided = stands.decided.model_copy(update=said)
    stands.stage = decision.stage or stands.stage


def _moved(order: list[str], moves: Sequence[tuple[str, str]]) -> list[str]:
    for name, before in moves:
        if name in order and name != before and (not before or before in order):
            order.remove(name)
            order.insert(order.index(before) if before else len(order), name)
    return order


def _stage(name: str, actions: Mapping[str, Action]) -> PlanStage:
    return actions[name].stage if name in actions else "solve"


def _steps(
    drafting: Drafting, order: Sequence[str], stages: Mapping[str, PlanStage], standing: Mapping[str, _Standing],
    back: Mapping[str, str],
) -> tuple[Step, ...]:  # fmt: skip
    cuts = cut(order, drafting.before, stages)
    effort = {name: action.effort.days for name, action in drafting.actions.items()}
    months = months_of([sum(effort.get(name, 0) for name in names) for _, names in cuts], drafting.capacity.hours)
    steps = []
    for (stage, names), month in zip(cuts, months, strict=True):
        planned, own = [], []
        for name in names:
            decided = standing[name].decided if name in standing else Decided()
            if name.startswith(OWN):
                own.append(OwnAction(
                    id=name, text=decided.text, owner=decided.owner, month=decided.month, agreed=decided.agreed
                ))  # fmt: skip
            else:
                decided = decided.model_copy(update={"before": back.get(name, "")})
                planned.append(drafting.planned(name, decided))
        steps.append(Step(stage=stage, actions=tuple(planned), own=tuple(own), order=tuple(names), months=month))
    return tuple(steps)


def _check_target(decision: PlanDecision, state: State, model: MaturityModel, actions: Mapping[str, Action]) -> None:
    plan = current(state, model, actions)
    name, planned = decision.action, {one.action for one in plan.planned} | {own.id for own in plan.own}
    gone = {no.action for no in plan.rejected} | {finished.action for finished in plan.done}
    waiting = {left.action for left in plan.left_out} | {waits.action for waits in plan.put_off}
    if name not in planned | gone | waiting:
        known = name in actions or name in own_words(state.decisions)
        why = "does not stand in this plan" if known else "there is none by that id"
        raise Refused("gone", f"action {name!r}: {why}; take one of {_some(planned)}.")
    if decision.decision == "restore":
        if not any(earlier.action == name for earlier in state.decisions):
            raise Refused("undecided", f"action {name!r}: nothing was decided about it, so nothing can be taken back.")
        return
    if name in gone:
        raise Refused("settled", f"action {name!r}: is rejected or done already; restore it first.")
    if decision.decision not in ("reject", "done") and name not in planned:
        raise Refused("waits", f"action {name!r}: waits and is not in the plan yet; take one of {_some(planned)}.")
    if decision.decision == "move" and decision.before and decision.before not in planned - {name}:
        raise Refused(
            "before", f"action {decision.before!r}: cannot be moved before it; take one of {_some(planned - {name})}."
        )


def _some(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "none, for the plan is empty"


def _clean(name: str, text: str) -> str:
    """`text` in one line, without signs that cannot be seen."""
    if len(text) > LONGEST[name]:
        sentence = f"{name}: {len(text):,} characters are more than {LONGEST[name]:,}; say it shorter."
        raise Refused("long", sentence, length=len(text), most=LONGEST[name])
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
