"""The state of a conversation and what may be asked in it: plain values. Knows neither how they change nor what comes next."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.domain.acts import Answer
from assistant.domain.maturity import Language
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
    ]  # fmt: skip
    what: str
    quote: str = ""


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
    news: tuple[News, ...] = ()
    wants_progress: bool = False
    ended: Literal["", "stopped", "erased"] = ""
    """`stopped` ends with the next turn: the pending question is still there."""


def opening(language: Language, course: Literal["short", "full"] = "full") -> State:
    """The state before the first word: the story is asked for."""
    return State(language=language, course=course, asked=Asked(id="story"))
