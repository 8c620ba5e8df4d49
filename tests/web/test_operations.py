"""What whoever keeps the machine asks: alive, ready, counted, logged without words, and stopped without losing a turn."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from engines import like, seeded
from fastapi.testclient import TestClient
from postgres import Postgres
from queue_calls import Direct

from assistant.build import Engine
from assistant.errors import Conflict, Stopped, Stopping, StoreError
from assistant.links import fresh, id_of
from assistant.llm.fake import FakeModel
from assistant.logs import Scrubbed, scrubbed
from assistant.startup import checked, restoring, roomy, writable
from assistant.store import Store
from assistant.watch import Watch, kept_key
from assistant.web.app import create

ROOT = Path(__file__).parents[2]
SAID = "We are nineteen in Thisted and my name is Sentinel Sørensen."


@pytest.fixture(scope="module")
def running(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    mine = like(
        engine, FakeModel(["MQTT is sold by Grundfos. [1]"], for_ever=True), home=tmp_path_factory.mktemp("ops")
    )
    yield mine
    mine.store.close()


@pytest.fixture(scope="module")
def visit(running: Engine) -> Iterator[TestClient]:
    with TestClient(create(running), client=("127.0.0.1", 50_000)) as client:
        yield client


def counted(visit: TestClient, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} ([0-9.e+]+)$", visit.get("/metrics").text, re.MULTILINE)
    assert found, name
    return float(found[1])


def test_alive_and_ready(visit: TestClient) -> None:
    assert visit.get("/healthz").json() == {"status": "ok"}
    ready = visit.get("/readyz")
    assert ready.status_code == 200
    assert ready.json() == {"status": "ready", "database": "ok", "index": "ok", "reader": "ok"}
    assert ready.headers["cache-control"] == "no-store"


def test_a_database_that_is_gone_and_comes_back_is_told_without_a_restart(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.web.operations.HOLDS", 0.0)
    mine = like(engine, home=tmp_path)
    with TestClient(create(mine)) as client:
        assert client.get("/readyz").status_code == 200
        holder = sqlite3.connect(tmp_path / "conversations.sqlite3", isolation_level=None)
        holder.execute("BEGIN EXCLUSIVE")
        failing = client.get("/readyz")
        assert failing.status_code == 503
        assert failing.json() == {"status": "failing", "database": "StoreError", "index": "ok", "reader": "ok"}
        assert str(tmp_path) not in failing.text
        assert client.get("/healthz").status_code == 200
        holder.close()
        assert client.get("/readyz").status_code == 200
    mine.store.close()


def test_a_server_that_is_gone_and_comes_back_is_told_without_a_restart(
    engine: Engine, tmp_path: Path, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.web.operations.HOLDS", 0.0)
    mine = like(engine, home=tmp_path, database_url=postgres.database())
    with TestClient(create(mine)) as client:
        link = fresh()
        name = mine.sessions().open("en", "full", link).conversation
        direct = Direct(client)
        assert "v-warning" not in direct.press("v-send", "We are nineteen.", "full", link)
        postgres.stop()
        try:
            assert client.get("/readyz").json()["database"] == "StoreError"
            assert client.get("/healthz").status_code == 200
            assert "v-warning" in direct.press("v-send", "We write it on paper.", "full", link)
            assert client.get(f"/export/{link}/profile.md").status_code == 503
        finally:
            postgres.start()
        assert client.get("/readyz").status_code == 200
        assert "v-warning" not in direct.press("v-send", "We write it on paper.", "full", link)
        assert [turn.said for turn in mine.store.turns(name, after=0)] == ["We are nineteen.", "We write it on paper."]
    mine.store.close()


def test_turns_tokens_fallbacks_and_drops_are_counted(visit: TestClient, running: Engine) -> None:
    sessions = running.sessions()
    names = [
        'vejviser_turns_total{outcome="ok"}', "vejviser_turn_seconds_count", "vejviser_fallbacks_total",
        'vejviser_model_tokens_total{direction="sent"}', 'vejviser_questions_total{answered="yes"}',
        "vejviser_numbers_masked_total", "vejviser_proposals_dropped_total",
    ]  # fmt: skip
    before = [counted(visit, name) for name in names]
    name = sessions.open("en").conversation
    replies = [sessions.say(name, text) for text in (SAID, "What is MQTT?", "My CPR number is 010190-1234.")]
    after = [counted(visit, name) for name in names]
    grown = [now - then for now, then in zip(after, before, strict=True)]
    calls = [call for reply in replies for call in reply.calls]
    assert grown[:2] == [3, 3]
    assert grown[2] == sum(any(call.outcome != "ok" for call in reply.calls) for reply in replies)
    assert grown[3] == sum(call.sent for call in calls) > 0
    assert grown[4:] == [1, 1, sum(reply.dropped for reply in replies)]
    assert counted(visit, "vejviser_turns_in_flight") == 0
    assert "Sentinel" not in visit.get("/metrics").text
    assert name not in visit.get("/metrics").text


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(Conflict("x"), "conflict"), (StoreError("x"), "store"), (Stopped(), "stopped"), (ValueError("x"), "other")],
)
def test_a_turn_that_fails_is_counted_by_its_kind(error: Exception, outcome: str) -> None:
    watch = Watch()
    with pytest.raises(type(error)), watch.turn():
        raise error
    assert f'vejviser_turns_total{{outcome="{outcome}"}} 1.0' in watch.exposition().decode()
    assert watch.running == 0


def test_metrics_are_for_those_who_may_read_them(engine: Engine, running: Engine) -> None:
    app = create(running)
    for address, status in (("127.0.0.1", 200), ("192.0.2.7", 403), ("testclient", 403)):
        assert TestClient(app, client=(address, 1)).get("/metrics").status_code == status, address
    other = like(running, home=running.settings.home, metrics_from="192.0.2.0/24")
    other.__dict__["store"] = running.store
    assert TestClient(create(other), client=("192.0.2.7", 1)).get("/metrics").status_code == 200


def test_a_log_line_is_json_with_a_hash_and_without_words(running: Engine) -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Scrubbed("json"))
    logger = logging.getLogger("assistant")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        sessions = running.sessions()
        name = sessions.open("en").conversation
        for text in (SAID, "My CPR number is 010190-1234 and what is MQTT?"):
            sessions.say(name, text)
        sessions.erase(name)
        logger.error("conversation %r: there is none, says 010190-1234", name)
        try:
            raise ValueError(SAID)
        except ValueError:
            logger.exception("failed")
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    turns = [line for line in lines if line["what"] == "turn"]
    assert [line["turn"] for line in turns] == [1, 2]
    assert {line["conversation"] for line in turns} == {running.watch.hashed(name)}
    assert turns[1]["masked"] is True
    assert set(turns[0]["seconds"]) == {"read", "answer", "advance", "reply", "store"}
    assert any(line["what"] == "erased" for line in lines)
    assert lines[-1]["error"] == "ValueError"
    assert lines[-1]["places"][-1].startswith("tests/web/test_operations.py")
    for secret in (name, "Sentinel", "Thisted", "0101", "1234"):
        assert secret not in stream.getvalue(), secret


def test_ids_tokens_and_numbers_are_cut_out_of_any_line() -> None:
    name, token = "AbCdEfGh-jKlMnOpQrSt_v", "a" * 43
    assert scrubbed(f"no {name}, {token} or 010190-1234") == "no (id), (token) or xxxxxx-xxxx"
    assert scrubbed(f"no {id_of(name)!r}") == "no '(id)'"
    assert len(scrubbed("long " * 9999)) == 2000


def test_gradio_prints_no_words_either(visit: TestClient, capfd: pytest.CaptureFixture[str]) -> None:
    direct = Direct(visit)
    direct.call(direct.event("v-send"), ["hello", {"odd": SAID}, ""])
    printed = capfd.readouterr()
    assert "Sentinel" not in printed.out + printed.err


def test_the_key_of_the_hash_stays_and_is_its_owners_alone(tmp_path: Path) -> None:
    key = kept_key(tmp_path)
    assert kept_key(tmp_path) == key
    assert (tmp_path / "log.key").stat().st_mode & 0o077 == 0
    assert Watch(key).hashed("a") == Watch(key).hashed("a") != Watch().hashed("a")
    (tmp_path / "log.key").write_bytes(b"half")
    assert len(kept_key(tmp_path)) == 32


def test_no_turn_begins_once_it_is_to_stop(engine: Engine, tmp_path: Path) -> None:
    mine = like(engine, home=tmp_path)
    with TestClient(create(mine)) as client:
        sessions = mine.sessions()
        link = fresh()
        name = sessions.open("en", "full", link).conversation
        mine.watch.stop()
        with pytest.raises(Stopping):
            sessions.say(name, SAID)
        assert mine.store.last_number(name) == 0
        assert client.get("/readyz").json() == {"status": "stopping"}
        assert "being restarted" in Direct(client).press("v-send", SAID, "full", link)
    mine.store.close()


def test_a_turn_in_flight_is_finished_before_the_app_stops(tmp_path: Path) -> None:
    """SIGTERM in the middle of a slow answer: the answer still arrives, it is on disk, and the exit code is 0."""
    environment = {
        **os.environ, "VEJVISER_HOME": str(seeded(tmp_path)), "PYTHONPATH": f"{ROOT}:{ROOT / 'tests' / 'browser'}",
        "PYTHONWARNINGS": "ignore", "VEJVISER_LOG": "json",
    }  # fmt: skip
    log = tmp_path / "log"
    with log.open("w") as told:
        app = subprocess.Popen(
            [sys.executable, "-c", "import slow; slow.serve(0)"], stdout=subprocess.PIPE, stderr=told, text=True, env=environment,
            cwd=tmp_path,
        )  # fmt: skip
    assert app.stdout is not None
    address = app.stdout.readline().strip()
    assert address.startswith("http"), log.read_text()
    try:
        with httpx.Client(base_url=address, timeout=60) as client:
            direct = Direct(client)
            joined = direct.join(direct.event("v-send"), ["What is MQTT?", "full", ""])
            assert joined.status_code == 200
            came = ""
            with client.stream("GET", f"/en/gradio_api/queue/data?session_hash={direct.session}") as answer:
                for line in answer.iter_lines():
                    came += line
                    if "post office" in line and app.poll() is None and "signalled" not in came:
                        app.send_signal(signal.SIGTERM)
                        came += "signalled"
                    if '"process_completed"' in line:
                        break
        assert "signalled" in came
        assert "process_completed" in came
        assert app.wait(30) == 0, log.read_text()
    finally:
        app.kill()
        app.stdout.close()
    store = Store(tmp_path)
    ((made, turns),) = store.conversations()
    assert turns == 1
    assert "sender and receiver must agree" in store.turns(made.id)[1].reply
    store.close()
    logged = log.read_text()
    assert made.id not in logged
    assert "MQTT" not in logged
    assert '"what": "turn"' in logged


def test_what_serving_needs_is_told_in_a_sentence(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("in the way")
    with pytest.raises(StoreError, match=r"file: the data folder cannot be written .*VEJVISER_HOME"):
        writable(file)
    with pytest.raises(StoreError, match=r"MB left, and 9,000,000,000,000 MB are needed; free space"):
        roomy(tmp_path, 9 * 10**18)
    mine = like(engine, home=tmp_path / "home")
    both = contextlib.ExitStack()
    for _ in range(2):  # two may serve
        both.enter_context(checked(mine.settings, mine.store))
    with both, pytest.raises(StoreError, match="is being served from; stop that Vejviser"):
        restoring(mine.settings.home).__enter__()
    with restoring(mine.settings.home), pytest.raises(StoreError, match="is being restored; wait"):
        checked(mine.settings, mine.store).__enter__()
    mine.store.close()


def test_a_turn_waits_for_nothing_but_itself() -> None:
    watch = Watch()
    with watch.turn():
        began = time.monotonic()
        assert not watch.idle(0.05)
        assert time.monotonic() - began < 5
    assert watch.idle(0.0)
