"""A turn that is being made: it can be stopped until it is written, and then nothing of it is."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from assistant.build import Engine
from assistant.errors import Stopped
from assistant.store import Store
from assistant.web.turns import Running, Turns


def test_sentences_come_before_the_reply() -> None:
    def take(_conversation: str, come: Running) -> str:
        come("One.")
        return "One. Two."

    coming = Turns().begin("c", "tab", "hello", take, stoppable=True).coming()
    assert next(coming) == "One."
    with pytest.raises(StopIteration) as end:
        next(coming)
    assert end.value.value == "One. Two."


def test_what_goes_wrong_reaches_who_waits() -> None:
    def fail(_conversation: str, _come: Running) -> str:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        next(Turns().begin("c", "tab", "hello", fail, stoppable=True).coming())


def test_stopped_while_it_is_made_nothing_is_written() -> None:
    turns, begun, go_on, written = Turns(), threading.Event(), threading.Event(), []

    def take(_conversation: str, come: Running) -> str:
        begun.set()
        go_on.wait(5)
        come.unstopped()
        written.append(1)
        return "reply"

    running = turns.begin("c", "tab", "hello", take, stoppable=True)
    assert begun.wait(5)
    assert turns.of("c") is running
    assert not turns.stop("another tab")
    assert turns.stop("tab")
    with pytest.raises(Stopped):
        next(running.coming())
    go_on.set()
    assert running.over.wait(5)
    assert written == []


@pytest.mark.parametrize("stoppable", [True, False])
def test_what_is_being_written_or_cannot_be_stopped_goes_through(stoppable: bool) -> None:
    turns, writing, go_on = Turns(), threading.Event(), threading.Event()

    def take(_conversation: str, come: Running) -> str:
        if stoppable:
            come.unstopped()
        writing.set()
        go_on.wait(5)
        return "reply"

    running = turns.begin("c", "tab", "hello", take, stoppable=stoppable)
    assert writing.wait(5)
    assert not turns.stop("tab")
    go_on.set()
    with pytest.raises(StopIteration) as end:
        next(running.coming())
    assert end.value.value == "reply"


def test_a_session_asks_before_it_writes(engine: Engine, tmp_path: Path) -> None:
    store = Store(tmp_path)
    sessions = engine.sessions(store)
    name = sessions.open("en").conversation

    def stop() -> None:
        raise Stopped

    for text in ("We are 19 people in Thisted.", "delete everything"):
        with pytest.raises(Stopped):
            sessions.say(name, text, unstopped=stop)
    assert store.last_number(name) == 0
    assert sessions.say(name, "We are 19 people in Thisted.").turn == 1
    store.close()
