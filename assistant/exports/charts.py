"""Pictures for papers, drawn as PNG at 254 dots an inch with letters of `fonts.py`. Knows shapes and colours, no profile and no plan.

Colours differ in lightness, so that a print in black and white can be read, and every value also stands in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Literal

from PIL import Image, ImageDraw, ImageFont

from assistant.exports.document import clean
from assistant.exports.fonts import Face, file, fitted

WIDTH = 170.0
"""Millimetres across."""
_DOT = 10
"""Dots a millimetre."""
_INK, _GREY, _ACCENT, _TRACK, _TARGET = "#20262e", "#606872", "#10546e", "#e4eaee", "#b65a12"
_RAMP = ("#c9d6dd", "#a3bfcc", "#7ba5b8", "#4f87a0", "#2a6a87", "#0d4760")
_NONE = "#f1f1ef"
_SMALLEST = 2.4
"""Height to which letters shrink before a text is cut."""
_STATES = {"sure": _ACCENT, "doubtful": "#8fb3c4", "left": "#d9d4c7", "unasked": "#ffffff"}
State = Literal["sure", "doubtful", "left", "unasked"]


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of the profile."""

    name: str
    low: float | None
    """None when not assessed."""
    high: float | None
    shown: str
    """The value in words, to the right."""
    target: float | None = None
    head: bool = False
    """A dimension, set larger than its items."""


@dataclass(frozen=True, slots=True)
class Column:
    """One step of the plan."""

    label: str
    stage: str
    titles: tuple[str, ...]
    when: str = ""
    """Months, when they are known."""


def bars(rows: Sequence[Bar], today: str, target: str) -> bytes:
    """Bars from 0 to 5, a range from its lower to its upper end, a diamond at the target."""
    left, right, top = 66.0, 134.0, 9.0
    sheet = _Sheet(top + sum(7.4 if row.head else 5.4 for row in rows) + 2)
    unit = (right - left) / 5
    for stage in range(6):
        sheet.text(left + stage * unit, 1.0, str(stage), 3.0, colour=_GREY, anchor="ma")
        sheet.line(left + stage * unit, 5.4, left + stage * unit, sheet.height - 1, _TRACK)
    sheet.box(right + 5, 1.6, right + 9, 3.8, _ACCENT)
    sheet.text(right + 10, 1.0, today, 2.9, colour=_GREY)
    sheet.diamond(right + 24, 2.7, 1.4, _TARGET)
    sheet.text(right + 26.5, 1.0, target, 2.9, colour=_GREY)
    y = top
    for row in rows:
        tall = 7.4 if row.head else 5.4
        middle, thick = y + tall / 2, 1.9 if row.head else 1.2
        sheet.text(
            0 if row.head else 3,
            middle,
            row.name,
            3.4 if row.head else 3.0,
            bold=row.head,
            anchor="lm",
            within=left - 4,
        )
        sheet.box(left, middle - 0.35, right, middle + 0.35, _TRACK)
        if row.low is not None and row.high is not None:
            start, end = (
                (left, left + row.high * unit)
                if row.low == row.high
                else (left + row.low * unit, left + row.high * unit)
            )
            sheet.box(start, middle - thick, max(end, start + 0.8), middle + thick, _ACCENT if row.head else _RAMP[3])
        if row.target is not None:
            sheet.diamond(left + row.target * unit, middle, 2.0, _TARGET)
        sheet.text(
            right + 5,
            middle,
            row.shown,
            3.1,
            bold=row.head,
            colour=_INK if row.low is not None else _GREY,
            anchor="lm",
            within=WIDTH - right - 5,
        )
        y += tall
    return sheet.png()


