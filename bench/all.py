"""Those that give ratios in one run (library, peers, turns, serving, tokens): one table, the JSON, Markdown and plots.

`make bench SIZE=full` makes the figures of the README. --show prints the Markdown of a run again, without measuring. `vejviser
bench trust` is not among them: it gives seconds of the web app, and takes its own time.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from assistant.build import Engine
from assistant.errors import UserError
from bench import library, peers, plots, serving, tokens, turns
from bench.contest.workers import peers_python
from bench.report import Row, markdown, read, write
from bench.running import Benchmark, Say, measured, parser, progress

BENCHMARKS = {one.name: one for one in (library.BENCHMARK, peers.BENCHMARK, turns.BENCHMARK, serving.BENCHMARK, tokens.BENCHMARK)}  # fmt: skip
FOLDER = Path("build/bench")


def main(arguments: Sequence[str]) -> int:
    """Prints the table and writes everything; 1 when a bar is missed."""
    what = f"write bench.json, table.md and plots into this folder ({FOLDER})"
    options = parser("all", (__doc__ or "").strip(), ("DIR", what))
    options.set_defaults(out=FOLDER)
    options.add_argument("names", nargs="*", metavar="NAME", help=f"only these: {', '.join(BENCHMARKS)}")
    options.add_argument("--corpus", type=Path, help="the peers on a folder of one's own, besides the shipped texts")
    options.add_argument(
        "--questions", type=Path, help="JSON Lines {id, question, relevant: [path or passage id]} on it"
    )
    options.add_argument("--without-peers", action="store_true", help="no LlamaIndex, Haystack, LangChain")
    options.add_argument("--show", action="store_true", help="print the Markdown of the run in --out, measure nothing")
    chosen = options.parse_args(arguments)
    folder: Path = chosen.out
    if chosen.show:
        print(markdown(read(folder / "bench.json")), end="")
        return 0
    if unknown := [name for name in chosen.names if name not in BENCHMARKS]:
        options.error(f"{unknown[0]!r} is no benchmark; there are {', '.join(BENCHMARKS)}")
    if (chosen.corpus is None) != (chosen.questions is None):
        options.error("--corpus and --questions go together")
    names = chosen.names or list(BENCHMARKS)
    if "peers" in names and not chosen.without_peers:
        peers_python()  # that they are not there is told before the wait
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{folder}: cannot be made ({error.strerror}); name another with -o.") from error
    began = time.perf_counter()
    which = [_timed(_chosen(name, chosen.corpus, chosen.questions, without=chosen.without_peers)) for name in names]
    report = measured("all", which, chosen.size, progress)
    document = report.as_json()
    text = json.dumps(document, ensure_ascii=False, indent=2)
    write(folder / "bench.json", text + "\n")
    write(folder / "table.md", markdown(document))
    for name, drawing in plots.drawn(document).items():
        write(folder / f"{name}.svg", drawing)
    if chosen.json:
        print(text)
    else:
        report.show(Console(width=None if sys.stdout.isatty() else 200))
    progress(f"{time.perf_counter() - began:.0f} s; written to {folder}")
    return int(not report.met)


def _chosen(name: str, corpus: Path | None, questions: Path | None, *, without: bool) -> Benchmark:
    """One of the benchmarks; that of the peers also on a folder of one's own."""
    if name != "peers":
        return BENCHMARKS[name]

    def run(engine: Engine, size: peers.Size, say: Say) -> list[Row]:
        rows = peers.run(engine, size, say)
        if corpus is not None and questions is not None:
            rows += peers.own(engine, size, corpus, questions, say)
        return rows

    return peers.chosen_from(run, without=without)


def _timed(benchmark: Benchmark) -> Benchmark:
    """The same, which tells how long it took."""

    def run(engine: Engine, size: object, say: Say) -> list[Row]:
        began = time.perf_counter()
        rows = benchmark.run(engine, size, say)
        say(f"{benchmark.name} took {time.perf_counter() - began:.0f} s")
        return rows

    return replace(benchmark, run=run)
