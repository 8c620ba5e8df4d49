"""The budget: what one turn may still spend on the model, and what every call did spend. Knows no conversation and stores nothing."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from assistant.chat import Message, Schema
from assistant.errors import ModelError
from assistant.llm import tokens
from assistant.llm.patience import Patience

PER_CALL = 3000
"""Tokens that one call may send at the most."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a model."""

    job: str
    """Name of the prompt."""
    model: str
    sent: int
    received: int
    """Tokens, as counted here."""
    seconds: float
    outcome: str
    """`ok`, or what went wrong."""


@dataclass(slots=True)
class Allowance:
    """What one turn may spend."""

    tokens: int
    """Sent and received together."""
    until: float
    """Moment of the monotonic clock by which all must be done."""
    calls: list[Call] = field(default_factory=list)

    @property
    def left(self) -> int:
        """Tokens that are left."""
        return self.tokens - sum(call.sent + call.received for call in self.calls)


_ALLOWANCE: ContextVar[Allowance | None] = ContextVar("allowance", default=None)


@contextmanager
def turn(tokens_left: int, seconds: float) -> Iterator[Allowance]:
    """All calls made inside share `tokens_left` tokens and `seconds` seconds; afterwards they stand in `calls`."""
    allowance = Allowance(tokens_left, time.monotonic() + seconds)
    token = _ALLOWANCE.set(allowance)
    try:
        yield allowance
    finally:
        _ALLOWANCE.reset(token)


class Budgeted:
    """A model on one job, within the allowance of the turn it is called in, or else `seconds` a call."""

    def __init__(self, patience: Patience, job: str, seconds: float) -> None:
        self._patience, self._job, self._seconds = patience, job, seconds

    @property
    def name(self) -> str:
        """`provider:model`."""
        return self._patience.name

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        """See `assistant.chat.ChatModel`.

        Raises:
            ModelError: also when the call does not fit into what is left.
        """
        allowance, sent = self._allowed(messages)
        started, got, outcome = time.monotonic(), "", "ok"
        pieces = self._patience.stream(messages, allowance.until)
        try:
            for piece in pieces:
                got += piece
                yield piece
        except ModelError as error:
            outcome = str(error)
            raise
        finally:
            pieces.close()  # type: ignore[attr-defined]
            self._note(allowance, sent, got, started, outcome)

    def complete(self, messages: Sequence[Message], schema: Schema | None = None) -> str:
        """See `assistant.chat.ChatModel`.

        Raises:
            ModelError: also when the call does not fit into what is left.
        """
        allowance, sent = self._allowed(messages)
        started, got, outcome = time.monotonic(), "", "ok"
        try:
            got = self._patience.complete(messages, schema, allowance.until)
        except ModelError as error:
            outcome = str(error)
            raise
        finally:
            self._note(allowance, sent, got, started, outcome)
        return got

    def _allowed(self, messages: Sequence[Message]) -> tuple[Allowance, int]:
        allowance = _ALLOWANCE.get() or Allowance(PER_CALL * 2, time.monotonic() + self._seconds)
        sent = tokens.sent(messages)
        if sent > PER_CALL:
            raise ModelError(f"the call would send {sent} tokens, more than {PER_CALL}")
        if sent > allowance.left:
            raise ModelError("the tokens of this conversation are used up")
        self._patience.on_time(allowance.until)
        return allowance, sent

    def _note(self, allowance: Allowance, sent: int, got: str, started: float, outcome: str) -> None:
        took = round(time.monotonic() - started, 3)
        call = Call(self._job, self.name, sent, tokens.count(got), took, outcome)
        figures = {"job": self._job, "model": self.name, "sent": sent, "received": call.received, "seconds": took}
        _log.info("model call", extra={"figures": figures | {"ok": outcome == "ok"}})
        allowance.calls.append(call)
