"""Uploads on their way into a library, one run at a time, beside the serving of pages. Knows files and outcomes, no pages.

The files are kept below the data folder, for a library reads them again when a better way of reading comes. A file that cannot be
taken in is not kept, and the one that it was to replace stays. Runs are remembered by this process alone; what they took in is not.
"""

from __future__ import annotations

import logging
import secrets
import shutil
import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from assistant.library.ingestion import Ingested
from assistant.library.library import Library
from assistant.library.loaders import MEANT

MOST_FILES = 50
_REMEMBERED = 20
_LONGEST_NAME = 120
_REASONS = (
    ("files of this kind", "kind"), ("old office format", "old"), ("save it as .docx", "old"), ("password", "password"),
    ("ocr", "pictures"), ("no text", "no_text"), ("is larger than", "too_much"), ("pages; split", "too_much"),
    ("million characters", "too_much"), ("unpacks to", "too_much"), ("takes longer", "too_much"),
    ("nested too deeply", "too_much"), ("too large", "too_much"), ("is taken by", "taken"), ("is really", "damaged"),
    ("damaged", "damaged"), ("save it anew", "damaged"), ("mend", "damaged"),
)  # fmt: skip
"""Words of a reason -> what a person is told; the whole reason names places of the machine and speaks English only."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """What became of one file."""

    name: str
    status: str
    """`ok`, `unchanged` or `skipped`."""
    reason: str = ""
    """Key of the text that says why it was skipped."""
    passages: int = 0


@dataclass
class Run:
    """One upload being taken in."""

    of: int
    owner: str
    """Id of the adviser; nobody else is told of it."""
    done: int = 0
    outcomes: list[Outcome] = field(default_factory=list)
    over: bool = False
    failed: bool = False
    """It broke off; what was taken in before stays."""


class Intake:
    """Takes uploads in.

    Args:
        library: Opens the library anew, so that the one which answers questions is not held up.
        folder: Where the files are kept.
    """

    def __init__(self, library: Callable[[], Library], folder: Path) -> None:
        self._library, self.folder = library, folder
        self._runs: OrderedDict[str, Run] = OrderedDict()
        self._lock, self._turn = threading.Lock(), threading.Lock()

    def take(self, files: Sequence[tuple[str, BinaryIO]], owner: str) -> str:
        """Keeps the files and begins to take them in; the name of the run.

        Raises:
            OSError: they cannot be kept.
        """
        name, run = secrets.token_urlsafe(16), Run(len(files), owner)
        self.folder.mkdir(parents=True, exist_ok=True)
        waiting = self.folder / f".{name}"
        waiting.mkdir()
        new: dict[str, Path] = {}
        try:
            for given, content in files:
                shown = _named(given)
                if shown in new:
                    self._tell(run, Outcome(shown, "skipped", "twice"))
                elif Path(shown).suffix.lower() not in MEANT:
                    self._tell(run, Outcome(shown, "skipped", "kind"))
                else:
                    with (waiting / shown).open("wb") as kept:
                        shutil.copyfileobj(content, kept)
                    new[shown] = waiting / shown
        except OSError:
            shutil.rmtree(waiting, ignore_errors=True)
            raise
        with self._lock:
            self._runs[name] = run
            while len(self._runs) > _REMEMBERED:
                self._runs.popitem(last=False)
        threading.Thread(target=self._go, args=(run, waiting, new), name="intake", daemon=True).start()
        return name

    def run(self, name: str, owner: str) -> Run | None:
        """The run of that name, if it is theirs and still remembered."""
        with self._lock:
            found = self._runs.get(name)
        return found if found is not None and found.owner == owner else None

    def _go(self, run: Run, waiting: Path, new: dict[str, Path]) -> None:
        """Puts the files in their place, takes them in, and puts back what a file that was skipped had replaced."""
        try:
            with self._turn:
                before = waiting / ".before"
                before.mkdir()
                for name, path in new.items():
                    if (self.folder / name).exists():
                        (self.folder / name).replace(before / name)
                    path.replace(self.folder / name)
                places = [self.folder / name for name in new]
                if places:
                    self._library().ingest(places, each=lambda result: self._each(run, result, before))
        except Exception:
            _log.exception("an upload broke off")
            run.failed = True
        finally:
            shutil.rmtree(waiting, ignore_errors=True)
            run.over = True

    def _each(self, run: Run, result: Ingested, before: Path) -> None:
        name = result.path.name
        if result.status == "skipped":
            result.path.unlink(missing_ok=True)
            if (before / name).exists():
                (before / name).replace(result.path)
        if result.status in ("ok", "unchanged", "skipped"):
            reason = reason_of(result.reason) if result.status == "skipped" else ""
            self._tell(run, Outcome(name, result.status, reason, result.passages))

    def _tell(self, run: Run, outcome: Outcome) -> None:
        run.outcomes.append(outcome)
        run.done += 1


def reason_of(told: str) -> str:
    """Key of what a person is told for the reason why a file was skipped."""
    told = told.casefold()
    return next((key for words, key in _REASONS if words in told), "other")


def _named(given: str) -> str:
    """A name that a file can bear here: no folders, nothing hidden, not too long."""
    name = unicodedata.normalize("NFC", given.replace("\\", "/").rpartition("/")[2])
    name = "".join(sign if sign.isprintable() and sign not in '<>:"|?*' else "_" for sign in name).strip(" .")
    stem, suffix = Path(name).stem, Path(name).suffix
    while len((stem + suffix).encode("utf-8", "replace")) > _LONGEST_NAME and stem:
        stem = stem[:-1]
    return (stem + suffix[:20]) or "_"
