"""The part of the page where a company shares with advisers, by consent: its components and events. Draws no text of its own.

Consent is a turn of the conversation. What comes from the browser is a wish: link, adviser and the tick are looked at here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import gradio as gr

from assistant.advising import Advising, ChangedError
from assistant.build import Engine
from assistant.links import id_of
from assistant.session import Sessions
from assistant.web.pages.consent import Consents
from assistant.web.pages.view import View, Views

Shown = dict[Any, Any]
On = Callable[[Sequence[Any], Callable[..., Any], Sequence[Any]], None]


class SharingPart:
    """One part of the page in one language."""

    def __init__(self, engine: Engine, sessions: Sessions, views: Views) -> None:
        self._advising, self._accounts = Advising(sessions, engine.accounts), engine.accounts
        self._views, self._words = views, views.words

    def build(self) -> None:
        """Makes the components where they stand on the page."""
        words = self._words
        with gr.Column(visible=False, elem_id="v-share", elem_classes="v-panel") as self.panel:
            self.told = _html()
            self.whom = _choice(words("sharing.whom"), "v-share-whom")
            self.stop = gr.Button(words("sharing.withdraw"), size="sm", elem_id="v-share-no", elem_classes="v-turn")
            self.adviser = _choice(words("sharing.choose"), "v-share-adviser")
            self.agreed = gr.Checkbox(
                label=words("sharing.agree"), value=False, elem_id="v-share-agreed", container=False
            )
            self.share = gr.Button(words("sharing.share"), size="sm", elem_id="v-share-yes", elem_classes="v-turn")
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
                link = self._views.known(name)
                if not link:
                    return self._noted("talk_first")
                changed = False
                try:
                    act(id_of(link))
                except ChangedError:
                    changed = True
                shown = page(self._views.of(link))
                return shown | (self._noted("changed") if changed else {})
            except Exception as error:
                return {self.note: _note(complaint(error))}

        on([self.share.click], share, [memory, self.adviser, self.agreed])
        on([self.stop.click], stop, [memory, self.whom])

    def shown(self, consents: Consents) -> Shown:
        """What stands there for a conversation."""
        free, given = list(consents.free), list(consents.given)
        only = free[0][1] if len(free) == 1 else None
        return {
            self.panel: gr.Column(visible=bool(consents.told)), self.told: consents.told,
            self.adviser: gr.Radio(choices=free, value=only, visible=bool(free)),
            self.agreed: gr.Checkbox(value=False, visible=bool(free)), self.share: gr.Button(visible=bool(free)),
            self.whom: gr.Radio(
                choices=given, value=given[0][1] if len(given) == 1 else None, visible=len(given) > 1
            ),
            self.stop: gr.Button(visible=bool(given)), self.note: "",
        }  # fmt: skip

    def _noted(self, key: str) -> Shown:
        return {self.note: _note(f'<span class="v-warning" role="alert">{self._words.html(f"sharing.{key}")}</span>')}


def _choice(label: str, name: str) -> Any:
    """A choice whose entries come with the conversation. Gradio forgets them when the app starts anew while a page is open, and
    would then refuse each of them; who may be chosen is looked at in the handler anyway.
    """
    made: Any = gr.Radio([], label=label, visible=False, elem_id=name)
    made.preprocess = lambda payload: payload
    return made


def _html() -> Any:
    return gr.HTML("", js_on_load=None, apply_default_css=False)


def _note(text: str) -> str:
    return f'<p class="v-note">{text}</p>'


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
