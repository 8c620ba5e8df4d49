"""What the company decided about its plan, and how it changed over time, as lines of Markdown. Knows the words and their order only."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from assistant.domain.changes import Changes
from assistant.domain.dates import day, month
from assistant.domain.maturity import Language, MaturityModel
from assistant.domain.plan import Action
from assistant.domain.planned import Capacity, Decided, Plan, PlanVersion, PutOff, Step
from assistant.domain.times import Comparison, ItemOverTime, Then

_SIGNS = re.compile(r"([\\`*_\[\]<>#|])")


def plain(text: str) -> str:
    """A person's own words as Markdown that shows them as they are: one line, no sign of which is read as layout."""
    return _SIGNS.sub(r"\\\1", " ".join(text.split()))


class PlanNotes:
    """Writes what stands beside the draft: approval, decisions, what waits, what was rejected.

    Args:
        texts: Parsed `prompts/replies.<language>.yaml`.
        model: The maturity model.
        actions: The library of actions.
        language: Of the document.
    """

    def __init__(
        self, texts: Mapping[str, Any], model: MaturityModel, actions: Mapping[str, Action], language: Language
    ) -> None:
        self._texts, self._model, self._actions, self._language = texts, model, actions, language
        self._words: Mapping[str, Any] = texts["document"]

    def head(self, plan: Plan) -> list[str]:
        """Who approved the plan, and what the company can put in."""
        lines = []
        if (last := plan.approved) is not None:
            key = "approved_changed" if last.changed else "approved"
            told = self._words[key].format(who=plain(last.who), on=self._day(last.on), version=last.version)
            lines += [f"**{told}**", ""]
        if plan.capacity != Capacity():
            lines += [f"{self._words['capacity']}: {self.capacity(plan.capacity)}.", ""]
        if plan.capacity.hours is None and plan.steps:
            lines += [self._words["no_months"], ""]
        return lines

    def capacity(self, capacity: Capacity) -> str:
        """Own hours and money in words."""
        parts = [self._texts["capacity_hours"].format(hours=capacity.hours)] if capacity.hours is not None else []
        parts += [self._texts["capacity_money"][capacity.money]] if capacity.money is not None else []
        return ", ".join(parts)

    def step(self, step: Step) -> list[str]:
        """The months of a step."""
        if step.months is None:
            return []
        first, last = step.months
        key = "month_one" if first == last else "months"
        return [f"*{self._words[key].format(first=first, last=last)}*", ""]

    def own(self, step: Step, name: str) -> list[str]:
        """The company's own action called `name`."""
        own = next(own for own in step.own if own.id == name)
        settled = Decided(agreed=own.agreed, owner=own.owner, month=own.month)
        return [f"### {plain(own.text)}", "", f"- **{self._words['own_action']}**", *self.decided(settled), ""]

    def decided(self, decided: Decided) -> list[str]:
        """What was settled about one action."""
        words = self._words
        lines = [f"- **{words['agreed']}**"] if decided.agreed else []
        lines += [f"- **{words['own_words']}:** {plain(decided.text)}"] if decided.text else []
        lines += [f"- **{words['owner']}:** {plain(decided.owner)}"] if decided.owner else []
        lines += [f"- **{words['month']}:** {month(decided.month, self._texts['dates'])}"] if decided.month else []
        if decided.before:
            lines.append(f"- *{words['rejected_before'].format(reason=plain(decided.before))}*")
        return lines

    def tail(self, plan: Plan) -> list[str]:
        """What waits and why, what was rejected with its reason, what is done."""
        words, lines = self._words, []
        waits = [
            words["put_off_line"].format(action=self._title(one.action), reason=self.reason(one))
            for one in plan.put_off
        ]
        no = []
        for one in plan.rejected:
            by = words["rejected_by"].format(by=plain(one.by)) if one.by else ""
            told = words["rejected_line"].format(action=self._title(one.action, one.text), reason=plain(one.reason))
            no.append(told + by)
        finished = [self._title(one.action, one.text) for one in plan.done]
        for heading, entries in ((words["put_off"], waits), (words["rejected"], no), (words["done"], finished)):
            if entries:
                lines += [f"## {heading}", "", *(f"- {entry}" for entry in entries), ""]
        return lines

    def reason(self, waits: PutOff) -> str:
        """Why an action waits."""
        reasons = self._words["put_off_reason"]
        key = "money_need" if waits.reason == "money" and waits.what != waits.action else waits.reason
        return str(reasons[key].format(what=self._title(waits.what) if waits.what else ""))

    def versions(self, versions: Sequence[PlanVersion]) -> str:
        """The list of approved versions."""
        lines = [f"# {self._words['versions']}", ""]
        lines += [
            "- " + self._words["version_line"].format(version=one.number, who=plain(one.who), on=self._day(one.on))
            for one in versions
        ] or [self._words["versions_none"]]
        return "\n".join([*lines, ""])

    def changes(self, changes: Changes, version: PlanVersion, own: Mapping[str, str]) -> str:
        """What is different from `version`; `own` are the words of the company's own actions."""
        words = self._words
        mine = {one.id: one.text for one in version.plan.own} | dict(own)
        lines = []
        for key, names in (("added", changes.added), ("moved", changes.moved), ("changed", changes.changed)):
            lines += [words["change"][key].format(action=self._title(name, mine.get(name, ""))) for name in names]
        lines += [
            words["gone"][g.why].format(action=self._title(g.action, mine.get(g.action, ""))) for g in changes.gone
        ]
        for dimension, (before, after) in changes.targets.items():
            shown = [self._words["not_assessed"] if value is None else value for value in (before, after)]
            title = self._model.dimension(dimension).title[self._language]
            lines.append(words["change"]["target"].format(dimension=title, before=shown[0], after=shown[1]))
        lines += [words["change"]["capacity"]] if changes.capacity else []
        heading = words["changes"].format(version=version.number)
        return "\n".join([f"# {heading}", "", *([f"- {line}" for line in lines] or [words["changes_none"]]), ""])

    def times(self, found: Comparison) -> str:
        """Every item at every time, with the words of each."""
        words = self._words
        lines = [f"# {words['times']}", ""]
        if len(found.labels) == 1:
            lines += [words["times_one"], ""]
        for label, on, scores in zip(found.labels, found.dates, found.scores, strict=True):
            key = "times_score" if scores.overall is not None else "times_score_none"
            told = words[key].format(
                label=plain(label), on=self._day(on), score=self._number(scores.overall), assessed=scores.assessed,
                of=scores.of,
            )  # fmt: skip
            lines.append(f"- {told}")
        lines += ["", words["times_note"], ""]
        items = {one.item: one for one in found.items}
        for dimension in self._model.dimensions:
            lines += [f"## {dimension.title[self._language]}", ""]
            never = []
            for name in dimension.items:
                title = self._model.items[name].title[self._language]
                if all(then.stage is None for then in items[name].then):
                    never.append(title)
                else:
                    lines += [f"### {title}", "", *self._item(items[name], found.labels), ""]
            lines += [words["times_never"].format(items=", ".join(never)), ""] if never else []
        return "\n".join(lines)

    def _item(self, item: ItemOverTime, labels: Sequence[str]) -> list[str]:
        lines = []
        for label, then in zip(labels, item.then, strict=True):
            quote = f": {self._quoted(then)}" if then.quote else ""
            told = self._words["times_line"].format(label=plain(label), stage=self._stage(then), quote=quote)
            lines.append(f"- {told}")
        return [*lines, f"- *{self._change(item.change)}*"] if len(labels) > 1 else lines

    def _change(self, change: float | None) -> str:
        words = self._words["times_change"]
        if change is None:
            return str(words["none"])
        key = "same" if not change else "up" if change > 0 else "down"
        return str(words[key].format(value=self._number(abs(change))))

    def _stage(self, then: Then) -> str:
        if then.stage is None:
            status = self._words["status"][then.status or "not_asked"]
            return f"{self._words['not_assessed']} ({status})"
        if isinstance(then.stage, tuple):
            return str(self._words["stage_range"].format(low=then.stage[0], high=then.stage[1]))
        name = self._model.stages[then.stage].title[self._language]
        return str(self._words["stage"].format(stage=then.stage, name=name))

    def _quoted(self, then: Then) -> str:
        if then.quote is None:
            return ""
        left, right = ("“", "”") if self._language == "en" else ("»", "«")
        return f"{left}{plain(then.quote.text)}{right} ({self._words['turn'].format(turn=then.quote.turn)})"

    def _title(self, action: str, text: str = "") -> str:
        return plain(text) if text else self._actions[action].title[self._language]

    def _number(self, value: float | None) -> str:
        return (
            str(self._words["not_assessed"]) if value is None else f"{value:.1f}".replace(".", self._words["decimal"])
        )

    def _day(self, on: str) -> str:
        return day(on, self._texts["dates"])
