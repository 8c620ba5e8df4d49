"""Finding passages, against embedding the question alone, as the index grows. Takes nothing in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from assistant.library.embedding import Embedder, Seen
from assistant.library.index import Index
from assistant.library.passages import Passage
from assistant.library.vectors import PassageVectors
from assistant.library.words import Bits
from bench.corpus import Embedded, Vectors
from bench.indexing import NAME, opened
from bench.report import Row
from bench.timing import in_turn, timed

WARM_UP = 5
"""Questions asked before the clock runs."""


class Forgetful(Embedder):
    """The model without memory, so that a question costs the same each time."""

    def query(self, text: str) -> Seen:
        """See `Embedder`."""
        (seen,) = self.look([text], query=True)
        return seen


def embedded(embedder: Embedder, home: Path) -> Embedded:
    """What a library holds."""
    with opened(home, embedder) as (catalogue, _):
        held, vectors = catalogue.passages(NAME), PassageVectors(catalogue, embedder)
        texts = [passage.context for passage in held]
        return Embedded(held, vectors.of(texts), [words.copy() for words in vectors.words(texts)])


def real(embedder: Forgetful, home: Path, held: Embedded, root: Path, asked: Sequence[str]) -> Row:
    """Questions to a library as it was taken in."""
    index, more = _index(embedder, root, held.passages, held.vectors, lambda: held.words)
    index.close()
    with opened(home, embedder) as (_, library):
        row = _asked(embedder, library.search, asked, f"{len(held.passages):,} passages", "query")
    return replace(row, more={**row.more, **more})


def sampled(embedder: Forgetful, held: Embedded, many: int, root: Path, asked: Sequence[str]) -> Row:
    """Questions to an index of sampled passages."""
    mixed = held.sampled(many)
    index, more = _index(embedder, root, mixed.passages, mixed.vectors, mixed.words)
    row = _asked(embedder, index.search, asked, f"{many:,} sampled from {len(held.passages):,}", f"query-{many}")
    index.close()
    return replace(row, more={**row.more, **more})


def _index(
    embedder: Forgetful, root: Path, passages: Sequence[Passage], vectors: Vectors, words: Callable[[], Iterable[Bits]]
) -> tuple[Index, dict[str, float]]:
    """An index that was built, closed and opened again, and what that cost."""
    paths = {passage.document: Path(passage.document) for passage in passages}
    made: list[Index] = []

    def make() -> None:
        made.append(Index(root, NAME, passages, vectors, words=words, paths=paths, embedder=embedder))

    building = timed(make)
    made[0].close()
    opening = timed(make)
    disk = sum(path.stat().st_size for path in root.rglob("*") if path.is_file()) / 1e6
    return made[1], {"build s": building, "open s": opening, "disk MB": disk}


def _asked(embedder: Forgetful, search: Callable[[str], Any], asked: Sequence[str], on: str, name: str) -> Row:
    for question in asked[:WARM_UP]:
        search(question)
    ours, floor, plain = in_turn(
        [
            (
                lambda q=question: search(q),  # type: ignore[misc]
                lambda q=question: embedder.query(q),  # type: ignore[misc]
                lambda q=question: embedder.encode([q], query=True),  # type: ignore[misc]
            )
            for question in asked[WARM_UP:]
        ]
    )
    more = {"ratio of p90": ours.p90 / floor.p90, "against encode_query": ours.median / plain.median}
    return Row("a query", on, ours, floor, "embedding it", ours.median / floor.median, "<= 1.3", more, name)
