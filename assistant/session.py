"""One turn from end to end: read, guard, answer, advance, reply, store. The only orchestrator; it knows what is done, not how."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from assistant.domain.acts import AnyAct, LanguageChange, Question, Signal
from assistant.domain.dialogue import Move, next_move
from assistant.domain.fold import advance
from assistant.domain.maturity import Language, MaturityModel
from assistant.domain.plan import Action, Plan, draft, ideas
from assistant.domain.profile import score
from assistant.domain.replay import replay
from assistant.domain.sources import Source
from assistant.domain.state import Asked, State, opening
from assistant.errors import Conflict, UserError
from assistant.reading.guard import Guard
from assistant.reading.rules import Context, RuleReader, spoken_language
from assistant.store import Course, Store, Turn
from assistant.wording import Said, Worded, Wording

LONGEST_TURN = 20_000
"""Characters of one turn at the most."""
_TRIES = 3
_EMPTY = {"no_evidence": "no_evidence", "agree": "no_evidence", "small_talk": "small_talk", "unread": "again"}
"""Signal of a turn that settled nothing -> the text that says so."""
_REMEMBERED = 256


@dataclass(frozen=True)
class Found:
    """What the library has to say to one question."""

    sentences: tuple[tuple[str, Source], ...]
    """The answer, each sentence with where it stands; empty when there is none."""
    sources: tuple[Source, ...]
    """What is cited, or lies nearest when there is no answer."""
    topic: str = ""

    @property
    def answered(self) -> bool:
        """Whether the material has an answer."""
        return bool(self.sentences)

    @property
    def text(self) -> str:
        """The answer without numbers."""
        return " ".join(sentence for sentence, _ in self.sentences)

    @property
    def cited(self) -> tuple[str, ...]:
        """References of what is cited, or lies nearest."""
        return tuple(source.reference for source in self.sources)


Answerer = Callable[[str, Language], Found]


@dataclass(frozen=True)
class Reply:
    """The assistant's side of one turn."""

    conversation: str
    turn: int
    text: str
    asked: Asked | None
    state: State
    left: int
    cited: tuple[str, ...] = ()
    answers: tuple[Found, ...] = ()
    acts: tuple[AnyAct, ...] = ()
    dropped: int = 0
    """Acts that the guard dropped."""
    seconds: Mapping[str, float] = field(default_factory=dict)
    """Where the time of the turn went: read, answer, advance, reply, store."""


