"""What asking a language model costs in an eval: replies that were paid for are kept, new ones count against a limit.

Knows models by their two calls; knows no eval, no prompt and no product.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from assistant.calls import Price
from assistant.chat import ChatModel, Message, Schema
from assistant.errors import ModelError, UserError
from assistant.llm import tokens
from assistant.llm.patience import Patience

_MANY = {"k": 1_000, "m": 1_000_000, "t": 1}
_WHOLE, _WRITTEN = 60, 160
"""Tokens that a reply is reckoned at: one of JSON, one of running text."""


class SpentUpError(BaseException):
    """The limit is reached. No Exception, so that nothing that forgives a model forgives this; what was made is kept."""


@dataclass(frozen=True)
class Tokens:
    """Calls of a model, and tokens sent and received."""

    calls: int = 0
    sent: int = 0
    received: int = 0

    def __add__(self, other: Tokens) -> Tokens:
        return Tokens(self.calls + other.calls, self.sent + other.sent, self.received + other.received)

    def times(self, factor: float) -> Tokens:
        """So many times as much."""
        return Tokens(*(round(one * factor) for one in (self.calls, self.sent, self.received)))

    def told(self, price: Price | None) -> str:
        """In words, with the cost where a price is known."""
        said = f"{self.calls:,} calls, {self.sent:,} tokens sent, {self.received:,} received"
        if price is None:
            return said
        return f"{said}, {price.cost(self.sent, self.received):.2f} at {price.sent:g} and {price.received:g} a million"


@dataclass(frozen=True)
class Budget:
    """The most that a run may spend: tokens, or money at a price."""

    tokens: int | None = None
    money: float | None = None
    price: Price | None = None

    @classmethod
    def of(cls, text: str, price: Price | None) -> Budget:
        """`200k`, `1.5M` or `40000t` are tokens; a plain number is money.

        Raises:
            UserError: it is neither, or it is money and no price is known.
        """
        found = re.fullmatch(r"(\d+(?:\.\d+)?)([kKmMtT]?)", text.strip())
        if found is None:
            raise UserError(f"--budget {text}: is no amount; give money (0.50) or tokens (200k, 1.5M).")
        if found[2]:
            return cls(tokens=round(float(found[1]) * _MANY[found[2].lower()]))
        if price is None:
            raise UserError(
                f"--budget {text}: is money, and no price is known; set VEJVISER_MODEL_PRICE, or give tokens (200k)."
            )
        return cls(money=float(found[1]), price=price)

    def holds(self, spent: Tokens) -> bool:
        """Whether `spent` is within it."""
        if self.tokens is not None:
            return spent.sent + spent.received <= self.tokens
        return self.money is None or self.price is None or self.price.cost(spent.sent, spent.received) <= self.money

    def __str__(self) -> str:
        return f"{self.tokens:,} tokens" if self.tokens is not None else f"{self.money or 0:.2f}"


@dataclass
class Meter:
    """What a run spent so far, by model. Safe to share between threads."""

    budget: Budget = Budget()
    spent: dict[str, Tokens] = field(default_factory=dict)
    kept: int = 0
    """Replies that were there from an earlier run."""
    failed: int = 0
    """Calls that gave nothing."""
    _lock: Lock = field(default_factory=Lock)

    @property
    def total(self) -> Tokens:
        """Of all models together."""
        return sum(self.spent.values(), Tokens())

    def may(self, sent: int) -> None:
        """Before a call that sends so many tokens.

        Raises:
            SpentUpError: it would pass the limit.
        """
        if not self.budget.holds(self.total + Tokens(1, sent, 0)):
            raise SpentUpError(f"the limit of {self.budget} is reached; spent: {self.total.told(self.budget.price)}")

    def note(self, model: str, one: Tokens) -> None:
        """After a call."""
        with self._lock:
            self.spent[model] = self.spent.get(model, Tokens()) + one

    def missed(self) -> None:
        """After a call that gave nothing."""
        with self._lock:
            self.failed += 1


class _Metered:
    """A model whose calls are counted, also those that nobody waits for any more."""

    def __init__(self, model: ChatModel, meter: Meter) -> None:
        self.name, self._model, self._meter = model.name, model, meter

    def complete(self, messages: Sequence[Message], schema: Schema | None = None) -> str:
        """See `assistant.chat.ChatModel`."""
        return "".join(self._counted(messages, lambda: iter([self._model.complete(messages, schema)])))

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        """See `assistant.chat.ChatModel`."""
        yield from self._counted(messages, lambda: self._model.stream(messages))

    def _counted(self, messages: Sequence[Message], begin: Callable[[], Iterator[str]]) -> Iterator[str]:
        sent, got = tokens.sent(messages), ""
        self._meter.may(sent)
        try:
            for piece in begin():
                got += piece
                yield piece
        finally:
            self._meter.note(self.name, Tokens(1, sent, tokens.count(got)))


class Frugal(Patience):
    """A model whose whole replies are kept in `folder` by what it was told, so that a run that broke off goes on for nothing.

    It stands where patience does, around the thread that the model runs in: so what comes after its time is not kept, and a
    call counts as failed whichever way it gave nothing: down, slow, left alone for a while.

    Args:
        model: What answers.
        folder: Where replies are kept.
        meter: Counts what is new.
        fresh: Asks anew although a reply is kept.
    """

    def __init__(self, model: ChatModel, folder: Path, meter: Meter, *, fresh: bool = False) -> None:
        super().__init__(_Metered(model, meter))
        self._folder, self._meter, self._fresh = folder, meter, fresh

    def on_time(self, until: float) -> None:
        """See `Patience`; a call that is too late is one that failed."""
        with self._failing():
            super().on_time(until)

    def complete(self, messages: Sequence[Message], schema: Schema | None, until: float) -> str:
        """The reply that was kept, else a new one.

        Raises:
            SpentUpError: a new one would pass the limit.
            ModelError: as `Patience`.
        """
        path = self._path(messages, schema)
        if (known := self._known(path)) is not None:
            return known
        with self._failing():
            text = super().complete(messages, schema, until)
        self._keep(path, text)
        return text

    def stream(self, messages: Sequence[Message], until: float) -> Iterator[str]:
        """As `complete`, piece by piece; a reply that is not heard to its end is not kept."""
        path = self._path(messages, None)
        if (known := self._known(path)) is not None:
            yield known
            return
        got, pieces = [], super().stream(messages, until)
        try:
            with self._failing():
                for piece in pieces:
                    got.append(piece)
                    yield piece
        finally:
            pieces.close()  # type: ignore[attr-defined]
        self._keep(path, "".join(got))

    @contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except ModelError:
            self._meter.missed()
            raise

    def _path(self, messages: Sequence[Message], schema: Schema | None) -> Path:
        told = json.dumps([self.name, [asdict(one) for one in messages], schema], sort_keys=True, ensure_ascii=False)
        return self._folder / f"{hashlib.sha256(told.encode('utf-8', 'replace')).hexdigest()[:32]}.txt"

    def _known(self, path: Path) -> str | None:
        if self._fresh:
            return None
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return None
        self._meter.kept += 1
        return text

    def _keep(self, path: Path, text: str) -> None:
        if not text.strip():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}")
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)


class Dry:
    """A model that says as little as may be and counts what it is sent: what a run would cost, without asking anybody."""

    def __init__(self, says: Callable[[Sequence[Message]], str] = lambda _: "No.") -> None:
        self.name, self.counted, self._says = "dry:none", Tokens(), says

    def complete(self, messages: Sequence[Message], schema: Schema | None = None) -> str:
        """The least that fits `schema`."""
        self.counted += Tokens(1, tokens.sent(messages), _WRITTEN if schema is None else _WHOLE)
        return self._says(messages) if schema is None else json.dumps(_least(schema))

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        """As `complete`."""
        yield self.complete(messages)


def _least(schema: Schema) -> dict[str, Any]:
    empty: dict[str, Any] = {"boolean": True, "integer": -1, "number": 0, "string": "", "array": []}
    return {name: one.get("enum", [empty.get(one.get("type"), "")])[0] for name, one in schema["properties"].items()}
