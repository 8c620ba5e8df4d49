"""Writing: an answer in a language model's sentences, each shown only when its passage says the same.

Whether there is an answer at all is decided by quoting, before a model is asked; where the model's sentences do not hold, quoting speaks on.
Knows no provider, no index and no dialogue.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from assistant.answering.choosing import Quotable
from assistant.answering.grounding import judge, parted
from assistant.answering.quoting import Found, Quote, QuotedAnswer, Vectors
from assistant.answering.wanted import wanted
from assistant.chat import ChatModel, Prompt, as_data, without_thought
from assistant.domain.maturity import Language
from assistant.errors import ModelError

VARIABLES = ("question", "passages", "language", "before")
PASSAGES = 3
"""Passages that a model is shown at the most."""
ENOUGH = 2
"""Sentences from which an answer stands without quotes."""
MOST = 4
"""Sentences after which the model is stopped."""
WASTED = 6
"""Sentences that may be left out before the model is stopped."""
BESIDE = 0.045
"""How much further from the question than the best quote a sentence may lie."""
_LOOP = 20
"""Characters at the end of a line that, said four times, show that a model repeats itself."""
LONGEST_LINE = 1500
"""Characters without the end of a sentence after which the model is stopped."""
_NAMES: dict[Language, str] = {"en": "English", "da": "Danish (dansk)"}
_CITED = r"(?:\[\s*\d+(?:\s*[,;]\s*\d+)*\s*\]\s*)+"
_STOP = r"(?<![.!?…])[.!?…]+[\"'”’»)]*"
_NEXT = r"(?=\s*\n|\s+[\"“»«(*•–\-]*[A-ZÆØÅ])"
_END = re.compile(rf"{_STOP}\s*{_CITED}[.!?]?\s*(?=[^\s\[.!?])|(?:{_STOP}|{_CITED}[.!?]?){_NEXT}|\n+")
"""A stop with a citation ends a sentence; either alone does where a new one begins."""
_BULLET = re.compile(r"^\s*(?:[-*•–]\s+|\d{1,2}[.)]\s+)")
_log = logging.getLogger(__name__)

Shown = Callable[[str, str], None]
"""Told each sentence as soon as it holds, with the id of its passage."""


@dataclass(frozen=True)
class WrittenAnswer(QuotedAnswer):
    """An answer that a model had a part in."""

    engine: str = ""
    """`writing <digest of the prompt> <model>`."""
    rests: tuple[str, ...] = ()
    """For each sentence the sentence of its passage that it rests on; the same for a quote."""
    left_out: tuple[tuple[str, str], ...] = ()
    """Sentences that did not hold, each with its fault; for evals, never for the person."""

    def as_json(self) -> dict[str, Any]:
        """The form of `vejviser ask --json`."""
        return QuotedAnswer.as_json(self) | {"engine": self.engine}


@dataclass
class _Draft:
    """What has become of a stream so far."""

    quotes: list[Quote] = field(default_factory=list)
    rests: list[str] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    repeated: int = 0

    @property
    def over(self) -> bool:
        return len(self.quotes) >= MOST or len(self.left_out) >= WASTED or self.repeated >= 2


class Writer:
    """Writes answers.

    Args:
        model: What writes.
        prompt: `answer_question`, with VARIABLES.
        queries: n questions to unit vectors, (n, d).
        sentences: n sentences to unit vectors, (n, d).
        spoken: Language of a text, None when unsure.
        usable: Whether a sentence of a passage may be shown to the model and rested on; those that give orders may not.
    """

    def __init__(
        self, model: ChatModel, prompt: Prompt, *, queries: Callable[[Sequence[str]], Vectors],
        sentences: Callable[[Sequence[str]], Vectors], spoken: Callable[[str], Language | None],
        usable: Callable[[str], bool],
    ) -> None:  # fmt: skip
        self._model, self._prompt, self._queries, self._sentences = model, prompt, queries, sentences
        self._spoken, self._usable = spoken, usable

    @property
    def engine(self) -> str:
        """What a written answer is marked with."""
        return f"writing {self._prompt.digest} {self._model.name}"

    def answer(
        self, question: str, quoted: QuotedAnswer, before: str = "", shown: Shown = lambda _text, _passage: None
    ) -> QuotedAnswer:
        """The answer to `question`, written where that holds, else `quoted`.

        Never raises for what the model does. What `shown` was told stands in the answer, in the same order.
        """
        material = self._material(quoted)
        if not quoted.answered or not material:
            return quoted
        draft = _Draft()
        messages = self._prompt.messages(
            question=as_data(question), language=_NAMES[quoted.language], before=as_data(before),
            passages="\n\n".join(f"[{n}] {self._readable(passage)}" for n, passage in enumerate(material, 1)),
        )  # fmt: skip
        try:
            pieces = self._model.stream(messages)
            for text, numbers in cut(pieces):
                self._take(text, numbers, question, quoted, material, draft, shown)
                if draft.over:
                    break
            if hasattr(pieces, "close"):
                pieces.close()
        except ModelError as error:
            _log.warning("the language model gave no answer, so quoting does: %s", error)
        return self._finished(question, quoted, draft, shown)

    def _material(self, quoted: QuotedAnswer) -> list[Quotable]:
        """Passages in the asker's language, those that quoting drew on first: only these can be checked word by word."""
        by_id = {hit.passage.id: hit for hit in quoted.nearest}
        drawn = dict.fromkeys(quote.passage for quote in quoted.sentences)
        ordered: list[Found] = [by_id[name] for name in drawn]
        ordered += [hit for hit in quoted.nearest if hit.passage.id not in drawn]
        mine = [hit.passage for hit in ordered if hit.passage.language == quoted.language]
        return [passage for passage in mine[:PASSAGES] if self._readable(passage)]

    def _readable(self, passage: Quotable) -> str:
        return as_data(" ".join(text for text in passage.sentences if self._usable(text)))

    def _take(
        self, text: str, numbers: Sequence[int], question: str, quoted: QuotedAnswer, material: Sequence[Quotable],
        draft: _Draft, shown: Shown,
    ) -> None:  # fmt: skip
        """Judges one sentence; without a number it belongs to the first passage that says it."""
        plain = " ".join(re.findall(r"\w+", text.casefold()))
        if plain in draft.seen:
            draft.repeated += 1
            return
        draft.seen.add(plain)
        fault = "passage"
        for number in numbers or range(1, len(material) + 1):
            if not 1 <= number <= len(material):
                continue
            passage = material[number - 1]
            judged = judge(text, passage, spoken=self._spoken, similar=self._similar, usable=self._usable)
            fault = judged.fault or ("" if self._to_the_point(text, question, quoted) else "beside the point")
            if not fault:
                draft.quotes.append(Quote(text, passage.id))
                draft.rests.append(judged.rests[0])
                shown(text, passage.id)
                return
        draft.left_out.append((text, fault))

    def _similar(self, one: str, other: str) -> float:
        if one == other:
            return 1.0
        first, second = self._sentences([one, other])
        return float(first @ second)

    def _to_the_point(self, text: str, question: str, quoted: QuotedAnswer) -> bool:
        """Whether the sentence lies about as near to the question as what would be quoted."""
        known = [quote.text for quote in quoted.sentences]
        if any(text in quote for quote in known):
            return True
        cosines = self._sentences([text, *known]) @ self._queries([question])[0]
        return bool(cosines[0] >= np.max(cosines[1:]) - BESIDE)

    def _finished(self, question: str, quoted: QuotedAnswer, draft: _Draft, shown: Shown) -> QuotedAnswer:
        if not draft.quotes:
            return quoted
        texts = {hit.passage.id: hit.passage for hit in quoted.nearest}
        wants = wanted(question, quoted.language)
        given = any(wants.given(q.text, texts[q.passage].text, texts[q.passage].language) for q in draft.quotes)
        if len(draft.quotes) < ENOUGH or not given:
            for quote in quoted.sentences:
                # a line of a list is quoted as one, though it may hold several sentences, of which one was written
                for text in parted(quote.text) if any(rest in quote.text for rest in draft.rests) else (quote.text,):
                    if text not in draft.rests:
                        draft.quotes.append(Quote(text, quote.passage))
                        draft.rests.append(text)
                        shown(text, quote.passage)
        topic = texts[draft.quotes[0].passage].topic or quoted.topic
        return WrittenAnswer(
            joined(draft.quotes), tuple(draft.quotes), True, topic, quoted.language, quoted.nearest,
            engine=self.engine, rests=tuple(draft.rests), left_out=tuple(draft.left_out),
        )  # fmt: skip


