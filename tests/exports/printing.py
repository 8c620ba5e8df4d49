"""The text of a PDF, page by page."""

from __future__ import annotations

from pathlib import Path

import pypdfium2


def pages(pdf: bytes | Path) -> list[str]:
    """The text of each page, on one line."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [" ".join(page.get_textpage().get_text_bounded().replace("\ufffe", "").split()) for page in document]
