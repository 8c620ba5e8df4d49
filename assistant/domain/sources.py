"""Sources: places in a library that a reply cites or recommends, and the numbers that they bear in it.

Knows references and their order; knows no library, no page and no language: the words for a place are given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SHIPPED = "shipped"
"""Name of the library that comes with the product; references into it do not name it."""
_MARK = re.compile(r"\[(?=\d+\])")


@dataclass(frozen=True, slots=True)
class Source:
    """One place that can be opened."""

    reference: str
    """Id of a passage, or `<document>#<anchor>` of a whole section; outside the shipped library led by `<library>:`."""
    title: str
    heading: tuple[str, ...] = ()
    page: int | None = None
    slide: int | None = None
    start: float | None = None
    """Seconds from the beginning of a recording."""

    def place(self, words: Mapping[str, Any]) -> str:
        """Page, slide or minute in `words` ({page, slide, time}); empty where there is none."""
        if self.page is not None:
            return str(words["page"]).format(page=self.page)
        if self.slide is not None:
            return str(words["slide"]).format(slide=self.slide)
        return str(words["time"]).format(time=clock(self.start)) if self.start is not None else ""

    def label(self, words: Mapping[str, Any]) -> str:
        """`Title: heading, page 3`."""
        heading = self.heading[-1] if self.heading and self.heading[-1] != self.title else ""
        place = self.place(words)
        return f"{self.title}{f': {heading}' if heading else ''}{f', {place}' if place else ''}"


class Notes:
    """The sources of one reply, numbered from 1 in the order in which they are first named."""

    def __init__(self) -> None:
        self.sources: list[Source] = []

    def number(self, source: Source) -> int:
        """The number of `source`; a reference keeps its number through the reply."""
        for number, known in enumerate(self.sources, 1):
            if known.reference == source.reference:
                return number
        self.sources.append(source)
        return len(self.sources)

    def text(self, sentences: Iterable[tuple[str, Source]]) -> str:
        """The sentences as running text, each followed by its number; a new paragraph where the source changes."""
        text, last = "", None
        for sentence, source in sentences:
            number = self.number(source)
            text += ("" if last is None else " " if last == number else "\n\n") + f"{foreign(sentence)} [{number}]"
            last = number
        return text

    def lines(self, sources: Sequence[Source], words: Mapping[str, Any]) -> list[str]:
        """A line for each of `sources`: its number and its label."""
        numbered: dict[int, Source] = {}
        for source in sources:
            numbered.setdefault(self.number(source), source)
        return [f"[{number}] {foreign(numbered[number].label(words))}" for number in sorted(numbered)]


def foreign(text: str) -> str:
    """`text` of a person or a document as it stands in a reply: a number in brackets there is none of ours.

    An invisible sign parts bracket and number, so that `[1]` in a reply is always a number that `Notes` gave.
    """
    return _MARK.sub("[\u2060", text)


def reference(library: str, inside: str) -> str:
    """How `inside`, an id within `library`, is named where libraries mix."""
    return inside if library == SHIPPED else f"{library}:{inside}"


def parted(name: str) -> tuple[str, str, str]:
    """(library, document key, what stands after #) of a reference."""
    before, _, at = name.partition("#")
    library, colon, key = before.rpartition(":")
    return (library if colon else SHIPPED), key, at


def clock(seconds: float) -> str:
    """`1:05`, or `1:02:03` beyond an hour."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
