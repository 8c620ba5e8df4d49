"""What a language model was used for, as far as it is kept, and what that costs: figures, never words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol


class Called(Protocol):
    """One call of a language model, as far as it is kept: figures, never words."""

    @property
    def job(self) -> str:
        """Name of the prompt."""

    @property
    def model(self) -> str:
        """`provider:model`."""

    @property
    def sent(self) -> int:
        """Tokens."""

    @property
    def received(self) -> int:
        """Tokens."""

    @property
    def seconds(self) -> float:
        """How long it took."""

    @property
    def outcome(self) -> str:
        """`ok`, or what went wrong."""


class Kept(NamedTuple):
    """A call as it was kept; see `Called`."""

    turn: int
    job: str
    model: str
    sent: int
    received: int
    seconds: float
    outcome: str


class Price(NamedTuple):
    """What a million tokens cost, in any currency."""

    sent: float
    received: float

    @classmethod
    def of(cls, setting: str) -> Price | None:
        """VEJVISER_MODEL_PRICE, whose form is checked where it is set; None when it is empty."""
        return cls(*map(float, setting.split(","))) if setting else None

    def cost(self, sent: int, received: int) -> float:
        """Of so many tokens."""
        return (sent * self.sent + received * self.received) / 1_000_000


@dataclass(frozen=True)
class Spent:
    """What a language model was used for: one conversation, or all."""

    conversation: str
    """Empty for all together."""
    calls: int = 0
    failed: int = 0
    sent: int = 0
    received: int = 0
    """Tokens."""
    seconds: float = 0.0
