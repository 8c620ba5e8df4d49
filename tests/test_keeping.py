"""What is kept and what is not: forward from every version, backup and restore, retention, and erasing to the last byte."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import sqlite3
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from postgres import Postgres, everything

from assistant.accounts import Accounts
from assistant.backup import backup, restore
from assistant.build import Engine
from assistant.cli import app as commands
from assistant.domain.acts import Question
from assistant.errors import StoreError, UserError
from assistant.library.catalogue import Catalogue
from assistant.library.hashed import HashedEmbedder
from assistant.library.library import Library
from assistant.links import fresh, id_of
from assistant.logs import begin
from assistant.retention import Retention
from assistant.schema import VERSION
from assistant.startup import serving, tidy
from assistant.store import Store, Turn
from assistant.watch import Watch

SCHEMAS = sorted((Path(__file__).parent / "schemas").glob("version-*.sql"))
DAY = timedelta(days=1)
ERASED_IN_4 = "5lWsHLq36WGICZrXIx4BMA"
"""Link of the conversation that the program of version 4 erased."""
LINK_IN_5 = "_5jZfXV-N-f1SucgKmdLLA"
"""Link of the conversation that was brought forward to version 5, whose tables do not tell it."""


def old(home: Path, script: Path) -> Path:
    """A data folder as the program of that version left it."""
    home.mkdir(exist_ok=True)
    with closing(sqlite3.connect(home / "conversations.sqlite3")) as made:
        made.executescript(script.read_text(encoding="utf-8"))
    return home


def opening(script: Path) -> str:
    """The link of the conversation in it."""
    found = re.findall(r"INSERT INTO \"conversations\" VALUES\('([^']{22})'", script.read_text(encoding="utf-8"))
    (link,) = found or [LINK_IN_5]
    return link


def version(home: Path) -> int:
    with closing(sqlite3.connect(home / "conversations.sqlite3")) as opened:
        return int(opened.execute("SELECT version FROM schema_version").fetchone()[0])


def held(folder: Path) -> bytes:
    """All bytes below a folder."""
    return b"\n".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_there_is_a_database_of_every_version_before_this() -> None:
    assert [path.stem for path in SCHEMAS] == [f"version-{number}" for number in range(1, VERSION)]


@pytest.mark.parametrize("script", SCHEMAS, ids=lambda path: path.stem)
def test_forward_from_every_version(engine: Engine, tmp_path: Path, script: Path) -> None:
    number = int(script.stem.rpartition("-")[2])
    link = opening(script)
    store = Store(old(tmp_path, script))
    ((made, turns),) = store.conversations()
    assert made.id == id_of(link)  # so the link still opens it
    assert link.encode() not in held(tmp_path)
    assert version(tmp_path) == VERSION
    assert turns == {1: 3, 2: 3, 3: 4}.get(number, 6)
    assert [call.received for call in store.calls(made.id)] == ([5] if number >= 2 else [])
    sessions = engine.sessions(store)
    assert sessions.state(made.id).profile.company()["employees"] == 19
    assert sessions.state(made.id).profile.findings["technology.capture"].low == 1
    assert sessions.say(made.id, "Hvad er MQTT?").turn == turns + 1
    accounts = Accounts(store)
    assert bool(accounts.login("Karen Holm", "three small brass bells")) == (number >= 3)
    assert store.erase(made.id) == 1
    store.create("en", "full", ERASED_IN_4)  # a backup from before it was erased brings it back
    assert store.erase_marked(store.erased()) == (number >= 4)
    store.close()


@pytest.mark.parametrize("script", SCHEMAS, ids=lambda path: path.stem)
def test_forward_on_a_server(postgres: Postgres, tmp_path: Path, script: Path) -> None:
    """The same content, put into tables that PostgreSQL made, loses and doubles nothing either."""
    home = old(tmp_path, script)
    url = postgres.database()
    server = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    before = sa.MetaData()
    with closing(sqlite3.connect(home / "conversations.sqlite3")) as source, server.begin() as target:
        source.row_factory = sqlite3.Row
        before.reflect(sa.create_engine(f"sqlite:///{home / 'conversations.sqlite3'}"))
        for table in before.tables.values():
            for column in table.columns:
                column.type = sa.DateTime(timezone=True) if isinstance(column.type, sa.DateTime) else column.type
        before.create_all(target)
        for table in before.sorted_tables:
            for row in source.execute(f'SELECT * FROM "{table.name}"'):
                names = ", ".join(f'"{name}"' for name in row.keys())  # noqa: SIM118
                places = ", ".join(["%s"] * len(row))
                target.exec_driver_sql(f'INSERT INTO "{table.name}" ({names}) VALUES ({places})', tuple(row))
    server.dispose()
    with closing(Store(home)) as here, closing(Store(tmp_path, url)) as there:
        assert there.conversations() == here.conversations()
        ((made, _),) = there.conversations()
        assert there.turns(made.id) == here.turns(made.id)
        assert there.calls(made.id) == here.calls(made.id)
        assert there.erased() == here.erased()
        assert opening(script).encode() not in everything(there)
        assert there.erase(made.id) == 1
    Store(tmp_path, url).close()


@pytest.mark.parametrize("script", SCHEMAS[3:], ids=lambda path: path.stem)
def test_a_link_leaves_the_words_that_repeat_it(tmp_path: Path, script: Path) -> None:
    """The reply goes on telling how to come back, and every quote stands where it stood."""
    link = opening(script)
    assert script.read_text(encoding="utf-8").count(f"({link})") == 1  # in the reply to "stop"
    with closing(Store(old(tmp_path, script))) as store:
        ((made, _),) = store.conversations()
        *_, before, asking, stopping = store.turns(made.id)
    assert before.said == "Deler."
    assert asking.said == f"Er det https://vejviser.example/da#{'x' * 22}, jeg skal gemme?"
    (question,) = asking.acts
    assert isinstance(question, Question)
    assert asking.said[question.start : question.end] == question.quote
    assert stopping.reply.startswith(
        f"Vi stopper her. Alt er gemt; kom tilbage med samme link eller nummer ({made.id}), så"
    )


def test_a_link_leaves_the_words_of_every_conversation(tmp_path: Path) -> None:
    """It may have been pasted into another one, beside letters, among others, or in an adviser's note; what opens nothing stays."""
    one, two, none = fresh(), fresh(), fresh()
    with closing(Store(tmp_path)) as store:
        names = [store.create("en", "full", link).id for link in (one, two)]
        note = Question(quote=f"é{one}é", start=0, end=24)
        store.append(names[1], Turn(1, f"-{one}{two}- {none}", [note], None, f"{two}/{one}, {none}"))
    with closing(sqlite3.connect(tmp_path / "conversations.sqlite3")) as earlier:
        earlier.execute("UPDATE schema_version SET version = 5")
        earlier.commit()
    with closing(Store(tmp_path)) as store:
        (turn,) = store.turns(names[1])
        assert turn.said == f"-{'x' * 44}- {none}"
        assert turn.acts == [Question(quote=f"é{'x' * 22}é", start=0, end=24)]
        assert turn.reply == f"{names[1]}/{names[0]}, {none}"
        assert one.encode() not in held(tmp_path)
        assert two.encode() not in held(tmp_path)


