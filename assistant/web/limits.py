"""How often somebody may ask: turns of a conversation, turns of an address, requests of an address. Knows counts, not what is asked.

Counted in this process, in a window that moves. Several processes behind a proxy count each for itself.
"""

from __future__ import annotations

import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.types import Scope

OF_AN_ADDRESS = 4
"""An address stands for a whole firm, so it may take this many times what a conversation may."""
REQUESTS = 20
"""Requests that one turn is worth: opening a page brings about a hundred, most of them files that a browser keeps."""
_FREE = ("/assets/", "/static/")


class Limits:
    """Counts turns and requests.

    Args:
        turns: Of one conversation in a minute; 0 means that nothing is limited.
    """

    def __init__(self, turns: int) -> None:
        self._counted = MovingWindowRateLimiter(MemoryStorage())
        self._turns = RateLimitItemPerMinute(max(1, turns))
        self._of_an_address = RateLimitItemPerMinute(max(1, turns) * OF_AN_ADDRESS)
        self._requests = RateLimitItemPerMinute(max(1, turns) * REQUESTS)
        self._limited = turns > 0

    def turn(self, conversation: str, address: str) -> bool:
        """Counts a turn; False when it comes too soon. A conversation that does not exist yet has no name."""
        if not self._limited:
            return True
        if not self._counted.hit(self._of_an_address, "turns of", address):
            return False
        return not conversation or self._counted.hit(self._turns, "turns in", conversation)

    def request(self, scope: Scope) -> int:
        """Counts a request; 0 when it may pass, else the seconds after which another may."""
        if not self._limited or any(part in scope["path"] for part in _FREE):
            return 0
        address = address_of(scope)
        if self._counted.hit(self._requests, "requests of", address):
            return 0
        at = self._counted.get_window_stats(self._requests, "requests of", address).reset_time
        return max(1, min(60, round(at - time.time())))


def address_of(scope: Scope) -> str:
    """Who asks, as far as can be told."""
    client = scope.get("client")
    return str(client[0]) if client else ""
