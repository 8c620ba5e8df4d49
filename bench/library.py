"""How fast the library takes texts in and finds passages, against the embedding model alone on the same texts.

Indexing is everything that `vejviser ingest` does, into an empty home; a query is everything that `vejviser search` does
after the start. Nothing outside the project is needed, and nothing stays in the home folder.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.build import Engine
from assistant.library.loaders import load as read
from assistant.library.passages import passages
from bench import asking, corpus, indexing
from bench.report import Row
from bench.running import Benchmark, Say, told
from evals.questions import load as load_questions


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    passages: int
    """Really embedded."""
    rounds: int
    sampled: tuple[int, ...]
    """Sizes of larger indexes."""
    questions: int


SIZES = {
    "smoke": Size(20, 2, (5_000,), 20),
    "full": Size(500, 1, (5_000, 20_000, 100_000), 60),
    "large": Size(5_000, 1, (5_000, 20_000, 100_000), 60),
}
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
        whole, anew = indexing.whole(embedder, place / "texts", homes)
        rows = [whole]
        held = asking.embedded(embedder, homes[0])
        say(f"Asking {size.questions} questions of {len(held.passages):,} passages")
        rows.append(asking.real(embedder, homes[0], held, place / "index-real", asked))
        for many in size.sampled:
            say(f"Asking {size.questions} questions of {many:,} passages, once they are indexed")
            rows.append(asking.sampled(embedder, held, many, place / f"index-{many}", asked))
        say("Changing one file")
        rows.append(indexing.changed(embedder, place / "texts", homes[0], anew))
    return rows


BENCHMARK = Benchmark("library", (__doc__ or "").strip(), SIZES, run, NOTES)


def main(arguments: Sequence[str]) -> int:
    """Prints the table; 1 when a bar is missed."""
    return told(BENCHMARK, arguments)
