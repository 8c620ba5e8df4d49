"""The published shapes of the JSON exports, for programs that read them. Knows shapes; `json.py` fills them, a test holds both together.

`python docs/schemas.py` writes them to docs/schemas/ as JSON Schema (draft 2020-12).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.domain.maturity import Language, Stage
from assistant.domain.planned import Approval, Capacity, Decided, Done, LeftOut, OwnAction, PutOff, Rejected
from assistant.domain.region import RegionReport
from assistant.domain.times import Comparison

StageOrRange = Annotated[
    Stage | Annotated[list[Stage], Field(min_length=2, max_length=2)] | None,
    Field(description="A stage, the lower and the upper one where parts of the company differ, or null: not assessed."),
]
Band = Literal["basic", "average", "moderately_advanced", "advanced"]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class Quoted(_Shape):
    """The person's own words and the turn in which they stand."""

    quote: str
    turn: int


class Fact(Quoted):
    """A company fact."""

    field: str
    value: int | str
    settled_by: str = ""
    """The adviser who said which of two values holds."""


class Remark(Quoted):
    """A pain or a goal, and the items it is about."""

    about: list[str]


class Item(_Shape):
    """What is known about one item."""

    stage: StageOrRange
    status: Literal["recorded", "unsure", "conflict", "declined", "unknown", "not_asked"]
    quote: str | None
    turn: int | None
    confidence: float | None
    source: Literal["words", "click"] = "words"
    settled_by: str = ""
    """The adviser who said which of two statements holds."""


class Technology(_Shape):
    """Use (0 not used to 5 operational) of and interest in a technology."""

    use: Annotated[int, Field(ge=0, le=5)] | None
    interested: Literal["yes", "no", "unknown"]
    quote: str = ""
    turn: int = 0


class Scores(_Shape):
    """Counted from the items; null where nothing is assessed."""

    dimensions: dict[str, float | None]
    overall: float | None
    percentage: float | None
    band: Band | None
    assessed: int
    of: int


class _Signed(_Shape):
    name: str
    on: str
    """The date, `2027-03-01`."""
    text: str


class AdviserFinding(_Signed):
    """What an adviser has seen; it changes no score."""

    item: str
    stage: Stage | None


class AdviserAnswer(_Signed):
    """An adviser's answer to a parked question."""

    question: str


class Advisers(_Shape):
    """What advisers added beside the company's own words."""

    findings: list[AdviserFinding]
    answers: list[AdviserAnswer]


class _Export(_Shape):
    automated: str
    """That it was drawn up automatically."""
    language: Language


class Profile(_Export):
    """`vejviser profile -o x.json`."""

    model: str
    attribution: str
    company: dict[str, int | str | list[int | str]]
    facts: list[Fact]
    items: dict[str, Item]
    barriers: dict[str, Literal["mentioned", "ruled_out", "not_mentioned"]]
    barrier_quotes: dict[str, Quoted]
    technologies: dict[str, Technology]
    pains: list[Remark]
    goals: list[Remark]
    targets: dict[str, Stage]
    rating: Annotated[int, Field(ge=1, le=4)] | None
    scores: Scores
    parked: list[str]
    conflicts: list[str]
    advisers: Advisers


class Cause(_Shape):
    """Why an action stands in the plan."""

    kind: Literal["finding", "barrier", "need", "nothing_else"]
    what: str
    stage: StageOrRange = None
    quote: str = ""
    turn: int = 0


class Effort(_Shape):
    """Own working days, an estimate."""

    size: Literal["S", "M", "L"]
    days: int


class Lift(_Shape):
    """The item that an action lifts."""

    item: str
    from_: Annotated[Stage, Field(alias="from")]
    to: Stage


class Kpi(_Shape):
    """What is measured."""

    name: str
    unit: str
    how: str
    today: float | str | None
    """Null: unknown, measure first."""


class Action(_Shape):
    """An action with its texts."""

    id: str
    title: str
    conventional: str
    digital: str
    first_step: str
    effort: Effort
    cost: Literal["own_hours", "under_5000", "5000_50000", "more"]
    cost_is_estimate: Literal[True]
    lifts: Lift | None
    needs: list[str]
    meets: list[str]
    help: list[str]
    kpi: Kpi
    risk: str
    sources: list[str]
    to_read: list[str]


class PlannedAction(Action):
    """An action in a plan."""

    causes: list[Cause]
    hurts: list[Quoted]
    """Pains about its item."""
    wished: list[Quoted]
    """Goals about its item."""
    decided: Decided


class Step(_Shape):
    """At most three actions at a time, the company's own counted in."""

    stage: Literal["analyse", "solve", "transform"]
    months: Annotated[list[int], Field(min_length=2, max_length=2)] | None
    """First and last month from now; null when no own hours are known."""
    months_are_estimate: Literal[True]
    order: Annotated[list[str], Field(max_length=3)]
    """Ids of `own` and `actions` in their order."""
    own: list[OwnAction]
    actions: Annotated[list[PlannedAction], Field(max_length=3)]


class Plan(_Export):
    """`vejviser plan -o x.json`."""

    draft: bool
    """Not approved, or changed since."""
    approved: Approval | None
    capacity: Capacity
    targets: dict[str, Stage]
    chosen_targets: list[str]
    steps: list[Step]
    left_out: list[LeftOut]
    put_off: list[PutOff]
    rejected: list[Rejected]
    done: list[Done]


class Times(Comparison):
    """`vejviser decide CONVERSATION times -o x.json`."""

    automated: str
    """That it was drawn up automatically."""
    language: Language


class Part(_Shape):
    """One part of the agenda."""

    phase: str
    minutes: int


class Known(Item):
    """An item that is known."""

    item: str
    title: str


class Doubt(_Shape):
    """Something to verify."""

    what: str
    reasons: list[str]


class OpenItem(_Shape):
    """An item to ask about."""

    item: str
    title: str
    question: str
    probes: Annotated[list[str], Field(min_length=2, max_length=2)]


class GuideBarriers(_Shape):
    """Barriers by what was said of them."""

    mentioned: list[str]
    ruled_out: list[str]
    not_mentioned: list[str]


class Idea(_Shape):
    """An idea to introduce."""

    id: str
    title: str
    conventional: str
    digital: str
    sources: list[str]


class Thing(_Shape):
    """A thing to bring."""

    id: str
    text: str


class Parked(_Shape):
    """A question that the material did not answer, and the nearest passages."""

    question: str
    nearest: list[str]


class Guide(_Export):
    """`vejviser guide -o x.json`."""

    sector: str | None
    employees: int | None
    agenda: list[Part]
    known: list[Known]
    verify: list[Doubt]
    ask: list[OpenItem]
    missing_facts: list[str]
    barriers: GuideBarriers
    ideas: list[Idea]
    bring: list[Thing]
    parked: list[Parked]


class Data(Item):
    """An item that tells what data there is."""

    item: str


class Brief(_Export):
    """`vejviser brief -o x.json`."""

    action: Action
    causes: list[Cause]
    pains: list[Quoted]
    data: list[Data]
    question: str
    deliverables: list[str]
    skills: list[str]
    duration: str


class Region(RegionReport):
    """`vejviser region -o x.json`."""

    automated: str
    """That it was drawn up automatically."""
    language: Language
    least: int
    """Companies behind a count at the least; a smaller one is null."""


SHAPES: dict[str, type[BaseModel]] = {
    "profile": Profile, "plan": Plan, "times": Times, "guide": Guide, "brief": Brief, "region": Region,
}  # fmt: skip


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of one export; `name` is a key of SHAPES."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **SHAPES[name].model_json_schema(by_alias=True),
    }
