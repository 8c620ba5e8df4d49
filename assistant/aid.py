"""Aid: what a language model may do in one turn of a dialogue, and what it may spend. Knows neither providers nor how a turn runs.

All of it is aid only: the rules have read before the model is asked, and serve whatever it does not.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from assistant.answering.rewording import Reworder
from assistant.domain.acts import AnyAct, Evidence, Signal
from assistant.domain.maturity import Language
from assistant.errors import Conflict, StoreError
from assistant.llm import budget, tokens
from assistant.llm.budget import Allowance
from assistant.reading.guard import Guard, Guarded
from assistant.reading.model import Difference, ModelReader
from assistant.reading.rules import Context
from assistant.reading.segments import sentences
from assistant.store import Store, Turn

HISTORY = 150
"""Tokens of earlier turns that are sent with a call at the most."""
LOOKED_BACK = 6
"""Turns that are looked through for them."""
FEW = 4
"""Words below which nothing is sent."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Aid:
    """A model beside the rules."""

    reader: ModelReader
    reworder: Reworder | None
    seconds: float
    """For one turn."""
    tokens: int
    """For one conversation."""

    @contextmanager
    def turn(self, store: Store, conversation: str) -> Iterator[Allowance]:
        """What this turn may spend: what the conversation has left."""
        spent = store.spent(conversation)
        with budget.turn(self.tokens - spent.sent - spent.received, self.seconds) as allowance:
            yield allowance

    def read(
        self, text: str, context: Context, ruled: Guarded, guard: Guard, spoken: Language, before: str
    ) -> tuple[Guarded, Difference | None]:
        """What the rules read and the guard let through, with what the model adds to it and the guard lets through."""
        second = self.reader.read(text, context, ruled.accepted, before)
        difference = second.difference
        if difference is None or difference.kept not in ("both", "unsure"):
            return ruled, difference
        guarded = guard.check(second.acts, text, spoken)
        if guarded.dropped:
            reason = guarded.dropped[0][1]
            return ruled, Difference(difference.item, difference.rules, difference.model, "nothing", reason)
        return Guarded(guarded.accepted, ruled.dropped), difference

    def question(self, text: str, said: str, language: Language) -> str:
        """A question, reworded where that is wished for and holds."""
        return text if self.reworder is None or not text else self.reworder.question(text, said, language)

    @staticmethod
    def before(turns: Sequence[Turn]) -> str:
        """What was said lately that the profile does not hold, newest last."""
        said = [left for turn in turns[-LOOKED_BACK:] if (left := unheld(turn.said, turn.acts))]
        return "\n".join(tokens.newest(said, HISTORY))


def note(store: Store, conversation: str, turn: int, allowance: Allowance, difference: Difference | None) -> None:
    """Keeps what was spent; a turn that is stored stands, whatever becomes of its figures."""
    if difference is not None:
        _log.info("a second reading: %s", difference)
    try:
        store.note_calls(conversation, turn, allowance.calls)
    except (StoreError, Conflict) as error:
        _log.warning("what the language model was used for could not be kept: %s", error)


def unheld(said: str, acts: Sequence[AnyAct]) -> str:
    """The sentences of `said` that no act has taken into the profile; empty for a command and for a few words."""
    if any(isinstance(act, Signal) and act.signal not in ("unread", "no_evidence") for act in acts):
        return ""
    held = [(act.start, act.end) for act in acts if isinstance(act, Evidence)]
    left = [
        piece.text
        for piece in sentences(said)
        if not any(start < piece.end and piece.start < end for start, end in held)
    ]
    return " ".join(left) if sum(len(text.split()) for text in left) >= FEW else ""
