"""Readers of files: in a process of its own with limits on time and memory, or here. They cut what they read, too.

Files are asked for ahead, so that the next is read while the last is embedded. Knows no format and no library.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from pydantic import TypeAdapter

from assistant.errors import UserError
from assistant.library.documents import Document
from assistant.library.loaders import load
from assistant.library.loaders.source import shown
from assistant.library.passages import Passage, passages

Read = tuple[Document, list[Passage]]
"""A document and its passages: cutting an odd text may take as long as reading it, so both are done within the limits."""
SECONDS = 30
MEMORY = 1_000_000_000
_GRACE = 10
_LONGEST_ANSWER = 200_000_000
_READ: TypeAdapter[Read] = TypeAdapter(Read)


class Reader(Protocol):
    """Reads the files that it was asked for, in that order."""

    def ask(self, path: Path) -> None:
        """Puts a file at the end of the queue. Never waits."""

    def answer(self) -> Read:
        """What the file at the head of the queue holds. Raises UserError when it cannot be read."""

    def close(self) -> None:
        """Ends reading."""


class Here:
    """Reads in this process: for files that can be trusted."""

    def __init__(self, loader: Callable[[Path], Document] = load) -> None:
        self._queue: deque[Path] = deque()
        self._load = loader

    def ask(self, path: Path) -> None:
        """See `Reader`."""
        self._queue.append(path)

    def answer(self) -> Read:
        """See `Reader`."""
        document = self._load(self._queue.popleft())
        return document, passages(document)

    def close(self) -> None:
        """See `Reader`."""
        self._queue.clear()


class Sandbox:
    """Reads in one long-lived child. A file that takes too long or kills the child costs itself and nothing else.

    The child starts when the first file is asked for. `SECONDS` are counted in the child, from when it begins with a
    file, so that a slow parent costs no file; that it hangs altogether is noticed here, some seconds later.
    """

    def __init__(self, seconds: int = SECONDS, memory: int = MEMORY) -> None:
        self._seconds, self._memory = seconds, memory
        self._queue: deque[Path] = deque()
        self._child: subprocess.Popen[bytes] | None = None
        self._ready = False

    def ask(self, path: Path) -> None:
        """See `Reader`. A pipe holds 64 KB: ask for a handful ahead, not for thousands."""
        self._queue.append(path)
        if self._child is None:
            self._start()
        else:
            self._send(path)

    def answer(self) -> Read:
        """See `Reader`."""
        line = self._line()
        path = self._queue.popleft()
        if not line.endswith(b"\n"):
            reason = self._buried()
            if self._queue:
                self._start()
            raise UserError(f"{shown(path)}: {reason}")
        try:
            if line.startswith(b"["):
                return _READ.validate_json(line)
            reason = json.loads(line)["reason"]
        except ValueError as error:
            raise UserError(f"{shown(path)}: what was read makes no document; save it anew.") from error
        raise UserError(str(reason))

    def close(self) -> None:
        """See `Reader`."""
        self._queue.clear()
        if self._child is not None:
            self._buried()

    def _start(self) -> None:
        """A new child, which is sent the whole queue."""
        command = [sys.executable, "-P", "-m", "assistant.library.loaders", str(self._seconds), str(self._memory)]
        self._ready = False
        self._child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        for path in self._queue:
            self._send(path)

    def _send(self, path: Path) -> None:
        assert self._child
        assert self._child.stdin
        with contextlib.suppress(BrokenPipeError):  # it has died: the answer that it owes will tell
            self._child.stdin.write(os.fsencode(path).hex().encode() + b"\n")
            self._child.stdin.flush()

    def _line(self) -> bytes:
        """What the child says of one file; without its line end when the child has died."""
        assert self._child
        assert self._child.stdout
        patience = threading.Timer(self._seconds + _GRACE, self._child.kill)
        patience.daemon = True
        patience.start()
        try:
            if not self._ready:
                self._ready = self._child.stdout.readline() == b"ready\n"
            return self._child.stdout.readline(_LONGEST_ANSWER)
        finally:
            patience.cancel()

    def _buried(self) -> str:
        """Ends the child, and says what it died of."""
        assert self._child
        child, self._child = self._child, None
        for pipe in (child.stdin, child.stdout):
            if pipe:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        try:
            code = child.wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            child.kill()
            code = child.wait()
        if not self._ready:
            return "the process that reads files does not start; run `make setup`."
        if code in (-signal.SIGALRM, -signal.SIGKILL):
            return f"takes longer than {self._seconds} s or too much memory to read; split it or save it anew."
        name = signal.Signals(-code).name if code < 0 else f"code {code}"
        return f"broke off the process that read it ({name}); it is damaged or too large: save it anew or split it."
