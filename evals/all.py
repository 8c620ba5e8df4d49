"""All evals in one run: a table, a report, and an exit code that says whether this build may be accepted.

Outcomes are kept by the digest of code, content and cases, so that a second run is quick; --fresh makes them anew.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evals import answers, compare, dialogues, judge, kept, parallel, reading, report, retrieval, roles, safety
from evals.cases import Outcome, Task

TASKS: dict[str, Task[Any]] = {
    one.name: one for one in (retrieval.TASK, reading.TASK, answers.TASK, dialogues.TASK, safety.TASK)
}


def table(outcomes: Sequence[Outcome], changed: report.Changes) -> str:
    """A line for each figure that has a bar."""
    lines = [f"{'task':<10} {'figure':<42} {'value':>6}  {'95 % interval':<16} {'bar':<8} {'n':>5}  since the baseline"]
    for one in outcomes:
        for name, bar in one.bars.items():
            found, change = one.figures[name], changed.get(one.task, {}).get(name)
            since = "" if change is None or change.before is None else compare.WORDS[change.verdict]
            missed = "" if bar.met(found) else "  falls short"
            lines.append(
                f"{one.task:<10} {name:<42} {found.value:>6.3f}  {f'{found.low:.3f} to {found.high:.3f}':<16} "
                f"{'<=' if bar.at_most else '>='} {bar.value:<5.2f} {found.cases:>5}  {since}{missed}"
            )
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    """Prints the table and writes the report; 1 below a bar or significantly below the baseline."""
    parser = argparse.ArgumentParser(prog="vejviser eval all", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"only these: {', '.join(TASKS)}")
    parser.add_argument("--part", choices=["tune", "measure"], default="measure", help="which cases (measure)")
    parser.add_argument("--out", type=Path, help="folder for report.html, report.md, report.json and report.xml")
    parser.add_argument("--fresh", action="store_true", help="make every outcome anew")
    parser.add_argument("--baseline", action="store_true", help="accept this run: write evals/baseline.json")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument(
        "--jobs", type=int, default=min(2, os.cpu_count() or 1), metavar="N",
        help="processes that share the work where no language model is set (%(default)s)",
    )  # fmt: skip
    roles.options(parser, "judge")
    chosen = parser.parse_args(arguments)
    if unknown := [name for name in chosen.names if name not in TASKS]:
        parser.error(f"{unknown[0]!r} is no eval; there are {', '.join(TASKS)}")
    if chosen.baseline and (chosen.names or chosen.part != "measure"):
        parser.error("--baseline is for all evals on the measured part")
    cast = roles.cast(chosen)
    engine, part, names = cast.engine, chosen.part, chosen.names or list(TASKS)
    kept.code()  # as it is now, whatever is edited while this runs
    started, outcomes = time.perf_counter(), []
    wanted = [name for name in names if chosen.fresh or not kept.there(TASKS[name], engine, part)]
    roles.agreed({name: roles.reckoned(TASKS[name], cast, TASKS[name].load(part)) for name in wanted}, cast)
    shared = (
        {}
        if engine.settings.model or chosen.jobs < 2
        else parallel.outcomes(wanted, engine.settings, part, chosen.jobs)
    )
    with roles.limited(cast.meter):
        for name in names:
            print(f"{name} ...", file=sys.stderr, flush=True)
            failed = cast.meter.failed
            one = kept.outcome(
                TASKS[name], engine, part, fresh=chosen.fresh, makes=shared.get(name),
                sound=lambda before=failed: cast.meter.failed == before,  # type: ignore[misc]
            )  # fmt: skip
            outcomes.append(one)
        if cast.roles.judge not in ("", roles.NONE):
            outcomes += judge.of(outcomes, cast)
    changed, made = (
        compare.changes(outcomes, compare.read()),
        kept.made(engine.settings) | ({"judge": cast.roles.judge} if cast.roles.judge else {}),
    )
    if chosen.json:
        print(report.document(outcomes, changed, made))
    else:
        print(f"{table(outcomes, changed)}\n{report.verdict(outcomes, changed)} {time.perf_counter() - started:.0f} s.")
    if chosen.out:
        print(report.write(chosen.out, outcomes, "report", changed, made)[0], file=sys.stderr)
    if chosen.baseline:
        compare.PATH.write_text(compare.baseline(outcomes, made), encoding="utf-8")
        print(compare.PATH.name, file=sys.stderr)
    return int(any(one.short for one in outcomes) or bool(compare.worse(changed)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
