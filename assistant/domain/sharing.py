"""What is shared with advisers and what they add, as one turn is folded. Knows no accounts and no wording.

An adviser's words stand beside the company's and never in their place; of two statements that do not agree they may say which
holds, and the finding then bears their name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assistant.domain.acts import Act, Advised, AdviserAnswer, AdviserFinding, ConflictSettled, Consent
from assistant.domain.profile import FactFinding, Finding
from assistant.domain.state import News, State

BESIDE = frozenset({"shared", "unshared", "adviser_finding", "adviser_answer", "adviser_settled"})
"""Kinds of news that change nothing of the plan."""


def shared_with(state: State, adviser: str) -> bool:
    """Whether the company lets the adviser see it now."""
    return any(one.adviser == adviser and one.given for one in state.consents)


def beside(acts: Sequence[Act]) -> bool:
    """Whether a turn holds nothing that the company said: its acts are by or about advisers alone."""
    return bool(acts) and all(isinstance(act, Advised) for act in acts)


class Sharing:
    """A mutable copy of what a turn may change."""

    def __init__(self, state: State) -> None:
        self._consents, self._advised, self._answered = list(state.consents), list(state.advised), list(state.answered)

    def take(
        self, act: Advised, findings: dict[str, Finding], facts: list[FactFinding],
        superseded: list[Finding | FactFinding],
    ) -> list[News]:  # fmt: skip
        """Takes `act` in, settles in `findings` and `facts` what it settles, and says what it changed."""
        match act:
            case Consent():
                self._consents = [*(one for one in self._consents if one.adviser != act.adviser), act]
                return [News(kind="shared" if act.given else "unshared", what=act.name)]
            case AdviserFinding():
                rest = [one for one in self._advised if (one.adviser, one.item) != (act.adviser, act.item)]
                self._advised = [*rest, act] if act.text else rest
                return [News(kind="adviser_finding", what=act.item)]
            case AdviserAnswer():
                rest_answers = [one for one in self._answered if one.question != act.question]
                self._answered = [*rest_answers, act] if act.text else rest_answers
                return [News(kind="adviser_answer", what="", quote=act.question)]
            case ConflictSettled():
                settled = _item(act, findings, superseded) or _fact(act, facts, superseded)
                return [News(kind="adviser_settled", what=act.what, quote=act.quote)] if settled else []
        return []

    def fields(self) -> dict[str, Any]:
        """The fields of the state that it stands for."""
        return {
            "consents": tuple(self._consents), "advised": tuple(self._advised), "answered": tuple(self._answered),
        }  # fmt: skip


def _item(act: ConflictSettled, findings: dict[str, Finding], superseded: list[Finding | FactFinding]) -> bool:
    """Settles an item; False when there is nothing to settle, as after a turn was taken back."""
    found = findings.get(act.what)
    if found is None or found.status != "conflict" or found.against is None:
        return False
    kept: dict[str, Any] = {"status": "recorded", "against": None, "against_stage": None, "settled_by": act.name}
    if act.keep == "second":
        superseded.append(found)
        kept |= {"low": found.against_stage, "high": found.against_stage, "quote": found.against, "source": "words"}
    findings[act.what] = found.model_copy(update=kept)
    return True


def _fact(act: ConflictSettled, facts: list[FactFinding], superseded: list[Finding | FactFinding]) -> bool:
    for place, fact in enumerate(facts):
        if f"company.{fact.field}" == act.what and fact.conflict is not None:
            first = fact.model_copy(update={"conflict": None})
            kept, gone = (first, fact.conflict) if act.keep == "first" else (fact.conflict, first)
            superseded.append(gone)
            facts[place] = kept.model_copy(update={"settled_by": act.name})
            return True
    return False
