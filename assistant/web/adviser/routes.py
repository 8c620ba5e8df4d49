"""The adviser's routes: login, the list of companies, one company and what an adviser adds to it. Knows addresses, draws nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, FastAPI, Form, Request
from fastapi.responses import RedirectResponse, Response

from assistant.accounts import WaitError
from assistant.advising import LONGEST, Advising, ChangedError, NotSharedError
from assistant.build import Engine
from assistant.domain.maturity import LANGUAGES, Language
from assistant.session import Sessions
from assistant.web.adviser import papers, shelf
from assistant.web.adviser.company import SORTS, CompanyView
from assistant.web.adviser.door import ROOT, Door, ForeignError, OutsideError, Visit, greet, let_in, let_out
from assistant.web.adviser.pages import SCRIPT, STYLE, Pages
from assistant.web.downloads import preferred
from assistant.web.words import Words

STATIC = Path(__file__).parents[1] / "static"
DONE = ("finding", "removed", "answer", "settled")
"""What a page may be told that was done."""


def install(app: FastAPI, engine: Engine, sessions: Sessions, words: dict[Language, Words]) -> Door:
    """Adds the adviser's pages to `app`; the door tells who may send more than others."""
    door, pages = Door(engine.accounts), Pages(words)
    advising = Advising(sessions, engine.accounts)
    app.include_router(_login(door, pages))
    app.include_router(_companies(door, pages, advising, engine))
    app.include_router(papers.router(door, pages, advising, engine, sessions))
    app.include_router(shelf.router(door, pages, engine))

    @app.exception_handler(OutsideError)
    def outside(request: Request, _error: OutsideError) -> Response:
        language = spoken(request)
        if request.method == "GET":
            return RedirectResponse(f"{ROOT}/{language}/login", 303, {"Cache-Control": "no-store"})
        return pages.page(request, "message.html", language, status=401, what="outside")

    @app.exception_handler(ForeignError)
    def foreign(request: Request, _error: ForeignError) -> Response:
        return pages.page(request, "message.html", spoken(request), status=403, what="foreign")

    @app.exception_handler(NotSharedError)
    def not_shared(request: Request, _error: NotSharedError) -> Response:
        return pages.page(request, "message.html", spoken(request), status=404, what="not_shared")

    return door


def spoken(request: Request) -> Language:
    """The language of the address, else the one that the browser asks for."""
    part = request.url.path.removeprefix(f"{ROOT}/").partition("/")[0]
    return next((language for language in LANGUAGES if language == part), preferred(request))


def today() -> str:
    """The date of what is done now."""
    return datetime.now(UTC).date().isoformat()


def _login(door: Door, pages: Pages) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get(STYLE)
    def style() -> Response:
        return Response((STATIC / "adviser.css").read_bytes(), media_type="text/css; charset=utf-8")

    @routes.get(SCRIPT)
    def script() -> Response:
        return Response((STATIC / "adviser.js").read_bytes(), media_type="text/javascript; charset=utf-8")

    @routes.get(ROOT)
    @routes.get(f"{ROOT}/")
    def front(request: Request) -> Response:
        return RedirectResponse(f"{ROOT}/{preferred(request)}/", headers={"Vary": "Accept-Language"})

    @routes.get(f"{ROOT}/{{language}}/login")
    def form(request: Request, language: Language, out: str = "") -> Response:
        return _form(request, language, "out" if out else "")

    @routes.post(f"{ROOT}/{{language}}/login", dependencies=[Depends(door.knocking)])
    def login(
        request: Request, language: Language, name: Annotated[str, Form()] = "", password: Annotated[str, Form()] = ""
    ) -> Response:
        try:
            token = door.accounts.login(name, password)
        except WaitError as error:
            answer = _form(request, language, "wait", 429, name, error.seconds)
            answer.headers["Retry-After"] = str(error.seconds)
            return answer
        if token is None:
            return _form(request, language, "wrong", 401, name)
        door.leave(request)  # the session that this browser had before
        answer = RedirectResponse(f"{ROOT}/{language}/", 303)
        let_in(request, answer, token)
        return answer

    @routes.post(f"{ROOT}/{{language}}/logout", dependencies=[Depends(door.acting)])
    def logout(request: Request, language: Language) -> Response:
        door.leave(request)
        answer = RedirectResponse(f"{ROOT}/{language}/login?out=1", 303)
        let_out(answer)
        return answer

    def _form(
        request: Request, language: Language, note: str, status: int = 200, name: str = "", seconds: int = 0
    ) -> Response:
        before, csrf = door.greeted(request)
        answer = pages.page(
            request, "login.html", language, status=status, csrf=csrf, note=note, name=name, seconds=seconds
        )
        greet(request, answer, before)
        return answer

    return routes


