"""What is counted and logged of turns, in figures alone: no words of anybody, and of a conversation only a keyed hash.

Whoever keeps the machine sees here how it fares; whoever reads a log learns nothing of a company.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import secrets
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from assistant.errors import Conflict, Stopped, Stopping, StoreError, UserError

KEY_FILE = "log.key"
_SECONDS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 40.0)
_log = logging.getLogger(__name__)


class Spent(Protocol):
    """One call of a language model."""

    @property
    def sent(self) -> int:
        """Tokens."""

    @property
    def received(self) -> int:
        """Tokens."""

    @property
    def outcome(self) -> str:
        """`ok`, or what went wrong."""


class Answered(Protocol):
    """One answer from the library."""

    @property
    def answered(self) -> bool:
        """Whether there was one."""


class Done(Protocol):
    """A turn that was taken, as far as it is counted."""

    @property
    def conversation(self) -> str:
        """Its id; only the hash of it is logged."""

    @property
    def turn(self) -> int:
        """Number."""

    @property
    def dropped(self) -> int:
        """Proposals that the guard dropped."""

    @property
    def seconds(self) -> Mapping[str, float]:
        """Where the time went."""

    @property
    def calls(self) -> Sequence[Spent]:
        """What a language model was used for."""

    @property
    def answers(self) -> Sequence[Answered]:
        """Answers to questions in it."""


class Watch:
    """Counts. Each has a registry of its own, so that two apps in one process do not add up.

    Args:
        key: For the hash of conversations; without one, a key that holds for this process alone.
    """

    def __init__(self, key: bytes = b"") -> None:
        self._key = key or secrets.token_bytes(32)
        self._changed = threading.Condition()
        self._running = 0
        self._stopping = False
        self.registry = made = CollectorRegistry()
        ProcessCollector(registry=made)
        PlatformCollector(registry=made)
        self._turns = Counter("vejviser_turns", "Turns, by what became of them.", ["outcome"], registry=made)
        self._seconds = Histogram("vejviser_turn_seconds", "Seconds of a turn.", buckets=_SECONDS, registry=made)
        self._parts = Counter("vejviser_turn_part_seconds", "Where they went.", ["part"], registry=made)
        self._in_flight = Gauge("vejviser_turns_in_flight", "Turns that are being made.", registry=made)
        self._dropped = Counter("vejviser_proposals_dropped", "Proposals that the guard dropped.", registry=made)
        self._fallbacks = Counter(
            "vejviser_fallbacks", "Turns in which a call of the language model gave nothing usable.", registry=made
        )
        self._tokens = Counter("vejviser_model_tokens", "Tokens of the language model.", ["direction"], registry=made)
        self._calls = Counter("vejviser_model_calls", "Calls of the language model.", ["outcome"], registry=made)
        self._questions = Counter("vejviser_questions", "Questions to the library.", ["answered"], registry=made)
        self._masked = Counter("vejviser_numbers_masked", "Turns in which a CPR number was hidden.", registry=made)
        self._erased = Counter("vejviser_conversations_erased", "Conversations erased.", ["why"], registry=made)
        self._refused = Counter("vejviser_requests_refused", "Requests turned away.", ["why"], registry=made)
        for outcome in ("ok", "conflict", "store", "stopped", "refused", "other"):
            self._turns.labels(outcome)
        for direction in ("sent", "received"):
            self._tokens.labels(direction)
        for answered in ("yes", "no"):
            self._questions.labels(answered)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One turn, from its first step to the moment when it is on disk.

        Raises:
            Stopping: the program is being stopped; nothing was begun. Also whatever goes wrong inside.
        """
        with self._changed:
            if self._stopping:
                raise Stopping
            self._running += 1
        self._in_flight.inc()
        started = time.perf_counter()
        try:
            yield
        except BaseException as error:
            self._turns.labels(_outcome(error)).inc()
            raise
        finally:
            self._in_flight.dec()
            self._seconds.observe(time.perf_counter() - started)
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    def done(self, reply: Done, *, masked: bool = False) -> None:
        """A turn was taken."""
        sent, received = (sum(getattr(call, name) for call in reply.calls) for name in ("sent", "received"))
        failed = sum(call.outcome != "ok" for call in reply.calls)
        self._turns.labels("ok").inc()
        self._dropped.inc(reply.dropped)
        self._fallbacks.inc(failed > 0)
        self._tokens.labels("sent").inc(sent)
        self._tokens.labels("received").inc(received)
        self._masked.inc(masked)
        for call in reply.calls:
            self._calls.labels("ok" if call.outcome == "ok" else "failed").inc()
        for answer in reply.answers:
            self._questions.labels("yes" if answer.answered else "no").inc()
        for part, seconds in reply.seconds.items():
            self._parts.labels(part).inc(seconds)
        figures = {
            "conversation": self.hashed(reply.conversation), "turn": reply.turn, "dropped": reply.dropped,
            "seconds": {part: round(seconds, 3) for part, seconds in reply.seconds.items()},
            "tokens": sent + received, "calls": len(reply.calls), "calls_failed": failed, "masked": masked,
        }  # fmt: skip
        _log.info("turn", extra={"figures": figures})

    def erased(self, why: str, number: int = 1) -> None:
        """Conversations were erased: `asked` by their owner, or `kept_long_enough`."""
        self._erased.labels(why).inc(number)
        _log.info("erased", extra={"figures": {"why": why, "conversations": number}})

    def refused(self, why: str) -> None:
        """A request was turned away."""
        self._refused.labels(why).inc()

    def hashed(self, conversation: str) -> str:
        """What stands in logs for a conversation: 64 bits that tell nothing to whoever lacks the key."""
        return hmac.new(self._key, conversation.encode(), hashlib.sha256).hexdigest()[:16]

    def exposition(self) -> bytes:
        """Everything that was counted, in the text format of Prometheus."""
        return generate_latest(self.registry)

    @property
    def running(self) -> int:
        """Turns that are being made."""
        return self._running

    @property
    def stopping(self) -> bool:
        """Whether the program is being stopped."""
        return self._stopping

    def stop(self) -> None:
        """From now on no turn begins; those that are being made go on. Safe in a signal handler."""
        self._stopping = True

    def idle(self, seconds: float) -> bool:
        """Waits until no turn is being made; False when that takes longer."""
        with self._changed:
            return self._changed.wait_for(lambda: self._running == 0, seconds)


def kept_key(home: Path) -> bytes:
    """The key of this data folder, made when there is none, readable by its owner alone.

    Raises:
        StoreError: the folder cannot be written.
    """
    path = home / KEY_FILE
    try:
        home.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            if len(found := path.read_bytes()) == 32:
                return found
            path.unlink()
            return kept_key(home)
        with os.fdopen(handle, "wb") as kept:
            kept.write(key := secrets.token_bytes(32))
    except OSError as error:
        raise StoreError(
            f"{path}: cannot be read or written ({error.strerror}); make the data folder writable or set VEJVISER_HOME to another one."
        ) from error
    return key


def _outcome(error: BaseException) -> str:
    kinds: tuple[tuple[type[BaseException], str], ...] = (
        (StoreError, "store"), (Conflict, "conflict"), (Stopped, "stopped"), (UserError, "refused"),
    )  # fmt: skip
    return next((name for kind, name in kinds if isinstance(error, kind)), "other")
