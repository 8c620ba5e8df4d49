"""How fast the library takes texts in and finds passages, against the embedding model alone on the same texts.

Indexing is everything that `vejviser ingest` does, into an empty home; a query is everything that `vejviser search` does
after the start. Nothing outside the project is needed, and nothing stays in the home folder.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from assistant.build import Engine
from assistant.errors import UserError
from assistant.library.loaders import load as read
from assistant.library.passages import passages
from assistant.settings import load as load_settings
from bench import asking, corpus, indexing
from bench.report import Report, Row
from bench.timing import Others, machine
from evals.questions import load as load_questions

Say = Callable[[str], None]
_QUIET = 0.3  # cores used by others from which the ratios suffer


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    passages: int
    """Really embedded."""
    rounds: int
    sampled: tuple[int, ...]
    """Sizes of larger indexes."""
    questions: int


SIZES = {"smoke": Size(100, 2, (5_000,), 20), "full": Size(500, 5, (5_000, 20_000, 100_000), 60)}
NOTES = (
    """\
Indexing: files are read in a process of their own, cut, embedded with their words, catalogued, indexed, sealed and
tried; against SentenceTransformer.encode_document of the same passages at once.""",
    """\
A query: each question is searched for, embedded with its words, and embedded by encode_query, in turn, each question
beginning with another of the three; nothing is remembered between them, and no question was asked before.""",
    """\
Sampled: each passage mixes sentences, words and vectors of two embedded ones, with noise (0.15 beside a unit vector,
one bit in 64 of each word). build, open and disk are those of the index alone.""",
)


def run(engine: Engine, size: Size, say: Say) -> list[Row]:
    """All rows."""
    settings = engine.settings
    embedder = asking.Forgetful(settings.embedding, settings.cache, settings.threads, say)
    shipped = [passage for path in engine.knowledge.documents() for passage in passages(read(path))]
    asked = [question.question for question in load_questions("tune")]
    wanted = size.questions + asking.WARM_UP
    asked = [asked[number * len(asked) // wanted] for number in range(wanted)]
    with tempfile.TemporaryDirectory(prefix="vejviser-bench-") as name:
        place = Path(name)
        corpus.written(corpus.spread(shipped, size.passages), place / "texts")
        homes = [place / f"home-{number}" for number in range(size.rounds)]
        say(f"Indexing {size.passages:,} passages, {size.rounds} times")
        rows = [indexing.whole(embedder, place / "texts", homes)]
        held = asking.embedded(embedder, homes[0])
        say(f"Asking {size.questions} questions of {len(held.passages):,} passages")
        rows.append(asking.real(embedder, homes[0], held, place / "index-real", asked))
        for many in size.sampled:
            say(f"Asking {size.questions} questions of {many:,} passages, once they are indexed")
            rows.append(asking.sampled(embedder, held, many, place / f"index-{many}", asked))
        say("Changing one file")
        rows.append(indexing.changed(embedder, place / "texts", homes[0], rows[0].ours))
    return rows


def main(arguments: Sequence[str]) -> int:
    """Prints the table; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(prog="vejviser bench library", description=__doc__)
    parser.add_argument("--size", choices=list(SIZES), default="smoke", help="smoke: two minutes; full: ten minutes")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of the table")
    parser.add_argument("-o", "--out", type=Path, metavar="FILE", help="write the JSON there too")
    chosen = parser.parse_args(arguments)
    if chosen.out:
        _write(chosen.out, "")  # what cannot be written is told before the wait
    progress = Console(stderr=True, highlight=False)
    engine = Engine(load_settings())
    state, others = machine(engine.settings.threads), Others()
    rows = run(engine, SIZES[chosen.size], lambda message: progress.print(f"{message} ...", style="dim", markup=False))
    if (busy := others.cores()) > _QUIET:
        progress.print(f"Other processes kept {busy:.1f} cores busy: trust the ratios less.", style="yellow")
    state["cores used by others"] = round(busy, 2)
    report = Report("library", chosen.size, state, rows, [" ".join(note.split()) for note in NOTES])
    text = json.dumps(report.as_json(), ensure_ascii=False, indent=2)
    if chosen.out:
        _write(chosen.out, text + "\n")
    if chosen.json:
        print(text)
    else:
        report.show(Console(width=None if sys.stdout.isatty() else 160))
    return int(not report.met)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"{path}: cannot be written ({error.strerror}); name another with -o.") from error
