"""The process in which files are read and cut to passages: `python -m assistant.library.loaders SECONDS BYTES`.

Takes a path a line on standard input (its bytes, in hexadecimal), gives a line of JSON for each on standard output, in
order. It may be killed by any file; whoever started it starts another. Knows its own limits and no library.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from pathlib import Path

from pydantic import TypeAdapter

from assistant.errors import UserError
from assistant.library.documents import Document
from assistant.library.loaders import load
from assistant.library.loaders.source import shown
from assistant.library.passages import Passage, passages

_READ = TypeAdapter(tuple[Document, list[Passage]])
_LXML_NO_MEMORY = 2


def main(seconds: int, memory: int) -> None:
    """Reads files until standard input ends. Each has `seconds`; more kills this process with SIGALRM."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # a parser that prints must not spoil the answers
    _limit(memory)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends this process
    out.write(b"ready\n")
    out.flush()
    for line in sys.stdin:
        _alarm(seconds)
        answer = _answer(Path(os.fsdecode(bytes.fromhex(line))))
        _alarm(0)
        out.write(answer + b"\n")
        out.flush()


def _answer(path: Path) -> bytes:
    try:
        document = load(path)
        return _READ.dump_json((document, passages(document)))
    except UserError as error:
        reason = str(error)
    except RecursionError:
        reason = f"{shown(path)}: is nested too deeply to be read; save it anew in a simpler form."
    except Exception as error:  # parsers raise whatever they like, and no file may end the run
        if isinstance(error, MemoryError) or getattr(error, "code", None) == _LXML_NO_MEMORY:
            reason = f"{shown(path)}: needs too much memory to be read; split it or save it without media."
        else:
            reason = f"{shown(path)}: is damaged or not what its name says ({type(error).__name__}); save it anew."
    return json.dumps({"reason": reason}).encode()


def _limit(memory: int) -> None:
    """Bounds on what any file can make of this process; where the system knows none, only time is bounded."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _alarm(seconds: int) -> None:
    if hasattr(signal, "alarm"):
        signal.alarm(seconds)


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        main(int(sys.argv[1]), int(sys.argv[2]))
