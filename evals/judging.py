"""A judge: a language model that says yes or no about words, and how far its verdicts agree with hand-made ones.

Knows one prompt and its rules; knows neither the product nor how its figures are counted. A verdict that cannot be read is none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.chat import ChatModel, Prompt, as_data, prompt, without_thought
from assistant.content import root
from assistant.domain.maturity import Language
from assistant.errors import ContentError, ModelError
from evals.metrics import Figure, figure, kappa_figure
from evals.rows import Row, rows

PATH = Path(__file__).parent / "data" / "verdicts.jsonl"
VARIABLES = ("rule", "given", "said")
Check = Literal["answers", "keeps"]
RULES: Mapping[Check, str] = {
    "answers": (
        "Is what was asked last answered by what was said? yes: whoever asked learns what they wanted to know, all of it where two "
        "things were asked; more beside it does no harm. no: it is on the same matter and does not tell that, answers only a part, "
        "or lets a wrong belief in the question stand. Earlier questions, before a slash, only say what the last one is about."
    ),
    "keeps": (
        "An owner answers out of the facts given. Does what was said keep to them? yes: it means the same; other words, small "
        "remarks, pride, doubt and what is left out do no harm, and not knowing keeps to not knowing. no: it says the opposite, "
        "or tells a way of working, a tool, a plan, a person's part or a result that the facts do not hold."
    ),
}
"""What each check asks."""
SCHEMA = {
    "title": "judged", "description": "A verdict and the words that settle it.", "type": "object",
    "properties": {"because": {"type": "string"}, "verdict": {"type": "string", "enum": ["yes", "no"]}},
    "required": ["because", "verdict"], "additionalProperties": False,
}  # fmt: skip
AGREES, SURELY, UNREAD = 0.6, 0.4, 0.1
"""A judge counts from this kappa on, with the lower end of its interval above the second, and at most so many unreadable."""
_JSON = re.compile(r"\{.*\}", re.DOTALL)


class Marked(Row):
    """Words with a verdict made by hand."""

    language: Language
    check: Check
    given: str
    said: str
    verdict: Literal["yes", "no"]


class _Verdict(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)
    verdict: Literal["yes", "no"]
    because: str = ""


@dataclass(frozen=True)
class Judged:
    """One verdict."""

    yes: bool | None
    """None when it cannot be read, or none came."""
    because: str = ""
    """The judge's reason, or why there is no verdict."""


@dataclass(frozen=True)
class Judge:
    """Judges.

    Args:
        model: What judges.
        prompt: `judge_reply`, with VARIABLES.
    """

    model: ChatModel
    prompt: Prompt

    def verdict(self, check: Check, given: str, said: str) -> Judged:
        """Whether `said` holds by the rule of `check`. Never raises for what the model does."""
        told = self.prompt.messages(rule=RULES[check], given=as_data(given), said=as_data(said))
        try:
            reply = self.model.complete(told, SCHEMA)
        except ModelError as error:
            return Judged(None, f"no verdict: {error}")
        found = _JSON.search(without_thought(reply))
        try:
            read = _Verdict.model_validate(json.loads(found[0] if found else reply))
        except (ValueError, ValidationError):
            return Judged(None, f"unreadable: {reply[:80]!r}")
        return Judged(read.verdict == "yes", read.because[:300])


@dataclass(frozen=True)
class Agreement:
    """How far a judge agrees with hand-made verdicts on one check."""

    check: Check
    kappa: Figure
    """Cohen's kappa over the verdicts that could be read; 0 is chance."""
    right: Figure
    unread: Figure
    """Share of verdicts that could not be read."""

    @property
    def counts(self) -> bool:
        """Whether what this judge says of the check counts."""
        return self.kappa.value >= AGREES and self.kappa.low >= SURELY and self.unread.value <= UNREAD

    def __str__(self) -> str:
        said = "counts" if self.counts else f"does not count: kappa must be {AGREES:g} or more, surely {SURELY:g}"
        return f"{self.check}: kappa {self.kappa}, the same verdict {self.right.value:.2f}, unreadable {self.unread.value:.2f}; {said}"


def told() -> Prompt:
    """What a judge is told."""
    return prompt(root() / "prompts", "judge_reply", VARIABLES)


def load(path: Path = PATH) -> list[Marked]:
    """The hand-made verdicts.

    Raises:
        ContentError: a line is malformed, an id is used twice, or there are none.
    """
    if not path.exists():
        raise ContentError(f"{path}: is missing; put the hand-made verdicts there.")
    return rows([path], Marked)


def agreement(judge: Judge, check: Check, marked: Sequence[Marked]) -> Agreement:
    """Has `judge` judge what was judged by hand."""
    mine = [row for row in marked if row.check == check]
    made = [(row.verdict == "yes", judge.verdict(check, row.given, row.said).yes) for row in mine]
    both = [(float(hand), float(said)) for hand, said in made if said is not None]
    return Agreement(
        check, kappa_figure([hand for hand, _ in both], [said for _, said in both]),
        figure([float(hand == said) for hand, said in both]), figure([float(said is None) for _, said in made]),
    )  # fmt: skip