def squares(groups: Sequence[tuple[str, Sequence[State]]], legend: Sequence[tuple[State, str]]) -> bytes:
    """One square for each item, in groups side by side, with what the shades mean below."""
    sheet = _Sheet(19)
    wide = WIDTH / max(1, len(groups))
    for at, (name, states) in enumerate(groups):
        sheet.text(at * wide, 0.5, name, 2.7, bold=True, within=wide - 3)
        for place, state in enumerate(states):
            sheet.box(at * wide + place * 6.5, 5.2, at * wide + place * 6.5 + 5.4, 10.6, _STATES[state], _GREY)
    x = 0.0
    for state, words in legend:
        sheet.box(x, 14.4, x + 3, 17.4, _STATES[state], _GREY)
        sheet.text(x + 4.2, 15.9, words, 2.9, colour=_GREY, anchor="lm")
        x += 7 + sheet.wide(words, 2.9) + 4
    return sheet.png()


def steps(columns: Sequence[Column], most: int = 5) -> bytes:
    """The steps of a plan from left to right, their actions below each other; more than `most` go on in a second band."""
    across = min(most, max(1, len(columns)))
    wide = WIDTH / across
    bands = [columns[start : start + across] for start in range(0, len(columns), across)]
    dated = any(column.when for column in columns)
    arrow = 14.0 if dated else 10.0
    sheet = _Sheet(1)
    wrapped = [[[sheet.wrapped(title, 3.0, wide - 6) for title in column.titles] for column in band] for band in bands]
    talls = [
        arrow + 3.5 + max((sum(len(title) * 3.9 + 3.6 for title in column) for column in band), default=0)
        for band in wrapped
    ]
    sheet = _Sheet(sum(talls) + 2)
    y = 0.0
    for band, texts, tall in zip(bands, wrapped, talls, strict=True):
        for at, (column, titles) in enumerate(zip(band, texts, strict=True)):
            x = at * wide
            sheet.arrow(x, y, x + wide - 1, y + arrow, _RAMP[min(5, 1 + 2 * _order(columns, column))])
            dark = _order(columns, column) > 0
            sheet.text(x + 4.4, y + 1.0, column.label, 2.8, colour="#ffffff" if dark else _INK, within=wide - 9)
            sheet.text(
                x + 4.4, y + 4.9, column.stage, 3.1, bold=True, colour="#ffffff" if dark else _INK, within=wide - 9
            )
            if column.when:
                sheet.text(x + 4.4, y + 9.3, column.when, 2.8, colour="#ffffff" if dark else _INK, within=wide - 9)
            below = y + arrow + 2
            for title in titles:
                end = below + len(title) * 3.9 + 2.2
                sheet.box(x + 0.5, below, x + wide - 2, end, "#f3f6f8", "#c6ced2")
                for number, part in enumerate(title):
                    sheet.text(x + 2.2, below + 0.9 + number * 3.9, part, 3.0)
                below = end + 1.4
        y += tall
    return sheet.png()


def shares(
    rows: Sequence[tuple[str, Sequence[tuple[int | None, int]]]], total: int, legend: Sequence[str], none: str
) -> bytes:
    """A bar of shares for each row; a cell is (count or None when hidden, its stage, 6 for "not assessed")."""
    left, top = 62.0, 8.0
    sheet = _Sheet(top + len(rows) * 5.6 + 2)
    x = left
    for stage, words in enumerate([*legend, none]):
        sheet.box(x, 1.4, x + 3, 4.4, _RAMP[stage] if stage < 6 else _NONE, _GREY)
        sheet.text(x + 4, 2.9, words, 2.8, colour=_GREY, anchor="lm")
        x += 6.5 + sheet.wide(words, 2.8) + 2.5
    for at, (name, cells) in enumerate(rows):
        y = top + at * 5.6
        sheet.text(0, y + 2.2, name, 3.1, anchor="lm", within=left - 3)
        sheet.box(left, y, WIDTH - 0.3, y + 4.4, "#ffffff", "#c6ced2")
        x = left
        for count, stage in cells:
            if not count:
                continue
            end = x + count / total * (WIDTH - 0.3 - left)
            sheet.box(x, y, end, y + 4.4, _RAMP[stage] if stage < 6 else _NONE, "#ffffff")
            if end - x > 5:
                sheet.text(
                    (x + end) / 2, y + 2.2, str(count), 2.8, colour="#ffffff" if 3 <= stage < 6 else _INK, anchor="mm"
                )
            x = end
    return sheet.png()


