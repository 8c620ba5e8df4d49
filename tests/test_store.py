"""Conversations on disk: append-only, numbered once, and explained when the disk says no."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from postgres import Postgres, everything

from assistant import schema
from assistant.database import without_password
from assistant.domain.acts import Consent, Question, Signal
from assistant.domain.state import Asked
from assistant.errors import Conflict, StoreError
from assistant.links import fresh, id_of, is_id
from assistant.store import Store, Turn

Opened = Callable[[], Store]
USED = SimpleNamespace(job="read", model="a model", sent=10, received=5, seconds=0.5, outcome="ok")


def test_a_turn_comes_back_as_it_was_written(opened: Opened) -> None:
    store = opened()
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
    assert read.created == turn.created
    assert read.created.tzinfo is UTC
    assert store.conversation(made.id) == made
    assert store.last_number(made.id) == 1


def test_no_link_looks_like_an_option_of_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(("-dashed", "--help", "plain-0"))
    monkeypatch.setattr("assistant.links.secrets.token_urlsafe", lambda _bytes: next(drawn))
    assert fresh() == "plain-0"


def test_a_number_is_given_once(opened: Opened) -> None:
    one, two = opened(), opened()
    made = one.create("en", "full")
    one.append(made.id, Turn(1, "first", [], None, "a"))
    with pytest.raises(Conflict):
        two.append(made.id, Turn(1, "second", [], None, "b"))
    assert [turn.said for turn in two.turns(made.id)] == ["first"]


def test_links_cannot_be_guessed_and_are_not_kept(opened: Opened, tmp_path: Path) -> None:
    store = opened()
    links = {fresh() for _ in range(50)}
    assert len(links) == 50
    assert min(map(len, links)) == 22  # 128 bits in base 64
    assert {store.create("en", "full", link).id for link in links} == set(map(id_of, links))
    assert not any(store.conversation(link) for link in links)
    assert {made.id for link in links if (made := store.opened(link))} == set(map(id_of, links))
    assert not any(store.opened(given) for given in (*map(id_of, links), fresh(), "", None, 7, ["x"]))
    assert all(is_id(one.id) and store.conversation(one.id) for one, _ in store.conversations())
    kept = everything(store) + b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert len(kept) > 1000
    assert not any(link.encode() in kept for link in links)


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


def test_no_acknowledged_turn_is_lost_when_the_process_is_killed(opened: Opened, database: str, tmp_path: Path) -> None:
    child = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from assistant.store import Store, Turn
        store = Store(Path(sys.argv[1]), sys.argv[2])
        made = store.create("en", "full")
        print(made.id, flush=True)
        for number in range(1, 100000):
            store.append(made.id, Turn(number, f"turn {number}", [], None, "reply"))
            print(number, flush=True)
        """
    )
    for wait in (0.05, 0.13, 0.29):
        process = subprocess.Popen(
            [sys.executable, "-c", child, str(tmp_path), database], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        name = process.stdout.readline().strip()
        time.sleep(wait)
        os.kill(process.pid, signal.SIGKILL)
        acknowledged = [int(line) for line in process.stdout.read().split("\n")[:-1] if line]
        process.stdout.close()
        process.wait()
        stored = [turn.number for turn in opened().turns(name)]
        assert acknowledged
        assert stored[: len(acknowledged)] == acknowledged


@pytest.mark.parametrize("url", ["nosuch://mette:hemmelig@host/db", "nosuch://:hem:me@lig@host/db"])
def test_no_password_stands_in_a_message(tmp_path: Path, url: str) -> None:
    with pytest.raises(StoreError, match=r"nosuch://\w*:\*\*\*@host/db") as refused:
        Store(tmp_path, url)
    assert "lig" not in str(refused.value)


def test_an_address_without_a_password_stays_whole() -> None:
    for url in (
        "",
        "sqlite:////a/b@c:d.sqlite3",
        "postgresql://mette@host:5432/db",
        "postgresql://host/db?user=mette&sslmode=require",
    ):
        assert without_password(url) == url


@pytest.mark.parametrize(("url", "shown"), [
    ("postgresql://host/db?password=hem@lig", "postgresql://host/db?password=***"),
    ("postgresql://host:5432/db?user=mette&password=hem@lig&sslmode=require",
     "postgresql://host:5432/db?user=mette&password=***&sslmode=require"),
    ("postgresql://mette:hem@lig@host/db?sslpassword=hem?lig&Password=hemlig",
     "postgresql://mette:***@host/db?sslpassword=***&Password=***"),
    ("postgresql://mette:hem?password=hem&lig@host/db", "postgresql://mette:***@host/db"),
    ("postgresql://mette://hemlig@host/db", "postgresql://mette:***@host/db"),
    ("mette:hem:lig@host/db", "mette:***@host/db"),
    ("host=db user=mette password = hemlig", "host=db user=mette password =***"),
])  # fmt: skip
def test_no_password_is_shown_wherever_it_stands(url: str, shown: str) -> None:
    assert without_password(url) == shown


def test_many_write_at_once_and_each_number_is_there_once(opened: Opened) -> None:
    """Four stores, as four processes have, take turns in one conversation as fast as they can."""
    stores = [opened() for _ in range(4)]
    name = stores[0].create("en", "full").id
    took: list[list[int]] = [[] for _ in stores]

    def write(place: int) -> None:
        store = stores[place]
        while len(took[place]) < 10:
            number = store.last_number(name) + 1
            try:
                store.append(name, Turn(number, f"{place}", [], None, "reply"))
            except Conflict:
                continue
            took[place].append(number)

    threads = [threading.Thread(target=write, args=(place,)) for place in range(len(stores))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(number for numbers in took for number in numbers) == list(range(40))
    said = {turn.number: turn.said for turn in stores[0].turns(name)}
    assert all(said[number] == str(place) for place, numbers in enumerate(took) for number in numbers)


def test_several_make_the_tables_at_once(opened: Opened) -> None:
    problems: list[Exception] = []

    def make() -> None:
        try:
            opened()
        except Exception as error:
            problems.append(error)

    threads = [threading.Thread(target=make) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []


def test_what_is_erased_is_gone_and_remembered_and_the_rest_stays(opened: Opened) -> None:
    store, other = opened(), opened()
    link = fresh()
    gone, stays = store.create("en", "full", link).id, store.create("da", "short").id
    for name in (gone, stays):
        store.append(name, Turn(0, f"said in {name}", [], None, "y"))
        store.note_calls(name, 0, [USED])
    assert store.erase(gone) == 1
    assert other.erase(gone) == 0
    assert other.conversation(gone) is None
    assert [one.id for one, _ in other.conversations()] == [stays]
    assert [spent.conversation for spent in other.spending()] == [stays]
    for left in (gone, link):
        assert left.encode() not in everything(other)
    with pytest.raises(Conflict):
        other.append(gone, Turn(1, "x", [], None, "y"))
    marks = other.erased()
    assert len(marks) == 1
    other.remember(marks)  # twice does no harm
    other.create("en", "full", link)  # as a backup from before would bring it
    assert other.erase_marked(marks) == 1
    assert other.turns(stays)[0].said == f"said in {stays}"


def test_retention_and_what_advisers_look_for(opened: Opened) -> None:
    store, now = opened(), datetime.now(UTC)
    old, shared = store.create("en", "full").id, store.create("en", "full").id
    given = Consent(adviser="ab_c", name="Karen", on="2027-03-01", given=True)
    store.append(old, Turn(0, "x", [], None, "y", created=now - timedelta(days=400)))
    store.append(shared, Turn(0, "ab_c", [], None, "y", created=now - timedelta(days=400)))
    store.append(shared, Turn(1, "-", [given], None, "y", created=now))
    assert store.silent_since(now - timedelta(days=365)) == [old]
    assert [one.id for one in store.mentioning("ab_c")] == [shared]
    assert store.mentioning("abxc") == []
    said = store.last_said(shared)
    assert said == now - timedelta(days=400)  # a consent bears an adviser's name
    store.ready()


def test_a_server_that_goes_away_is_told_and_used_again_when_it_is_back(postgres: Postgres, tmp_path: Path) -> None:
    store = Store(tmp_path, postgres.database())
    name = store.create("en", "full").id
    store.append(name, Turn(0, "before", [], None, "y"))
    postgres.stop()
    try:
        for call in (store.ready, lambda: store.turns(name), lambda: store.append(name, Turn(1, "x", [], None, "y"))):
            with pytest.raises(StoreError, match=r"cannot be read or written .*; check that the database server runs"):
                call()
        with pytest.raises(StoreError, match="check that the database server runs"):
            Store(tmp_path, f"postgresql://postgres@/d1?host={postgres.folder}")
    finally:
        postgres.start()
    store.append(name, Turn(1, "after", [], None, "y"))
    assert [turn.said for turn in store.turns(name)] == ["before", "after"]
    store.close()


def test_a_server_that_is_read_only_is_told(postgres: Postgres, tmp_path: Path) -> None:
    url = postgres.database()
    Store(tmp_path, url).close()
    store = Store(tmp_path, f"{url}&options=-c%20default_transaction_read_only%3Don")
    with pytest.raises(StoreError, match="read-only"):
        store.ready()
    store.close()


def test_a_server_is_backed_up_by_its_own_program(postgres: Postgres, tmp_path: Path) -> None:
    store = Store(tmp_path, postgres.database())
    with pytest.raises(StoreError, match="such as pg_dump"):
        store.copy(tmp_path / "copy.sqlite3")
    store.close()


@pytest.mark.parametrize("at", ["mysql+pymysql://mette@host/db", "postgresql+asyncpg://host/db", "nosuch://host/db"])
def test_another_kind_of_database_is_refused(tmp_path: Path, at: str) -> None:
    kind = at.partition(":")[0]
    with pytest.raises(StoreError) as refused:
        Store(tmp_path, at)
    assert str(refused.value) == (
        f"VEJVISER_DATABASE_URL={at!r}: is reached by {kind!r}, but conversations are kept in PostgreSQL or SQLite alone; give "
        "postgresql://… or sqlite:///…, or leave it empty for a file in the data folder."
    )


def test_a_file_may_be_named_by_address(tmp_path: Path) -> None:
    for number, kind in enumerate(("sqlite", "sqlite+pysqlite")):
        store = Store(tmp_path, f"{kind}:///{tmp_path / 'other.sqlite3'}")
        store.create("en", "full")
        assert len(store.conversations()) == number + 1
        store.close()
    assert [path.name for path in tmp_path.iterdir()] == ["other.sqlite3"]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that waits one second for another writer."""
    monkeypatch.setattr("assistant.database.WAIT", 1)


def test_a_server_that_another_program_holds_is_told_as_that(
    impatient: None, postgres: Postgres, tmp_path: Path
) -> None:
    url = postgres.database()
    store = Store(tmp_path, url)
    name = store.create("en", "full").id
    with psycopg.connect(url) as holder:
        holder.execute("LOCK TABLE turns IN EXCLUSIVE MODE")
        with pytest.raises(StoreError, match=r"lock timeout\); another program holds it; close that program or wait"):
            store.append(name, Turn(0, "x", [], None, "y"))
    store.append(name, Turn(0, "x", [], None, "y"))
    store.close()


def test_who_changes_tables_is_waited_for_and_nobody_else(impatient: None, postgres: Postgres, tmp_path: Path) -> None:
    url = postgres.database()
    opened: list[Store] = []
    waiting = threading.Thread(target=lambda: opened.append(Store(tmp_path, url)))
    with psycopg.connect(url) as first:
        first.execute("SELECT pg_advisory_xact_lock(%s)", [schema._LOCK])
        waiting.start()
        waiting.join(3)
        assert waiting.is_alive()  # three times as long as it waits for a writer
    waiting.join(30)
    (store,) = opened
    with psycopg.connect(url) as holder:
        holder.execute("UPDATE schema_version SET version = 5")
        holder.execute("SET idle_in_transaction_session_timeout = '20s'")  # else who waits for it for good never ends
        holder.commit()
        holder.execute("LOCK TABLE conversations IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(StoreError, match="another program holds it"):
            Store(tmp_path, url)
    store.close()


def test_connections_that_are_all_in_use_are_told(
    monkeypatch: pytest.MonkeyPatch, postgres: Postgres, tmp_path: Path
) -> None:
    for name, value in (("CONNECTIONS", 1), ("MORE", 0), ("WAIT", 1)):
        monkeypatch.setattr(f"assistant.database.{name}", value)
    store = Store(tmp_path, postgres.database())
    with store.begin(), pytest.raises(StoreError, match="all connections are in use; wait a little, then try again"):
        store.conversations()
    store.close()
