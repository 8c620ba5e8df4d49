"""Vectors of passages and sentences, kept in the catalogue: nothing is embedded twice. Knows no documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.library.catalogue import Catalogue, Kind, text_digest
from assistant.library.embedding import Seen
from assistant.library.words import Bits

Vectors = NDArray[np.float32]
_BATCH = 32
_BATCH_OF_QUESTIONS = 64  # they are short
_REMEMBERED = 50_000
_AT_ONCE = 1_000
_KINDS: dict[bool, tuple[Kind, Kind]] = {False: ("passage", "words"), True: ("question", "question words")}
"""What is kept of a text that was looked at as a passage, or (True) as a question."""
_NONE = (1).to_bytes(2, "little")


class Encoder(Protocol):
    """What a library needs of an embedder."""

    @property
    def name(self) -> str:
        """What the vectors depend on."""

    def query(self, text: str) -> Seen:
        """A question: its unit vector and its words."""

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of questions, (n, d)."""

    def look(self, texts: Sequence[str], *, query: bool) -> list[Seen]:
        """Unit vectors and words of texts, looked at once."""

    def encode(self, texts: Sequence[str], *, query: bool, batch: int = 32) -> Vectors:
        """Unit vectors of questions or passages, (n, d)."""


class PassageVectors:
    """What a model saw in texts, embedded at most once for each model. Safe to share between threads.

    Texts are looked at as passages, or, where `query` says so, as questions.
    """

    def __init__(self, catalogue: Catalogue, embedder: Encoder) -> None:
        self._catalogue, self._embedder = catalogue, embedder
        self._remembered: dict[str, Vectors] = {}

    def ensure(
        self, texts: Sequence[str], progress: Callable[[int], None] = lambda _: None, *, query: bool = False
    ) -> None:
        """Embeds, with their words, those of `texts` that are not kept yet; `progress` is told after each batch how many.

        Raises:
            StoreError: the catalogue cannot be read or written.
            UserError: the model cannot be loaded.
        """
        wanted = {text_digest(text): text for text in texts}
        there = self._catalogue.known(self._embedder.name, _KINDS[query][1], list(wanted))  # never without the vector
        missing = [digest for digest in wanted if digest not in there]

        def looked(part: Sequence[str]) -> list[Seen]:
            return self._embedder.look([wanted[digest] for digest in part], query=query)

        done = 0
        for part, found in _ahead(looked, _batches(missing, wanted, _BATCH_OF_QUESTIONS if query else _BATCH)):
            seen = dict(zip(part, found, strict=True))
            vectors = {digest: one.vector.astype(np.float32).tobytes() for digest, one in seen.items()}
            words = {digest: _width(one.words) + one.words.tobytes() for digest, one in seen.items()}
            self._catalogue.keep(self._embedder.name, dict(zip(_KINDS[query], (vectors, words), strict=True)))
            done += len(part)
            progress(done)

    def of(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Unit vectors of shape (n, d), of the whole texts; embedded without their words where they are not kept yet.

        Raises:
            StoreError: the catalogue cannot be read or written.
            UserError: the model cannot be loaded.
        """
        if not texts:
            return np.zeros((0, 0), np.float32)
        digests = [text_digest(text) for text in texts]
        remembered = {} if query else self._remembered
        known = {digest: vector for digest in digests if (vector := remembered.get(digest)) is not None}
        wanted = {digest: text for digest, text in zip(digests, texts, strict=True) if digest not in known}
        kind = _KINDS[query][0]
        kept = self._catalogue.blobs(self._embedder.name, kind, list(wanted))
        known |= {digest: np.frombuffer(blob, np.float32) for digest, blob in kept.items()}
        for part in _batches([digest for digest in wanted if digest not in kept], wanted, _BATCH):
            made = self._embedder.encode([wanted[digest] for digest in part], query=query, batch=_BATCH)
            fresh = dict(zip(part, made.astype(np.float32), strict=True))
            self._catalogue.keep(self._embedder.name, {kind: {name: one.tobytes() for name, one in fresh.items()}})
            known |= fresh
        return np.stack([known[digest] for digest in digests])

    def words(self, texts: Sequence[str], *, query: bool = False) -> Iterator[Bits]:
        """The words of texts that `ensure` has seen to; none for a text that it has not."""
        digests = [text_digest(text) for text in texts]
        for first in range(0, len(digests), _AT_ONCE):
            kept = self._catalogue.blobs(self._embedder.name, _KINDS[query][1], digests[first : first + _AT_ONCE])
            for digest in digests[first : first + _AT_ONCE]:
                blob = kept.get(digest, _NONE)
                yield np.frombuffer(blob[2:], np.uint64).reshape(-1, int.from_bytes(blob[:2], "little"))

    def remembered(self, texts: Sequence[str]) -> Vectors:
        """As `of`, and held in memory afterwards: for what is asked for again and again."""
        vectors = self.of(texts)
        if len(self._remembered) > _REMEMBERED:
            self._remembered = {}
        self._remembered |= {text_digest(text): vector for text, vector in zip(texts, vectors, strict=True)}
        return vectors


def _ahead(
    look: Callable[[Sequence[str]], list[Seen]], parts: Iterable[Sequence[str]]
) -> Iterator[tuple[Sequence[str], list[Seen]]]:
    """Each part with what was seen in it; the next one is looked at while this one is kept."""
    with ThreadPoolExecutor(1, "ahead") as pool:
        waiting: tuple[Sequence[str], Future[list[Seen]]] | None = None
        for part in parts:
            begun = part, pool.submit(look, part)
            if waiting:
                yield waiting[0], waiting[1].result()
            waiting = begun
        if waiting:
            yield waiting[0], waiting[1].result()


def _batches(digests: Sequence[str], texts: Mapping[str, str], size: int) -> Iterator[list[str]]:
    """Parts of `digests`, alike in length for less padding."""
    waiting = sorted(digests, key=lambda digest: len(texts[digest]))
    for first in range(0, len(waiting), size):
        yield waiting[first : first + size]


def _width(words: Bits) -> bytes:
    width: int = words.shape[1]
    return width.to_bytes(2, "little")
