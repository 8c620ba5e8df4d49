"""Serving: the port first, then the model, then the address. Knows sockets and uvicorn, not the page."""

from __future__ import annotations

import asyncio
import ctypes
import errno
import gc
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

import uvicorn

from assistant import logs, startup
from assistant.build import Engine
from assistant.errors import UserError
from assistant.retention import Retention
from assistant.watch import Watch

PATIENCE = 3
"""Seconds that open connections get to finish when the app stops."""
TURNS = 30.0
"""Seconds before that which turns in flight get; a language model has twenty at the most, unless set otherwise."""
AT_ONCE = 1000
"""Connections at once; a page holds two."""
_ARENA_MAX, _HEAPS = -8, 2
_MMAP_THRESHOLD, _LARGE = -3, 256 * 1024
"""Numbers of the settings in glibc's malloc.h, how many heaps there are to be, and bytes from which a block goes back at once."""


def few_heaps() -> None:
    """Has all threads share two heaps: by default glibc keeps one for each of many, and what they freed stays with the process.

    With fifty conversations at once that is several hundred megabytes. What the model needs for one pass does not stay either.
    Other C libraries are left as they are.
    """
    with suppress(OSError, AttributeError):
        library = ctypes.CDLL("libc.so.6")
        library.mallopt(_ARENA_MAX, _HEAPS)
        library.mallopt(_MMAP_THRESHOLD, _LARGE)


def serve(engine: Engine, host: str, port: int, on_ready: Callable[[str], None]) -> None:
    """Serves until it is told to stop (Ctrl-C or SIGTERM). Turns in flight are finished, and their replies still arrive.

    Args:
        engine: What runs.
        host: Address to listen on.
        port: Port to listen on; 0 takes a free one.
        on_ready: Told the address as soon as it answers.

    Raises:
        UserError: the port, the address or something else that is needed cannot be had; said before anything that takes long.
    """
    few_heaps()
    listening = _bound(host, port)
    try:
        logs.begin(engine.settings.log)
        with startup.checked(engine.settings, engine.store):
            _serve(engine, listening, on_ready)
    except KeyboardInterrupt:
        return
    finally:
        listening.close()


def _serve(engine: Engine, listening: socket.socket, on_ready: Callable[[str], None]) -> None:
    with Retention(engine.store, engine.settings.retention_days, engine.watch).running():
        gc.disable()  # hundreds of thousands of objects are made once and kept; looking through them again and again costs seconds
        engine.warm()
        from assistant.web.app import create

        config = uvicorn.Config(
            create(engine), log_config=None, log_level="warning", access_log=False, server_header=False,
            timeout_graceful_shutdown=PATIENCE, limit_concurrency=AT_ONCE, forwarded_allow_ips=engine.settings.proxies,
        )  # fmt: skip
        gc.freeze()
        gc.enable()
        _Server(config, lambda: on_ready(_address(listening)), engine.watch).run(sockets=[listening])


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], watch: Watch) -> None:
        super().__init__(config)
        self._ready, self._watch = ready, watch

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Told to stop: no turn begins any more. SIGTERM is not raised anew, since it would end the process at once."""
        self._watch.stop()
        if sig == signal.SIGTERM:
            self.should_exit = True
        else:
            super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Lets turns in flight come to their end first, with their connections open."""
        for server in self.servers:
            server.close()
        for _ in range(int(TURNS * 20)):
            if not self._watch.running or self.force_exit:
                break
            await asyncio.sleep(0.05)
        await super().shutdown(sockets)


def _bound(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise UserError(f"host {host!r}: is no address of this machine; choose another with --host.") from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(socket.SOMAXCONN)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            reason = f"port {port}: is in use by another program; choose another with --port."
        elif error.errno == errno.EACCES:
            reason = f"port {port}: needs the rights of an administrator; choose one above 1023 with --port."
        else:
            reason = f"host {host!r}: is no address of this machine; choose another with --host."
        raise UserError(reason) from error
    return listening


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