def _companies(door: Door, pages: Pages, advising: Advising, engine: Engine) -> APIRouter:
    views = {language: CompanyView(engine, pages.words(language)) for language in LANGUAGES}
    routes = APIRouter(prefix=f"{ROOT}/{{language}}", include_in_schema=False)
    inside, acting = Depends(door.inside), Depends(door.acting)

    @routes.get("/")
    def companies(request: Request, q: str = "", sort: str = "last", visit: Visit = inside) -> Response:
        shared = advising.companies(visit.adviser)
        rows = views[visit.language].rows(shared, q[:200], sort)
        return pages.page(
            request, "companies.html", visit.language, visit, rows=rows, all=len(shared), q=q[:200], sorts=list(SORTS),
            sort=sort if sort in SORTS else "last",
        )  # fmt: skip

    @routes.get("/company/{handle}")
    def company(request: Request, handle: str, done: str = "", visit: Visit = inside) -> Response:
        return _company(request, visit, handle, done if done in DONE else "", "")

    @routes.post("/company/{handle}/finding")
    def finding(
        request: Request, handle: str, item: Annotated[str, Form()] = "", stage: Annotated[str, Form()] = "",
        text: Annotated[str, Form()] = "", remove: Annotated[str, Form()] = "", visit: Visit = acting,
    ) -> Response:  # fmt: skip
        advising.conversation(visit.adviser, handle)
        problem = _problem(text) if item in engine.knowledge.model.items else "item"
        if problem and (not remove or problem == "item"):
            return _company(request, visit, handle, "", problem, {"item": item, "stage": stage, "text": text})
        number = int(stage) if stage in tuple("012345") else None
        advising.find(visit.adviser, handle, item, None if remove else number, "" if remove else text, today())
        return _back(visit, handle, "removed" if remove else "finding", f"item-{item}")

    @routes.post("/company/{handle}/answer")
    def answer(
        request: Request, handle: str, question: Annotated[str, Form()] = "", text: Annotated[str, Form()] = "",
        visit: Visit = acting,
    ) -> Response:  # fmt: skip
        question, text = _unix(question), _unix(text)
        advising.conversation(visit.adviser, handle)
        if len(text) > LONGEST:
            return _company(request, visit, handle, "", "too_long", {"question": question, "answer": text})
        try:
            advising.answer(visit.adviser, handle, question, text, today())
        except ChangedError:
            return _company(request, visit, handle, "", "changed", {"question": question, "answer": text})
        return _back(visit, handle, "answer" if text.strip() else "removed", "parked")

    @routes.post("/company/{handle}/settle")
    def settle(
        request: Request, handle: str, what: Annotated[str, Form()] = "", keep: Annotated[str, Form()] = "",
        first: Annotated[str, Form()] = "", second: Annotated[str, Form()] = "", visit: Visit = acting,
    ) -> Response:  # fmt: skip
        advising.conversation(visit.adviser, handle)
        kept: Literal["first", "second"] | None = "first" if keep == "first" else "second" if keep == "second" else None
        if kept is None:
            return _company(request, visit, handle, "", "choose")
        seen = _unix({"first": first, "second": second}[kept])
        try:
            advising.settle(visit.adviser, handle, what, kept, seen, today())
        except ChangedError:
            return _company(request, visit, handle, "", "changed")
        return _back(visit, handle, "settled", "profile")

    def _company(
        request: Request, visit: Visit, handle: str, done: str, problem: str, typed: dict[str, str] | None = None
    ) -> Response:
        one = advising.company(visit.adviser, handle)
        context = views[visit.language].context(one.state)
        return pages.page(
            request, "company.html", visit.language, visit, 422 if problem else 200, handle=handle, since=one.since,
            last=one.last_said, done=done, problem=problem, typed=typed or {}, longest=LONGEST,
            here=f"{ROOT}/{visit.language}/company/{handle}", **context,
        )  # fmt: skip

    return routes


def _back(visit: Visit, handle: str, done: str, place: str) -> Response:
    return RedirectResponse(f"{ROOT}/{visit.language}/company/{handle}?done={done}#{place}", 303)


def _unix(text: str) -> str:
    """A text as it was shown: forms send every line end as two characters."""
    return text.replace("\r\n", "\n")


def _problem(text: str) -> str:
    return "empty" if not text.strip() else "too_long" if len(_unix(text)) > LONGEST else ""
