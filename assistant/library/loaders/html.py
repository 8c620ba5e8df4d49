"""Web pages as documents: headings, paragraphs, lists and tables of what a reader sees.

Knows HTML as lxml reads it. Scripts, navigation, footers, forms and whatever is hidden are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree, html

from assistant.library.documents import Document
from assistant.library.loaders.own import Block, Said, document, outline, sections
from assistant.library.loaders.source import LARGEST_TEXT, Source, read, text

_UNSHOWN = (
    "script style noscript template nav footer aside form button select svg iframe object canvas head math dialog"
)
_PARTED = (
    "address article blockquote body caption center dd details div dl dt fieldset figcaption figure h1 h2 h3 h4 h5 h6"
    " header hgroup hr li main ol p pre section summary table tbody td tfoot th thead tr ul"
)
_LEFT_OUT, _BLOCKS = frozenset(_UNSHOWN.split()), frozenset(_PARTED.split())
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS = ("ul", "ol")
_META = {
    "author": "author", "dc.creator": "author", "article:author": "author", "date": "date", "dc.date": "date",
    "dcterms.date": "date", "article:published_time": "date", "rights": "rights", "dc.rights": "rights",
    "dcterms.rights": "rights", "copyright": "rights", "description": "summary", "og:description": "summary",
    "dc.title": "title", "og:title": "title", "dc.language": "language",
}  # fmt: skip


def load(path: Path) -> Document:
    """The document in the file.

    Raises:
        UserError: it cannot be read, is no text, or shows none.
    """
    source = read(path, LARGEST_TEXT)
    page = _parsed(source)
    heading, parts = outline(_Walk().blocks(_core(page)))
    return document(source, sections(parts), _said(page), heading)


def _parsed(source: Source) -> Any:
    decoded = text(source, declares=True)
    # Bytes with a known encoding: a str with an XML declaration is refused. Huge trees are allowed because size is
    # bounded already and nothing here recurses; libxml2 still gives up below a depth of 2,048.
    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True, remove_pis=True)
    try:
        page = html.document_fromstring(decoded.encode(), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        _whole(source, parser)
        raise source.refusal("no text found; leave the file out.") from error
    _whole(source, parser)
    return page


def _whole(source: Source, parser: Any) -> None:
    """Refuses a page of which libxml2 has read only the beginning."""
    types = {entry.type_name for entry in parser.error_log.filter_from_fatals()}
    if "ERR_NO_MEMORY" in types:
        raise MemoryError
    if "ERR_RESOURCE_LIMIT" in types:
        raise source.refusal("is nested too deeply to be read; save it anew in a simpler form.")


def _core(page: Any) -> Any:
    """The part that the page itself calls its main one, where it has text, or its only article, where it has most."""
    for name, share in (("main", 0.0), ("article", 0.5)):
        found = [part for part in page.iter(name) if "".join(part.itertext()).strip()]
        if len(found) == 1 and (not share or _size(found[0]) > share * _size(page)):
            return found[0]
    return page


def _size(part: Any) -> int:
    return sum(len(text) for _, text in _Walk().blocks(part))


def _said(page: Any) -> Said:
    front: dict[str, str] = {}
    for meta in page.iter("meta"):
        name = _META.get((meta.get("name") or meta.get("property") or "").lower())
        if name and meta.get("content"):
            front.setdefault(name, meta.get("content"))
    if (title := next(page.iter("title"), None)) is not None and (title.text or "").strip():
        front["title"] = " ".join(title.text.split())
    if page.get("lang"):
        front["language"] = page.get("lang")
    for licence in page.iter("a", "link"):
        if licence.get("rel") == "license":
            front.setdefault("rights", " ".join((licence.text_content() or licence.get("href") or "").split()))
    return Said.of(front)


class _Walk:
    """One pass over a page, without recursion."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._marker = ""
        self._lists: list[int | None] = []
        self._level = 0
        self._row: list[str] | None = None
        self._pre = 0

    def blocks(self, root: Any) -> Iterator[Block]:
        """Headings and text in reading order."""
        walk = etree.iterwalk(root, events=("start", "end", "comment"))
        for event, element in walk:
            tag = element.tag
            if event == "start":
                if tag in _LEFT_OUT or _hidden(element):
                    walk.skip_subtree()
                    continue
                if tag in _BLOCKS:
                    yield from self._flushed()
                    self._enter(tag)
                elif tag == "br":
                    self._words.append("\n")
                elif tag == "img":
                    self._words.append(f" {element.get('alt') or ''} ")
                self._say(element.text)
            else:
                if event == "end" and tag in _BLOCKS and not (tag in _LEFT_OUT or _hidden(element)):
                    yield from self._flushed()
                    yield from self._leave(tag)
                if element is not root:
                    self._say(element.tail)
        yield from self._flushed()

    def _say(self, text: str | None) -> None:
        """Adds words; line ends of the file are no line ends of the page."""
        if text:
            self._words.append(text if self._pre else text.replace("\n", " "))

    def _enter(self, tag: str) -> None:
        if tag in _HEADINGS:
            self._level = _HEADINGS[tag]
        elif tag in _LISTS:
            self._lists.append(1 if tag == "ol" else None)
        elif tag == "li" and self._lists:
            number = self._lists[-1]
            self._marker = "- " if number is None else f"{number}. "
            self._lists[-1] = None if number is None else number + 1
        elif tag == "pre":
            self._pre += 1
        elif tag == "tr":
            self._row = []

    def _leave(self, tag: str) -> Iterator[Block]:
        if tag in _HEADINGS:
            self._level = 0
        elif tag in _LISTS and self._lists:
            self._lists.pop()
            self._marker = ""
            if not self._lists:
                yield 0, "\n"
        elif tag == "pre":
            self._pre -= 1
        elif tag == "tr":
            row, self._row = self._row, None
            if row:
                yield 0, " | ".join(row) + "\n"
        elif tag == "table":
            yield 0, "\n"

    def _flushed(self) -> Iterator[Block]:
        whole = "".join(self._words)
        self._words.clear()
        lines = whole.split("\n") if self._pre else (" ".join(line.split()) for line in whole.split("\n"))
        text = "\n".join(line.rstrip() for line in lines if line.strip())
        if not text:
            return
        if self._level:
            yield self._level, " ".join(text.split())
        elif self._row is not None:
            self._row.append(" ".join(text.split()))
        else:
            yield 0, self._marker + text + ("\n" if self._lists else "\n\n")
            self._marker = "  " if self._lists else ""


def _hidden(element: Any) -> bool:
    """Whether a browser would not show it."""
    style = (element.get("style") or "").replace(" ", "").lower()
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or "display:none" in style
        or "visibility:hidden" in style
    )
