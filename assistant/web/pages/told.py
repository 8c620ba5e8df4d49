"""What became of a click in a panel, told where it was made: HTML that `panels.js` takes in once. Knows no conversation."""

from __future__ import annotations

import secrets
from html import escape

from assistant.replies import Reply
from assistant.web.pages.forms import button, form
from assistant.web.words import Words

UNDO = "undo"
NOTHING = '<div class="v-told" role="status"></div>'
ON_WISH = "element.addEventListener('wish', (event) => trigger('submit', {wished: event.detail}));"
"""Runs in the browser for every panel; `panels.js` sends the event, so that forms work however often a panel is drawn anew."""


def taken(key: str, reply: Reply, words: Words) -> str:
    """The form called `key` was taken in, with the means to take that back."""
    undo = form("undo", UNDO, button("undo-told", words("undo")), {"seen": reply.turn}, "v-inline")
    said = reply.text.split("\n\n", maxsplit=1)[0].replace("*", "")
    return _told("settled", key, escape(said), "" if key == UNDO else undo)


def refused(key: str, sentence: str) -> str:
    """The form called `key` was not taken in, for the reason in `sentence`, which is HTML."""
    return _told("refused", key, sentence)


def _told(kind: str, key: str, said: str, more: str = "") -> str:
    once = secrets.token_urlsafe(6)  # what is told twice in the same words is told twice
    return f'<div class="v-told" role="status" data-told="{kind}" data-once="{once}" data-for="{escape(key)}"><p>{said}</p>{more}</div>'
