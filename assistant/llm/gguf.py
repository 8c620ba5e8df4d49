"""A GGUF file as a LangChain chat model, run inside this process by llama.cpp through xllamacpp. Knows no prompt and no product.

xllamacpp starts an HTTP server beside the calls in process; it listens on the loopback address only, and with a random key, so that
no other user and no web page can talk to the model.
"""

from __future__ import annotations

import json
import queue
import secrets
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable, RunnableLambda
from pydantic import Field, PrivateAttr

from assistant.cores import cores

_ROLES = {"system": "system", "human": "user", "ai": "assistant"}
_END = object()


class ChatGguf(BaseChatModel):
    """Loads the file at the first call.

    Raises:
        OSError: the file cannot be loaded, or the model refuses a call (too long for its context).
    """

    path: Path
    threads: int = Field(default_factory=cores)
    context: int = 4096
    """Tokens of prompt and answer together."""
    max_tokens: int = 600
    seconds: float = 120.0
    """After which a call stops by itself, so that one that nobody waits for any more does not hold the model."""
    _server: Any = PrivateAttr(default=None)
    _loading: Any = PrivateAttr(default_factory=threading.Lock)

    @property
    def _llm_type(self) -> str:
        return "gguf"

    def with_structured_output(
        self, schema: Any, *, include_raw: bool = False, **kwargs: Any
    ) -> Runnable[LanguageModelInput, Any]:
        """Answers constrained to a JSON schema by a grammar; the form of the answer is LangChain's."""
        wanted = {"type": "json_schema", "json_schema": {"name": "answer", "schema": dict(schema)}}
        raw = self.bind(response_format=wanted, **kwargs)
        return raw | RunnableLambda(_parsed if include_raw else lambda message: _parsed(message)["parsed"])

    def _generate(
        self, messages: list[BaseMessage], stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None, **kwargs: Any,  # noqa: ARG002
    ) -> ChatResult:  # fmt: skip
        text = "".join(self._pieces(self._request(messages, stop, kwargs)))
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=text))])

    def _stream(
        self, messages: list[BaseMessage], stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None, **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:  # fmt: skip
        for text in self._pieces(self._request(messages, stop, kwargs)):
            if run_manager:
                run_manager.on_llm_new_token(text)
            yield ChatGenerationChunk(message=AIMessageChunk(content=text))

    def _pieces(self, request: dict[str, Any]) -> Iterator[str]:
        """The answer as it comes. Closing it stops llama.cpp at the next token."""
        box, enough = queue.SimpleQueue[Any](), threading.Event()
        until = time.monotonic() + self.seconds

        def take(piece: str) -> bool:
            box.put(piece)
            return enough.is_set() or time.monotonic() > until  # True makes llama.cpp stop

        def run() -> None:
            try:
                self._running().handle_chat_completions(json.dumps(request | {"stream": True}), take)
                box.put(_END)
            except BaseException as error:
                box.put(error)

        # no daemon: a thread that is still inside of llama.cpp when Python ends would take the process down with it
        threading.Thread(target=run, name="gguf", daemon=False).start()
        try:
            while (found := box.get()) is not _END:
                if isinstance(found, BaseException):
                    raise found
                if text := _text(found):
                    yield text
        finally:
            enough.set()

    def _running(self) -> Any:
        with self._loading:
            if self._server is None:
                import xllamacpp

                wanted = xllamacpp.CommonParams()
                wanted.model.path = str(self.path)
                wanted.n_ctx, wanted.n_parallel = self.context, 1
                wanted.cpuparams.n_threads = wanted.cpuparams_batch.n_threads = self.threads
                wanted.verbosity, wanted.warmup, wanted.ui, wanted.endpoint_slots = -1, False, False, False
                wanted.api_keys = [secrets.token_urlsafe(32)]
                try:
                    self._server = xllamacpp.Server(wanted)
                except RuntimeError as error:
                    raise OSError(f"{self.path}: llama.cpp cannot load it") from error
            return self._server

    def _request(self, messages: Sequence[BaseMessage], stop: list[str] | None, more: Any) -> dict[str, Any]:
        told = [{"role": _ROLES[message.type], "content": str(message.text)} for message in messages]
        request = {"messages": told, "max_tokens": self.max_tokens, "temperature": 0.0, **more}
        return request | ({"stop": stop} if stop else {})


def _text(piece: Any) -> str:
    """The words of one piece of a stream, which comes as JSON text or as a mapping."""
    data = json.loads(piece) if isinstance(piece, str) else piece
    _complain(data)
    return (data["choices"][0]["delta"].get("content") or "") if data.get("choices") else ""


def _complain(answer: Any) -> None:
    if isinstance(answer, dict) and "error" in answer:
        raise OSError(f"llama.cpp refuses: {answer['error'].get('type', 'unknown')}")


def _parsed(message: Any) -> dict[str, Any]:
    try:
        return {"raw": message, "parsed": json.loads(str(message.text)), "parsing_error": None}
    except json.JSONDecodeError as error:
        return {"raw": message, "parsed": None, "parsing_error": error}
