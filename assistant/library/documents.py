"""Documents as the library knows them: what was read, in which language, and where in it something stands.

Knows no file format.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

from assistant.domain.maturity import Content, Language

SHIPPED_KINDS = ("talk", "seminar", "faq")
OWN = "own"
"""Kind of what somebody added to a library of their own."""
TOPICS = ("iot", "additive_manufacturing", "blockchain", "process", "privacy")
_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe", "ü": "ue", "é": "e", "ß": "ss"})


class Reference(Content):
    """A public source that a document leans on."""

    key: str
    """What stands in square brackets in the text."""
    title: str
    publisher: str
    year: int
    address: str


@dataclass(frozen=True, slots=True)
class Locator:
    """The place in a document where a reader opens it."""

    heading: tuple[str, ...] = ()
    """Headings from the outermost inwards, the document's title left out; empty before the first heading."""
    page: int | None = None
    """Page of a PDF, from 1."""
    slide: int | None = None
    """Slide of a presentation, from 1."""
    start: float | None = None
    """Seconds from the beginning of a recording."""

    def as_json(self) -> dict[str, Any]:
        """`heading` always, the others where they are known."""
        others = {"page": self.page, "slide": self.slide, "start": self.start}
        return {"heading": list(self.heading)} | {name: value for name, value in others.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of text under one heading.

    Paragraphs are parted by an empty line; a bullet is a line that begins with `- ` or `1. `.
    """

    locator: Locator
    text: str
    anchor: str
    """Readable name of the section, unique in its document."""
    references: tuple[tuple[int, str], ...] = ()
    """Where in `text` which reference was named: (offset, reference key)."""
    marks: tuple[tuple[int, Locator], ...] = ()
    """Where in `text` another page or minute begins: (offset, locator), offsets rising; `locator` holds until the first."""
    topic: str = ""
    """One of TOPICS where it differs from the document's."""

    def place(self, offset: int) -> Locator:
        """Where the character at `offset` of `text` stands in the document."""
        before = bisect_right(self.marks, offset, key=lambda mark: mark[0])
        return self.marks[before - 1][1] if before else self.locator


@dataclass(frozen=True, slots=True)
class Document:
    """One text in one language."""

    id: str
    title: str
    kind: str
    """One of SHIPPED_KINDS, or OWN."""
    language: Language
    topic: str
    """One of TOPICS, or empty."""
    summary: str
    audience: str
    references: tuple[Reference, ...]
    sections: tuple[Section, ...]
    source_digest: str
    """SHA-256 of the file's bytes."""
    speaker: str = ""
    """Who spoke or wrote, as the file says it."""
    date: str = ""
    """ISO date, or as much of one as the file says."""
    rights: str = ""
    """Who owns the text and what may be done with it, as the file says it."""

    @property
    def key(self) -> str:
        """`<id>.<language>`: the same text in two languages shares the id."""
        return f"{self.id}.{self.language}"


def slug(text: str, longest: int = 60) -> str:
    """`text` as lower-case letters, digits and hyphens, cut at a word; `text` when nothing readable is left."""
    words = re.findall(r"[a-z0-9]+", text.lower().translate(_LETTERS))
    kept = ""
    for word in words:
        if kept and len(kept) + 1 + len(word) > longest:
            break
        kept = f"{kept}-{word}" if kept else word[:longest]
    return kept or "text"


def anchors(headings: list[tuple[str, ...]]) -> list[str]:
    """A readable name for each section, from its innermost heading; a repeated one is led by its place in the order.

    No name is `<another one>-<number>`, which is how passages are named: then it ends in `_<number>`.
    """
    names: dict[str, None] = {}
    for place, path in enumerate(headings, start=1):
        name = slug(path[-1]) if path else "text"
        while name in names:
            name = f"{place}-{name}"
        names[name] = None
    stems = {name: name.rpartition("-") for name in names}
    return [
        f"{stem}_{number}" if stem in names and number.isdigit() else name for name, (stem, _, number) in stems.items()
    ]
