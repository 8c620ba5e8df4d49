"""The reader page as HTML: one document, opened at one place. Knows the frame around the text, not the text's inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from assistant.domain.maturity import LANGUAGES, Language
from assistant.domain.sources import reference
from assistant.library.documents import OWN, Document
from assistant.library.places import Cut, counterpart
from assistant.web.addresses import address
from assistant.web.pages.text import Places, TextView
from assistant.web.words import Words

STYLE = "/reader.css"
ICON = "/favicon.svg"
WHOLE = 150
"""A document of at most so many passages is shown whole, else BEFORE and AFTER the place."""
BEFORE, AFTER = 12, 36
MOST_HEADINGS = 400


@dataclass(frozen=True)
class Opened:
    """What is shown: a document of a library, at a place."""

    library: str
    document: Document
    file: str
    cut: Sequence[Cut]
    places: Places
    at: str = ""
    """As asked for; may name nothing."""
    other: Document | None = None
    """The same text in the other language."""


class ReaderView:
    """Draws the reader in one language."""

    def __init__(self, words: Words) -> None:
        self._words, self._language = words, words.language

    def html(self, opened: Opened) -> str:
        """The whole page."""
        document, words, here = opened.document, self._words, opened.places.here
        first, last = _window(len(opened.cut), here)
        whole = last - first + 1 == len(opened.cut)
        text = TextView(document, opened.cut, opened.places, words).html(first, last)
        lost = f'<p class="note" role="status">{words.html("reader.lost")}</p>' if opened.at and here is None else ""
        earlier = "" if whole or not first else self._leaf(opened, first - 1, "earlier")
        further = "" if whole or last == len(opened.cut) - 1 else self._leaf(opened, last + 1, "further")
        jump = f'<a class="skip" href="#here">{words.html("reader.jump")}</a>' if here is not None else ""
        body = (
            f'{jump}{self._top(opened)}<main><article lang="{document.language}">{lost}{self._about(opened)}'
            f"{self._contents(opened, whole)}{earlier}{text}{further}{self._references(document)}</article></main>"
            f"{self._steps(opened)}"
        )
        return self._page(document.title, body)

    def missing(self) -> str:
        """The page for a document that is not there."""
        words = self._words
        body = (
            f"{self._bar('')}<main><article><h1>{words.html('reader.missing_title')}</h1>"
            f"<p>{words.html('reader.missing')}</p></article></main>"
        )
        return self._page(words("reader.missing_title"), body)

    def _page(self, title: str, body: str) -> str:
        return (
            f'<!doctype html><html lang="{self._language}"><head><meta charset="utf-8">'
            f"<title>{escape(title)} · {self._words.html('title')}</title>"
            '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
            f'<meta name="color-scheme" content="light dark"><link rel="stylesheet" href="{STYLE}">'
            f'<link rel="icon" href="{ICON}"></head><body>{body}</body></html>'
        )

    def _bar(self, more: str) -> str:
        back = f'<a href="/{self._language}/"><span aria-hidden="true">← </span>{self._words.html("reader.back")}</a>'
        return f'<header class="top">{back}{more}</header>'

    def _top(self, opened: Opened) -> str:
        if opened.other is None:
            return self._bar("")
        other = opened.other
        at = counterpart(opened.document, other, opened.at) if opened.places.here is not None else ""
        leads = address(self._language, reference(opened.library, f"{other.key}#{at}"))
        shown = self._words.html(f"reader.read_{other.language}")
        return self._bar(f'<a class="other" href="{escape(leads)}" hreflang="{other.language}">{shown}</a>')

    def _about(self, opened: Opened) -> str:
        document, words = opened.document, self._words
        kind = words.html(f"reader.kinds.{document.kind if document.kind != OWN else 'own'}")
        rows = [
            ("speaker", document.speaker), ("date", document.date), ("rights", document.rights),
            ("language", words(f"reader.languages.{document.language}")), ("file", opened.file),
        ]  # fmt: skip
        told = "".join(
            f"<div><dt>{words.html(f'reader.{name}')}</dt><dd>{escape(value)}</dd></div>"
            for name, value in rows
            if value
        )
        summary = f'<p class="lead">{escape(document.summary)}</p>' if document.summary else ""
        return (
            f'<header><p class="kind" lang="{self._language}">{kind}</p><h1>{escape(document.title)}</h1>{summary}'
            f'<dl lang="{self._language}">{told}</dl></header>'
        )

    def _contents(self, opened: Opened, whole: bool) -> str:
        headed = [section for section in opened.document.sections if section.locator.heading]
        if not 2 < len(headed) <= MOST_HEADINGS:
            return ""
        entries = ""
        for section in headed:
            name = f"{opened.document.key}#{section.anchor}"
            leads = f"#s-{section.anchor}" if whole else address(self._language, reference(opened.library, name))
            entries += f'<li><a href="{escape(leads)}">{escape(section.locator.heading[-1])}</a></li>'
        label = self._words.html("reader.contents")
        return (
            f'<details class="contents"><summary lang="{self._language}">{label}</summary><ol>{entries}</ol></details>'
        )

    def _references(self, document: Document) -> str:
        if not document.references:
            return ""
        entries = ""
        for number, one in enumerate(document.references, 1):
            web = one.address.startswith(("https://", "http://"))
            shown = escape(one.address)
            link = f'<a href="{shown}" rel="noopener noreferrer external">{shown}</a>' if web else shown
            entries += f'<li id="r-{number}">{escape(one.title)}. {escape(one.publisher)}, {one.year}.<br>{link}</li>'
        label = self._words.html("reader.references")
        return f'<section class="references"><h2 lang="{self._language}">{label}</h2><ol>{entries}</ol></section>'

    def _steps(self, opened: Opened) -> str:
        """Previous and next passage, and the way back to the cited place."""
        places, words = opened.places, self._words
        if places.here is None or len(opened.cut) == 1:
            return ""
        links = self._leaf(opened, places.here - 1, "previous") if places.here else "<span></span>"
        if places.cited is not None and places.cited != places.here:
            links += self._leaf(opened, places.cited, "to_cited")
        if places.here + 1 < len(opened.cut):
            links += self._leaf(opened, places.here + 1, "next")
        return f'<nav class="steps" aria-label="{words.html("reader.steps")}">{links}</nav>'

    def _leaf(self, opened: Opened, number: int, key: str) -> str:
        cited = opened.places.cited
        kept = opened.cut[cited].at if cited is not None and cited != number else ""
        name = reference(opened.library, opened.cut[number].passage.id)
        leads = escape(address(self._language, name, cited=kept))
        return f'<a class="{key}" href="{leads}" lang="{self._language}">{self._words.html(f"reader.{key}")}</a>'


def other_language(language: Language) -> Language:
    """The other one of the two."""
    return LANGUAGES[1 - LANGUAGES.index(language)]


def _window(passages: int, here: int | None) -> tuple[int, int]:
    """The first and the last passage that are shown."""
    if passages <= WHOLE:
        return 0, passages - 1
    here = here or 0
    return max(0, here - BEFORE), min(passages - 1, here + AFTER)
