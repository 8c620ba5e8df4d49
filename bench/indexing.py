"""Taking texts in: into an empty home, and again after a change, against the embedding model alone. Asks nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from assistant.library.catalogue import Catalogue
from assistant.library.embedding import Embedder
from assistant.library.library import Library
from assistant.library.loaders import load
from assistant.library.passages import passages
from bench.contest.model import all_cores
from bench.report import LEAST_PASSAGES, Row, enough
from bench.timing import Times, in_turn, timed

NAME = "bench"
_CHANGES = 3


@contextmanager
def opened(home: Path, embedder: Embedder) -> Iterator[tuple[Catalogue, Library]]:
    """The library of a home of its own."""
    with closing(Catalogue(home / "library.sqlite3")) as catalogue:
        yield catalogue, Library(catalogue, embedder, home / "index", NAME)


def whole(embedder: Embedder, folder: Path, homes: Sequence[Path]) -> tuple[Row, Times]:
    """Everything into each of the homes, in turn with the model alone on the same passages; the row, and what it took."""
    paths = sorted(folder.iterdir())
    texts = [passage.context for path in paths for passage in passages(load(path))]
    model = embedder.model
    model.encode_document(texts[:32], show_progress_bar=False)

    def ingest(home: Path) -> None:
        with opened(home, embedder) as (_, library):
            library.ingest([folder])

    def alone() -> None:
        with all_cores():  # all that the machine has, as everything has
            model.encode_document(texts, show_progress_bar=False)

    ours, floor = in_turn([(lambda home=home: ingest(home), alone) for home in homes])  # type: ignore[misc]
    ratios = [least / everything for least, everything in zip(floor.seconds, ours.seconds, strict=True)]
    more = {
        "passages a second": len(texts) / ours.median, "model alone": len(texts) / floor.median,
        "least ratio": min(ratios), "most": max(ratios),
    }  # fmt: skip
    on = f"{len(texts):,} passages, {len(paths)} files"
    bar = enough(len(texts), LEAST_PASSAGES, ">= 0.9")
    row = Row("indexing", on, ours, floor, "encode_document", floor.median / ours.median, bar, more, "indexing")
    return row, ours


def changed(embedder: Embedder, folder: Path, home: Path, anew: Times) -> Row:
    """A sentence added to one file of a folder that is known, a few times, each in another file."""
    paths = sorted(folder.iterdir())
    seconds = []
    with opened(home, embedder) as (_, library):
        for path in paths[:: -(-len(paths) // _CHANGES)]:
            path.write_text(path.read_text(encoding="utf-8").rstrip() + " 1, 2, 3.\n", encoding="utf-8")
            seconds.append(timed(lambda: library.ingest([folder])))
    ours = Times(tuple(seconds))
    ratio = ours.median / anew.median
    return Row("one file changed", f"{len(paths)} files", ours, anew, "everything anew", ratio, name="changed")
