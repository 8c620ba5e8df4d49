"""Choosing: which sentences of the passages are said. Knows sentences and their signs; no question's words, no vectors."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Protocol

from assistant.domain.maturity import Language

_NEAR = 0.06
_NEAR_ELSEWHERE = 0.01
"""How far below the best sentence another may score and still be quoted."""
_BEHIND = 0.9
"""What a sentence loses for how far its passage is rated below the best one."""
_TOLD, _UNLIKE = 0.65, 0.82
"""What a sentence gains for answering a like question, and how near any two questions are."""
_WIDER = 0.7
"""How much of what the best gains others may lie further below it."""
_SAME = 0.8
"""Share of the words of the shorter of two sentences from which they say the same."""
_SHORTEST_LIST, _LONGEST_LIST = 3, 8
"""Steps of a list that is said whole."""
_LEANING = re.compile(  # sentences that lean on the one before
    r"(?:it|its|they|this|that|these|those|such|he|she|so|then|an example"
    r"|den|det|de|dette|denne|disse|sådan|så|derfor|et eksempel)\b",
    re.IGNORECASE,
)
_HOW = re.compile(
    r"\bhow (?:do|does|did|can|could|should|shall|would|must|to|am|are|is|best)\b|\bsteps?\b|\bstep by step\b|\bgo about\b"
    r"|\bhvordan\b|\btrin for trin\b|\bskridt\b|\bfremgangsmåde\b|\bgrib\w* .{0,20}\ban\b|\bwhat (?:do|should|must) (?:i|we|you) do\b"
    r"|\bhvad (?:gør|skal) (?:jeg|vi|man|du) (?:gøre)?\b",
    re.IGNORECASE,
)
_STEP = re.compile(r"^[ \t]*\d{1,2}[.)][ \t]+", re.MULTILINE)


class Quotable(Protocol):
    """A passage, as far as quoting needs it."""

    @property
    def id(self) -> str:
        """What a sentence is cited by."""

    @property
    def document(self) -> str:
        """Key of the document."""

    @property
    def title(self) -> str:
        """Of the document."""

    @property
    def language(self) -> Language:
        """Of the text."""

    @property
    def topic(self) -> str:
        """Of the document, or empty."""

    @property
    def locator(self) -> Any:
        """Where it stands: `heading`, a tuple of headings, and `as_json()`."""

    @property
    def text(self) -> str:
        """The whole passage."""

    @property
    def sentences(self) -> tuple[str, ...]:
        """Parts of `text`, verbatim."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may be quoted."""

    passage: Quotable
    rank: int
    place: int
    text: str
    cosine: float
    cover: float
    defines: bool
    titled: float
    """Share of the question's words that stand in the heading above the sentence."""
    behind: float = 0.0
    """How far the passage is rated below the best one."""
    told: float = 0.0
    """How near the question is to one that the sentence is known to answer."""

    @property
    def gain(self) -> float:
        """What it gains for being known to answer a like question."""
        return _TOLD * max(0.0, self.told - _UNLIKE)

    @property
    def score(self) -> float:
        """What the choice comes from, cosine and all the rest; comparable among the sentences of one question."""
        leaning = 0.03 * bool(self.place and _LEANING.match(self.text))
        announcing = 0.06 * self.text.endswith(":")
        return (
            self.cosine
            + 0.05 * self.cover
            + 0.02 * self.titled
            + 0.08 * self.defines
            + self.gain
            - _BEHIND * self.behind
            - leaning
            - announcing
        )


def asks_how(question: str) -> bool:
    """Whether somebody asks for a way to go about something."""
    return bool(_HOW.search(question))


def chosen(candidates: Sequence[Candidate], best: Candidate, most: int, steps: bool) -> list[Candidate]:
    """The best and those near it, at most `most`, none that says what another has said; in no order that matters.

    Who asks for a way to go (`steps`) and is led into a numbered list hears the list whole, though it may be longer: half of
    a recipe is none.
    """
    near = sorted((c for c in candidates if c.score > best.score - _width(c, best)), key=lambda c: -c.score)
    said = _unlike(near)[:most]
    if steps and (whole := _whole(candidates, said)):
        return whole
    return said


def _width(candidate: Candidate, best: Candidate) -> float:
    """How far below the best a sentence may lie: less in another document, which must earn its place."""
    near = _NEAR if candidate.passage.document == best.passage.document else _NEAR_ELSEWHERE
    return near + _WIDER * best.gain


def _unlike(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The first of those that say the same; documents repeat themselves."""
    kept: list[tuple[Candidate, frozenset[str]]] = []
    for candidate in candidates:
        words = frozenset(re.findall(r"\w+", candidate.text.lower()))
        if not any(len(words & other) >= _SAME * min(len(words), len(other)) for _, other in kept):
            kept.append((candidate, words))
    return [candidate for candidate, _ in kept]


def _whole(candidates: Sequence[Candidate], said: Sequence[Candidate]) -> list[Candidate]:
    """The steps of the list that most of what is to be said stands in, if it stands in one."""
    for places in _lists(said[0].passage) if said else ():
        inside = [c for c in said if c.passage is said[0].passage and c.place in places]
        if 2 * len(inside) >= len(said):
            return [c for c in candidates if c.passage is said[0].passage and c.place in places]
    return []


def _lists(passage: Quotable) -> Iterator[frozenset[int]]:
    """Of each numbered list of the passage the places of its sentences."""
    starts = [found.end() for found in _STEP.finditer(passage.text)]
    numbered: list[bool] = []
    at = 0
    for sentence in passage.sentences:
        at = max(passage.text.find(sentence, at), at)
        numbered.append(at in starts)
        at += len(sentence)
    for is_step, places in groupby(range(len(numbered)), lambda place: numbered[place]):
        steps = frozenset(places)
        if is_step and _SHORTEST_LIST <= len(steps) <= _LONGEST_LIST:
            yield steps
