"""Private words: personal numbers and illnesses of a person, made unreadable before a turn is read or kept.

Knows patterns and sentences; knows no dialogue. What is hidden keeps its length, so that quotes keep their places.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assistant.errors import ContentError
from assistant.reading.cues import compiled
from assistant.reading.segments import sentences

NAMES = ("number", "health", "person")
KINDS = ("number", "health")
"""What can be hidden, in the order in which the person is told."""
_BLOT = "•"
_VISIBLE = re.compile(r"\S")


@dataclass(frozen=True)
class Hidden:
    """A text that may be kept, and what was hidden in it."""

    text: str
    kinds: tuple[str, ...] = ()


class PrivateWords:
    """The patterns of `knowledge/reading/private.yaml`; they count in either language."""

    def __init__(self, patterns: Mapping[str, Any], source: str) -> None:
        if unknown := sorted(set(patterns) ^ set(NAMES)):
            raise ContentError(f"{source}: key {unknown[0]!r} is missing or unknown; the keys are {list(NAMES)}.")
        self._number, self._health, self._person = (compiled(patterns[name], f"{source}: {name}") for name in NAMES)

    def hide(self, text: str) -> Hidden:
        """`text` with every private word blotted out, letter by letter."""
        kinds = set()
        if self._number.search(text):
            kinds.add("number")
            text = self._number.sub(_blotted, text)
        for piece in reversed(sentences(text)):
            if self._health.search(piece.text) and self._person.search(piece.text):
                kinds.add("health")
                end = piece.start + len(piece.text)
                text = text[: piece.start] + self._health.sub(_blotted, piece.text) + text[end:]
        return Hidden(text, tuple(kind for kind in KINDS if kind in kinds))


def _blotted(found: re.Match[str]) -> str:
    return _VISIBLE.sub(_BLOT, found[0])
