"""Writes a document in the format that is asked for. Knows which formats there are."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from assistant.exports.document import Document

Kind = Literal["md", "docx", "pdf", "html"]
"""`html` is for reading inside a page, the others are files."""
KINDS: tuple[Literal["md", "docx", "pdf"], ...] = ("md", "docx", "pdf")
MEDIA_TYPES = {
    "md": "text/markdown; charset=utf-8", "json": "application/json; charset=utf-8", "csv": "text/csv; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "pdf": "application/pdf",
}  # fmt: skip


def written(document: Document, kind: Kind, now: datetime) -> bytes:
    """The document as a file; `now` stands in its properties."""
    if kind == "md":
        from assistant.exports import markdown

        return markdown.written(document).encode()
    if kind == "html":
        from assistant.exports import html

        return html.written(document).encode()
    if kind == "docx":
        from assistant.exports import docx

        return docx.written(document, now)
    from assistant.exports import pdf

    return pdf.written(document, now)
