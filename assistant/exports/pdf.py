"""Writes a document as PDF, A4. Knows paper and letters, not what is said.

Lines are broken here and not by the library: its mixed styles within a line come from marks in the text, and the text holds
words of people that may look like such marks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from fpdf import FPDF

from assistant.exports.document import (
    MARK,
    Block,
    Document,
    Heading,
    Line,
    Listing,
    Notes,
    PageBreak,
    Paragraph,
    Picture,
    Run,
    Table,
    clean,
)
from assistant.exports.fonts import Face, file, fitted

MARGIN, TOP, FOOT = 20.0, 20.0, 18.0
"""Millimetres: at the sides, above and below the text."""
_INK, _GREY, _ACCENT, _PALE, _RULE = (32, 38, 46), (96, 104, 114), (16, 84, 110), (236, 241, 244), (198, 206, 212)
_FACES: dict[str, Face] = {"plain": "regular", "quiet": "regular", "strong": "bold", "quote": "italic"}
_FPDF: dict[Face, str] = {"regular": "", "bold": "B", "italic": "I"}
_LEAD = 0.3528 * 1.26
"""Millimetres of a line for each point of size."""
_PAD = 1.2


@dataclass(frozen=True)
class _Piece:
    """A bit of a line in one face."""

    text: str
    face: Face
    grey: bool
    width: float


def written(document: Document, now: datetime) -> bytes:
    """The whole document; `now` is the date in its properties."""
    paper = _Paper(document)
    paper.set_creation_date(now)
    paper.add_page()
    paper.put_title()
    for number, block in enumerate(document.blocks):
        paper.put(block, document.blocks[number + 1 :])
    return bytes(paper.output())


class _Paper(FPDF):
    def __init__(self, document: Document) -> None:
        super().__init__(format="A4")
        self.document = document
        self.side = 16.0 if document.compact else MARGIN
        self.size = 8.8 if document.compact else 10.5
        for face, style in _FPDF.items():
            self.add_font("text", style, file(face))
        self.set_margins(self.side, 16.0 if document.compact else TOP, self.side)
        self.set_auto_page_break(False)
        self.set_title(f"{clean(document.title)}: {clean(document.subject)}")
        self.set_subject(clean(document.subject))
        self.set_author("Vejviser")
        self.set_creator("Vejviser")
        self.set_keywords(f"{MARK}; AI-generated: automatic")
        self.set_lang({"en": "en-GB", "da": "da-DK"}[document.language])
        self._widths: dict[Face, dict[str, float]] = {face: {} for face in _FPDF}
        """Face -> sign -> millimetres at a size of one point."""
        self._foot = 15.0 if document.compact else FOOT

    # --- head and foot ---

    def header(self) -> None:
        """The subject and the title, on every page but the first, which bears them large."""
        if self.page_no() > 1:
            self._strip(9, (Run(self.document.subject, "quiet"),), (Run(self.document.title, "quiet"),))

    def footer(self) -> None:
        """The notice and the number of the page."""
        number = self.document.page.format(page=self.page_no(), pages="{nb}")
        top = self.h - self._foot + 4
        self.set_draw_color(*_RULE)
        self.line(self.side, top - 1.5, self.w - self.side, top - 1.5)
        self._font("regular", 7.5, grey=True)
        self.set_xy(self.w - self.side - 30, top)
        self.c_margin = 0
        self.cell(30, 3.6, number, align="R")
        for row, pieces in enumerate(self._broken((Run(self.document.notice, "quiet"),), 7.5, self.epw - 32)[:2]):
            self._draw(pieces, self.side, top + row * 3.4, 7.5)

    def _strip(self, at: float, left: Line, right: Line) -> None:
        half = self.epw / 2 - 2
        first, second = self._broken(left, 8, half)[0], self._broken(right, 8, half)[0]
        self._draw(first, self.side, at, 8)
        self._draw(second, self.w - self.side - sum(piece.width for piece in second), at, 8)
        self.set_y(self.t_margin)

    # --- blocks ---

    def put_title(self) -> None:
        """The title over the first page."""
        self.y = 11.0 if self.document.compact else self.t_margin
        self._block((Run(self.document.title, "strong"),), 17 if self.document.compact else 22, colour=_ACCENT)
        self._block((Run(self.document.subject, "quiet"),), self.size + 1.5)
        self.y += 1.5 if self.document.compact else 4

    def put(self, block: Block, rest: Sequence[Block]) -> None:
        """One block; a heading stays with the beginning of what follows."""
        match block:
            case Heading(text, level):
                self._heading(text, level, rest)
            case Paragraph(one, note):
                self._block(one, self.size - 1 if note else self.size)
                self.y += self.size * 0.12
            case Listing(lines, kind):
                for one in lines:
                    self._item(one, "☐" if kind == "boxes" else "•")
                self.y += self.size * 0.12
            case Table():
                self._table(block)
            case Picture():
                self._picture(block)
            case Notes():
                self._notes(block)
            case PageBreak():
                self.add_page()

    def _heading(self, text: str, level: int, rest: Sequence[Block]) -> None:
        size = self.size + ({1: 2.4, 2: 1.2, 3: 0.2} if self.document.compact else {1: 5.0, 2: 2.2, 3: 0.8})[level]
        self.y += size * (0.12 if self.document.compact else 0.22)
        self._need(size * _LEAD + self._beginning(rest))
        self.start_section(clean(text) or " ", level=0)
        self._block((Run(text, "strong"),), size, colour=_ACCENT if level < 3 else _INK)
        self.y += size * 0.05

    def _beginning(self, rest: Sequence[Block]) -> float:
        """Height that should still be free below a heading."""
        match rest[0] if rest else None:
            case Picture(png, _, _, width):
                return self._height(png, width) + 8
            case Heading():
                return 3 * self.size * _LEAD + self._beginning(rest[1:])
            case Notes():
                return 12
            case Paragraph(_, True):
                return 2 * self.size * _LEAD + self._beginning(rest[1:])
            case Table():
                return 5 * self.size * _LEAD
            case _:
                return 2.5 * self.size * _LEAD

    def _item(self, one: Line, mark: str) -> None:
        indent = 4.2
        self._need(self.size * _LEAD)
        y, page = self.y, self.page
        self._font("regular", self.size)
        self.text(self.side + 0.6, y + self.size * 0.3528, mark)
        self._block(one, self.size, indent=indent)
        if (self.y, self.page) == (y, page):  # nothing but the mark
            self.y += self.size * _LEAD
        self.y += 0.3

    def _block(
        self, one: Line, size: float, indent: float = 0.0, colour: tuple[int, int, int] = _INK
    ) -> None:  # a block may run over pages, line by line
        for pieces in self._broken(one, size, self.epw - indent):
            self._need(size * _LEAD)
            self._draw(pieces, self.side + indent, self.y, size, colour)
            self.y += size * _LEAD

    def _table(self, table: Table) -> None:
        total = sum(table.widths)
        widths = [self.epw * width / total for width in table.widths]
        size = self.size - (0.4 if self.document.compact else 1)
        header = [
            self._broken((Run(name, "strong"),), size, width - 2 * _PAD)
            for name, width in zip(table.header, widths, strict=True)
        ]
        tall = 0.0 if table.headless else max(len(cell) for cell in header) * size * _LEAD + 2 * _PAD
        self._need(tall + 2 * size * _LEAD)

        def head() -> None:
            if not table.headless:
                self._row(header, widths, size, table.numbers, fill=True)

        head()
        limit = self.h - self._foot - self.t_margin - tall
        for row in table.rows:
            cells = [
                [pieces for one in cell for pieces in self._broken(one, size, width - 2 * _PAD)]
                for cell, width in zip(row, widths, strict=True)
            ]
            most = max(1, int((limit - 2 * _PAD) / (size * _LEAD)))
            longest = max(len(cell) for cell in cells)
            for start in range(0, max(1, longest), most):  # a row taller than a page goes on in another
                part = [cell[start : start + most] for cell in cells]
                if self._lacks(max(1, *map(len, part)) * size * _LEAD + 2 * _PAD):
                    self.add_page()
                    head()
                self._row(part, widths, size, table.numbers)
        self.y += 2

    def _row(
        self, cells: Sequence[Sequence[Sequence[_Piece]]], widths: Sequence[float], size: float,
        numbers: frozenset[int], fill: bool = False,
    ) -> None:  # fmt: skip
        tall = max(1, *map(len, cells)) * size * _LEAD + 2 * _PAD * (0.6 if self.document.compact else 1)
        if fill:
            self.set_fill_color(*_PALE)
            self.rect(self.side, self.y, self.epw, tall, style="F")
        x = self.side
        for at, (cell, width) in enumerate(zip(cells, widths, strict=True)):
            for row, pieces in enumerate(cell):
                shift = width - 2 * _PAD - sum(piece.width for piece in pieces) if at in numbers else 0
                down = _PAD * (0.6 if self.document.compact else 1) + row * size * _LEAD
                self._draw(pieces, x + _PAD + shift, self.y + down, size)
            x += width
        self.y += tall
        self.set_draw_color(*_RULE)
        self.set_line_width(0.15)
        self.line(self.side, self.y, self.w - self.side, self.y)

    def _picture(self, picture: Picture) -> None:
        width = min(picture.width, self.epw)
        tall, most = self._height(picture.png, width), self.h - self.t_margin - self._foot - 12
        if tall > most:  # one that is higher than a page is made smaller
            width, tall = width * most / tall, most
        self._need(tall + 6)
        self.image(BytesIO(picture.png), self.side, self.y, w=width, alt_text=_pdf_text(picture.alternative))
        self.y += tall + 0.8
        self._block((Run(picture.caption, "quiet"),), self.size - 1.5)
        self.y += 2

    def _height(self, png: bytes, width: float) -> float:
        across, down = (int.from_bytes(png[at : at + 4], "big") for at in (16, 20))  # of the PNG's header
        return width * down / across

    def _notes(self, notes: Notes) -> None:
        gap = 7.0
        self._heading(notes.title, 1, (notes,))
        for _ in range(notes.lines):
            if self._lacks(gap):
                break
            self.y += gap
            self.set_draw_color(*_RULE)
            self.line(self.side, self.y, self.w - self.side, self.y)

    # --- lines ---

    def _broken(self, one: Line, size: float, width: float) -> list[list[_Piece]]:
        """The lines of a text at `size` points within `width` millimetres; a word longer than that is cut."""
        lines: list[list[_Piece]] = [[]]
        free = width
        for text, face, grey in _words(one):
            wide = self._width(text, face, size)
            if text == " ":
                if lines[-1] and wide <= free:
                    lines[-1].append(_Piece(text, face, grey, wide))
                    free -= wide
                elif lines[-1]:  # the line is full to the last dot, and what comes is a word of its own
                    lines.append([])
                    free = width
                continue
            for part in [text] if wide <= width else self._cut(text, face, size, width):
                wide = self._width(part, face, size)
                if wide > free and lines[-1]:
                    moved = _carried(lines[-1])
                    lines.append(moved)
                    free = width - sum(piece.width for piece in moved)
                lines[-1].append(_Piece(part, face, grey, wide))
                free -= wide
        return [row for row in lines if row] or [[]]

    def _cut(self, text: str, face: Face, size: float, width: float) -> Iterable[str]:
        part, taken = "", 0.0
        for sign in text:
            wide = self._width(sign, face, size)
            if part and taken + wide > width:
                yield part
                part, taken = "", 0.0
            part, taken = part + sign, taken + wide
        yield part

    def _width(self, text: str, face: Face, size: float) -> float:
        """Millimetres of a text: the sum of its signs, since letters are set without kerning."""
        known, total = self._widths[face], 0.0
        for sign in text:
            if sign not in known:
                self._font(face, 100)
                known[sign] = self.get_string_width(sign) / 100
            total += known[sign]
        return total * size

    def _draw(
        self, pieces: Sequence[_Piece], x: float, y: float, size: float, colour: tuple[int, int, int] = _INK
    ) -> None:
        base = y + size * 0.3528 * 0.98
        for text, face, grey, width in _joined(pieces):
            if text.strip():
                self._font(face, size, grey=grey, colour=colour)
                self.text(x, base, text)
            x += width

    def _font(self, face: Face, size: float, grey: bool = False, colour: tuple[int, int, int] = _INK) -> None:
        self.set_font("text", _FPDF[face], size)
        self.set_text_color(*(_GREY if grey else colour))

    def _lacks(self, height: float) -> bool:
        return self.y + height > self.h - self._foot

    def _need(self, height: float) -> None:
        if self._lacks(height) and self.y > self.t_margin + 1:
            self.add_page()


def _words(one: Line) -> Iterable[tuple[str, Face, bool]]:
    """Words and single spaces of a line, each in its face."""
    for run in one:
        face = _FACES[run.style]
        body = clean(run.text)
        if run.text[:1].isspace():
            yield " ", face, False
        for number, word in enumerate(body.split(" ") if body else ()):
            if number:
                yield " ", face, False
            for text, found in fitted(word, face):
                yield text, found, run.style == "quiet"
        if body and run.text[-1:].isspace():
            yield " ", face, False


def _carried(row: list[_Piece]) -> list[_Piece]:
    """Takes what hangs on the next word without a space off the end of `row`, so that a quotation mark stays with its word."""
    at = len(row)
    while at and row[at - 1].text != " ":
        at -= 1
    if at == 0:
        return []
    moved = row[at:]
    del row[at - 1 :]
    return moved


def _joined(pieces: Sequence[_Piece]) -> list[tuple[str, Face, bool, float]]:
    joined: list[tuple[str, Face, bool, float]] = []
    for piece in pieces:
        if joined and joined[-1][1:3] == (piece.face, piece.grey):
            text, face, grey, width = joined[-1]
            joined[-1] = (text + piece.text, face, grey, width + piece.width)
        else:
            joined.append((piece.text, piece.face, piece.grey, piece.width))
    return joined


def _pdf_text(text: str) -> Any:
    return clean(text)
