"""The same company asked again: what each item was at each time, in the words of that time. Pure; judges nothing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from pydantic import BaseModel, ConfigDict

from assistant.domain.acts import NewTime
from assistant.domain.dates import checked
from assistant.domain.maturity import MaturityModel
from assistant.domain.profile import Finding, Profile, Quote, Scores, Status, score
from assistant.domain.state import State, Time

LONGEST_LABEL = 40
"""Characters at the most."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Then(_Frozen):
    """One item at one time."""

    stage: int | tuple[int, int] | None
    """None when it was not assessed then."""
    status: Status | None
    """None when it was not asked."""
    quote: Quote | None


class ItemOverTime(_Frozen):
    """One item at all times, oldest first."""

    item: str
    then: tuple[Then, ...]
    change: float | None
    """Stages from the first to the last time at which it was assessed; None when it was assessed less than twice."""


class Comparison(_Frozen):
    """A company over time."""

    labels: tuple[str, ...]
    """T0, T1 …, the time that is being asked about last."""
    dates: tuple[str, ...]
    """When each began; empty where nobody said."""
    items: tuple[ItemOverTime, ...]
    scores: tuple[Scores, ...]
    """Of each time, each with its own coverage: compare items, not only means."""


def beginning(state: State, on: str, label: str = "") -> NewTime:
    """The act by which a new time begins on the day `on`.

    Raises:
        ValueError: the day is none or lies before the time in hand, the label is taken or too long, or nothing was told yet.
    """
    if state.began and checked(on) < state.began:
        raise ValueError(f"date {on}: lies before {state.began}, when {state.label} began; give a later one.")
    label = " ".join(label.split())
    if len(label) > LONGEST_LABEL:
        raise ValueError(f"label: {len(label):,} characters are more than {LONGEST_LABEL}; say it shorter.")
    taken = {state.label, *(time.label for time in state.times)}
    if label in taken:
        raise ValueError(f"label {label!r}: is taken by an earlier time; choose another, or leave it out.")
    if not state.profile.findings:
        raise ValueError(f"{state.label}: nothing has been told yet, so there is nothing to begin anew from.")
    numbered = (f"T{number}" for number in count(len(state.times) + 1))
    return NewTime(on=checked(on), label=label or next(name for name in numbered if name not in taken))


def latest(state: State) -> Profile:
    """What is known of the company from any time: the newest words on each thing, earlier ones where nothing new was said."""
    profile = state.profile
    for time in reversed(state.times):
        old = time.profile
        findings = {name: found for name, found in old.findings.items() if found.stage is not None}
        findings |= {n: found for n, found in profile.findings.items() if found.stage is not None or n not in findings}
        profile = profile.model_copy(
            update={
                "findings": findings, "barriers": old.barriers | profile.barriers,
                "technologies": old.technologies | profile.technologies, "pains": profile.pains or old.pains,
                "goals": profile.goals or old.goals,
            }
        )  # fmt: skip
    return profile


def over_time(state: State, model: MaturityModel) -> Comparison:
    """All items at all times; a single time has nothing to compare and `change` is None throughout."""
    now = Time(label=state.label, began=state.began, ended="", turn=state.turn, profile=state.profile)
    times = (*state.times, now)
    return Comparison(
        labels=tuple(time.label for time in times), dates=tuple(time.began for time in times),
        items=tuple(_item(item, times) for item in model.order),
        scores=tuple(score(time.profile, model) for time in times),
    )  # fmt: skip


def _item(item: str, times: Sequence[Time]) -> ItemOverTime:
    findings = [time.profile.findings.get(item) for time in times]
    values = [value for finding in findings if finding is not None and (value := finding.score) is not None]
    return ItemOverTime(
        item=item, then=tuple(_then(finding) for finding in findings),
        change=values[-1] - values[0] if len(values) > 1 else None,
    )  # fmt: skip


def _then(finding: Finding | None) -> Then:
    if finding is None:
        return Then(stage=None, status=None, quote=None)
    return Then(stage=finding.stage, status=finding.status, quote=finding.quote)
