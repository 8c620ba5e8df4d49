"""What somebody clicks in the panels: taken in as a wish, checked for its shape, and handed to those who decide. Knows no HTML.

Everything here comes from a browser. What is wished for is checked where it is decided; nothing in it says whose conversation it is.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from assistant.corrections import Corrections
from assistant.decisions import Decisions
from assistant.domain.actions import Cost, PlanStage
from assistant.domain.acts import PlanDecision
from assistant.domain.refused import Refused
from assistant.replies import Reply
from assistant.session import LONGEST_TURN, Sessions

Name = Annotated[str, StringConstraints(max_length=200)]
Words = Annotated[str, StringConstraints(max_length=LONGEST_TURN)]


class _Wish(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    form: Name = ""
    """Which form it comes from, so that the answer can be shown there."""


class _Decide(_Wish):
    wish: Literal["decide"]
    action: Name
    decision: Literal["agree", "reject", "done", "restore"]
    reason: Words = ""


class _Move(_Wish):
    wish: Literal["move"]
    action: Name
    before: Name


class _Rewrite(_Wish):
    wish: Literal["rewrite"]
    action: Name
    text: Words = ""
    owner: Words = ""
    month: Name = ""
    stage: PlanStage | Literal[""] = ""


class _Add(_Wish):
    wish: Literal["add"]
    text: Words = ""
    owner: Words = ""
    month: Name = ""
    stage: PlanStage | Literal[""] = ""


class _Capacity(_Wish):
    wish: Literal["capacity"]
    hours: Name = ""
    money: Cost | Literal[""] = ""


class _Approve(_Wish):
    wish: Literal["approve"]
    who: Words = ""
    seen: int


class _Stage(_Wish):
    wish: Literal["stage"]
    item: Name
    stage: int | None = None


class _Fact(_Wish):
    wish: Literal["fact"]
    field: Name
    value: Words = ""


class _Targets(_Wish):
    wish: Literal["targets"]
    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, int | Literal[""]] = Field(init=False)


class _TakeOut(_Wish):
    wish: Literal["take_out"]
    what: Name
    value: Words = ""


class _Ask(_Wish):
    wish: Literal["ask"]
    item: Name


class _Undo(_Wish):
    wish: Literal["undo"]
    seen: int


_ANY: TypeAdapter[Any] = TypeAdapter(Annotated[
    _Decide | _Move | _Rewrite | _Add | _Capacity | _Approve | _Stage | _Fact | _Targets | _TakeOut | _Ask | _Undo,
    Field(discriminator="wish"),
])  # fmt: skip


def wish_of(event: object) -> object:
    """What an event brought along as a wish; None where it brought none, or nothing that could hold one."""
    brought = vars(event).get("_data")  # asked by name, an event that brought nothing raises
    return brought.get("wished") if isinstance(brought, dict) else None


class Wishes:
    """Takes wishes on the conversations of `sessions`.

    Args:
        sessions: The conversations.
        today: The day on which a plan is approved.
    """

    def __init__(self, sessions: Sessions, today: Callable[[], date] | None = None) -> None:
        self._decisions, self._corrections = Decisions(sessions), Corrections(sessions)
        self._today = today or _today

    def take(self, conversation: str, wished: object) -> Reply:
        """One turn.

        Raises:
            UserError: no such conversation, or it cannot be taken; nothing is written.
            Refused: it is no wish that the page can send.
        """
        try:
            wish = _ANY.validate_python(wished)
        except ValidationError as error:
            raise Refused("gone", f"wish: {error.error_count()} parts of it are not as the page sends them.") from error
        return self._plan(conversation, wish) or self._profile(conversation, wish)

    def _plan(self, name: str, wish: _Wish) -> Reply | None:
        match wish:
            case _Decide():
                decision = PlanDecision(decision=wish.decision, action=wish.action, reason=wish.reason)
                return self._decisions.decide(name, [decision])
            case _Move():
                decision = PlanDecision(decision="move", action=wish.action, before=wish.before)
                return self._decisions.decide(name, [decision])
            case _Rewrite():
                return self._decisions.rewrite(
                    name, wish.action, text=wish.text, owner=wish.owner, month=wish.month, stage=wish.stage or None
                )
            case _Add():
                decision = PlanDecision(
                    decision="add", text=wish.text, owner=wish.owner, month=wish.month, stage=wish.stage or None
                )
                return self._decisions.decide(name, [decision])
            case _Capacity():
                return self._decisions.put_in(name, wish.hours, wish.money or None)
            case _Approve():
                return self._decisions.approve(name, wish.who, self._today().isoformat(), wish.seen)
        return None

    def _profile(self, name: str, wish: _Wish) -> Reply:
        match wish:
            case _Stage():
                if wish.stage is None:
                    raise Refused("choose", "stage: none is chosen; choose one.")
                return self._corrections.stage(name, wish.item, wish.stage)
            case _Fact():
                return self._corrections.fact(name, wish.field, wish.value)
            case _Targets():
                wanted = wish.__pydantic_extra__
                return self._corrections.targets(name, {key: None if to == "" else to for key, to in wanted.items()})
            case _TakeOut():
                return self._corrections.take_out(name, wish.what, wish.value)
            case _Ask():
                return self._corrections.ask(name, wish.item)
            case _Undo():
                return self._corrections.undo(name, wish.seen)
        raise AssertionError(wish)


def _today() -> date:
    return datetime.now(UTC).astimezone().date()
