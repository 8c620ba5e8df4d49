"""Turns, starts and load are timed as they say."""

from __future__ import annotations

import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from assistant.build import Engine
from assistant.errors import UserError
from bench import serving, tokens, turns
from bench.report import Amount
from bench.served import Apart
from bench.speaking import Owner, scripts
from bench.timing import Times


def taken(seconds: float, floor: float, *, asked: bool = False) -> turns.Taken:
    steps = dict.fromkeys(("read", "answer", "advance", "reply", "store"), seconds / 10) | {"read": seconds * 0.6}
    reply: Any = SimpleNamespace(answers=("found",) if asked else (), seconds=steps)
    return turns.Taken(seconds, floor, reply)


def test_ratios_are_taken_turn_by_turn() -> None:
    rows = {row.name: row for row in turns._turns([taken(2.0, 1.0), taken(1.1, 1.0), taken(10.0, 10.0, asked=True)])}
    assert rows["turn-p50"].ratio == pytest.approx(1.1)
    assert rows["turn-p95"].ratio == pytest.approx(1.91)
    assert (rows["turn-p50"].met, rows["turn-p95"].met) == (True, True)
    assert rows["turn-asking-p50"].ratio == pytest.approx(1.0)
    assert rows["turn-telling-p50"].on == "2 turns"
    assert rows["turn-read"].ratio == pytest.approx(0.6)
    assert not turns._turns([taken(2.0, 1.0)])[0].met


def test_turns_of_a_dialogue_are_timed_with_nothing_remembered(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    embedder, order = engine.embedder, []
    forget, encode = embedder.forget, embedder.encode
    monkeypatch.setattr(embedder, "forget", lambda: order.append("forget") or forget())
    monkeypatch.setattr(embedder, "encode", lambda *given, **more: order.append("encode") or encode(*given, **more))
    found = turns.dialogue(engine, scripts()[0], 3)
    assert len(found) == 3
    assert order.count("forget") == 3
    assert order.count("encode") >= 3
    for one in found:
        assert 0 < sum(one.reply.seconds.values()) <= one.seconds
        assert one.floor > 0


def test_an_owner_answers_what_is_asked_until_nothing_is(engine: Engine) -> None:
    sessions = engine.sessions()
    owner = Owner(scripts()[0])
    reply = sessions.open(owner.script.language)
    assert owner.says(reply) == owner.script.story
    reply = sessions.say(reply.conversation, owner.script.story)
    assert owner.says(reply) in [*owner.script.answers[reply.asked.id], owner.script.otherwise]  # type: ignore[union-attr]
    said = [owner.says(reply) for _ in range(4)]
    assert said[-1].endswith("?"), "every sixth turn asks something"
    ended: Any = SimpleNamespace(asked=None, state=SimpleNamespace(ended=""))
    assert owner.says(ended) == ""
    sessions.erase(reply.conversation)


def test_what_others_said_is_not_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    embedder, looked = Apart("bundled", tmp_path, 1), []
    monkeypatch.setattr(embedder, "encode", lambda texts, **_: looked.append(texts) or np.ones((len(texts), 2)))

    def ask() -> None:
        embedder.queries(["It stands still."])
        embedder.queries(["It stands still."])

    ask()
    other = threading.Thread(target=ask)
    other.start()
    other.join()
    assert len(looked) == 2, "once for each"
    embedder.forget()
    ask()
    assert len(looked) == 3


def test_a_process_is_loaded_by_more_and_more(engine: Engine) -> None:
    _ = engine.shipped, engine.head
    one, two = serving.run(engine, serving.Size((1, 2), 0.5, (1,)), lambda _: None)
    assert (one.name, two.name) == ("load-1-1", "load-1-2")
    for row in (one, two):
        assert 0 < row.more["p50 s"] <= row.more["p95 s"] <= row.more["p99 s"]
        assert row.ratio == pytest.approx(row.ours.median / row.floor.median)
        assert row.more["memory MB"] > 100
        assert row.more["dialogues a minute"] > 0


def test_a_start_ends_with_a_reply(engine: Engine) -> None:
    _ = engine.shipped, engine.head
    ready, answered, memory = serving.start(engine, "start")
    assert 0 < ready < answered
    assert memory > 100
    with pytest.raises(UserError, match="the process that was measured ended early"):
        serving.start(engine, "start it")


def test_starts_are_held_against_the_wish_and_the_model(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"start": (3.0, 4.0, 1300.0), "model": (1.0, 2.0, 1000.0)}
    monkeypatch.setattr(serving, "start", lambda _engine, mode: told[mode])
    wish, model, memory = turns._starts(engine, turns.Size(1, 1, 2), lambda _: None)
    assert (wish.ratio, wish.met, model.ratio, memory.ratio) == (0.8, True, 2.0, 1.3)
    assert model.more == {"to the app s": 3.0, "and to the reply s": 1.0}
    assert (wish.ours, memory.ours) == (Times((4.0, 4.0)), Amount((1300.0, 1300.0), "MB"))


def test_tokens_of_dialogues_are_held_against_the_naive_chain() -> None:
    sent, calls = tokens.together(
        [
            {"turns": 10, "sent": 100, "whole": 1000, "calls": 2, "checks_missed": 0},
            {"turns": 30, "sent": 200, "whole": 9000, "calls": 2, "checks_missed": 1},
        ]
    )
    assert (sent.ratio, sent.met, calls.ratio) == (0.03, True, 0.1)
    assert sent.more == {"checks of the scripts missed": 1.0}
