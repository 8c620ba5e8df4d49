"""What a turn gives back: the assistant's reply, and what the library has to say to a question. Shapes alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from assistant.domain.acts import AnyAct
from assistant.domain.maturity import Language
from assistant.domain.sources import Source
from assistant.domain.state import Asked, State
from assistant.llm.budget import Call
from assistant.reading.model import Difference


@dataclass(frozen=True)
class Found:
    """What the library has to say to one question."""

    sentences: tuple[tuple[str, Source], ...]
    """The answer, each sentence with where it stands; empty when there is none."""
    sources: tuple[Source, ...]
    """What is cited, or lies nearest when there is no answer."""
    topic: str = ""
    engine: str = "quoting"
    """What put it into words: `quoting`, or `writing` with the digest of the prompt and the model."""

    @property
    def answered(self) -> bool:
        """Whether the material has an answer."""
        return bool(self.sentences)

    @property
    def text(self) -> str:
        """The answer without numbers."""
        return " ".join(sentence for sentence, _ in self.sentences)

    @property
    def cited(self) -> tuple[str, ...]:
        """References of what is cited, or lies nearest."""
        return tuple(source.reference for source in self.sources)


Streamed = Callable[[str], None]
"""Told each sentence of an answer as soon as it is sure to stand in the reply."""


class Answerer(Protocol):
    """Answers from the library."""

    def __call__(
        self, question: str, language: Language, /, *, asked: Sequence[str] = (), before: str = "",
        shown: Streamed | None = None,
    ) -> Found:  # fmt: skip
        """The answer to `question`; `asked` are the questions before it, `before` is what was said lately, `shown` is told
        the sentences as they come.
        """


@dataclass(frozen=True)
class Reply:
    """The assistant's side of one turn."""

    conversation: str
    turn: int
    text: str
    asked: Asked | None
    state: State
    left: int
    cited: tuple[str, ...] = ()
    answers: tuple[Found, ...] = ()
    acts: tuple[AnyAct, ...] = ()
    dropped: int = 0
    """Acts that the guard dropped."""
    seconds: Mapping[str, float] = field(default_factory=dict)
    """Where the time of the turn went: read, answer, advance, reply, store."""
    calls: tuple[Call, ...] = ()
    """What a language model was used for."""
    difference: Difference | None = None
    """What it read where the rules were in doubt; None when it was not asked."""
