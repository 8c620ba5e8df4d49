"""Running benchmarks: the options that they share, the machine beside them, the table at the end. Times nothing itself."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from assistant.build import Engine
from assistant.settings import load as load_settings
from bench.report import Report, Row, write
from bench.timing import Others, machine

Say = Callable[[str], None]
SIZES = ("smoke", "full", "large")
_QUIET = 0.3  # cores used by others from which the ratios suffer
_HELP = "smoke: some seconds to two minutes; full: what the README shows; large: an hour (smoke)"


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Something that can be measured in three sizes."""

    name: str
    what: str
    """What it measures, for the command's help."""
    sizes: Mapping[str, Any]
    """Size -> what `run` understands by it; one for each of `SIZES`."""
    run: Callable[[Engine, Any, Say], list[Row]]
    notes: Sequence[str]
    """How it measures."""


def measured(name: str, benchmarks: Sequence[Benchmark], size: str, say: Say) -> Report:
    """All of them, one after the other."""
    engine = Engine(load_settings())
    state, others = machine(engine.settings.threads), Others()
    rows: list[Row] = []
    for one in benchmarks:
        rows += one.run(engine, one.sizes[size], say)
    busy = others.cores()
    if busy > _QUIET:
        say(f"Other processes kept {busy:.1f} cores busy: trust the ratios less")
    state["cores used by others"] = round(busy, 2)
    return Report(name, size, state, rows, [" ".join(note.split()) for one in benchmarks for note in one.notes])


def parser(
    name: str, what: str, out: tuple[str, str] = ("FILE", "write the JSON there too")
) -> argparse.ArgumentParser:
    """The options that most have; `out` is what -o names and what that is for."""
    made = argparse.ArgumentParser(prog=f"vejviser bench {name}", description=what)
    made.add_argument("--size", choices=SIZES, default="smoke", help=_HELP)
    made.add_argument("--json", action="store_true", help="print one JSON document instead of the table")
    made.add_argument("-o", "--out", type=Path, metavar=out[0], help=out[1])
    return made


def told(benchmark: Benchmark, arguments: Sequence[str]) -> int:
    """Runs one by its command line and prints it; 1 when a bar is missed."""
    return shown(benchmark, parser(benchmark.name, benchmark.what).parse_args(arguments))


def shown(benchmark: Benchmark, chosen: argparse.Namespace) -> int:
    """As `told`, with options that were read already."""
    if chosen.out:
        write(chosen.out, "")  # what cannot be written is told before the wait
    report = measured(benchmark.name, [benchmark], chosen.size, progress)
    text = json.dumps(report.as_json(), ensure_ascii=False, indent=2)
    if chosen.out:
        write(chosen.out, text + "\n")
    if chosen.json:
        print(text)
    else:
        report.show(Console(width=None if sys.stdout.isatty() else 160))
    return int(not report.met)


def progress(message: str) -> None:
    """Tells on standard error what takes long."""
    Console(stderr=True, highlight=False).print(f"{message} ...", style="dim", markup=False)
