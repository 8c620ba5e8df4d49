"""Patience with a model: a time by which it must have answered, tries with growing pauses, and a circuit breaker.

Knows no provider: what an error means is told by its HTTP status where it carries one. The model runs in a thread of its own, so
that one that hangs cannot hold the turn.
"""

from __future__ import annotations

import logging
import queue
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from assistant.chat import ChatModel, Message, Schema
from assistant.errors import ModelError

TRIES = 3
"""Times that one call is made at the most; only before the first piece, and only where trying again may help."""
FIRST_PAUSE = 0.25
"""Seconds before the second try; doubled before each further one."""
PATIENCE = 3
"""Calls that fail one after the other before the model is left alone."""
REST = 30.0
"""Seconds that it is then left alone; doubled while the trial call after it fails too."""
LONGEST_REST = 600.0
LONGEST = 20_000
"""Characters of one answer at the most; a model that repeats itself for ever is stopped."""
_END = object()
_log = logging.getLogger(__name__)


class Breaker:
    """Leaves a model alone that failed several times, then tries it with one call. Safe to share between threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._failures, self._closed_until, self._rest = 0, 0.0, REST

    @property
    def left_alone(self) -> bool:
        """Whether no call may be made now."""
        with self._lock:
            return self._clock() < self._closed_until

    def enter(self) -> None:
        """Before a call.

        Raises:
            ModelError: the model is left alone for now.
        """
        with self._lock:
            now = self._clock()
            if now < self._closed_until:
                raise ModelError("it failed several times and is left alone for a while")
            if self._failures >= PATIENCE:  # one trial call; others wait until it has come back
                self._closed_until = now + self._rest

    def succeeded(self) -> None:
        """After a call that gave an answer."""
        with self._lock:
            self._failures, self._closed_until, self._rest = 0, 0.0, REST

    def failed(self) -> None:
        """After a call that gave none."""
        with self._lock:
            self._failures += 1
            if self._failures >= PATIENCE:
                self._closed_until = self._clock() + self._rest
                self._rest = min(self._rest * 2, LONGEST_REST)


class Patience:
    """A model that answers in time or not at all."""

    def __init__(
        self, model: ChatModel, breaker: Breaker | None = None, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._model, self.breaker, self._pause = model, breaker or Breaker(), pause

    @property
    def name(self) -> str:
        """`provider:model`."""
        return self._model.name

    def on_time(self, until: float) -> None:
        """Before a call that must be done by `until`.

        Raises:
            ModelError: that moment has passed.
        """
        if time.monotonic() >= until:
            raise ModelError("the time of this turn is used up")

    def stream(self, messages: Sequence[Message], until: float) -> Iterator[str]:
        """The answer piece by piece, until the moment `until` of the monotonic clock.

        Raises:
            ModelError: down, slow, limited, empty or endless; what came before stands.
        """
        yield from self._tried(lambda: self._model.stream(messages), until)

    def complete(self, messages: Sequence[Message], schema: Schema | None, until: float) -> str:
        """The whole answer.

        Raises:
            ModelError: as `stream`.
        """
        return "".join(self._tried(lambda: iter([self._model.complete(messages, schema)]), until))

    def _tried(self, begin: Callable[[], Iterator[str]], until: float) -> Iterator[str]:
        self.breaker.enter()
        for attempt in range(TRIES):
            got = 0
            try:
                for piece in _in_time(begin, until):
                    got += len(piece)
                    if got > LONGEST:
                        raise ModelError("its answer does not end")
                    if piece:
                        yield piece
                if not got:
                    raise ModelError("its answer is empty")
            except GeneratorExit:  # whoever listens has heard enough
                self.breaker.succeeded()
                raise
            except Exception as error:
                wait = FIRST_PAUSE * 2**attempt * random.uniform(0.8, 1.2)  # noqa: S311 - spreads calls, guards nothing
                wait = max(wait, _asked_to_wait(error))
                if got or attempt == TRIES - 1 or not _may_pass(error) or time.monotonic() + wait >= until:
                    self.breaker.failed()
                    raise _explained(error) from error
                self._pause(wait)
            else:
                self.breaker.succeeded()
                return


def _in_time(begin: Callable[[], Iterator[str]], until: float) -> Iterator[str]:
    """What `begin` yields, read in another thread; raises ModelError when `until` has passed."""
    box: queue.SimpleQueue[Any] = queue.SimpleQueue()
    enough = threading.Event()

    def read() -> None:
        length = 0
        try:
            pieces = begin()
            for piece in pieces:
                if enough.is_set() or length > LONGEST:
                    break
                length += len(piece)
                box.put(piece)
            with suppress(AttributeError):
                pieces.close()  # type: ignore[attr-defined]
            box.put(_END)
        except BaseException as error:
            box.put(error)

    threading.Thread(target=read, name="language model", daemon=True).start()
    try:
        while True:
            try:
                found = box.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                raise ModelError("it did not answer in time") from None
            if found is _END:
                return
            if isinstance(found, BaseException):
                raise found
            yield found
    finally:
        enough.set()


def _status(error: BaseException) -> int | None:
    """The HTTP status that `error`, or what it came from, carries."""
    seen: BaseException | None = error
    while seen is not None:
        for holder in (seen, getattr(seen, "response", None)):
            status = getattr(holder, "status_code", None)
            if isinstance(status, int) and status > 0:
                return status
        seen = seen.__cause__
    return None


def _may_pass(error: BaseException) -> bool:
    """Whether another try may help: the line was cut, the provider is busy; not where it refuses, nor where time is up."""
    if isinstance(error, ModelError):
        return False
    status = _status(error)
    return status is None or status in (408, 409, 425, 429) or status >= 500


def _asked_to_wait(error: BaseException) -> float:
    """Seconds that the provider asks to wait, or 0."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    try:
        return max(0.0, float(headers.get("retry-after", 0)))
    except (TypeError, ValueError):
        return 0.0


def _explained(error: Exception) -> ModelError:
    """What went wrong, without the words that were sent: providers repeat them in their messages."""
    if isinstance(error, ModelError):
        return error
    status = _status(error)
    _log.info("the language model failed: %s, status %s", type(error).__name__, status)
    if status == 429:
        return ModelError("it has too much to do (status 429)")
    if status is not None:
        return ModelError(f"it refuses (status {status})" if status < 500 else f"it is in trouble (status {status})")
    return ModelError(f"it cannot be reached or broke off ({type(error).__name__})")
