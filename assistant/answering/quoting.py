"""Quoting: an answer made of sentences that stand in the passages word for word.

Knows no index, no files and no language model. It answers when the passages do, and says so when they do not: then
there is no text, and the nearest passages can be shown instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.answering.asking import asked_in, in_context
from assistant.answering.support import Signs
from assistant.answering.terms import covered, terms
from assistant.answering.wanted import wanted
from assistant.domain.asking import wants_questions
from assistant.domain.maturity import Language

Vectors = NDArray[np.float32]
ENGINE = "quoting"
_LOOKED_AT = 6
_MOST = 5
_NEAR = 0.06
_NEAR_ELSEWHERE = 0.01
"""How far below the best sentence another may score and still be quoted."""
_BEHIND = 1.1
"""What a sentence loses for how far its passage is rated below the best one."""
_TOLD, _UNLIKE = 0.65, 0.82
"""What a sentence gains for answering a like question, and how near any two questions are."""
_WIDER = 0.5
"""How much of what the best gains others may lie further below it."""
_FAR = 0.06
"""How far below the best sentence the one that gives the amount asked for may score."""
_DEFINING = {
    "en": re.compile(
        r"(?:so,? )?(?:what(?:'s| is| are| does)|explain|define) (?:an? |the )?"
        r"(?P<thing>.+?)(?: mean| stand for)?[?.! ]*",
        re.IGNORECASE,
    ),
    "da": re.compile(
        r"(?:hvad (?:er|betyder)|forklar) (?:en |et |den |det )?(?P<thing>.+?)(?: for noget)?[?.! ]*", re.IGNORECASE
    ),
}
_LEADING = r"\W*(?:an?|the|to|en|et|den|det|at)?\s*"
_IS = {"en": r"(?:is|are|means)", "da": r"(?:er|betyder|vil sige)"}
_LEANING = re.compile(  # sentences that lean on the one before
    r"(?:it|its|they|this|that|these|those|such|he|she|so|then|an example"
    r"|den|det|de|dette|denne|disse|sådan|så|derfor|et eksempel)\b",
    re.IGNORECASE,
)


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


class Found(Protocol):
    """A passage that was found."""

    @property
    def passage(self) -> Quotable:
        """What was found."""

    @property
    def score(self) -> float:
        """Cosine of question and passage."""

    @property
    def rating(self) -> float:
        """What the order comes from."""

    @property
    def told(self) -> Mapping[int, float]:
        """Place of a sentence -> how near a question is to one that it is known to answer."""

    @property
    def border(self) -> float | None:
        """How much nearer the question is to what is known to be answered than to what is not; None where unknown."""


@dataclass(frozen=True, slots=True)
class Quote:
    """One sentence of an answer."""

    text: str
    passage: str
    """Id of the passage in which `text` stands word for word."""


@dataclass(frozen=True, slots=True)
class QuotedAnswer:
    """What was said to a question."""

    text: str
    """The sentences in reading order, one paragraph for each passage; empty when not answered."""
    sentences: tuple[Quote, ...]
    answered: bool
    topic: str
    """Of the passage that answers best; empty when not answered."""
    language: Language
    nearest: tuple[Found, ...]
    """What was found, best first, also when it does not answer."""

    def as_json(self) -> dict[str, Any]:
        """The form of `vejviser ask --json`."""
        return {
            "answer": self.text,
            "sentences": [{"text": quote.text, "cited": [quote.passage]} for quote in self.sentences],
            "passages": [
                {
                    "id": hit.passage.id,
                    "document": hit.passage.document,
                    "locator": hit.passage.locator.as_json(),
                    "text": hit.passage.text,
                    "score": round(hit.score, 4),
                }
                for hit in self.nearest
            ],
            "answered": self.answered,
            "language": self.language,
            "engine": ENGINE,
        }


@dataclass(frozen=True, slots=True)
class _Candidate:
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


class Quoter:
    """Answers from passages.

    Both callables map n texts to unit vectors of shape (n, d): questions, and sentences of passages.
    """

    def __init__(
        self, queries: Callable[[Sequence[str]], Vectors], sentence_vectors: Callable[[Sequence[str]], Vectors]
    ) -> None:
        self._queries, self._sentence_vectors = queries, sentence_vectors

    def answer(self, question: str, hits: Sequence[Found], language: Language, about: str = "") -> QuotedAnswer:
        """One to five sentences of the best passages, or none when the passages do not answer.

        `hits` come best first; ten are enough. Without any, or without a question, the answer is no. What lies beyond a
        library whose border is known may still be answered by others, so those are looked at on their own.
        """
        whole = f"{about} {question}".strip()
        unbound = [hit for hit in hits if hit.border is None]
        for looked in (hits, unbound) if len(unbound) < len(hits) else (hits,):
            candidates = self._candidates(question, whole, looked[:_LOOKED_AT], language) if question.strip() else []
            if best := _best(question, whole, looked, candidates, language):
                break
        else:
            return QuotedAnswer("", (), False, "", language, tuple(hits))
        near = sorted((c for c in candidates if c.score > best.score - self._width(c, best)), key=lambda c: -c.score)
        chosen = sorted(_distinct(near)[:_MOST], key=lambda c: (c.rank, c.place))
        first = best.passage  # the best passage is read first, the others as they were ranked
        leads = wanted(whole, language).amount is not None  # who asks for an amount hears the amount first
        chosen.sort(key=lambda c: (not (leads and c is best), c.passage.id != first.id))
        quotes = tuple(Quote(candidate.text, candidate.passage.id) for candidate in chosen)
        return QuotedAnswer(_joined(quotes), quotes, True, first.topic, language, tuple(hits))

    @staticmethod
    def _width(candidate: _Candidate, best: _Candidate) -> float:
        """How far below the best a sentence may lie: less in another document, which must earn its place."""
        near = _NEAR if candidate.passage.document == best.passage.document else _NEAR_ELSEWHERE
        return near + _WIDER * best.gain

    def _candidates(self, question: str, whole: str, hits: Sequence[Found], language: Language) -> list[_Candidate]:
        questions = wants_questions(question)
        parts = [
            (hit, rank, place, text)
            for rank, hit in enumerate(hits)
            for place, text in enumerate(hit.passage.sentences)
            if questions or not text.endswith("?")
        ]
        if not parts:
            return []
        asking = self._queries([question, whole]).mean(axis=0)
        cosines = self._sentence_vectors([text for *_, text in parts]) @ asking
        asked = terms(whole, language)
        thing = _DEFINING[language].fullmatch(question.strip())
        return [
            _Candidate(
                hit.passage, rank, place, text, float(cosine),
                cover=_share(asked, terms(text, hit.passage.language)),
                defines=thing is not None and _defines(text, thing["thing"], hit.passage.language),
                titled=_share(asked, terms(" ".join(hit.passage.locator.heading), hit.passage.language)),
                behind=hits[0].rating - hit.rating, told=hit.told.get(place, 0.0),
            )
            for (hit, rank, place, text), cosine in zip(parts, cosines, strict=True)
        ]  # fmt: skip


def answer_all(
    question: str, before: Sequence[str], language: Language, one: Callable[[str, str], QuotedAnswer]
) -> QuotedAnswer:
    """The answer to everything that `question` asks, in the light of the questions `before`, oldest first.

    `one` answers one question, given what it is about beside its own words. What is answered of several is said, each in
    its turn.
    """
    about = in_context(question, before, language)
    answers = [one(part, about) for part in asked_in(question, language)]
    if len(answers) > 1 and not any(answer.answered for answer in answers):
        return one(question, about)
    return _together(answers)


def _best(
    question: str, whole: str, hits: Sequence[Found], candidates: Sequence[_Candidate], language: Language
) -> _Candidate | None:
    """The sentence that answers best; None when the passages do not answer, or lack the amount or name asked about."""
    if not candidates or not _signs(whole, hits, candidates, language).suffice:
        return None
    wants = wanted(question, language)
    if wants.missing("\n".join(" ".join((h.passage.title, *h.passage.locator.heading, h.passage.text)) for h in hits)):
        return None
    giving = [one for one in candidates if wants.given(one.text, one.passage.text, one.passage.language)]
    best = max(giving, key=lambda one: one.score, default=None)
    far = best is None or max(one.score for one in candidates) - best.score > _FAR
    return None if far else best


def _signs(question: str, hits: Sequence[Found], candidates: Sequence[_Candidate], language: Language) -> Signs:
    asked = terms(question, language)
    whole = [" ".join((hit.passage.title, *hit.passage.locator.heading, hit.passage.text)) for hit in hits]
    held = [terms(text, hit.passage.language) for text, hit in zip(whole, hits, strict=True)]
    best = max(hits, key=lambda hit: hit.score)
    return Signs(
        dense=best.score,
        sentence=max(candidate.cosine for candidate in candidates),
        passage_cover=max(_share(asked, words) for words in held[:_LOOKED_AT]),
        anywhere=_share(asked, [word for words in held for word in words]),
        defined=float(any(candidate.defines for candidate in candidates)),
        across=best.passage.language != language,
        border=hits[0].border,
    )


def _share(asked: Sequence[str], words: Sequence[str]) -> float:
    return len(covered(asked, words)) / len(asked) if asked else 0.0


def _defines(text: str, thing: str, language: Language) -> bool:
    return bool(re.match(rf"{_LEADING}{re.escape(thing)}\b[^.:;]{{0,40}}? {_IS[language]} ", text, re.IGNORECASE))


def _distinct(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """The first of each wording; documents repeat themselves."""
    first: dict[str, _Candidate] = {}
    for candidate in candidates:
        first.setdefault(" ".join(candidate.text.lower().split()), candidate)
    return list(first.values())


def _together(answers: Sequence[QuotedAnswer]) -> QuotedAnswer:
    """The answers to several questions as one: what is answered is said, and nothing twice."""
    first = next((answer for answer in answers if answer.answered), answers[0])
    said = tuple(dict.fromkeys(quote for answer in answers for quote in answer.sentences))
    nearest = {hit.passage.id: hit for answer in (first, *answers) for hit in answer.nearest}
    return replace(first, text=_joined(said), sentences=said, nearest=tuple(nearest.values()))


def _joined(quotes: Sequence[Quote]) -> str:
    """The quotes as running text, with a new paragraph where the passage changes."""
    text = ""
    for before, quote in zip([None, *quotes], quotes, strict=False):
        text += ("" if before is None else " " if before.passage == quote.passage else "\n\n") + quote.text
    return text
