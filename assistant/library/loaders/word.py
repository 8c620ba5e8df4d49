"""Word files as documents: sections at headings, lists and tables as lines.

Reads text as it stands after all changes are accepted: what is struck out is left out, and what was put in counts.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any

import docx
from docx.oxml.ns import qn

from assistant.library.documents import Document
from assistant.library.loaders.own import Block, document, outline, sections
from assistant.library.loaders.package import checked, said
from assistant.library.loaders.source import clean

_P, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_TEXT, _TAB, _BREAKS = qn("w:t"), qn("w:tab"), (qn("w:br"), qn("w:cr"))
_HYPHEN = qn("w:noBreakHyphen")
_PROPERTIES = qn("w:pPr")
_LEFT_OUT = frozenset((_PROPERTIES, qn("w:del"), qn("w:moveFrom"), qn("w:rPr"), qn("w:instrText"),
                       "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"))  # fmt: skip
_BOX = qn("w:txbxContent")


def load(path: Path) -> Document:
    """The document in the file.

    Raises:
        UserError: it cannot be read, is no Word file, is a bomb, or holds no text.
    """
    source = checked(path, ".docx")
    word = docx.Document(io.BytesIO(source.data))
    kinds = _kinds(word)
    heading, parts = outline(_blocks(word.element.body, kinds))
    return document(source, sections(parts), said(word.core_properties), heading)


def _kinds(word: Any) -> dict[str, str]:
    """Style id -> "1" to "6" for headings, "-" for lists, "x" for what is left out, "" for the rest."""
    kinds = {}
    for style in word.styles.element.iter(qn("w:style")):
        name = style.find(qn("w:name"))
        named = (name.get(qn("w:val")) if name is not None else "").lower()
        level = style.find(f"{_PROPERTIES}/{qn('w:outlineLvl')}")
        kind = ""
        if named == "title":
            kind = "1"
        elif named.startswith("toc "):
            kind = "x"
        elif named.startswith("heading ") and named[8:9].isdigit():
            kind = named[8:9]
        elif level is not None and level.get(qn("w:val"), "9").isdigit() and int(level.get(qn("w:val"))) < 6:
            kind = str(int(level.get(qn("w:val"))) + 1)
        elif named.startswith("list ") and named != "list paragraph":
            kind = "-"
        kinds[style.get(qn("w:styleId"))] = kind
    return kinds


def _blocks(body: Any, kinds: dict[str, str]) -> Iterator[Block]:
    listed = False
    for element in _outermost(body):
        if element.tag == _TABLE:
            yield 0, ("\n" if listed else "") + "".join(_rows(element)) + "\n"
            listed = False
            continue
        kind = _kind(element, kinds)
        text = _text(element)
        if not text or kind == "x":
            continue
        if listed and kind != "-":
            yield 0, "\n"
        listed = kind == "-"
        if kind.isdigit():
            yield min(int(kind), 6), " ".join(text.split())
        else:
            yield 0, f"- {' '.join(text.split())}\n" if listed else text + "\n\n"


def _outermost(body: Any) -> Iterator[Any]:
    """Paragraphs and tables in order, also inside content controls, and after a paragraph the boxes that hang on it."""
    waiting = list(reversed(body))
    while waiting:
        element = waiting.pop()
        if element.tag in (_P, _TABLE):
            yield element
            boxes = [box for box in element.iter(_BOX) if _hangs(box, element)] if element.tag == _P else []
            waiting.extend(part for box in reversed(boxes) for part in reversed(box))
        elif element.tag not in _LEFT_OUT:
            waiting.extend(reversed(element))


def _hangs(box: Any, paragraph: Any) -> bool:
    """Whether the box is the paragraph's own: in no other box, and in nothing that is left out."""
    between = takewhile(lambda parent: parent is not paragraph, box.iterancestors())
    return not any(parent.tag in _LEFT_OUT or parent.tag == _BOX for parent in between)


def _kind(paragraph: Any, kinds: dict[str, str]) -> str:
    properties = paragraph.find(_PROPERTIES)
    if properties is None:
        return ""
    style = properties.find(qn("w:pStyle"))
    kind = kinds.get(style.get(qn("w:val")), "") if style is not None else ""
    number = properties.find(f"{qn('w:numPr')}/{qn('w:numId')}")
    if not kind and number is not None and number.get(qn("w:val")) != "0":
        return "-"
    return kind


def _text(paragraph: Any) -> str:
    parts = []
    waiting = list(reversed(paragraph))
    while waiting:
        element = waiting.pop()
        if element.tag == _TEXT:
            parts.append(element.text or "")
        elif element.tag == _TAB:
            parts.append(" ")
        elif element.tag in _BREAKS:
            parts.append("\n")
        elif element.tag == _HYPHEN:
            parts.append("-")
        elif element.tag not in _LEFT_OUT and element.tag != _BOX:
            waiting.extend(reversed(element))
    lines = (" ".join(line.split()) for line in clean("".join(parts)).split("\n"))
    return "\n".join(line for line in lines if line)


def _rows(table: Any) -> Iterator[str]:
    for row in _own(table, _ROW):
        cells = [" ".join(_cell(cell)) for cell in _own(row, _CELL)]
        if line := " | ".join(" ".join(cell.split()) for cell in cells if cell):
            yield line + "\n"


def _own(parent: Any, tag: str) -> Iterator[Any]:
    """The rows of a table or the cells of a row, also in content controls, but not those of tables within."""
    waiting = list(reversed(parent))
    while waiting:
        element = waiting.pop()
        if element.tag == tag:
            yield element
        elif element.tag not in _LEFT_OUT and element.tag not in (_P, _TABLE, _ROW, _CELL):
            waiting.extend(reversed(element))


def _cell(cell: Any) -> Iterator[str]:
    """The text of paragraphs, boxes and tables in the cell."""
    for element in _outermost(cell):
        found = " ".join("".join(_rows(element)).split()) if element.tag == _TABLE else _text(element)
        if found:
            yield found