@pytest.mark.parametrize("script", SCHEMAS[3:], ids=lambda path: path.stem)
def test_a_backup_of_an_earlier_version_brings_back_no_link(tmp_path: Path, script: Path) -> None:
    link, file, home = opening(script), tmp_path / "kept.zip", tmp_path / "there"
    talks = (old(tmp_path / "before", script) / "conversations.sqlite3").read_bytes()
    assert link.encode() in talks
    manifest = {
        "format": 1, "made": "2026-11-03T12:00:00+00:00", "home": "/srv/vejviser", "conversations": 1,
        "files": {"conversations.sqlite3": hashlib.sha256(talks).hexdigest()},
    }  # fmt: skip
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("manifest.json", json.dumps(manifest))
        made.writestr("conversations.sqlite3", talks)
    assert restore(home, file).conversations == 1
    assert link.encode() not in held(home)
    assert version(home) == VERSION
    with closing(Store(home)) as store:
        assert store.opened(link) is not None


def test_a_newer_database_is_left_alone_and_named(tmp_path: Path) -> None:
    Store(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "conversations.sqlite3")) as newer:
        newer.execute("UPDATE schema_version SET version = 99")
        newer.commit()
        before = list(newer.iterdump())
        with pytest.raises(StoreError, match=r"was written by a newer Vejviser .version 99.*; start that one"):
            Store(tmp_path)
        assert list(newer.iterdump()) == before


