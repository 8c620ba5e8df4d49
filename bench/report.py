"""What a benchmark found: rows with a ratio and perhaps a bar, as a table for people and as JSON. Measures nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.timing import Times


@dataclass(frozen=True, slots=True)
class Row:
    """Two things that were timed in turn."""

    what: str
    on: str
    """How many texts, and where they come from."""
    ours: Times
    floor: Times
    """Of what ours is held against."""
    against: str
    ratio: float
    bar: str = ""
    """`>= 0.9` or `<= 1.3`; empty where nothing is asked."""
    more: Mapping[str, float] = field(default_factory=dict)
    """Figures that belong to it."""

    @property
    def met(self) -> bool:
        """Whether the ratio reaches the bar."""
        sign, _, figure = self.bar.partition(" ")
        return not sign or (self.ratio >= float(figure) if sign == ">=" else self.ratio <= float(figure))

    def as_json(self) -> dict[str, Any]:
        """One row."""
        return {
            "what": self.what, "on": self.on, "against": self.against, "ratio": round(self.ratio, 3), "bar": self.bar,
            "met": self.met, "seconds": self.ours.as_json(), "floor_seconds": self.floor.as_json(),
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
        for heading in ("what", "on", "takes", "against", "which takes"):
            table.add_column(heading)
        table.add_column("ratio", justify="right")
        table.add_column("bar")
        for row in self.rows:
            bar = f"{row.bar}{'' if row.met else ' MISSED'}"
            table.add_row(row.what, row.on, str(row.ours), row.against, str(row.floor), f"{row.ratio:.2f}", bar)
        console.print(table)
        for row in self.rows:
            if row.more:
                figures = ", ".join(f"{name} {value:,.{2 if value < 10 else 0}f}" for name, value in row.more.items())
                console.print(f"{row.what}, {row.on}: {figures}", soft_wrap=True)
        for note in self.notes:
            console.print(note, style="dim", soft_wrap=True)
        console.print(", ".join(f"{name} {value}" for name, value in self.machine.items()), style="dim", soft_wrap=True)
