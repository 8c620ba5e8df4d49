"""One turn from end to end: read, guard, answer, advance, reply, store. The only orchestrator; it knows what is done, not how."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace

from pydantic import ValidationError

from assistant.aid import LOOKED_BACK, Aid, note
from assistant.domain.acts import AnyAct, LanguageChange, Question, Signal
from assistant.domain.approval import current
from assistant.domain.dialogue import Move, next_move
from assistant.domain.fold import advance
from assistant.domain.maturity import Language, MaturityModel
from assistant.domain.personal import masked, masked_act
from assistant.domain.plan import Action, Plan, ideas
from assistant.domain.profile import score
from assistant.domain.replay import replay
from assistant.domain.sharing import BESIDE, beside
from assistant.domain.sources import Source
from assistant.domain.state import Asked, State, opening
from assistant.domain.strings import changed_act, storable
from assistant.domain.times import latest
from assistant.errors import Conflict, StoreError, UserError
from assistant.links import unlinked
from assistant.llm.budget import Allowance
from assistant.reading.guard import Guard
from assistant.reading.model import Difference
from assistant.reading.private import KINDS, PrivateWords
from assistant.reading.rules import Context, RuleReader, spoken_language
from assistant.replies import Answerer, Found, Reply, Streamed
from assistant.store import Course, Store, Turn
from assistant.watch import Watch
from assistant.wording import Said, Worded, Wording

__all__ = ["LONGEST_TURN", "Answerer", "Found", "Reply", "Sessions", "Streamed"]
LONGEST_TURN = 20_000
"""Characters of one turn at the most."""
WONDERED_BACK = 3
"""Turns that are looked through for the question that another one leans on."""
_TRIES = 8
"""Of a turn that others wrote before it: as often as several tabs can be quick in a row."""
_EMPTY = {"no_evidence": "no_evidence", "agree": "no_evidence", "small_talk": "small_talk", "unread": "again"}
"""Signal of a turn that settled nothing -> the text that says so."""
_REMEMBERED = 256


Unstopped = Callable[[], None]
"""Asked just before a turn is written; what it raises leaves everything as it was."""
Given = Callable[[State], Sequence[AnyAct]]
"""The acts of a turn by click, made anew when another tab wrote first."""


class Sessions:
    """All conversations. Holds no truth: states are folded from the store and only remembered for speed."""

    def __init__(
        self, *, model: MaturityModel, actions: Mapping[str, Action], wordings: Mapping[Language, Wording],
        reader: RuleReader, guard: Guard, answer: Answerer, store: Store, days: int,
        to_read: Callable[[Language], Mapping[str, Source]], private: PrivateWords, aid: Aid | None = None,
        watch: Watch | None = None,
    ) -> None:  # fmt: skip
        self._aid, self._private, self._watch = aid, private, watch or Watch()
        self.model, self.actions, self.store = model, actions, store
        self.wordings, self._reader, self._guard, self._answer = wordings, reader, guard, answer
        self._days, self.to_read = days, to_read
        self._states: OrderedDict[str, State] = OrderedDict()
        self._lock = threading.Lock()

    def open(self, language: Language, course: Course = "full", link: str = "") -> Reply:
        """Begins a conversation: greets, says what this is and asks for the story. `link` is what it is opened by on the page."""
        made = self.store.create(language, course, link)
        state = opening(language, course)
        text = self.wordings[language].greeting(self._days)
        self.store.append(made.id, Turn(0, "", [], state.asked, text))
        self._remember(made.id, state)
        return Reply(made.id, 0, text, state.asked, state, next_move(self.model, state).left)

    def say(
        self, conversation: str, text: str, stream: Streamed | None = None, unstopped: Unstopped = lambda: None
    ) -> Reply:
        """One turn of the person in words; `stream` is told sentences of an answer before the whole reply is there.

        Raises:
            UserError: no such conversation, or a text that cannot be taken; nothing is lost and nothing is written.
            StoreError: the turn cannot be stored.
            Stopped: by `stream` or `unstopped`; nothing is written.
            Stopping: the program is being stopped; nothing is written.
        """
        if len(text) > LONGEST_TURN:
            raise UserError(
                f"message: {len(text):,} characters are more than {LONGEST_TURN:,}; send it in smaller pieces."
            )
        if not text.strip():
            raise UserError('message: it is empty; write something, or "skip" to leave the question out.')
        return self._turn(conversation, text, None, stream, unstopped)

    def act(self, conversation: str, acts: Sequence[AnyAct], shown: str) -> Reply:
        """One turn by clicks: `acts` as they are, `shown` as the words of the turn."""
        return self._turn(conversation, shown, lambda _: acts)

    def settle(self, conversation: str, given: Given) -> Reply:
        """One turn by clicks whose acts depend on the state; what was clicked stands as its words.

        Raises:
            UserError: no such conversation, or `given` raised a ValueError, whose sentence it bears; nothing is written.
        """

        def checked(state: State) -> Sequence[AnyAct]:
            try:
                return given(state)
            except ValidationError:
                raise  # an act that the caller made wrongly, not something the person can mend
            except ValueError as error:
                raise UserError(str(error)) from error

        return self._turn(conversation, None, checked)

    def state(self, conversation: str) -> State:
        """The state of a conversation as stored.

        Raises:
            UserError: there is no such conversation.
        """
        with self._lock:
            known = self._states.get(conversation)
        if known is not None and self.store.last_number(conversation) == known.turn:
            return known
        found = self.store.conversation(conversation)
        if found is None:
            raise UserError(
                f"conversation {conversation!r}: there is none by that id; see `vejviser conversations list`."
            )
        turns = self.store.turns(conversation, after=0)
        state = replay(self.model, opening(found.language, found.course), ((turn.acts, turn.asked) for turn in turns))
        self._remember(conversation, state)
        return state

    def cohort(self) -> Iterator[State]:
        """The states of all conversations in which at least one item was ever assessed, one after the other, newest first."""
        for found, _ in self.store.conversations():
            try:
                state = self.state(found.id)
            except StoreError:  # one that cannot be read must not be missing in silence
                raise
            except UserError:  # erased meanwhile
                continue
            if any(finding.score is not None for finding in latest(state).findings.values()):
                yield state

    def at(self, conversation: str, turn: int) -> State:
        """The state after `turn`.

        Raises:
            UserError: there is no such conversation.
        """
        found = self.store.conversation(conversation)
        if found is None:
            raise _erased(conversation)
        turns = [(t.acts, t.asked) for t in self.store.turns(conversation, after=0) if t.number <= turn]
        return replay(self.model, opening(found.language, found.course), turns)

    def plan(self, conversation: str) -> Plan:
        """The plan as it stands now: the draft for the profile with what the company decided."""
        return current(self.state(conversation), self.model, self.actions)

    def resume(self, conversation: str) -> Reply:
        """Where a conversation stands, for somebody who comes back: the pending question, nothing written.

        Raises:
            UserError: there is no such conversation.
        """
        state = self.state(conversation)
        move = next_move(self.model, state.model_copy(update={"ended": ""}))
        text = self.wordings[state.language].question(state, move)
        return Reply(conversation, state.turn, text, state.asked, state, move.left)

    def erase(self, conversation: str) -> bool:
        """Removes the conversation and every byte of it; False when there was none."""
        with self._lock:
            self._states.pop(conversation, None)
        gone = self.store.erase(conversation) > 0
        if gone:
            self._watch.erased("asked")
        return gone

    def _turn(
        self, conversation: str, text: str | None, acts: Given | None, stream: Streamed | None = None,
        unstopped: Unstopped = lambda: None,
    ) -> Reply:  # fmt: skip
        with self._watch.turn():
            for attempt in range(_TRIES):
                state = self.state(conversation)
                try:
                    with self._allowance(conversation) as allowance:
                        return self._once(conversation, state, text, acts, allowance, stream, unstopped)
                except Conflict:
                    with self._lock:
                        self._states.pop(conversation, None)
                    if attempt == _TRIES - 1:
                        raise
            raise AssertionError("unreachable")

    def _allowance(self, conversation: str) -> AbstractContextManager[Allowance | None]:
        return nullcontext() if self._aid is None else self._aid.turn(self.store, conversation)

    def _once(
        self, conversation: str, before: State, text: str | None, given: Given | None, allowance: Allowance | None,
        stream: Streamed | None, unstopped: Unstopped,
    ) -> Reply:  # fmt: skip
        clock = _Clock()
        history = self._history(conversation, before)
        difference = None

        def keepable(words: str) -> str:
            return unlinked(storable(words), {conversation})

        text = None if text is None else keepable(text)
        if given is None:
            text, private = self._hidden(text or "")
            acts, dropped, difference = self._read(before, text, history)
        else:
            clicked = [changed_act(act, keepable) for act in given(before)]
            acts, dropped = [masked_act(act) for act in clicked], 0
            told = self.wordings[before.language].clicks.shown(acts, before.decisions) if text is None else masked(text)
            private = ("number",) if acts != clicked or text not in (None, told) else ()
            text = told
        clock.lap("read")
        acts, answers = self._answered(conversation, acts, before, history, stream)
        clock.lap("answer")
        undo = any(isinstance(act, Signal) and act.signal == "undo" for act in acts)
        state = self._replayed(conversation, acts) if undo else advance(self.model, before, acts)
        move = next_move(self.model, state)
        if move.kind in ("ask", "again"):
            move = move.model_copy(update={"kind": "again" if move.asked == before.asked else "ask"})
        state = state.model_copy(update={"asked": move.asked})
        clock.lap("advance")
        reply = self._worded(conversation, before, state, move, acts, answers, private)
        reply = self._reworded(reply, before, state, move, text)
        clock.lap("reply")
        unstopped()
        if state.ended == "erased":
            self.erase(conversation)
        else:
            shown = [source.reference for source in reply.sources]
            self.store.append(conversation, Turn(state.turn, text, acts, move.asked, reply.text, shown))
            self._remember(conversation, state)
            if allowance is not None:
                note(self.store, conversation, state.turn, allowance, difference)
        clock.lap("store")
        taken = Reply(
            conversation=conversation, turn=state.turn, text=reply.text, asked=move.asked, state=state, left=move.left,
            cited=tuple(passage for found in answers if found.answered for passage in found.cited),
            answers=tuple(answers), acts=tuple(acts), dropped=dropped, seconds=clock.laps,
            calls=() if allowance is None else tuple(allowance.calls), difference=difference,
        )  # fmt: skip
        self._watch.done(taken, masked=bool(private))
        return taken

    def _hidden(self, text: str) -> tuple[str, tuple[str, ...]]:
        """`text` without what nobody needs to tell here, and the kinds of what was hidden."""
        hidden = self._private.hide(masked(text))
        found = {*hidden.kinds, *(("number",) if masked(text) != text else ())}
        return hidden.text, tuple(kind for kind in KINDS if kind in found)

    def _history(self, conversation: str, state: State) -> str:
        """What was said lately that the profile does not hold; only a model is told."""
        if self._aid is None or not state.turn:
            return ""
        turns = self.store.turns(conversation, after=max(0, state.turn - LOOKED_BACK))
        return self._aid.before([turn for turn in turns if not beside(turn.acts)])

    def _read(self, state: State, text: str, before: str) -> tuple[list[AnyAct], int, Difference | None]:
        context = Context(state.language, state.asked, state.profile, score(state.profile, self.model).dimensions)
        spoken = spoken_language(text, state.language)
        guarded = self._guard.check(self._reader.read(text, context), text, spoken)
        difference = None
        if self._aid is not None:
            guarded, difference = self._aid.read(text, context, guarded, self._guard, spoken, before)
        return guarded.accepted, len(guarded.dropped), difference

    def _wondered(self, conversation: str, state: State) -> list[str]:
        """The questions of the last turns, oldest first: what "and what does that cost?" may be about."""
        lately = self.store.turns(conversation, after=max(0, state.turn - WONDERED_BACK))
        return [act.quote for turn in lately for act in turn.acts if isinstance(act, Question)]

    def _answered(
        self, conversation: str, acts: Sequence[AnyAct], state: State, before: str, stream: Streamed | None
    ) -> tuple[list[AnyAct], list[Found]]:
        """Questions are answered at once; each act learns whether the material had an answer."""
        language = next((act.language for act in acts if isinstance(act, LanguageChange)), state.language)
        kept: list[AnyAct] = []
        answers = []
        asked = self._wondered(conversation, state) if any(isinstance(act, Question) for act in acts) else []
        for act in acts:
            if isinstance(act, Question):
                found = self._answer(act.quote, language, asked=tuple(asked), before=before, shown=stream)
                answers.append(found)
                asked.append(act.quote)
                kept.append(act.model_copy(update={"answered": found.answered}))
            else:
                kept.append(act)
        return kept, answers

    def _replayed(self, conversation: str, acts: Sequence[AnyAct]) -> State:
        found = self.store.conversation(conversation)
        if found is None:
            raise _erased(conversation)
        turns: list[tuple[Sequence[AnyAct], Asked | None]] = [
            (turn.acts, turn.asked) for turn in self.store.turns(conversation, after=0)
        ]
        return replay(self.model, opening(found.language, found.course), [*turns, (acts, None)])

    def _worded(
        self, conversation: str, before: State, state: State, move: Move, acts: Sequence[AnyAct],
        answers: Sequence[Found], private: Sequence[str],
    ) -> Worded:  # fmt: skip
        introduce = move.kind == "ask" and move.asked is not None and move.asked.id == "targets"
        finished_before = before.asked is None
        plan = None
        news = [one for one in state.news if one.kind not in BESIDE]
        if move.kind == "finish" and not (finished_before and not news):
            plan = current(state, self.model, self.actions)
        return self.wordings[state.language].reply(
            state, move, [Said(found.sentences, found.sources) for found in answers],
            ideas=ideas(state.profile, self.model, self.actions) if introduce else (), plan=plan,
            conversation=conversation, switched=state.language != before.language,
            empty=next((_EMPTY[a.signal] for a in acts if isinstance(a, Signal) and a.signal in _EMPTY), ""),
            to_read=self.to_read(state.language), private=private,
        )  # fmt: skip

    def _reworded(self, reply: Worded, before: State, state: State, move: Move, said: str) -> Worded:
        """The reply with a new open question in a model's words, where that is wished for and holds."""
        asked = move.asked
        if self._aid is None or asked is None or asked.id not in self.model.items or asked.form != "open":
            return reply
        fixed = self.wordings[state.language].question(state, move)
        if asked == before.asked or not reply.text.endswith(fixed):
            return reply
        question = self._aid.question(fixed, said, state.language)
        return replace(reply, text=reply.text.removesuffix(fixed) + question)

    def _remember(self, conversation: str, state: State) -> None:
        with self._lock:
            self._states[conversation] = state
            self._states.move_to_end(conversation)
            while len(self._states) > _REMEMBERED:
                self._states.popitem(last=False)


def _erased(conversation: str) -> UserError:
    return UserError(f"conversation {conversation!r}: it has been erased; begin a new one.")


class _Clock:
    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name] = now - self._last
        self._last = now
