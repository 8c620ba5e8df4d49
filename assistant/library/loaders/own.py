"""The document that a file of somebody's own becomes: title, language and rights settled, sections cut at headings.

Knows no file format.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from assistant.domain.maturity import Language
from assistant.library.documents import OWN, Document, Locator, Section, anchors, slug
from assistant.library.language import detect
from assistant.library.loaders.source import Source, clean

LONGEST = 20_000_000
"""Characters of text and of the headings that each section repeats; a document with more is refused."""
HEADING, DEPTH = 200, 4
"""Characters of a heading, and how many a section has: every passage repeats them. What is deeper counts as the deepest."""
_LINE = 20_000
"""Characters of a line. What goes on for longer is no sentence, and cutting it to passages would take for ever."""
CODES = re.compile(r"\.(en|da)$")
_LANGUAGES: dict[str, Language] = {"en": "en", "da": "da"}
_RIGHTS = re.compile(
    r"^(?:©|\(c\) ?\d|copyright (?:©|\(c\)|\d{4})|(?:licen[cs]e|licens|rights|rettigheder): ).{2,200}$",
    re.IGNORECASE | re.MULTILINE,
)
_DATE = re.compile(r"(?:D:)?(\d{4})(?:-?(\d\d)(?:-?(\d\d))?)?")
Block = tuple[int, str]
"""(1 to 6, heading), or (0, text with the line ends that part it from the next)."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a file says about itself; empty where it says nothing."""

    title: str = ""
    speaker: str = ""
    date: str = ""
    language: str = ""
    rights: str = ""
    topic: str = ""
    summary: str = ""

    @classmethod
    def of(cls, front: dict[str, Any]) -> Said:
        """What stands in a mapping such as front matter, under the usual names."""

        def first(*names: str) -> str:
            found = (front.get(name) for name in names)
            return next((_plain(value) for value in found if _plain(value)), "")

        return cls(
            first("title"), first("speaker", "author", "speakers", "authors"), first("date"), first("language", "lang"),
            first("rights", "license", "licence", "copyright"), first("topic"), first("summary", "description"),
        )  # fmt: skip


def document(source: Source, found: Iterable[Section], said: Said, heading: str = "") -> Document:
    """The document of the sections `found`; `heading` is its title where the file's metadata names none.

    Raises:
        UserError: there is no text, or more than a document may hold.
    """
    kept = tuple(_broken(section) for section in found if section.text.strip())
    if not kept:
        raise source.refusal("no text found; leave the file out.")
    if sum(len(section.text) + sum(map(len, section.locator.heading)) for section in kept) > LONGEST:
        raise source.refusal(f"holds more than {LONGEST // 1_000_000} million characters; split it.")
    name = clean(source.path.stem.encode("utf-8", "replace").decode())
    stem = CODES.sub("", name)
    sample = " ".join(section.text[:20_000] for section in kept[:200])
    language = (
        _LANGUAGES.get(name[len(stem) + 1 :])
        or _LANGUAGES.get(re.split("[-_]", said.language.lower())[0])
        or detect(sample)
        or "en"
    )
    rights = said.rights or next((m[0] for section in kept if (m := _RIGHTS.search(section.text))), "")
    title = said.title or heading or " ".join(stem.split())
    return Document(
        slug(stem), _line(title), OWN, language, said.topic, _line(said.summary), "", (), kept, source.digest,
        _line(said.speaker), date(said.date), _line(rights),
    )  # fmt: skip


def outline(blocks: Iterable[Block]) -> tuple[str, list[tuple[tuple[str, ...], str]]]:
    """The first heading of level 1 where no text goes before it, and (headings, text) of every part.

    A heading that nothing stands below is the text of its own part.
    """
    title, path = "", [""] * DEPTH
    found: list[tuple[tuple[str, ...], list[str]]] = [((), [])]
    for level, text in blocks:
        if level == 0:
            found[-1][1].append(text)
        elif level == 1 and not title and not any(texts for _, texts in found):
            title, rest = _headed(text)
            found[-1][1].extend(rest)
        else:
            name, rest = _headed(text)
            depth = min(level, DEPTH)
            path[depth - 1 :] = [name, *[""] * (DEPTH - depth)]
            found.append((tuple(part for part in path if part), rest))
    followers = [heading for heading, _ in found[1:]] + [()]
    told = (
        (heading, "".join(texts).strip("\n") or lonely(heading, after))
        for (heading, texts), after in zip(found, followers, strict=True)
    )
    return title, [(heading, text) for heading, text in told if text]


def lonely(heading: tuple[str, ...], after: tuple[str, ...]) -> str:
    """The innermost heading of a part without text, unless it stands above the part that comes `after`."""
    return "" if after[: len(heading)] == heading else heading[-1]


def _headed(text: str) -> tuple[str, list[str]]:
    """A heading of bearable length, cut at a word, and if it is cut the whole of it as a block of text."""
    if len(text) <= HEADING:
        return text, []
    at = max(text.rfind(" ", HEADING // 2, HEADING + 1), 0) or HEADING
    return text[:at], [text + "\n\n"]


def sections(parts: list[tuple[tuple[str, ...], str]]) -> list[Section]:
    """The parts as sections, each with a name of its own."""
    named = zip(parts, anchors([heading for heading, _ in parts]), strict=True)
    return [Section(Locator(heading), text, anchor) for (heading, text), anchor in named]


def date(text: str) -> str:
    """An ISO date, or as much of one as `text` begins with; `text` itself where it begins with none."""
    found = _DATE.match(text.strip())
    return "-".join(part for part in found.groups() if part) if found else _line(text)[:40]


def _broken(section: Section) -> Section:
    """The section with a line end in every endless line: for a space between sentences, else words, else put in."""
    if len(section.text) <= _LINE:
        return section
    lines, added, done = [], [], 0
    for line in section.text.split("\n"):
        first = 0
        while len(line) - first > _LINE:
            half, end = first + _LINE // 2, first + _LINE
            at = max(line.rfind(". ", half, end) + 1, 0) or max(line.rfind(" ", half, end), 0)
            lines.append(line[first : at or end])
            if not at:
                added.append(done + end)
            first = at + 1 if at else end
        lines.append(line[first:])
        done += len(line) + 1
    marks = tuple((offset + bisect_right(added, offset), place) for offset, place in section.marks)
    named = tuple((offset + bisect_right(added, offset), key) for offset, key in section.references)
    return replace(section, text="\n".join(lines), marks=marks, references=named)


def _plain(value: object) -> str:
    """A scalar as text. A list joins its scalars; anything deeper says nothing (an alias bomb in YAML is deep)."""
    if isinstance(value, list):
        return ", ".join(str(part) for part in value[:20] if isinstance(part, str | int | float))
    return "" if value is None or isinstance(value, dict | tuple | set | bool) else str(value).strip()


def _line(text: str) -> str:
    """On one line, of bearable length."""
    return " ".join(clean(text).split())[:1000]
