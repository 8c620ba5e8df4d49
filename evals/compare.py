"""What changed against the last accepted run: better, worse, or within noise. Knows outcomes and the file that keeps figures.

A figure that is a mean over cases is compared case by case (paired sign-flip test, Holm's correction over all figures of a
run); any other one changes when its interval lies wholly beside the old one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, Literal

import numpy as np

from assistant.errors import ContentError
from evals.cases import Outcome
from evals.metrics import Figure

PATH = Path(__file__).parent / "baseline.json"
LEVEL = 0.05
"""Chance of calling any figure of a run changed when nothing is."""
_EXACT = 14
"""Cases that changed up to which all signs are tried; above, 20,000 are drawn."""
Verdict = Literal["better", "worse", "noise", "same", "new"]
WORDS = {"better": "better", "worse": "worse", "noise": "within noise", "same": "the same", "new": "new"}
"""What a report calls each verdict."""


@dataclass(frozen=True)
class Change:
    """One figure against the baseline."""

    before: float | None
    now: float
    verdict: Verdict
    chance: float | None = None
    """Of so great a difference when nothing changed; None where no case is paired."""
    paired: int = 0
    moved: tuple[str, ...] = ()
    """Ids of the cases that went the worse way."""

    def as_json(self) -> dict[str, Any]:
        """Rounded."""
        return {
            "before": None if self.before is None else round(self.before, 4), "now": round(self.now, 4),
            "verdict": self.verdict, "chance": None if self.chance is None else round(self.chance, 4),
            "paired": self.paired, "worse_cases": list(self.moved),
        }  # fmt: skip


def baseline(outcomes: Sequence[Outcome], made: Mapping[str, Any]) -> str:
    """What is kept of a run as JSON text: figures, and each case's scores by id; no texts."""
    tasks = {
        one.task: {
            "part": one.part,
            "figures": {name: value.as_json() for name, value in one.figures.items() if name not in one.unsteady},
            "cases": {case.id: {name: round(v, 4) for name, v in case.scores.items()} for case in one.cases},
        }
        for one in outcomes
    }
    return json.dumps({"made": made, "tasks": tasks}, ensure_ascii=False, indent=1) + "\n"


def read(path: Path = PATH) -> dict[str, Any]:
    """The kept figures; empty when there are none.

    Raises:
        ContentError: the file is malformed.
    """
    if not path.exists():
        return {}
    try:
        tasks = json.loads(path.read_text(encoding="utf-8"))["tasks"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ContentError(
            f"{path}: is no baseline ({error}); write it anew with `vejviser eval all --baseline`."
        ) from error
    return dict(tasks)


def changes(outcomes: Sequence[Outcome], kept: Mapping[str, Any]) -> dict[str, dict[str, Change]]:
    """Task -> figure -> change, for the figures that stand by themselves (not the parts of one, not times)."""
    found: dict[str, dict[str, Change]] = {}
    for one in outcomes:
        before = kept.get(one.task, {})
        if before.get("part") != one.part:
            before = {}
        names = [name for name in one.figures if not name.startswith(" ") and name not in one.unsteady]
        found[one.task] = {name: _change(one, name, before) for name in names}
    return _corrected(found)


def worse(found: Mapping[str, Mapping[str, Change]]) -> list[str]:
    """`task: figure` of all that got worse."""
    return [f"{task}: {name}" for task, those in found.items() for name, one in those.items() if one.verdict == "worse"]


def _change(one: Outcome, name: str, before: Mapping[str, Any]) -> Change:
    now = one.figures[name]
    old = before.get("figures", {}).get(name)
    if old is None or old["value"] is None:
        return Change(None, now.value, "new")
    down = name in one.bars and one.bars[name].at_most
    mine = {case.id: case.scores[name] for case in one.cases if name in case.scores}
    theirs = {key: scores[name] for key, scores in before["cases"].items() if name in scores}
    both = sorted(mine.keys() & theirs.keys())
    if not both:
        return Change(old["value"], now.value, _beside(Figure.of_json(old), now, down=down))
    gains = np.array([(theirs[key] - mine[key]) * (1 if down else -1) for key in both])
    lost = tuple(key for key, gain in zip(both, gains, strict=True) if gain < -1e-4)
    moved = gains[np.abs(gains) > 1e-4]
    if not len(moved):
        return Change(old["value"], now.value, "same", 1.0, len(both))
    verdict: Verdict = "better" if moved.sum() > 0 else "worse"
    return Change(old["value"], now.value, verdict, chance(moved), len(both), lost)


def _beside(old: Figure, now: Figure, *, down: bool) -> Verdict:
    if abs(old.value - now.value) < 1e-3:
        return "same"
    if now.low <= old.high and old.low <= now.high:
        return "noise"
    return "better" if (now.value < old.value) == down else "worse"


def chance(gains: np.ndarray[Any, np.dtype[np.float64]]) -> float:
    """Two-sided chance of a sum at least as far from 0 when each of the gains could as well have the other sign."""
    if len(gains) <= _EXACT:
        signs = np.array(list(product((1, -1), repeat=len(gains))))
        return float((np.abs(signs @ gains) >= abs(gains.sum()) - 1e-9).mean())
    signs = np.random.default_rng(0).choice((1, -1), (20_000, len(gains)))
    return float(((np.abs(signs @ gains) >= abs(gains.sum()) - 1e-9).sum() + 1) / 20_001)


def _corrected(found: dict[str, dict[str, Change]]) -> dict[str, dict[str, Change]]:
    """Holm's correction: what is not rare enough among all that moved is noise."""
    moved = sorted(
        (one.chance, task, name) for task, those in found.items() for name, one in those.items()
        if one.chance is not None and one.verdict in ("better", "worse")
    )  # fmt: skip
    held = True
    for rank, (p, task, name) in enumerate(moved):
        held = held and p is not None and p <= LEVEL / (len(moved) - rank)
        if not held:
            one = found[task][name]
            found[task][name] = Change(one.before, one.now, "noise", one.chance, one.paired, one.moved)
    return found
