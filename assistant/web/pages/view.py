"""What the page shows of a conversation, read anew from the store each time. Knows no components and changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from html import escape
from typing import Any

from assistant.build import Engine
from assistant.domain.approval import own_words
from assistant.domain.brief import suitable
from assistant.domain.changes import compare
from assistant.domain.maturity import Language
from assistant.domain.moving import moves
from assistant.domain.plan import Plan
from assistant.domain.state import State
from assistant.exports.papers.decided import told
from assistant.links import id_of
from assistant.replies import Reply
from assistant.session import Sessions
from assistant.web.addresses import Links
from assistant.web.pages.choices import Choice, choices
from assistant.web.pages.consent import NOBODY, Consents, ConsentView
from assistant.web.pages.messages import Message, assistant, transcript
from assistant.web.pages.plan import Around, PlanView
from assistant.web.pages.profile import ProfileView
from assistant.web.pages.takealong import take_along
from assistant.web.words import Words


@dataclass(frozen=True)
class View:
    """Everything on the page that depends on the conversation."""

    link: str
    """What the conversation is opened by; empty before the first message and after erasure."""
    messages: tuple[Message, ...]
    pending: str
    progress: str
    profile: str
    plan: str
    downloads: str
    choices: tuple[Choice, ...] = ()
    consents: Consents = NOBODY
    note: str = ""
    """One sentence above the input, as HTML."""
    go_to: Language | None = None
    """The page of the other language, when the conversation has changed over to it."""

    def noting(self, note: str) -> View:
        """The same with another note."""
        return replace(self, note=note)

    def ahead(self, message: Message) -> View:
        """The same with a message that is not answered yet."""
        return replace(self, messages=(*self.messages, message), choices=(), note="")


class Views:
    """Draws views in one language."""

    def __init__(self, engine: Engine, sessions: Sessions, language: Language) -> None:
        knowledge = engine.knowledge
        self.words = Words(language, knowledge.replies(language))
        self._engine, self._sessions, self._language = engine, sessions, language
        self._profile = ProfileView(knowledge.model, self.words)
        self._plan = PlanView(knowledge.model, knowledge.actions, self.words, partial(engine.to_read, language))
        self._links = Links(engine.shelves, language)
        self._consents = ConsentView(engine.accounts, knowledge.model, self.words)

    def known(self, link: Any) -> str:
        """The link if it opens a conversation, else nothing. Takes anything: it comes from a browser. An id opens none.

        Raises:
            StoreError: the store cannot be read.
        """
        return str(link) if self._sessions.store.opened(link) else ""

    def fresh(self, note: str = "") -> View:
        """Before the first word: the greeting is shown and nothing is stored."""
        greeting = self._engine.wordings[self._language].greeting(self._engine.settings.retention_days)
        return View(
            link="", messages=(assistant(greeting),), pending="", progress=self._progress("", 0),
            profile=self._profile.html(State(language=self._language)), plan=self._plan.html(None), downloads="", note=note,
        )  # fmt: skip

    def of(self, link: str, note: str = "") -> View:
        """The conversation that `link` opens.

        Raises:
            UserError: it opens none, or the store cannot be read.
        """
        conversation = id_of(link)
        reply = self._sessions.resume(conversation)
        state = reply.state
        return View(
            link=link, messages=tuple(transcript(self._sessions.store.turns(conversation), self._links)),
            pending=self._pending(_question(reply)), progress=self._progress(_question(reply), reply.left, reply.turn), profile=self._profile.html(state),
            plan=self._planned(link, state),
            downloads=take_along(link, len(state.versions), self.words), choices=tuple(choices(state, self._sessions.model, self.words)),
            consents=self._consents.of(state), note=note, go_to=state.language if state.language != self._language else None,
        )  # fmt: skip

    def _planned(self, link: str, state: State) -> str:
        plan = self._sessions.plan(id_of(link))
        if not _assessed(state) and not plan.own:
            return self._plan.html(None)
        knowledge = self._engine.knowledge
        around = Around(
            link, state.turn, datetime.now(UTC).astimezone().date(),
            moves=moves(state, plan, knowledge.model, knowledge.actions),
            decided=frozenset(decision.action for decision in state.decisions if decision.decision != "add"),
            suits=frozenset(suitable(plan, knowledge.actions)), versions=state.versions, changed=self._changed(state, plan),
        )  # fmt: skip
        return self._plan.html(plan, around)

    def _changed(self, state: State, plan: Plan) -> tuple[str, ...]:
        """What is different from the version approved last."""
        if not state.versions:
            return ()
        last = state.versions[-1]
        words = self._engine.words(state.language)
        return tuple(told(compare(last.plan, plan), last, own_words(state.decisions), words))

    def farewell(self, messages: tuple[Message, ...]) -> View:
        """After the person had everything erased in words: the goodbye stays until the page is left."""
        return replace(self.fresh(), messages=messages)

    def _pending(self, question: str) -> str:
        if not question:
            return ""
        return f'<p class="v-pending" id="v-pending"><b>{self.words.html("pending")}</b> {escape(question)}</p>'

    def _progress(self, question: str, left: int, turn: int = 0) -> str:
        """How to send, and how much is left; `left` is 0 before the first word. The browser tells by `turn` what arrived."""
        key = "progress.none" if not question else "progress.one" if left == 1 else "progress.more"
        shown = self.words.html(key, left=left) if left or question else ""
        return (
            f'<p class="v-hint" data-turn="{turn}"><span>{self.words.html("box.hint")}</span><span>{shown}</span></p>'
        )


def _question(reply: Reply) -> str:
    """The pending question in one line, without the options or the read-back, which stand in the chat."""
    if reply.asked is None:
        return ""
    last = reply.text.split("\n\n")[-1]
    lines = [line for line in last.split("\n") if line]
    return lines[0].replace("*", "") if lines else ""


def _assessed(state: State) -> bool:
    return any(finding.low is not None for finding in state.profile.findings.values())
