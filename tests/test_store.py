"""Conversations on disk: append-only, numbered once, and explained when the disk says no."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from assistant.domain.acts import Question, Signal
from assistant.domain.state import Asked
from assistant.errors import Conflict, StoreError
from assistant.store import Store, Turn, without_password


def test_a_turn_comes_back_as_it_was_written(tmp_path: Path) -> None:
    store = Store(tmp_path)
    made = store.create("da", "short")
    acts = [Question(quote="Hvad er MQTT?", start=0, end=13, answered=True), Signal(signal="later")]
    turn = Turn(
        1, "Hvad er MQTT?", acts, Asked(id="technology.capture", form="closest", options=(1, 2)), "svar", ("a", "b")
    )
    store.append(made.id, turn)
    read = store.turns(made.id)[0]
    assert (read.number, read.said, list(read.acts), read.asked, read.reply, read.cited) == (
        1, "Hvad er MQTT?", acts, turn.asked, "svar", ("a", "b"),
    )  # fmt: skip
    assert store.conversation(made.id) is not None
    assert store.last_number(made.id) == 1


def test_no_id_looks_like_an_option_of_a_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(("-dashed", "--help", "plain-0"))
    monkeypatch.setattr("assistant.store.secrets.token_urlsafe", lambda _bytes: next(drawn))
    assert Store(tmp_path).create("en", "full").id == "plain-0"


def test_a_number_is_given_once(tmp_path: Path) -> None:
    one, two = Store(tmp_path), Store(tmp_path)
    made = one.create("en", "full")
    one.append(made.id, Turn(1, "first", [], None, "a"))
    with pytest.raises(Conflict):
        two.append(made.id, Turn(1, "second", [], None, "b"))
    assert [turn.said for turn in two.turns(made.id)] == ["first"]


def test_ids_cannot_be_guessed(tmp_path: Path) -> None:
    store = Store(tmp_path)
    ids = {store.create("en", "full").id for _ in range(50)}
    assert len(ids) == 50
    assert min(map(len, ids)) >= 22  # 128 bits in base 64


def test_a_locked_database_is_named_with_its_remedy(tmp_path: Path) -> None:
    store = Store(tmp_path)
    made = store.create("en", "full")
    holder = sqlite3.connect(tmp_path / "conversations.sqlite3")
    holder.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(StoreError, match="another program holds it"):
            store.append(made.id, Turn(1, "x", [], None, "y"))
    finally:
        holder.close()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "conversations.sqlite3").write_bytes(b"this is no database at all, only words" * 50)
    with pytest.raises(StoreError, match=r"conversations\.sqlite3"):
        Store(tmp_path).conversations()


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="VEJVISER_HOME"):
        Store(tmp_path / "file" / "home")


def test_an_address_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="VEJVISER_DATABASE_URL"):
        Store(tmp_path, "no address")


def test_no_acknowledged_turn_is_lost_when_the_process_is_killed(tmp_path: Path) -> None:
    child = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from assistant.store import Store, Turn
        store = Store(Path(sys.argv[1]))
        made = store.create("en", "full")
        print(made.id, flush=True)
        for number in range(1, 100000):
            store.append(made.id, Turn(number, f"turn {number}", [], None, "reply"))
            print(number, flush=True)
        """
    )
    for wait in (0.05, 0.13, 0.29):
        process = subprocess.Popen([sys.executable, "-c", child, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        name = process.stdout.readline().strip()
        time.sleep(wait)
        os.kill(process.pid, signal.SIGKILL)
        acknowledged = [int(line) for line in process.stdout.read().split("\n")[:-1] if line]
        process.stdout.close()
        process.wait()
        stored = [turn.number for turn in Store(tmp_path).turns(name)]
        assert acknowledged
        assert stored[: len(acknowledged)] == acknowledged


def test_no_id_begins_with_a_dash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = iter(["-9abc", "--x", "a-b"])
    monkeypatch.setattr("assistant.store.secrets.token_urlsafe", lambda _: next(given))
    assert Store(tmp_path).create("en", "full").id == "a-b"


@pytest.mark.parametrize("url", ["nosuch://mette:hemmelig@host/db", "nosuch://:hem:me@lig@host/db"])
def test_no_password_stands_in_a_message(tmp_path: Path, url: str) -> None:
    with pytest.raises(StoreError, match=r"nosuch://\w*:\*\*\*@host/db") as refused:
        Store(tmp_path, url)
    assert "lig" not in str(refused.value)


def test_an_address_without_a_password_stays_whole() -> None:
    for url in ("", "sqlite:////a/b@c:d.sqlite3", "postgresql://mette@host:5432/db"):
        assert without_password(url) == url
