"""Captions (WebVTT and SubRip) as running speech that still knows when each word was said.

Knows cues and rolling captions; the cues themselves are read by webvtt-py. Who speaks goes to the document, not the text.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import webvtt

from assistant.library.documents import Document, Locator, Section
from assistant.library.loaders.own import Said, document
from assistant.library.loaders.source import LARGEST_TEXT, Source, read, text

_TIME = r"(?:\d+:)?[0-5]?\d:[0-5]?\d[.,]\d{1,3}"
_TIMING = re.compile(rf"\s*{_TIME}[ \t]*-->[ \t]*{_TIME}(?:\s|$)")
_TAG = re.compile(r"</?[a-zA-Z0-9.:][^<>\n]*>|\{\\[^}\n]*\}")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>\n]+)>")
_KEY = re.compile(
    r"^\s*(title|speaker|author|date|language|rights|license|topic|summary)\s*:\s*(\S.*)$", re.IGNORECASE | re.MULTILINE
)
_STOP = re.compile(r"[.!?…][\"'”’»)]*$")
_PAUSE, _SILENCE = 3.0, 10.0
_PARAGRAPH, _ENDLESS = 600, 1200
_OVERLAP = 3
"""Words that a rolling caption must share with what went before to be taken for a repetition."""


@dataclass(frozen=True, slots=True)
class _Cue:
    start: float
    end: float
    voice: str
    lines: tuple[str, ...]


def load(path: Path) -> Document:
    """The document in the file.

    Raises:
        UserError: it cannot be read, has a time code that is none, or no cue with text.
    """
    source = read(path, LARGEST_TEXT)
    whole = text(source)
    cues = sorted(_cues(source, whole), key=lambda cue: cue.start)
    if not cues:
        raise source.refusal("no text found in any cue; leave the file out.")
    spoken, marks = _speech(cues)
    voices = ", ".join(dict.fromkeys(cue.voice for cue in cues if cue.voice))
    said = Said.of({"speaker": voices} | _front(whole))
    return document(source, [Section(Locator(start=cues[0].start), spoken, "text", marks=marks)], said)


def _front(whole: str) -> dict[str, str]:
    """What the header and the notes say of the recording: lines as in front matter, in blocks without a cue."""
    blocks = re.split(r"\n[ \t]*\n", whole)
    notes = (block for place, block in enumerate(blocks) if place == 0 or block.startswith("NOTE"))
    lines = (block.removeprefix("NOTE") for block in notes if "-->" not in block)
    return {key.lower(): value.strip() for block in lines for key, value in _KEY.findall(block)}


def _cues(source: Source, whole: str) -> Iterator[_Cue]:
    for number, line in enumerate(whole.split("\n"), start=1):
        if "-->" in line and not _TIMING.match(line):
            raise source.refusal(
                f"line {number}: is no pair of time codes such as 00:01:02.500 --> 00:01:04.000; mend it."
            )
    subrip = source.path.suffix.lower() == ".srt" and not whole.lstrip().startswith("WEBVTT")
    try:
        if subrip:
            read_ = webvtt.from_buffer(io.BytesIO(whole.encode()), format="srt")
        else:
            head = "" if whole.lstrip().startswith("WEBVTT") else "WEBVTT\n\n"
            read_ = webvtt.from_buffer(io.BytesIO((head + whole.lstrip()).encode()))
    except Exception as error:
        raise source.refusal(f"the cues cannot be read ({error}); mend or export the captions anew.") from error
    for caption in read_.captions:
        raw = caption.raw_text
        named = _VOICE.search(raw)
        voice = " ".join(html.unescape(named[1]).split()) if named else ""
        lines = (" ".join(html.unescape(_TAG.sub("", line)).split()) for line in raw.split("\n"))
        if kept := tuple(line for line in lines if line):
            yield _Cue(_seconds(caption.start), _seconds(caption.end), voice, kept)


def _seconds(code: str) -> float:
    seconds = 0.0
    for part in code.replace(",", ".").split(":"):
        seconds = seconds * 60 + float(part)
    return round(seconds, 3)


def _speech(cues: Iterable[_Cue]) -> tuple[str, tuple[tuple[int, Locator], ...]]:
    """The cues joined to sentences and paragraphs, and where in them each cue begins."""
    parts: list[str] = []
    marks: list[tuple[int, Locator]] = []
    tail: list[str] = []
    size = paragraph = 0
    last: _Cue | None = None
    for cue in cues:
        words = _new(cue, last, tail)
        if not words:
            last = cue
            continue
        joint = _joint(cue, last, parts[-1] if parts else "", paragraph) if parts else ""
        spoken = " ".join(words)
        parts += [joint, spoken] if joint else [spoken]
        paragraph = len(spoken) if joint == "\n\n" else paragraph + len(spoken)
        marks.append((size + len(joint), Locator(start=cue.start)))
        size += len(joint) + len(spoken)
        tail = (tail + words)[-60:]
        last = cue
    return "".join(parts), tuple(marks)


def _new(cue: _Cue, last: _Cue | None, tail: list[str]) -> list[str]:
    """The words of the cue without those that it repeats from the one before, as rolling captions do."""
    lines = [re.sub(r"^(?:-|–|>>)\s*(?=\S)", "", line) for line in cue.lines]
    words = " ".join(lines).split()
    if last is None or cue.start > last.end + 1.0:
        return words
    rolling = cue.lines[0] == last.lines[-1] and (len(cue.lines) > 1 or len(last.lines) > 1)
    for length in range(min(len(words), len(tail)), 0, -1):
        if tail[-length:] == words[:length]:
            same = length >= _OVERLAP or (rolling and length >= len(lines[0].split()))
            return words[length:] if same else words
    return words


def _joint(cue: _Cue, last: _Cue | None, before: str, paragraph: int) -> str:
    """What stands between two cues: a new paragraph where another speaks, after a pause, or when one grows long."""
    ended = bool(_STOP.search(before))
    pause = cue.start - last.end if last else 0.0
    another = last is not None and cue.voice != last.voice
    broken = another or pause >= _SILENCE or paragraph > _ENDLESS
    return "\n\n" if broken or (ended and (pause >= _PAUSE or paragraph > _PARAGRAPH)) else " "
