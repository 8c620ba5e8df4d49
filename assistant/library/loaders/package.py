"""Word and PowerPoint files from the outside: zip archives whose list of contents is looked at before they are opened.

Knows how large the parts say they are and what the core properties say; knows no paragraphs and no slides.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from assistant.library.loaders.own import Said
from assistant.library.loaders.source import Source, expect, read

_ENTRIES = 20_000
_UNPACKED = 500_000_000
_XML = 60_000_000
_RATIO, _FLOOR = 150, 10_000_000
"""A part of more than `_FLOOR` bytes that unpacks to more than `_RATIO` times its size is a bomb."""


def checked(path: Path, suffix: str) -> Source:
    """The file's bytes, when it is a package of the kind and unpacks to something bearable.

    Python's zipfile never unpacks more of a part than the list of contents says, so the list can be trusted.

    Raises:
        UserError: it cannot be read, is something else, or is a bomb.
    """
    source = read(path)
    expect(source, suffix)
    with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
        entries = archive.infolist()
        sizes = [(entry.file_size, entry.compress_size, entry.filename.lower()) for entry in entries]
        total = sum(size for size, *_ in sizes)
        if len(entries) > _ENTRIES or total > _UNPACKED:
            raise source.refusal(
                f"unpacks to {len(entries):,} parts, {total / 1e6:,.0f} MB; split it or save it without media."
            )
        if any(size > _FLOOR and size > _RATIO * max(packed, 1) for size, packed, _ in sizes) or any(
            size > _XML and name.endswith((".xml", ".rels")) for size, _, name in sizes
        ):
            raise source.refusal(
                "a part of it unpacks to far more than a document holds; save it anew or leave it out."
            )
        if len({name for *_, name in sizes}) < len(entries):
            raise source.refusal("the same part stands in it twice; open it and save it anew.")
    return source


def said(properties: Any) -> Said:
    """What the core properties say. `date` is when it was last saved, else when it was made."""
    when = properties.modified or properties.created
    return Said(
        title=properties.title or "", speaker=properties.author or "", date=when.date().isoformat() if when else "",
        language=properties.language or "", summary=properties.subject or "",
    )  # fmt: skip
