"""Kill -9 at random moments: of turns, erasures, ingestion, migration, backup and restore; and a look at what is left each time.

`python tests/kills.py 200` kills two hundred times and prints what was found; the ordinary tests kill ten times. Each round forks a
worker from this process, which holds neither threads nor open databases; another fork looks at what the worker left.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, cast

from assistant.backup import backup, restore
from assistant.content import Knowledge, root
from assistant.domain.acts import Fact
from assistant.domain.maturity import LANGUAGES
from assistant.library.catalogue import Catalogue
from assistant.library.hashed import HashedEmbedder
from assistant.library.library import Library
from assistant.reading.private import PrivateWords
from assistant.session import Sessions
from assistant.store import Store, Turn
from assistant.wording import Wording

KNOWLEDGE = Knowledge(root())
SCHEMA = Path(__file__).parent / "schemas" / "version-1.sql"
Ack = Callable[[str], None]
Job = Callable[[Path, random.Random, Ack], None]
Look = Callable[[Path, list[str]], tuple[int, list[str]]]
_MANY = 10_000


def sessions(store: Store) -> Sessions:
    """The real dialogue by clicks, which needs no reader."""
    wordings = {name: Wording(KNOWLEDGE.replies(name), KNOWLEDGE.model, KNOWLEDGE.actions, name) for name in LANGUAGES}
    nobody = cast("Any", None)
    return Sessions(
        model=KNOWLEDGE.model, actions=KNOWLEDGE.actions, wordings=wordings, reader=nobody, guard=nobody, answer=nobody, store=store,
        days=365, to_read=lambda _: {}, private=PrivateWords(KNOWLEDGE.reading("private"), "private.yaml"),
    )  # fmt: skip


def talk(home: Path, chance: random.Random, ack: Ack) -> None:
    """Turns by click in one conversation after another, some of which are erased."""
    talking = sessions(Store(home))
    for _ in range(_MANY):
        name = talking.open("en").conversation
        for turn in range(1, chance.randint(2, 9)):
            said = f"{name} {turn} "
            act = Fact(quote=said, start=0, end=len(said), field="employees", value=turn)
            talking.act(name, [act], said)
            ack(f"turn {name} {turn}")
        if chance.random() < 0.3:
            ack(f"erasing {name}")
            talking.erase(name)
            ack(f"erased {name}")


def talked(home: Path, acks: list[str]) -> tuple[int, list[str]]:
    """Every turn that was acknowledged is there in its words and can be replayed; what was erased is gone to the last byte."""
    problems = whole(home / "conversations.sqlite3")
    store = Store(home)
    talking = sessions(store)
    erasing = {ack.split()[1] for ack in acks if ack.startswith("erasing")}
    erased = {ack.split()[1] for ack in acks if ack.startswith("erased")}
    turns: dict[str, int] = {}
    for ack in acks:
        if ack.startswith("turn"):
            _, name, number = ack.split()
            turns[name] = max(turns.get(name, 0), int(number))
    for name, number in turns.items():
        if name in erasing:
            continue
        said = [turn.said for turn in store.turns(name, after=0)]
        if said[:number] != [f"{name} {turn} " for turn in range(1, number + 1)]:
            problems.append(f"lost: turns of {name}")
        elif talking.state(name).turn < number:
            problems.append(f"lost: the state of {name}")
    store.purge()
    problems += [f"kept: {name}" for name in erased if store.conversation(name) is not None]
    store.close()
    left = (home / "conversations.sqlite3").read_bytes()
    problems += [f"kept bytes: {name}" for name in erased if name.encode() in left]
    return sum(turns.values()), problems


def take_in(home: Path, chance: random.Random, ack: Ack) -> None:
    """Files that change and vanish, taken into a library again and again."""
    folder = home / "files"
    folder.mkdir(exist_ok=True)
    library = Library(Catalogue(home / "library.sqlite3"), HashedEmbedder(), home / "index", "own")
    for round_ in range(_MANY):
        for _ in range(3):
            number = chance.randrange(8)
            words = " ".join(f"word{chance.randrange(500)}" for _ in range(30))
            path = folder / f"note{number}.md"
            unfinished = folder / ".unfinished"
            unfinished.write_text(
                f"# Note {number}\n\nNumber {number} turns in round {round_} with {words}.\n", encoding="utf-8"
            )
            unfinished.replace(path)
        library.ingest([folder], each=lambda result: ack(f"file {result.status} {result.path.name}"))
        ack(f"round {round_}")


def taken_in(home: Path, acks: list[str]) -> tuple[int, list[str]]:
    """The catalogue is whole, what was acknowledged is found by its own words, and the index is served or built anew."""
    problems = whole(home / "library.sqlite3")
    folder = home / "files"
    library = Library(Catalogue(home / "library.sqlite3"), HashedEmbedder(), home / "index", "own")
    names = {ack.split()[2] for ack in acks if ack.startswith("file ok")}
    there = {path.name for path in library.paths().values()}
    problems += [f"lost: {name}" for name in names - there]
    for document in library.documents():
        passage = library.passages_of(document.key)[0]
        if passage.text not in [hit.passage.text for hit in library.search(passage.text, 5)]:
            problems.append(f"not found: {document.key}")
    library.ingest([folder])
    problems += library.check()
    return sum(ack.startswith("file ok") for ack in acks), problems


def go_forward(home: Path, _chance: random.Random, ack: Ack) -> None:
    """An old database, with a thousand turns more, brought forward."""
    for number in range(_MANY):
        folder = home / f"old{number}"
        folder.mkdir()
        with closing(sqlite3.connect(folder / "conversations.sqlite3")) as made:
            made.executescript(SCHEMA.read_text(encoding="utf-8"))
            (name,) = made.execute("SELECT id FROM conversations").fetchone()
            values = [
                (name, turn, "said", "[]", "null", "reply", "[]", "2026-11-01 12:00:00.000000")
                for turn in range(10, 500)
            ]
            made.executemany("INSERT INTO turns VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
            made.commit()
        ack(f"old {number}")
        Store(folder).close()
        ack(f"new {number}")


def gone_forward(home: Path, acks: list[str]) -> tuple[int, list[str]]:
    """Each that was begun opens, with all its turns."""
    problems = []
    begun = [ack.split()[1] for ack in acks if ack.startswith("old")]
    for number in begun:
        with closing(Store(home / f"old{number}")) as store:
            ((made, _),) = store.conversations()
            if len(store.turns(made.id)) != 494:
                problems.append(f"lost: turns of old{number}")
    return len(begun), problems


def save(home: Path, chance: random.Random, ack: Ack) -> None:
    """Backups and restores of two states, one after the other."""
    live, file = home / "live", home / "kept.zip"
    with closing(Store(live)) as store:
        if not store.conversations():
            name = store.create("en", "full").id
            for turn in range(200):
                store.append(name, Turn(turn, "said " * 200, [], None, "reply " * 200))
        backup(live, store, file)
    ack("backup 0")
    for number in range(1, _MANY):
        if chance.random() < 0.5:
            with closing(Store(live)) as store:
                backup(live, store, file)
            ack(f"backup {number}")
        else:
            restore(live, file, replace=True)
            ack(f"restore {number}")


def saved(home: Path, acks: list[str]) -> tuple[int, list[str]]:
    """The conversation is there whole whatever was going on, and the file is a whole backup once one was acknowledged."""
    problems: list[str] = []
    with closing(Store(home / "live")) as store:
        turns = [len(store.turns(one.id)) for one, _ in store.conversations()]
    if any(ack.startswith("backup") for ack in acks):
        problems += [] if turns == [200] else [f"lost: {turns}"]
        with tempfile.TemporaryDirectory() as other:
            restore(Path(other), home / "kept.zip")
            with closing(Store(Path(other))) as store:
                problems += (
                    [] if len(store.turns(store.conversations()[0][0].id)) == 200 else ["lost: turns of the backup"]
                )
    problems += whole(home / "live" / "conversations.sqlite3")
    return len(acks), problems


def whole(path: Path) -> list[str]:
    """What SQLite itself finds wrong."""
    if not path.exists():
        return []
    with closing(sqlite3.connect(path)) as opened:
        told = opened.execute("PRAGMA integrity_check").fetchone()[0]
    return [] if told == "ok" else [f"corrupt: {path.name}: {told}"]


JOBS: dict[str, tuple[Job, Look, float]] = {
    "turns": (talk, talked, 0.6), "ingestion": (take_in, taken_in, 2.5), "migration": (go_forward, gone_forward, 0.5),
    "backup": (save, saved, 1.0),
}  # fmt: skip
"""What is killed -> the job, the look at what is left, and the seconds within which it is killed."""


def killed(name: str, home: Path, chance: random.Random) -> list[str]:
    """Runs the job in a fork, kills it at a random moment after its first acknowledgement, and gives the acknowledgements."""
    job, _, longest = JOBS[name]
    reading, writing = os.pipe()
    worker = os.fork()
    if worker == 0:
        os.close(reading)
        try:
            job(home, chance, lambda ack: os.write(writing, f"{ack}\n".encode()) and None)
        except BaseException as error:
            os.write(writing, f"failed {type(error).__name__}: {error}\n".encode())
        os._exit(1)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        first = told.readline()
        time.sleep(chance.uniform(0, longest))
        os.kill(worker, signal.SIGKILL)
        os.waitpid(worker, 0)
        return (first + told.read()).decode().split("\n")[:-1]


def looked_at(name: str, home: Path, acks: list[str]) -> tuple[int, list[str]]:
    """The look at what is left, in a fork of its own."""
    reading, writing = os.pipe()
    looker = os.fork()
    if looker == 0:
        try:
            found: Any = JOBS[name][1](home, acks)
        except BaseException as error:
            found = (0, [f"cannot be opened: {type(error).__name__}: {error}"])
        os.write(writing, json.dumps([found[0], found[1][:5]]).encode()[:60_000])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        number, problems = json.loads(told.read() or b'[0, ["the look died"]]')
    os.waitpid(looker, 0)
    return number, problems + [ack for ack in acks if ack.startswith("failed")]


def run(kills: int, seed: int, say: Callable[[str], None] = lambda _: None) -> dict[str, dict[str, Any]]:
    """Kills that many times, each job in turn on a folder of its own that lives through all of them."""
    chance = random.Random(seed)
    found: dict[str, dict[str, Any]] = {name: {"kills": 0, "acknowledged": 0, "problems": []} for name in JOBS}
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        for number in range(kills):
            name = list(JOBS)[number % len(JOBS)]
            home = Path(folder) / (f"{name}{number}" if name == "migration" else name)
            home.mkdir(exist_ok=True)
            acks = killed(name, home, random.Random(chance.random()))
            acknowledged, problems = looked_at(name, home, acks)
            one = found[name]
            one["kills"] += 1
            one["acknowledged"] += acknowledged
            one["problems"] += [f"kill {number}, seed {seed}: {problem}" for problem in problems]
            if (number + 1) % 20 == 0:
                say(f"{number + 1} of {kills} kills, {sum(len(one['problems']) for one in found.values())} problems")
    return found


def main() -> int:
    """Prints a line for each job; 1 when anything was lost or broken."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().randrange(10**6)
    print(f"{kills} kills, seed {seed}", flush=True)
    found = run(kills, seed, lambda line: print(line, flush=True))
    for name, one in found.items():
        print(f"{name}: {one['kills']} kills, {one['acknowledged']:,} acknowledged, {len(one['problems'])} problems")
        for problem in one["problems"]:
            print(f"  {problem}")
    return 1 if any(one["problems"] for one in found.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
