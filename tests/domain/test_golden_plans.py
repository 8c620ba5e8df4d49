"""Plans of companies one can picture: each file in golden/ holds a profile and the plan that the rules must give, line by line.

A changed rule or action shows here as a changed line; read the file, decide whether the new plan is the better one, and write it down.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.content import Knowledge, root
from assistant.domain.plan import Capacity, draft
from assistant.domain.planned import Cause, Plan, PutOff
from assistant.domain.profile import BarrierFinding, Finding, Profile, Quote, Remark, TechnologyFinding

KNOWLEDGE = Knowledge(root())
GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.yaml"))
WORDS = Quote(text="said so", turn=1, start=0, end=7)


def profile_of(given: dict[str, Any]) -> Profile:
    findings = {}
    for item, stage in given.get("items", {}).items():
        low, high = (stage, stage) if isinstance(stage, int | None) else stage
        status = "declined" if stage is None else "recorded"
        findings[item] = Finding(
            item=item, low=low, high=high, status=status, quote=WORDS if stage is not None else None
        )
    technologies = {
        name: TechnologyFinding(technology=name, use=said.get("use"), interested=said.get("interested", "unknown"), quote=WORDS)
        for name, said in given.get("technologies", {}).items()
    }  # fmt: skip
    barriers = dict.fromkeys(given.get("barriers", ()), "mentioned")
    barriers |= dict.fromkeys(given.get("ruled_out", ()), "ruled_out")
    return Profile(
        findings=findings, technologies=technologies, targets=given.get("targets", {}),
        barriers={name: BarrierFinding(barrier=name, status=said, quote=WORDS) for name, said in barriers.items()},
        pains=tuple(Remark(quote=WORDS, about=(item,)) for item in given.get("pains", ())),
        goals=tuple(Remark(quote=WORDS, about=(item,)) for item in given.get("goals", ())),
    )  # fmt: skip


def because(cause: Cause) -> str:
    match cause.kind:
        case "finding":
            return f"{cause.what} at {cause.stage}"
        case "barrier":
            return f"meets {cause.what}"
        case "need":
            return f"before {cause.what}"
    return "nothing else"


def why(waits: PutOff) -> str:
    what = "" if waits.what in ("", waits.action) else f" of {waits.what}"
    return f"{waits.action}: {waits.reason}{what}"


def written(plan: Plan) -> dict[str, Any]:
    """The plan as a golden file has it."""
    steps = []
    for step in plan.steps:
        months = f", months {step.months[0]} to {step.months[1]}" if step.months else ""
        lines = [
            f"{one.action}: {', '.join(because(cause) for cause in one.causes)}{' (hurts)' if one.hurts else ''}{' (wished for)' if one.wished else ''}"
            for one in step.actions
        ]
        steps.append({f"{step.stage}{months}": lines})
    return {
        "steps": steps,
        "stopped": [f"{left.action}: {left.barrier}" for left in plan.left_out],
        "waits": [why(waits) for waits in plan.put_off],
    }


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_the_plan_is_the_one_written_down(path: Path) -> None:
    given = yaml.safe_load(path.read_text(encoding="utf-8"))
    capacity = Capacity(**given.get("capacity", {}))
    plan = draft(profile_of(given["profile"]), KNOWLEDGE.model, KNOWLEDGE.actions, capacity)
    assert written(plan) == given["plan"]


def test_there_are_at_least_thirty_and_each_says_who_it_is() -> None:
    assert len(GOLDEN) >= 30
    for path in GOLDEN:
        assert yaml.safe_load(path.read_text(encoding="utf-8"))["company"].strip(), path.name


def test_the_golden_plans_use_most_of_the_library() -> None:
    used = {
        line.partition(":")[0]
        for path in GOLDEN
        for step in yaml.safe_load(path.read_text(encoding="utf-8"))["plan"]["steps"]
        for lines in step.values()
        for line in lines
    }
    assert used <= set(KNOWLEDGE.actions)
    assert len(used) >= 0.9 * len(KNOWLEDGE.actions)
