"""PDF files as documents: a section for each bookmark, with a mark where each page begins.

Knows pages, lines and bookmarks as PDFium gives them. Scanned pages have no text: nothing is recognised here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from assistant.library.documents import Document, Locator, Section, anchors
from assistant.library.loaders.own import DEPTH, HEADING, LONGEST, Said, document, lonely
from assistant.library.loaders.prose import Line, flow
from assistant.library.loaders.source import Source, clean, expect, read

_PAGES = 2000
_BOOKMARKS = 5000
_EDGE = 2
"""Lines at the top and the bottom of a page among which headers and footers are looked for."""
_NUMBER = re.compile(
    r"\W*(?:(?:page|side|s\.|p\.)\s*)?(?:\d{1,4}|[ivxl]{1,6})(?:\s*(?:of|af|/|\|)\s*\d{1,4})?\W*", re.IGNORECASE
)
_HYPHEN = re.compile(r"(\w)\ufffe[ \t\r\n]*(?=(\w)?)")


@dataclass(frozen=True, slots=True)
class _Bookmark:
    title: str
    level: int
    page: int
    """From 0."""


def load(path: Path) -> Document:
    """The document in the file.

    Raises:
        UserError: it cannot be read, is no PDF, is protected, has too many pages, or holds no text.
    """
    source = read(path)
    expect(source, ".pdf")
    try:
        pdf = pypdfium2.PdfDocument(source.data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise source.refusal(
                "is protected by a password; open it with the password and save it without one."
            ) from error
        raise source.refusal("is damaged or not whole; fetch or save it anew.") from error
    try:
        pages = _trimmed(_pages(source, pdf))
        said, bookmarks = _said(pdf), list(_bookmarks(pdf, len(pages)))
    finally:
        pdf.close()
    return document(
        source, _sections(pages, bookmarks), said, next((b.title for b in bookmarks if len(bookmarks) == 1), "")
    )


def _pages(source: Source, pdf: Any) -> list[list[str]]:
    """The lines of each page.

    Raises:
        UserError: there are too many pages, or there is no text on any.
    """
    if len(pdf) > _PAGES:
        raise source.refusal(f"has {len(pdf):,} pages; split it into files of at most {_PAGES:,}.")
    pages: list[list[str]] = []
    size, pictures = 0, False
    for number in range(len(pdf)):
        try:
            page = pdf[number]
        except pypdfium2.PdfiumError:
            pages.append([])
            continue
        text_page = page.get_textpage()
        text = clean(_mended(text_page.get_text_range()))
        size += len(text)
        if size > LONGEST:
            raise source.refusal(f"holds more than {LONGEST // 1_000_000} million characters; split it.")
        if not text.strip() and not pictures:
            pictures = next(page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,), max_depth=3), None) is not None
        text_page.close()
        page.close()
        pages.append([" ".join(line.split()) for line in re.split(r"\r\n|\r|\n", text)])
    if not any(line for page in pages for line in page):
        if pictures:
            raise source.refusal("no text in it, only pictures of pages; it needs OCR (text recognition) first.")
        raise source.refusal("no text in it; if its pages are pictures, it needs OCR (text recognition) first.")
    return pages


def _mended(text: str) -> str:
    """Without the hyphens that PDFium marks at line ends; `IoT-løsning` keeps its own."""

    def joined(found: re.Match[str]) -> str:
        kept = found[1].isupper() or found[1].isdigit() or not (found[2] or "").islower()
        return found[1] + ("-" if kept else "")

    return _HYPHEN.sub(joined, text)


def _trimmed(pages: list[list[str]]) -> list[list[str]]:
    """The pages without page numbers, and without the first and last lines that most of them share."""
    filled = [[line for line in page if line] for page in pages]
    edges = [{*page[:_EDGE], *page[-_EDGE:]} for page in filled]
    seen = Counter(
        key for number, lines in enumerate(edges) for key in {k for line in lines for k in _keys(line, number)}
    )
    often = max(3, 0.4 * sum(bool(page) for page in filled))

    def repeated(line: str, number: int) -> bool:
        return bool(_NUMBER.fullmatch(line)) or any(seen[key] >= often for key in _keys(line, number))

    kept = []
    for number, page in enumerate(filled):
        first, last = 0, len(page)
        while first < min(_EDGE, last) and repeated(page[first], number):
            first += 1
        while last > max(first, len(page) - _EDGE) and repeated(page[last - 1], number):
            last -= 1
        kept.append(page[first:last] if first < last or len(page) <= 2 else page)
    return kept if any(kept) else filled


def _keys(line: str, page: int) -> set[str]:
    """The line as such, and with its first or last number told from the number of the page: `Side 7 af 9` counts on."""
    numbers = list(re.finditer(r"\d{1,6}", line))
    told = (f"{line[: n.start()]}#{int(n[0]) - page}{line[n.end() :]}" for n in (*numbers[:1], *numbers[1:][-1:]))
    return {line, *told}


def _bookmarks(pdf: Any, pages: int) -> Iterator[_Bookmark]:
    for number, found in enumerate(pdf.get_toc(max_depth=6)):
        if number >= _BOOKMARKS:
            return
        target = found.get_dest()
        index = target.get_index() if target else None
        title = " ".join(clean(found.get_title() or "").split())[:HEADING]
        if title and index is not None and 0 <= index < pages:
            yield _Bookmark(title, min(found.level, DEPTH - 1), index)


def _said(pdf: Any) -> Said:
    try:
        said = pdf.get_metadata_dict(skip_empty=True)
    except pypdfium2.PdfiumError:
        said = {}
    return Said(
        title=said.get("Title", ""), speaker=said.get("Author", ""), date=said.get("CreationDate", ""),
        language=_language(pdf), summary=said.get("Subject", ""),
    )  # fmt: skip


def _language(pdf: Any) -> str:
    length = pdfium.FPDFCatalog_GetLanguage(pdf.raw, None, 0)
    if not 2 < length < 100:
        return ""
    buffer = (pdfium.FPDF_WCHAR * (length // 2))()
    pdfium.FPDFCatalog_GetLanguage(pdf.raw, buffer, length)
    return bytes(buffer).decode("utf-16-le", "ignore").rstrip("\0")


def _sections(pages: list[list[str]], bookmarks: list[_Bookmark]) -> Iterator[Section]:
    cuts = _cuts(pages, bookmarks)
    named = anchors([heading for heading, *_ in cuts])
    ends = [(page, line) for _, page, line, _ in cuts[1:]] + [(len(pages), 0)]
    followers = [heading for heading, *_ in cuts[1:]] + [()]
    for (heading, page, _, first), end, anchor, after in zip(cuts, ends, named, followers, strict=True):
        lines = [
            Line(text, Locator(heading, page=number + 1))
            for number in range(page, min(end[0] + 1, len(pages)))
            for text in pages[number][first if number == page else 0 : end[1] if number == end[0] else None]
        ]
        text, marks = flow(lines, hyphens=True)
        place = marks[0][1] if marks else Locator(heading, page=page + 1)
        yield replace(Section(place, text or lonely(heading, after), anchor), marks=marks[1:])


def _cuts(pages: list[list[str]], bookmarks: list[_Bookmark]) -> list[tuple[tuple[str, ...], int, int, int]]:
    """(headings, page, line where the heading stands, first line after it) for each section, in reading order."""
    cuts: list[tuple[tuple[str, ...], int, int, int]] = [((), 0, 0, 0)]
    path = [""] * DEPTH
    for mark in bookmarks:
        _, page, _, line = cuts[-1]
        if mark.page < page:
            continue  # a link back: the text there has its heading already
        at, after = _found(pages[mark.page], mark.title, line if mark.page == page else 0)
        path[mark.level :] = [mark.title, *[""] * (DEPTH - 1 - mark.level)]
        cuts.append((tuple(part for part in path if part), mark.page, at, after))
    return cuts


def _found(lines: list[str], title: str, since: int) -> tuple[int, int]:
    """Where the heading stands among the lines, and where its text begins; (since, since) when it is not found."""
    wanted = _letters(title)
    for at in range(since, len(lines)):
        for height in (1, 2):
            if (
                wanted
                and _letters("".join(lines[at : at + height])).endswith(wanted)
                and len(lines[at]) <= len(title) + 12
            ):
                return at, at + height
    return since, since


def _letters(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())
