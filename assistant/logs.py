"""Logs: a line of JSON each, without words of people. Knows records and formats; knows no conversation.

Whoever writes a log message may forget that a value in it was typed by somebody. So here, at the last moment, what a private link
holds is cut out of every line, CPR numbers are masked, and of an exception only its kind and the places of the program are told.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, Literal

from assistant.domain.personal import masked

Form = Literal["auto", "json", "text"]
_SECRET = re.compile(r"(?<![A-Za-z0-9_-])(?:[A-Za-z0-9_-]{22}|[0-9a-f]{32})(?![A-Za-z0-9_-])")
"""What looks like the private link of a conversation, which entitles to read it, or like its id."""
_SESSION = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])")
_LONGEST = 2000
_MINE = "assistant"


class Scrubbed(logging.Formatter):
    """One line a record.

    Args:
        form: `json`, or `text` for somebody who looks at a terminal.
    """

    def __init__(self, form: Literal["json", "text"]) -> None:
        super().__init__()
        self._form = form

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        figures: dict[str, Any] = getattr(record, "figures", {})
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(), "where": record.name, "what": scrubbed(record.getMessage()), **figures,
        }  # fmt: skip
        if record.exc_info and record.exc_info[1] is not None:
            line |= {"error": type(record.exc_info[1]).__name__, "places": places(record.exc_info[1])}
        if self._form == "json":
            return json.dumps(line, ensure_ascii=False, default=str)
        told = " ".join(f"{name}={value}" for name, value in line.items() if name not in ("time", "level", "what"))
        return f"{line['level']}: {line['what']} ({told})"


def scrubbed(text: str) -> str:
    """`text` as it may stand in a log: at most 2,000 characters, without ids, tokens of sessions and CPR numbers."""
    return masked(_SESSION.sub("(token)", _SECRET.sub("(id)", text)))[:_LONGEST]


def places(error: BaseException) -> list[str]:
    """Where in the program it happened, innermost last: file, line and function, none of the values."""
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    return [f"{'/'.join(frame.filename.split('/')[-3:])}:{frame.lineno} {frame.name}" for frame in frames]


def begin(form: Form) -> None:
    """All logs of this process go to standard error, as lines of JSON where nobody looks at a terminal."""
    chosen: Literal["json", "text"] = form if form != "auto" else "text" if sys.stderr.isatty() else "json"
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Scrubbed(chosen))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(_MINE).setLevel(logging.INFO if chosen == "json" else logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True


class Quiet:
    """Stands in for `traceback` in a library that would print what went wrong together with what somebody typed."""

    def __init__(self, name: str) -> None:
        self._log = logging.getLogger(name)

    def print_exc(self, *_: object, **__: object) -> None:
        """The exception that is being handled, without its words."""
        self._log.error("failed", exc_info=True)

    def __getattr__(self, name: str) -> Any:
        return getattr(traceback, name)
