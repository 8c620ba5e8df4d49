"""A process that starts, answers and is loaded, and tells as lines of JSON how it fared: `python -m bench.served MODE HOME OPTIONS`.

Modes: `model` loads the embedding model and embeds a story; `start` makes the web app and answers the story; `load` is talked
to by ever more people at once. HOME is where conversations go; the libraries are those of the settings.
"""

from __future__ import annotations

import gc
import json
import os
import re
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

from assistant.library.embedding import Embedder

SPREAD = 12
"""Turns over which people are spread when the clock starts."""


class Apart(Embedder):
    """Remembers for each thread alone, since people do not say the same sentences as scripts that are played side by side do."""

    def __getattribute__(self, name: str) -> Any:
        if name not in ("_remembered", "_seen"):
            return super().__getattribute__(name)
        mine = vars(self).setdefault("_apart", threading.local())
        return mine.__dict__.setdefault(name, OrderedDict())

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("_remembered", "_seen"):
            self.__getattribute__(name).update(value)  # `|=` gives back what it changed
        else:
            super().__setattr__(name, value)


def resident() -> float:
    """Megabytes that this process holds now; 0 where the system does not tell."""
    try:
        found = re.search(r"VmRSS:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="utf-8"))
    except OSError:
        return 0.0
    return int(found.group(1)) / 1000 if found else 0.0


def tell(**what: Any) -> None:
    """One line."""
    print(json.dumps(what), flush=True)


def model(threads: int, story: str) -> None:
    """The embedding model and nothing else."""
    from assistant.settings import load

    settings = load()
    embedder = Embedder(settings.embedding, settings.cache, threads)
    _ = embedder.model
    tell(ready=True)
    embedder.encode([story], query=True)
    tell(answered=True, memory=resident())


def made(home: Path, threads: int) -> Any:
    """The engine as it serves: warm, with the web app."""
    from assistant.build import Engine
    from assistant.settings import Settings, load
    from assistant.store import Store
    from assistant.web.serve import few_heaps

    few_heaps()
    engine = Engine(Settings(**(load().model_dump() | {"threads": threads, "model": ""})))
    engine.__dict__["store"] = Store(home)
    engine.__dict__["embedder"] = Apart(engine.settings.embedding, engine.settings.cache, threads)
    gc.disable()
    engine.warm()
    from assistant.web.app import create

    engine.__dict__["app"] = create(engine)  # held, as a server holds it
    gc.freeze()
    gc.enable()
    return engine


def start(home: Path, threads: int, story: str) -> None:
    """As `vejviser serve`, and the first turn of somebody."""
    engine = made(home, threads)
    tell(ready=True)
    sessions = engine.sessions()
    sessions.say(sessions.open("en").conversation, story)
    tell(answered=True, memory=resident())


def load(home: Path, threads: int, levels: Sequence[int], seconds: float) -> None:
    """Ever more people at once, each with a dialogue of their own and without thinking; then the model alone."""
    from assistant.reading.segments import sentences
    from bench.speaking import Owner, scripts

    engine = made(home, threads)
    sessions, parts = engine.sessions(), scripts()
    said: list[str] = []

    def begun(number: int) -> tuple[Owner, Any]:
        """Somebody in the middle of a dialogue: stories are told once, and not by everybody at the same moment."""
        owner = Owner(parts[number % len(parts)])
        reply = sessions.open(owner.script.language)
        for _ in range(1 + number % SPREAD):
            if text := owner.says(reply):
                reply = sessions.say(reply.conversation, text)
        return owner, reply

    def talk(number: int, at: tuple[Owner, Any], until: float, taken: list[float]) -> None:
        owner, reply = at
        while time.perf_counter() < until:
            while time.perf_counter() < until and (text := owner.says(reply)):
                engine.forget()
                began = time.perf_counter()
                reply = sessions.say(reply.conversation, text)
                taken.append(time.perf_counter() - began)
                said.append(text)
            owner = Owner(parts[number % len(parts)])
            reply = sessions.open(owner.script.language)

    owner, reply = Owner(parts[0]), sessions.open(parts[0].language)  # one whole dialogue, which also warms up
    for turns in count():
        if not (text := owner.says(reply)):
            tell(turns=turns)
            break
        reply = sessions.say(reply.conversation, text)
    for level in levels:
        taken: list[list[float]] = [[] for _ in range(level)]
        people = [begun(number) for number in range(level)]
        began = time.perf_counter()
        threads_ = [
            threading.Thread(target=talk, args=(number, at, began + seconds, mine))
            for number, (at, mine) in enumerate(zip(people, taken, strict=True))
        ]
        for one in threads_:
            one.start()
        for one in threads_:
            one.join()
        passed = time.perf_counter() - began
        tell(level=level, seconds=passed, taken=[one for mine in taken for one in mine], memory=resident())
    began, alone = time.perf_counter(), []
    for text in dict.fromkeys(said):
        pieces = [piece.text for piece in sentences(text)] or [text]
        before = time.perf_counter()
        engine.embedder.encode(pieces, query=True)
        alone.append(time.perf_counter() - before)
        if time.perf_counter() - began > seconds:
            break
    tell(alone=alone)


def main() -> None:
    """By the command line; the cores are chosen before the model is loaded, and threads are bounded by OMP_NUM_THREADS."""
    mode, home, options = sys.argv[1], Path(sys.argv[2]), json.loads(sys.argv[3])
    cores = options.pop("cores", None)
    if cores and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    if mode == "model":
        model(**options)
    elif mode == "start":
        start(home, **options)
    else:
        load(home, **options)


if __name__ == "__main__":
    main()
