"""The owner's part about advisers: whom the company shares with, by consent, and what advisers added. Changes nothing by itself.

Consent is a turn of the conversation. What comes from the browser is a wish: conversation, adviser and the tick are looked at here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any

import gradio as gr

from assistant.advising import Advising, ChangedError
from assistant.build import Engine
from assistant.domain.dates import day
from assistant.domain.state import State
from assistant.session import Sessions
from assistant.web.pages.view import View, Views
from assistant.web.words import Words

Shown = dict[Any, Any]
On = Callable[[Sequence[Any], Callable[..., Any], Sequence[Any]], None]


class SharingPart:
    """One part of the page in one language."""

    def __init__(self, engine: Engine, sessions: Sessions, views: Views) -> None:
        self._advising, self._accounts = Advising(sessions, engine.accounts), engine.accounts
        self._sessions, self._views, self._model = sessions, views, engine.knowledge.model
        self._words: Words = views.words

    def build(self) -> None:
        """Makes the components where they stand on the page."""
        words = self._words
        with gr.Column(visible=False, elem_id="v-share", elem_classes="v-panel") as self.panel:
            self.told = _html()
            self.adviser = _choice(words("sharing.choose"), "v-share-adviser")
            self.agreed = gr.Checkbox(
                label=words("sharing.agree"), value=False, elem_id="v-share-agreed", container=False
            )
            self.share = gr.Button(words("sharing.share"), size="sm", elem_id="v-share-yes")
            self.whom = _choice(words("sharing.whom"), "v-share-whom")
            self.stop = gr.Button(words("sharing.withdraw"), size="sm", elem_id="v-share-no")
            self.note = _html()

    @property
    def parts(self) -> list[Any]:
        """Everything that `shown` may change."""
        return [self.panel, self.told, self.adviser, self.agreed, self.share, self.whom, self.stop, self.note]

    def events(self, on: On, memory: Any, page: Callable[[View], Shown], complaint: Callable[[Exception], str]) -> None:
        """Wires the buttons; `page` draws the rest of the page after them."""

        def share(name: Any, adviser: Any, agreed: Any) -> Shown:
            if not isinstance(adviser, str) or self._accounts.one(adviser) is None:
                return self._noted("choose_first")
            if agreed is not True:
                return self._noted("agree_first")
            return settled(name, lambda known: self._advising.share(known, adviser, _today()))

        def stop(name: Any, adviser: Any) -> Shown:
            if not isinstance(adviser, str):
                return self._noted("choose_first")
            return settled(name, lambda known: self._advising.withdraw(known, adviser, _today()))

        def settled(name: Any, act: Callable[[str], object]) -> Shown:
            try:
                conversation = self._views.known(name)
                if not conversation:
                    return self._noted("talk_first")
                changed = False
                try:
                    act(conversation)
                except ChangedError:
                    changed = True
                shown = page(self._views.of(conversation))
                return shown | (self._noted("changed") if changed else {})
            except Exception as error:
                return {self.note: _note(complaint(error))}

        on([self.share.click], share, [memory, self.adviser, self.agreed])
        on([self.stop.click], stop, [memory, self.whom])

    def shown(self, conversation: str) -> Shown:
        """What stands there for a conversation; nothing before the first word, or where there is nobody to share with."""
        state = self._sessions.state(conversation) if conversation else State()
        given = self._advising.advisers(state)
        there = {one.adviser for one in given}
        free = [one for one in self._accounts.all() if one.id not in there] if conversation else []
        advice = self._advice(state)
        return {
            self.panel: gr.Column(visible=bool(free or given or advice)),
            self.told: self._told(state) + advice,
            self.adviser: gr.Radio(
                choices=[(one.name, one.id) for one in free], value=free[0].id if len(free) == 1 else None, visible=bool(free)
            ),
            self.agreed: gr.Checkbox(value=False, visible=bool(free)), self.share: gr.Button(visible=bool(free)),
            self.whom: gr.Radio(
                choices=[(one.name, one.adviser) for one in given], value=given[0].adviser if len(given) == 1 else None,
                visible=len(given) > 1,
            ),
            self.stop: gr.Button(visible=bool(given)), self.note: "",
        }  # fmt: skip

    def _told(self, state: State) -> str:
        words = self._words
        shared = [
            f"<p><strong>{words.html('sharing.shared', name=one.name, on=self._day(one.on))}</strong></p>"
            for one in self._advising.advisers(state)
        ]
        lines = "".join(shared) or f"<p>{words.html('sharing.none')}</p>"
        return f'<h2>{words.html("sharing.heading")}</h2>{lines}<p class="v-sum">{words.html("sharing.sees")}</p>'

    def _advice(self, state: State) -> str:
        """What advisers added, marked as theirs."""
        words, entries = self._words, []
        for one in state.advised:
            title = self._model.items[one.item].title[words.language]
            stage = "" if one.stage is None else words.document["stage"].format(
                stage=one.stage, name=self._model.stages[one.stage].title[words.language]
            )  # fmt: skip
            said = words.html("sharing.on_item", name=one.name, title=title, on=self._day(one.on))
            entries.append(f"<li>{said} {escape(f'{stage}. ' if stage else '')}{escape(one.text)}</li>")
        for answer in state.answered:
            said = words.html(
                "sharing.on_question", name=answer.name, question=answer.question, on=self._day(answer.on)
            )
            entries.append(f"<li>{said} {escape(answer.text)}</li>")
        if not entries:
            return ""
        return f'<h3>{words.html("sharing.advice")}</h3><ul class="v-list v-advice">{"".join(entries)}</ul>'

    def _day(self, on: str) -> str:
        return day(on, self._words.replies["dates"])

    def _noted(self, key: str) -> Shown:
        return {self.note: _note(f'<span class="v-warning" role="alert">{self._words.html(f"sharing.{key}")}</span>')}


def _choice(label: str, name: str) -> Any:
    """A choice whose entries come with the conversation. Gradio forgets them when the app starts anew while a page is open, and
    would then refuse each of them; who may be chosen is looked at in the handler anyway.
    """
    made = gr.Radio([], label=label, visible=False, elem_id=name)
    made.preprocess = lambda payload: payload
    return made


def _html() -> Any:
    return gr.HTML("", js_on_load=None, apply_default_css=False)


def _note(text: str) -> str:
    return f'<p class="v-note">{text}</p>'


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
