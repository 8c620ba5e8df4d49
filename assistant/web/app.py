"""The web app: the page mounted once for each language, downloads, and the gate before all of it."""

from __future__ import annotations

import json
import os
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from starlette.types import Scope

from assistant.build import Engine
from assistant.domain.maturity import LANGUAGES
from assistant.errors import StoreError, UserError
from assistant.logs import Quiet
from assistant.session import LONGEST_TURN
from assistant.web.adviser.routes import install
from assistant.web.adviser.shelf import MOST_BYTES as MOST_SENT
from assistant.web.adviser.shelf import uploads
from assistant.web.downloads import missing, preferred, router
from assistant.web.faults import explain
from assistant.web.gate import MOST_BYTES, Gate, Outer
from assistant.web.limits import Limits
from assistant.web.operations import router as operations
from assistant.web.reader import router as reader
from assistant.web.words import Words

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
STATIC = Path(__file__).parent / "static"
ICON = "/favicon.svg"
PARTS = ("page", "panels", "talk")
MOST_UPLOADED = "1kb"
MOST_PAGES = 125
"""Open pages a language of which Gradio keeps what is shown, some 600 KB each, the last used; it never lets go of one by itself."""


def create(engine: Engine) -> FastAPI:
    """The app on `engine`. Nothing in it asks another host for anything."""
    import gradio as gr

    from assistant.web.pages.conversation import ConversationPage
    from assistant.web.theme import theme

    sessions = engine.sessions()
    quieten()
    limits = Limits(engine.settings.turns_a_minute)
    pages = {language: ConversationPage(engine, sessions, language, limits) for language in LANGUAGES}
    words = {language: page.words for language, page in pages.items()}
    app = FastAPI(title="Vejviser", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/", include_in_schema=False)
    def front(request: Request) -> Response:
        return RedirectResponse(f"/{preferred(request)}/", headers={"Vary": "Accept-Language"})

    @app.get(ICON, include_in_schema=False)
    @app.get("/favicon.ico", include_in_schema=False)
    def favicon() -> Response:
        return Response((STATIC / "favicon.svg").read_bytes(), media_type="image/svg+xml")

    @app.exception_handler(UserError)
    def failed(request: Request, error: UserError) -> Response:
        return missing(words[preferred(request)], "unavailable" if isinstance(error, StoreError) else "missing")

    app.include_router(operations(engine))
    app.include_router(router(engine, sessions, words))
    app.include_router(reader(engine, words))
    door = install(app, engine, sessions, words)

    def most(scope: Scope) -> int:
        return MOST_SENT if uploads(scope["path"]) and door.holds(scope) else MOST_BYTES

    css, script = ("".join((STATIC / f"{name}.{kind}").read_text("utf-8") for name in PARTS) for kind in ("css", "js"))
    for language, page in pages.items():
        blocks = page.blocks()
        blocks.state_session_capacity = MOST_PAGES
        app = gr.mount_gradio_app(
            app, blocks, f"/{language}", footer_links=[], run_history=False, enable_monitoring=False, pwa=False,
            allowed_paths=[], max_file_size=MOST_UPLOADED, show_error=False,
            ssr_mode=False, theme=theme(), css=css, i18n=gr.I18n(en=words[language].page["gradio"]),
        )  # fmt: skip
    explain(app, words)
    outer = {f"/{name}/": _outer(words[name], script) for name in LANGUAGES}
    app.add_middleware(Gate, pages=outer, most=most, limits=limits, refused=engine.watch.refused)
    return app


def quieten() -> None:
    """Gradio prints what went wrong together with what was typed; it shall log the kind and the place alone."""
    import gradio.queueing
    import gradio.routes

    for module in (gradio.queueing, gradio.routes):
        vars(module)["traceback"] = Quiet(module.__name__)


def _outer(words: Words, script: str) -> Outer:
    told = {
        "language": words.language, "chat": words("chat.label"), "most": LONGEST_TURN,
        "too_long": words("errors.too_long"), **words.page["browser"],
    }  # fmt: skip
    script = script.replace("__PAGE__", json.dumps(told, ensure_ascii=True).replace("<", "\\u003c"))
    loading, long, none = (words(f"browser.{name}") for name in ("loading", "loading_long", "no_script"))
    return Outer(words.language, script, words("title"), ICON, loading, long, none)
