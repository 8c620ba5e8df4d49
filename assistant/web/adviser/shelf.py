"""The library in the adviser's pages: what it holds, uploads, removal. Knows addresses, draws nothing."""

from __future__ import annotations

import contextlib
import logging
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from assistant.build import Engine
from assistant.domain.sources import SHIPPED
from assistant.library.library import Library
from assistant.library.loaders import SUFFIXES
from assistant.web.adviser.door import ROOT, Door, Visit
from assistant.web.adviser.intake import MOST_FILES, Intake
from assistant.web.adviser.pages import Pages

MOST_BYTES = 50_000_000
"""Of one upload, all files together."""
_log = logging.getLogger(__name__)


def uploads(path: str) -> bool:
    """Whether an address is the one that files are sent to."""
    parts = path.removeprefix(f"{ROOT}/").split("/")
    return path.startswith(f"{ROOT}/") and parts[1:] == ["library", "upload"]


def router(door: Door, pages: Pages, engine: Engine) -> APIRouter:
    """The routes of the library."""
    routes = APIRouter(prefix=f"{ROOT}/{{language}}/library", include_in_schema=False)
    inside, acting = Depends(door.inside), Depends(door.acting)
    name = next((one for one in engine.settings.libraries.split(",") if one != SHIPPED), "own")
    home = engine.settings.home
    intake = Intake(
        lambda: Library(engine.catalogue, engine.embedder, home / "index", name), home / "uploads" / name
    )  # fmt: skip

    @routes.get("")
    def shelf(request: Request, run: str = "", removed: str = "", problem: str = "", visit: Visit = inside) -> Response:
        return _shelf(request, visit, run, removed, problem if problem in ("nothing", "too_many", "full") else "")

    @routes.post("/upload")
    def upload(visit: Visit = acting, files: Annotated[list[UploadFile] | None, File()] = None) -> Response:
        given = [(one.filename or "", one.file) for one in files or [] if one.filename]
        here = f"{ROOT}/{visit.language}/library"
        if not given or len(given) > MOST_FILES:
            return RedirectResponse(f"{here}?problem={'too_many' if given else 'nothing'}", 303)
        try:
            run = intake.take(given, visit.adviser.id)
        except OSError as error:
            _log.error("an upload cannot be kept: %s", error.strerror)
            return RedirectResponse(f"{here}?problem=full", 303)
        return RedirectResponse(f"{here}?run={run}#run", 303)

    @routes.get("/run/{run}")
    def progress(request: Request, run: str, visit: Visit = inside) -> Response:
        found = intake.run(run, visit.adviser.id)
        return pages.page(request, "run.html", visit.language, visit, 200 if found else 404, run=found, name=run)

    @routes.get("/remove")
    def sure(request: Request, key: str = "", visit: Visit = inside) -> Response:
        document = engine.library(name).document(key)
        if document is None:
            return RedirectResponse(f"{ROOT}/{visit.language}/library", 303)
        return pages.page(request, "remove.html", visit.language, visit, document=document)

    @routes.post("/remove")
    def remove(visit: Visit = acting, key: Annotated[str, Form()] = "") -> Response:
        shelf = engine.library(name)
        path = shelf.path(key)
        gone = shelf.remove(key)
        if gone and path is not None and path.parent == intake.folder.resolve():
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
        return RedirectResponse(f"{ROOT}/{visit.language}/library{'?removed=1' if gone else ''}", 303)

    def _shelf(request: Request, visit: Visit, run: str, removed: str, problem: str) -> Response:
        own = engine.library(name)
        paths = own.paths()
        documents = [
            {"key": one.key, "title": one.title, "language": one.language, "file": paths[one.key].name}
            for one in own.documents()
            if one.key in paths
        ]
        return pages.page(
            request, "library.html", visit.language, visit, documents=documents, library=name, run=intake.run(run, visit.adviser.id),
            name=run, removed=bool(removed), problem=problem, most_files=MOST_FILES, most=MOST_BYTES // 1_000_000,
            suffixes=sorted(SUFFIXES), languages=pages.words(visit.language).page["reader"]["languages"], shipped=len(engine.library(SHIPPED).paths()),
        )  # fmt: skip

    return routes
