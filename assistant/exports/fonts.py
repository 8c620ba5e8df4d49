"""The letters of PDF files and pictures: Source Sans Pro (SIL Open Font License 1.1), carried by the package font-source-sans-pro.

Knows where the files lie and which signs they hold; draws nothing.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

import font_source_sans_pro
from fontTools.ttLib import TTFont

Face = Literal["regular", "bold", "italic"]
_FILES: dict[Face, str] = {
    "regular": "SourceSansPro-Regular.ttf", "bold": "SourceSansPro-Semibold.ttf", "italic": "SourceSansPro-It.ttf",
}  # fmt: skip
_INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufe0e\ufe0f\u00ad")
_MISSING = "☐"


def file(face: Face) -> Path:
    """The TrueType file of a face."""
    return Path(font_source_sans_pro.font_directory) / _FILES[face]


@cache
def signs(face: Face) -> frozenset[int]:
    """The code points that a face holds."""
    with TTFont(file(face), lazy=True) as font:
        return frozenset(font.getBestCmap())


def fitted(text: str, face: Face) -> list[tuple[str, Face]]:
    """`text` in pieces that a face can show: a sign that `face` lacks is taken from the regular one, else shown as an empty box."""
    if all(ord(sign) in signs(face) for sign in text):
        return [(text, face)]
    pieces: list[tuple[str, Face]] = []
    for sign in text:
        if sign in _INVISIBLE:
            continue
        found: Face = face if ord(sign) in signs(face) else "regular"
        shown = sign if ord(sign) in signs(found) else _MISSING
        if pieces and pieces[-1][1] == found:
            pieces[-1] = (pieces[-1][0] + shown, found)
        else:
            pieces.append((shown, found))
    return pieces
