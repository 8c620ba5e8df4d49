"""What a person sees while files are taken into a library: a bar on standard error, a line for each file on standard output."""

from __future__ import annotations

import sys
from collections import Counter
from types import TracebackType
from typing import Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from assistant.cli.terminal import STDERR
from assistant.library.ingestion import Ingested
from assistant.library.loaders.source import shown


class Intake:
    """Follows one ingest; `quiet` leaves standard output alone. The bar is drawn only where somebody looks."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self.counts: Counter[str] = Counter()
        self._passages = 0
        self._bar: Progress | None = None
        self._task = TaskID(0)

    def __enter__(self) -> Self:
        if STDERR.is_terminal:
            columns = (
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[cut]}"),
            )
            # lines for a pipe go to the pipe; lines for the same terminal go above the bar
            self._bar = Progress(
                *columns, TimeElapsedColumn(), console=STDERR, transient=True, redirect_stdout=sys.stdout.isatty()
            )
            self._task = self._bar.add_task("looking for files", total=None, cut="")
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def progress(self, done: int, of: int, file: str) -> None:
        """Moves the bar."""
        if self._bar:
            cut = f"{self._passages:,} passages"
            self._bar.update(self._task, completed=done, total=of, description=file[:40], cut=cut)

    def each(self, result: Ingested) -> None:
        """Prints what became of a file."""
        self.counts[result.status] += 1
        self._passages += result.passages
        if self._quiet:
            return
        path = shown(result.path)
        reason = result.reason.removeprefix(f"{path}: ")
        print(f"{result.status:<10} {path}{': ' if reason else ''}{reason}", flush=True)

    def tell(self, message: str) -> None:
        """Says something besides."""
        STDERR.print(message, style="dim", markup=False)

    def summary(self) -> str:
        """All in one line."""
        names = ("ok", "unchanged", "skipped", "removed")
        counted = ", ".join(f"{self.counts[name]:,} {name}" for name in names if self.counts[name])
        return f"{counted or 'nothing to read'}; {self._passages:,} new passages"
