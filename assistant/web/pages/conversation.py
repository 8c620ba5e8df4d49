"""The conversation page of one language: components, events, and what each event shows. Knows nothing of dialogue or storage.

Every handler is a public endpoint, so none trusts what it is given: the private link is checked against the store, where its
hash alone is known, and what a quick reply does is taken from the pending question there, not from the browser.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Generator, Iterator, Sequence
from functools import partial
from typing import Any, Literal

import gradio as gr

from assistant.build import Engine
from assistant.domain.acts import AnyAct, LanguageChange, Signal
from assistant.domain.maturity import Language
from assistant.domain.personal import masked
from assistant.domain.refused import Refused
from assistant.domain.strings import storable
from assistant.errors import Conflict, Stopped, Stopping, StoreError, UserError
from assistant.links import fresh, id_of
from assistant.session import LONGEST_TURN, Sessions
from assistant.web.limits import Limits
from assistant.web.pages import told
from assistant.web.pages.bits import again as try_again
from assistant.web.pages.bits import html, panel, warning
from assistant.web.pages.choices import MOST
from assistant.web.pages.messages import assistant, person
from assistant.web.pages.sharing import SharingPart
from assistant.web.pages.view import View, Views
from assistant.web.pages.wishes import Wishes, wish_of
from assistant.web.turns import Running, Take, Turns
from assistant.web.words import Words

SCRAMBLED_WITH = "vejviser-page"
"""BrowserState scrambles what it stores in the browser; the private link is the only secret and is never shown to another browser."""
AT_A_TIME = 4
LONGEST_WAIT = 60.0
"""Seconds that a page that is opened while a turn is being made waits for it."""
BEGIN = "(...given) => (window.vejviser.begin(given), given)"
"""Runs in the browser when an event begins; page and server are told apart in static/talk.js."""
SAY = "(...given) => (window.vejviser.begin(given, given[0]), given)"
"""The same with the words that are sent, so that they are not lost if the server is."""
DONE = "(...given) => (window.vejviser.done(), given)"
WISHED = "(...given) => (window.vejviser.wished(), given)"
"""The same for a click in a panel; static/panels.js says before it whether one can be made now."""
Shown = dict[Any, Any]
_log = logging.getLogger(__name__)


class ConversationPage:
    """One page in one language."""

    def __init__(self, engine: Engine, sessions: Sessions, language: Language, limits: Limits | None = None) -> None:
        self._sessions, self._language = sessions, language
        self._limits = limits or Limits(0)
        self._turns = Turns()
        self._views, self._wishes = Views(engine, sessions, language), Wishes(sessions)
        self.words: Words = self._views.words
        self.sharing = SharingPart(engine, sessions, self._views)

    def blocks(self) -> Any:
        """The page, with its events wired."""
        words = self.words
        with gr.Blocks(
            title=words("title"), analytics_enabled=False, fill_width=True, delete_cache=(3600, 3600)
        ) as page:
            self.memory = gr.BrowserState("", storage_key="vejviser", secret=SCRAMBLED_WITH)
            html(self._head())
            with gr.Row(elem_id="v-main"):
                with gr.Column(elem_id="v-talk", scale=3, min_width=280):
                    self._talk()
                with gr.Column(elem_id="v-side", scale=2, min_width=280):
                    self.downloads = html()
                    self.profile = panel()
                    self.plan = panel()
                    self.sharing.build()
            self.told = panel(told.NOTHING)
            self._events(page)
        return page

    def _head(self) -> str:
        words, other = self.words, "da" if self._language == "en" else "en"
        return (
            f'<header class="v-head"><div><h1>{words.html("title")}</h1><p>{words.html("lead")}</p></div>'
            f'<a href="../{other}/" hreflang="{other}" lang="{other}" title="{words.html("other_language.hint")}">'
            f"{words.html('other_language.label')}</a></header>"
        )

    def _talk(self) -> None:
        words = self.words
        self.chat = gr.Chatbot(
            label=words("chat.label"), show_label=False, placeholder=words("chat.placeholder"), buttons=[], height=None,
            latex_delimiters=[], elem_id="v-chat", feedback_options=None, allow_file_downloads=False, allow_tags=False,
        )  # fmt: skip
        self.pending = html()
        with gr.Column(visible=False, elem_id="v-choices") as self.choices:
            gr.Markdown(words("choices"), elem_classes="v-small")
            self.buttons = [gr.Button("", visible=False, size="sm", elem_classes="v-choice") for _ in range(MOST)]
        self.course = gr.Radio(
            [(words("course.full"), "full"), (words("course.short"), "short")], value="full", label=words("course.label"),
            info=words("course_hint"), elem_id="v-course",
        )  # fmt: skip
        self.note = html()
        html('<p id="v-state" role="status"></p>')
        with gr.Row(elem_id="v-write", equal_height=True):
            self.box = gr.Textbox(
                label=words("box.label"), show_label=False, placeholder=words("box.placeholder"), lines=1, max_lines=8,
                elem_id="v-box", scale=8, min_width=160, container=False, autofocus=True,
                html_attributes=gr.InputHTMLAttributes(autocorrect="off", spellcheck=True),
            )  # fmt: skip
            self.send = gr.Button(words("send"), variant="primary", scale=1, min_width=80, elem_id="v-send")
            self.stop = gr.Button(words("stop"), scale=1, min_width=80, elem_id="v-stop")
        self.progress = html()
        with gr.Row(elem_id="v-tools"):
            self.skip = gr.Button(words("skip"), size="sm", elem_id="v-skip")
            self.undo = gr.Button(words("undo"), size="sm", elem_id="v-undo")
            self.new = gr.Button(words("new"), size="sm", elem_id="v-new")
            self.erase = gr.Button(words("erase"), size="sm", variant="stop", elem_id="v-erase")
        with gr.Column(visible=False, elem_id="v-sure") as self.sure:
            gr.Markdown(words("erase_ask"))
            with gr.Row():
                self.keep = gr.Button(words("erase_no"), size="sm", elem_id="v-keep")
                self.gone = gr.Button(words("erase_yes"), size="sm", variant="stop", elem_id="v-gone")
        self.refresh = gr.Button(words("refresh"), visible="hidden", elem_id="v-refresh")

    def _events(self, page: gr.Blocks) -> None:
        shown: list[Any] = [
            self.memory, self.chat, self.pending, self.progress, self.choices, *self.buttons, self.course, self.note,
            self.box, self.send, self.skip, self.undo, self.erase, self.sure, self.downloads, self.profile, self.plan,
            self.told, *self.sharing.parts,
        ]  # fmt: skip
        pressable: list[Any] = [self.send, self.skip, self.undo, self.erase]

        def on(
            triggers: Sequence[Any], handler: Callable[..., Any], inputs: Sequence[Any], begin: str | None = BEGIN,
            end: str = DONE, mode: Literal["once", "multiple"] = "once",
        ) -> None:  # fmt: skip
            done = gr.on(
                triggers, handler, list(inputs), shown, show_progress="hidden", api_visibility="private",
                concurrency_limit=AT_A_TIME, concurrency_id="turns", trigger_mode=mode, js=begin,
            )  # fmt: skip
            done.then(
                self.ready, [self.memory], pressable, show_progress="hidden", api_visibility="private", queue=False,
                js=end,
            )  # fmt: skip

        page.queue(api_open=False)
        on([page.load], self.loaded, [self.memory], None)
        on([self.refresh.click], self.refreshed, [self.memory], None)
        on([self.send.click, self.box.submit], self.said, [self.box, self.course, self.memory], SAY)
        for place, button in enumerate(self.buttons):
            on([button.click], self._picking(place), [button, self.memory])
        on([self.skip.click], self.skipped, [self.course, self.memory])
        on([self.undo.click], self.undone, [self.memory])
        on([self.new.click], self.begun_anew, [self.memory])
        on([self.gone.click], self.erased, [self.memory])
        for part in (self.profile, self.plan, self.told):
            on([part.submit], self.wished, [self.memory], None, WISHED, "multiple")
        self.sharing.events(on, self.memory, self._shown, self._complaint)
        self.stop.click(self.stopped, None, None, show_progress="hidden", queue=False, api_visibility="private")
        for button, sure in ((self.erase, True), (self.keep, False)):
            button.click(
                partial(gr.Column, visible=sure), None, self.sure, show_progress="hidden", queue=False,
                api_visibility="private",
            )  # fmt: skip

    def loaded(self, memory: Any, request: gr.Request) -> Iterator[Shown]:
        """Somebody opens the page: the conversation of this browser, or of the link, goes on."""
        asked = request.query_params.get("conversation")
        try:
            link = self._views.known(asked) or self._views.known(memory)
            if not link:
                yield self._shown(self._views.fresh(self.words.html("notes.gone") if memory or asked else ""))
                return
            conversation = id_of(link)
            if running := self._turns.of(conversation):
                view = self._views.of(link).ahead(person(running.said))
                yield self._shown(view) | self._busy(view, emptied=False)
                running.over.wait(LONGEST_WAIT)
            if self._sessions.state(conversation).language != self._language:
                change = LanguageChange(language=self._language)
                self._sessions.act(conversation, [change], self.words("said_language"))
            yield self._shown(self._views.of(link))
        except StoreError as error:
            self._complaint(error)
            yield {self.note: warning(self.words.html("downloads.unavailable")) + try_again(self.words)}
        except Exception as error:
            yield {self.note: self._complaint(error)}

    def refreshed(self, memory: Any) -> Shown:
        """Another tab of this browser took a turn or erased everything: what it left is shown here too."""
        try:
            if not memory:
                return {}
            link = self._views.known(memory)
            return self._shown(self._views.of(link) if link else self._views.fresh(self.words.html("notes.gone")))
        except UserError as error:
            return {self.note: self._complaint(error)}

    def stopped(self, request: gr.Request) -> None:
        """The person does not want to wait; what the turn was to say goes back into the box."""
        self._turns.stop(str(request.session_hash))

    def ready(self, memory: Any) -> list[Any]:
        """After every event: what can be pressed now. An event that is still running would not take a second press."""
        return [gr.Button(interactive=True), *(gr.Button(interactive=bool(memory)) for _ in range(3))]

    def said(self, text: str, course: Any, memory: Any, request: gr.Request) -> Iterator[Shown]:
        """The person sends what stands in the box."""
        text = text if isinstance(text, str) else ""
        if problem := self._problem(text):
            yield {self.note: warning(problem)}
            return
        yield from self._turn(
            text, course, memory, lambda name, come: self._sessions.say(name, text, come, come.unstopped).text,
            request, text,
        )  # fmt: skip

    def skipped(self, course: Any, memory: Any, request: gr.Request) -> Iterator[Shown]:
        """The pending question is left out."""
        shown = self.words("said_skip")
        acts: list[AnyAct] = [Signal(signal="skip")]
        yield from self._turn(
            shown, course, memory, lambda name, _: self._sessions.act(name, acts, shown).text, request
        )

    def undone(self, memory: Any, request: gr.Request) -> Iterator[Shown]:
        """The last turn is taken back."""
        shown = self.words("said_undo")
        acts: list[AnyAct] = [Signal(signal="undo")]
        yield from self._turn(
            shown, "full", memory, lambda name, _: self._sessions.act(name, acts, shown).text, request
        )

    def _picking(self, place: int) -> Callable[[str, Any, gr.Request], Iterator[Shown]]:
        def picked(label: str, memory: Any, request: gr.Request) -> Iterator[Shown]:
            """A quick reply is clicked; it counts only if the question still offers it."""
            try:
                view = self._views.of(self._views.known(memory))
            except UserError:
                yield self._shown(self._views.fresh(self.words.html("notes.gone")))
                return
            if place >= len(view.choices) or view.choices[place].label != label:
                yield self._shown(view.noting(warning(self.words.html("notes.moved_on"))))
                return
            choice = view.choices[place]
            yield from self._turn(
                choice.label, "full", memory, lambda name, _: self._sessions.act(name, [choice.act], choice.label).text, request,
            )  # fmt: skip

        return picked

    def wished(self, memory: Any, event: gr.EventData, request: gr.Request) -> Shown:
        """Something in a panel was clicked: one turn, and what became of it is told at the place."""
        wished = wish_of(event)
        key = str(wished.get("form", "")) if isinstance(wished, dict) else ""
        if problem := self._too_often(memory, request):
            return {self.note: warning(problem), self.told: told.refused(key, warning(problem))}
        try:
            link = self._views.known(memory)
            if not link:
                return self._shown(self._views.fresh(warning(self.words.html("notes.gone"))))
            try:
                reply = self._wishes.take(id_of(link), wished)
            except (Refused, UserError) as error:
                refusal = error if isinstance(error, Refused) else error.__cause__
                if not isinstance(refusal, Refused):
                    raise
                said = self.words.html(f"refused.{refusal.why}", **refusal.values)
                return {**self._shown(self._views.of(link)), self.told: told.refused(key, said)}
            return {**self._shown(self._views.of(link)), self.told: told.taken(key, reply, self.words)}
        except Exception as error:
            complaint = self._complaint(error, again=False)
            return {self.note: complaint, self.told: told.refused(key, complaint)}

    def begun_anew(self, memory: Any) -> Shown:
        """An empty page; the conversation before stays stored and a link leads back to it."""
        try:
            before = self._views.known(memory)
        except StoreError as error:
            return {self.note: self._complaint(error)}
        note = ""
        if before:
            link = f'<a href="?conversation={before}">{self.words.html("notes.new_link")}</a>'
            note = f"{self.words.html('notes.new')} {link}"
        return self._shown(self._views.fresh(note))

    def erased(self, memory: Any) -> Shown:
        """Everything of this conversation goes."""
        try:
            if link := self._views.known(memory):
                self._sessions.erase(id_of(link))
        except StoreError as error:
            return {self.note: self._complaint(error)}
        return self._shown(self._views.fresh(self.words.html("notes.erased")))

    def _turn(
        self, shown: str, course: Any, memory: Any, take: Take, request: gr.Request, typed: str | None = None
    ) -> Iterator[Shown]:
        """First the person's words at once, then the reply, of which sentences may come before the rest; when it fails or is
        stopped, all is as before and the words are back in the box.
        """
        before: View | None = None
        if problem := self._too_often(memory, request):
            yield {self.note: warning(problem)}
            return
        shown, typed = masked(storable(shown)), None if typed is None else masked(storable(typed))
        try:
            known = self._views.known(memory)
            if memory and not known:
                yield self._shown(self._views.fresh(warning(self.words.html("notes.gone_unsent"))))
                return
            before = self._views.of(known) if known else self._views.fresh()
            yield self._busy(before.ahead(person(shown)), emptied=typed is not None)
            link = known or fresh()
            if not known:
                self._sessions.open(self._language, "short" if course == "short" else "full", link)
                before = self._views.of(link)
            running = self._turns.begin(
                id_of(link), str(request.session_hash), shown, take, stoppable=typed is not None
            )
            reply = yield from self._coming(before.ahead(person(shown)), running)
            if self._views.known(link):
                yield self._shown(self._views.of(link))
            else:
                yield self._shown(self._views.farewell((*before.messages, person(shown), assistant(reply))))
        except Exception as error:
            note = self._complaint(error)
            back = {self.box: gr.Textbox(value=typed)} if typed is not None else {}
            yield {**(self._shown(before.noting(note)) if before else {self.note: note}), **back}

    def _coming(self, view: View, running: Running) -> Generator[Shown, None, str]:
        """The sentences of a reply as they come. Raises what the turn raises."""
        coming, text = running.coming(), ""
        while True:
            try:
                text = f"{text} {next(coming)}".strip()
            except StopIteration as end:
                return str(end.value)
            yield {self.chat: [*view.messages, assistant(text)]}

    def _problem(self, text: str) -> str:
        if not text.strip():
            return self.words.html("errors.empty")
        if len(text) > LONGEST_TURN:
            return self.words.html("errors.too_long", length=len(text), most=LONGEST_TURN)
        return ""

    def _too_often(self, memory: Any, request: gr.Request) -> str:
        """What is told to somebody who sends more than a person can; erasing and withdrawing are never held up."""
        address = request.client.host if request.client else ""
        known = memory if isinstance(memory, str) else ""
        return "" if self._limits.turn(known[:64], address) else self.words.html("errors.too_often")

    def _complaint(self, error: Exception, *, again: bool = True) -> str:
        """One sentence for the person, with the means to try again; the cause goes to the log, without the person's words."""
        if isinstance(error, Stopped):
            return self.words.html("notes.stopped")
        if isinstance(error, Stopping):
            return warning(self.words.html("errors.stopping"))
        kind: Literal["store", "conflict", "other"] = "other"
        if isinstance(error, StoreError):
            kind = "store"
        elif isinstance(error, Conflict):
            kind = "conflict"
        if kind != "conflict":
            known = isinstance(error, UserError)
            where = "" if known else "".join(["\n", *traceback.format_tb(error.__traceback__)])
            _log.error("a turn failed: %s%s", error if known else type(error).__name__, where)
        return warning(self.words.html(f"errors.{kind}")) + (try_again(self.words) if again else "")

    def _busy(self, view: View, emptied: bool) -> Shown:
        waiting: Shown = {
            self.chat: [*view.messages, assistant(self.words("waiting"))], self.choices: gr.Column(visible=False),
            self.course: gr.Radio(visible=False), self.note: "", self.send: gr.Button(interactive=False),
            self.skip: gr.Button(interactive=False), self.undo: gr.Button(interactive=False),
            self.erase: gr.Button(interactive=False),
        }  # fmt: skip
        return waiting | ({self.box: gr.Textbox(value="")} if emptied else {})

    def _shown(self, view: View) -> Shown:
        begun = bool(view.link)
        buttons = {
            button: gr.Button(value=view.choices[place].label, visible=True)
            if place < len(view.choices)
            else gr.Button(visible=False)
            for place, button in enumerate(self.buttons)
        }
        leave = f'<span data-go="../{view.go_to}/"></span>' if view.go_to else ""
        return {
            self.memory: view.link, self.chat: list(view.messages), self.pending: view.pending, self.progress: view.progress,
            self.choices: gr.Column(visible=bool(view.choices)), **buttons, self.course: gr.Radio(visible=not begun),
            self.note: leave + (f'<p class="v-note" role="status">{view.note}</p>' if view.note else ""),
            self.sure: gr.Column(visible=False), self.downloads: view.downloads, self.profile: view.profile,
            self.plan: view.plan, self.told: told.NOTHING, **self.sharing.shown(view.consents),
        }  # fmt: skip
