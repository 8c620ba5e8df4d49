"""Turns that are being made: each in a thread of its own, so that it outlives a reload and can be stopped. Knows no components."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass

from assistant.errors import Stopped


@dataclass(frozen=True)
class _Done:
    reply: str = ""
    error: Exception | None = None


class Running:
    """One turn; called with each sentence of the reply that is there before the rest.

    Args:
        said: What the person said.
        stoppable: Whether it asks `unstopped` before anything is written, so that stopped means that nothing is.
    """

    def __init__(self, said: str, stoppable: bool) -> None:
        self.said, self._stoppable = said, stoppable
        self.over = threading.Event()
        self._come: queue.SimpleQueue[str | _Done] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._stopped = self._writing = False

    def coming(self) -> Generator[str, None, str]:
        """Sentences as they come; returns the reply.

        Raises:
            Stopped: it was stopped. Also whatever went wrong.
        """
        while isinstance(found := self._come.get(), str):
            yield found
        if found.error is not None:
            raise found.error
        return found.reply

    def stop(self) -> bool:
        """Stops it unless it is too late or cannot be done."""
        with self._lock:
            if self._writing or not self._stoppable:
                return False
            self._stopped = True
        self._come.put(_Done(error=Stopped()))
        return True

    def run(self, conversation: str, take: Callable[[str, Running], str]) -> None:
        """Takes the turn."""
        try:
            self._come.put(_Done(take(conversation, self)))
        except Exception as error:
            self._come.put(_Done(error=error))
        finally:
            self.over.set()

    def __call__(self, sentence: str) -> None:
        """A sentence of the reply is there.

        Raises:
            Stopped: nobody waits for it any more.
        """
        if self._stopped:
            raise Stopped
        self._come.put(sentence)

    def unstopped(self) -> None:
        """Asked just before the turn is written.

        Raises:
            Stopped: the person stopped it.
        """
        with self._lock:
            if self._stopped:
                raise Stopped
            self._writing = True


Take = Callable[[str, Running], str]
"""Takes one turn of a conversation and gives the reply."""


class Turns:
    """The turns of this process that are being made, by conversation and by browser tab."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_conversation: dict[str, Running] = {}
        self._by_tab: dict[str, Running] = {}

    def begin(self, conversation: str, tab: str, said: str, take: Take, *, stoppable: bool) -> Running:
        """Begins a turn in `conversation` for the browser tab `tab`."""
        running = Running(said, stoppable)
        with self._lock:
            self._by_conversation[conversation] = self._by_tab[tab] = running

        def run() -> None:
            running.run(conversation, take)
            with self._lock:
                for known in (self._by_conversation, self._by_tab):
                    for name in [name for name, one in known.items() if one is running]:
                        del known[name]

        threading.Thread(target=run, name="turn").start()
        return running

    def of(self, conversation: str) -> Running | None:
        """The turn that is being made in `conversation`."""
        with self._lock:
            return self._by_conversation.get(conversation)

    def stop(self, tab: str) -> bool:
        """Stops the turn that the browser tab began; False when there is none or it is too late."""
        with self._lock:
            running = self._by_tab.get(tab)
        return running is not None and running.stop()
