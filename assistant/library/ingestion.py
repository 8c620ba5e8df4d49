"""Ingestion: files become documents, passages and vectors in the catalogue.

Knows which files there are and which have changed; knows no format, no index and no search.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any, Literal

from assistant.errors import StoreError, UserError
from assistant.library.catalogue import Catalogue, Entry
from assistant.library.documents import OWN, Document
from assistant.library.loaders import SUFFIXES
from assistant.library.loaders.own import CODES
from assistant.library.loaders.source import LARGEST, opened, shown, unreadable
from assistant.library.passages import Passage
from assistant.library.sandbox import Reader
from assistant.library.vectors import PassageVectors

Progress = Callable[[int, int, str], None]
"""Told (done, of, file) after each file."""
Status = Literal["ok", "unchanged", "skipped", "removed"]
_READING = "6"  # changes when the same file gives other documents or passages than before
_PASSAGES_AT_ONCE = 128
_FILES_AT_ONCE = 128
_AHEAD = 4


def silent(_done: int, _of: int, _file: str) -> None:
    """Tells nobody."""


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of one file."""

    path: Path
    status: Status
    reason: str = ""
    """Why it was skipped, and what to do."""
    document: str = ""
    """Key of the document."""
    passages: int = 0

    def as_json(self) -> dict[str, Any]:
        """The form of `vejviser ingest --json`."""
        return {
            "path": str(self.path).encode("utf-8", "backslashreplace").decode(), "status": self.status,
            "reason": self.reason, "document": self.document, "passages": self.passages,
        }  # fmt: skip


class Ingestion:
    """One run over files for one library. Documents are written together with their passages, after their vectors.

    Killed at any moment, the library holds what it held before, or more documents, each whole.
    """

    def __init__(
        self, catalogue: Catalogue, vectors: PassageVectors, library: str, reader: Reader, *, warm: bool
    ) -> None:
        self._catalogue, self._vectors, self._library, self._warm = catalogue, vectors, library, warm
        self._reader = reader
        self._entries = {entry.path: entry for entry in catalogue.entries(library)}
        self._keys = {entry.key: entry.path for entry in self._entries.values()}
        self._waiting: list[tuple[Document, Path, str, list[Passage]]] = []
        self._moved: list[str] = []
        self._seen: set[Path] = set()

    def run(self, paths: Sequence[Path], progress: Progress) -> Iterator[Ingested]:
        """Takes the files in, in order; each is looked at some files ahead of its turn, and told of when it is stored.

        Raises:
            StoreError: the catalogue cannot be written.
        """
        self._seen = set(paths)
        ahead: deque[tuple[Path, Ingested | None]] = deque()
        rest, done = iter(paths), 0
        held: list[Ingested] = []
        while True:
            while len(ahead) < _AHEAD and (path := next(rest, None)) is not None:
                ahead.append((path, early := self._early(path)))
                if early is None:
                    self._reader.ask(path)
            if not ahead:
                break
            path, early = ahead.popleft()
            held.append(early or self._taken(path))
            many = sum(len(cut) for *_, cut in self._waiting) >= _PASSAGES_AT_ONCE or len(held) >= _FILES_AT_ONCE
            if self._waiting and many:
                self._flush()
            if not self._waiting:
                yield from held
                held = []
            done += 1
            progress(done, len(paths), shown(Path(path.name)))
        self._flush()
        yield from held

    def vanished(self, gone: Callable[[Path], bool]) -> Iterator[Ingested]:
        """Removes every document of the library whose file is `gone`."""
        entries = [entry for entry in self._catalogue.entries(self._library) if gone(entry.path)]
        self._catalogue.put(self._library, [], [entry.key for entry in entries])
        yield from (Ingested(entry.path, "removed", document=entry.key) for entry in entries)

    def _early(self, path: Path) -> Ingested | None:
        """What is known of the file without reading it as a document; None when it has to be read."""
        known = self._entries.get(path)
        try:
            str(path).encode()
            if known and path.suffix.lower() in SUFFIXES and known.digest == _digest(path):
                return Ingested(path, "unchanged", document=known.key)
        except UnicodeEncodeError:
            return Ingested(path, "skipped", f"{shown(path)}: its name is no valid Unicode; rename it.")
        except UserError as error:
            return self._skipped(path, error)
        return None

    def _taken(self, path: Path) -> Ingested:
        known = self._entries.get(path)
        try:
            read, cut = self._reader.answer()
            document = self._named(read, path)
        except StoreError:
            raise
        except UserError as error:
            return self._skipped(path, error)
        if document.key != read.key:
            cut = [replace(one, id=document.key + one.id.removeprefix(read.key), document=document.key) for one in cut]
        if known and known.key != document.key:
            self._moved.append(known.key)
        self._keys[document.key] = path
        self._waiting.append((document, path, f"{_READING}:{document.source_digest}", cut))
        return Ingested(path, "ok", document=document.key, passages=len(cut))

    def _skipped(self, path: Path, error: UserError) -> Ingested:
        reason, known = str(error), self._entries.get(path)
        if known:
            reason = f"{reason.rstrip('.')} (the version read before stays in the library)."
        return Ingested(path, "skipped", reason, known.key if known else "")

    def _named(self, document: Document, path: Path) -> Document:
        """The document under a key that no other file of the library holds, and an id that no unlike text shares.

        Raises:
            UserError: another file in this run declares the same id.
        """
        other = self._keys.get(document.key, path)
        if other != path and (other in self._seen or (document.kind == OWN and _there(other))):
            if document.kind != OWN:
                raise UserError(f"{shown(path)}: the id {document.id!r} is taken by {other}; rename one of the files.")
            return self._renamed(document, path)
        languages = [self._keys.get(f"{document.id}.{language}", path) for language in ("en", "da")]
        if document.kind == OWN and any(not _versions(path, twin) and _there(twin) for twin in languages):
            return self._renamed(document, path)
        return document  # new, changed, or the same text at another place

    def _renamed(self, document: Document, path: Path) -> Document:
        """The document under an id made from its path, whose key no other path holds."""
        for turn in count():
            mark = hashlib.sha256((str(path) + "\0" * turn).encode()).hexdigest()[:16]
            renamed = replace(document, id=f"{document.id}-{mark}")
            if self._keys.get(renamed.key, path) == path:
                return renamed
        raise AssertionError

    def _flush(self) -> None:
        cut = [passage for *_, passages_of in self._waiting for passage in passages_of]
        self._vectors.ensure([passage.context for passage in cut])
        if self._warm:
            self._vectors.of([sentence for passage in cut for sentence in passage.sentences])
        taken = {document.key for document, *_ in self._waiting}
        self._catalogue.put(self._library, self._waiting, [key for key in self._moved if key not in taken])
        self._waiting, self._moved = [], []


def changed(entry: Entry) -> bool:
    """Whether the file differs from what was read. Raises UserError when it cannot be read."""
    return entry.digest != _digest(entry.path)


def _digest(path: Path) -> str:
    """Of the file and of the way it is read; a file too large to have been read has none."""
    try:
        with opened(path) as file:
            if path.stat().st_size > LARGEST:
                return ""
            return f"{_READING}:{hashlib.file_digest(file, 'sha256').hexdigest()}"
    except OSError as error:
        raise unreadable(path, error) from error


def _versions(one: Path, other: Path) -> bool:
    """Whether two files are one text in two languages: side by side, and named alike but for a language's code."""
    alike = one.stem != other.stem and CODES.sub("", one.stem) == CODES.sub("", other.stem)
    return one == other or (one.parent == other.parent and alike)


def _there(path: Path) -> bool:
    """Whether the file exists, as far as one can tell."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True
