"""The embedder's stand-in for tests: texts that share words have near vectors.

Knows no model, needs no time, and notes what it was asked for.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.library.embedding import Seen
from assistant.library.words import signs

Vectors = NDArray[np.float32]


class HashedEmbedder:
    """Maps n texts to (n, d) unit vectors: a bag of words, each word a fixed random direction."""

    def __init__(self, name: str = "hashed", dimension: int = 64) -> None:
        self.name, self._dimension = name, dimension
        self.embedded: list[str] = []
        """Every passage that was embedded, in order."""

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions."""
        return self._of(texts)

    def encode(self, texts: Sequence[str], *, query: bool, batch: int = 32) -> Vectors:  # noqa: ARG002
        """Vectors of questions or passages; the latter are noted in `embedded`."""
        if not query:
            self.embedded += texts
        return self._of(texts)

    def query(self, text: str) -> Seen:
        """A question."""
        return self._seen(text)

    def look(self, texts: Sequence[str], *, query: bool) -> list[Seen]:
        """Texts with their words; passages are noted in `embedded`."""
        if not query:
            self.embedded += texts
        return [self._seen(text) for text in texts]

    def _seen(self, text: str) -> Seen:
        words = self._of(re.findall(r"\w+", text.lower()))
        return Seen(self._of([text]), signs(words, np.zeros(self._dimension, np.float32)))

    def _of(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self._dimension), np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()) or ["-"]:
                seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big")
                vectors[row] += np.random.default_rng(seed).normal(size=self._dimension)
            vectors[row] /= np.linalg.norm(vectors[row])
        return vectors