class Sessions:
    """All conversations. Holds no truth: states are folded from the store and only remembered for speed."""

    def __init__(
        self, *, model: MaturityModel, actions: Mapping[str, Action], wordings: Mapping[Language, Wording],
        reader: RuleReader, guard: Guard, answer: Answerer, store: Store, days: int,
        to_read: Callable[[Language], Mapping[str, Source]],
    ) -> None:  # fmt: skip
        self.model, self.actions, self.store = model, actions, store
        self._wordings, self._reader, self._guard, self._answer = wordings, reader, guard, answer
        self._days, self.to_read = days, to_read
        self._states: OrderedDict[str, State] = OrderedDict()
        self._lock = threading.Lock()

    def open(self, language: Language, course: Course = "full") -> Reply:
        """Begins a conversation: greets, says what this is and asks for the story."""
        made = self.store.create(language, course)
        state = opening(language, course)
        text = self._wordings[language].greeting(self._days)
        self.store.append(made.id, Turn(0, "", [], state.asked, text))
        self._remember(made.id, state)
        return Reply(made.id, 0, text, state.asked, state, next_move(self.model, state).left)

    def say(self, conversation: str, text: str) -> Reply:
        """One turn of the person in words.

        Raises:
            UserError: no such conversation, or a text that cannot be taken; nothing is lost and nothing is written.
            StoreError: the turn cannot be stored.
        """
        if len(text) > LONGEST_TURN:
            raise UserError(
                f"message: {len(text):,} characters are more than {LONGEST_TURN:,}; send it in smaller pieces."
            )
        if not text.strip():
            raise UserError('message: it is empty; write something, or "skip" to leave the question out.')
        return self._turn(conversation, text, None)

    def act(self, conversation: str, acts: Sequence[AnyAct], shown: str) -> Reply:
        """One turn by clicks: `acts` as they are, `shown` as the words of the turn."""
        return self._turn(conversation, shown, acts)

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
        """The states of all conversations in which at least one item is assessed, one after the other, newest first."""
        for found, _ in self.store.conversations():
            try:
                state = self.state(found.id)
            except UserError:  # erased meanwhile
                continue
            if any(finding.score is not None for finding in state.profile.findings.values()):
                yield state

    def plan(self, conversation: str) -> Plan:
        """The draft plan as the profile stands now."""
        return draft(self.state(conversation).profile, self.model, self.actions)

    def resume(self, conversation: str) -> Reply:
        """Where a conversation stands, for somebody who comes back: the pending question, nothing written.

        Raises:
            UserError: there is no such conversation.
        """
        state = self.state(conversation)
        move = next_move(self.model, state.model_copy(update={"ended": ""}))
        text = self._wordings[state.language].question(state, move)
        return Reply(conversation, state.turn, text, state.asked, state, move.left)

    def erase(self, conversation: str) -> bool:
        """Removes the conversation and every byte of it; False when there was none."""
        with self._lock:
            self._states.pop(conversation, None)
        return self.store.erase(conversation)

    def _turn(self, conversation: str, text: str, acts: Sequence[AnyAct] | None) -> Reply:
        for attempt in range(_TRIES):
            state = self.state(conversation)
            try:
                return self._once(conversation, state, text, acts)
            except Conflict:
                with self._lock:
                    self._states.pop(conversation, None)
                if attempt == _TRIES - 1:
                    raise
        raise AssertionError("unreachable")

    def _once(self, conversation: str, before: State, text: str, given: Sequence[AnyAct] | None) -> Reply:
        clock = _Clock()
        acts, dropped = (list(given), 0) if given is not None else self._read(before, text)
        clock.lap("read")
        acts, answers = self._answered(acts, before)
        clock.lap("answer")
        undo = any(isinstance(act, Signal) and act.signal == "undo" for act in acts)
        state = self._replayed(conversation, acts) if undo else advance(self.model, before, acts)
        move = next_move(self.model, state)
        if move.kind in ("ask", "again"):
            move = move.model_copy(update={"kind": "again" if move.asked == before.asked else "ask"})
        state = state.model_copy(update={"asked": move.asked})
        clock.lap("advance")
        reply = self._worded(conversation, before, state, move, acts, answers)
        clock.lap("reply")
        if state.ended == "erased":
            self.erase(conversation)
        else:
            shown = [source.reference for source in reply.sources]
            self.store.append(conversation, Turn(state.turn, text, acts, move.asked, reply.text, shown))
            self._remember(conversation, state)
        clock.lap("store")
        return Reply(
            conversation=conversation, turn=state.turn, text=reply.text, asked=move.asked, state=state, left=move.left,
            cited=tuple(passage for found in answers if found.answered for passage in found.cited),
            answers=tuple(answers), acts=tuple(acts), dropped=dropped, seconds=clock.laps,
        )  # fmt: skip

    def _read(self, state: State, text: str) -> tuple[list[AnyAct], int]:
        context = Context(state.language, state.asked, state.profile, score(state.profile, self.model).dimensions)
        proposed = self._reader.read(text, context)
        guarded = self._guard.check(proposed, text, spoken_language(text, state.language))
        return guarded.accepted, len(guarded.dropped)

    def _answered(self, acts: Sequence[AnyAct], state: State) -> tuple[list[AnyAct], list[Found]]:
        """Questions are answered at once; each act learns whether the material had an answer."""
        language = next((act.language for act in acts if isinstance(act, LanguageChange)), state.language)
        kept: list[AnyAct] = []
        answers = []
        for act in acts:
            if isinstance(act, Question):
                found = self._answer(act.quote, language)
                answers.append(found)
                kept.append(act.model_copy(update={"answered": found.answered}))
            else:
                kept.append(act)
        return kept, answers

    def _replayed(self, conversation: str, acts: Sequence[AnyAct]) -> State:
        found = self.store.conversation(conversation)
        if found is None:
            raise UserError(f"conversation {conversation!r}: it has been erased; begin a new one.")
        turns: list[tuple[Sequence[AnyAct], Asked | None]] = [
            (turn.acts, turn.asked) for turn in self.store.turns(conversation, after=0)
        ]
        return replay(self.model, opening(found.language, found.course), [*turns, (acts, None)])

    def _worded(
        self, conversation: str, before: State, state: State, move: Move, acts: Sequence[AnyAct],
        answers: Sequence[Found],
    ) -> Worded:  # fmt: skip
        introduce = move.kind == "ask" and move.asked is not None and move.asked.id == "targets"
        finished_before = before.asked is None
        plan = None
        if move.kind == "finish" and not (finished_before and not state.news):
            plan = draft(state.profile, self.model, self.actions)
        return self._wordings[state.language].reply(
            state, move, [Said(found.sentences, found.sources) for found in answers],
            ideas=ideas(state.profile, self.model, self.actions) if introduce else (), plan=plan,
            conversation=conversation, switched=state.language != before.language,
            empty=next((_EMPTY[a.signal] for a in acts if isinstance(a, Signal) and a.signal in _EMPTY), ""),
            to_read=self.to_read(state.language),
        )  # fmt: skip

    def _remember(self, conversation: str, state: State) -> None:
        with self._lock:
            self._states[conversation] = state
            self._states.move_to_end(conversation)
            while len(self._states) > _REMEMBERED:
                self._states.popitem(last=False)


class _Clock:
    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name] = now - self._last
        self._last = now