def cut(pieces: Iterator[str]) -> Iterator[tuple[str, list[int]]]:
    """Sentences of a stream, each as soon as it is whole, with the numbers it cites; what breaks off in the middle is left out.

    What a model thinks aloud between <think> marks is left out.
    """
    buffer = ""
    for piece in pieces:
        buffer += piece
        if "<think>" in buffer.lower():
            buffer = without_thought(buffer) if "</think>" in buffer.lower() else buffer
            if "<think>" in buffer.lower():
                continue
        while found := _END.search(buffer):
            yield from _sentence(buffer[: found.end()])
            buffer = buffer[found.end() :]
        if len(buffer) > LONGEST_LINE or _loops(buffer):
            return
    rest = without_thought(buffer)
    if re.search(rf"(?:[.!?…][\"'”’»)]*|{_CITED}[.!?]?)\s*\Z", rest):  # what breaks off in the middle is no sentence
        yield from _sentence(rest)


def _loops(text: str) -> bool:
    """Whether the end of `text` has been said several times already."""
    return len(text) > 5 * _LOOP and text.count(text[-_LOOP:]) >= 4


def _sentence(raw: str) -> Iterator[tuple[str, list[int]]]:
    numbers = [int(n[:9]) for group in re.findall(_CITED, raw) for n in re.findall(r"\d+", group)]
    text = re.sub(r"\s+(?=[.,!?])", "", " ".join(_BULLET.sub("", re.sub(_CITED, " ", raw)).split()))
    if any(character.isalnum() for character in text):
        yield (text if text[-1] in '.!?…:”"»)' else f"{text}."), numbers


def joined(quotes: Sequence[Quote]) -> str:
    """The sentences as running text, with a new paragraph where the passage changes."""
    text = ""
    for before, quote in zip([None, *quotes], quotes, strict=False):
        text += ("" if before is None else " " if before.passage == quote.passage else "\n\n") + quote.text
    return text
