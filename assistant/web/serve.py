"""Serving: the port first, then the model, then the address. Knows sockets and uvicorn, not the page."""

from __future__ import annotations

import errno
import gc
import socket
from collections.abc import Callable

import uvicorn

from assistant.build import Engine
from assistant.errors import UserError

PATIENCE = 3
"""Seconds that open connections get to finish when the app stops."""


def serve(engine: Engine, host: str, port: int, on_ready: Callable[[str], None]) -> None:
    """Serves until it is told to stop (Ctrl-C).

    Args:
        engine: What runs.
        host: Address to listen on.
        port: Port to listen on; 0 takes a free one.
        on_ready: Told the address as soon as it answers.

    Raises:
        UserError: the port or the address cannot be had; said before anything that takes long.
    """
    listening = _bound(host, port)
    try:
        gc.disable()  # hundreds of thousands of objects are made once and kept; looking through them again and again costs seconds
        engine.warm()
        from assistant.web.app import create

        config = uvicorn.Config(
            create(engine), log_level="warning", access_log=False, server_header=False,
            timeout_graceful_shutdown=PATIENCE,
        )  # fmt: skip
        gc.freeze()
        gc.enable()
        _Server(config, lambda: on_ready(_address(listening))).run(sockets=[listening])
    except KeyboardInterrupt:
        return
    finally:
        listening.close()


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()


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
