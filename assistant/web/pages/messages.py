"""Messages of the chat, safe to render. Knows Markdown, not conversations.

Gradio renders every message as Markdown. What a person typed is made plain text; of the assistant's own text, which may mirror
the person's words, only emphasis and lists are left alive: no HTML, no images, no links that a quote could smuggle in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.store import Turn

Message = dict[str, str]
_ANY = re.compile(r"([!-/:-@\[-`{-~])")
_HARMFUL = re.compile(r"([\\`<>\[\]!#|~_&$^{}])")
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)


def plain(text: str) -> str:
    """Markdown that shows exactly `text`."""
    shown = _ANY.sub(r"\\\1", text.strip("\n"))
    shown = re.sub(r"^([ \t]*\d+)(?=\\\.|\\\))", "\\1\u2060", shown, flags=re.MULTILINE)
    return _INDENT.sub(lambda found: "\u00a0" * len(found.group().expandtabs(4)), shown)


def lively(text: str) -> str:
    """Markdown of the assistant: emphasis and lists work, nothing else does."""
    return _HARMFUL.sub(r"\\\1", text).replace("://", ":\u2060//")


def person(text: str) -> Message:
    """What the person said."""
    return {"role": "user", "content": plain(text)}


def assistant(text: str) -> Message:
    """What the assistant said."""
    return {"role": "assistant", "content": lively(text)}


def transcript(turns: Iterable[Turn]) -> list[Message]:
    """A whole conversation."""
    messages: list[Message] = []
    for turn in turns:
        if turn.said:
            messages.append(person(turn.said))
        messages.append(assistant(turn.reply))
    return messages
