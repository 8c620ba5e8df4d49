"""Places: where in a document each passage stands, and the same place in another language.

Pure: knows documents and passages, no library and no page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from assistant.domain.sources import Source, parted, reference
from assistant.library.documents import Document, Locator
from assistant.library.passages import Passage, passages


class Placed(Protocol):
    """What a passage tells of its place."""

    @property
    def id(self) -> str:
        """Its reference."""

    @property
    def title(self) -> str:
        """Of the document."""

    @property
    def locator(self) -> Any:
        """A `Locator`."""


@dataclass(frozen=True, slots=True)
class Cut:
    """One passage in its section."""

    at: str
    """What stands after # in its id."""
    section: int
    """Number of the section, from 0."""
    start: int
    end: int
    """Characters of the section's text."""
    passage: Passage


def cuts(document: Document, stored: Sequence[Passage] = ()) -> tuple[Cut, ...]:
    """All passages of the document in reading order, each with where it stands.

    `stored` are those that its library holds; without them, or where they are of another text, it is cut anew, which
    takes a second for a long one.
    """
    try:
        return _placed(document, stored or passages(document))
    except (KeyError, ValueError):  # the library was changed between the two readings
        return _placed(document, passages(document))


def _placed(document: Document, parts: Sequence[Passage]) -> tuple[Cut, ...]:
    numbers = {section.anchor: number for number, section in enumerate(document.sections)}
    found: list[Cut] = []
    last, offset = -1, 0
    for passage in parts:
        at = parted(passage.id)[2]
        section = numbers[at.rpartition("-")[0]]
        if section != last:
            last, offset = section, 0
        start = document.sections[section].text.index(passage.text, offset)
        offset = start + len(passage.text)
        found.append(Cut(at, section, start, offset, passage))
    return tuple(found)


def found(cut: Sequence[Cut], document: Document, at: str) -> int | None:
    """Which of the passages `at` names: a passage, or the first one of a section by its anchor."""
    for number, one in enumerate(cut):
        if at in (one.at, document.sections[one.section].anchor):
            return number
    return None


def counterpart(document: Document, other: Document, at: str) -> str:
    """The section of `other` with the same number as that of `at`, by its anchor; empty where there is none."""
    anchors = [section.anchor for section in document.sections]
    name = at if at in anchors else at.rpartition("-")[0]
    if name not in anchors or anchors.index(name) >= len(other.sections):
        return ""
    return other.sections[anchors.index(name)].anchor


def source_of(passage: Placed) -> Source:
    """The passage as a source."""
    place: Locator = passage.locator
    return Source(passage.id, passage.title, place.heading, place.page, place.slide, place.start)


def at_sentence(source: Source, document: Document, cut: Sequence[Cut], sentence: str) -> Source:
    """The source with page or minute of one of its sentences instead of those where the passage begins."""
    at = parted(source.reference)[2]
    for one in cut:
        if one.at == at:
            place = document.sections[one.section].place(one.start + max(one.passage.text.find(sentence), 0))
            return replace(source, page=place.page, slide=place.slide, start=place.start)
    return source


def sections(documents: Mapping[str, Document], library: str, language: str) -> dict[str, Source]:
    """`<document id>#<anchor of its English section>` -> that section in `language`, else in English.

    Sections of the same number are the same in both languages.
    """
    known: dict[str, Source] = {}
    for document in documents.values():
        if document.language != "en":
            continue
        mine = documents.get(f"{document.id}.{language}", document)
        for number, section in enumerate(document.sections):
            shown = mine if number < len(mine.sections) else document
            there = shown.sections[number]
            known[f"{document.id}#{section.anchor}"] = Source(
                reference(library, f"{shown.key}#{there.anchor}"), shown.title, there.locator.heading,
                there.locator.page, there.locator.slide, there.locator.start,
            )  # fmt: skip
    return known
