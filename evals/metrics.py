"""Figures: recall@k, nDCG@k, shares, each with a bootstrap interval. Knows lists of ids and numbers, nothing of the product."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over cases with its 95 % interval (percentile bootstrap over the cases, seed 0)."""

    value: float
    low: float
    high: float
    cases: int

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}] n={self.cases}" if self.cases else "no cases"

    def as_json(self) -> dict[str, float | None]:
        """Rounded to four places."""
        if not self.cases:
            return {"value": None, "low": None, "high": None, "n": 0}
        return {"value": round(self.value, 4), "low": round(self.low, 4), "high": round(self.high, 4), "n": self.cases}

    @classmethod
    def of_json(cls, data: Mapping[str, float | None]) -> Figure:
        """The figure that `as_json` gave."""
        value, low, high = (
            math.nan if data[key] is None else float(data[key] or 0) for key in ("value", "low", "high")
        )
        return cls(value, low, high, int(data["n"] or 0))


def figure(values: Sequence[float]) -> Figure:
    """The mean of `values`, one for each case."""
    if not values:
        return Figure(math.nan, math.nan, math.nan, 0)
    cases = np.asarray(values, float)
    means = np.random.default_rng(0).choice(cases, (2000, len(cases))).mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return Figure(float(cases.mean()), float(low), float(high), len(cases))


def recall(found: Sequence[str], relevant: Collection[str], k: int) -> float:
    """Share of `relevant` among the first `k` found; at most `k` of them can be asked for."""
    return len(set(found[:k]) & set(relevant)) / min(k, len(relevant))


def success(found: Sequence[str], relevant: Collection[str], k: int) -> float:
    """1 when any of `relevant` is among the first `k` found."""
    return float(bool(set(found[:k]) & set(relevant)))


def ndcg(found: Sequence[str], relevant: Collection[str], k: int) -> float:
    """Normalised discounted cumulative gain with gains of 0 and 1 (Järvelin and Kekäläinen 2002)."""
    first = list(dict.fromkeys(found))[:k]
    gain = sum(1 / math.log2(rank + 2) for rank, name in enumerate(first) if name in relevant)
    return gain / sum(1 / math.log2(rank + 2) for rank in range(min(k, len(relevant))))


def kappa(some: Sequence[float], others: Sequence[float]) -> float:
    """Quadratic weighted kappa of two lists of stages (Cohen 1968); 1 is full agreement, 0 is chance.

    Halves are legal (the middle of a range). Nan where one of the lists never varies.
    """
    first, second = np.asarray(some, float), np.asarray(others, float)
    by_chance = np.square(first[:, None] - second[None, :]).mean() if len(first) else 0.0
    return float(1 - np.square(first - second).mean() / by_chance) if by_chance else math.nan


def kappa_figure(some: Sequence[float], others: Sequence[float]) -> Figure:
    """`kappa` with its 95 % interval, the pairs drawn anew 1,000 times."""
    first, second = np.asarray(some, float), np.asarray(others, float)
    if not len(first):
        return Figure(math.nan, math.nan, math.nan, 0)
    if math.isnan(kappa(some, others)):
        return Figure(math.nan, math.nan, math.nan, len(first))
    draws = np.random.default_rng(0).integers(0, len(first), (1000, len(first)))
    low, high = np.nanpercentile([kappa(first[draw].tolist(), second[draw].tolist()) for draw in draws], [2.5, 97.5])
    return Figure(kappa(some, others), float(low), float(high), len(first))


def calibration_error(sure: Sequence[float], right: Sequence[float], bins: int = 10) -> float:
    """Expected calibration error: mean gap of confidence and share right over equal-width bins, weighted by their cases."""
    confidence, correct = np.asarray(sure, float), np.asarray(right, float)
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        abs(confidence[place == b].mean() - correct[place == b].mean()) * (place == b).sum() for b in np.unique(place)
    ]
    return float(sum(gaps) / len(confidence)) if len(confidence) else math.nan


@dataclass(frozen=True, slots=True)
class Bar:
    """What a figure must reach, or with `at_most` must not pass."""

    value: float
    at_most: bool = False

    def met(self, found: Figure) -> bool:
        """Whether `found` does; a figure without cases does not."""
        return found.value <= self.value if self.at_most else found.value >= self.value


def short_of(found: Mapping[str, Figure], bars: Mapping[str, Bar]) -> list[str]:
    """Names of the figures that miss their bars."""
    return [name for name, bar in bars.items() if not bar.met(found[name])]


def shown(found: Mapping[str, Figure], bars: Mapping[str, Bar]) -> str:
    """A line for each figure, with its bar."""
    lines = []
    for name, value in found.items():
        bar = bars.get(name)
        rest = "" if bar is None else f"   bar {'<= ' if bar.at_most else ''}{bar.value:.2f}"
        lines.append(f"{name:<54} {value}{rest}{', falls short' if bar and not bar.met(value) else ''}")
    return "\n".join(lines)


def document(found: Mapping[str, Figure], bars: Mapping[str, Bar], **more: object) -> str:
    """The figures as one JSON document."""
    figures = {name: value.as_json() for name, value in found.items()}
    return json.dumps({"figures": figures, "short": short_of(found, bars), **more}, indent=2)
