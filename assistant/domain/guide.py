"""The conversation guide: what an adviser takes to a meeting of an hour, counted from a profile, complete, partial or empty.

Knows which items are known, doubtful or open and how the hour is spent; knows no wording and no layout.
The order of the meeting follows the interview skeleton of the design: opening, company and last order, what hurts, one open
question at a time, barriers, ideas with a conventional and a digital half, read-back and next step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import floor
from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.domain.acts import FACTS
from assistant.domain.approval import current
from assistant.domain.maturity import Content, MaturityModel, Stage, Text
from assistant.domain.plan import Action, ideas
from assistant.domain.profile import Finding, Profile
from assistant.domain.state import State

MINUTES = 60
IDEAS = 3
"""Ideas introduced in one meeting at the most."""
FEW_WORDS = 8
"""A stage of 4 or 5 rests on thin ground when it was told in fewer words than this and without a figure."""
HIGH, LOW = 4.0, 1.0
ALL_HIGH = 5
"""So many assessed items, all of them high, are a doubt of their own."""

Phase = Literal["opening", "story", "pains", "verify", "ask", "barriers", "ideas", "close"]
Reason = Literal[
    "unsure", "conflict", "declined", "high_alone", "high_everywhere", "little_said", "clicked",
]  # fmt: skip
_FIXED: dict[Phase, int] = {"opening": 3, "story": 7, "pains": 5, "barriers": 4, "ideas": 9, "close": 8}
_KNOWN: dict[Phase, int] = {"story": 4, "pains": 3}
"""Minutes where the matter is known already and only confirmed."""
_EACH: dict[Phase, int] = {"verify": 2, "ask": 3}


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Fits(Content):
    """When something is worth bringing: any of these is enough."""

    always: bool = False
    sectors: tuple[str, ...] = ()
    technologies: tuple[str, ...] = ()
    """In use, of interest, or part of an idea of the guide."""
    items: dict[str, tuple[Stage, Stage]] = {}
    """Item within a range of stages."""


class Bring(Content):
    """A thing to bring to the meeting and what it shows."""

    id: str
    text: Text
    when: Fits


class Meeting(Content):
    """What the guide needs beside model and actions."""

    bring: tuple[Bring, ...]
    first_ideas: dict[str, tuple[str, ...]]
    """Sector, or `any` -> actions worth introducing while nothing is known of the items that they lift."""


class Part(_Frozen):
    """One part of the agenda."""

    phase: Phase
    minutes: int


class Doubt(_Frozen):
    """Something to verify."""

    what: str
    """Item id, `company.<field>`, or `profile` for the profile as a whole."""
    reasons: tuple[Reason, ...]


class ConversationGuide(_Frozen):
    """What to take to the meeting; ids only, the words come with the paper."""

    sector: str | None
    employees: int | None
    agenda: tuple[Part, ...]
    """Adds up to sixty minutes."""
    known: tuple[str, ...]
    """Items with a stage, in the order of the model."""
    verify: tuple[Doubt, ...]
    ask: tuple[str, ...]
    """Open items, the one to ask first first."""
    missing_facts: tuple[str, ...]
    mentioned: tuple[str, ...]
    ruled_out: tuple[str, ...]
    not_mentioned: tuple[str, ...]
    """Barriers nobody spoke of, which never means that there are none."""
    ideas: tuple[str, ...]
    bring: tuple[str, ...]
    parked: tuple[str, ...]


def guide(
    state: State, model: MaturityModel, actions: Mapping[str, Action], meeting: Meeting,
    sector: str | None = None, employees: int | None = None,
) -> ConversationGuide:  # fmt: skip
    """The guide for a meeting.

    Args:
        state: Where the conversation stands; an empty one is enough.
        model: The maturity model.
        actions: The library of actions.
        meeting: What to bring, and first ideas.
        sector: Used where the profile names none.
        employees: The same.
    """
    profile = state.profile
    told_sector, told_employees = (profile.fact(field) for field in ("sector", "employees"))
    sector = str(told_sector.value) if told_sector else sector
    employees = int(told_employees.value) if told_employees else employees
    known = tuple(item for item in model.order if _score(profile, item) is not None)
    verify = doubts(profile, model)
    ask = open_items(profile, model)
    introduced = _ideas(state, model, actions, meeting, sector)
    had = (
        {fact.field for fact in profile.facts}
        | ({"sector"} if sector else set())
        | ({"employees"} if employees else set())
    )
    said = {name: finding.status for name, finding in profile.barriers.items()}
    barriers = [barrier.id for barrier in model.barriers]
    return ConversationGuide(
        sector=sector, employees=employees,
        agenda=agenda(profile, len(verify), len(ask)), known=known, verify=verify, ask=ask,
        missing_facts=tuple(field for field in FACTS if field not in had),
        mentioned=tuple(b for b in barriers if said.get(b) == "mentioned"),
        ruled_out=tuple(b for b in barriers if said.get(b) == "ruled_out"),
        not_mentioned=tuple(b for b in barriers if b not in said),
        ideas=introduced, bring=_bring(profile, actions, meeting, sector, introduced), parked=state.parked,
    )  # fmt: skip


def doubts(profile: Profile, model: MaturityModel) -> tuple[Doubt, ...]:
    """What to verify: facts and items in the order of the model, each with every reason.

    Too good to be true is: stage 4 or 5 while all other assessed items of the dimension are at 0 or 1; stage 4 or 5 told in few
    words without a figure; stage 3 or more by a click alone; or at least five assessed items, all of them at 4 or 5.
    """
    found = [Doubt(what=f"company.{f.field}", reasons=("conflict",)) for f in profile.facts if f.conflict]
    scores = [value for item in model.order if (value := _score(profile, item)) is not None]
    if len(scores) >= ALL_HIGH and min(scores) >= HIGH:
        found.append(Doubt(what="profile", reasons=("high_everywhere",)))
    for item in model.order:
        finding = profile.findings.get(item)
        if finding is None:
            continue
        reasons: list[Reason] = [r for r in ("unsure", "conflict", "declined") if finding.status == r]
        others = [
            _score(profile, other) for other in model.dimension(model.items[item].dimension).items if other != item
        ]
        reasons += _too_good(finding, [value for value in others if value is not None])
        if reasons:
            found.append(Doubt(what=item, reasons=tuple(reasons)))
    return tuple(found)


def _too_good(finding: Finding, neighbours: Sequence[float]) -> list[Reason]:
    score = finding.score
    if score is None:
        return []
    reasons: list[Reason] = []
    if score >= HIGH and neighbours and max(neighbours) <= LOW:
        reasons.append("high_alone")
    words = finding.quote.text.split() if finding.quote else []
    if (
        finding.source == "words"
        and score >= HIGH
        and len(words) < FEW_WORDS
        and not any(c.isdigit() for w in words for c in w)
    ):
        reasons.append("little_said")
    if finding.source == "click" and score >= 3:
        reasons.append("clicked")
    return reasons


def open_items(profile: Profile, model: MaturityModel) -> tuple[str, ...]:
    """Items that were not asked or not known, one dimension after the other so that a short meeting touches all of them.

    Dimensions of which least is known come first; within one, items that a pain or a goal is about.
    """
    remarks = (*profile.pains, *profile.goals)
    rows: list[tuple[int, list[str]]] = []
    for dimension in model.dimensions:
        known = [
            item for item in dimension.items if item in profile.findings and profile.findings[item].status != "unknown"
        ]
        left = [item for item in dimension.items if item not in known]
        left.sort(key=lambda item: -sum(item in remark.about for remark in remarks))
        rows.append((len(known), left))
    rows.sort(key=lambda row: row[0])
    longest = max((len(left) for _, left in rows), default=0)
    return tuple(left[at] for at in range(longest) for _, left in rows if at < len(left))


def agenda(profile: Profile, verify: int, ask: int) -> tuple[Part, ...]:
    """How the hour is spent, given how much there is to verify and to ask; what is left over goes to ideas,
    read-back and pains.
    """
    minutes = dict(_FIXED)
    told = {fact.field for fact in profile.facts}
    if {"sector", "employees", "products"} <= told:
        minutes["story"] = _KNOWN["story"]
    if profile.pains:
        minutes["pains"] = _KNOWN["pains"]
    free = MINUTES - sum(minutes.values())
    wanted = {"verify": min(verify * _EACH["verify"], 12), "ask": ask * _EACH["ask"]}
    taken: dict[Phase, int] = {"verify": min(wanted["verify"], free - (4 if ask else 0))}
    taken["ask"] = min(wanted["ask"], free - taken["verify"])
    minutes |= {phase: value for phase, value in taken.items() if value}
    left = MINUTES - sum(minutes.values())
    minutes["close"] += left * 3 // 10
    minutes["pains"] += left * 2 // 10
    minutes["ideas"] += MINUTES - sum(minutes.values())
    order: tuple[Phase, ...] = ("opening", "story", "pains", "verify", "ask", "barriers", "ideas", "close")
    return tuple(Part(phase=phase, minutes=minutes[phase]) for phase in order if phase in minutes)


def check_meeting(
    meeting: Meeting, model: MaturityModel, actions: Mapping[str, Action], sectors: Sequence[str]
) -> None:
    """Proves that every id of `meeting` resolves.

    Raises:
        ValueError: the first that does not.
    """
    technologies = {technology.id for technology in model.technologies}
    for thing in meeting.bring:
        _resolve(thing.id, "sector", thing.when.sectors, sectors)
        _resolve(thing.id, "technology", thing.when.technologies, technologies)
        _resolve(thing.id, "item", tuple(thing.when.items), model.items)
    _resolve("first_ideas", "sector", tuple(meeting.first_ideas), (*sectors, "any"))
    for sector, names in meeting.first_ideas.items():
        _resolve(f"first_ideas.{sector}", "action", names, actions)


def _resolve(
    where: str, kind: str, names: Sequence[str], known: Sequence[str] | Mapping[str, object] | set[str]
) -> None:
    for name in names:
        if name not in known:
            raise ValueError(f"{where}: unknown {kind} {name!r}")


def _score(profile: Profile, item: str) -> float | None:
    finding = profile.findings.get(item)
    return None if finding is None else finding.score


def _ideas(
    state: State, model: MaturityModel, actions: Mapping[str, Action], meeting: Meeting, sector: str | None
) -> tuple[str, ...]:
    """Ideas that follow from the profile, then first ideas for the sector about items nothing is known of.

    What the company rejected or has done is not introduced again.
    """
    profile, plan = state.profile, current(state, model, actions)
    gone = {one.action for one in plan.rejected} | {one.action for one in plan.done}
    chosen = [name for name in ideas(profile, model, actions, IDEAS + len(gone)) if name not in gone]
    first = (*meeting.first_ideas.get(sector or "", ()), *meeting.first_ideas.get("any", ()))
    for name in dict.fromkeys(first):
        lifts = actions[name].lifts
        if name not in (*chosen, *gone) and (lifts is None or _score(profile, lifts.item) is None):
            chosen.append(name)
    return tuple(chosen[:IDEAS])


def _bring(
    profile: Profile, actions: Mapping[str, Action], meeting: Meeting, sector: str | None, introduced: Sequence[str]
) -> tuple[str, ...]:
    wanted = {
        name
        for name, said in profile.technologies.items()
        if said.interested == "yes" or (said.use and said.interested != "no")
    }
    wanted |= {technology for name in introduced for technology in actions[name].when.technologies}

    def fits(when: Fits) -> bool:
        within = any(
            (score := _score(profile, item)) is not None and low <= floor(score) <= high
            for item, (low, high) in when.items.items()
        )
        return when.always or sector in when.sectors or bool(wanted.intersection(when.technologies)) or within

    return tuple(thing.id for thing in meeting.bring if fits(thing.when))
