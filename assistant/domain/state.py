"""The state of a conversation and what may be asked in it: plain values. Knows neither how they change nor what comes next."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.domain.acts import AdviserAnswer, AdviserFinding, Answer, Consent, PlanDecision
from assistant.domain.maturity import Language
from assistant.domain.planned import Capacity, PlanVersion
from assistant.domain.profile import Profile


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Asked(_Frozen):
    """The pending question."""

    id: str
    """An item id, `company.<field>`, or story, pains, goals, barriers, technologies, readback, rating, targets."""
    form: Literal["open", "probe", "closest", "settle"] = "open"
    options: tuple[int, ...] = ()
    """Stages whose descriptors are offered in the forms `closest` and `settle`."""


class News(_Frozen):
    """What the last turn changed; the reply mirrors it."""

    kind: Literal[
        "recorded", "unsure", "corrected", "conflict", "resolved", "declined", "unknown", "later", "fact", "barrier",
        "technology", "pain", "goal", "target", "rated", "removed", "undone", "nothing_to_undo",
        "capacity", "new_time", "plan_approved", "plan_agree", "plan_change", "plan_reject", "plan_done", "plan_restore",
        "plan_move", "plan_add", "shared", "unshared", "adviser_finding", "adviser_answer", "adviser_settled",
    ]  # fmt: skip
    what: str
    quote: str = ""


class Time(_Frozen):
    """What was known when the company was asked before."""

    label: str
    """T0, T1 …, or the name it was given."""
    began: str
    """The date, empty for the first time."""
    ended: str
    turn: int
    """The last turn of it."""
    profile: Profile


class State(_Frozen):
    """Where a conversation stands."""

    language: Language = "en"
    course: Literal["short", "full"] = "full"
    turn: int = 0
    """Number of the last turn of the person; 0 before the first."""
    profile: Profile = Profile()
    asked: Asked | None = None
    done: frozenset[str] = frozenset()
    """Phases and postponed items that are not asked again."""
    later: tuple[str, ...] = ()
    pending: Answer | None = None
    """What was said so far about the asked item when it did not settle the stage."""
    pending_turn: int = 0
    misses: int = 0
    missed: str = ""
    """The question that `misses` counts for."""
    near: str = ""
    """Item that was spoken about last."""
    parked: tuple[str, ...] = ()
    """Questions that the material could not answer, kept for the adviser."""
    capacity: Capacity = Capacity()
    decisions: tuple[PlanDecision, ...] = ()
    """All that the company settled about the plan, in order; `approval` lays it over the draft."""
    versions: tuple[PlanVersion, ...] = ()
    """The plans it approved, oldest first."""
    times: tuple[Time, ...] = ()
    """Earlier times, oldest first."""
    label: str = "T0"
    """Name of the time that is being asked about."""
    began: str = ""
    """Date on which it began; empty for the first."""
    consents: tuple[Consent, ...] = ()
    """The last word on each adviser: given or withdrawn."""
    advised: tuple[AdviserFinding, ...] = ()
    """What advisers have seen, one for each of them and each item."""
    answered: tuple[AdviserAnswer, ...] = ()
    """What advisers answered to parked questions."""
    news: tuple[News, ...] = ()
    wants_progress: bool = False
    ended: Literal["", "stopped", "erased"] = ""
    """`stopped` ends with the next turn: the pending question is still there."""


def opening(language: Language, course: Literal["short", "full"] = "full") -> State:
    """The state before the first word: the story is asked for."""
    return State(language=language, course=course, asked=Asked(id="story"))
