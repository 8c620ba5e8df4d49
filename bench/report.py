"""What a benchmark found: rows with a ratio and perhaps a bar, as a table for people, as Markdown and as JSON. Measures nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from assistant.errors import UserError
from bench.timing import Times
from evals.metrics import figure


@dataclass(frozen=True, slots=True)
class Amount:
    """Something other than time, each time that it was measured."""

    values: tuple[float, ...]
    unit: str

    @property
    def median(self) -> float:
        """The middle one."""
        return float(np.median(self.values))

    def as_json(self) -> dict[str, Any]:
        """In its unit."""
        return {
            "median": round(self.median, 4), "least": round(min(self.values), 4), "most": round(max(self.values), 4),
            "n": len(self.values), "unit": self.unit,
        }  # fmt: skip

    def __str__(self) -> str:
        spread = f" ({_short(min(self.values))}–{_short(max(self.values))})" if len(set(self.values)) > 1 else ""
        return f"{_short(self.median)} {self.unit}{spread}"


@dataclass(frozen=True, slots=True)
class Score:
    """A mean over questions with its 95 % interval (bootstrap)."""

    values: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Of all questions."""
        return float(np.mean(self.values))

    def as_json(self) -> dict[str, Any]:
        """Mean and interval."""
        return dict(figure(self.values).as_json())

    def __str__(self) -> str:
        found = figure(self.values)
        return f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}]"


Measured = Times | Amount | Score


LEAST_PASSAGES, LEAST_QUESTIONS = 100, 30


def enough(count: int, least: int, bar: str) -> str:
    """`bar`, or none where so few cases say nothing: what is the same for any number weighs too much, or all are found."""
    return bar if count >= least else ""


@dataclass(frozen=True, slots=True)
class Row:
    """Two things that were measured in one run, in turn."""

    what: str
    on: str
    """How many texts, and where they come from."""
    ours: Measured
    floor: Measured
    """Of what ours is held against."""
    against: str
    ratio: float
    bar: str = ""
    """`>= 0.9`, `<= 1.3` or `> 1.0`; empty where nothing is asked."""
    more: Mapping[str, float] = field(default_factory=dict)
    """Figures that belong to it."""
    name: str = ""
    """By which texts refer to it; unique in a report."""

    @property
    def met(self) -> bool:
        """Whether the ratio reaches the bar."""
        sign, _, limit = self.bar.partition(" ")
        if sign == ">":
            return self.ratio > float(limit)
        return not sign or (self.ratio >= float(limit) if sign == ">=" else self.ratio <= float(limit))

    def as_json(self) -> dict[str, Any]:
        """One row."""
        return {
            "row": self.name, "what": self.what, "on": self.on, "against": self.against, "ratio": round(self.ratio, 3), "bar": self.bar,
            "met": self.met, "seconds" if isinstance(self.ours, Times) else "figure": self.ours.as_json(),
            "floor_seconds" if isinstance(self.floor, Times) else "floor_figure": self.floor.as_json(),
            "shown": str(self.ours), "floor_shown": str(self.floor),
            **{name.replace(" ", "_"): round(value, 3) for name, value in self.more.items()},
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Report:
    """One run."""

    name: str
    size: str
    machine: Mapping[str, Any]
    rows: Sequence[Row]
    notes: Sequence[str]
    """How it was measured."""

    @property
    def met(self) -> bool:
        """Whether every bar is reached."""
        return all(row.met for row in self.rows)

    def as_json(self) -> dict[str, Any]:
        """Everything."""
        return {
            "benchmark": self.name, "size": self.size, "machine": {name.replace(" ", "_"): value for name, value in self.machine.items()}, "met": self.met,
            "rows": [row.as_json() for row in self.rows], "notes": list(self.notes),
        }  # fmt: skip

    def show(self, console: Console) -> None:
        """Prints the table."""
        table = Table(title=f"vejviser bench {self.name} --size {self.size}", title_justify="left")
        for heading in ("row", "what", "on", "is", "against", "which is"):
            table.add_column(heading)
        table.add_column("ratio", justify="right")
        table.add_column("bar")
        for row in self.rows:
            bar = f"{row.bar}{'' if row.met else ' MISSED'}"
            table.add_row(
                row.name, row.what, row.on, str(row.ours), row.against, str(row.floor), f"{row.ratio:.2f}", bar
            )
        console.print(table)
        for row in self.rows:
            if row.more:
                figures = ", ".join(f"{name} {value:,.{2 if value < 10 else 0}f}" for name, value in row.more.items())
                console.print(f"{row.what}, {row.on}: {figures}", soft_wrap=True)
        for note in self.notes:
            console.print(note, style="dim", soft_wrap=True)
        console.print(", ".join(f"{name} {value}" for name, value in self.machine.items()), style="dim", soft_wrap=True)


def markdown(report: Mapping[str, Any]) -> str:
    """A report as it was written, as a Markdown table for a README."""
    machine = report["machine"]
    lines = [
        "| row | what | on | is | against | which is | ratio | bar |", "|---|---|---|---|---|---|---|---|",
        *(
            f"| `{row['row']}` | {row['what']} | {row['on']} | {row['shown']} | {row['against']} | {row['floor_shown']} "
            f"| {row['ratio']:.2f} | {_bar(row)} |"
            for row in report["rows"]
        ),
        "", (f"*{machine['processor']}, {machine['cores']} cores, {machine['threads']} threads, "
        f"{machine['cores_used_by_others']} cores used by others meanwhile; size {report['size']}.*"),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def read(path: Path) -> dict[str, Any]:
    """A report that was written.

    Raises:
        UserError: it is none.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(found, dict) or not isinstance(found.get("rows"), list):
            raise ValueError("no rows")
    except (OSError, ValueError) as error:
        raise UserError(f"{path}: holds no figures ({error}); run `make bench`.") from error
    return found


def write(path: Path, text: str) -> None:
    """Writes a file.

    Raises:
        UserError: it cannot be written.
    """
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"{path}: cannot be written ({error.strerror}); name another with -o.") from error


def _bar(row: Mapping[str, Any]) -> str:
    sign = row["bar"].replace(">=", "≥").replace("<=", "≤")
    return sign if row["met"] or not sign else f"{sign} **missed**"


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
