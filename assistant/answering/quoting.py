"""Quoting: an answer made of sentences that stand in the passages word for word.

Knows no index, no files and no language model. It answers when the passages do, and says so when they do not: then
there is no text, and the nearest passages can be shown instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from assistant.answering.asking import Part, in_context, parts
from assistant.answering.choosing import Candidate, Quotable, asks_how, chosen
from assistant.answering.support import Signs
from assistant.answering.terms import covered, terms
from assistant.answering.wanted import wanted
from assistant.domain.asking import wants_questions
from assistant.domain.maturity import Language

Vectors = NDArray[np.float32]
H = TypeVar("H")
ENGINE = "quoting"
_LOOKED_AT = 6
MOST = 5
"""Sentences of an answer to one question."""
_SHARE = {2: 3, 3: 2}
"""Sentences for each of so many questions."""
_FAR = 0.06
"""How far below the best sentence the one that gives the amount asked for may score."""
_KNOWN = 1.03
"""How near to a question that it is known to answer a sentence must lie to answer without an amount."""
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


class Quoter:
    """Answers from passages.

    Both callables map n texts to unit vectors of shape (n, d): questions, and sentences of passages.
    """

    def __init__(
        self, queries: Callable[[Sequence[str]], Vectors], sentence_vectors: Callable[[Sequence[str]], Vectors]
    ) -> None:
        self._queries, self._sentence_vectors = queries, sentence_vectors

    def answer(
        self, question: str, hits: Sequence[Found], language: Language, about: str = "", most: int = MOST
    ) -> QuotedAnswer:
        """One to `most` sentences of the best passages, or none when the passages do not answer.

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
        said = sorted(chosen(candidates, best, most, asks_how(whole)), key=lambda c: (c.rank, c.place))
        first = best.passage  # the best passage is read first, the others as they were ranked
        leads = wanted(whole, language).amount is not None  # who asks for an amount hears the amount first
        said.sort(key=lambda c: (not (leads and c is best), c.passage.id != first.id))
        quotes = tuple(Quote(candidate.text, candidate.passage.id) for candidate in said)
        return QuotedAnswer(_joined(quotes), quotes, True, first.topic, language, tuple(hits))

    def _candidates(self, question: str, whole: str, hits: Sequence[Found], language: Language) -> list[Candidate]:
        questions = wants_questions(question)
        held = [
            (hit, rank, place, text)
            for rank, hit in enumerate(hits)
            for place, text in enumerate(hit.passage.sentences)
            if questions or not text.endswith("?")
        ]
        if not held:
            return []
        asking = self._queries([question, whole]).mean(axis=0)
        cosines = self._sentence_vectors([text for *_, text in held]) @ asking
        asked = terms(whole, language)
        thing = _DEFINING[language].fullmatch(question.strip())
        return [
            Candidate(
                hit.passage, rank, place, text, float(cosine),
                cover=_share(asked, terms(text, hit.passage.language)),
                defines=thing is not None and _defines(text, thing["thing"], hit.passage.language),
                titled=_share(asked, terms(" ".join(hit.passage.locator.heading), hit.passage.language)),
                behind=hits[0].rating - hit.rating, told=hit.told.get(place, 0.0),
            )
            for (hit, rank, place, text), cosine in zip(held, cosines, strict=True)
        ]  # fmt: skip


def answer_all(
    question: str, before: Sequence[str], language: Language, search: Callable[[Sequence[Part]], Sequence[H]],
    one: Callable[[Part, H, int], QuotedAnswer],
) -> QuotedAnswer:  # fmt: skip
    """The answer to everything that `question` asks, in the light of the questions `before`, oldest first.

    Questions are looked up by `search`, all at once; `one` answers each from what was found in so many sentences at the most. What
    is answered of several is said, each in its turn.
    """
    asked = parts(question, before, language)
    most = _SHARE.get(len(asked), MOST)
    held = search(asked)
    answers = [one(part, hits, most) for part, hits in zip(asked, held, strict=True)]
    answered = [number for number, answer in enumerate(answers) if answer.answered]
    if len(asked) > 1 and not answered:
        whole = Part(question, in_context(question, before, language))
        return one(whole, search([whole])[0], MOST)
    if len(answered) == 1 and most < MOST:
        answers[answered[0]] = one(asked[answered[0]], held[answered[0]], MOST)
    return _together(answers) if len(answers) > 1 else answers[0]


def _best(
    question: str, whole: str, hits: Sequence[Found], candidates: Sequence[Candidate], language: Language
) -> Candidate | None:
    """The sentence that answers best; None when the passages do not answer, or lack the amount or name asked about."""
    if not candidates or not _signs(whole, hits, candidates, language).suffice:
        return None
    wants = wanted(question, language)
    surest = max(candidates, key=lambda one: one.score)
    if wants.missing("\n".join(" ".join((h.passage.title, *h.passage.locator.heading, h.passage.text)) for h in hits)):
        return None
    if surest.told > _KNOWN and not wants.money and question == whole:
        return surest
    giving = [one for one in candidates if wants.given(one.text, one.passage.text, one.passage.language)]
    best = max(giving, key=lambda one: one.score, default=None)
    far = best is None or surest.score - best.score > _FAR
    return None if far else best


def _signs(question: str, hits: Sequence[Found], candidates: Sequence[Candidate], language: Language) -> Signs:
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
