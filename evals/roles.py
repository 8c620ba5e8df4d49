"""Language models of an eval, each with its role: the product's own, the one that plays owners, the one that judges.

Knows settings and options of the command line; knows no eval. A paid run is reckoned before it is begun.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.build import Engine
from assistant.calls import Price
from assistant.chat import ChatModel, Prompt
from assistant.errors import UserError
from assistant.llm.budget import Budgeted
from assistant.llm.fake import FakeModel, Line
from assistant.llm.providers import connect
from assistant.settings import Settings
from assistant.settings import load as load_settings
from evals.cases import R, Task
from evals.spending import Budget, Dry, Frugal, Meter, SpentUpError, Tokens

Role = Literal["owner", "judge"]
FAKE = "fake"
"""An owner without a model: it says its facts as they are written."""
NONE = "none"
_PATTERN = r"^(?:[a-z][a-z0-9_]*:\S.*|fake|none)?$"
_DRAWN = 4
"""Rows that the cost of a run is reckoned from."""
_FREE = ("gguf", "ollama", "fake", "none")


class Roles(BaseSettings):
    """What is set for evals alone, besides the product's settings."""

    model_config = SettingsConfigDict(
        env_prefix="VEJVISER_EVAL_", env_file=".env", extra="ignore", use_attribute_docstrings=True, frozen=True
    )

    owner: str = Field(default="", pattern=_PATTERN)
    """The model that plays owners, as VEJVISER_MODEL; `fake` says the facts as they are written."""
    judge: str = Field(default="", pattern=_PATTERN)
    """The model that judges; another one than the product's, so that nobody marks their own work."""
    base_url: str = Field(default="", pattern=r"^(?:https?://\S+)?$")
    """Address of the server of both."""
    key: SecretStr = SecretStr("")
    """Key for both; without one the provider's own variable counts."""
    seconds: float = Field(default=120.0, gt=0, le=3600)
    """How long one call of either may take."""


@dataclass(frozen=True)
class Cast:
    """Who plays what in one run.

    Args:
        engine: The product, with its model if it has one.
        roles: The further models by their names.
        meter: What is spent.
        fresh: Whether replies that are kept are asked for anew.
    """

    engine: Engine
    roles: Roles
    meter: Meter
    fresh: bool = False

    def seat(self, role: Role, prompt: Prompt, fake: Line | None = None) -> ChatModel:
        """The model in `role`, with one prompt; `fake` is what is said where the role is named `fake`.

        Raises:
            UserError: it cannot be had, or none is set.
        """
        setting = getattr(self.roles, role)
        if setting == FAKE and fake is not None:
            return FakeModel([fake], name="fake:facts", for_ever=True)
        if setting in ("", NONE, FAKE):
            raise UserError(
                f"--{role}: no model is named; give --{role} ollama:qwen3, or set VEJVISER_EVAL_{role.upper()}."
            )
        try:
            model = connect(
                setting, base_url=self.roles.base_url, key=self.roles.key.get_secret_value(),
                seconds=self.roles.seconds,
            )  # fmt: skip
        except UserError as error:
            raise UserError(str(error).replace("VEJVISER_MODEL", f"VEJVISER_EVAL_{role.upper()}")) from error
        frugal = Frugal(model, self.engine.settings.cache / "replies", self.meter, fresh=self.fresh)
        return Budgeted(frugal, f"{prompt.name}@{prompt.digest}", self.roles.seconds)

    @property
    def paid(self) -> bool:
        """Whether any model of the run may cost money: not those of this machine."""
        settings = self.engine.settings
        those = ((settings.model, settings.model_base_url), (self.roles.owner, self.roles.base_url))
        return any(_costs(*one) for one in (*those, (self.roles.judge, self.roles.base_url)))


def options(parser: argparse.ArgumentParser, *roles: Role) -> None:
    """Adds what names models and limits what they cost."""
    parser.add_argument("--model", metavar="NAME", help="the product's model instead of VEJVISER_MODEL; none: without")
    for role in roles:
        what = "plays owners" if role == "owner" else "judges"
        parser.add_argument(
            f"--{role}", metavar="NAME", help=f"the model that {what}, instead of VEJVISER_EVAL_{role.upper()}"
        )
    parser.add_argument(
        "--budget", metavar="AMOUNT", help="the most that models may cost: money (0.50) or tokens (200k)"
    )


