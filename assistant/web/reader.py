"""The route of the reader: `/read/{en|da}/{library}/{document key}?at=…&s=…`. Knows addresses and answers, draws nothing.

Only the libraries that the dialogue answers from can be read here.
"""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from assistant.build import Engine
from assistant.domain.maturity import LANGUAGES, Language
from assistant.library.documents import Document
from assistant.library.loaders.source import shown
from assistant.library.places import Cut, cuts, found
from assistant.web.downloads import preferred
from assistant.web.pages.reader import STYLE, Opened, ReaderView, other_language
from assistant.web.pages.text import Places
from assistant.web.words import Words

SHEET = Path(__file__).parent / "static" / "reader.css"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Cache-Control": "private, no-cache",
}


def router(engine: Engine, words: dict[Language, Words]) -> APIRouter:
    """The reader in every language, and its style sheet."""
    routes = APIRouter()
    views = {language: ReaderView(words[language]) for language in LANGUAGES}

    @routes.get(STYLE)
    def style() -> Response:
        return Response(SHEET.read_bytes(), media_type="text/css; charset=utf-8")

    @routes.get("/read/{language}/{library}/{key}")
    def read(
        language: str, library: str, key: str, request: Request, at: str = "", s: str = "", cited: str = ""
    ) -> Response:
        if language not in LANGUAGES:
            return HTMLResponse(views[preferred(request)].missing(), 404, HEADERS)
        view = views[language]
        there = engine.shelves.document(library, key)
        if there is None:
            return HTMLResponse(view.missing(), 404, HEADERS)
        document, file = there
        other = engine.shelves.document(library, f"{document.id}.{other_language(document.language)}")
        cut = cuts(document, engine.shelves.passages_of(library, key))
        opened = Opened(
            library, document, shown(Path(file)), cut, _places(cut, document, at, s, cited), at, other and other[0]
        )
        return HTMLResponse(view.html(opened), headers=HEADERS)

    return routes


def _places(cut: tuple[Cut, ...], document: Document, at: str, s: str, cited: str) -> Places:
    """What an address asks for; what it names in vain is left out."""
    here = found(cut, document, at)
    if here is None:
        return Places()
    whole = cut[here].at != at
    left = found(cut, document, cited) if cited else None if whole else here
    number = int(s) - 1 if s.isascii() and s.isdigit() and len(s) < 4 else -1
    quoted = left is not None and left == here and 0 <= number < len(cut[left].passage.spans)
    return Places(here, whole, left, number if quoted else None)
