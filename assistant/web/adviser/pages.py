"""Templates filled in with words. Knows the frame of every adviser's page, not what stands in one.

Everything that is filled in is escaped; a paper, which is HTML already, is the one exception and says so.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import jinja2
from fastapi import Request
from fastapi.responses import HTMLResponse

from assistant.domain.dates import day
from assistant.domain.maturity import LANGUAGES, Language
from assistant.web.adviser.door import ROOT, Visit
from assistant.web.words import Words

STYLE, SCRIPT = f"{ROOT}/style.css", f"{ROOT}/script.js"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


class Pages:
    """Draws the adviser's pages."""

    def __init__(self, words: dict[Language, Words]) -> None:
        self._words = words
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True,
            undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip

    def words(self, language: Language) -> Words:
        """The words of a language."""
        return self._words[language]

    def page(
        self, request: Request, template: str, language: Language, visit: Visit | None = None, status: int = 200,
        **values: Any,
    ) -> HTMLResponse:  # fmt: skip
        """A page from a template."""
        words = self._words[language]
        other = LANGUAGES[1 - LANGUAGES.index(language)]
        path = request.url.path.replace(f"{ROOT}/{language}/", f"{ROOT}/{other}/", 1)
        switch = f"{path}?{request.url.query}" if request.url.query else path
        told = {
            "t": partial(_told, words), "language": language, "other": other, "switch": switch, "visit": visit,
            "root": f"{ROOT}/{language}", "style": STYLE, "script": SCRIPT,
            "day": partial(_day, words), "quotes": words.page["quotes"],
        }  # fmt: skip
        html = self._templates.get_template(template).render(told | values)
        return HTMLResponse(html, status, HEADERS)


def _told(words: Words, path: str, **values: object) -> str:
    return words(f"adviser.{path}", **values)


def _day(words: Words, on: str | datetime | None) -> str:
    if isinstance(on, datetime):
        on = on.date().isoformat()
    return day(on or "", words.replies["dates"])
