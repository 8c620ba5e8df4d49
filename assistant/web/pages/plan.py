"""The draft plan as HTML. Knows the shape of a plan; every text from outside is escaped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape

from assistant.domain.maturity import MaturityModel
from assistant.domain.plan import Action, Cause, Plan, Planned, Step
from assistant.domain.sources import Source
from assistant.web.addresses import address
from assistant.web.words import Words


class PlanView:
    """Draws draft plans in one language."""

    def __init__(
        self, model: MaturityModel, actions: Mapping[str, Action], words: Words,
        to_read: Callable[[], Mapping[str, Source]],
    ) -> None:  # fmt: skip
        self._model, self._actions, self._words, self._language = model, actions, words, words.language
        self._to_read = to_read

    def html(self, plan: Plan | None) -> str:
        """The plan, or a line that says when it comes."""
        words = self._words
        heading = f"<h2>{words.html('plan.heading')}</h2>"
        if plan is None or not plan.steps:
            body = f'<p class="v-sum">{words.html("plan.empty")}</p>'
        else:
            steps = "".join(self._step(number, step) for number, step in enumerate(plan.steps, 1))
            body = f'<p class="v-sum">{words.html("plan.changes")}</p>{steps}{self._left_out(plan)}'
        return f'<section id="v-plan" class="v-panel v-plan" aria-label="{words.html("plan.heading")}">{heading}{body}</section>'

    def _step(self, number: int, step: Step) -> str:
        title = escape(self._words.replies["plan_stage"][step.stage])
        actions = "".join(
            self._action(planned, number == 1 and not place) for place, planned in enumerate(step.actions)
        )
        return f'<h3 class="v-step"><span>{number}. {title}</span></h3>{actions}'

    def _action(self, planned: Planned, first: bool) -> str:
        action, document = self._actions[planned.action], self._words.document
        causes = "".join(f"<li>{self._cause(cause)}</li>" for cause in planned.causes)
        days = escape(document["days"].format(days=action.effort.days))
        cost = escape(document["cost_band"][action.cost])
        rows = [
            (document["conventional"], action.conventional[self._language]),
            (document["digital"], action.digital[self._language]),
            (document["first_step"], action.first_step[self._language]),
            (document["help"], ", ".join(document["helpers"][name] for name in action.help)),
        ]
        told = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(text)}</dd></div>" for name, text in rows if text)
        return (
            f'<details class="v-action" data-keep="{escape(action.id)}"{" open" if first else ""}>'
            f"<summary><strong>{escape(action.title[self._language])}</strong>"
            f'<span class="v-cost">{days} · {cost} <em>({self._words.html("plan.estimate")})</em></span></summary>'
            f'<dl><div><dt>{escape(document["because"])}</dt><dd><ul class="v-causes">{causes}</ul></dd></div>{told}{self._read(action)}</dl>'
            "</details>"
        )

    def _read(self, action: Action) -> str:
        known, document = self._to_read(), self._words.document
        links = "".join(
            f'<li><a href="{escape(address(self._language, source.reference))}" target="_blank" rel="noopener">'
            f"{escape(source.label(self._words.replies['place']))}</a></li>"
            for name in action.sources
            if (source := known.get(name))
        )
        return (
            f'<div><dt>{escape(document["read"])}</dt><dd><ul class="v-read">{links}</ul></dd></div>' if links else ""
        )

    def _cause(self, cause: Cause) -> str:
        document = self._words.document
        quote = self._words.quote(cause.quote) if cause.quote else ""
        if cause.kind == "finding":
            title = escape(self._model.items[cause.what].title[self._language])
            return f"{title}, {self._stage(cause)}: {quote}"
        if cause.kind == "barrier":
            title = next(b for b in self._model.barriers if b.id == cause.what).title[self._language]
            return str(document["cause_barrier"]).format(barrier=escape(title), quote=quote)
        if cause.kind == "need":
            return escape(document["cause_need"].format(action=self._actions[cause.what].title[self._language]))
        return escape(document["cause_nothing"])

    def _stage(self, cause: Cause) -> str:
        document = self._words.document
        if isinstance(cause.stage, tuple):
            return escape(document["stage_range"].format(low=cause.stage[0], high=cause.stage[1]))
        name = self._model.stages[cause.stage or 0].title[self._language]
        return escape(document["stage"].format(stage=cause.stage, name=name))

    def _left_out(self, plan: Plan) -> str:
        if not plan.left_out:
            return ""
        document, lines = self._words.document, ""
        for left in plan.left_out:
            barrier = next(b for b in self._model.barriers if b.id == left.barrier).title[self._language]
            line = document["left_out_line"].format(
                action=self._actions[left.action].title[self._language], barrier=barrier
            )
            lines += f"<li>{escape(line)}</li>"
        return f'<h3>{escape(document["left_out"])}</h3><ul class="v-list">{lines}</ul>'
