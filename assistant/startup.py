"""What is looked at before serving begins: the data folder, room on the disk, the database, and that nobody restores it.

Each failure is one sentence: what, where, what to do. Knows folders and locks; knows no pages.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import ReadWriteLock, Timeout

from assistant.errors import StoreError
from assistant.settings import Settings
from assistant.store import Store

LEAST_FREE = 200_000_000
"""Bytes that must be free in the data folder: an erasure writes the file of conversations anew."""
LOCK = "serving.lock"


@contextmanager
def checked(settings: Settings, store: Store) -> Iterator[None]:
    """All of it; holds the data folder while the block runs.

    Raises:
        StoreError: something is not as serving needs it.
    """
    writable(settings.home)
    roomy(settings.home)
    tidy(settings.home)
    store.ready()
    with serving(settings.home):
        yield


def writable(folder: Path) -> None:
    """Whether files can be made in `folder`, which is made when missing.

    Raises:
        StoreError: they cannot.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as made:
            made.write(b"\0" * 4096)
            os.fsync(made.fileno())
    except OSError as error:
        raise StoreError(
            f"{folder}: the data folder cannot be written ({error.strerror}); free space, give permission, or set VEJVISER_HOME to another one."
        ) from error


def roomy(folder: Path, least: int = LEAST_FREE) -> None:
    """Whether there is room in `folder`.

    Raises:
        StoreError: there are fewer than `least` bytes.
    """
    free = shutil.disk_usage(folder).free
    if free < least:
        raise StoreError(
            f"{folder}: has {free // 1_000_000:,} MB left, and {least // 1_000_000:,} MB are needed; free space or set VEJVISER_HOME to another disk."
        )


def unfinished(what: str) -> str:
    """How the name of a folder begins in which this process works on a backup."""
    return f".{what}-{os.getpid()}-"


def tidy(folder: Path) -> None:
    """Removes what a backup or restore left that was killed; it may hold what has been erased since."""
    for left in (*folder.glob(".backup-*-*"), *folder.glob(".restore-*-*")):
        number = left.name.split("-")[1]
        if number.isdigit() and not _alive(int(number)):
            shutil.rmtree(left, ignore_errors=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


@contextmanager
def serving(folder: Path) -> Iterator[None]:
    """Tells others that the data folder is served from; several may do so at once.

    Raises:
        StoreError: it is being restored, or the folder cannot be written.
    """
    with _held(folder, "is being restored; wait until that is done, then start again", alone=False):
        yield


@contextmanager
def restoring(folder: Path) -> Iterator[None]:
    """Holds the data folder alone.

    Raises:
        StoreError: it is served from, or the folder cannot be written.
    """
    with _held(folder, "is being served from; stop that Vejviser, then restore again", alone=True):
        yield


@contextmanager
def _held(folder: Path, otherwise: str, *, alone: bool) -> Iterator[None]:
    lock = ReadWriteLock(folder / LOCK, is_singleton=False)
    try:
        with lock.write_lock(timeout=0) if alone else lock.read_lock(timeout=0):
            yield
    except Timeout as error:
        raise StoreError(f"{folder}: {otherwise}.") from error
    finally:
        lock.close()
