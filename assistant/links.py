"""The private link of a conversation, and the id that is made of it. Pure, but for chance.

Whoever holds the link may read, write and erase: it is the key. The database keeps the id alone, the first 128 bits of the link's
SHA-256, and nothing leads from an id back to a link. So an id entitles to nothing on the page; on the command line it names a
conversation to whoever may read the data folder anyway.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Container
from typing import TypeGuard

_LINK = re.compile(r"[A-Za-z0-9_-]{22}")
_ID = re.compile(r"[0-9a-f]{32}")
_ANYWHERE = re.compile(f"(?=({_LINK.pattern}))")


def _signs(link: str) -> str:
    return "x" * len(link)


def fresh() -> str:
    """A new link: 128 random bits; never with a dash in front, which a command line would take for an option."""
    while (link := secrets.token_urlsafe(16)).startswith("-"):
        pass
    return link


def is_link(given: object) -> TypeGuard[str]:
    """Whether `given` has the form of a link."""
    return isinstance(given, str) and _LINK.fullmatch(given) is not None


def is_id(given: object) -> TypeGuard[str]:
    """Whether `given` has the form of an id."""
    return isinstance(given, str) and _ID.fullmatch(given) is not None


def id_of(link: str) -> str:
    """The id that belongs to `link`."""
    return digest(link)[:32]


def unlinked(text: str, conversations: Container[str], instead: Callable[[str], str] = _signs) -> str:
    """`text` without the links that open one of `conversations` (ids), whatever is written around them.

    In the place of each stands what `instead` makes of it; as many signs where nothing is given, so that quotes keep their places.
    """
    for link in set(_ANYWHERE.findall(text)):
        if id_of(link) in conversations:
            text = text.replace(link, instead(link))
    return text


def digest(text: str) -> str:
    """SHA-256, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
