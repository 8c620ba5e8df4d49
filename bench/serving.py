"""How many people can be talked to at once: turns a second on one and two cores, how long a turn takes as load grows, memory.

Everybody answers at once and without thinking, in dialogues of their own, without a language model: so 50 at once are many
more people than 50 who think before they answer. The web app is made but not asked; nothing stays in the home folder.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.build import Engine
from assistant.cores import cores as available
from assistant.errors import UserError
from bench.report import Amount, Row
from bench.running import Benchmark, Say, told
from bench.speaking import scripts
from bench.timing import Times

PROJECT = Path(__file__).parents[1]
MEMORY = 1200.0
"""Megabytes that may be resident while 50 are served."""
MANY = 50


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    levels: tuple[int, ...]
    """How many at once."""
    seconds: float
    """Of each."""
    cores: tuple[int, ...] = (1, 2)


SIZES = {
    "smoke": Size((1, MANY), 1.0, (2,)), "full": Size((1, 5, 10, MANY), 6.0),
    "large": Size((1, 2, 5, 10, 20, MANY, 100), 30.0),
}  # fmt: skip
NOTES = (
    """\
At once: that many people, each in the middle of a dialogue, send their next turn as soon as they have the reply, for some seconds; in a process bound to
one or two cores; nothing is remembered from others or from earlier turns. Turns a second against embedding the sentences of the same turns one
turn after the other, on the same cores. p50, p95 and p99 are of the time from sending to the stored reply.""",
)


def run(engine: Engine, size: Size, say: Say) -> list[Row]:
    """All rows."""
    there = available()
    rows, by_cores = [], {}
    for cores in [cores for cores in size.cores if cores <= there] or [1]:
        say(f"{', '.join(map(str, size.levels))} at once on {cores} core{'s' * (cores > 1)}")
        lines = _loaded(engine, size, cores)
        turns, alone = lines[0]["turns"], Times(tuple(lines[-1]["alone"]))
        floor = Amount((1 / float(np.mean(alone.seconds)),), "turns a second")
        for line in lines[1:-1]:
            row = _level(line, floor, turns, cores)
            by_cores[cores, line["level"]] = row
            rows.append(row)
        if size.levels[-1] >= MANY and cores == max(size.cores):
            held = Amount((lines[1 + size.levels.index(MANY)]["memory"],), "MB")
            limit, ratio = Amount((MEMORY,), "MB"), held.median / MEMORY
            rows.append(
                Row("memory", f"{MANY} served", held, limit, "what is wished", ratio, "<= 1.0", name="load-memory")
            )
    for level in size.levels:
        if (one := by_cores.get((1, level))) and (two := by_cores.get((2, level))):
            assert isinstance(one.ours, Amount)
            assert isinstance(two.ours, Amount)
            ratio = two.ours.median / one.ours.median
            rows.append(
                Row("two cores", f"{level} at once", two.ours, one.ours, "one core", ratio, name=f"load-cores-{level}")
            )
    return rows


def start(engine: Engine, mode: str) -> tuple[float, float, float]:
    """A new process: seconds until it is ready, seconds until it has answered, megabytes then.

    Raises:
        UserError: it ended early.
    """
    story = scripts()[0].story
    with _process(mode, engine, {"threads": engine.settings.threads, "story": story}) as (began, lines):
        next(lines)
        ready = time.perf_counter() - began
        last = next(lines)
        return ready, time.perf_counter() - began, last["memory"]


def _loaded(engine: Engine, size: Size, cores: int) -> list[dict[str, Any]]:
    options = {"threads": engine.settings.threads, "cores": cores, "levels": size.levels, "seconds": size.seconds}
    with _process("load", engine, options) as (_, lines):
        return [next(lines) for _ in range(len(size.levels) + 2)]


def _level(line: dict[str, Any], floor: Amount, turns: int, cores: int) -> Row:
    """One level of load."""
    taken = line["taken"]
    rate = len(taken) / line["seconds"]
    p50, p95, p99 = (float(np.percentile(taken, percent)) for percent in (50, 95, 99))
    more = {
        "p50 s": p50,
        "p95 s": p95,
        "p99 s": p99,
        "dialogues a minute": 60 * rate / turns,
        "memory MB": line["memory"],
    }
    on = f"{line['level']} at once, {cores} core{'s' * (cores > 1)}: p50 {p50:.2f}, p95 {p95:.2f}, p99 {p99:.2f} s"
    ours = Amount((rate,), "turns a second")
    name = f"load-{cores}-{line['level']}"
    return Row("turns of many", on, ours, floor, "model alone", rate / floor.median, more=more, name=name)


@contextmanager
def _process(mode: str, engine: Engine, options: dict[str, Any]) -> Iterator[tuple[float, Iterator[dict[str, Any]]]]:
    """When it was started, and what it tells."""
    environment = os.environ | {
        "PYTHONPATH": str(PROJECT), "VEJVISER_HOME": str(engine.settings.home), "OMP_NUM_THREADS": str(options["threads"]),
        "GRADIO_ANALYTICS_ENABLED": "False",
    }  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="vejviser-bench-") as home, tempfile.TemporaryFile() as log:
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "bench.served", mode, home, json.dumps(options)], cwd=PROJECT,
            env=environment, stdout=subprocess.PIPE, stderr=log, text=True,
        )  # fmt: skip
        assert process.stdout is not None

        def lines() -> Iterator[dict[str, Any]]:
            assert process.stdout is not None
            for line in process.stdout:
                if line.startswith("{"):
                    yield json.loads(line)
            log.seek(0)
            last = log.read().decode(errors="replace").strip().splitlines() or ["it said nothing"]
            raise UserError(f"bench: the process that was measured ended early ({last[-1]}); run `make setup`.")

        try:
            yield began, lines()
            process.wait(60)
        finally:
            process.kill()
            process.wait()
            process.stdout.close()


BENCHMARK = Benchmark("serving", (__doc__ or "").strip(), SIZES, run, NOTES)


def main(arguments: Sequence[str]) -> int:
    """Prints the table; 1 when a bar is missed."""
    return told(BENCHMARK, arguments)
