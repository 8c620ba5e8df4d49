"""What a language model judges of the answers and of played owners, apart from all that is checked for sure.

First the judge is judged: Cohen's kappa with hand-made verdicts. Only where that suffices is anything else put before it, and
only there do its figures have bars; verdicts that cannot be read are not scored.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from evals import answers, judging, kept, owners, personas, report, roles
from evals.cases import Case, Outcome, Part, Said, Task
from evals.judging import AGREES, UNREAD, Agreement, Check, Judge
from evals.metrics import Bar, Figure, figure, shown
from evals.spending import Dry, Tokens

SUBJECTS: Mapping[str, Check] = {"answers": "answers", "owners": "keeps"}
"""Eval whose transcripts are judged -> by which check."""
NAMES: Mapping[Check, str] = {
    "answers": "judged: what was asked is answered",
    "keeps": "judged: owners keep to their facts",
}
BARS: Mapping[Check, Bar] = {"answers": Bar(0.8), "keeps": Bar(0.9)}
KAPPA, UNREADABLE = "agreement with hand-made verdicts (kappa)", "unreadable verdicts"
_DRAWN = 5
"""Verdicts that a run's cost is reckoned from."""


def put(case: Case, subject: str) -> Iterator[tuple[int, str, str]]:
    """(place in the transcript, what is given, what was said) for all that is to be judged in `case`."""
    if subject == "owners":
        for place, said in enumerate(case.said):
            if said.role == "user" and "matter" in said.more:
                yield place, str(said.more["matter"]), said.text
    elif case.said and case.said[-1].more.get("answered"):
        yield len(case.said) - 1, " / ".join(one.text for one in case.said if one.role == "user"), case.said[-1].text


def judged(one: Outcome, judge: Judge, agreed: Agreement) -> Outcome:
    """What `judge` says of the transcripts of `one`; nothing is asked when it does not count."""
    started, check = time.perf_counter(), agreed.check
    cases = [found for case in one.cases if agreed.counts and (found := _case(case, one.task, judge, check))]
    scores = [value for case in cases for value in [case.scores.get(NAMES[check])] if value is not None]
    figures: dict[str, Figure] = {KAPPA: agreed.kappa}
    if agreed.counts:
        figures = {NAMES[check]: figure(scores)} | figures
    figures[UNREADABLE] = agreed.unread
    bars = {KAPPA: Bar(AGREES), UNREADABLE: Bar(UNREAD, at_most=True)} | (
        {NAMES[check]: BARS[check]} if agreed.counts else {}
    )
    title = f"{one.title}, judged by {judge.model.name}{'' if agreed.counts else ' (does not count)'}"
    took = time.perf_counter() - started
    return Outcome(f"judged_{one.task}", title, one.part, figures, bars, cases, took, {})


def _case(case: Case, subject: str, judge: Judge, check: Check) -> Case | None:
    said, wrong, marks = list(case.said), [], []
    for place, given, words in put(case, subject):
        found = judge.verdict(check, given, words)
        said[place] = _with(said[place], found.yes, found.because)
        if found.yes is not None:
            marks.append(float(found.yes))
        if not found.yes:
            wrong.append(f"{'unscored' if found.yes is None else 'no'}: {found.because}")
    if not marks and not wrong:
        return None
    scores = {NAMES[check]: sum(marks) / len(marks)} if marks else {}
    return replace(case, scores=scores, wrong=tuple(wrong), said=tuple(said), made=None)


def _with(said: Said, yes: bool | None, because: str) -> Said:
    verdict = "unscored" if yes is None else "yes" if yes else "no"
    return replace(said, more={**said.more, "judged": {"verdict": verdict, "because": because}})


def expected(outcomes: Sequence[Outcome], marked: Sequence[judging.Marked]) -> Tokens:
    """What judging will cost by about, reckoned from a few verdicts that cost nothing."""
    dry = Dry()
    judge = Judge(dry, judging.told())
    for row in marked[:: max(1, len(marked) // _DRAWN)]:
        judge.verdict(row.check, row.given, row.said)
    checks = {SUBJECTS[one.task] for one in outcomes}
    many = sum(row.check in checks for row in marked) + sum(
        len(list(put(c, one.task))) for one in outcomes for c in one.cases
    )
    return dry.counted.times(many / dry.counted.calls)


def of(outcomes: Sequence[Outcome], cast: roles.Cast) -> list[Outcome]:
    """What the judge of `cast` says of those outcomes that can be judged; its agreement is measured first, and printed.

    Raises:
        UserError: no judge is named, or it may not cost what it will cost.
    """
    job, marked = judging.told(), judging.load()
    judge, mine, made = Judge(cast.seat("judge", job), job), [one for one in outcomes if one.task in SUBJECTS], []
    roles.agreed({"judge": expected(mine, marked)}, cast)
    for one in mine:
        before = cast.meter.failed
        agreed = judging.agreement(judge, SUBJECTS[one.task], marked)
        print(agreed, file=sys.stderr)
        made.append(judged(one, judge, agreed))
        if failed := cast.meter.failed - before:
            print(
                f"{failed} calls gave nothing: the model is down, or slower than VEJVISER_EVAL_SECONDS"
                f" ({cast.roles.seconds:g} s); after three such calls it is left alone for a while.", file=sys.stderr,
            )  # fmt: skip
    return made


def _outcome(name: str, cast: roles.Cast, part: Part, seeds: int) -> Outcome:
    """What is to be judged: kept from an earlier run, or made."""
    task: Task[Any] = answers.TASK
    reckon = partial(answers.expected, cast, part)
    if name == "owners":
        playing, part = personas.load(), "tune"
        task, reckon = owners.task(cast, playing, seeds), partial(owners.expected, cast, playing, seeds)
    if not kept.there(task, cast.engine, part):
        roles.agreed({name: reckon()}, cast)
    return kept.outcome(task, cast.engine, part, sound=lambda: not cast.meter.failed)


def main(arguments: Sequence[str]) -> int:
    """Prints agreement and figures; 1 when the judge does not agree or a figure falls short."""
    parser = argparse.ArgumentParser(prog="vejviser eval judge", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"what is judged: {', '.join(SUBJECTS)} (answers)")
    parser.add_argument("--part", choices=["tune", "measure"], default="tune", help="which answers (tune)")
    parser.add_argument("--seeds", type=int, default=1, metavar="N", help="runs of each persona (1)")
    parser.add_argument("--out", type=Path, help="folder for judged.html and the like")
    parser.add_argument("--fresh", action="store_true", help="ask the models anew")
    roles.options(parser, "owner", "judge")
    chosen = parser.parse_args(arguments)
    if unknown := [name for name in chosen.names if name not in SUBJECTS]:
        parser.error(f"{unknown[0]!r} cannot be judged; there are {', '.join(SUBJECTS)}")
    cast, names = roles.cast(chosen), chosen.names or ["answers"]
    cast.seat("judge", judging.told())  # what is missing is said before anything is run
    found: list[Outcome] = []
    with roles.limited(cast.meter):
        for name in names:
            print(f"{name} ...", file=sys.stderr, flush=True)
            found.append(_outcome(name, cast, chosen.part, chosen.seeds))
        made = of(found, cast)
    for one in made:
        if one.cases:
            print(shown(one.figures, one.bars))
    if chosen.out:
        rests = kept.made(cast.engine.settings) | {"owner": cast.roles.owner or "none", "judge": cast.roles.judge}
        print(report.write(chosen.out, made, "judged", None, rests)[0], file=sys.stderr)
    return int(any(one.short for one in made))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
