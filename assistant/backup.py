"""A backup of everything that cannot be made again, in one file, and the way back. Knows folders and files; knows no dialogue.

The file is a zip: `manifest.json`, `conversations.sqlite3` (conversations and accounts), `library.sqlite3` and `uploads/…`, each with
its SHA-256. Indexes and the key of the logs are left out: the first are built again, the second is nobody's business elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from assistant.errors import StoreError, UserError
from assistant.startup import restoring, tidy, unfinished
from assistant.store import Store

FORMAT = 1
TALKS, LIBRARY, UPLOADS = "conversations.sqlite3", "library.sqlite3", "uploads"
_MANIFEST = "manifest.json"
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Held:
    """What a backup holds."""

    conversations: int
    files: int
    """Of the library that were taken in by hand."""
    size: int
    """Bytes of the file."""
    made: str
    """When, as an ISO date and time in UTC."""
    left_out: int = 0
    """Conversations that were erased since and were not brought back."""


def backup(home: Path, store: Store, path: Path) -> Held:
    """Writes all of `home` that matters to `path`, while others go on talking; a file of that name is replaced at the end.

    Raises:
        StoreError: something cannot be read.
        UserError: the file cannot be written.
    """
    with _written(path) as target, tempfile.TemporaryDirectory(dir=home, prefix=unfinished("backup")) as kept:
        folder = Path(kept)
        store.copy(folder / TALKS)
        parts = {TALKS: folder / TALKS}
        if (home / LIBRARY).is_file():
            _copied(home / LIBRARY, folder / LIBRARY)
            parts[LIBRARY] = folder / LIBRARY
        uploads = sorted(one for one in (home / UPLOADS).rglob("*") if one.is_file() and not _hidden(one, home))
        parts |= {one.relative_to(home).as_posix(): one for one in uploads}
        with closing(Store(folder)) as copied:
            talks = len(copied.conversations())
        made = datetime.now(UTC).isoformat(timespec="seconds")
        manifest = {
            "format": FORMAT, "made": made, "home": str(home.resolve()), "conversations": talks,
            "files": {name: _digest(one) for name, one in parts.items()},
        }  # fmt: skip
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as packed:
            packed.writestr(_MANIFEST, json.dumps(manifest, indent=1))
            for name, one in parts.items():
                packed.write(one, name)
    return Held(talks, len(uploads), path.stat().st_size, made)


def restore(home: Path, path: Path, *, replace: bool = False) -> Held:
    """Puts what `path` holds into `home`. All is looked at before anything is changed; what was erased since is not brought back.

    Args:
        home: The data folder; nobody may serve from it.
        path: A file that `backup` made.
        replace: Whether conversations that are there now may go.

    Raises:
        UserError: it is no whole backup, or conversations are there.
        StoreError: the folder cannot be written, or it is served from.
    """
    home.mkdir(parents=True, exist_ok=True)
    tidy(home)
    with restoring(home), tempfile.TemporaryDirectory(dir=home, prefix=unfinished("restore")) as kept:
        folder = Path(kept)
        manifest = _unpacked(path, folder)
        with closing(Store(folder)) as given, closing(Store(home)) as there:
            talks, now = len(given.conversations()), len(there.conversations())
            if now and not replace:
                raise UserError(
                    f"{home}: holds {now:,} conversation{'s' * (now > 1)}, which would be lost; back them up, then restore with --replace."
                )
            marks = there.erased()
            left_out = given.erase_marked(marks)
            given.remember(marks)
            if not given.purge() or not there.purge():
                raise StoreError(f"{home}: another program holds the conversations; close it, then restore again.")
        for database in (folder / TALKS, home / TALKS):
            with closing(sqlite3.connect(database)) as settled:
                settled.execute("PRAGMA journal_mode = DELETE")  # nothing is left in a log beside the file
        if (folder / LIBRARY).is_file():
            _moved_in(folder / LIBRARY, str(manifest["home"]), home)
        shutil.rmtree(home / "index", ignore_errors=True)
        for name in (UPLOADS, LIBRARY, TALKS):
            _swapped(folder, home, name)
    files = sum(name.startswith(f"{UPLOADS}/") for name in manifest["files"])
    return Held(talks - left_out, files, path.stat().st_size, str(manifest["made"]), left_out)


def _unpacked(path: Path, folder: Path) -> dict[str, Any]:
    """Everything in `path` laid out in `folder`, whole and harmless; gives the manifest."""
    broken = f"{path}: is no whole backup"
    try:
        with zipfile.ZipFile(path) as packed:
            manifest: dict[str, Any] = json.loads(packed.read(_MANIFEST))
            if manifest.get("format") != FORMAT:
                raise UserError(
                    f"{path}: was made by another Vejviser (format {manifest.get('format')!r}); restore it with that one."
                )
            for name, digest in manifest["files"].items():
                if not _allowed(name):
                    raise UserError(f"{broken} (it would write to {name!r}); take another one.")
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                with packed.open(name) as source, target.open("wb") as out:
                    shutil.copyfileobj(source, out, _CHUNK)
                if _digest(target) != digest:
                    raise UserError(f"{broken} ({name} has changed); take another one.")
    except FileNotFoundError as error:
        raise UserError(f"{path}: there is no such file; name a file that `vejviser backup` made.") from error
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, EOFError) as error:
        raise UserError(f"{broken}; take another one.") from error
    except OSError as error:
        raise StoreError(
            f"{folder.parent}: the backup cannot be unpacked ({error.strerror}); free space and try again."
        ) from error
    if not (folder / TALKS).is_file():
        raise UserError(f"{broken} (it holds no conversations); take another one.")
    return manifest


def _allowed(name: object) -> bool:
    if not isinstance(name, str) or "\\" in name or "\0" in name:
        return False
    parts = PurePosixPath(name).parts
    if name in (TALKS, LIBRARY):
        return True
    return len(parts) > 1 and parts[0] == UPLOADS and not any(part in ("..", ".", "/") for part in parts)


def _swapped(folder: Path, home: Path, name: str) -> None:
    """Puts `folder/name` in the place of `home/name`; a database is replaced in one step."""
    new, old = folder / name, home / name
    if name == UPLOADS:
        if old.exists():
            old.rename(folder / "before")
        if new.exists():
            new.rename(old)
        return
    if new.is_file():
        for beside in ("-wal", "-shm"):
            old.with_name(old.name + beside).unlink(missing_ok=True)
        _synced(new)
        new.replace(old)
        _synced(home)


def _moved_in(library: Path, before: str, home: Path) -> None:
    """Uploads lie elsewhere now; the library is told."""
    old, new = (str(Path(one) / UPLOADS) for one in (before, str(home.resolve())))
    with closing(sqlite3.connect(library, isolation_level=None)) as opened:
        opened.execute(
            "UPDATE documents SET path = ? || substr(path, ?) WHERE substr(path, 1, ?) = ?",
            (new, len(old) + 1, len(old), old),
        )


def _copied(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source, timeout=30)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)
        other.execute("PRAGMA journal_mode = DELETE")


def _hidden(path: Path, home: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(home).parts)


def _digest(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _synced(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _written(path: Path) -> Iterator[IO[bytes]]:
    """A new file that only its owner reads; it takes the place of `path` when all of it is on disk."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as target:
            yield target
            target.flush()
            os.fsync(target.fileno())
        unfinished.replace(path)
        _synced(path.parent)
    except OSError as error:
        raise UserError(f"{path}: cannot be written ({error.strerror}); choose another place or free space.") from error
    finally:
        unfinished.unlink(missing_ok=True)
