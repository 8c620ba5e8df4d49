"""What all commands share: progress on standard error, JSON on standard output, JSON Lines in. Knows no command."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Annotated, Any, Self

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from assistant.domain.maturity import LANGUAGES, Language
from assistant.errors import UserError

if TYPE_CHECKING:
    from assistant.build import Engine

STDERR = Console(stderr=True, highlight=False)


def _language(value: str | None) -> str | None:
    if value is not None and value not in LANGUAGES:
        raise typer.BadParameter(f"{value!r} is not spoken here; choose en or da.")
    return value


LanguageOption = Annotated[
    str | None, typer.Option("--language", "-l", help="en or da.", callback=_language, metavar="en|da")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


def complain(message: str) -> None:
    """One line on standard error."""
    STDERR.print(" ".join(message.split()), style="red", markup=False, soft_wrap=True)


@cache
def engine() -> Engine:
    """The engine on the settings in force, telling on standard error what takes long."""
    from assistant.build import Engine
    from assistant.settings import load

    waiting = _Waiting()
    return Engine(load(), say=waiting.say, count=waiting.count)


def language_of(given: str | None) -> Language:
    """The language given, else the one set."""
    return given if given in ("en", "da") else engine().settings.language  # type: ignore[return-value]


def print_json(value: object) -> None:
    """One JSON document."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def named(given: str | None) -> str | None:
    """The id of a conversation that was named by its id or by its private link."""
    from assistant.links import id_of, is_link

    return id_of(given) if given is not None and is_link(given) else given


def print_line(value: object) -> None:
    """One JSON Lines entry."""
    print(json.dumps(value, ensure_ascii=False), flush=True)


def json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """(line number, object) for each line of a JSON Lines file; "-" is standard input.

    Raises:
        UserError: the file cannot be read, or a line is no JSON object.
    """
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: cannot be read as UTF-8 text ({error}); give a JSON Lines file.") from error
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except json.JSONDecodeError as error:
            raise UserError(f"{path}: line {number}: is not JSON ({error.msg}); mend that line.") from error
        if not isinstance(value, dict):
            raise UserError(f"{path}: line {number}: must be a JSON object; mend that line.")
        yield number, value


class Coming:
    """Shows sentences of an answer while the rest is still being written, where somebody is looking; gone when all is there."""

    def __init__(self) -> None:
        self._live: Any = None
        self._text = ""

    def __enter__(self) -> Self:
        return self

    def sentence(self, text: str) -> None:
        """One more."""
        if not STDERR.is_terminal:
            return
        from rich.live import Live
        from rich.text import Text

        self._text = f"{self._text} {text}".strip()
        if self._live is None:
            self._live = Live(console=STDERR, transient=True, auto_refresh=False)
            self._live.start()
        self._live.update(Text(self._text, style="dim"), refresh=True)

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()


class _Waiting:
    """Says once what takes long, and draws a bar where something is counted and somebody is looking."""

    def __init__(self) -> None:
        self._bar: Progress | None = None
        self._task: Any = None
        self._what = ""

    def say(self, message: str) -> None:
        STDERR.print(f"{message} ...", style="dim", markup=False)

    def count(self, done: int, of: int, what: str) -> None:
        if not STDERR.is_terminal or of <= 1:
            return
        if self._bar is None:
            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
            self._bar = Progress(*columns, console=STDERR, transient=True)
            self._task = self._bar.add_task("", total=of)
            self._bar.start()
        self._bar.update(self._task, completed=done, total=of, description=Path(what).name[:40])
        if done >= of:
            self._bar.stop()
            self._bar = None
