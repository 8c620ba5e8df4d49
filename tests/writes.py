"""What this process writes, and where: every file opened for writing, made, moved or removed while somebody looks."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_NAMED = {
    "os.mkdir": (1, 2), "os.remove": (1, 1), "os.rmdir": (1, 1), "os.rename": (2, 2), "os.link": (2, 2), "os.symlink": (2, 2),
    "os.truncate": (1, 1), "os.chmod": (1, 2),
}  # fmt: skip
"""Event -> how many of its arguments are paths, and which one tells the folder that they are seen from."""
_looking: list[set[str]] = []
_hooked: list[bool] = []


@contextmanager
def watched() -> Iterator[set[str]]:
    """The paths that are written while the block runs, by any thread; whole and resolved."""
    if not _hooked:
        sys.addaudithook(_heard)  # cannot be taken away again, so there is one, which is deaf in between
        _hooked.append(True)
    written: set[str] = set()
    _looking.append(written)
    try:
        yield written
    finally:
        _looking.remove(written)


def outside(written: set[str], *folders: Path) -> set[str]:
    """Those of `written` that lie in none of `folders`; devices and what has no name are nobody's."""
    inside = tuple(f"{folder.resolve()}{os.sep}" for folder in folders)
    return {path for path in written if not f"{path}{os.sep}".startswith((*inside, "/dev/", "/proc/"))}


def _heard(event: str, arguments: tuple[Any, ...]) -> None:
    if not _looking:
        return
    paths, folder = _paths(event, arguments)
    for path in paths:
        if isinstance(path, (str, bytes, os.PathLike)) and path not in (":memory:", b":memory:", ""):
            whole = os.path.abspath(os.path.join(folder, os.fsdecode(path)))  # noqa: PTH100, PTH118, the disk is not asked
            for written in _looking:
                written.add(whole)


def _paths(event: str, arguments: tuple[Any, ...]) -> tuple[tuple[Any, ...], str]:
    """What is written, and the folder from which it is named."""
    if event == "open":
        path, mode, flags = arguments
        writes = (isinstance(flags, int) and flags & _WRITING) or (isinstance(mode, str) and set(mode) & set("wax+"))
        unnamed = isinstance(flags, int) and flags & os.O_TMPFILE == os.O_TMPFILE
        return ((path,) if writes and not unnamed else ()), ""
    if event == "sqlite3.connect":
        return arguments[:1], ""
    if event not in _NAMED:
        return (), ""
    paths, place = _NAMED[event]
    within = arguments[place] if len(arguments) > place else -1
    folder = os.readlink(f"/proc/self/fd/{within}") if isinstance(within, int) and within >= 0 else ""  # noqa: PTH115
    return arguments[:paths], folder
