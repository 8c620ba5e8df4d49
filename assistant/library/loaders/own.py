"""The document that a file of somebody's own becomes: title, language and rights settled, sections cut at headings.

Knows no file format.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from assistant.domain.maturity import Language
from assistant.library.documents import OWN, Document, Locator, Section, anchors, slug
from assistant.library.language import detect
from assistant.library.loaders.source import Source, clean

LONGEST = 20_000_000
"""Characters of text; a document with more is refused."""
_HEADING = 200
"""Characters of a heading. Every passage below bears it."""
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
    kept = tuple(replace(section, text=_broken(section.text)) for section in found if section.text.strip())
    if not kept:
        raise source.refusal("no text found; leave the file out.")
    if sum(len(section.text) for section in kept) > LONGEST:
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
    """The first heading of level 1 where no text goes before it, and (headings, text) of every part that has text."""
    title, path = "", [""] * 6
    found: list[tuple[tuple[str, ...], list[str]]] = [((), [])]
    for level, text in blocks:
        if level == 0:
            found[-1][1].append(text)
        elif level == 1 and not title and not any(texts for _, texts in found):
            title = text
        else:
            path[level - 1 :] = [text[:_HEADING], *[""] * (6 - level)]
            found.append((tuple(part for part in path if part), [f"{text}\n\n"] if len(text) > _HEADING else []))
    for (heading, texts), (following, _) in pairwise([*found, ((), [])]):
        if heading and not texts and following[: len(heading)] != heading:
            texts.append(heading[-1])  # a heading without text of its own or parts below is itself what is said
    return title, [(heading, "".join(texts).strip("\n")) for heading, texts in found if texts]


def sections(parts: list[tuple[tuple[str, ...], str]]) -> list[Section]:
    """The parts as sections, each with a name of its own."""
    named = zip(parts, anchors([heading for heading, _ in parts]), strict=True)
    return [Section(Locator(heading), text, anchor) for (heading, text), anchor in named]


def date(text: str) -> str:
    """An ISO date, or as much of one as `text` begins with; `text` itself where it begins with none."""
    found = _DATE.match(text.strip())
    return "-".join(part for part in found.groups() if part) if found else _line(text)[:40]


def _broken(text: str) -> str:
    """`text` with a line end in every endless line: between sentences, else words, else letters."""
    if len(text) <= _LINE:
        return text
    lines = []
    for line in text.split("\n"):
        rest = line
        while len(rest) > _LINE:
            at = max(rest.rfind(". ", _LINE // 2, _LINE) + 1, 0) or max(rest.rfind(" ", _LINE // 2, _LINE), 0) or _LINE
            lines.append(rest[:at])
            rest = rest[at:].removeprefix(" ")
        lines.append(rest)
    return "\n".join(lines)


def _plain(value: object) -> str:
    """A scalar as text. A list joins its scalars; anything deeper says nothing (an alias bomb in YAML is deep)."""
    if isinstance(value, list):
        return ", ".join(str(part) for part in value[:20] if isinstance(part, str | int | float))
    return "" if value is None or isinstance(value, dict | tuple | set | bool) else str(value).strip()


def _line(text: str) -> str:
    """On one line, of bearable length."""
    return " ".join(clean(text).split())[:1000]
