"""Reports to look at and to check by machine: HTML, Markdown, JSON and JUnit XML of the same outcomes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from assistant.errors import UserError
from evals.cases import Outcome
from evals.compare import WORDS, Change, worse
from evals.page import page

Changes = Mapping[str, Mapping[str, Change]]


def write(
    folder: Path, outcomes: Sequence[Outcome], name: str = "report", changed: Changes | None = None,
    made: Mapping[str, Any] | None = None,
) -> list[Path]:  # fmt: skip
    """Writes `<name>.html`, `.md`, `.json` and `.xml` to `folder` and returns their paths.

    Raises:
        UserError: the folder cannot be written to.
    """
    changed, made = changed or {}, made or {}
    texts = {
        "html": page(outcomes, changed, made, verdict(outcomes, changed)),
        "md": markdown(outcomes, changed, made),
        "json": document(outcomes, changed, made),
        "xml": junit(outcomes, changed),
    }
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for kind, text in texts.items():
            path = folder / f"{name}.{kind}"
            path.write_text(text, encoding="utf-8")
            written.append(path)
    except OSError as error:
        raise UserError(f"{folder}: cannot be written ({error.strerror}); name another folder with --out.") from error
    return written


def verdict(outcomes: Sequence[Outcome], changed: Changes) -> str:
    """One sentence on the whole run."""
    bars = sum(len(one.bars) for one in outcomes)
    short = [f"{one.title}: {name}" for one in outcomes for name in one.short]
    lost = worse(changed)
    said = f"{bars - len(short)} of {bars} bars are reached"
    said += f"; missed: {', '.join(short)}" if short else ""
    said += f"; worse than the baseline: {', '.join(lost)}" if lost else ""
    return f"{said}."


def markdown(outcomes: Sequence[Outcome], changed: Changes, made: Mapping[str, Any]) -> str:
    """The figures with a bar, and what the run rests on; no cases."""
    lines = ["# Vejviser: evals", "", verdict(outcomes, changed), ""]
    lines += [
        "| task | figure | value | 95 % interval | bar | cases | since the baseline |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in outcomes:
        for name, bar in one.bars.items():
            found = one.figures[name]
            change = changed.get(one.task, {}).get(name)
            since = "" if change is None or change.before is None else WORDS[change.verdict]
            missed = "" if bar.met(found) else " ✗"
            lines.append(
                f"| {one.task} | {name} | {found.value:.3f}{missed} | {found.low:.3f} to {found.high:.3f} | "
                f"{'≤' if bar.at_most else '≥'} {bar.value:g} | {found.cases} | {since} |"
            )
    lines += ["", *(f"- {name}: {json.dumps(value, ensure_ascii=False)}" for name, value in made.items()), ""]
    return "\n".join(lines)


def document(outcomes: Sequence[Outcome], changed: Changes, made: Mapping[str, Any]) -> str:
    """Everything as JSON."""
    return json.dumps(
        {
            "made": made, "short": {one.task: one.short for one in outcomes if one.short}, "worse": worse(changed),
            "changes": {task: {n: c.as_json() for n, c in those.items()} for task, those in changed.items()},
            "tasks": [one.as_json() for one in outcomes],
        },
        ensure_ascii=False, indent=1,
    )  # fmt: skip


def junit(outcomes: Sequence[Outcome], changed: Changes) -> str:
    """A suite for each task, a test for each bar; it fails when the bar is missed or the figure got worse. Cases that went
    wrong stand in the suite's output, by id.
    """
    root = ET.Element("testsuites", name="vejviser evals")
    for one in outcomes:
        problems: dict[str, list[str]] = {}
        for name in one.short:
            bar = one.bars[name]
            sign = "at most" if bar.at_most else "at least"
            problems.setdefault(name, []).append(f"{one.figures[name]} must be {sign} {bar.value:g}")
        for name, change in changed.get(one.task, {}).items():
            if change.verdict == "worse":
                problems.setdefault(name, []).append(f"{change.before:.4f} before, {change.now:.4f} now")
        names = list(dict.fromkeys([*one.bars, *problems]))
        suite = ET.SubElement(
            root, "testsuite", name=one.task, tests=str(len(names)), failures=str(len(problems)),
            time=f"{one.seconds:.2f}",
        )  # fmt: skip
        for name in names:
            case = ET.SubElement(suite, "testcase", classname=f"evals.{one.task}", name=name)
            if name in problems:
                ET.SubElement(case, "failure", message="; ".join(problems[name]))
        wrong = [f"{case.id}: {'; '.join(case.wrong)}" for case in one.cases if not case.passed]
        if one.part == "measure" and one.task != "safety":
            wrong = [case.id for case in one.cases if not case.passed]
        ET.SubElement(suite, "system-out").text = _legal("\n".join(wrong))
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode")


def _legal(text: str) -> str:
    """`text` without the signs that XML cannot hold."""
    return "".join(
        one for one in text if one in "\t\n" or " " <= one <= "\ud7ff" or "\ue000" <= one <= "\ufffd" or one > "\uffff"
    )
