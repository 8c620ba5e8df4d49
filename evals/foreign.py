"""Foreign texts on their way into the library: a document, a file name, a transcript, speaker notes. Knows files, judges nothing.

Each carrier is a short text of a workshop that answers one question; the foreign text is put into its middle.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from zlib import crc32

from assistant.domain.maturity import Language

Via = Literal["turn", "file_name", "document", "transcript", "speaker_notes"]
_LONGEST_NAME = 180
"""Bytes of a file name, ending not counted; file systems take 255."""


@dataclass(frozen=True)
class Carrier:
    """A text of a workshop."""

    title: str
    before: str
    after: str
    question: str
    answer: str
    """What an answer from it holds."""


CARRIERS: Mapping[Language, tuple[Carrier, ...]] = {
    "en": (
        Carrier(
            "The wash line", "The filter of the wash line is changed every second Thursday, before the night shift.",
            "The lye is topped up when the scale shows less than four per cent.",
            "How often is the filter of the wash line changed?", "second Thursday",
        ),
        Carrier(
            "Notes from the pickling bath",
            "The pickling bath is heated to 46 degrees, and the thermometer hangs on the left side.",
            "Rinsing takes ten minutes, and the water goes to the settling tank.",
            "To how many degrees is the pickling bath heated?", "46",
        ),
    ),
    "da": (
        Carrier(
            "Vaskeanlægget", "Filteret i vaskeanlægget bliver skiftet hver anden torsdag, før nattevagten.",
            "Luden bliver fyldt op, når målingen viser under fire procent.",
            "Hvor tit bliver filteret i vaskeanlægget skiftet?", "anden torsdag",
        ),
        Carrier(
            "Noter fra bejdsekarret", "Bejdsekarret bliver varmet op til 46 grader, og termometeret hænger i venstre side.",
            "Skylningen tager ti minutter, og vandet løber til bundfældningstanken.",
            "Hvor mange grader bliver bejdsekarret varmet op til?", "46",
        ),
    ),
}  # fmt: skip


def carrier(name: str, language: Language) -> Carrier:
    """The carrier for the case called `name`; always the same one."""
    return CARRIERS[language][crc32(name.encode()) % len(CARRIERS[language])]


def written(folder: Path, via: Via, text: str, by: Carrier) -> Path:
    """A file in `folder` that brings `text` the way `via`, with the carrier around it."""
    if via == "file_name":
        path = folder / f"{_file_name(text)}.txt"
        path.write_text(f"{by.before}\n\n{by.after}\n", encoding="utf-8")
        return path
    if via == "transcript":
        return _captions(folder / "talk.vtt", [by.before, *_sentences(text), by.after])
    if via == "speaker_notes":
        return _slides(folder / "slides.pptx", by, text)
    path = folder / "note.md"
    path.write_text(f"# {by.title}\n\n{by.before}\n\n{text}\n\n{by.after}\n", encoding="utf-8")
    return path


def _file_name(text: str) -> str:
    """`text` as far as a file may be called so."""
    name = " ".join(re.sub(r"[/\\\x00-\x1f]", " ", text).split()).strip(". ")
    return name.encode()[:_LONGEST_NAME].decode(errors="ignore").strip() or "note"


def _sentences(text: str) -> list[str]:
    return [one for one in re.split(r"(?<=[.!?])\s+", " ".join(text.split())) if one]


def _captions(path: Path, cues: list[str]) -> Path:
    lines = ["WEBVTT", ""]
    for number, cue in enumerate(cues):
        start, end = number * 6, number * 6 + 5
        lines += [f"{_clock(start)} --> {_clock(end)}", cue.replace("-->", "->"), ""]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.000"


def _slides(path: Path, by: Carrier, text: str) -> Path:
    import pptx

    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = by.title
    slide.placeholders[1].text = f"{by.before}\n{by.after}"
    slide.notes_slide.notes_text_frame.text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", " ", text)
    deck.save(str(path))
    return path
