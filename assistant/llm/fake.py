"""A model that plays a script, for tests and measurements. It ships beside the real ones and runs out loudly.

Knows neither prompts nor what its answers are used for.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from assistant.chat import Message, Schema


class ScriptEndedError(BaseException):
    """More was asked of a script than it holds. No Exception, so that nothing that forgives a model forgives this."""


Line = str | Exception | Callable[[Sequence[Message]], str]
"""What it says, or raises, or says to what it was told."""


@dataclass
class FakeModel:
    """Says its lines one after the other."""

    lines: Sequence[Line]
    name: str = "fake:script"
    piece: int = 7
    """Characters that come at a time."""
    wait: float = 0.0
    """Seconds before each piece."""
    told: list[list[Message]] = field(default_factory=list)
    """Everything it was told, call by call."""
    schemas: list[Schema | None] = field(default_factory=list)
    for_ever: bool = False
    """Begins again after the last line."""

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        """The next line, a few characters at a time."""
        text = self._next(messages, None)
        for start in range(0, len(text), self.piece):
            if self.wait:
                time.sleep(self.wait)
            yield text[start : start + self.piece]

    def complete(self, messages: Sequence[Message], schema: Schema | None = None) -> str:
        """The next line."""
        text = self._next(messages, schema)
        if self.wait:
            time.sleep(self.wait)
        return text

    def _next(self, messages: Sequence[Message], schema: Schema | None) -> str:
        number = len(self.told)
        self.told.append(list(messages))
        self.schemas.append(schema)
        if number >= len(self.lines) and not (self.for_ever and self.lines):
            raise ScriptEndedError(f"the script has {len(self.lines)} lines; this is call {number + 1}")
        line = self.lines[number % len(self.lines)]
        if isinstance(line, Exception):
            raise line
        return line if isinstance(line, str) else line(messages)
