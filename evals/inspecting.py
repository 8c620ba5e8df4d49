"""Evals as tasks of Inspect (inspect-ai): the same rows, the same examining and the same scores as `vejviser eval`.

Knows Inspect, and tasks by their form; knows no single eval. No model of Inspect's is asked anything: the product is what is
measured, with the language model that its own settings name, or none.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from threading import Lock
from typing import Any, Literal

import anyio.to_thread
from inspect_ai import Task as InspectTask
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageUser
from inspect_ai.scorer import (
    Metric,
    SampleScore,
    Score,
    Scorer,
    Target,
    metric,
    scorer,
)
from inspect_ai.scorer import mean as inspect_mean
from inspect_ai.solver import Generate, Solver, TaskState, solver

from assistant.build import Engine
from assistant.settings import load as load_settings
from evals import kept
from evals.all import TASKS
from evals.cases import Case, timed
from evals.metrics import figure

Part = Literal["tune", "measure"]
CASE = "case"
"""Where a sample keeps its case between solving and scoring."""


def inspected(name: str, part: Part = "measure") -> InspectTask:
    """The eval called `name` as a task; run it with `--model none/none`.

    Raises:
        ContentError: a row cannot be read.
    """
    task = TASKS[name]
    settings = load_settings()
    rows = {row.id: row for row in task.load(part)}
    samples = [
        Sample(
            id=row.id, input=str(getattr(row, "text", "") or getattr(row, "question", "") or row.id),
            target=_target(row), metadata={"language": _language(row), "kind": str(getattr(row, "kind", ""))},
        )
        for row in rows.values()
    ]  # fmt: skip
    return InspectTask(
        dataset=MemoryDataset(samples, name=f"{name}-{part}"), solver=examined(name, rows), scorer=scored(task.by_case),
        name=f"vejviser_{name}", metadata=kept.made(settings) | {"part": part}, model="none/none",
    )  # fmt: skip


def _target(row: Any) -> str:
    """What is expected, in words: the row without what is said."""
    return str(row.model_dump(mode="json", exclude={"id", "language", "kind", "text", "question", "script"}))


def _language(row: Any) -> str:
    return str(row.script.language if hasattr(row, "script") else row.language)


@solver
def examined(name: str, rows: dict[str, Any]) -> Solver:
    """Has the product meet one row; its transcript becomes the messages of the sample."""
    stack, lock, held = ExitStack(), Lock(), {}

    def examine(row: Any) -> Case:
        with lock:  # one after the other: the cores are the product's
            if not held:
                engine = Engine(load_settings())
                held["case"] = partial(timed, engine, stack.enter_context(TASKS[name].opened(engine)))
            return held["case"](row)

    async def solve(state: TaskState, generate: Generate) -> TaskState:  # noqa: ARG001 - Inspect gives it
        case = await anyio.to_thread.run_sync(examine, rows[str(state.sample_id)])
        state.messages = messages(case)
        state.output.completion = "; ".join(case.wrong) or "nothing went wrong"
        state.metadata |= {"seconds": case.seconds, "wrong": list(case.wrong), "passed": case.passed}
        state.metadata["turns"] = [dict(said.more) for said in case.said if said.more]
        state.store.set(CASE, {"scores": dict(case.scores), "wrong": list(case.wrong)})
        return state

    return solve


def messages(case: Case) -> list[ChatMessage]:
    """The transcript, each message of the product with acts, dropped proposals, citations and seconds as its metadata."""
    return [
        ChatMessageUser(content=said.text)
        if said.role == "user"
        else ChatMessageAssistant(content=said.text, metadata=dict(said.more), source="generate")
        for said in case.said
    ]


@metric
def interval() -> Metric:
    """Width of half the 95 % interval (bootstrap over the samples, seed 0), as in the product's own reports."""

    def measure(scores: list[SampleScore]) -> float:
        values = [value for score in scores if not math.isnan(value := score.score.as_float())]
        one = figure(values)
        return (one.high - one.low) / 2 if one.cases else math.nan

    return measure


@scorer(metrics={"*": [inspect_mean(), interval()]})
def scored(names: Sequence[str]) -> Scorer:
    """The scores that examining gave, by figure; a figure that does not apply to a sample is unscored (nan)."""

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001 - Inspect gives it
        case = state.store.get(CASE)
        return Score(
            value={name: case["scores"].get(name, math.nan) for name in names},
            explanation="\n".join(case["wrong"]) or "nothing went wrong",
        )

    return score
