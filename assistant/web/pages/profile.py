"""The profile as HTML that fills up while people talk. Knows the shape of a profile; every text from outside is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from assistant.domain.maturity import Dimension, MaturityModel, Named
from assistant.domain.plan import targets_of
from assistant.domain.profile import Finding, Quote, score
from assistant.domain.state import State
from assistant.web.pages.picture import picture
from assistant.web.pages.profile_forms import ProfileForms
from assistant.web.words import Words

STEPS = range(1, 6)
PLAN = "v-plan"
"""Where the plan stands on the page."""


class ProfileView:
    """Draws profiles in one language."""

    def __init__(self, model: MaturityModel, words: Words) -> None:
        self._model, self._words, self._language = model, words, words.language
        self._forms = ProfileForms(model, words)

    def html(self, state: State) -> str:
        """The whole profile, what was said in the last turn marked as new; once something was said, it can be set right."""
        words, scores = self._words, score(state.profile, self._model)
        if scores.overall is None:
            line = words.html("profile.empty")
        else:
            text = words.document["score"].format(
                score=words.number(scores.overall), assessed=scores.assessed, of=scores.of
            )
            line = escape(text)
        drawn = picture(
            self._model, scores.dimensions, targets_of(state.profile, self._model), state.profile.targets, words
        )
        drawn += self._forms.targets(state.profile) if state.turn else ""
        dimensions = "".join(self._dimension(d, scores.dimensions[d.id], state) for d in self._model.dimensions)
        return (
            f'<section class="v-panel" aria-label="{words.html("profile.heading")}">'
            f'<h2><span>{words.html("profile.heading")}</span><a href="#{PLAN}">{words.html("plan.heading")} ↓</a></h2>'
            f'<p class="v-sum">{line}</p>{drawn}'
            f"{self._company(state)}{dimensions}{self._rest(state)}</section>"
        )

    def _dimension(self, dimension: Dimension, value: float | None, state: State) -> str:
        title = escape(dimension.title[self._language])
        if value is None:
            shown = self._words.html("profile.not_yet")
        else:
            shown = self._words.html("profile.of_five", score=self._words.number(value))
        known = [item for item in dimension.items if item in state.profile.findings]
        items = "".join(self._item(item, state.profile.findings[item], state.turn) for item in known)
        return (
            f'<section class="v-dimension{"" if known else " v-empty"}"><h3><span>{title}</span><b>{shown}</b></h3>'
            f"{f'<ul>{items}</ul>' if items else ''}{self._waiting(dimension, known, state)}</section>"
        )

    def _waiting(self, dimension: Dimension, known: Sequence[str], state: State) -> str:
        """What was not talked about yet, and how to take it up now."""
        waiting = [item for item in dimension.items if item not in known]
        if not waiting or not state.turn:
            return ""
        lines = "".join(
            f"<li><strong>{escape(self._model.items[item].title[self._language])}</strong>{self._forms.item(item, None)}</li>"
            for item in waiting
        )
        return (
            f'<details class="v-edit v-later" data-keep="later-{dimension.id}"><summary id="later-{dimension.id}-open">'
            f'<span>{self._words.html("profile.open_items", count=len(waiting))}</span></summary><ul class="v-open">{lines}</ul></details>'
        )

    def _item(self, item: str, found: Finding, turn: int) -> str:
        marks = []
        if stage := self._stage(found):
            marks.append(f"<span>{stage}</span>")
        if status := self._words.document["status"][found.status]:
            marks.append(f'<span class="v-mark v-{found.status}">{escape(status)}</span>')
        if found.source == "click":
            marks.append(f'<span class="v-mark">{self._words.html("profile.clicked")}</span>')
        quote = self._words.quote(found.quote) if found.quote else ""
        if found.against:
            quote += f" <em>{self._words.html('profile.against')}</em> {self._words.quote(found.against)}"
        new = " v-new" if found.quote and found.quote.turn == turn else ""
        return (
            f'<li class="v-item{new}" data-item="{escape(item)}"><div class="v-row">'
            f"<strong>{escape(self._model.items[item].title[self._language])}</strong>{_bar(found)}</div>"
            f'<div class="v-marks">{" ".join(marks)}</div>{quote}{self._forms.item(item, found)}</li>'
        )

    def _stage(self, found: Finding) -> str:
        if found.low is None or found.high is None:
            return ""
        if found.low != found.high:
            return escape(self._words.document["stage_range"].format(low=found.low, high=found.high))
        name = self._model.stages[found.low].title[self._language]
        return escape(self._words.document["stage"].format(stage=found.low, name=name))

    def _company(self, state: State) -> str:
        replies, rows = self._words.replies, []
        for field in dict.fromkeys(fact.field for fact in state.profile.facts):
            facts = [fact for fact in state.profile.facts if fact.field == field]
            values = []
            for fact in facts:
                value = str(fact.value)
                value = replies.get(field, {}).get(value, value) if field in ("sector", "order_type") else value
                against = f" / {fact.conflict.value}?" if fact.conflict else ""
                values.append(f'<span title="{escape(fact.quote.text)}">{escape(value + against)}</span>')
            rows.append(f"<div><dt>{escape(replies['field'][field])}</dt><dd>{', '.join(values)}</dd></div>")
        if not rows:
            return ""
        edit = self._forms.facts(state.profile.facts)
        return f'<h3>{escape(self._words.document["company"])}</h3><dl class="v-facts">{"".join(rows)}</dl>{edit}'

    def _rest(self, state: State) -> str:
        profile, document = state.profile, self._words.document
        parts: list[tuple[str, Iterable[str]]] = [
            *(
                (document[kind], [self._words.quote(one.quote) + self._forms.remark(kind, one) for one in remarks])
                for kind, remarks in (("pains", profile.pains), ("goals", profile.goals))
            ),
            (
                document["barriers"],
                (
                    self._named(self._model.barriers, "barriers", b.barrier, self._ruled_out(b.status), b.quote)
                    for b in profile.barriers.values()
                ),
            ),
            (
                document["technologies"],
                (
                    self._named(
                        self._model.technologies, "technologies", t.technology, self._use(t.use, t.interested), t.quote
                    )
                    for t in profile.technologies.values()
                ),
            ),
        ]
        html = ""
        for heading, entries in parts:
            if lines := "".join(f"<li>{entry}</li>" for entry in entries):
                html += f'<h3>{escape(heading)}</h3><ul class="v-list">{lines}</ul>'
        if state.parked:
            lines = "".join(f"<li>{escape(question)}</li>" for question in state.parked)
            told = f'<p class="v-small-note">{self._words.html("profile.parked_told")}</p>'
            html += f'<h3>{escape(document["parked"])}</h3>{told}<ul class="v-list v-parked">{lines}</ul>'
        if profile.rating is not None:
            html += f"<p>{self._words.html('profile.rating', value=profile.rating)}</p>"
        return html

    def _ruled_out(self, status: str) -> str:
        return self._words("profile.ruled_out") if status == "ruled_out" else ""

    def _use(self, use: int | None, interested: str) -> str:
        notes = [] if use is None else [self._words.replies["use"][use]]
        notes += [note] if (note := self._words.replies["interest"][interested]) else []
        return ", ".join(notes)

    def _named(self, things: Sequence[Named], kind: str, name: str, note: str, quote: Quote) -> str:
        title = next(thing for thing in things if thing.id == name).title[self._language]
        mark = f' <span class="v-mark">{escape(note)}</span>' if note else ""
        return f"<strong>{escape(title)}</strong>{mark}<br>{self._words.quote(quote)}{self._forms.out(f'{kind}.{name}', title)}"


def _bar(found: Finding) -> str:
    """Five steps; those reached are full, those inside a range half."""
    if found.low is None or found.high is None:
        steps = "".join("<i></i>" for _ in STEPS)
    else:
        low, high = found.low, found.high
        kinds = ["full" if step <= low else "half" if step <= high else "none" for step in STEPS]
        steps = "".join(f'<i class="v-{kind}"></i>' for kind in kinds)
    return f'<span class="v-stage" aria-hidden="true">{steps}</span>'
