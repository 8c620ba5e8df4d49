"""A second reader: a language model that points at words where the rules are in doubt. It opens no door that the rules keep shut.

The model is asked about the pending item only, and only when the rules read nothing in the turn or are unsure of the stage. It proposes
a quote and a stage. The quote has to stand in the turn and to pass the guard; the stage is never taken from the model: it is
read from the quoted words by the head. What the model adds is
- where the rules are unsure: its vote. When it names the stage that they hold likeliest, that is settled; else they stay as unsure as they were.
- where the rules read nothing: the words to look at. When it names the stage that the head reads from them, and they are surely about the
  item, they count as if the rules had found them; else they count as an unsure answer, and the dialogue asks once more.
What the rules are sure of is not shown to it. Each difference is told, for logs and evals.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.chat import ChatModel, Prompt, as_data
from assistant.domain.acts import Answer, AnyAct, Question, Signal
from assistant.domain.maturity import MaturityModel
from assistant.domain.readings import SURE
from assistant.errors import ModelError
from assistant.reading.head import Head
from assistant.reading.items import BELIEVED, SETTLED, belief
from assistant.reading.rules import Context

READ = ("question", "descriptions", "before", "turn")
REPAIR = ("problem", "said")
SHORTEST, LONGEST = 3, 250
"""Words of a turn that is shown to a model."""
UNSURE = 0.45
"""Probability that a stage gets at the most when only the model pointed at the words; below what settles an item."""
_OPEN_TO_DOUBT = frozenset({"unread", "no_evidence"})
_SAID = 600
_OBJECT = re.compile(r"\{[^{}]*\}")


class Pointed(BaseModel):
    """What the model answers."""

    model_config = ConfigDict(extra="ignore", strict=True)
    quote: str = Field(max_length=4000)
    today: bool
    stage: int = Field(ge=-1, le=5)


SCHEMA = {
    "title": "pointed", "description": "Words of the turn that tell what the company does today.", "type": "object",
    "properties": {
        "quote": {"type": "string"}, "today": {"type": "boolean"}, "stage": {"type": "integer", "minimum": -1, "maximum": 5},
    },
    "required": ["quote", "today", "stage"], "additionalProperties": False,
}  # fmt: skip
Kept = Literal["rules", "both", "unsure", "nothing"]


@dataclass(frozen=True, slots=True)
class Difference:
    """What came of asking the model; holds none of the person's words."""

    item: str
    rules: int | None
    """The stage that the rules held likeliest, None where they read nothing."""
    model: int | None
    """The stage that the model named, None where it saw nothing."""
    kept: Kept
    """`rules`: as before · `both`: they agree · `unsure`: the dialogue asks once more · `nothing`: dropped."""
    why: str


@dataclass(frozen=True, slots=True)
class SecondReading:
    """The acts to go on with, and what the model had to do with them."""

    acts: list[AnyAct]
    difference: Difference | None = None
    """None when the model was not asked."""


