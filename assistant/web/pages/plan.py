"""The plan as HTML. Knows the shape of a plan; every text from outside is escaped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from html import escape

from assistant.domain.dates import day, month
from assistant.domain.maturity import MaturityModel
from assistant.domain.moving import Moves
from assistant.domain.plan import Action, Cause, Plan, Planned, Step
from assistant.domain.planned import Decided, OwnAction, PlanVersion, PutOff
from assistant.domain.sources import Source
from assistant.web.addresses import address, paper
from assistant.web.pages.plan_forms import PlanForms
from assistant.web.pages.timeline import timeline
from assistant.web.words import Words


@dataclass(frozen=True)
class Around:
    """What there is to click and to see around a plan."""

    link: str
    turn: int
    """The turn after which the plan is shown."""
    today: date
    moves: Mapping[str, Moves] = field(default_factory=dict)
    decided: frozenset[str] = frozenset()
    """Actions about which something was decided that can be taken back."""
    suits: frozenset[str] = frozenset()
    """Actions that suit a student project."""
    versions: tuple[PlanVersion, ...] = ()
    changed: tuple[str, ...] = ()
    """What is different from the version approved last, line by line."""


class PlanView:
    """Draws draft plans in one language."""

    def __init__(
        self, model: MaturityModel, actions: Mapping[str, Action], words: Words,
        to_read: Callable[[], Mapping[str, Source]],
    ) -> None:  # fmt: skip
        self._model, self._actions, self._words, self._language = model, actions, words, words.language
        self._to_read = to_read
        self._forms = PlanForms(words)

    def html(self, plan: Plan | None, around: Around | None = None) -> str:
        """The plan, or a line that says when it comes; with `around` it can be decided about."""
        words, approved = self._words, plan is not None and plan.approved is not None and not plan.approved.changed
        heading = f"<h2>{words.html('plan.approved_heading' if approved else 'plan.heading')}</h2>"
        body = f'<p class="v-sum">{words.html("plan.empty")}</p>'
        if plan is not None and (plan.steps or plan.rejected or plan.done):
            before, after = self._around(plan, around) if around is not None else ("", "")
            steps = "".join(self._step(number, step, around) for number, step in enumerate(plan.steps, 1))
            body = f"{self._head(plan)}{before}{steps}{self._left_out(plan)}{self._beside(plan, around)}{after}"
        return f'<section id="v-plan" class="v-panel v-plan" aria-label="{words.html("plan.heading")}">{heading}{body}</section>'

    def _around(self, plan: Plan, around: Around) -> tuple[str, str]:
        """What stands before the steps and after them."""
        time = timeline(plan, around.today, self._words)
        approvable = bool(plan.today or plan.own)
        whole = self._forms.beside(plan.capacity, around.today, approvable, around.turn)
        return f"{self._changed(around)}{time}{whole}", self._versions(around)

    def _head(self, plan: Plan) -> str:
        """Who approved it, else how it comes about."""
        told = self._words.html("plan.changes")
        if (last := plan.approved) is not None:
            on = day(last.on, self._words.replies["dates"])
            text = self._words.document["approved_changed" if last.changed else "approved"]
            told = escape(text.format(who=last.who, on=on, version=last.version))
        return f'<p class="v-sum">{told}</p>'

    def _changed(self, around: Around) -> str:
        """What is different from the version approved last."""
        if not around.changed:
            return ""
        heading = self._words.document["changes"].format(version=around.versions[-1].number)
        lines = "".join(f"<li>{escape(one)}</li>" for one in around.changed)
        return (
            f'<details class="v-edit" data-keep="changed"><summary id="changed-open"><span>{escape(heading)}</span></summary>'
            f'<ul class="v-list">{lines}</ul></details>'
        )

    def _versions(self, around: Around) -> str:
        """The approved versions, each to take along."""
        document, lines = self._words.document, ""
        for version in reversed(around.versions):
            on = day(version.on, self._words.replies["dates"])
            told = escape(document["version_line"].format(version=version.number, who=version.who, on=on))
            links = paper(around.link, f"version-{version.number}", told, self._words)
            lines += f"<li>{told}<br>{links}</li>"
        return f'<h3>{escape(document["versions"])}</h3><ul class="v-list v-versions">{lines}</ul>' if lines else ""

    def _step(self, number: int, step: Step, around: Around | None) -> str:
        title = escape(self._words.replies["plan_stage"][step.stage])
        if step.months is not None:
            first, last = step.months
            text = self._words.document["month_one" if first == last else "months"]
            title += f" <small>{escape(text.format(first=first, last=last))}</small>"
        planned, own = {one.action: one for one in step.actions}, {one.id: one for one in step.own}
        actions = "".join(
            self._own(own[name], around)
            if name in own
            else self._action(planned[name], number == 1 and not place, around)
            for place, name in enumerate(step.order)
        )
        return f'<h3 class="v-step"><span>{number}. {title}</span></h3>{actions}'

    def _own(self, own: OwnAction, around: Around | None) -> str:
        decided = Decided(agreed=own.agreed, text=own.text, owner=own.owner, month=own.month)
        rows = self._settled(decided.model_copy(update={"text": ""}))
        return (
            f'<details class="v-action" data-keep="{escape(own.id)}"><summary id="{escape(own.id)}-open"><strong>{escape(own.text)}</strong>'
            f'<span class="v-cost">{escape(self._words.document["own_action"])}</span>{self._chips(decided)}</summary>'
            f"{_listed(rows)}{self._decide(own.id, own.text, decided, around, own=True)}</details>"
        )

    def _chips(self, decided: Decided) -> str:
        """What was settled, seen while the action is closed."""
        when = month(decided.month, self._words.replies["dates"]) if decided.month else ""
        chips = [f"✓ {self._words.document['agreed']}"] if decided.agreed else []
        shown = "".join(
            f'<span class="v-mark">{escape(chip)}</span> ' for chip in (*chips, decided.owner, when) if chip
        )
        return f'<span class="v-chips">{shown}</span>' if shown else ""

    def _decide(self, name: str, title: str, decided: Decided, around: Around | None, own: bool = False) -> str:
        if around is None:
            return ""
        stands = {"text": decided.text, "owner": decided.owner, "month": decided.month}
        return self._forms.action(
            name, title, agreed=decided.agreed, decided=name in around.decided, own=own, stands=stands,
            moves=around.moves.get(name, Moves()), today=around.today,
        )  # fmt: skip

    def _settled(self, decided: Decided) -> list[tuple[str, str]]:
        """What the company settled, as rows of name and text."""
        document = self._words.document
        when = month(decided.month, self._words.replies["dates"]) if decided.month else ""
        rows = [(document["own_words"], decided.text), (document["owner"], decided.owner), (document["month"], when)]
        again = document["rejected_before"].format(reason=decided.before) if decided.before else ""
        return [*(row for row in rows if row[1]), *([("", again)] if again else [])]

    def _action(self, planned: Planned, first: bool, around: Around | None) -> str:
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
        title = planned.decided.text or action.title[self._language]
        brief = ""
        if around is not None and action.id in around.suits:
            links = paper(around.link, f"brief/{action.id}", self._words("plan.brief"), self._words)
            brief = f'<p class="v-brief">{self._words.html("plan.brief")}: {links}</p>'
        return (
            f'<details class="v-action" data-keep="{escape(action.id)}"{" open" if first else ""}>'
            f'<summary id="{escape(action.id)}-open"><strong>{escape(action.title[self._language])}</strong>'
            f'<span class="v-cost">{days} · {cost} <em>({self._words.html("plan.estimate")})</em></span>{self._chips(planned.decided)}</summary>'
            f'<dl>{settled}<div><dt>{escape(document["because"])}</dt><dd><ul class="v-causes">{causes}</ul></dd></div>'
            f"{self._felt(planned)}{told}{self._read(action)}</dl>"
            f"{brief}{self._decide(action.id, title, planned.decided, around)}</details>"
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

    def _beside(self, plan: Plan, around: Around | None) -> str:
        """What waits and why, what was rejected, what is done."""
        document = self._words.document
        waits = [
            ("", document["put_off_line"].format(action=self._title(w.action), reason=self._why(w)))
            for w in plan.put_off
        ]
        no = [
            (
                one.action,
                document["rejected_line"].format(action=self._title(one.action, one.text), reason=one.reason)
                + (document["rejected_by"].format(by=one.by) if one.by else ""),
            )
            for one in plan.rejected
        ]
        finished = [(one.action, self._title(one.action, one.text)) for one in plan.done]
        shown = ""
        for heading, entries in (
            (document["put_off"], waits),
            (document["rejected"], no),
            (document["done"], finished),
        ):
            lines = "".join(
                f"<li>{escape(entry)}{self._forms.restore(name, entry) if name and around else ''}</li>"
                for name, entry in entries
            )
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
