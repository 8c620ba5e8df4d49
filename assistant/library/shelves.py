"""Several libraries searched as one. Knows names and order; a library besides the shipped one may fail without harm.

Passages of other libraries than the shipped one are named `<library>:<passage id>` here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from assistant.domain.maturity import Language
from assistant.domain.sources import SHIPPED, parted, reference
from assistant.library.documents import Document
from assistant.library.index import Hit
from assistant.library.library import Library
from assistant.library.passages import Passage

Vectors = NDArray[np.float32]
_log = logging.getLogger(__name__)


class Shelves:
    """The libraries called `names`, each opened by `library` when first used; those that do not exist are empty."""

    def __init__(self, names: Sequence[str], library: Callable[[str], Library]) -> None:
        self.names = tuple(dict.fromkeys(names))
        self._library = library

    def search(self, query: str, k: int, language: Language) -> list[Hit]:
        """The best `k` hits of all libraries.

        Raises:
            StoreError: the shipped library cannot be read.
        """
        found = []
        for name in self.names:
            try:
                found.append([_named(name, hit) for hit in self._library(name).search(query, k, language)])
            except Exception as error:
                if name == SHIPPED:
                    raise
                _log.error("library %r is left out: %s", name, error)
        return merged(found, k)

    def sentence_vectors(self, hits: Sequence[Hit]) -> Callable[[Sequence[str]], Vectors]:
        """Unit vectors of sentences of `hits`, each from the library that it stands in."""
        homes = {text: parted(hit.passage.id)[0] for hit in hits for text in hit.passage.sentences}

        def vectors(texts: Sequence[str]) -> Vectors:
            known: dict[str, Vectors] = {}
            for name in dict.fromkeys(homes.values()):
                mine = [text for text in dict.fromkeys(texts) if homes[text] == name]
                if mine:
                    known |= zip(mine, self._library(name).sentence_vectors(mine), strict=True)
            return np.stack([known[text] for text in texts])

        return vectors

    def passage(self, name: str) -> Passage | None:
        """The passage of a reference; None when it is gone or its library cannot be read."""
        library, key, at = parted(name)
        if library not in self.names:
            return None
        try:
            return self._library(library).passage(f"{key}#{at}")
        except Exception as error:
            _log.error("library %r cannot be read: %s", library, error)
            return None

    def document(self, library: str, key: str) -> tuple[Document, str] | None:
        """The document and the name of its file; None when there is none, or the library is not shown here.

        Raises:
            StoreError: the catalogue cannot be read.
        """
        if library not in self.names:
            return None
        shelf = self._library(library)
        document = shelf.document(key)
        path = shelf.path(key)
        return None if document is None else (document, path.name if path else "")

    def passages_of(self, library: str, key: str) -> list[Passage]:
        """The passages of a document, in reading order; none where `document` finds nothing.

        Raises:
            StoreError: the catalogue cannot be read.
        """
        return self._library(library).passages_of(key) if library in self.names else []


def merged(found: Sequence[Sequence[Hit]], k: int) -> list[Hit]:
    """The best `k` by rating; a text that stands in several libraries is kept once.

    Noted questions lift all of a library that has them above those that have none; the lift of its best hit is taken off.
    """
    kept: dict[str, Hit] = {}
    level = [replace(hit, rating=hit.rating - hits[0].lift) for hits in found for hit in hits]
    for hit in sorted(level, key=lambda hit: -hit.rating):
        kept.setdefault(" ".join(hit.passage.text.lower().split()), hit)
    return list(kept.values())[:k]


def _named(library: str, hit: Hit) -> Hit:
    if library == SHIPPED:
        return hit
    passage = hit.passage
    return replace(
        hit,
        passage=replace(passage, id=reference(library, passage.id), document=reference(library, passage.document)),
    )
