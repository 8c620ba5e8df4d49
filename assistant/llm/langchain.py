"""Any LangChain chat model as a model of this house. Knows LangChain's messages, no provider."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from assistant.chat import Message, Schema

_KINDS: dict[str, type[BaseMessage]] = {"system": SystemMessage, "user": HumanMessage, "assistant": AIMessage}


class LangChainChat:
    """A chat model behind the two calls that the product makes.

    Only text is passed on: tool calls, pictures and reasoning that a provider marks as such never reach an answer.
    """

    def __init__(self, model: BaseChatModel, name: str) -> None:
        self._model, self._name = model, name

    @property
    def name(self) -> str:
        """`provider:model`."""
        return self._name

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        """The answer piece by piece; raises whatever the provider raises."""
        pieces = self._model.stream(_told(messages))
        try:
            for piece in pieces:
                yield str(piece.text)
        finally:
            pieces.close()  # type: ignore[attr-defined]

    def complete(self, messages: Sequence[Message], schema: Schema | None = None) -> str:
        """The whole answer; with a schema constrained to it where the provider can do that."""
        if schema is None:
            return str(self._model.invoke(_told(messages)).text)
        try:
            bound = self._model.with_structured_output(dict(schema), include_raw=True)
        except (
            NotImplementedError
        ):  # langchain's word for a provider without schemas; the reader mends and checks what comes
            return str(self._model.invoke(_told(messages)).text)
        answer: Any = bound.invoke(_told(messages))
        raw = answer["raw"]
        if calls := getattr(raw, "tool_calls", None):  # some providers keep to a schema by calling a tool of that form
            return json.dumps(calls[0]["args"], ensure_ascii=False)
        return str(raw.text)


def _told(messages: Sequence[Message]) -> list[BaseMessage]:
    return [_KINDS[message.role](content=message.text) for message in messages]
