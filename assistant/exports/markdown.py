"""Writes a document as Markdown (CommonMark with tables). Knows the format, not what is said.

Words of people may hold anything: signs that mean something in Markdown or HTML are escaped.
"""

from __future__ import annotations

import re

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
    Table,
    clean,
)

_SIGNS = re.compile(r"([\\`*_\[\]<>|~#]|&(?=#?\w+;))")
_STARTS = re.compile(r"^(\s*)([-+=]|\d+(?=[.)]))")
_MARKS = {"plain": "", "strong": "**", "quiet": "*", "quote": ""}


def written(document: Document) -> str:
    """The whole document, pictures as their alternative text."""
    parts = [
        f"# {_text(document.title)}",
        f"*{_text(document.subject)}*",
        f"*{_text(document.notice)}*",
    ]
    parts += [part for block in document.blocks if (part := _block(block))]
    return "\n\n".join([*parts, f"<!-- {MARK} -->"]) + "\n"


def _block(block: Block) -> str:
    match block:
        case Heading(text, level):
            return f"{'#' * (level + 1)} {_text(text)}"
        case Paragraph(one):
            return _start(_line(one))
        case Listing(lines, kind):
            marks = {"bullets": "-", "boxes": "- [ ]"}
            return "\n".join(f"{marks[kind]} {_start(_line(one))}" for one in lines)
        case Table():
            return _table(block)
        case Picture(_, alternative, caption):
            return f"*{_text(caption)}*: {_text(alternative)}"
        case Notes(title):
            return f"## {_text(title)}"
        case PageBreak():
            return ""


def _table(table: Table) -> str:
    if table.headless:  # a list reads better than a table without a head, which Markdown does not have
        return "\n".join(
            f"- {_line(row[0][0])}: {'; '.join(_line(one) for cell in row[1:] for one in cell)}" for row in table.rows
        )
    rows = [[_text(name) for name in table.header]]
    rows.append(["--:" if at in table.numbers else "---" for at in range(len(table.header))])
    rows += [["<br>".join(_line(one) for one in cell) for cell in row] for row in table.rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _line(one: Line) -> str:
    parts = []
    for run in one:
        mark = _MARKS[run.style]
        body = run.text.strip()
        if mark and body:  # a mark must touch its word
            before = run.text[: len(run.text) - len(run.text.lstrip())]
            after = run.text[len(run.text.rstrip()) :]
            parts.append(f"{before}{mark}{_text(body)}{mark}{after}")
        else:
            parts.append(_text(run.text, keep=True))
    return "".join(parts)


def _text(text: str, keep: bool = False) -> str:
    body = clean(text).replace("\u00a0", " ")
    if keep:  # spaces at the ends part runs
        body = (" " if text[:1] == " " else "") + body + (" " if text[-1:] == " " and body else "")
    return _SIGNS.sub(r"\\\1", body)


def _start(text: str) -> str:
    """What would begin a list or a rule at the start of a line is escaped."""
    return _STARTS.sub(
        lambda found: f"{found[1]}{found[2]}\\" if found[2].isdigit() else f"{found[1]}\\{found[2]}", text
    )
