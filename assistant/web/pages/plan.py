"""The draft plan as HTML. Knows the shape of a plan; every text from outside is escaped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape

from assistant.domain.dates import day, month
from assistant.domain.maturity import MaturityModel
from assistant.domain.plan import Action, Cause, Plan, Planned, Step
from assistant.domain.planned import Decided, OwnAction, PutOff
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
            body = f"{self._head(plan)}{steps}{self._left_out(plan)}{self._beside(plan)}"
        return f'<section id="v-plan" class="v-panel v-plan" aria-label="{words.html("plan.heading")}">{heading}{body}</section>'

    def _head(self, plan: Plan) -> str:
        """Who approved it, else how it comes about."""
        told = self._words.html("plan.changes")
        if (last := plan.approved) is not None:
            on = day(last.on, self._words.replies["dates"])
            text = self._words.document["approved_changed" if last.changed else "approved"]
            told = escape(text.format(who=last.who, on=on, version=last.version))
        return f'<p class="v-sum">{told}</p>'

    def _step(self, number: int, step: Step) -> str:
        title = escape(self._words.replies["plan_stage"][step.stage])
        if step.months is not None:
            first, last = step.months
            text = self._words.document["month_one" if first == last else "months"]
            title += f" <small>{escape(text.format(first=first, last=last))}</small>"
        planned, own = {one.action: one for one in step.actions}, {one.id: one for one in step.own}
        actions = "".join(
            self._own(own[name]) if name in own else self._action(planned[name], number == 1 and not place)
            for place, name in enumerate(step.order)
        )
        return f'<h3 class="v-step"><span>{number}. {title}</span></h3>{actions}'

    def _own(self, own: OwnAction) -> str:
        rows = self._settled(Decided(agreed=own.agreed, owner=own.owner, month=own.month))
        return (
            f'<details class="v-action" data-keep="{escape(own.id)}"><summary><strong>{escape(own.text)}</strong>'
            f'<span class="v-cost">{escape(self._words.document["own_action"])}</span></summary>{_listed(rows)}</details>'
        )

    def _settled(self, decided: Decided) -> list[tuple[str, str]]:
        """What the company settled, as rows of name and text."""
        document = self._words.document
        when = month(decided.month, self._words.replies["dates"]) if decided.month else ""
        rows = [(document["own_words"], decided.text), (document["owner"], decided.owner), (document["month"], when)]
        again = document["rejected_before"].format(reason=decided.before) if decided.before else ""
        agreed = [(document["agreed"], "✓")] if decided.agreed else []
        return [*agreed, *(row for row in rows if row[1]), *([("", again)] if again else [])]

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
        settled = _rows(self._settled(planned.decided))
        told = _rows([row for row in rows if row[1]])
        return (
            f'<details class="v-action" data-keep="{escape(action.id)}"{" open" if first else ""}>'
            f"<summary><strong>{escape(action.title[self._language])}</strong>"
            f'<span class="v-cost">{days} · {cost} <em>({self._words.html("plan.estimate")})</em></span></summary>'
            f'<dl>{settled}<div><dt>{escape(document["because"])}</dt><dd><ul class="v-causes">{causes}</ul></dd></div>'
            f"{self._felt(planned)}{told}{self._read(action)}</dl>"
            "</details>"
        )

    def _felt(self, planned: Planned) -> str:
        """The pains and goals that put it forward."""
        document = self._words.document
        return "".join(
            f"<div><dt>{escape(document[key])}</dt><dd>{self._words.quote(quote)}</dd></div>"
            for key, quotes in (("hurts", planned.hurts), ("wished", planned.wished))
            for quote in quotes
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

    def _beside(self, plan: Plan) -> str:
        """What waits and why, what was rejected, what is done."""
        document = self._words.document
        waits = [
            document["put_off_line"].format(action=self._title(w.action), reason=self._why(w)) for w in plan.put_off
        ]
        no = [
            document["rejected_line"].format(action=self._title(one.action, one.text), reason=one.reason)
            + (document["rejected_by"].format(by=one.by) if one.by else "")
            for one in plan.rejected
        ]
        finished = [self._title(one.action, one.text) for one in plan.done]
        shown = ""
        for heading, entries in (
            (document["put_off"], waits),
            (document["rejected"], no),
            (document["done"], finished),
        ):
            lines = "".join(f"<li>{escape(entry)}</li>" for entry in entries)
            shown += f'<h3>{escape(heading)}</h3><ul class="v-list">{lines}</ul>' if lines else ""
        return shown

    def _why(self, waits: PutOff) -> str:
        reasons = self._words.document["put_off_reason"]
        key = "money_need" if waits.reason == "money" and waits.what != waits.action else waits.reason
        return str(reasons[key].format(what=self._title(waits.what) if waits.what else ""))

    def _title(self, action: str, text: str = "") -> str:
        return text or self._actions[action].title[self._language]


def _rows(rows: list[tuple[str, str]]) -> str:
    return "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(text)}</dd></div>" for name, text in rows)


def _listed(rows: list[tuple[str, str]]) -> str:
    return f"<dl>{_rows(rows)}</dl>" if rows else ""
