"""Loaders: one file per format, each turns a path into a `Document`.

Knows which suffix belongs to which loader, and imports a loader when the first file of its kind is read.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from assistant.errors import UserError
from assistant.library.documents import Document
from assistant.library.loaders.source import shown

_MODULES = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "plain",
    ".text": "plain",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".docx": "word",
    ".pptx": "slides",
    ".vtt": "captions",
    ".srt": "captions",
}
_OLD = {".doc": ".docx", ".dot": ".docx", ".ppt": ".pptx", ".pps": ".pptx"}
SUFFIXES = frozenset(_MODULES)
"""What is read, in lower case."""
MEANT = SUFFIXES | frozenset(_OLD)
"""What somebody who names a folder will want to be told about: what is read, and the old formats that are not."""


def load(path: Path) -> Document:
    """The document in the file.

    Raises:
        UserError: no loader knows the kind, or the file cannot be read as what its name says.
    """
    suffix = path.suffix.lower()
    if suffix in _OLD:
        raise UserError(f"{shown(path)}: is in the old Office format; save it as {_OLD[suffix]}.")
    if suffix not in _MODULES:
        raise UserError(f"{shown(path)}: files of this kind are not read; known are {', '.join(sorted(SUFFIXES))}.")
    document: Document = import_module(f"{__name__}.{_MODULES[suffix]}").load(path)
    return document
