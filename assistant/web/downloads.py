"""Papers of a conversation as files. The private link, 128 random bits, is what entitles to them; an id does not."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from assistant.build import Engine
from assistant.domain.maturity import Language
from assistant.exports.writing import MEDIA_TYPES
from assistant.papers import Format, Papers
from assistant.session import Sessions
from assistant.web.pages.notice import notice
from assistant.web.words import Words


def router(engine: Engine, sessions: Sessions, words: dict[Language, Words]) -> APIRouter:
    """The routes `/export/{link}/{profile|plan|version-N|brief/ACTION}.{docx|pdf|json|md}`."""
    routes, papers = APIRouter(), Papers(engine, sessions)

    @routes.get("/export/{link}/version-{number}.{kind}")
    def version(link: str, number: int, kind: Format, request: Request) -> Response:
        if (conversation := known(link)) is None:
            return missing(words[preferred(request)])
        return _file(papers.version(conversation, number, kind), f"{named(conversation, 'plan')}-{number}", kind)

    @routes.get("/export/{link}/brief/{action}.{kind}")
    def brief(link: str, action: str, kind: Format, request: Request) -> Response:
        if (conversation := known(link)) is None:
            return missing(words[preferred(request)])
        return _file(papers.brief(conversation, action, kind), named(conversation, "brief"), kind)

    @routes.get("/export/{link}/{what}.{kind}")
    def export(link: str, what: Literal["profile", "plan"], kind: Format, request: Request) -> Response:
        if (conversation := known(link)) is None:
            return missing(words[preferred(request)])
        return _file(papers.paper(what, conversation, kind), named(conversation, what), kind)

    def known(link: str) -> str | None:
        opened = sessions.store.opened(link)
        return opened.id if opened else None

    def named(conversation: str, what: str) -> str:
        return words[sessions.state(conversation).language](f"files.{what}")

    return routes


def _file(content: bytes, name: str, kind: Format) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"', "Cache-Control": "no-store"}
    return Response(content, media_type=MEDIA_TYPES[kind], headers=headers)


def missing(words: Words, why: Literal["missing", "unavailable"] = "missing") -> HTMLResponse:
    """The page that says that there is no such conversation, or that it cannot be read now."""
    page = notice(words, words("downloads.missing_title"), words(f"downloads.{why}"))
    return HTMLResponse(page, status_code=404 if why == "missing" else 503)


def preferred(request: Request) -> Language:
    """The language the browser asks for first, of those spoken here."""
    wishes = []
    for place, wish in enumerate(request.headers.get("accept-language", "").split(",")):
        name, _, rest = wish.strip().lower().partition(";")
        quality = rest.strip().removeprefix("q=") or "1"
        weight = float(quality) if quality.replace(".", "", 1).isdigit() else 0.0
        if name[:2] in ("da", "en") and weight:
            wishes.append((-weight, place, name[:2]))
    return "da" if wishes and min(wishes)[2] == "da" else "en"
