"""Conversations that were kept long enough are erased by themselves: when serving begins, and once a day while it goes on."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from assistant.errors import VejviserError
from assistant.store import Store
from assistant.watch import Watch

EVERY = 24 * 3600.0
"""Seconds between two looks."""
_log = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


class Retention:
    """Erases what nobody has touched for `days` days.

    Args:
        store: The conversations.
        days: Counted from the last word, click or adviser's note in a conversation.
        watch: Counts what was erased.
        clock: What time it is.
        every: Seconds between two looks.
    """

    def __init__(
        self, store: Store, days: int, watch: Watch, clock: Callable[[], datetime] = _now, every: float = EVERY
    ) -> None:
        self._store, self._days, self._watch, self._clock, self._every = store, days, watch, clock, every
        self._over = threading.Event()

    def sweep(self) -> int:
        """Erases; how many there were. What an earlier erasure could not overwrite, because another program read, is overwritten now.

        Raises:
            StoreError: the database cannot be read or written.
        """
        gone = self._store.erase(*self._store.silent_since(self._clock() - timedelta(days=self._days)))
        if gone:
            self._watch.erased("kept_long_enough", gone)
        else:
            self._store.purge()
        return gone

    @contextmanager
    def running(self) -> Iterator[None]:
        """Sweeps now and then once a day, until the block is left. A sweep that fails is told in the log and tried the next time."""
        self._try()
        thread = threading.Thread(target=self._go, name="retention", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join(timeout=5)

    def _go(self) -> None:
        while not self._over.wait(self._every):
            self._try()

    def _try(self) -> None:
        try:
            self.sweep()
        except VejviserError as error:
            _log.error("old conversations could not be erased: %s", error)
        except Exception:
            _log.exception("old conversations could not be erased")
