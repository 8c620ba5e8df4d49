"""Locks between processes: one at a time takes files into a library, and one at a time writes or deletes its index.

Knows where the locks lie; knows nothing of files, texts or vectors.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.errors import StoreError
from assistant.library.index import folders

PATIENCE = 600
"""Seconds to wait for another process that builds an index."""


@contextmanager
def taking_in(catalogue: Path, library: str, tell: Callable[[str], None]) -> Iterator[None]:
    """While no other process takes files into this library; says so when it has to wait.

    Raises:
        StoreError: the lock cannot be written.
    """
    lock = FileLock(catalogue.with_name(f"{catalogue.stem}.{library}.lock"))
    try:
        try:
            lock.acquire(timeout=0.05)
        except Timeout:
            tell(f"Waiting for another process that takes files into library {library!r}")
            lock.acquire()
    except OSError as error:
        raise StoreError(
            f"{lock.lock_file}: cannot be written ({error.strerror}); make the folder writable, "
            "or set VEJVISER_HOME to another one."
        ) from error
    try:
        yield
    finally:
        lock.release()


def clear(root: Path, library: str, patience: float) -> None:
    """Deletes every index folder of the library, half-written ones too, while no process builds one.

    Raises:
        StoreError: another process builds for longer than `patience` seconds, or the lock cannot be written.
    """
    if not any(folders(root, library)):
        return
    try:
        with FileLock(root / f"{library}.lock", timeout=patience):  # the one that `Index` builds under
            for folder in folders(root, library):
                shutil.rmtree(folder, ignore_errors=True)
    except Timeout as error:
        raise StoreError(f"{root}: another process builds the index of {library!r}; try again later.") from error
    except OSError as error:
        raise StoreError(
            f"{root}: the index cannot be deleted ({error}); make the folder writable, "
            "or set VEJVISER_HOME to another one."
        ) from error
