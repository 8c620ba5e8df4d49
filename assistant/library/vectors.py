"""Vectors of passages and sentences, kept in the catalogue: nothing is embedded twice. Knows no documents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.library.catalogue import Catalogue, text_digest

Vectors = NDArray[np.float32]
_BATCH = 32
_REMEMBERED = 50_000


class Encoder(Protocol):
    """What a library needs of an embedder."""

    @property
    def name(self) -> str:
        """What the vectors depend on."""

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of questions, (n, d)."""

    def encode(self, texts: Sequence[str], *, query: bool, batch: int = 32) -> Vectors:
        """Unit vectors of questions or passages, (n, d)."""


class PassageVectors:
    """Unit vectors of texts, embedded as passages at most once for each model. Safe to share between threads."""

    def __init__(self, catalogue: Catalogue, embedder: Encoder) -> None:
        self._catalogue, self._embedder = catalogue, embedder
        self._remembered: dict[str, Vectors] = {}

    def of(self, texts: Sequence[str], progress: Callable[[int], None] = lambda _: None) -> Vectors:
        """Vectors of shape (n, d); `progress` is told after each batch how many texts were embedded.

        Raises:
            StoreError: the catalogue cannot be read or written.
            UserError: the model cannot be loaded.
        """
        if not texts:
            return np.zeros((0, 0), np.float32)
        digests = [text_digest(text) for text in texts]
        known = {digest: vector for digest in digests if (vector := self._remembered.get(digest)) is not None}
        if len(known) < len(set(digests)):
            unknown = [digest for digest in dict.fromkeys(digests) if digest not in known]
            known |= self._catalogue.vectors(self._embedder.name, "passage", unknown)
        missing = {digest: text for digest, text in zip(digests, texts, strict=True) if digest not in known}
        waiting = sorted(missing, key=lambda digest: len(missing[digest]))  # alike in length: less padding
        for first in range(0, len(waiting), _BATCH):
            part = waiting[first : first + _BATCH]
            made = self._embedder.encode([missing[digest] for digest in part], query=False, batch=_BATCH)
            fresh = dict(zip(part, made, strict=True))
            self._catalogue.keep(self._embedder.name, "passage", fresh)
            known |= fresh
            progress(first + len(part))
        return np.stack([known[digest] for digest in digests])

    def remembered(self, texts: Sequence[str]) -> Vectors:
        """As `of`, and held in memory afterwards: for what is asked for again and again."""
        vectors = self.of(texts)
        if len(self._remembered) > _REMEMBERED:
            self._remembered = {}
        self._remembered |= {text_digest(text): vector for text, vector in zip(texts, vectors, strict=True)}
        return vectors
