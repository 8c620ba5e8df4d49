"""The gate that every request and answer passes: size limits, security headers, and Gradio's page made fit for ours.

Knows HTTP and the outer HTML page of Gradio; knows no conversation.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web.limits import Limits

MOST_BYTES = 512_000
"""Of one request; a message has 20,000 characters at the most, and only an adviser who is logged in may upload."""
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), "
    "microphone=(), midi=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}
LASTING = "max-age=31536000"
"""Strict-Transport-Security, where the page came over TLS."""
GRADIO = "/gradio_api/"
USED = (
    "queue/join",
    "queue/data",
    "run/",
    "heartbeat/",
    "reset",
    "cancel",
    "info",
    "startup-events",
    "theme.css",
    "app_id",
    "login_check",
    "user",
    "token",
)
"""What the page needs of Gradio's own interface; the rest (files, proxies, calls by name, recordings, components) is closed."""
CLOSED = (
    "/monitoring",
    "/svelte/",
    "/custom_component/",
    "/pwa_icon",
    "/manifest.json",
    "/login",
    "/logout",
    "/openapi.json",
    "/docs",
)
"""Pages that Gradio or FastAPI would serve besides, below the address of a page."""
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-eval'{nonce}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
"""For pages that say nothing stricter. Gradio compiles templates in the browser, hence 'unsafe-eval'; inline scripts need the nonce, so that no markup can bring one."""
_FOREIGN = re.compile(r"<(?:link|meta)\b[^>]*(?:https?://|og:|twitter:)[^>]*>\s*", re.IGNORECASE)
_RESIZER = re.compile(
    r"<script[^>]*>(?:(?!</script>).)*iframeResizer\.contentWindow(?:(?!</script>).)*</script>", re.DOTALL
)
_BODY = re.compile(r"<body[^>]*>")
_MANIFEST = re.compile(r'<link rel="manifest"[^>]*>\s*')

_HELLO = """
#v-hello { position: fixed; inset: 0; z-index: 9; padding: 3rem 1.5rem; background: #fafaf9; color: #1c1917; font: 1rem/1.5 system-ui, sans-serif; }
#v-hello h1 { font-size: 1.35rem; font-weight: 500; margin: 0; }
#v-hello .late { opacity: 0; animation: v-late 0s 12s forwards; }
#v-hello a { color: inherit; }
.scripted #v-hello .none { display: none; }
@keyframes v-late { to { opacity: 1; } }
@media (prefers-color-scheme: dark) { #v-hello { background: #1c1917; color: #f5f5f4; } }
"""


@dataclass(frozen=True)
class Outer:
    """What the outer HTML page says besides what Gradio puts there."""

    language: str
    script: str
    """Runs before anything else on the page."""
    title: str
    icon: str
    loading: str = ""
    """Stands there until the page itself does."""
    long: str = ""
    """Stands there when that takes long."""
    none: str = ""
    """Stands there when the browser runs no scripts."""


class Gate:
    """ASGI middleware.

    Args:
        app: What lies behind.
        pages: Path -> what stands on the page there.
        most: Bytes that a request may bring; asked only where it brings more than MOST_BYTES.
        limits: How often an address may ask; without, as often as it likes.
        refused: Told why a request was turned away.
    """

    def __init__(
        self, app: ASGIApp, pages: Mapping[str, Outer], most: Callable[[Scope], int] = lambda _: MOST_BYTES,
        limits: Limits | None = None, refused: Callable[[str], None] = lambda _: None,
    ) -> None:  # fmt: skip
        self._app, self._pages, self._most = app, pages, most
        self._limits, self._told = limits or Limits(0), refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        secure = scope.get("scheme") == "https"
        if refusal := self._refused(scope):
            await refusal(scope, receive, _with_headers(send, "", secure=secure))
            return
        page = self._pages.get(scope["path"]) if scope["method"] == "GET" else None
        if page is None:
            lasting = "/assets/" in scope["path"]
            await self._app(scope, receive, _with_headers(send, "", lasting=lasting, secure=secure))
            return
        kept = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        await self._app({**scope, "headers": kept}, receive, _rewriting(send, page, secure=secure))

    def _refused(self, scope: Scope) -> Response | None:
        why = ""
        refusal: Response | None = None
        if wait := self._limits.request(scope):
            why = "too_often"
            refusal = PlainTextResponse("too many requests", 429, {"Retry-After": str(wait)})
        elif _closed(scope["path"], self._pages):
            why, refusal = "closed", PlainTextResponse("not found", status_code=404)
        elif refusal := _too_long(scope, self._most):
            why = "too_long"
        if why:
            self._told(why)
        return refusal


