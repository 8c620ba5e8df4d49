"""Messages of the chat, safe to render. Knows Markdown, not conversations.

Gradio renders every message as Markdown. What a person typed is made plain text; of the assistant's own text, which may mirror
the person's words, only emphasis and lists are left alive: no HTML, no images, no links that a quote could smuggle in.
The only links are the numbers of sources: `[1]` is always a number that the reply gave (`assistant.domain.sources.foreign`),
and where it leads comes from what is stored beside the reply, never from its text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from assistant.domain.acts import Consent
from assistant.domain.sharing import beside
from assistant.store import Turn

Message = dict[str, str]
Address = Callable[[str, str], str]
"""(reference, text before its number) -> where a link leads; empty for no link."""
_ANY = re.compile(r"([!-/:-@\[-`{-~])")
_HARMFUL = re.compile(r"([\\`<>\[\]!#|~_&$^{}])")
_NUMBER = re.compile(r"(?P<line>^[ \t]*)?\[(?P<number>\d{1,3})\](?(line)(?P<label> [^\n]+))", re.MULTILINE)
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


def linked(text: str, cited: Sequence[str], address: Address) -> str:
    """As `lively`, with links to what is `cited`: its numbers in the text, and the lines that begin with one."""
    parts, last = [], 0
    for found in _NUMBER.finditer(text):
        number = int(found["number"])
        if not 1 <= number <= len(cited):
            continue
        start, label = found.start() + len(found["line"] or ""), found["label"] or ""
        before = "" if label else text[last:start]
        if leads := address(cited[number - 1], before.rstrip()):
            shown = lively(f"[{number}]{label}")
            parts += [lively(text[last:start]), f"[{shown}]({leads})"]
            last = found.end()
    return "".join([*parts, lively(text[last:])])


def assistant(text: str, cited: Sequence[str] = (), address: Address = lambda _reference, _before: "") -> Message:
    """What the assistant said."""
    return {"role": "assistant", "content": linked(text, cited, address)}


def transcript(turns: Iterable[Turn], address: Address) -> list[Message]:
    """A whole conversation."""
    messages: list[Message] = []
    for turn in turns:
        if beside(turn.acts) and not any(isinstance(act, Consent) for act in turn.acts):
            messages.append({"role": "assistant", "content": plain(turn.said)})  # an adviser's words, not the person's
            continue
        if turn.said:
            messages.append(person(turn.said))
        messages.append(assistant(turn.reply, turn.cited, address))
    return messages
