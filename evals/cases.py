"""Cases, tasks and outcomes: what every eval gives back. Knows no eval; commands, reports and Inspect tasks share it.

A task examines one row at a time and gives a case: what was said, how it scored, what went wrong. Figures are counted from cases.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Generic, Literal, TypeVar

from assistant.build import Engine
from evals.metrics import Bar, Figure, figure, short_of
from evals.rows import Row

Part = Literal["tune", "measure"]
R = TypeVar("R", bound=Row)


@dataclass(frozen=True)
class Said:
    """One message of a transcript, with what was made of it."""

    role: Literal["user", "assistant"]
    text: str
    more: Mapping[str, Any] = field(default_factory=dict)
    """Acts, dropped proposals, citations, seconds: what JSON can hold."""


@dataclass(frozen=True)
class Case:
    """One row after it was examined."""

    id: str
    language: str
    kind: str
    scores: Mapping[str, float]
    """Name of a figure -> what this case adds to its mean, 0 to 1 or a count; a figure that does not apply is absent."""
    wrong: tuple[str, ...] = ()
    """What went wrong, a line each; empty when nothing did."""
    said: tuple[Said, ...] = ()
    seconds: float = 0.0
    made: Any = None
    """What was made, for figures that are no means; not kept."""

    @property
    def passed(self) -> bool:
        """Whether nothing went wrong."""
        return not self.wrong

    def as_json(self) -> dict[str, Any]:
        """Everything but `made`."""
        return asdict(replace(self, made=None)) | {"passed": self.passed}


@dataclass(frozen=True)
class Task(Generic[R]):
    """One eval.

    Args:
        name: Its name on the command line.
        title: What it is called in a report.
        load: The rows of a part.
        opened: Opens what is needed to examine rows; the context gives the function that examines one.
        figures: Counts the figures from all cases.
        bars: What figures must reach.
        by_case: Names of the scores that cases bear.
        rests_on: Files of the project, as patterns below its root, that its outcome depends on besides the code.
        besides: Figures that are not counted from cases, such as times and simple readers to compare with.
        unsteady: Figures that differ from run to run, such as times.
        plots: What a report draws of it, such as confusion matrices.
        shared: Whether its rows may be shared out to several processes; not where opening it costs more than that saves.
        asks: Whether the product's language model is asked where one is set.
        variant: What else makes its outcome another one, such as the model in a role and the number of runs.
    """

    name: str
    title: str
    load: Callable[[Part], Sequence[R]]
    opened: Callable[[Engine], AbstractContextManager[Callable[[R], Case]]]
    figures: Callable[[Sequence[Case]], dict[str, Figure]]
    bars: Mapping[str, Bar]
    by_case: tuple[str, ...]
    rests_on: tuple[str, ...]
    besides: Callable[[Engine, Sequence[R]], dict[str, Figure]] = lambda _engine, _rows: {}
    unsteady: frozenset[str] = frozenset()
    plots: Callable[[Sequence[Case]], dict[str, Any]] = lambda _cases: {}
    shared: bool = True
    asks: bool = False
    variant: str = ""


@dataclass(frozen=True)
class Outcome:
    """What a task found."""

    task: str
    title: str
    part: str
    figures: Mapping[str, Figure]
    bars: Mapping[str, Bar]
    cases: Sequence[Case]
    seconds: float
    plots: Mapping[str, Any]
    unsteady: frozenset[str] = frozenset()
    kept: bool = False
    """Taken from an earlier run of the same code, content and cases."""

    @property
    def short(self) -> list[str]:
        """Figures that miss their bars."""
        return short_of(self.figures, self.bars)

    def as_json(self) -> dict[str, Any]:
        """For a machine; `restored` reads it back."""
        return {
            "task": self.task, "title": self.title, "part": self.part, "seconds": round(self.seconds, 2),
            "kept": self.kept, "figures": {name: one.as_json() for name, one in self.figures.items()},
            "bars": {name: asdict(bar) for name, bar in self.bars.items()}, "short": self.short,
            "unsteady": sorted(self.unsteady), "plots": self.plots, "cases": [case.as_json() for case in self.cases],
        }  # fmt: skip


def restored(text: str) -> Outcome:
    """The outcome that was kept as JSON text; marked as kept."""
    data = json.loads(text)
    cases = [
        Case(**{k: v for k, v in case.items() if k not in ("passed", "said", "wrong")}, wrong=tuple(case["wrong"]),
             said=tuple(Said(**one) for one in case["said"]))
        for case in data["cases"]
    ]  # fmt: skip
    return Outcome(
        data["task"], data["title"], data["part"],
        {name: Figure.of_json(one) for name, one in data["figures"].items()},
        {name: Bar(**bar) for name, bar in data["bars"].items()}, cases, data["seconds"], data["plots"],
        frozenset(data["unsteady"]), kept=True,
    )  # fmt: skip


def run(task: Task[R], engine: Engine, part: Part, rows: Sequence[R] | None = None) -> Outcome:
    """Examines all rows of `part`, or those given, one after the other in a fixed order.

    Raises:
        ContentError: a row cannot be read, or there are none.
    """
    chosen = task.load(part) if rows is None else rows
    started = time.perf_counter()
    with task.opened(engine) as examine:
        cases = [timed(engine, examine, row) for row in chosen]
    besides = task.besides(engine, chosen)
    return outcome_of(task, part, cases, besides, time.perf_counter() - started)


def outcome_of(task: Task[R], part: Part, cases: Sequence[Case], besides: Mapping[str, Figure], took: float) -> Outcome:
    """What `task` found, from its cases in the order of their rows."""
    figures = task.figures(cases) | dict(besides)
    return Outcome(
        task.name, task.title, part, figures, task.bars, cases, took, task.plots(cases), task.unsteady,
    )  # fmt: skip


def timed(engine: Engine, examine: Callable[[R], Case], row: R) -> Case:
    """The case with the seconds it took. Nothing that an earlier one left is used: neither time nor outcome depends on it."""
    engine.forget()
    started = time.perf_counter()
    case = examine(row)
    return replace(case, seconds=round(time.perf_counter() - started, 4))


def mean(cases: Iterable[Case], name: str, language: str | None = None, kind: str | None = None) -> Figure:
    """The figure called `name`: the mean over the cases that it applies to."""
    return figure(
        [
            case.scores[name]
            for case in cases
            if name in case.scores and language in (None, case.language) and kind in (None, case.kind)
        ]
    )
