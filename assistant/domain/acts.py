"""Acts: what one utterance does. A reader proposes them, the guard drops what the words do not carry, the dialogue folds them.

Acts with evidence carry the exact characters of the person's turn: `text[start:end] == quote`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.domain.actions import Action, Cost, PlanStage
from assistant.domain.maturity import Language, Stage
from assistant.domain.planned import Plan

Order = Literal["one_off", "small_series", "large_series", "mixed"]
MOST_HOURS = 2000
"""Own hours a month at the most."""
Use = Annotated[int, Field(ge=0, le=5)]
FACTS = (
    "name", "sector", "employees", "municipality", "products", "customers", "order_type", "systems", "machines",
)  # fmt: skip


class Act(BaseModel):
    """Base of all acts."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Evidence(Act):
    """An act that rests on words of the turn."""

    quote: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    correction: bool = False
    """The person said that something recorded before is wrong."""


class Answer(Evidence):
    """What the company does now on one item, with a probability for each stage 0 to 5."""

    kind: Literal["answer"] = "answer"
    item: str
    low: Stage
    high: Stage
    """Above `low` when parts of the company are on different stages."""
    scores: tuple[float, float, float, float, float, float]
    asked: bool
    """Said in reply to a question about this item."""
    clicked: bool = False
    """Pointed at among the descriptors that were offered."""


class Fact(Evidence):
    """A company fact; `field` is one of FACTS."""

    kind: Literal["fact"] = "fact"
    field: str
    value: int | str


class BarrierSaid(Evidence):
    """A barrier that was mentioned, or said to be none."""

    kind: Literal["barrier"] = "barrier"
    barrier: str
    status: Literal["mentioned", "ruled_out"]


class TechnologySaid(Evidence):
    """Use of and interest in a technology; `use` is on the published 0 to 5 scale."""

    kind: Literal["technology"] = "technology"
    technology: str
    use: Use | None = None
    interested: Literal["yes", "no", "unknown"] = "unknown"


class Pain(Evidence):
    """What annoys or costs most, and the items it is about."""

    kind: Literal["pain"] = "pain"
    about: tuple[str, ...] = ()


class Goal(Evidence):
    """What the company wants, and the items it is about."""

    kind: Literal["goal"] = "goal"
    about: tuple[str, ...] = ()


class TargetChosen(Evidence):
    """The stage that the company wants to reach in one dimension."""

    kind: Literal["target"] = "target"
    dimension: str
    stage: Stage


class Rating(Evidence):
    """How well the read-back describes the company, 1 to 4."""

    kind: Literal["rating"] = "rating"
    value: Annotated[int, Field(ge=1, le=4)]


class Question(Evidence):
    """Something the person wants to know."""

    kind: Literal["question"] = "question"
    answered: bool | None = None
    """Whether the library answered it; a question that it did not is kept for the adviser."""


class CapacitySaid(Evidence):
    """What the company can put into the plan; None leaves what was said before. `Remove` takes `capacity` out."""

    kind: Literal["capacity"] = "capacity"
    hours: Annotated[int, Field(ge=1, le=MOST_HOURS)] | None = None
    """Own hours a month."""
    money: Cost | None = None
    """The dearest band an action may cost."""


class PlanDecision(Act):
    """What the company settles about one action of the plan, by click or command.

    agree · change: text, owner, month or stage · reject: with a reason · done: is done already · restore: as it was proposed ·
    move: before another action, or to the end · add: an action of its own
    """

    kind: Literal["plan_decision"] = "plan_decision"
    decision: Literal["agree", "change", "reject", "done", "restore", "move", "add"]
    action: str = ""
    """Id of an action of the library, or `own-<n>`."""
    text: str = ""
    owner: str = ""
    month: str = ""
    """`2027-03`."""
    stage: PlanStage | None = None
    clear: tuple[Literal["text", "owner", "month"], ...] = ()
    """What a change makes empty again."""
    before: str = ""
    """Id of the action that it is moved before; empty moves it to the end."""
    reason: str = ""
    by: str = ""
    basis: tuple[str, ...] = ()
    """What the proposal rested on when it was rejected; when that changes, it is proposed again."""


class PlanApproved(Act):
    """The company approves the plan as it stands: the whole of it, with the texts of its actions."""

    kind: Literal["plan_approved"] = "plan_approved"
    who: str
    on: str
    """The date, `2027-03-01`."""
    plan: Plan
    actions: tuple[Action, ...]


class NewTime(Act):
    """The company is asked anew; what is known so far stays as the earlier time."""

    kind: Literal["new_time"] = "new_time"
    on: str
    """The date, `2027-03-01`."""
    label: str = ""
    """Name of the time that begins; empty numbers it: T1, T2."""


class Advised(Act):
    """An act by or about an adviser, by click. It stands beside what the company said."""

    adviser: str
    """Id of the account."""
    name: str
    on: str
    """The date, `2027-03-01`."""


class Consent(Advised):
    """The company lets an adviser see its profile, plan and questions, or lets them no longer."""

    kind: Literal["consent"] = "consent"
    given: bool


class AdviserFinding(Advised):
    """What an adviser has seen on one item; replaces their earlier one on it. Without words it is taken out."""

    kind: Literal["adviser_finding"] = "adviser_finding"
    item: str
    stage: Stage | None = None
    text: str


class AdviserAnswer(Advised):
    """An adviser's answer to a parked question; replaces the earlier one. Without words it is taken out."""

    kind: Literal["adviser_answer"] = "adviser_answer"
    question: str
    text: str


class ConflictSettled(Advised):
    """An adviser says which of two statements holds."""

    kind: Literal["conflict_settled"] = "conflict_settled"
    what: str
    """Item id or `company.<field>`."""
    keep: Literal["first", "second"]
    quote: str
    """The words that hold."""


class LanguageChange(Act):
    """The person wants to go on in the other language."""

    kind: Literal["language"] = "language"
    language: Language


class Remove(Act):
    """Take one thing out: an item id, `company.<field>`, `barriers.<id>`, `technologies.<id>`, `targets.<dimension>`, `capacity`,
    or `pains.<turn>-<start>` and `goals.<turn>-<start>`, named by where the words begin.
    """

    kind: Literal["remove"] = "remove"
    what: str
    value: str = ""
    """Only this one of several values of a company fact."""


class Reopen(Act):
    """Ask about one item now; what is recorded about it is put aside."""

    kind: Literal["reopen"] = "reopen"
    item: str


class Signal(Act):
    """An act without content of its own.

    skip: does not want to answer · dont_know · later: ask again at the end · agree: "yes, exactly", says nothing of the
    matter · no_evidence: words about the matter that settle nothing (plan, past, hearsay, buzzwords) · small_talk · stop ·
    erase · undo: take back the last turn · progress: how much is left? · confirm: the read-back is right · nothing_more ·
    unread: nothing in it could be read
    """

    kind: Literal["signal"] = "signal"
    signal: Literal[
        "skip", "dont_know", "later", "agree", "no_evidence", "small_talk", "stop", "erase", "undo", "progress",
        "confirm", "nothing_more", "unread",
    ]  # fmt: skip


AnyAct = Annotated[
    Answer | Fact | BarrierSaid | TechnologySaid | Pain | Goal | TargetChosen | Rating | Question | CapacitySaid
    | PlanDecision | PlanApproved | NewTime | Consent | AdviserFinding | AdviserAnswer | ConflictSettled | LanguageChange
    | Remove | Reopen | Signal,
    Field(discriminator="kind"),
]  # fmt: skip
