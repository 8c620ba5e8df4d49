"""Plain text files as documents: one section, lines joined to the paragraphs that they were wrapped from."""

from __future__ import annotations

from pathlib import Path

from assistant.library.documents import Document
from assistant.library.loaders.own import Said, document, sections
from assistant.library.loaders.prose import Line, flow
from assistant.library.loaders.source import LARGEST_TEXT, read, text


def load(path: Path) -> Document:
    """The document in the file.

    Raises:
        UserError: it cannot be read, is no text or holds none.
    """
    source = read(path, LARGEST_TEXT)
    prose, _marks = flow([Line(line) for line in text(source).split("\n")])
    return document(source, sections([((), prose)]), Said())