def _closed(path: str, pages: Mapping[str, Outer]) -> bool:
    """Whether an address below a page is one that the page does not need."""
    below = next((path[len(page) - 1 :] for page in pages if path.startswith(page)), "")
    if GRADIO in below:
        return not below.partition(GRADIO)[2].startswith(USED)
    return below.startswith(CLOSED)


def _rewriting(send: Send, page: Outer, *, secure: bool) -> Send:
    nonce = secrets.token_urlsafe(16)
    sending = _with_headers(send, nonce, secure=secure)
    start: Message = {}
    parts: list[bytes] = []

    async def collect(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            start = message
            return
        if message["type"] != "http.response.body":
            return  # what a server may be told besides, such as the name of a template
        parts.append(message.get("body", b""))
        if message.get("more_body"):
            return
        body = b"".join(parts)
        headers = MutableHeaders(raw=start["headers"])
        if headers.get("content-type", "").startswith("text/html"):
            body = _fit(body.decode(), page, nonce).encode()
            headers["content-length"] = str(len(body))
            headers["cache-control"] = "no-store"
        await sending(start)
        await sending({"type": "http.response.body", "body": body})

    return collect


def _fit(html: str, page: Outer, nonce: str) -> str:
    html = html.replace('lang="en"', f'lang="{page.language}"', 1)
    html = _MANIFEST.sub("", _RESIZER.sub("", _FOREIGN.sub("", html)))
    head = f'<script>{page.script}</script><title>{escape(page.title)}</title><link rel="icon" href="{page.icon}">'
    html = html.replace("<head>", f"<head>{head}", 1)
    hello = (
        f'<div id="v-hello"><style>{_HELLO}</style><h1>{escape(page.title)}</h1><p>{escape(page.loading)}</p>'
        f'<p class="late"><a href="">{escape(page.long)}</a></p><p class="none">{escape(page.none)}</p></div>'
    )
    html = _BODY.sub(lambda found: found[0] + hello, html, count=1)
    return html.replace("<script", f'<script nonce="{nonce}"')


def _too_long(scope: Scope, most: Callable[[Scope], int]) -> Response | None:
    """Bodies that are too long or do not say how long they are."""
    if scope["method"] not in ("POST", "PUT", "PATCH"):
        return None
    length = Headers(scope=scope).get("content-length", "")
    if not length.isdigit():
        return PlainTextResponse("length required", status_code=411)
    if int(length) <= MOST_BYTES or int(length) <= most(scope):
        return None
    return PlainTextResponse("too long", status_code=413)


def _with_headers(send: Send, nonce: str, *, lasting: bool = False, secure: bool = False) -> Send:
    """`lasting`: files whose name changes with what is in them, so that no browser needs to ask twice."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message["headers"])
            for name, value in HEADERS.items():
                headers[name] = value
            if secure:
                headers["Strict-Transport-Security"] = LASTING
            if lasting and message["status"] == 200:
                headers["Cache-Control"] = "public, max-age=31536000, immutable"
            headers.setdefault("Content-Security-Policy", POLICY.format(nonce=f" 'nonce-{nonce}'" if nonce else ""))
        await send(message)

    return sending
