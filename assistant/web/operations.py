"""What whoever keeps the machine asks the app: is it alive, is it ready, and how does it fare. Knows no conversation.

`/healthz` says that the process answers. `/readyz` tries what a turn needs and says which of it fails, in one word each, without
addresses or paths. `/metrics` counts in the text format of Prometheus, and only for those who may read it.
"""

from __future__ import annotations

import ipaddress
import logging
import threading
import time
from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST

from assistant.build import Engine
from assistant.errors import UserError
from assistant.library.dense import Broken
from assistant.reading.rules import Context

HOLDS = 5.0
"""Seconds for which an outcome is told again without another try."""
_NO_STORE = {"Cache-Control": "no-store"}
_log = logging.getLogger(__name__)


class Readiness:
    """Tries what a turn needs: the database, the index with its model, the reader."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine, self._clock = engine, clock
        self._lock = threading.Lock()
        self._found: dict[str, str] = {}
        self._until = 0.0

    def look(self) -> dict[str, str]:
        """Part -> `ok`, or the kind of what went wrong."""
        with self._lock:
            if self._clock() >= self._until:
                self._found = {name: _tried(name, part) for name, part in self._parts().items()}
                self._until = self._clock() + HOLDS
            return dict(self._found)

    def _parts(self) -> dict[str, Callable[[], object]]:
        return {
            "database": self._database,
            "index": lambda: self._engine.shipped.search("What is a sensor?", 1, "en")[0],
            "reader": lambda: self._engine.reader.read("We write it on paper.", Context("en")),
        }

    def _database(self) -> None:
        self._engine.store.ready()


def router(engine: Engine) -> APIRouter:
    """The routes."""
    routes, readiness = APIRouter(include_in_schema=False), Readiness(engine)
    readers = tuple(
        ipaddress.ip_network(one.strip(), strict=False)
        for one in engine.settings.metrics_from.split(",")
        if one.strip()
    )

    @routes.get("/healthz")
    def health() -> Response:
        return JSONResponse({"status": "ok"}, headers=_NO_STORE)

    @routes.get("/readyz")
    def ready() -> Response:
        if engine.watch.stopping:
            return JSONResponse({"status": "stopping"}, 503, _NO_STORE)
        found = readiness.look()
        well = set(found.values()) == {"ok"}
        return JSONResponse({"status": "ready" if well else "failing", **found}, 200 if well else 503, _NO_STORE)

    @routes.get("/metrics")
    def metrics(request: Request) -> Response:
        if not _may_read(request, readers):
            return PlainTextResponse("not for you", 403, _NO_STORE)
        return Response(engine.watch.exposition(), media_type=CONTENT_TYPE_LATEST, headers=_NO_STORE)

    return routes


def _may_read(request: Request, readers: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]) -> bool:
    try:
        address = ipaddress.ip_address(request.client.host if request.client else "")
    except ValueError:
        return False
    return any(address in network for network in readers)


def _tried(name: str, part: Callable[[], object]) -> str:
    try:
        part()
    except (UserError, Broken) as error:
        _log.warning("not ready: %s, %s", name, error)
        return type(error).__name__
    except Exception as error:
        _log.warning("not ready: %s", name, exc_info=True)
        return type(error).__name__
    return "ok"
