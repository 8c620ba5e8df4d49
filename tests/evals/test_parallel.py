"""Work that was shared out gives what one process gives."""

from __future__ import annotations

import pickle
from concurrent.futures import Future
from typing import Any

import pytest
from engines import like

from assistant.build import Engine
from assistant.settings import Settings
from evals import kept, parallel
from evals.all import TASKS
from evals.cases import Case, Task, mean
from evals.metrics import Bar, Figure
from evals.rows import Row


def done(value: Any) -> Future[Any]:
    made: Future[Any] = Future()
    made.set_result(value)
    return made


def test_cases_come_back_in_the_order_of_their_rows_with_what_is_counted_besides() -> None:
    task: Task[Row] = Task(
        "made", "Made", lambda _part: [], lambda _engine: None,  # type: ignore[arg-type, return-value]
        lambda cases: {"right": mean(cases, "right")}, {"right": Bar(0.5)}, ("right",), (),
    )  # fmt: skip
    cases = [(n, Case(f"c-{n}", "en", "made", {"right": float(n % 3 == 0)}, seconds=1.0)) for n in range(10)]
    begun = parallel._Begun([done(cases[at::4]) for at in (2, 0, 3, 1)], done(({"time": Figure(1, 1, 1, 1)}, 2.0)))
    found = parallel._gathered(task, "tune", begun)
    assert [case.id for case in found.cases] == [f"c-{n}" for n in range(10)]
    assert found.figures == {"right": mean([case for _, case in cases], "right"), "time": Figure(1, 1, 1, 1)}
    assert found.seconds == 12.0


def test_what_fails_in_a_process_fails_here() -> None:
    broken: Future[Any] = Future()
    broken.set_exception(ValueError("no such row"))
    with pytest.raises(ValueError, match="no such row"):
        parallel._gathered(TASKS["answers"], "tune", parallel._Begun([broken], done(({}, 0.0))))


def test_nothing_to_do_begins_no_process(settings: Settings) -> None:
    assert parallel.outcomes([], settings, "tune", 2) == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["answers", "dialogues", "reading", "safety"])
def test_what_a_case_made_survives_the_way_between_processes(engine: Engine, name: str) -> None:
    task: Task[Any] = TASKS[name]
    with task.opened(like(engine)) as examine:
        case = examine(task.load("tune")[0])
    back = pickle.loads(pickle.dumps(case))
    assert {k: f.as_json() for k, f in task.figures([back]).items()} == {
        k: f.as_json() for k, f in task.figures([case]).items()
    }
    assert kept.key(task, "tune", engine.settings)
