"""Which acts of a turn bear on the question that is pending, and which stand beside it. Knows no state."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.domain.acts import (
    Advised,
    Answer,
    AnyAct,
    BarrierSaid,
    CapacitySaid,
    Evidence,
    Fact,
    Goal,
    LanguageChange,
    Pain,
    PlanApproved,
    PlanDecision,
    Question,
    Remove,
    Signal,
    TargetChosen,
    TechnologySaid,
)

_ANSWERS: dict[str, tuple[type[Evidence], ...]] = {
    "pains": (Pain,), "goals": (Goal,), "barriers": (BarrierSaid,), "technologies": (TechnologySaid,), "targets": (TargetChosen,),
    "story": (Answer, Fact, Pain, Goal),
}  # fmt: skip
"""What answers a question that is about no item, also where it corrects what was said before."""
_BESIDE = (Question, LanguageChange, Remove, CapacitySaid, PlanDecision, PlanApproved, Advised)


def bearing(asked: str, acts: Sequence[AnyAct]) -> tuple[list[AnyAct], list[AnyAct]]:
    """The acts that may answer the question `asked`, and those beside it; of signals only a wish for progress is beside it."""
    about = _ANSWERS.get(asked, ())
    content: list[AnyAct] = [
        act
        for act in acts
        if not isinstance(act, _BESIDE)
        and not (isinstance(act, Evidence) and act.correction and not isinstance(act, about))
        and not (isinstance(act, Signal) and act.signal in ("small_talk", "progress", "unread"))
    ]
    aside = [act for act in acts if act not in content]
    return content, [act for act in aside if not isinstance(act, Signal) or act.signal == "progress"]