def _order(columns: Sequence[Column], column: Column) -> int:
    """Place of the column's stage among the stages of the plan."""
    return list(dict.fromkeys(one.stage for one in columns)).index(column.stage)


def _font(face: Face, size: float) -> ImageFont.FreeTypeFont:
    return _loaded(face, round(size * _DOT * 1.28))


@cache
def _loaded(face: Face, dots: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(file(face)), dots)


class _Sheet:
    """A white sheet measured in millimetres; letters are measured by their height."""

    def __init__(self, height: float) -> None:
        self.height = height
        self._image = Image.new("RGB", (round(WIDTH * _DOT), max(1, round(height * _DOT))), "#ffffff")
        self._draw = ImageDraw.Draw(self._image)

    def png(self) -> bytes:
        """The sheet as PNG."""
        made = BytesIO()
        self._image.save(made, "PNG", dpi=(254, 254))
        return made.getvalue()

    def wide(self, text: str, size: float, bold: bool = False) -> float:
        """Millimetres that a text takes."""
        return _font("bold" if bold else "regular", size).getlength(_shown(text)) / _DOT

    def wrapped(self, text: str, size: float, within: float, most: int = 4) -> list[str]:
        """Up to `most` lines of at most `within` millimetres."""
        lines = [""]
        for word in clean(text).split():
            longer = f"{lines[-1]} {word}".strip()
            if self.wide(longer, size) <= within or not lines[-1]:
                lines[-1] = longer
            else:
                lines.append(word)
        if len(lines) > most:
            lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
        return [self._cut(one, size, within) for one in lines]

    def text(
        self, x: float, y: float, text: str, size: float, *, bold: bool = False, colour: str = _INK, anchor: str = "la",
        within: float | None = None,
    ) -> None:  # fmt: skip
        if within is not None:
            while size > _SMALLEST and self.wide(text, size, bold) > within:
                size -= 0.1
            text = self._cut(text, size, within, bold)
        shown = _shown(text)
        self._draw.text(
            (x * _DOT, y * _DOT), shown, fill=colour, font=_font("bold" if bold else "regular", size), anchor=anchor
        )

    def box(self, x: float, y: float, right: float, bottom: float, colour: str, edge: str | None = None) -> None:
        corners = [round(value * _DOT) for value in (x, y, right, bottom)]
        self._draw.rectangle(corners, fill=colour, outline=edge, width=2 if edge else 0)

    def line(self, x: float, y: float, right: float, bottom: float, colour: str) -> None:
        self._draw.line([round(value * _DOT) for value in (x, y, right, bottom)], fill=colour, width=2)

    def diamond(self, x: float, y: float, radius: float, colour: str) -> None:
        points = [(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)]
        self._draw.polygon([(a * _DOT, b * _DOT) for a, b in points], fill=colour, outline="#ffffff", width=3)

    def arrow(self, x: float, y: float, right: float, bottom: float, colour: str) -> None:
        middle, tip = (y + bottom) / 2, 3.0
        points = [(x, y), (right - tip, y), (right, middle), (right - tip, bottom), (x, bottom), (x + tip, middle)]
        self._draw.polygon([(a * _DOT, b * _DOT) for a, b in points], fill=colour)

    def _cut(self, text: str, size: float, within: float, bold: bool = False) -> str:
        shown = _shown(text)
        if self.wide(shown, size, bold) <= within:
            return shown
        while shown and self.wide(shown + "…", size, bold) > within:
            shown = shown[: max(0, min(len(shown) - 1, 200))]
        return shown.rstrip() + "…"


def _shown(text: str) -> str:
    return "".join(piece for piece, _ in fitted(clean(text), "regular"))
