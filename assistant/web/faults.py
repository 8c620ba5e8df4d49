"""What somebody reads who comes to an address where nothing is: a page with the way out, not a line of JSON. Programs get the JSON."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exception_handlers import http_exception_handler, request_validation_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException
from starlette.routing import Mount

from assistant.domain.maturity import Language
from assistant.web.downloads import preferred
from assistant.web.pages.notice import notice
from assistant.web.words import Words


def explain(app: FastAPI, words: Mapping[Language, Words]) -> None:
    """Has `app`, and what is mounted in it, answer a person who is lost with a page."""

    def lost(request: Request, status: int) -> HTMLResponse | None:
        if request.method != "GET" or "text/html" not in request.headers.get("accept", ""):
            return None
        first = request.url.path.strip("/").split("/")[0]
        mine = words["da"] if first == "da" else words["en"] if first == "en" else words[preferred(request)]
        return HTMLResponse(notice(mine, mine("downloads.missing_title"), mine("downloads.no_page")), status)

    async def refused(request: Request, error: HTTPException) -> Response:
        return lost(request, error.status_code) or await http_exception_handler(request, error)

    async def misread(request: Request, error: RequestValidationError) -> Response:
        return lost(request, 404) or await request_validation_exception_handler(request, error)

    for one in (app, *(route.app for route in app.routes if isinstance(route, Mount))):
        if isinstance(one, FastAPI):
            one.exception_handler(HTTPException)(refused)
            one.exception_handler(RequestValidationError)(misread)
