"""Timing: actions in turn, their medians and spread, and the machine they ran on. Knows nothing of what is timed."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.cores import cores

Action = Callable[[], object]
_PACKAGES = ("torch", "sentence-transformers", "chromadb", "bm25s", "numpy")


@dataclass(frozen=True, slots=True)
class Times:
    """How long one thing took, each time that it was done."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one."""
        return float(np.median(self.seconds))

    @property
    def p90(self) -> float:
        """Nine in ten took no longer."""
        return float(np.percentile(self.seconds, 90))

    def as_json(self) -> dict[str, float]:
        """In seconds."""
        return {
            "median": round(self.median, 5), "p90": round(self.p90, 5), "least": round(min(self.seconds), 5),
            "most": round(max(self.seconds), 5), "n": len(self.seconds),
        }  # fmt: skip

    def __str__(self) -> str:
        unit, times = ("s", 1) if self.median >= 1 else ("ms", 1000)
        if len(self.seconds) < 10:
            return f"{self.median * times:.1f} {unit} ({min(self.seconds) * times:.1f}–{max(self.seconds) * times:.1f})"
        return f"{self.median * times:.1f} {unit}, p90 {self.p90 * times:.1f}"


def timed(action: Action) -> float:
    """How many seconds the action takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def in_turn(rounds: Sequence[Sequence[Action]]) -> list[Times]:
    """Times of each of the actions, done once a round; each round begins with the next, so that none is always first."""
    taken: list[list[float]] = [[] for _ in rounds[0]]
    for number, actions in enumerate(rounds):
        for place in range(len(actions)):
            which = (number + place) % len(actions)
            taken[which].append(timed(actions[which]))
    return [Times(tuple(seconds)) for seconds in taken]


def machine(threads: int) -> dict[str, Any]:
    """What the figures depend on, and how busy it is now."""
    return {
        "processor": _processor(), "cores": cores(), "threads": threads, "load before": round(load(), 2),
        "system": platform.system(), "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in _PACKAGES},
    }  # fmt: skip


class Others:
    """What other processes use of the machine, from when this is made."""

    def __init__(self) -> None:
        self._began = time.perf_counter(), *self._used()

    def cores(self) -> float:
        """Cores that others kept busy, on average; 0 where the system does not tell."""
        began, everybody, mine = self._began
        all_now, mine_now = self._used()
        return max(0.0, (all_now - everybody) - (mine_now - mine)) / (time.perf_counter() - began)

    @staticmethod
    def _used() -> tuple[float, float]:
        """Seconds of all cores: of everybody, and of this process and its children."""
        try:
            fields = Path("/proc/stat").read_text(encoding="utf-8").split("\n", 1)[0].split()
        except OSError:
            return 0.0, 0.0
        user, nice, system, _idle, _waiting, irq, soft, *_ = map(int, fields[1:])
        return (user + nice + system + irq + soft) / os.sysconf("SC_CLK_TCK"), sum(os.times()[:4])


def load() -> float:
    """Processes that have wanted a core in the last minute, on average."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
