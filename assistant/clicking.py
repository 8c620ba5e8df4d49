"""What a click stands for in the transcript, in the words of the one who clicks. Knows texts and titles; decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.domain.actions import Action
from assistant.domain.acts import (
    Advised,
    AdviserAnswer,
    AdviserFinding,
    Answer,
    AnyAct,
    CapacitySaid,
    ConflictSettled,
    Consent,
    Fact,
    NewTime,
    PlanApproved,
    PlanDecision,
    Remove,
    Reopen,
    Signal,
    TargetChosen,
)
from assistant.domain.approval import own_words
from assistant.domain.dates import day
from assistant.domain.maturity import Language, MaturityModel


class Clicks:
    """The words of clicks in one language."""

    def __init__(
        self, texts: Mapping[str, Any], model: MaturityModel, actions: Mapping[str, Action], language: Language
    ) -> None:
        self._texts, self._model, self._actions, self._language = texts, model, actions, language

    def shown(self, acts: Sequence[AnyAct], decisions: Sequence[PlanDecision]) -> str:
        """What clicks stand for in the transcript, in the words of the one who clicks."""
        texts, lines = self._texts["click"], []
        own = own_words([*decisions, *(act for act in acts if isinstance(act, PlanDecision))])
        for act in acts:
            if isinstance(act, PlanDecision):
                lines.append(texts[act.decision].format(title=self.title(act.action, own), reason=act.reason))
            elif isinstance(act, PlanApproved):
                lines.append(texts["approved"].format(who=act.who, on=day(act.on, self._texts["dates"])))
            elif isinstance(act, NewTime):
                lines.append(texts["new_time"].format(on=day(act.on, self._texts["dates"])))
            elif isinstance(act, CapacitySaid | TargetChosen):
                lines.append(act.quote)
            elif isinstance(act, Answer):
                lines.append(f"{self.before(act.item)}{act.quote}")
            elif isinstance(act, Fact):
                lines.append(f"{self.before(f'company.{act.field}')}{act.quote}")
            elif isinstance(act, Remove):
                lines.append(self._removal(act))
            elif isinstance(act, Reopen):
                lines.append(texts["ask"].format(item=self._name(act.item)))
            elif isinstance(act, Advised):
                lines.append(self._advised(act))
            elif isinstance(act, Signal) and act.signal == "undo":
                lines.append(texts["undo"])
        return "\n".join(lines)

    def before(self, what: str) -> str:
        """What stands before the words that are clicked about an item or a fact."""
        return f"{self._name(what)}: "

    def aim(self, dimension: str, stage: int) -> str:
        """The words of a target that is clicked."""
        return str(self._texts["click"]["target"]).format(dimension=self._name(f"targets.{dimension}"), stage=stage)

    @property
    def listed_facts(self) -> Mapping[str, Mapping[str, str]]:
        """Field of a company fact that takes one of a list -> id -> name."""
        return {field: self._texts[field] for field in ("sector", "order_type")}

    def _removal(self, act: Remove) -> str:
        key = "not_relevant" if act.what in self._model.items else "remove"
        shown = f"{self._name(act.what)}: {act.value}" if act.value else self._name(act.what)
        return str(self._texts["click"][key]).format(what=shown)

    def _name(self, what: str) -> str:
        """The title of what a correction is about; what is unknown is refused elsewhere and stays as it is."""
        kind, _, rest = what.partition(".")
        if what in self._model.items:
            return self._model.items[what].title[self._language]
        if kind == "company":
            return str(self._texts["field"].get(rest, rest))
        named: dict[str, Sequence[Any]] = {
            "barriers": self._model.barriers, "technologies": self._model.technologies, "targets": self._model.dimensions,
        }  # fmt: skip
        if kind in named:
            return next((str(one.title[self._language]) for one in named[kind] if one.id == rest), rest)
        return str(self._texts["click"]["about"].get(kind, what))

    def _advised(self, act: Advised) -> str:
        """What is shared with an adviser, or what they add."""
        texts = self._texts["click"]
        match act:
            case Consent():
                text: str = texts["share" if act.given else "unshare"]
            case AdviserFinding():
                stage = "" if act.stage is None else texts["adviser_stage"].format(stage=act.stage)
                text = texts["adviser_finding" if act.text else "adviser_finding_gone"]
                return text.format(name=act.name, title=self._name(act.item), stage=stage, text=act.text)
            case AdviserAnswer():
                text = texts["adviser_answer" if act.text else "adviser_answer_gone"]
                return text.format(name=act.name, question=act.question, text=act.text)
            case ConflictSettled():
                return str(texts["settled"]).format(name=act.name, title=self._name(act.what), quote=act.quote)
            case _:
                raise TypeError(act)
        return text.format(name=act.name)

    def title(self, action: str, own: Mapping[str, str]) -> str:
        """Of an action; `own` has those that the company wrote itself."""
        return own.get(action) or self._actions[action].title[self._language]
