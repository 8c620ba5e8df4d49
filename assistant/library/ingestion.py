"""Ingestion: files become documents, passages and vectors in the catalogue.

Knows which file has changed; knows no index and no search.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from assistant.errors import StoreError, UserError
from assistant.library.catalogue import Catalogue, Entry
from assistant.library.documents import OWN, Document
from assistant.library.loaders import markdown
from assistant.library.passages import Passage, passages
from assistant.library.vectors import PassageVectors

Progress = Callable[[int, int, str], None]
"""Told (done, of, file) after each file."""
Status = Literal["ok", "unchanged", "skipped", "removed"]
_LOADERS: dict[str, Callable[[Path], Document]] = {".md": markdown.load, ".markdown": markdown.load}
_READING = "1"  # changes when the same file gives other documents or passages than before
_PASSAGES_AT_ONCE = 128


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
            "path": str(self.path), "status": self.status, "reason": self.reason, "document": self.document,
            "passages": self.passages,
        }  # fmt: skip


def files(paths: Sequence[Path]) -> list[Path]:
    """The files named and those in the folders named that a loader knows, each once, hidden ones left out.

    Raises:
        UserError: a path does not exist.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = (p for p in sorted(path.rglob("*")) if p.suffix.lower() in _LOADERS and p.is_file())
            found |= {
                p.resolve(): None for p in inside if not any(x.startswith(".") for x in p.relative_to(path).parts)
            }
        elif path.exists():
            found[path.resolve()] = None
        else:
            raise UserError(f"{path}: there is no such file or folder; check the name.")
    return list(found)


class Ingestion:
    """One run over files for one library. Documents are written together with their passages, after their vectors.

    Killed at any moment, the library holds what it held before, or more documents, each whole.
    """

    def __init__(self, catalogue: Catalogue, vectors: PassageVectors, library: str, *, warm: bool) -> None:
        self._catalogue, self._vectors, self._library, self._warm = catalogue, vectors, library, warm
        self._entries = {entry.path: entry for entry in catalogue.entries(library)}
        self._keys = {entry.key: entry.path for entry in self._entries.values()}
        self._waiting: list[tuple[Document, Path, str, list[Passage]]] = []
        self._moved: list[str] = []
        self._seen: set[Path] = set()

    def run(self, paths: Sequence[Path], progress: Progress) -> Iterator[Ingested]:
        """Takes the files in, in order.

        Raises:
            StoreError: the catalogue cannot be written.
        """
        self._seen = set(paths)
        for done, path in enumerate(paths, start=1):
            yield self._one(path)
            if sum(len(cut) for *_, cut in self._waiting) >= _PASSAGES_AT_ONCE:
                self._flush()
            progress(done, len(paths), path.name)
        self._flush()

    def vanished(self, paths: Sequence[Path]) -> Iterator[Ingested]:
        """Removes every document of the library whose file is not among `paths`."""
        gone = [entry for entry in self._catalogue.entries(self._library) if entry.path not in set(paths)]
        self._catalogue.put(self._library, [], [entry.key for entry in gone])
        yield from (Ingested(entry.path, "removed", document=entry.key) for entry in gone)

    def _one(self, path: Path) -> Ingested:
        known = self._entries.get(path)
        loader = _LOADERS.get(path.suffix.lower())
        if loader is None:
            return Ingested(
                path, "skipped", f"{path}: files of this kind are not read; known are {', '.join(_LOADERS)}."
            )
        try:
            if known and known.digest == _digest(path):
                return Ingested(path, "unchanged", document=known.key)
            document = self._named(loader(path), path)
        except StoreError:
            raise
        except UserError as error:
            return Ingested(path, "skipped", str(error))
        cut = passages(document)
        if known and known.key != document.key:
            self._moved.append(known.key)
        self._keys[document.key] = path
        self._waiting.append((document, path, f"{_READING}:{document.source_digest}", cut))
        return Ingested(path, "ok", document=document.key, passages=len(cut))

    def _named(self, document: Document, path: Path) -> Document:
        """The document under a key that no other file of the library holds.

        Raises:
            UserError: another file in this run declares the same id.
        """
        other = self._keys.get(document.key, path)
        if other == path or (other not in self._seen and (document.kind != OWN or not other.exists())):
            return document  # new, changed, or the same text at another place
        if document.kind != OWN:
            raise UserError(f"{path}: the id {document.id!r} is taken by {other}; rename one of the files.")
        return replace(document, id=f"{document.id}-{hashlib.sha256(str(path).encode()).hexdigest()[:6]}")

    def _flush(self) -> None:
        texts = [passage.context for *_, cut in self._waiting for passage in cut]
        if self._warm:
            texts += [sentence for *_, cut in self._waiting for passage in cut for sentence in passage.sentences]
        self._vectors.of(texts)
        taken = {document.key for document, *_ in self._waiting}
        self._catalogue.put(self._library, self._waiting, [key for key in self._moved if key not in taken])
        self._waiting, self._moved = [], []


def changed(entry: Entry) -> bool:
    """Whether the file differs from what was read. Raises UserError when it cannot be read."""
    return entry.digest != _digest(entry.path)


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return f"{_READING}:{hashlib.file_digest(file, 'sha256').hexdigest()}"
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror}); check the name and its permissions.") from error
