"""One library, by name: takes files in, finds passages, opens documents.

Knows the catalogue, ingestion and the index; answers nothing.
"""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.domain.asking import Noted
from assistant.domain.maturity import Language
from assistant.errors import StoreError, UserError
from assistant.library import asked
from assistant.library.catalogue import Catalogue
from assistant.library.changes import Changes
from assistant.library.dense import Broken
from assistant.library.documents import Document
from assistant.library.files import find
from assistant.library.index import Hit, Index, Signals
from assistant.library.ingestion import Ingested, Ingestion, Progress, changed, silent
from assistant.library.locks import PATIENCE, clear, taking_in
from assistant.library.passages import Passage
from assistant.library.sandbox import Here, Reader, Sandbox
from assistant.library.vectors import Encoder, PassageVectors

Vectors = NDArray[np.float32]
Each = Callable[[Ingested], None]
Tell = Callable[[str], None]
SHIPPED = "shipped"
"""Name of the library that comes with the product."""
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


def ignored(_: object) -> None:
    """Tells nobody."""


class Library:
    """The library `name` in `catalogue`, with its index below `index_folder`. Safe to share between threads.

    Raises:
        UserError: the name cannot be one.
    """

    def __init__(self, catalogue: Catalogue, embedder: Encoder, index_folder: Path, name: str = SHIPPED) -> None:
        if not _NAME.fullmatch(name):
            raise UserError(f"{name!r}: a library's name is up to 40 of a-z, 0-9, - and _; choose another.")
        self.name = name
        self._catalogue, self._embedder, self._root = catalogue, embedder, index_folder
        self._vectors = PassageVectors(catalogue, embedder)
        self._changes = Changes(catalogue, name)
        self._lock = threading.RLock()
        self._opened: tuple[int, Index | None, dict[str, Passage]] | None = None
        self._retired: Index | None = None
        self._noted: Noted = {}
        self._kept = self._vectors

    def ingest(
        self, paths: Sequence[Path], progress: Progress = silent, each: Each = ignored, tell: Tell = ignored
    ) -> list[Ingested]:
        """Takes files and folders in and brings the index up to date; what is unchanged is left alone.

        A document whose file lay in one of the folders and is there no more is removed. `each` is told what became of
        each file when it is known, `tell` what a person may want to hear besides.

        Raises:
            UserError: a path does not exist, or the model cannot be loaded.
            StoreError: the catalogue or the index cannot be written.
        """
        results = self._ingest(paths, progress, each, tell, sync=False)
        self._current()
        return results

    def sync(self, paths: Sequence[Path], progress: Progress = silent) -> list[Ingested]:
        """As `ingest`, and removes every document of this library that is not in `paths`. The index is opened when first used."""
        return self._ingest(paths, progress, ignored, ignored, sync=True)

    def note(
        self, noted: Noted, kept: PassageVectors, progress: Callable[[int, int], None] = lambda _done, _of: None
    ) -> None:
        """From now on finds passages also by the questions noted for their sections; those that `kept` lacks are embedded.

        Raises:
            StoreError: the catalogue cannot be read or written.
        """
        questions = list(dict.fromkeys(note.question for notes in noted.values() for note in notes))
        kept.ensure(questions, lambda done: progress(done, len(questions)), query=True)
        with self._lock:
            self._noted, self._kept, opened = noted, kept, self._opened
            self._drop(opened[1] if opened else None)

    def search(self, query: str, k: int = 10, language: Language | None = None, by: Signals = "all") -> list[Hit]:
        """At most `k` hits, best first; none in an empty library. See `Index.search`.

        Raises:
            StoreError: the catalogue cannot be read, or a lost index cannot be built again.
        """
        for last in (False, False, True):
            index = self._current()[0]
            try:
                return index.search(query, k, language, by) if index else []
            except Broken:  # damaged or removed since it was opened
                if last:
                    raise
                self._drop(index)
        raise AssertionError

    def passage(self, passage_id: str) -> Passage | None:
        """The passage, or None."""
        return self._current()[1].get(passage_id)

    def document(self, key: str) -> Document | None:
        """The whole document, or None."""
        return self._catalogue.document(self.name, key)

    def passages_of(self, key: str) -> list[Passage]:
        """The passages of a document, in reading order; none when there is no such document."""
        return self._catalogue.passages_of(self.name, key)

    def documents(self) -> list[Document]:
        """All documents, by key."""
        return self._catalogue.documents(self.name)

    def paths(self) -> dict[str, Path]:
        """The file of each document, by key."""
        return {entry.key: entry.path for entry in self._catalogue.entries(self.name)}

    def path(self, key: str) -> Path | None:
        """The file of a document, or None."""
        return next((entry.path for entry in self._catalogue.entries(self.name) if entry.key == key), None)

    def remove(self, key: str) -> bool:
        """Removes a document; False when there is none of that key.

        Raises:
            StoreError: the catalogue or the index cannot be written.
        """
        if all(entry.key != key for entry in self._catalogue.entries(self.name)):
            return False
        self._catalogue.put(self.name, [], [key])
        self._catalogue.settle(self.name)
        self._catalogue.forget()
        self._current()
        return True

    def rebuild(self) -> int:
        """Throws the index away and builds it from the catalogue; returns the number of passages.

        Raises:
            StoreError: the index cannot be written, or another process does not come to an end with it.
        """
        with self._lock:
            self._drop(self._opened[1] if self._opened else None)
            clear(self._root, self.name, PATIENCE)
            return len(self._current()[1])

    def check(self) -> list[str]:
        """What is wrong, a line each with the remedy; empty when all is well."""
        problems = self._catalogue.problems()
        for entry in self._catalogue.entries(self.name):
            try:
                if changed(entry):
                    problems.append(f"{entry.path}: has changed since it was read; ingest it again.")
            except UserError as error:
                problems.append(str(error))
        try:
            index, passages = self._current()
            lost = [key for key, passage in list(passages.items())[:20] if index and not _finds(index, passage)]
            problems += [f"{key}: is not found by its own text; run `vejviser library rebuild`." for key in lost]
        except (UserError, Broken) as error:
            problems.append(str(error))
        return problems

    def sentence_vectors(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of sentences, (n, d), from the catalogue where they are there."""
        return self._vectors.remembered(texts)

    def _ingest(
        self, paths: Sequence[Path], progress: Progress, each: Each, tell: Tell, *, sync: bool
    ) -> list[Ingested]:
        found = find(paths)
        results: list[Ingested] = []

        def keep(result: Ingested) -> None:
            results.append(result)
            each(result)

        trusted = self.name == SHIPPED
        reader: Reader = Here() if trusted else Sandbox()
        with self._lock, taking_in(self._catalogue.path, self.name, tell), contextlib.closing(reader):
            run = Ingestion(self._catalogue, self._vectors, self.name, reader, warm=trusted)
            for path, reason in found.refused.items():
                keep(Ingested(path, "skipped", reason))
            try:
                for result in run.run(list(found.files), progress):
                    keep(result)
                for result in run.vanished((lambda path: path not in found.files) if sync else found.gone):
                    keep(result)
            finally:
                self._catalogue.settle(self.name)
            if found.others:
                tell(f"{found.others:,} file{'s' * (found.others > 1)} of other kinds left alone")
            self._catalogue.forget()
        return results

    def _current(self) -> tuple[Index | None, dict[str, Passage]]:
        """The index and the passages of the catalogue as it is now, or was before a run that goes on; see `Changes`."""
        opened = self._opened
        if opened is None or self._changes.outdate(opened[0]):
            with self._lock:
                opened = self._opened
                if opened is None or self._changes.outdate(opened[0]):
                    self._retire(opened[1] if opened else None)
                    opened = self._opened = (self._catalogue.revision(self.name), *self._open())
        return opened[1], opened[2]

    def _open(self) -> tuple[Index | None, dict[str, Passage]]:
        passages = self._catalogue.passages(self.name)
        paths = {entry.key: entry.path for entry in self._catalogue.entries(self.name)}
        passages = [passage for passage in passages if passage.document in paths]
        if not passages:
            with contextlib.suppress(StoreError):  # what another process still builds here goes at the next opening
                clear(self._root, self.name, 0)
            return None, {}
        texts = [passage.context for passage in passages]
        self._vectors.ensure(texts)  # another model than the one they were taken in with, or an older catalogue
        vectors = self._vectors.of(texts)
        index = Index(
            self._root, self.name, passages, vectors, words=lambda: self._vectors.words(texts), paths=paths,
            embedder=self._embedder, asked=asked.gathered(self._noted, passages, vectors, self._kept),
        )  # fmt: skip
        return index, {passage.id: passage for passage in passages}

    def _drop(self, index: Index | None) -> None:
        """Forgets the opened index, unless another thread has already opened a new one."""
        with self._lock:
            if self._opened is not None and self._opened[1] is index:
                self._opened = None
                self._retire(index)

    def _retire(self, index: Index | None) -> None:
        """Closes an index one change later, when no thread can still be searching in it."""
        if index is not None:
            if self._retired is not None:
                self._retired.close()
            self._retired = index


def _finds(index: Index, passage: Passage) -> bool:
    return any(hit.passage.text == passage.text for hit in index.search(passage.text, 5, passage.language))
