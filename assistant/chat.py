"""Talking to a language model: messages, what a model is to the rest of the house, and prompts. Knows no provider and no dialogue.

A prompt is one file with one job: its text is what the model is told, its `{{names}}` are filled in and are exactly those that
the job names, and its digest is recorded with what it led to.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from assistant.errors import ContentError

Role = Literal["system", "user", "assistant"]
Schema = Mapping[str, Any]
"""A JSON schema of a flat object."""
_VARIABLE = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")
_PART = re.compile(r"^## (system|user)\s*$", re.MULTILINE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_TOKEN = re.compile(r"<\|[^|>]{0,40}\|>|</?s>|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>|</?think>", re.IGNORECASE)
_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL | re.IGNORECASE)
_HEADING = re.compile(r"^(?:[ \t]*(?:#+|`{3,}|-{3,}|={3,}))+", re.MULTILINE)
_NUMBERED = re.compile(r"\[(\d[\d, ]*)\]")


@dataclass(frozen=True, slots=True)
class Message:
    """One message to a model."""

    role: Role
    text: str


class ChatModel(Protocol):
    """A language model as the product uses it.

    Both calls raise ModelError when there is no answer: provider down, slow, refusing, over the budget.
    """

    @property
    def name(self) -> str:
        """`provider:model`."""

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        """The answer piece by piece. Closing the iterator stops the model."""

    def complete(self, messages: Sequence[Message], schema: Schema | None = None) -> str:
        """The whole answer; JSON text that should fit `schema` where one is given, which the caller still has to check."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One job for a model."""

    name: str
    text: str
    variables: frozenset[str]
    digest: str
    """First eight hexadecimal digits of the SHA-256 of the file."""

    def messages(self, **values: str) -> list[Message]:
        """The prompt with its variables filled in; values are data and are never looked into for further variables.

        Raises:
            ContentError: a variable is missing or unknown.
        """
        if odd := self.variables ^ values.keys():
            one = min(odd)
            problem = "is not given" if one in self.variables else "is unknown"
            raise ContentError(f"prompts/{self.name}.md: variable {one!r} {problem}; mend the file or the call.")
        pieces = _PART.split(self.text)[1:]
        return [
            Message(role, _VARIABLE.sub(lambda found: values[found[1]], text).strip())  # type: ignore[arg-type]
            for role, text in zip(pieces[::2], pieces[1::2], strict=True)
        ]


def prompt(folder: Path, name: str, variables: Sequence[str]) -> Prompt:
    """The prompt in `<folder>/<name>.md`, which must use exactly `variables`.

    Raises:
        ContentError: the file is missing, has no parts, or uses other variables.
    """
    path = folder / f"{name}.md"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(f"{path}: cannot be read as UTF-8 text; put it back or reinstall Vejviser.") from error
    if [found[1] for found in _PART.finditer(text)] != ["system", "user"]:
        raise ContentError(f"{path}: must have the headings '## system' and '## user', in this order; mend it.")
    used, known = set(_VARIABLE.findall(text)), set(variables)
    if odd := sorted(used - known):
        raise ContentError(f"{path}: unknown variable {odd[0]!r}. Known: {', '.join(map(repr, sorted(known)))}.")
    if odd := sorted(known - used):
        raise ContentError(f"{path}: variable {odd[0]!r} is not used; put {{{{{odd[0]}}}}} where it belongs.")
    return Prompt(name, text, frozenset(known), hashlib.sha256(text.encode()).hexdigest()[:8])


def without_thought(said: str) -> str:
    """What a model said, without what it thought aloud between <think> marks, also where that has no end."""
    return _THOUGHT.sub(" ", said)


def as_data(text: str) -> str:
    """`text` of a person or a document as it may stand in a prompt.

    Signs that steer a model, invisible signs, headings and numbers in brackets are taken out or made harmless; the words
    stay. That is a fence, not a wall: nothing that a model says is believed for want of it.
    """
    clean = _TOKEN.sub(" ", _CONTROL.sub("", text))
    clean = _HEADING.sub("", _NUMBERED.sub(r"(\1)", clean))
    return "\n".join(line for row in clean.splitlines() if (line := " ".join(row.split())))
