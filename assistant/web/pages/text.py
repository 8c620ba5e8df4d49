"""The text of a document as HTML, with the cited place marked. Knows paragraphs, lists and places; every text is escaped.

Markup in a file never becomes markup here: the only tags are those written in this module.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Literal

from assistant.domain.sources import Source
from assistant.library.documents import Document, Section
from assistant.library.places import Cut
from assistant.web.addresses import HERE
from assistant.web.words import Words

_ITEM = re.compile(r"(?:(-)|(\d{1,3})[.)]) ")
_EVERY = 15.0
"""Seconds at the least between two times shown within one paragraph."""
Span = tuple[int, int]


@dataclass(frozen=True)
class Places:
    """What is marked: numbers among the passages of the document."""

    here: int | None = None
    """What the page opens at."""
    whole: bool = False
    """Whether `here` stands for its whole section, which is not marked but opened at its heading."""
    cited: int | None = None
    sentence: int | None = None
    """The one that was quoted, from 0, of the cited passage."""


@dataclass(frozen=True)
class Block:
    """A paragraph, or one entry of a list, as lines of the section's text."""

    kind: Literal["p", "ul", "ol"]
    lines: tuple[Span, ...]
    number: int = 0


class TextView:
    """Draws part of one document."""

    def __init__(self, document: Document, cut: Sequence[Cut], places: Places, words: Words) -> None:
        self._document, self._cut, self._places, self._words = document, cut, places, words
        self._numbers = {reference.key: n for n, reference in enumerate(document.references, 1)}
        self._shown, self._time = "", 0.0
        self._flagged: set[Span] = set()

    def html(self, first: int, last: int) -> str:
        """The passages from number `first` to `last`."""
        parts: list[str] = []
        self._shown = ""
        path: tuple[str, ...] = ()
        for number in range(self._cut[first].section, self._cut[last].section + 1):
            section = self._document.sections[number]
            mine = [one for one in self._cut[first : last + 1] if one.section == number]
            if not mine:
                continue
            begins = mine[0].start if mine[0] is self._cut[first] else 0
            ends = mine[-1].end if mine[-1] is self._cut[last] else len(section.text)
            heading = section.locator.heading
            title = "".join(_headings(path, heading))
            path = heading
            parts.append(f'<section id="s-{escape(section.anchor)}">{self._opened(number)}{title}')
            parts.append(self._blocks(number, section, begins, ends))
            parts.append("</section>")
        return "".join(parts)

    def _opened(self, section: int) -> str:
        """The flag above the heading of a section that is opened as a whole."""
        places = self._places
        if not places.whole or places.here is None or self._cut[places.here].section != section:
            return ""
        return self._flag("section", opened=True)

    def _blocks(self, number: int, section: Section, begins: int, ends: int) -> str:
        html, listed = "", ""
        for block in _parsed(section.text, begins, ends):
            kind = block.kind if block.kind != "p" else ""
            if kind != listed:
                html += f"</{listed}>" if listed else ""
                html += f'<ol start="{block.number}">' if kind == "ol" else f"<{kind}>" if kind else ""
                listed = kind
            lines = [
                self._line(number, section, start, end, first=not place)
                for place, (start, end) in enumerate(block.lines)
            ]
            tag = "li" if kind else "p"
            html += f"<{tag}>{'<br>'.join(lines)}</{tag}>"
        return html + (f"</{listed}>" if listed else "")

    def _line(self, number: int, section: Section, start: int, end: int, *, first: bool) -> str:
        """One line, cut where something begins or ends in it."""
        places, text = self._places, section.text
        cited = self._in(places.cited, number)
        here = None if places.whole else self._in(places.here, number)
        quoted = self._quoted(number)
        named: dict[int, list[int]] = {}
        for offset, key in section.references:
            named.setdefault(offset + 1, []).append(self._numbers[key])
        marks = {offset for offset, _ in section.marks}
        points = {*(p for span in (cited, here, quoted) if span for p in span), *marks, *named}
        stops = sorted({start, end, *(p for p in points if start < p < end)})
        html = ""
        for begin, stop in pairwise(stops):
            begun = {span for span in (here, cited) if span and span[0] <= begin < span[1]} - self._flagged
            self._flagged |= begun
            always = (begin == start and first) or bool(begun) or (quoted is not None and begin == quoted[0])
            if always or begin in marks:
                html += self._place(section, begin, always=always)
            if begun:
                html += self._flag("cited" if cited in begun else "here", opened=here in begun)
            part = escape(text[begin:stop])
            if quoted and quoted[0] <= begin < quoted[1]:
                part = f"<strong>{part}</strong>"
            html += f"<mark>{part}</mark>" if cited and cited[0] <= begin < cited[1] else part
            html += "".join(f'<sup><a href="#r-{n}">{n}</a></sup>' for n in named.get(stop, ()))
            if cited and stop == cited[1]:
                html += f'<span class="unseen" lang="{self._words.language}">{self._words.html("reader.end")}</span>'
        return html

    def _in(self, place: int | None, section: int) -> Span | None:
        if place is None or self._cut[place].section != section:
            return None
        return self._cut[place].start, self._cut[place].end

    def _quoted(self, section: int) -> Span | None:
        places = self._places
        if places.cited is None or places.sentence is None or self._cut[places.cited].section != section:
            return None
        cut = self._cut[places.cited]
        start, end = cut.passage.spans[places.sentence]
        return cut.start + start, cut.start + end

    def _flag(self, key: str, *, opened: bool) -> str:
        where = f' id="{HERE}" tabindex="-1"' if opened else ""
        return f'<span class="flag"{where} lang="{self._words.language}">{self._words.html(f"reader.{key}")}</span>'

    def _place(self, section: Section, offset: int, *, always: bool) -> str:
        """Page, slide or time where another one begins; times not too often."""
        at = section.place(offset)
        label = Source("", "", (), at.page, at.slide, at.start).place(self._words.replies["place"])
        if not label or label == self._shown:
            return ""
        if at.start is not None and not always and at.start - self._time < _EVERY:
            return ""
        self._shown, self._time = label, at.start or 0.0
        return f'<span class="place" lang="{self._words.language}">{escape(label)}</span> '


def _headings(before: Sequence[str], path: Sequence[str]) -> Iterator[str]:
    """The headings that are new, from the outermost inwards."""
    same = 0
    while same < min(len(before), len(path)) and before[same] == path[same]:
        same += 1
    if path and same == len(path):
        same -= 1
    for depth in range(same, len(path)):
        level = min(depth + 2, 6)
        yield f"<h{level}>{escape(path[depth])}</h{level}>"


def _parsed(text: str, begins: int, ends: int) -> Iterator[Block]:
    """Paragraphs and list entries between two places of a section."""
    kind: Literal["p", "ul", "ol"] = "p"
    lines: list[Span] = []
    number, last = 0, begins

    for line in re.compile(r"[^\n]+").finditer(text, begins, ends):
        gap = text.count("\n", last, line.start()) > 1
        item = _ITEM.match(line[0])
        goes_on = bool(lines) and not item and (not gap if kind == "p" else line[0].startswith("  "))
        if not goes_on and lines:
            yield Block(kind, tuple(lines), number)
            lines = []
        if item:
            kind, number = ("ul", 0) if item[1] else ("ol", int(item[2]))
        elif not goes_on:
            kind = "p"
        skipped = item.end() if item else len(line[0]) - len(line[0].lstrip())
        lines.append((line.start() + skipped, line.end()))
        last = line.end()
    if lines:
        yield Block(kind, tuple(lines), number)
