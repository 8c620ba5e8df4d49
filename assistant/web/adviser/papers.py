"""Papers of a company and of the region, to read in a page or to take along. Knows addresses; the papers are written elsewhere."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from assistant.advising import Advising, NotSharedError
from assistant.build import Engine
from assistant.errors import StoreError, UserError
from assistant.exports.writing import MEDIA_TYPES
from assistant.papers import FORMATS, Papers, Shape
from assistant.session import Sessions
from assistant.web.adviser.door import ROOT, Door, Visit
from assistant.web.adviser.pages import Pages

What = Literal["profile", "plan", "guide", "times", "version", "changes", "brief"]
As = Annotated[str, Query(alias="as")]


def router(door: Door, pages: Pages, advising: Advising, engine: Engine, sessions: Sessions) -> APIRouter:
    """The routes of papers."""
    routes, papers = APIRouter(prefix=f"{ROOT}/{{language}}", include_in_schema=False), Papers(engine, sessions)
    inside = Depends(door.inside)

    @routes.get("/company/{handle}/paper/{what}")
    def paper(
        request: Request, handle: str, what: str, kind: As = "html", version: int | None = None, action: str = "",
        visit: Visit = inside,
    ) -> Response:  # fmt: skip
        company = advising.company(visit.adviser, handle)
        conversation = advising.conversation(visit.adviser, handle)
        if what not in get_args(What) or kind not in ("html", *FORMATS):
            raise NotSharedError
        here = f"{ROOT}/{visit.language}/company/{handle}"
        if what == "brief" and not action:
            suitable = papers.suitable(conversation)
            return pages.page(
                request,
                "briefs.html",
                visit.language,
                visit,
                here=here,
                suitable=suitable,
                spoken=company.state.language,
            )
        try:
            content = _written(papers, what, conversation, kind, version, action)  # type: ignore[arg-type]
        except StoreError:
            raise
        except (
            UserError
        ) as error:  # no such version or action; the sentence names the conversation, which stays unknown
            raise NotSharedError from error
        advising.conversation(visit.adviser, handle)  # withdrawn while the paper was written
        if kind != "html":
            return _file(pages.words(visit.language)(f"adviser.files.{what}"), kind, content)
        query = "".join(f"&{name}={value}" for name, value in (("version", version), ("action", action)) if value)
        kinds = ("docx", "pdf", "md", "json")
        return pages.page(
            request, "paper.html", visit.language, visit, here=here, title=f"papers.{what}",
            paper=content.decode(), files=[(one, f"?as={one}{query}") for one in kinds],
        )  # fmt: skip

    @routes.get("/region")
    def region(request: Request, kind: As = "html", visit: Visit = inside) -> Response:
        content: bytes | None = None
        if kind in ("html", "csv", *FORMATS):
            try:
                content = papers.region(visit.language, kind)  # type: ignore[arg-type]
            except StoreError:
                raise
            except UserError:  # fewer than five
                content = None
        if content is not None and kind != "html":
            return _file(pages.words(visit.language)("adviser.files.region"), kind, content)
        kinds = ("docx", "pdf", "csv", "md", "json")
        return pages.page(
            request, "region.html", visit.language, visit, 200 if kind == "html" else 404,
            paper=content.decode() if content and kind == "html" else "", files=[(one, f"?as={one}") for one in kinds],
        )  # fmt: skip

    return routes


def _written(
    papers: Papers, what: What, conversation: str, kind: Shape, version: int | None, action: str
) -> bytes:  # fmt: skip
    match what:
        case "times":
            return papers.times(conversation, kind)
        case "version":
            return papers.version(conversation, version, kind)
        case "changes":
            return papers.changes(conversation, version, kind)
        case "brief":
            return papers.brief(conversation, action, kind)
        case _:
            return papers.paper(what, conversation, kind)


def _file(name: str, kind: str, content: bytes) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"', "Cache-Control": "no-store"}
    return Response(content, media_type=MEDIA_TYPES[kind], headers=headers)
