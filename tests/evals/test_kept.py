"""Outcomes are kept by what they rest on; a change of that makes them anew, and nothing else does."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.build import Engine
from assistant.settings import Settings
from evals import kept, mutants
from evals.all import TASKS, table
from evals.cases import Case, Part, Task, mean
from evals.metrics import Bar
from evals.rows import Row

PROJECT = Path(__file__).parents[2]


class _Counting:
    """A task of three rows that counts how often it examines one."""

    def __init__(self) -> None:
        self.examined = 0
        self.task: Task[Row] = Task(
            "counting", "Counting", self._load, self._opened, lambda cases: {"right": mean(cases, "right")},
            {"right": Bar(0.5)}, ("right",), ("evals/data/facts-*.jsonl",),
        )  # fmt: skip

    def _load(self, part: Part) -> list[Row]:
        return [Row(id=f"{part}-{n}") for n in range(3)]

    @contextmanager
    def _opened(self, _engine: Engine) -> Iterator[Callable[[Row], Case]]:
        def examine(row: Row) -> Case:
            self.examined += 1
            return Case(
                row.id, "en", "made", {"right": float(row.id[-1] != "0")}, ("wrong",) if row.id[-1] == "0" else ()
            )

        yield examine


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, cache=tmp_path / "cache", model="")


def test_a_second_run_examines_nothing_and_says_the_same(settings: Settings) -> None:
    counting, engine = _Counting(), Engine(settings)
    first = kept.outcome(counting.task, engine, "tune")
    second = kept.outcome(counting.task, engine, "tune")
    assert counting.examined == 3
    assert (first.kept, second.kept) == (False, True)
    assert first.as_json() | {"kept": True} == second.as_json()
    assert kept.outcome(counting.task, engine, "tune", fresh=True).kept is False
    assert counting.examined == 6


def test_a_kept_file_that_is_damaged_is_made_anew(settings: Settings) -> None:
    counting, engine = _Counting(), Engine(settings)
    kept.outcome(counting.task, engine, "tune")
    (path,) = (settings.cache / "evals").iterdir()
    path.write_text("{}", encoding="utf-8")
    assert kept.outcome(counting.task, engine, "tune").kept is False
    assert json.loads(path.read_text(encoding="utf-8"))["task"] == "counting"


def test_another_part_model_or_pattern_has_another_key(settings: Settings) -> None:
    task, other = _Counting().task, settings.model_copy(update={"model": "ollama:x"})
    asks = replace(task, asks=True)
    keys = {
        kept.key(task, "tune", settings), kept.key(task, "measure", settings), kept.key(asks, "tune", other),
        kept.key(replace(task, rests_on=("knowledge/faq/*",)), "tune", settings),
        kept.key(replace(task, variant="fake x3"), "tune", settings),
    }  # fmt: skip
    assert len(keys) == 5
    assert kept.key(task, "tune", other) == kept.key(task, "tune", settings) == kept.key(asks, "tune", settings)


def test_an_outcome_in_which_a_model_failed_is_not_kept(settings: Settings) -> None:
    counting, engine = _Counting(), Engine(settings)
    kept.outcome(counting.task, engine, "tune", sound=lambda: False)
    assert not kept.there(counting.task, engine, "tune")
    kept.outcome(counting.task, engine, "tune")
    assert (kept.there(counting.task, engine, "tune"), counting.examined) == (True, 6)


def test_an_outcome_made_elsewhere_is_kept_as_one_made_here(settings: Settings) -> None:
    counting, engine = _Counting(), Engine(settings)
    here = kept.outcome(counting.task, engine, "tune")
    again = kept.outcome(counting.task, engine, "tune", fresh=True, makes=lambda: replace(here, seconds=9.0))
    assert (again.seconds, counting.examined) == (9.0, 3)
    assert kept.outcome(counting.task, engine, "tune").seconds == 9.0


def test_the_digest_knows_names_and_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("one", encoding="utf-8")
    (tmp_path / "b").write_text("two", encoding="utf-8")
    before = kept.content(["*"], tmp_path)
    assert kept.content(["a"], tmp_path) != before
    (tmp_path / "b").write_text("twp", encoding="utf-8")
    assert kept.content(["*"], tmp_path) != before
    (tmp_path / "b").rename(tmp_path / "c")
    (tmp_path / "c").write_text("two", encoding="utf-8")
    assert kept.content(["*"], tmp_path) != before


def test_code_that_only_shows_is_not_digested(tmp_path: Path) -> None:
    for name in ("assistant/reading.py", "assistant/web/page.py", "evals/page.py", "evals/reading.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("1", encoding="utf-8")
    found = []
    for name in ("assistant/reading.py", "assistant/web/page.py", "evals/page.py", "evals/reading.py"):
        before = kept.code.__wrapped__(tmp_path)
        (tmp_path / name).write_text("2", encoding="utf-8")
        if kept.code.__wrapped__(tmp_path) != before:
            found.append(name)
    assert found == ["assistant/reading.py", "evals/reading.py"]


@pytest.mark.parametrize("name", TASKS)
def test_every_task_rests_on_files_that_are_there(name: str) -> None:
    for pattern in TASKS[name].rests_on:
        assert any(path.is_file() for path in PROJECT.glob(pattern)), pattern


@pytest.mark.parametrize("name", TASKS)
def test_every_task_is_one_of_inspect_too(name: str) -> None:
    tree = ast.parse((PROJECT / "evals" / "tasks" / f"{name}.py").read_text(encoding="utf-8"))
    (function,) = [part for part in tree.body if isinstance(part, ast.FunctionDef)]
    assert function.name == name
    assert ast.unparse(function.decorator_list[0]) == "task"
    assert ast.unparse(function.body[-1]) == f"return inspected('{name}', part)"


def test_the_table_marks_what_falls_short(settings: Settings) -> None:
    one = kept.outcome(_Counting().task, Engine(settings), "tune")
    assert "falls short" not in table([one], {})
    high = replace(one, bars={"right": Bar(0.9)})
    assert "falls short" in table([high], {})


def test_there_are_ten_mutants_and_each_is_of_an_eval() -> None:
    assert len(mutants.MUTANTS) == 10
    assert {one.task for one in mutants.MUTANTS} == set(TASKS)


def test_a_mutant_is_caught_by_a_missed_bar_or_by_its_cases_and_no_other_is(settings: Settings) -> None:
    sound = kept.outcome(_Counting().task, Engine(settings), "tune")

    def broken(**changes: Any) -> Any:
        return replace(sound, **changes)

    assert mutants.caught(sound, sound) == []
    none = [replace(case, scores={"right": 0.0}) for case in sound.cases]
    assert mutants.caught(sound, broken(figures={"right": mean(none, "right")}, cases=none))[0].startswith(
        "right: 0.667"
    )
    many = replace(sound, bars={}, cases=[Case(f"c-{n}", "en", "x", {"right": 1.0}) for n in range(8)])
    lost = replace(many, cases=[replace(case, scores={"right": float(n < 2)}) for n, case in enumerate(many.cases)])
    assert mutants.caught(many, lost) == ["right: 6 of 8 cases moved, chance 0.0312"]
    few = replace(many, cases=[replace(case, scores={"right": float(n < 5)}) for n, case in enumerate(many.cases)])
    assert mutants.caught(many, few) == []


@pytest.mark.parametrize("one", mutants.MUTANTS, ids=lambda one: one.name)
def test_a_mutant_leaves_the_product_whole_again(one: mutants.Mutant) -> None:
    from assistant.answering.support import Signs
    from assistant.reading import guard, items, private, rules
    from assistant.reading.head import Head

    def parts() -> list[object]:
        return [
            guard.Guard.check, guard.Guard.__dict__["_misquoted"], guard.told, rules.told, Head.stage_probabilities,
            private.PrivateWords.hide, items.ItemReader.__dict__["_quoted"], Signs.__dict__["suffice"],
            mutants.Quoter.answer, mutants.Stemmer.Stemmer, mutants.Cues.found,
        ]  # fmt: skip

    before = parts()
    with mutants.mutated(one):
        assert parts() != before
    assert parts() == before
