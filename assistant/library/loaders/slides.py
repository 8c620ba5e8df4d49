"""PowerPoint files as documents: a section for each slide, its title the heading, the speaker's notes its last paragraph."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pptx
from pptx.enum.shapes import PP_PLACEHOLDER

from assistant.library.documents import Document, Locator, Section, anchors
from assistant.library.loaders.own import document
from assistant.library.loaders.package import checked, said
from assistant.library.loaders.source import clean

_TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE, PP_PLACEHOLDER.VERTICAL_TITLE)
_LEFT_OUT = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.HEADER, PP_PLACEHOLDER.SLIDE_NUMBER)
_LISTS = (PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.VERTICAL_BODY)


def load(path: Path) -> Document:
    """The document in the file.

    Raises:
        UserError: it cannot be read, is no PowerPoint file, is a bomb, or holds no text.
    """
    source = checked(path, ".pptx")
    show = pptx.Presentation(io.BytesIO(source.data))
    slides = [(number, *_slide(slide)) for number, slide in enumerate(show.slides, start=1)]
    named = anchors([(title or f"slide {number}",) for number, title, _ in slides])
    sections = [
        Section(Locator((title,) if title else (), slide=number), text or title, anchor)
        for (number, title, text), anchor in zip(slides, named, strict=True)
    ]
    first = next((title for _, title, _ in slides if title), "")
    return document(source, sections, said(show.core_properties), first)


def _slide(slide: Any) -> tuple[str, str]:
    """Title and text."""
    title = ""
    parts: list[str] = []
    for shape in _flat(slide.shapes):
        kind = shape.placeholder_format.type if shape.is_placeholder else None
        if kind in _TITLES and not title:
            title = " ".join(_lines(shape.text_frame)) if shape.has_text_frame else ""
        elif kind not in _LEFT_OUT:
            parts += _shape(shape, kind in _LISTS)
    if slide.has_notes_slide and (frame := slide.notes_slide.notes_text_frame) is not None:
        parts += ["\n".join(_lines(frame))]
    return title, "\n\n".join(part for part in parts if part)


def _shape(shape: Any, listed: bool) -> Iterator[str]:
    if shape.has_text_frame:
        lines = list(_lines(shape.text_frame))
        mark = "- " if listed and len(lines) > 1 else ""
        yield "\n".join(mark + line for line in lines)
    elif getattr(shape, "has_table", False) and shape.has_table:
        rows = ([" ".join(_lines(cell.text_frame)) for cell in row.cells] for row in shape.table.rows)
        yield "\n".join(line for row in rows if (line := " | ".join(cell for cell in row if cell)))


def _flat(shapes: Any) -> Iterator[Any]:
    """The shapes in order, those inside groups in the place of their group."""
    waiting = list(reversed(list(shapes)))
    while waiting:
        shape = waiting.pop()
        if hasattr(shape, "shapes"):
            waiting.extend(reversed(list(shape.shapes)))
        else:
            yield shape


def _lines(frame: Any) -> Iterator[str]:
    for paragraph in frame.paragraphs:
        for line in clean(paragraph.text.replace("\v", "\n")).split("\n"):
            if words := " ".join(line.split()):
                yield words
