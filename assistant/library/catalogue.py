"""The catalogue: the truth of all libraries in one SQLite file.

Documents, passages and vectors; everything else is derived from them. Knows no file formats, no model and no index.
Libraries lie side by side by name; vectors are keyed by model and content, so that they are shared between libraries
and nothing is embedded twice. A change of a library is one transaction and survives kill -9.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from assistant.errors import StoreError
from assistant.library.documents import Document
from assistant.library.passages import Passage

Vectors = NDArray[np.float32]
Kind = Literal["query", "passage"]
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

    def put(
        self, library: str, items: Sequence[tuple[Document, Path, str, Sequence[Passage]]], gone: Sequence[str] = ()
    ) -> None:
        """Adds or replaces documents, each with path, digest and passages, and removes `gone`, in one transaction."""
        if not items and not gone:
            return
        with self._transaction() as connection:
            for key in gone:
                self._drop(connection, library, key)
            for document, path, digest, passages in items:
                self._drop(connection, library, document.key)
                row = (library, document.key, str(path), digest, _DOCUMENT.dump_json(document))
                connection.execute("INSERT INTO documents VALUES (?, ?, ?, ?, ?)", row)
                connection.executemany(
                    "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?)",
                    [
                        (library, document.key, place, passage.id, passage.digest, _PASSAGE.dump_json(passage))
                        for place, passage in enumerate(passages)
                    ],
                )
            connection.execute(
                "INSERT INTO libraries VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET revision = revision + 1",
                (library,),
            )

    def vectors(self, model: str, kind: Kind, digests: Sequence[str]) -> dict[str, Vectors]:
        """The vectors of shape (d,) that are there, by digest of their text."""
        found: dict[str, Vectors] = {}
        for first in range(0, len(digests), _AT_ONCE):
            part = list(digests[first : first + _AT_ONCE])
            marks = ", ".join("?" * len(part))
            query = f"SELECT digest, vector FROM vectors WHERE model = ? AND kind = ? AND digest IN ({marks})"  # noqa: S608
            rows = self._rows(query, (model, kind, *part))
            found |= {digest: np.frombuffer(blob, np.float32) for digest, blob in rows}
        return found

    def keep(self, model: str, kind: Kind, vectors: dict[str, Vectors]) -> None:
        """Adds vectors of shape (d,) by digest of their text, in one transaction."""
        rows = [(model, kind, digest, vector.astype(np.float32).tobytes()) for digest, vector in vectors.items()]
        with self._transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)", rows)

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
    def _drop(connection: sqlite3.Connection, library: str, key: str) -> None:
        connection.execute("DELETE FROM documents WHERE library = ? AND key = ?", (library, key))
        connection.execute("DELETE FROM passages WHERE library = ? AND document = ?", (library, key))

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
