"""Profile and plan as Markdown. Knows the order of the parts; the words come from `prompts/replies.<language>.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.domain.maturity import MaturityModel
from assistant.domain.plan import Action, Cause, Plan
from assistant.domain.profile import Quote, Scores, score
from assistant.domain.sources import Source
from assistant.domain.state import State
from assistant.exports.decided import PlanNotes
from assistant.exports.json import AUTOMATED


class MarkdownExport:
    """Writes documents in the language of the conversation.

    Args:
        texts: Parsed `prompts/replies.<language>.yaml`.
        model: The maturity model.
        actions: The library of actions.
        to_read: Source of an action -> where it stands.
    """

    def __init__(
        self, texts: Mapping[str, Any], model: MaturityModel, actions: Mapping[str, Action],
        to_read: Mapping[str, Source],
    ) -> None:  # fmt: skip
        self._texts, self._model, self._actions, self._to_read = texts, model, actions, to_read
        self._words: Mapping[str, Any] = texts["document"]

    def profile(self, state: State) -> str:
        """The whole profile with quotes, turns and scores."""
        scores = score(state.profile, self._model)
        lines = [f"# {self._words['profile']}", "", f"*{AUTOMATED[state.language]}*", ""]
        lines += [*self._company(state), *self._overall(scores)]
        for dimension in self._model.dimensions:
            value = scores.dimensions[dimension.id]
            shown = self._number(value)
            lines += [f"## {dimension.title[state.language]}: {shown}", ""]
            for item in dimension.items:
                lines.append(f"- {self._item(item, state)}")
            lines.append("")
        lines += self._rest(state)
        lines += [f"*{self._model.attribution[state.language]}*", ""]
        return "\n".join(lines)

    def plan(self, state: State, plan: Plan) -> str:
        """The draft plan, each action with its causes."""
        language = state.language
        words = self._words
        notes = PlanNotes(self._texts, self._model, self._actions, language)
        settled = plan.approved is not None and not plan.approved.changed
        title, note = ("plan_approved", "approved_note") if settled else ("plan", "draft_note")
        lines = [f"# {words[title]}", "", f"*{AUTOMATED[language]}* *{words[note]}*", "", *notes.head(plan)]
        lines += self._targets(state, plan)
        for number, step in enumerate(plan.steps, 1):
            lines += [f"## {number}. {self._texts['plan_stage'][step.stage]}", "", *notes.step(step)]
            of_library = {planned.action: planned for planned in step.actions}
            for name in step.order:
                if name not in of_library:
                    lines += notes.own(step, name)
                    continue
                planned = of_library[name]
                action = self._actions[planned.action]
                helpers = ", ".join(words["helpers"][name] for name in action.help)
                kpi = f"{action.kpi.name[language]} ({action.kpi.unit[language]}); {words['kpi_today']}"
                lines += [f"### {action.title[language]}", ""]
                lines += [*notes.decided(planned.decided)]
                lines += [f"- **{words['because']}:** {self._cause(cause, state)}" for cause in planned.causes]
                lines += [f"- **{words['hurts']}:** {self._quote(quote, state)}" for quote in planned.hurts]
                lines += [f"- **{words['wished']}:** {self._quote(quote, state)}" for quote in planned.wished]
                lines += [
                    f"- **{words['conventional']}:** {action.conventional[language]}",
                    f"- **{words['digital']}:** {action.digital[language]}",
                    f"- **{words['first_step']}:** {action.first_step[language]}",
                    f"- **{words['effort']}:** {words['days'].format(days=action.effort.days)}",
                    f"- **{words['cost']}:** {words['cost_band'][action.cost]}",
                    f"- **{words['help']}:** {helpers}",
                    f"- **{words['kpi']}:** {kpi}. {action.kpi.how[language]}",
                    f"- **{words['risk']}:** {action.risk[language]}",
                ]
                if read := [self._to_read[source] for source in action.sources if source in self._to_read]:
                    labels = "; ".join(source.label(self._texts["place"]) for source in read)
                    lines.append(f"- **{words['read']}:** {labels}")
                lines.append("")
        if plan.left_out:
            lines += [f"## {words['left_out']}", ""]
            for left in plan.left_out:
                barrier = self._named(self._model.barriers, left.barrier, state)
                title = self._actions[left.action].title[language]
                lines.append("- " + words["left_out_line"].format(action=title, barrier=barrier))
            lines.append("")
        return "\n".join([*lines, *notes.tail(plan)])

    def _company(self, state: State) -> list[str]:
        lines = [f"## {self._words['company']}", ""]
        for fact in state.profile.facts:
            shown = (
                self._texts.get(fact.field, {}).get(str(fact.value)) if fact.field in ("sector", "order_type") else None
            )
            lines.append(
                f"- {self._texts['field'][fact.field]}: {shown or fact.value} ({self._quote(fact.quote, state)})"
            )
        return [*lines, ""]

    def _overall(self, scores: Scores) -> list[str]:
        shown = self._number(scores.overall)
        return [f"**{self._words['score'].format(score=shown, assessed=scores.assessed, of=scores.of)}**", ""]

    def _item(self, item: str, state: State) -> str:
        title = self._model.items[item].title[state.language]
        found = state.profile.findings.get(item)
        status = self._words["status"][found.status if found else "not_asked"]
        if found is None or found.stage is None:
            return f"{title}: {self._words['not_assessed']} ({status})"
        note = f" ({status})" if status else ""
        quote = f": {self._quote(found.quote, state)}" if found.quote else ""
        return f"{title}, {self._stage(found.stage, state)}{note}{quote}"

    def _stage(self, stage: int | tuple[int, int], state: State) -> str:
        if isinstance(stage, tuple):
            return str(self._words["stage_range"].format(low=stage[0], high=stage[1]))
        return str(self._words["stage"].format(stage=stage, name=self._model.stages[stage].title[state.language]))

    def _rest(self, state: State) -> list[str]:
        profile, words = state.profile, self._words
        parts: list[tuple[str, list[str]]] = [
            (words["pains"], [self._quote(remark.quote, state) for remark in profile.pains]),
            (words["goals"], [self._quote(remark.quote, state) for remark in profile.goals]),
            (
                words["barriers"],
                [
                    f"{self._named(self._model.barriers, b.barrier, state)}: {self._quote(b.quote, state)}"
                    for b in profile.barriers.values()
                    if b.status == "mentioned"
                ],
            ),
            (
                words["technologies"],
                [
                    f"{self._named(self._model.technologies, t.technology, state)}: {self._quote(t.quote, state)}"
                    for t in profile.technologies.values()
                ],
            ),
            (words["parked"], list(state.parked)),
        ]
        lines = []
        for heading, entries in parts:
            if entries:
                lines += [f"## {heading}", "", *(f"- {entry}" for entry in entries), ""]
        return lines

    def _targets(self, state: State, plan: Plan) -> list[str]:
        lines = [f"## {self._words['targets']}", ""]
        for dimension in self._model.dimensions:
            if dimension.id in plan.targets:
                today, target = plan.today.get(dimension.id), plan.targets[dimension.id]
                stays = today is not None and target <= today
                line = self._words["target_stay" if stays else "target"].format(
                    dimension=dimension.title[state.language], today=self._number(today), target=target,
                    chosen=self._words["target_chosen" if dimension.id in plan.chosen else "target_proposed"],
                )  # fmt: skip
                lines.append(f"- {line}")
        return [*lines, ""]

    def _cause(self, cause: Cause, state: State) -> str:
        words = self._words
        quote = self._quote(cause.quote, state) if cause.quote else ""
        if cause.kind == "finding" and cause.stage is not None:
            title = self._model.items[cause.what].title[state.language]
            return str(words["cause_finding"].format(item=title, stage=self._stage(cause.stage, state), quote=quote))
        if cause.kind == "barrier":
            barrier = self._named(self._model.barriers, cause.what, state)
            return str(words["cause_barrier"].format(barrier=barrier, quote=quote))
        if cause.kind == "need":
            return str(words["cause_need"].format(action=self._actions[cause.what].title[state.language]))
        return str(words["cause_nothing"])

    def _named(self, things: tuple[Any, ...], name: str, state: State) -> str:
        return str(next(thing for thing in things if thing.id == name).title[state.language])

    def _number(self, value: float | None) -> str:
        if value is None:
            return str(self._words["not_assessed"])
        return f"{value:.1f}".replace(".", self._words["decimal"])

    def _quote(self, quote: Quote, state: State) -> str:
        left, right = ("“", "”") if state.language == "en" else ("»", "«")
        text = " ".join(quote.text.split())
        return f"{left}{text}{right} ({self._words['turn'].format(turn=quote.turn)})"
