"""The catalogue: the truth of all libraries in one SQLite file.

Documents, passages and vectors; everything else is derived from them. Knows no file formats, no model and no index.
Libraries lie side by side by name; vectors are keyed by model and content, so that they are shared between libraries
and nothing is embedded twice. A change of a library is one transaction and survives kill -9.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter

from assistant.errors import StoreError
from assistant.library.documents import Document
from assistant.library.passages import Passage

Kind = Literal["passage", "words", "question", "question words"]
"""The unit vector of a text as 32-bit floats, or the signs of its words; of a passage or of a question."""
_DOCUMENT, _PASSAGE = TypeAdapter(Document), TypeAdapter(Passage)
_AT_ONCE = 500
_SCHEMA = """
CREATE TABLE IF NOT EXISTS libraries (name TEXT PRIMARY KEY, revision INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS documents (
    library TEXT NOT NULL, key TEXT NOT NULL, path TEXT NOT NULL, digest TEXT NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (library, key)
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS documents_by_path ON documents (library, path);
CREATE TABLE IF NOT EXISTS passages (
    library TEXT NOT NULL, document TEXT NOT NULL, position INTEGER NOT NULL, id TEXT NOT NULL, digest TEXT NOT NULL,
    data BLOB NOT NULL, PRIMARY KEY (library, document, position)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS passages_by_digest ON passages (digest);
CREATE TABLE IF NOT EXISTS settled (library TEXT PRIMARY KEY, revision INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dropped (digest TEXT PRIMARY KEY, sentence INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS vectors (
    model TEXT NOT NULL, kind TEXT NOT NULL, digest TEXT NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (model, kind,
    digest)
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A document as it stands in a library."""

    key: str
    path: Path
    digest: str
    """Of the file and of the way it was read: when it differs, the file is read again."""


def text_digest(text: str) -> str:
    """SHA-256 of `text`, by which its vector is kept."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


class Catalogue:
    """The file at `path`, created when missing. Safe to share between threads and to open in several processes.

    Raises:
        StoreError: from every method, when the file cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        with self._told():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.execute("PRAGMA secure_delete = ON")
            self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Lets go of the file."""
        with self._lock:
            self._connection.close()

    def revision(self, library: str) -> int:
        """Counts the changes of the library; 0 before the first."""
        rows = self._rows("SELECT revision FROM libraries WHERE name = ?", (library,))
        return int(rows[0][0]) if rows else 0

    def settled(self, library: str) -> int:
        """The revision at which the last run of changes came to its end; 0 before the first."""
        rows = self._rows("SELECT revision FROM settled WHERE library = ?", (library,))
        return int(rows[0][0]) if rows else 0

    def settle(self, library: str) -> None:
        """Tells everybody that a run of changes has come to its end."""
        if self.settled(library) != self.revision(library):
            self._rows("INSERT OR REPLACE INTO settled SELECT name, revision FROM libraries WHERE name = ?", (library,))

    def libraries(self) -> dict[str, int]:
        """Names of the libraries that hold documents, with how many."""
        return dict(self._rows("SELECT library, count(*) FROM documents GROUP BY library ORDER BY library"))

    def entries(self, library: str) -> list[Entry]:
        """What the library holds, by key."""
        rows = self._rows("SELECT key, path, digest FROM documents WHERE library = ? ORDER BY key", (library,))
        return [Entry(key, Path(path), digest) for key, path, digest in rows]

    def document(self, library: str, key: str) -> Document | None:
        """The whole document, or None."""
        rows = self._rows("SELECT data FROM documents WHERE library = ? AND key = ?", (library, key))
        return _DOCUMENT.validate_json(rows[0][0]) if rows else None

    def documents(self, library: str) -> list[Document]:
        """All documents of the library, by key."""
        rows = self._rows("SELECT data FROM documents WHERE library = ? ORDER BY key", (library,))
        return [_DOCUMENT.validate_json(data) for (data,) in rows]

    def passages(self, library: str) -> list[Passage]:
        """All passages of the library, by document and in reading order."""
        rows = self._rows("SELECT data FROM passages WHERE library = ? ORDER BY document, position", (library,))
        return [_PASSAGE.validate_json(data) for (data,) in rows]

    def passages_of(self, library: str, key: str) -> list[Passage]:
        """The passages of one document, in reading order."""
        query = "SELECT data FROM passages WHERE library = ? AND document = ? ORDER BY position"
        return [_PASSAGE.validate_json(data) for (data,) in self._rows(query, (library, key))]

    def put(
        self, library: str, items: Sequence[tuple[Document, Path, str, Sequence[Passage]]], gone: Sequence[str] = ()
    ) -> None:
        """Adds or replaces documents, each with path, digest and passages, and removes `gone`, in one transaction."""
        if not items and not gone:
            return
        with self._transaction() as connection:
            before = set[tuple[str, bool]]()
            for key in [*gone, *(document.key for document, *_ in items)]:
                before |= self._drop(connection, library, key)
            for document, path, digest, passages in items:
                before -= _digests(passages)
                row = (library, document.key, str(path), digest, _DOCUMENT.dump_json(document))
                connection.execute("INSERT INTO documents VALUES (?, ?, ?, ?, ?)", row)
                held = [(*row[:2], n, one.id, one.digest, _PASSAGE.dump_json(one)) for n, one in enumerate(passages)]
                connection.executemany("INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?)", held)
            connection.executemany("INSERT OR IGNORE INTO dropped VALUES (?, ?)", before)
            connection.execute(
                "INSERT INTO libraries VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET revision = revision + 1",
                (library,),
            )

    def blobs(self, model: str, kind: Kind, digests: Sequence[str]) -> dict[str, bytes]:
        """What is kept of the texts with these digests, by digest; only those that are there."""
        return dict(self._kept("digest, vector", model, kind, digests))

    def known(self, model: str, kind: Kind, digests: Sequence[str]) -> set[str]:
        """Those of `digests` of which something is kept."""
        return {digest for (digest,) in self._kept("digest", model, kind, digests)}

    def _kept(self, columns: str, model: str, kind: Kind, digests: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        for first in range(0, len(digests), _AT_ONCE):
            part = list(digests[first : first + _AT_ONCE])
            marks = ", ".join("?" * len(part))
            query = f"SELECT {columns} FROM vectors WHERE model = ? AND kind = ? AND digest IN ({marks})"  # noqa: S608
            yield from self._rows(query, (model, kind, *part))

    def keep(self, model: str, kinds: Mapping[Kind, Mapping[str, bytes]]) -> None:
        """Adds what a model saw in texts: for each kind by digest of the text, all in one transaction."""
        rows = [(model, kind, digest, blob) for kind, blobs in kinds.items() for digest, blob in blobs.items()]
        with self._transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)", rows)

    def forget(self) -> None:
        """Deletes what models saw in texts that were removed and stand in no passage of any library any more.

        Nothing else goes: what a killed run has embedded, or somebody beside the libraries, is not embedded twice.
        """
        rows = self._rows("SELECT digest, sentence FROM dropped")
        models = self._models() if rows else []
        sentences = [digest for digest, sentence in rows if sentence]
        said = self._said({digest for model in models for digest in self.known(model, "passage", sentences)})
        query = """DELETE FROM vectors WHERE model = ? AND kind IN ('passage', 'words') AND digest = ?
            AND NOT EXISTS (SELECT 1 FROM passages WHERE passages.digest = vectors.digest)"""
        for first in range(0, len(rows), _AT_ONCE):
            digests = [digest for digest, _ in rows[first : first + _AT_ONCE]]
            unsaid = [(model, digest) for model in models for digest in digests if digest not in said]
            with self._transaction() as connection:
                connection.executemany(query, unsaid)
                connection.executemany("DELETE FROM dropped WHERE digest = ?", [(digest,) for digest in digests])

    def _models(self) -> list[str]:
        """Every model of which something is kept, found by leaps: the table may hold gigabytes."""
        found = [""]
        query = "SELECT min(model) FROM vectors WHERE model > ?"
        while (model := self._rows(query, (found[-1],))[0][0]) is not None:
            found.append(model)
        return found[1:]

    def _said(self, digests: set[str]) -> set[str]:
        """Those of `digests` that are of sentences which stand in a passage."""
        left = set(digests)
        for library, key in self._rows("SELECT library, key FROM documents") if digests else ():
            left -= {digest for digest, _ in _digests(self.passages_of(library, key))}
            if not left:
                break
        return digests - left

    def problems(self) -> list[str]:
        """What SQLite finds wrong with the file."""
        return [
            f"{self.path}: {text}; put back a copy, or delete it and ingest again."
            for (text,) in self._rows("PRAGMA quick_check(5)")
            if text != "ok"
        ]

    def _rows(self, query: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        with self._told(), self._lock:
            return self._connection.execute(query, values).fetchall()

    @staticmethod
    def _drop(connection: sqlite3.Connection, library: str, key: str) -> set[tuple[str, bool]]:
        """Removes a document, and returns the digests of what stood in it."""
        connection.execute("DELETE FROM documents WHERE library = ? AND key = ?", (library, key))
        found = connection.execute("SELECT data FROM passages WHERE library = ? AND document = ?", (library, key))
        digests = _digests(_PASSAGE.validate_json(data) for (data,) in found)
        connection.execute("DELETE FROM passages WHERE library = ? AND document = ?", (library, key))
        return digests

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._told(), self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise StoreError(
                f"{self.path}: the library cannot be read or written ({error}); free space, make the folder writable, "
                "or set VEJVISER_HOME to another one."
            ) from error


def _digests(passages: Iterable[Passage]) -> set[tuple[str, bool]]:
    """What vectors of the passages are kept by, and whether it is the digest of a sentence."""
    found = set()
    for passage in passages:
        found.add((passage.digest, False))
        found |= {(text_digest(sentence), True) for sentence in passage.sentences}
    return found
