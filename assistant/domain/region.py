"""The region: distributions over a cohort of companies in which nobody can be singled out by a sum. Counts; knows no wording.

Every count that is shown belongs to one distribution whose cells add up to the number of companies. A cell of one to four
companies is hidden (threshold rule), and a larger one with it: otherwise the sum would give the small cell away (complementary
suppression; Hundepool et al., Statistical Disclosure Control, 2012, chapter 4). No means are shown: a mean beside a
distribution is a second sum. Actions depend on findings by known rules, so their counts are shown only in whole fives.
It protects within one report: two reports of different dates can be compared, and a company with two conversations counts twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import floor
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from assistant.domain.maturity import MaturityModel
from assistant.domain.plan import Action
from assistant.domain.planned import Plan
from assistant.domain.profile import Profile

LEAST = 5
"""Companies behind a cohort, and behind a cell, at the least."""
MOST_ADVICE = 8
STAGES_FINE = ("0", "1", "2", "3", "4", "5", "not_assessed")
STAGES_COARSE = {"0": "0-1", "1": "0-1", "2": "2-3", "3": "2-3", "4": "4-5", "5": "4-5", "not_assessed": "not_assessed"}
BANDS = ("0", "1", "2", "3", "4", "not_assessed")
"""Scores of a dimension: [0, 1), [1, 2), [2, 3), [3, 4), [4, 5]."""
SAID = ("mentioned", "ruled_out", "not_mentioned")
USED = ("not_used", "trying", "in_use", "not_mentioned")
"""Use 0; 1 to 3 (considering, prototyping, testing); 4 to 5 (implementing, operational)."""
INTEREST = ("yes", "no", "unknown")
_HIDDEN_ENOUGH = 2


class TooFewError(ValueError):
    """The cohort is smaller than five; nothing may be said about it."""


class Member(NamedTuple):
    """One company of the cohort."""

    profile: Profile
    drafted: tuple[str, ...] = ()
    """Actions that its plan proposed."""
    rejected: tuple[str, ...] = ()
    """Actions that it rejected."""


def member(profile: Profile, plan: Plan) -> Member:
    """One company of the cohort: `plan` tells what was proposed to it, and what of that it said no to.

    What it rejected or has done was proposed as well; actions of its own are not counted, for they could name it.
    """
    no = tuple(one.action for one in plan.rejected if not one.text)
    finished = tuple(one.action for one in plan.done if not one.text)
    return Member(profile, (*(one.action for one in plan.planned), *no, *finished), no)


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Distribution(_Frozen):
    """How the companies spread over the cells of one question; the cells add up to all of them."""

    of: str
    cells: dict[str, int | None]
    """Cell -> companies; None is hidden."""


class ActionCount(_Frozen):
    """An action and at least how many companies, in whole fives."""

    action: str
    at_least: int


class Advice(_Frozen):
    """A recommendation and the count that causes it."""

    kind: Literal["item", "barrier", "technology"]
    what: str
    count: int
    action: str | None = None
    """What the library offers for it."""


class RegionReport(_Frozen):
    """What may be told about the cohort."""

    companies: int
    items: tuple[Distribution, ...]
    dimensions: tuple[Distribution, ...]
    barriers: tuple[Distribution, ...]
    technology_use: tuple[Distribution, ...]
    technology_interest: tuple[Distribution, ...]
    drafted: tuple[ActionCount, ...]
    rejected: tuple[ActionCount, ...]
    advice: tuple[Advice, ...]


@dataclass
class _Counts:
    companies: int = 0
    items: dict[str, Counter[str]] = field(default_factory=dict)
    dimensions: dict[str, Counter[str]] = field(default_factory=dict)
    barriers: dict[str, Counter[str]] = field(default_factory=dict)
    use: dict[str, Counter[str]] = field(default_factory=dict)
    interest: dict[str, Counter[str]] = field(default_factory=dict)
    drafted: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)


def report(cohort: Iterable[Member], model: MaturityModel, actions: Mapping[str, Action]) -> RegionReport:
    """What may be told about `cohort`, which is read once and not kept.

    Raises:
        TooFewError: it holds fewer than five companies.
    """
    counts = _counted(cohort, model)
    if counts.companies < LEAST:
        raise TooFewError(f"{counts.companies} companies with a profile; a report needs at least {LEAST}")
    items = tuple(_stages(name, counts.items[name]) for name in model.order)
    barriers = tuple(_shown(name, tally, SAID) for name, tally in counts.barriers.items())
    interest = tuple(_shown(name, tally, INTEREST) for name, tally in counts.interest.items())
    return RegionReport(
        companies=counts.companies, items=items,
        dimensions=tuple(_shown(name, tally, BANDS) for name, tally in counts.dimensions.items()),
        barriers=barriers, technology_use=tuple(_shown(name, tally, USED) for name, tally in counts.use.items()),
        technology_interest=interest,
        drafted=_in_fives(counts.drafted, counts.companies), rejected=_in_fives(counts.rejected, counts.companies),
        advice=_advice(counts.companies, items, barriers, interest, actions),
    )  # fmt: skip


def protected(counts: Mapping[str, int], least: int = LEAST) -> dict[str, int | None]:
    """The cells of one distribution that may be shown.

    Where cells of 1 to `least` - 1 are hidden, the smallest of the others are too, all that tie; where there are no others, all
    is hidden, zeros included. The rule looks at counts alone, not at which cell holds them, and among the hidden there is then
    a small one and one of `least` or more: whoever knows sum and rule cannot tell which is which. A zero is shown: it is nobody.
    """
    hidden = {name for name, count in counts.items() if 0 < count < least}
    if not hidden:
        return dict(counts)
    others = [count for count in counts.values() if count >= least]
    if not others:
        return dict.fromkeys(counts)
    hidden |= {name for name, count in counts.items() if count == min(others)}
    return {name: None if name in hidden else count for name, count in counts.items()}


def _counted(cohort: Iterable[Member], model: MaturityModel) -> _Counts:
    counts = _Counts(
        items={name: Counter() for name in model.order},
        dimensions={dimension.id: Counter() for dimension in model.dimensions},
        barriers={barrier.id: Counter() for barrier in model.barriers},
        use={technology.id: Counter() for technology in model.technologies},
        interest={technology.id: Counter() for technology in model.technologies},
    )
    for profile, drafted, rejected in cohort:
        counts.companies += 1
        for dimension in model.dimensions:
            scores = []
            for item in dimension.items:
                finding = profile.findings.get(item)
                score = None if finding is None else finding.score
                counts.items[item]["not_assessed" if score is None else str(floor(score))] += 1
                if score is not None:
                    scores.append(score)
            band = str(min(4, floor(sum(scores) / len(scores)))) if scores else "not_assessed"
            counts.dimensions[dimension.id][band] += 1
        for name, tally in counts.barriers.items():
            said = profile.barriers.get(name)
            tally[said.status if said else "not_mentioned"] += 1
        for name, tally in counts.use.items():
            technology = profile.technologies.get(name)
            tally[_used(technology.use if technology else None)] += 1
            counts.interest[name][technology.interested if technology else "unknown"] += 1
        counts.drafted.update(set(drafted))
        counts.rejected.update(set(rejected))
    return counts


def _used(use: int | None) -> str:
    if use is None:
        return "not_mentioned"
    return "not_used" if use == 0 else "trying" if use < 4 else "in_use"


def _shown(name: str, tally: Counter[str], cells: tuple[str, ...]) -> Distribution:
    return Distribution(of=name, cells=protected({cell: tally[cell] for cell in cells}))


def _stages(name: str, tally: Counter[str]) -> Distribution:
    """By single stages, or by pairs of stages where more than two cells would be hidden; never by both."""
    fine = _shown(name, tally, STAGES_FINE)
    if sum(count is None for count in fine.cells.values()) <= _HIDDEN_ENOUGH:
        return fine
    pairs: Counter[str] = Counter()
    for cell, count in tally.items():
        pairs[STAGES_COARSE[cell]] += count
    return _shown(name, pairs, tuple(dict.fromkeys(STAGES_COARSE.values())))


def _in_fives(tally: Counter[str], companies: int) -> tuple[ActionCount, ...]:
    """Actions of at least five companies, most first; neither they nor the others may be fewer than five."""
    rows = [
        ActionCount(action=name, at_least=count // LEAST * LEAST)
        for name, count in tally.items()
        if count >= LEAST and not 0 < companies - count < LEAST
    ]
    return tuple(sorted(rows, key=lambda row: (-row.at_least, row.action)))


def low_stages(distribution: Distribution) -> int:
    """Companies at stage 0 or 1 as far as shown."""
    return sum(distribution.cells.get(cell) or 0 for cell in ("0", "1", "0-1"))


def _advice(
    companies: int, items: Iterable[Distribution], barriers: Iterable[Distribution], interest: Iterable[Distribution],
    actions: Mapping[str, Action],
) -> tuple[Advice, ...]:  # fmt: skip
    """What to do together: where a third of the companies, and at least five, stand low, are held back, or want to know more.

    Counted from what is shown alone, so that a recommendation tells nothing that the tables do not.
    """
    enough = max(LEAST, companies / 3)
    found = [
        Advice(kind="item", what=one.of, count=count, action=_first_for(one.of, actions))
        for one in items
        if (count := low_stages(one)) >= enough
    ]
    found += [
        Advice(kind="barrier", what=one.of, count=count, action=_meets(one.of, actions))
        for one in barriers
        if (count := one.cells["mentioned"] or 0) >= enough
    ]
    found += [
        Advice(kind="technology", what=one.of, count=count)
        for one in interest
        if (count := one.cells["yes"] or 0) >= enough
    ]
    return tuple(sorted(found, key=lambda advice: -advice.count)[:MOST_ADVICE])


def _first_for(item: str, actions: Mapping[str, Action]) -> str | None:
    """The action that looks at the problem of a company that stands low on `item`."""
    return next(
        (
            a.id
            for a in actions.values()
            if a.lifts and a.lifts.item == item and a.stage == "analyse" and a.when.items[item][0] == 0
        ),
        None,
    )


def _meets(barrier: str, actions: Mapping[str, Action]) -> str | None:
    """The action that is caused by the barrier, else one that meets it."""
    meeting = [action for action in actions.values() if barrier in action.meets]
    return next((a.id for a in sorted(meeting, key=lambda a: barrier not in a.when.barriers)), None)