class ModelReader:
    """Asks a model where the rules are in doubt."""

    def __init__(self, model: ChatModel, prompts: tuple[Prompt, Prompt], maturity: MaturityModel, head: Head) -> None:
        """`prompts` are `read_answer` with READ and `repair_answer` with REPAIR."""
        self._model, (self._prompt, self._repair), self._maturity, self._head = model, prompts, maturity, head

    def read(self, text: str, context: Context, acts: Sequence[AnyAct], before: str = "") -> SecondReading:
        """`acts` of the rules, with what the model adds to them. Never raises for what the model does."""
        acts = list(acts)
        if not self.doubtful(text, context, acts) or context.asked is None:
            return SecondReading(acts)
        item = context.asked.id
        mine = next((act for act in acts if isinstance(act, Answer) and act.item == item), None)
        rules = None if mine is None else mine.low
        try:
            pointed = self._asked(item, text, context, before)
        except ModelError as error:
            return SecondReading(acts, Difference(item, rules, None, _as_before(mine), str(error)))
        if not pointed.today or pointed.stage < 0 or not pointed.quote.strip():
            return SecondReading(acts, Difference(item, rules, None, _as_before(mine), "it saw nothing of today"))
        if mine is not None:
            return self._voted(acts, mine, pointed.stage)
        return self._found(acts, item, text, pointed)

    def doubtful(self, text: str, context: Context, acts: Sequence[AnyAct]) -> bool:
        """Whether the rules read nothing about the pending item in a turn that may hold something, or are unsure of the stage."""
        asked = context.asked
        if asked is None or asked.id not in self._head.items or asked.form not in ("open", "probe"):
            return False
        if not SHORTEST <= len(text.split()) <= LONGEST:
            return False
        mine = next((act for act in acts if isinstance(act, Answer) and act.item == asked.id), None)
        if mine is not None:
            return not mine.clicked and mine.low == mine.high and max(mine.scores) < SURE
        if any(isinstance(act, Question) for act in acts):
            return False
        return all(act.signal in _OPEN_TO_DOUBT for act in acts if isinstance(act, Signal))

    def _asked(self, item: str, text: str, context: Context, before: str) -> Pointed:
        known, language = self._maturity.items[item], context.language
        messages = self._prompt.messages(
            question=known.question[language], turn=as_data(text), before=as_data(before),
            descriptions="\n".join(f"{n}: {words[language]}" for n, words in enumerate(known.descriptors)),
        )  # fmt: skip
        said = self._model.complete(messages, SCHEMA)
        try:
            return parsed(said)
        except ValueError as error:
            problem = str(error)
        said = self._model.complete(self._repair.messages(problem=problem, said=as_data(said[:_SAID])), SCHEMA)
        try:
            return parsed(said)
        except ValueError as error:
            raise ModelError(f"no JSON of the form that was asked for, twice: {error}") from error

    @staticmethod
    def _voted(acts: list[AnyAct], mine: Answer, stage: int) -> SecondReading:
        if stage != mine.low:
            return SecondReading(
                acts, Difference(mine.item, mine.low, stage, "rules", "it holds another stage likelier")
            )
        rest = sum(mine.scores) - mine.scores[stage]
        scale = (1 - SURE) / rest if rest else 0.0
        scores = tuple(SURE if n == stage else round(value * scale, 4) for n, value in enumerate(mine.scores))
        settled = mine.model_copy(update={"scores": scores})
        changed = [settled if act is mine else act for act in acts]
        return SecondReading(
            changed, Difference(mine.item, mine.low, stage, "both", "both hold the same stage likeliest")
        )

    def _found(self, acts: list[AnyAct], item: str, text: str, pointed: Pointed) -> SecondReading:
        span = located(pointed.quote, text)
        if span is None:
            why = "its quote does not stand in the turn"
            return SecondReading(acts, Difference(item, None, pointed.stage, "nothing", why))
        start, end = span
        features = self._head.features([text[start:end]])
        own = float(self._head.about(features)[0][self._head.items.index(item)])
        scores = self._head.stage_probabilities(item, features)[0]
        believed = belief(float(self._head.tells([text[start:end]])[0]), own, float(scores.max()))
        if believed < BELIEVED:
            why = "its quote does not tell what the firm does now about the item"
            return SecondReading(acts, Difference(item, None, pointed.stage, "nothing", why))
        stage = int(scores.argmax())
        sure = stage == pointed.stage and min(own, believed) >= SETTLED
        if not sure:
            scores = _flattened(scores)
        answer = Answer.model_validate(
            {
                "item": item, "low": stage, "high": stage, "scores": [round(float(score), 4) for score in scores],
                "asked": True, "quote": text[start:end], "start": start, "end": end,
            }
        )  # fmt: skip
        others = [act for act in acts if not isinstance(act, Signal)]
        why = "both read the same stage from its quote" if sure else "its quote is about the item; the stage is open"
        return SecondReading(
            [answer, *others], Difference(item, None, pointed.stage, "both" if sure else "unsure", why)
        )


def parsed(said: str) -> Pointed:
    """The answer of the model.

    Raises:
        ValueError: it is none; the message says what is wrong, in one sentence.
    """
    found = _OBJECT.search(said)
    if found is None:
        raise ValueError("it holds no whole JSON object")
    try:
        return Pointed.model_validate(json.loads(found[0]))
    except json.JSONDecodeError as error:
        raise ValueError(f"it is no JSON: {error.msg}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error


def located(quote: str, text: str) -> tuple[int, int] | None:
    """Where `quote` stands in `text`, whatever its spaces and capitals; None where it does not."""
    words = re.findall(r"\S+", quote.strip().strip("\"'“”»«"))
    if not words:
        return None
    found = re.search(r"\s+".join(map(re.escape, words)), text, re.IGNORECASE)
    return found.span() if found else None


def _as_before(mine: Answer | None) -> Kept:
    return "nothing" if mine is None else "rules"


def _flattened(
    scores: np.ndarray[tuple[int, ...], np.dtype[np.float32]],
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """`scores` drawn towards evenness until the highest is UNSURE, with their order kept."""
    top = float(scores.max())
    if top <= UNSURE:
        return scores
    even = 1 / len(scores)
    share = (UNSURE - even) / (top - even)
    return np.asarray(share * scores + (1 - share) * even, np.float32)
