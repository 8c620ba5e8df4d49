"""Serving: what cannot be had is said before anything that takes long."""

from __future__ import annotations

import socket
from typing import cast

import pytest

from assistant.build import Engine
from assistant.errors import UserError
from assistant.web.serve import serve


class _Unused:
    def warm(self) -> None:
        raise AssertionError("the model was loaded before the port was tried")


def test_a_port_in_use_is_told_before_the_model_is_loaded() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UserError) as told:
            serve(cast("Engine", _Unused()), "127.0.0.1", port, print)
    assert str(told.value) == f"port {port}: is in use by another program; choose another with --port."


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(UserError, match="is no address of this machine; choose another with --host"):
        serve(cast("Engine", _Unused()), "192.0.2.1", 7860, print)
