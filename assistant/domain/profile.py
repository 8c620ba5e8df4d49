"""The profile: findings with the words they rest on, and the scores counted from them. Knows no dialogue and no wording."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.domain.maturity import MaturityModel

Status = Literal["recorded", "unsure", "conflict", "declined", "unknown"]
SINGLE_FACTS = frozenset({"name", "sector", "employees", "municipality", "order_type"})
_BANDS = ((25.0, "basic"), (50.0, "average"), (75.0, "moderately_advanced"), (float("inf"), "advanced"))


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Quote(_Frozen):
    """The person's own words: `text` stands at [start, end) of turn `turn`."""

    text: str
    turn: int
    start: int
    end: int


class Finding(_Frozen):
    """What is known about one item."""

    item: str
    low: int | None = None
    high: int | None = None
    """Equal to `low`, or above it when parts of the company differ; both None when not assessed."""
    confidence: float = 0.0
    status: Status = "recorded"
    quote: Quote | None = None
    against: Quote | None = None
    """The words that contradict `quote` while status is `conflict`."""
    against_stage: int | None = None
    source: Literal["words", "click"] = "words"
    settled_by: str = ""
    """The adviser who said which of two statements holds."""

    @property
    def stage(self) -> int | tuple[int, int] | None:
        """The stage, the range of stages, or None when not assessed."""
        if self.low is None or self.high is None:
            return None
        return self.low if self.low == self.high else (self.low, self.high)

    @property
    def score(self) -> float | None:
        """0 to 5; a range counts as its middle; None when not assessed."""
        return None if self.low is None or self.high is None else (self.low + self.high) / 2

    @property
    def settled(self) -> bool:
        """Nothing more need be asked about it."""
        return self.status != "conflict"


class FactFinding(_Frozen):
    """One company fact, or one of several values of a fact such as products."""

    field: str
    value: int | str
    quote: Quote
    conflict: FactFinding | None = None
    """A second value that was said later and not marked as a correction."""
    settled_by: str = ""
    """The adviser who said which of two values holds."""


class BarrierFinding(_Frozen):
    """A barrier that was spoken of; one that was not is absent, which never means "no barrier"."""

    barrier: str
    status: Literal["mentioned", "ruled_out"]
    quote: Quote


class TechnologyFinding(_Frozen):
    """Use of and interest in one technology."""

    technology: str
    use: int | None
    interested: Literal["yes", "no", "unknown"]
    quote: Quote


class Remark(_Frozen):
    """A pain or a goal in the person's words, and the items it is about."""

    quote: Quote
    about: tuple[str, ...] = ()


class Profile(_Frozen):
    """Everything known about one company, each thing with its words."""

    findings: dict[str, Finding] = {}
    facts: tuple[FactFinding, ...] = ()
    barriers: dict[str, BarrierFinding] = {}
    technologies: dict[str, TechnologyFinding] = {}
    pains: tuple[Remark, ...] = ()
    goals: tuple[Remark, ...] = ()
    targets: dict[str, int] = {}
    """Dimension id -> stage that the company chose for itself."""
    rating: int | None = None
    superseded: tuple[Finding | FactFinding, ...] = ()
    """What was recorded once and corrected later; nothing is thrown away."""

    def fact(self, field: str) -> FactFinding | None:
        """The current value of a single-valued fact."""
        return next((fact for fact in self.facts if fact.field == field), None)

    def company(self) -> dict[str, int | str | list[int | str]]:
        """Field -> value, or list of values for products, customers, systems and machines."""
        company: dict[str, int | str | list[int | str]] = {}
        for fact in self.facts:
            if fact.field in SINGLE_FACTS:
                company[fact.field] = fact.value
            else:
                values = company.setdefault(fact.field, [])
                assert isinstance(values, list)
                values.append(fact.value)
        return company


class Scores(_Frozen):
    """Counted, never felt. Unanswered items neither raise nor lower a score."""

    dimensions: dict[str, float | None]
    """Mean of the assessed items, 0 to 5; None when none is assessed."""
    overall: float | None
    """Mean of the assessed dimensions."""
    assessed: int
    of: int

    @property
    def percentage(self) -> float | None:
        """Overall score as a share of 5."""
        return None if self.overall is None else self.overall / 5 * 100

    @property
    def band(self) -> str | None:
        """Basic [0, 25), average [25, 50), moderately_advanced [50, 75), advanced [75, 100]."""
        if self.percentage is None:
            return None
        return next(name for limit, name in _BANDS if self.percentage < limit)


def score(profile: Profile, model: MaturityModel) -> Scores:
    """The scores of `profile`, by the rules of the rubric."""
    dimensions: dict[str, float | None] = {}
    assessed = 0
    for dimension in model.dimensions:
        values = [
            value
            for item in dimension.items
            if (finding := profile.findings.get(item)) is not None and (value := finding.score) is not None
        ]
        assessed += len(values)
        dimensions[dimension.id] = sum(values) / len(values) if values else None
    known = [value for value in dimensions.values() if value is not None]
    return Scores(
        dimensions=dimensions,
        overall=sum(known) / len(known) if known else None,
        assessed=assessed,
        of=len(model.order),
    )
