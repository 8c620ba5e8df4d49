"""Profile and plan as files. The id of a conversation, 128 random bits, is what entitles to them."""

from __future__ import annotations

import json
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from assistant.build import Engine
from assistant.domain.maturity import Language
from assistant.exports import json as as_json
from assistant.session import Sessions
from assistant.web.words import Words

_TYPES = {"md": "text/markdown; charset=utf-8", "json": "application/json; charset=utf-8"}


def router(engine: Engine, sessions: Sessions, words: dict[Language, Words]) -> APIRouter:
    """The route `/export/{conversation}/{profile|plan}.{md|json}`."""
    routes = APIRouter()

    @routes.get("/export/{conversation}/{what}.{kind}")
    def export(
        conversation: str, what: Literal["profile", "plan"], kind: Literal["md", "json"], request: Request
    ) -> Response:
        if sessions.store.conversation(conversation) is None:
            return missing(words[preferred(request)])
        state = sessions.state(conversation)
        text = _written(engine, sessions, conversation, what, kind)
        name = f"{words[state.language](f'files.{what}')}.{kind}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return Response(text, media_type=_TYPES[kind], headers=headers)

    return routes


def missing(words: Words, why: Literal["missing", "unavailable"] = "missing") -> HTMLResponse:
    """The page that says that there is no such conversation, or that it cannot be read now."""
    title, text, back = (words.html(f"downloads.{key}") for key in ("missing_title", why, "back"))
    page = (
        f'<!doctype html><html lang="{words.language}"><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><body style="font-family:system-ui;margin:3rem;max-width:40rem">'
        f'<h1>{title}</h1><p>{text}</p><p><a href="/{words.language}/">{back}</a></p>'
    )
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


def _written(engine: Engine, sessions: Sessions, conversation: str, what: str, kind: str) -> str:
    state = sessions.state(conversation)
    if kind == "md":
        export = engine.markdown(state.language)
        return export.profile(state) if what == "profile" else export.plan(state, sessions.plan(conversation))
    if what == "profile":
        values = as_json.profile(state, sessions.model)
    else:
        values = as_json.plan(
            sessions.plan(conversation), sessions.actions, state.language, engine.labels(state.language)
        )
    return json.dumps(values, ensure_ascii=False, indent=2) + "\n"