def cast(chosen: argparse.Namespace) -> Cast:
    """The models that options and settings name; nothing is asked yet.

    Raises:
        UserError: a name has another form, or the amount of --budget is none.
    """
    settings = load_settings()
    if chosen.model is not None:
        settings = _with(Settings, settings, {"model": "" if chosen.model == NONE else chosen.model})
    roles = Roles()
    named = {role: value for role in ("owner", "judge") if (value := getattr(chosen, role, None)) is not None}
    if named:
        roles = _with(Roles, roles, named)
    price = Price.of(settings.model_price)
    meter = Meter(Budget.of(chosen.budget, price) if chosen.budget else Budget(price=price))
    fresh = bool(getattr(chosen, "fresh", False))
    return Cast(engine(settings, meter, fresh=fresh), roles, meter, fresh)


def engine(settings: Settings, meter: Meter, *, fresh: bool = False) -> Engine:
    """The product; what its model says is kept and counted."""
    if not settings.model:
        return Engine(settings)
    model = connect(
        settings.model, base_url=settings.model_base_url, key=settings.model_key.get_secret_value(),
        seconds=settings.model_timeout,
    )  # fmt: skip
    return Engine(settings, chat=Frugal(model, settings.cache / "replies", meter, fresh=fresh))


def reckoned(task: Task[R], playing: Cast, rows: Sequence[R]) -> Tokens:
    """What the product's model will cost by about: a few rows are examined with one that costs nothing, and reckoned up."""
    if not playing.engine.settings.model or not task.asks or not rows:
        return Tokens()
    playing.engine.warm()  # once, for the run as well
    dry, drawn = Dry(), rows[:: max(1, len(rows) // _DRAWN)]
    with task.opened(playing.engine.beside(dry)) as examine:
        for row in drawn:
            examine(row)
    return dry.counted.times(len(rows) / len(drawn))


def agreed(expected: Mapping[str, Tokens], playing: Cast, *, asks: Callable[[str], str] | None = None) -> None:
    """Tells what a run will cost by about, and goes on only when it may: within --budget, or when somebody says yes.

    Args:
        expected: Name of a part of the run -> what it will cost.
        playing: Whose models cost it.
        asks: Puts a question to whoever sits there; None when nobody does.

    Raises:
        UserError: it may not.
    """
    total, budget = sum(expected.values(), Tokens()), playing.meter.budget
    if not total.calls:
        return
    told = total.told(Price.of(playing.engine.settings.model_price))
    parts = ", ".join(f"{name} {one.sent + one.received:,}" for name, one in expected.items() if one.calls)
    print(f"By about {told} ({parts}); replies that are kept cost nothing.", file=sys.stderr)
    if not budget.holds(total):
        raise UserError(f"--budget {budget}: the run needs more by about ({told}); raise it, or name fewer evals.")
    if budget.tokens is not None or budget.money is not None or not playing.paid:
        return
    if asks is None and sys.stdin.isatty():
        asks = input
    if asks is None:
        raise UserError(f"this run costs money ({told}); say how much it may cost: --budget 0.50, or --budget 200k.")
    if asks("Go on? [y/N] ").strip().lower() not in ("y", "yes", "j", "ja"):
        raise UserError("nothing was asked of the model; name fewer evals, or another model.")


@contextmanager
def limited(meter: Meter) -> Iterator[None]:
    """Turns a limit that is reached into words, and tells at the end what was spent.

    Raises:
        UserError: the limit is reached.
    """
    try:
        yield
    except SpentUpError as error:
        raise UserError(f"{error}; what was made is kept, so the same call with a higher --budget goes on.") from error
    finally:
        if meter.spent or meter.kept:
            told = meter.total.told(meter.budget.price)
            print(f"Spent: {told}; {meter.kept:,} replies were kept from before.", file=sys.stderr)


def _costs(setting: str, base_url: str) -> bool:
    provider = setting.partition(":")[0]
    host = urlsplit(base_url).hostname or ""
    return bool(setting) and provider not in _FREE and host not in ("localhost", "127.0.0.1", "::1")


def _with(kind: type[Any], before: Any, changed: Mapping[str, str]) -> Any:
    try:
        return kind(**(before.model_dump() | dict(changed)))
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        raise UserError(
            f"--{name} {changed.get(name)}: has another form; give provider:model, as ollama:qwen3."
        ) from error
