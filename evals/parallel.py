"""Makes outcomes in several processes, each with an engine on one thread: rows are shared out, cases come back in their order.

Figures are counted here from all cases, so that they are those of one process. Only where no language model is asked: what a model
costs is counted in one place.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from assistant.build import Engine
from assistant.settings import Settings
from evals.cases import Case, Outcome, Part, Task, outcome_of, timed
from evals.metrics import Figure

SLICES = 4
"""Pieces that the rows of one eval are shared out in, so that no process waits long for the other."""


@dataclass
class _Begun:
    slices: list[Future[list[tuple[int, Case]]]] = field(default_factory=list)
    besides: Future[tuple[dict[str, Figure], float]] | None = None


def outcomes(names: Sequence[str], settings: Settings, part: Part, jobs: int) -> dict[str, Callable[[], Outcome]]:
    """Eval -> what waits for its outcome; all of them are begun at once, the longest first. Call them in order.

    The processes end when the last outcome was fetched.
    """
    from evals.all import TASKS

    if not names:
        return {}
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _begin, (settings.model_dump(),))
    begun: dict[str, _Begun] = {}
    for name in sorted(names, key=lambda one: TASKS[one].shared):  # what cannot be shared out goes first
        slices = SLICES if TASKS[name].shared else 1
        begun[name] = _Begun([pool.submit(_examined, name, part, at, slices) for at in range(slices)])
        begun[name].besides = pool.submit(_besides, name, part)
    pool.shutdown(wait=False)
    return {name: lambda name=name: _gathered(TASKS[name], part, begun[name]) for name in names}  # type: ignore[misc]


def _gathered(task: Task[Any], part: Part, one: _Begun) -> Outcome:
    found = dict(pair for piece in one.slices for pair in piece.result())
    assert one.besides is not None
    besides, took = one.besides.result()
    cases = [found[at] for at in sorted(found)]
    return outcome_of(task, part, cases, besides, took + sum(case.seconds for case in cases))


_ENGINE: list[Engine] = []
"""The engine of this process, once it is there."""


def _begin(settings: dict[str, Any]) -> None:
    _ENGINE.append(Engine(Settings(**(settings | {"threads": 1}))))


def _examined(name: str, part: Part, at: int, step: int) -> list[tuple[int, Case]]:
    from evals.all import TASKS

    task = TASKS[name]
    rows = list(enumerate(task.load(part)))[at::step]
    with task.opened(_ENGINE[0]) as examine:
        return [(place, timed(_ENGINE[0], examine, row)) for place, row in rows]


def _besides(name: str, part: Part) -> tuple[dict[str, Figure], float]:
    from evals.all import TASKS

    started = time.perf_counter()
    found = TASKS[name].besides(_ENGINE[0], TASKS[name].load(part))
    return found, time.perf_counter() - started
