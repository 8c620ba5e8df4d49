"""Strings wherever they stand in a value or an act, changed; and those that no database takes. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel

LOST = "\ufffd"
"""Stands for a character that cannot be kept."""
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_Act = TypeVar("_Act", bound=BaseModel)


def storable(text: str) -> str:
    """`text` without what no database takes: zero bytes, and halves of characters. As long as before."""
    return _UNSTORABLE.sub(LOST, text)


def changed_act(act: _Act, change: Callable[[str], str]) -> _Act:
    """`act` with every string in it changed; the very same where none is.

    Raises:
        ValueError: the act does not hold with what came of it.
    """
    before = act.model_dump()
    after = changed(before, change)
    return act if after == before else type(act).model_validate(after)


def changed(value: Any, change: Callable[[str], str]) -> Any:
    """`value`, of the kinds that JSON knows and tuples, with every string in it changed; keys are left as they are."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {key: changed(one, change) for key, one in value.items()}
    if isinstance(value, Sequence):
        return type(value)(changed(one, change) for one in value)  # type: ignore[call-arg]
    return value
