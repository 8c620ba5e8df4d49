"""Changes of a library by other processes: when whoever has it open takes them up.

Knows revisions and the time; knows no texts and no index.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from assistant.library.catalogue import Catalogue

LAG = 30.0
"""Seconds that changes of a run may wait for its end. A killed run has none, and a long one should be seen under way."""


class Changes:
    """The changes of one library. A run stores many, and each would cost building the index anew.

    Safe to share between threads.
    """

    def __init__(self, catalogue: Catalogue, library: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._catalogue, self._library, self._clock = catalogue, library, clock
        self._due: tuple[int, float] = (-1, 0.0)

    def outdate(self, revision: int) -> bool:
        """Whether what was opened at `revision` must not be served any more: a run that changed it has ended, or `LAG`
        seconds have passed since a change was first seen here.

        Raises:
            StoreError: the catalogue cannot be read.
        """
        if self._catalogue.revision(self._library) == revision:
            return False
        if self._catalogue.settled(self._library) > revision:
            return True
        opened, due = self._due
        if opened != revision:
            self._due = (revision, due := self._clock() + LAG)
        return self._clock() >= due
