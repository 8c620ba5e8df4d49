"""Which files a person means who names files and folders. Looks at names and kinds of files; opens none."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assistant.errors import UserError
from assistant.library.loaders import MEANT
from assistant.library.loaders.source import shown


@dataclass(slots=True)
class Found:
    """What lies under the paths that were named."""

    files: dict[Path, None] = field(default_factory=dict)
    """Resolved, each once, in order. Those named are here whatever they are; those in folders have a known kind."""
    refused: dict[Path, str] = field(default_factory=dict)
    """What looks like a file to read but is not taken, and why."""
    others: int = 0
    """Files in the folders that are of other kinds."""
    folders: list[Path] = field(default_factory=list)
    """The folders named, resolved."""

    def gone(self, path: Path) -> bool:
        """Whether a file that lay in one of the folders is there no more."""
        if path in self.files or not any(path.is_relative_to(folder) for folder in self.folders):
            return False
        try:
            path.lstat()
        except (FileNotFoundError, NotADirectoryError):
            return True
        except OSError:  # a folder that cannot be looked into proves nothing
            return False
        return False


def find(paths: Sequence[Path]) -> Found:
    """The files named, and those in the folders named whose kind is known; hidden ones and links that lead out are not.

    Raises:
        UserError: a path does not exist.
    """
    found = Found()
    for path in paths:
        try:
            kind = path.stat().st_mode
            real = path.resolve()
        except (OSError, RuntimeError, ValueError) as error:
            raise UserError(f"{shown(path)}: there is no such file or folder; check the name.") from error
        if stat.S_ISDIR(kind):
            found.folders.append(real)
            for entry in _inside(real, lambda folder: _closed(found, folder)):
                _sort(found, entry, real)
        else:
            found.files[real] = None
    for path in found.files:
        found.refused.pop(path, None)
    return found


def _inside(folder: Path, closed: Callable[[Path], None]) -> Iterator[Path]:
    """Everything below the folder but folders and what is hidden, sorted; links to folders are not followed."""
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            entries = sorted(os.scandir(here), key=lambda entry: entry.name)
        except OSError:
            closed(here)
            continue
        below = []
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                below.append(Path(entry.path))
            else:
                yield Path(entry.path)
        waiting += reversed(below)


def _closed(found: Found, folder: Path) -> None:
    found.refused[folder] = f"{shown(folder)}: the folder cannot be looked into; check its permissions."


def _sort(found: Found, path: Path, root: Path) -> None:
    linked = path.is_symlink()
    try:
        real = path.resolve() if linked else path
        kind = path.stat().st_mode
    except (OSError, RuntimeError):  # leads nowhere, or round in a circle
        if path.suffix.lower() in MEANT:
            found.refused[path] = f"{shown(path)}: is a link that leads nowhere; mend or remove it."
        else:
            found.others += 1
        return
    meant = not MEANT.isdisjoint((path.suffix.lower(), real.suffix.lower()))
    if linked and not real.is_relative_to(root) and (stat.S_ISDIR(kind) or meant):
        found.refused[path] = f"{shown(path)}: is a link that leads out of the folder; name {shown(real)} itself."
    elif stat.S_ISDIR(kind):
        return  # a link to a folder that is looked into anyway
    elif real.suffix.lower() not in MEANT or path.name.startswith("~$"):  # ~$: Word's mark of an open file
        found.others += 1
    elif not stat.S_ISREG(kind):
        found.refused[path] = f"{shown(path)}: is no file but a pipe or device; remove it from the folder."
    else:
        found.files[real] = None
