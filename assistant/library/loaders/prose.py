"""Lines as they were set become paragraphs as they were written, each still knowing where it stood.

Knows line ends, hyphens and list marks; knows no file format.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.library.documents import Locator

_BULLET = re.compile(r"(?:[-*•▪◦‣·●■–—\uf0b7\uf0a7]|(?P<number>\d{1,3}[.)]))\s+(?=\S)")
_STOP = re.compile(r"[.!?:…][\"'”’»)\]]*$")
_BROKEN = re.compile(r"(\w)(?:-|\u00ad|\u2010)$")
_SHORT = 0.75
"""A line of less than this share of the usual length ends its paragraph, if a sentence ends there too."""

Marks = tuple[tuple[int, Locator], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it was set; empty between paragraphs."""

    text: str
    place: Locator | None = None


def flow(lines: Sequence[Line], *, hyphens: bool = False) -> tuple[str, Marks]:
    """The lines as paragraphs and list lines, and where in that text another place begins.

    Hyphens at line ends are taken back if `hyphens`.
    """
    lengths = sorted(len(line.text) for line in lines if line.text.strip())
    usual = lengths[len(lengths) * 9 // 10] if lengths else 0
    parts: list[str] = []
    marks: list[tuple[int, Locator]] = []
    size, last, before = 0, "", None
    gap = item = False
    for line in lines:
        words = " ".join(line.text.split())
        if not words:
            gap = True
            continue
        if bullet := _BULLET.match(words):
            words = f"{bullet['number'] or '-'} {words[bullet.end() :]}"
        joint = "\n" if bullet and item else "\n\n"
        if not bullet and hyphens and words[0].islower() and (broken := _BROKEN.search(last)):
            if not (broken[1].isupper() or broken[1].isdigit()):  # `IoT-løsning` keeps its hyphen
                parts[-1], size = parts[-1][:-1], size - 1
            joint = ""
        elif not bullet and not _ends(last, words, usual, gap=gap, turned=line.place != before):
            joint = " "
        if parts:
            parts.append(joint)
            size += len(joint)
        if line.place is not None and line.place != before:
            marks.append((size, line.place))
            before = line.place
        parts.append(words)
        size += len(words)
        item = bool(bullet) or (item and "\n" not in joint)
        last, gap = words, False
    return "".join(parts), tuple(marks)


def _ends(last: str, words: str, usual: int, *, gap: bool, turned: bool) -> bool:
    """Whether the paragraph ends between the lines `last` and `words`."""
    if gap:  # a sentence goes on over an empty line only from one page to the next
        return not turned or bool(_STOP.search(last)) or not words[0].islower()
    if words[0].islower():
        return False
    return len(last) < usual / 2 or (len(last) < _SHORT * usual and bool(_STOP.search(last)))
