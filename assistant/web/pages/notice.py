"""A page that says one thing: what is not here, and where to go from there. Knows words, not why."""

from __future__ import annotations

from html import escape

from assistant.web.words import Words

STYLE = "/reader.css"
ICON = "/favicon.svg"


def notice(words: Words, title: str, text: str) -> str:
    """The whole page."""
    front = f'<a href="/{words.language}/"><span aria-hidden="true">← </span>{words.html("downloads.back")}</a>'
    return (
        f'<!doctype html><html lang="{words.language}"><head><meta charset="utf-8">'
        f"<title>{escape(title)} · {words.html('title')}</title>"
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f'<meta name="color-scheme" content="light dark"><link rel="stylesheet" href="{STYLE}">'
        f'<link rel="icon" href="{ICON}"></head><body><header class="top">{front}</header>'
        f"<main><article><h1>{escape(title)}</h1><p>{escape(text)}</p></article></main></body></html>"
    )
