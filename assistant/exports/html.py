"""Writes a document as HTML to be read inside a page: what stands below its title. Knows the format, not what is said.

No styles and no scripts stand in it, and every text is escaped. Room to write by hand is left out.
"""

from __future__ import annotations

from base64 import b64encode
from html import escape

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

_TAGS = {"plain": "", "strong": "strong", "quiet": "small", "quote": "q"}


def written(document: Document) -> str:
    """The document with its title as the heading of the page."""
    parts = [f"<h1>{_text(document.title)}</h1>", f'<p class="subject">{_text(document.subject)}</p>']
    heading = document.title
    for block in document.blocks:
        parts.append(_block(block, heading))
        heading = block.text if isinstance(block, Heading) else heading
    notice = f'<p class="note">{_text(document.notice)}</p>'
    return (
        f'<article class="paper" lang="{document.language}" data-generated="{MARK}">{"".join(parts)}{notice}</article>'
    )


def _block(block: Block, heading: str) -> str:
    match block:
        case Heading(text, level):
            return f"<h{level + 1}>{_text(text)}</h{level + 1}>"
        case Paragraph(one, note):
            return f"<p{' class=note' if note else ''}>{_line(one)}</p>"
        case Listing(lines, kind):
            return f'<ul class="{kind}">{"".join(f"<li>{_line(one)}</li>" for one in lines)}</ul>'
        case Table():
            return _table(block, heading)
        case Picture(png, alternative, caption):
            source = f"data:image/png;base64,{b64encode(png).decode()}"
            return f'<figure><img src="{source}" alt="{_text(alternative)}"><figcaption>{_text(caption)}</figcaption></figure>'
        case Notes() | PageBreak():
            return ""


def _table(table: Table, heading: str) -> str:
    head = "" if table.headless else "".join(f'<th scope="col">{_text(name)}</th>' for name in table.header)
    rows = ""
    for row in table.rows:
        cells = "".join(_cell(cell, at, at in table.numbers) for at, cell in enumerate(row))
        rows += f"<tr>{cells}</tr>"
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{_text(heading)}"><table>'
        f'<caption class="unseen">{_text(heading)}</caption>{f"<thead><tr>{head}</tr></thead>" if head else ""}'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _cell(lines: tuple[Line, ...], at: int, number: bool) -> str:
    text = "<br>".join(_line(one) for one in lines)
    mark = " class=number" if number else ""
    return f'<th scope="row"{mark}>{text}</th>' if at == 0 else f"<td{mark}>{text}</td>"


def _line(one: Line) -> str:
    parts = []
    for run in one:
        tag, text = _TAGS[run.style], escape(_spaced(run.text))
        parts.append(f"<{tag}>{text}</{tag}>" if tag else text)
    return "".join(parts)


def _spaced(text: str) -> str:
    """As `clean`, with the spaces at the ends that part one run from the next."""
    body = clean(text)
    return f"{' ' if text[:1] == ' ' else ''}{body}{' ' if text[-1:] == ' ' and body else ''}"


def _text(text: str) -> str:
    return escape(clean(text))
