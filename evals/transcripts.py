"""Transcripts: the messages of a turn with what was made of it. Knows replies, no eval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.play import Played
from assistant.replies import Reply
from evals.cases import Said


def answered(asked: str, text: str, reply: Reply) -> tuple[Said, ...]:
    """One turn: what was asked before it, what was said, and the reply."""
    more = {
        "acts": [act.model_dump(mode="json") for act in reply.acts], "dropped": reply.dropped,
        "cited": list(reply.cited), "asked": reply.asked.id if reply.asked else None,
        "seconds": {name: round(value, 4) for name, value in reply.seconds.items()},
    }  # fmt: skip
    return Said("assistant", asked), Said("user", text), Said("assistant", reply.text, more)


def whole(played: Played) -> tuple[Said, ...]:
    """A played dialogue from the greeting on."""
    said = [Said("assistant", played.greeting)]
    for turn in played.turns:
        more: Mapping[str, Any] = {
            name: turn.get(name) for name in ("acts", "dropped", "cited", "asked", "form", "news", "seconds", "model")
            if turn.get(name) is not None
        }  # fmt: skip
        said += [Said("user", turn["user"]), Said("assistant", turn["reply"], more)]
    return tuple(said)