def test_two_programs_go_forward_at_once(tmp_path: Path) -> None:
    old(tmp_path, SCHEMAS[0])
    problems: list[Exception] = []

    def opened() -> None:
        try:
            Store(tmp_path).close()
        except Exception as error:
            problems.append(error)

    threads = [threading.Thread(target=opened) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert version(tmp_path) == VERSION


def company(store: Store, number: int, turns: int = 12) -> str:
    """A conversation with words of its own in every column."""
    name = store.create("en", "full").id
    for turn in range(turns):
        words = f"sentinel-{number}-said-{turn} " * (1 + turn * 9)
        store.append(
            name, Turn(turn, words, [], None, f"sentinel-{number}-reply-{turn} " * 20, (f"sentinel-{number}-cited",))
        )
    return name


@pytest.fixture
def quiet() -> Iterator[None]:
    """Logs as while serving, and as they were afterwards."""
    root = logging.getLogger()
    before, level, mine = list(root.handlers), root.level, logging.getLogger("assistant").level
    yield
    root.handlers[:] = before
    root.setLevel(level)
    logging.getLogger("assistant").setLevel(mine)


def test_erasing_one_of_fifty_leaves_no_byte_and_the_others_as_they_were(
    engine: Engine, tmp_path: Path, quiet: None, capfd: pytest.CaptureFixture[str]
) -> None:
    """Words, acts, replies and ids; database, its log and shared memory, library, index, uploads and logs."""
    home = tmp_path / "home"
    store = Store(home)
    begin("json")
    sessions = engine.sessions(store)
    said = "We are nineteen and sentinel-gone-said weld in Thisted, and what is sentinel-gone-asked?"
    names = [company(store, number) for number in range(24)]
    link = fresh()
    gone = sessions.open("en", "full", link).conversation
    sessions.say(gone, said)
    sessions.say(gone, "sentinel-gone-more on paper and nothing else")
    for turn in range(3, 60):
        store.append(gone, Turn(turn, f"sentinel-gone-{turn} " * 90, [], None, f"sentinel-gone-reply-{turn} " * 90))
    names += [company(store, number) for number in range(24, 49)]
    assert len(store.conversations()) == 50
    assert held(home).count(b"sentinel-gone") > 1000
    before = {name: store.turns(name) for name in names}
    assert sessions.erase(gone)
    assert b"sentinel-gone" not in held(home)
    assert gone.encode() not in held(home)
    assert link.encode() not in held(home)
    assert {name: store.turns(name) for name in names} == before
    assert len(store.conversations()) == 49
    printed = capfd.readouterr()
    assert '"what": "erased"' in printed.err
    assert "sentinel" not in printed.out + printed.err
    assert gone not in printed.out + printed.err
    store.close()
    assert b"sentinel-gone" not in held(home)


def test_what_a_reader_held_up_is_overwritten_by_the_next_sweep(tmp_path: Path) -> None:
    store = Store(tmp_path)
    gone = company(store, 1)
    reader = sqlite3.connect(tmp_path / "conversations.sqlite3", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM turns").fetchone()
    assert store.erase(gone) == 1
    assert b"sentinel-1" in held(tmp_path)  # the reader may still look at what was
    reader.close()
    assert Retention(store, 365, Watch()).sweep() == 0
    assert b"sentinel-1" not in held(tmp_path)
    store.close()


def test_what_was_kept_long_enough_is_erased_at_the_start_and_daily(tmp_path: Path) -> None:
    store = Store(tmp_path)
    now = datetime.now(UTC)
    old_one, touched, empty = (store.create("en", "full").id for _ in range(3))
    for name, days in ((old_one, (400, 366)), (touched, (400, 364))):
        for number, ago in enumerate(days):
            store.append(name, Turn(number, f"said-{ago}", [], None, "reply", created=now - ago * DAY))
    watch, later = Watch(), [now]
    retention = Retention(store, 365, watch, clock=lambda: later[0], every=0.02)
    with retention.running():
        assert store.conversation(old_one) is None
        assert b"said-366" not in held(tmp_path)
        assert store.conversation(touched) is not None
        assert store.conversation(empty) is not None
        later[0] = now + 2 * DAY
        for _ in range(500):
            if store.conversation(touched) is None:
                break
            threading.Event().wait(0.01)
        assert store.conversation(touched) is None
    assert store.conversation(empty) is not None
    assert 'vejviser_conversations_erased_total{why="kept_long_enough"} 2.0' in watch.exposition().decode()
    store.close()


def test_a_sweep_that_fails_is_told_and_tried_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = Store(tmp_path)
    name = store.create("en", "full").id
    store.append(name, Turn(0, "x", [], None, "y", created=datetime.now(UTC) - 400 * DAY))
    holder = sqlite3.connect(tmp_path / "conversations.sqlite3", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    store._engine.dispose()
    retention = Retention(store, 365, Watch(), every=0.02)
    with retention.running():
        assert "old conversations could not be erased" in caplog.text
        holder.close()
        for _ in range(500):
            if store.conversation(name) is None:
                break
            threading.Event().wait(0.01)
        assert store.conversation(name) is None
    store.close()


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A data folder with talks, an account and a library of one uploaded file."""
    home = tmp_path / "house"
    (home / "uploads" / "own").mkdir(parents=True)
    note = home / "uploads" / "own" / "lathe.md"
    note.write_text("# Lathe\n\nThe big lathe wants oil number 68 every Monday morning.\n", encoding="utf-8")
    catalogue = Catalogue(home / "library.sqlite3")
    Library(catalogue, HashedEmbedder(), home / "index", "own").ingest([note])
    catalogue.close()
    with closing(Store(home)) as store:
        for number in range(3):
            company(store, number)
    return home


def test_a_backup_comes_back_elsewhere_as_it_was(house: Path, tmp_path: Path) -> None:
    file, there = tmp_path / "kept.zip", tmp_path / "there"
    with closing(Store(house)) as store:
        made = backup(house, store, file)
        before = {one.id: store.turns(one.id) for one, _ in store.conversations()}
        assert store.append(next(iter(before)), Turn(99, "later", [], None, "y")) is None
    assert (made.conversations, made.files, made.size) == (3, 1, file.stat().st_size)
    assert file.stat().st_mode & 0o077 == 0
    held_back = restore(there, file)
    assert (held_back.conversations, held_back.files, held_back.left_out) == (3, 1, 0)
    with closing(Store(there)) as store:
        assert {one.id: store.turns(one.id) for one, _ in store.conversations()} == before
    catalogue = Catalogue(there / "library.sqlite3")
    library = Library(catalogue, HashedEmbedder(), there / "index", "own")
    assert "oil number 68" in library.search("oil for the lathe", 1)[0].passage.text
    assert library.paths()[library.documents()[0].key] == there / "uploads" / "own" / "lathe.md"
    assert library.check() == []
    catalogue.close()
    assert not [one for one in (*house.iterdir(), *there.iterdir()) if one.name.startswith((".backup", ".restore"))]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["house", "kept.zip", "there"]


def test_a_backup_does_not_bring_back_what_was_erased(house: Path, tmp_path: Path) -> None:
    file = tmp_path / "kept.zip"
    with closing(Store(house)) as store:
        backup(house, store, file)
        gone = store.conversations()[0][0].id
        number = next(turn.said for turn in store.turns(gone)).split("-")[1]
        store.erase(gone)
    with pytest.raises(UserError, match=r"holds 2 conversations, which would be lost; .*--replace"):
        restore(house, file)
    done = restore(house, file, replace=True)
    assert (done.conversations, done.left_out) == (2, 1)
    with closing(Store(house)) as store:
        assert store.conversation(gone) is None
        assert len(store.conversations()) == 2
    assert f"sentinel-{number}-".encode() not in held(house)
    assert restore(house, file, replace=True).left_out == 1  # still remembered


@pytest.mark.parametrize("harm", ["none", "empty", "cut", "bit", "other", "path", "format", "newer", "no talks"])
def test_what_is_no_whole_backup_changes_nothing(house: Path, tmp_path: Path, harm: str) -> None:
    file, bad = tmp_path / "kept.zip", tmp_path / "bad.zip"
    with closing(Store(house)) as store:
        backup(house, store, file)
    if harm == "empty":
        bad.write_bytes(b"")
    elif harm == "cut":
        bad.write_bytes(file.read_bytes()[:-2000])
    elif harm != "none":
        with zipfile.ZipFile(file) as good, zipfile.ZipFile(bad, "w") as made:
            manifest = json.loads(good.read("manifest.json"))
            talks = good.read("conversations.sqlite3")
            if harm == "bit":
                talks = talks[:5000] + b"!" + talks[5001:]
            elif harm == "other":
                manifest = ["a", "list"]
            elif harm == "path":
                manifest["files"]["uploads/../../outside.txt"] = manifest["files"]["uploads/own/lathe.md"]
                made.writestr("uploads/../../outside.txt", good.read("uploads/own/lathe.md"))
            elif harm == "format":
                manifest["format"] = 2
            elif harm == "newer":
                place = tmp_path / "newer.sqlite3"
                place.write_bytes(talks)
                with closing(sqlite3.connect(place)) as opened:
                    opened.execute("UPDATE schema_version SET version = 99")
                    opened.commit()
                talks = place.read_bytes()
                manifest["files"]["conversations.sqlite3"] = hashlib.sha256(talks).hexdigest()
            elif harm == "no talks":
                del manifest["files"]["conversations.sqlite3"]
            made.writestr("manifest.json", json.dumps(manifest))
            made.writestr("conversations.sqlite3", talks)
            for name in ("library.sqlite3", "uploads/own/lathe.md"):
                made.writestr(name, good.read(name))
    before = {path: path.read_bytes() for path in house.rglob("*") if path.suffix in (".sqlite3", ".md")}
    with pytest.raises(UserError, match=r"bad\.zip|newer Vejviser"):
        restore(house, bad, replace=True)
    assert {path: path.read_bytes() for path in house.rglob("*") if path.suffix in (".sqlite3", ".md")} == before
    assert not (tmp_path / "outside.txt").exists()
    assert not [one for one in house.iterdir() if one.name.startswith(".restore")]


def test_what_a_killed_backup_left_goes_at_the_next_start(tmp_path: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    mine, dead = (tmp_path / f".backup-{number}-x" for number in (os.getpid(), int(ended.stdout)))
    for folder in (mine, dead):
        folder.mkdir()
        (folder / "conversations.sqlite3").write_bytes(b"sentinel")
    tidy(tmp_path)
    assert mine.exists()
    assert not dead.exists()


def test_a_folder_that_is_served_from_is_not_restored(house: Path, tmp_path: Path) -> None:
    file = tmp_path / "kept.zip"
    with closing(Store(house)) as store:
        backup(house, store, file)
    with (
        serving(house),
        pytest.raises(StoreError, match="is being served from; stop that Vejviser, then restore again"),
    ):
        restore(house, file, replace=True)


def test_a_backup_that_cannot_be_written_is_told(house: Path, tmp_path: Path) -> None:
    with closing(Store(house)) as store, pytest.raises(UserError, match=r"cannot be written .*; choose another place"):
        backup(house, store, tmp_path / "no" / "such" / "kept.zip")


def test_backup_and_restore_as_commands(house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from typer.testing import CliRunner

    from assistant.build import Engine as Built
    from assistant.cli import keep
    from assistant.settings import Settings

    file = tmp_path / "kept.zip"
    for home in (house, tmp_path / "there"):
        running = Built(Settings(home=home))
        monkeypatch.setattr(keep, "engine", lambda running=running: running)
        done = CliRunner().invoke(commands, ["backup" if home == house else "restore", str(file)])
        assert done.exit_code == 0, done.output
        assert "3 conversations and 1 files of the library" in done.stdout
        if "store" in running.__dict__:
            running.store.close()
    assert (tmp_path / "there" / "conversations.sqlite3").is_file()
