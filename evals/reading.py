"""How well single answers are read: stage, certainty, and what must not be recorded, against baselines and a second labelling.

Measured: exact and within one stage, quadratic weighted kappa, recall of each stage, expected calibration error, answers
wrongly recorded, and the time of reading against embedding the same sentences.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.build import Engine
from assistant.domain.acts import Answer
from assistant.domain.maturity import LANGUAGES, STAGES
from assistant.domain.readings import SURE
from assistant.errors import ContentError
from assistant.play import overlaps
from assistant.reading.guard import Guarded
from assistant.reading.segments import sentences
from assistant.settings import load as load_settings
from evals import baselines, report
from evals.cases import Case, Said, Task, run
from evals.labelled import CLEAR, FOLDER, Labelled, load, second_labels
from evals.metrics import Bar, Figure, calibration_error, document, figure, kappa_figure, shown

TIME = "reading 30 words, times embedding"
BARS = {
    "clear: exact": Bar(0.85), "clear: within one stage": Bar(0.99), "clear: weighted kappa": Bar(0.95),
    "clear: least recall of a stage": Bar(0.75), "Danish no more than .03 behind English": Bar(1.0),
    "calibration error": Bar(0.08, at_most=True), "tricky: wrongly recorded": Bar(0.05, at_most=True),
    "quotes that are exact spans": Bar(1.0), TIME: Bar(1.3, at_most=True),
}  # fmt: skip
_WORDS = (24, 36)  # an utterance of about 30 words


@dataclass(frozen=True, slots=True)
class Read:
    """One labelled answer and what was made of it."""

    row: Labelled
    low: int | None
    high: int | None
    confidence: float
    quote: str
    """What was quoted for the asked item."""
    spans: bool
    """Every quote stands in the text, at its place."""

    @property
    def stage(self) -> float | None:
        """The middle of what was read; None when nothing was."""
        return None if self.low is None or self.high is None else (self.low + self.high) / 2

    @property
    def exact(self) -> bool:
        """Just the label, both ends of a range."""
        return (None if self.low is None else (self.low, self.high)) == self.row.ends

    @property
    def near(self) -> bool:
        """Both ends within one stage of the label."""
        ends = self.row.ends
        return self.low is not None and self.high is not None and ends is not None and (
            abs(self.low - ends[0]) <= 1 and abs(self.high - ends[1]) <= 1
        )  # fmt: skip

    @property
    def recorded(self) -> bool:
        """Sure enough to be noted without a further question."""
        return self.low is not None and self.confidence >= SURE

    @property
    def wrongly(self) -> bool:
        """Noted where nothing may be noted, or more than one stage from what is true."""
        return self.recorded and not self.near


def read(engine: Engine, rows: Iterable[Labelled]) -> list[Read]:
    """What the reader makes of each answer, its question known."""
    return [_read(engine, row)[0] for row in rows]


def _read(engine: Engine, row: Labelled) -> tuple[Read, Guarded]:
    guarded = engine.read(row.text, row.language, row.item)
    answer = next((a for a in guarded.accepted if isinstance(a, Answer) and a.item == row.item), None)
    spans = all(
        row.text[act.start : act.end] == act.quote and bool(act.quote.strip())
        for act in guarded.accepted if isinstance(act, Answer)
    )  # fmt: skip
    sure = min(1.0, sum(answer.scores[answer.low : answer.high + 1])) if answer else 0.0
    low, high = (answer.low, answer.high) if answer else (None, None)
    return Read(row, low, high, sure, answer.quote if answer else "", spans), guarded


@contextmanager
def opened(engine: Engine) -> Iterator[Callable[[Labelled], Case]]:
    """A function that reads one answer."""
    engine.read("We write it on paper.", "en")  # what takes long once is not measured
    items = engine.knowledge.model.items

    def examine(row: Labelled) -> Case:
        one, guarded = _read(engine, row)
        scores = {"quotes that are exact spans": float(one.spans)}
        wrong = [] if one.spans else ["a quote does not stand in the text"]
        if row.kind == CLEAR:
            scores |= {"clear: exact": float(one.exact), "clear: within one stage": float(one.near)}
        else:
            scores["tricky: wrongly recorded"] = float(one.wrongly)
        got = None if one.low is None else (one.low, one.high)
        if not one.exact:
            wrong.append(f"label {row.stage}, read {got} at {one.confidence:.2f}")
        more = {
            "acts": [act.model_dump(mode="json") for act in guarded.accepted],
            "dropped": [{"act": act.model_dump(mode="json"), "why": why} for act, why in guarded.dropped],
            "stage": got, "confidence": round(one.confidence, 4), "quote": one.quote, "label": row.stage, "item": row.item,
        }  # fmt: skip
        told = f"read: stage {got}" if got else "read: no stage"
        said = (
            Said("assistant", items[row.item].question[row.language]),
            Said("user", row.text),
            Said("assistant", told, more),
        )
        return Case(row.id, row.language, row.kind, scores, tuple(wrong), said, made=one)

    yield examine


def plots(cases: Sequence[Case]) -> dict[str, Any]:
    """Confusion matrices of the clear answers by item (rows: label 0 to 5, columns: read 0 to 5 and nothing), and how sure
    and how right, for each language.
    """
    made: list[Read] = [case.made for case in cases]
    confusion: dict[str, list[list[int]]] = {}
    for one in made:
        if one.row.kind == CLEAR and isinstance(one.row.stage, int):
            counts = confusion.setdefault(one.row.item, [[0] * 7 for _ in STAGES])
            counts[one.row.stage][6 if one.stage is None else round(one.stage)] += 1
    sure = {
        language: [
            [round(o.confidence, 4), float(o.exact)] for o in made if o.row.language == language and o.stage is not None
        ]
        for language in LANGUAGES
    }
    return {"confusion": dict(sorted(confusion.items())), "reliability": sure}


def figures(made: Sequence[Read]) -> dict[str, Figure]:
    """All figures of the readings, in the order they are shown."""
    clear = [one for one in made if one.row.kind == CLEAR]
    tricky = [one for one in made if one.row.kind != CLEAR]
    found = _clear(clear)
    for language in LANGUAGES:
        found |= {
            f"  {name} ({language})": value
            for name, value in _clear([c for c in clear if c.row.language == language]).items()
        }
    gap = found["  clear: exact (en)"].value - found["  clear: exact (da)"].value
    found["Danish no more than .03 behind English"] = figure([float(gap <= 0.03)])
    said = [one for one in made if one.low is not None]
    found["calibration error"] = _error(said)
    found |= {
        f"  calibration error ({lang})": _error([o for o in said if o.row.language == lang]) for lang in LANGUAGES
    }
    found["tricky: wrongly recorded"] = figure([float(one.wrongly) for one in tricky])
    silent = [one for one in tricky if one.row.stage is None]
    told = [one for one in tricky if one.row.stage is not None]
    found["  of those without a stage: anything recorded"] = figure([float(one.recorded) for one in silent])
    found["  of those without a stage: anything read, sure or not"] = figure(
        [float(one.low is not None) for one in silent]
    )
    found["  of those with a stage: read exactly"] = figure([float(one.exact) for one in told])
    for kind in sorted({one.row.kind for one in tricky}):
        found[f"  wrongly recorded, {kind}"] = figure([float(one.wrongly) for one in tricky if one.row.kind == kind])
    quoted = [one for one in made if one.exact and one.row.evidence]
    found["quotes that hold the evidence (read exactly)"] = figure(
        [float(overlaps(o.row.evidence or "", o.quote)) for o in quoted]
    )
    found["  share of the answer that is quoted"] = figure([len(o.quote) / len(o.row.text) for o in quoted])
    found["quotes that are exact spans"] = figure([float(one.spans) for one in made])
    return found


def _clear(clear: Sequence[Read]) -> dict[str, Figure]:
    read_ones = [one for one in clear if one.stage is not None]
    gold = [float(np.mean(one.row.ends)) for one in read_ones if one.row.ends]
    recalls = [figure([float(o.exact) for o in clear if o.row.stage == stage]) for stage in STAGES]
    return {
        "clear: exact": figure([float(one.exact) for one in clear]),
        "clear: within one stage": figure([float(one.near) for one in clear]),
        "clear: weighted kappa": kappa_figure([o.stage for o in read_ones if o.stage is not None], gold),
        "clear: read at all": figure([float(one.stage is not None) for one in clear]),
        "clear: least recall of a stage": min(recalls, key=lambda one: one.value),
    }


def _error(said: Sequence[Read]) -> Figure:
    sure, right = np.array([one.confidence for one in said]), np.array([float(one.exact) for one in said])
    draws = np.random.default_rng(0).integers(0, max(1, len(said)), (500, len(said)))
    low, high = np.percentile([calibration_error(sure[d].tolist(), right[d].tolist()) for d in draws], [2.5, 97.5])
    return Figure(calibration_error(sure.tolist(), right.tolist()), float(low), float(high), len(said))


def ceiling(rows: Sequence[Labelled], labels: dict[str, int | list[int] | None]) -> dict[str, Figure]:
    """How far a second labelling agrees with the first: what a reader can reach at best."""
    both = [(row, labels[row.id]) for row in rows if row.id in labels]
    if not both:
        return {}
    clear = [(row, stage) for row, stage in both if row.kind == CLEAR and row.ends and stage is not None]
    same = [
        float((None if s is None else list(np.broadcast_to(s, 2))) == (row.ends and list(row.ends))) for row, s in both
    ]
    return {
        "second labelling: clear, weighted kappa": kappa_figure(
            [float(np.mean(row.ends or 0)) for row, _ in clear], [float(np.mean(stage)) for _, stage in clear]
        ),
        "second labelling: clear, exact": figure(
            [float(np.mean(row.ends or 0) == np.mean(stage)) for row, stage in clear]
        ),
        "second labelling: all, the same label": figure(same),
    }


def compared(engine: Engine, rows: Sequence[Labelled]) -> dict[str, Figure]:
    """Exact and kappa of simple readers on the clear answers: most frequent stage, keywords, nearest descriptor or exemplar."""
    clear = [row for row in rows if row.kind == CLEAR and isinstance(row.stage, int)]
    gold = [float(row.stage) for row in clear if isinstance(row.stage, int)]
    found = {}
    for name, stages in baselines.all_of(engine, clear).items():
        found[f"{name}: exact"] = figure([float(a == b) for a, b in zip(stages, gold, strict=True)])
        found[f"{name}: weighted kappa"] = kappa_figure([float(stage) for stage in stages], gold)
    return found


def time_ratio(engine: Engine, rows: Sequence[Labelled]) -> Figure:
    """Reading an utterance of about 30 words against embedding its sentences, both cold, one after the other."""
    fit = [row for row in rows if _WORDS[0] <= len(row.text.split()) <= _WORDS[1]][:40]
    ratios = []
    for row in fit * 2:  # the first round warms up
        cut = [piece.text for piece in sentences(row.text)]
        floor = _took(lambda cut=cut: engine.embedder.encode(cut, query=True))  # type: ignore[misc]
        engine.forget()
        ratios.append(_took(lambda row=row: engine.read(row.text, row.language, row.item)) / floor)  # type: ignore[misc]
    late = ratios[len(fit) :]
    if not late:
        return figure([])
    low, middle, high = (float(quartile) for quartile in np.percentile(late, [25, 50, 75]))
    return Figure(middle, low, high, len(late))


def _took(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def besides(engine: Engine, rows: Sequence[Labelled]) -> dict[str, Figure]:
    """Time, simple readers, and the second labelling where these are its answers."""
    found = {TIME: time_ratio(engine, rows)} | compared(engine, rows)
    return found | ceiling(rows, second_labels("measure"))


TASK = Task(
    "reading", "Reading single answers", load, opened, lambda cases: figures([case.made for case in cases]), BARS,
    ("clear: exact", "clear: within one stage", "tricky: wrongly recorded", "quotes that are exact spans"),
    ("knowledge/maturity/**/*", "knowledge/reading/*", "evals/data/answers-*.jsonl", "evals/data/labels-*.jsonl"),
    besides=besides, unsteady=frozenset({TIME}), plots=plots,
)  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    """Prints the figures and writes the report; 1 when a figure falls short of its bar."""
    parser = argparse.ArgumentParser(prog="vejviser eval reading", description=__doc__)
    parser.add_argument("--part", choices=["tune", "measure"], default="measure", help="which answers (measure)")
    parser.add_argument("--data", type=Path, default=FOLDER, help="folder of answers-<part>*.jsonl")
    parser.add_argument("--out", type=Path, help="folder for reading-<part>.html and the like")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--misses", action="store_true", help="print what was misread (only of the part tune)")
    chosen = parser.parse_args(arguments)
    rows = load(chosen.part, chosen.data)
    if not rows:
        raise ContentError(
            f"{chosen.data}: holds no answers for the part {chosen.part!r}; put answers-{chosen.part}.jsonl there."
        )
    outcome = run(TASK, Engine(load_settings()), chosen.part, rows)
    if chosen.misses and chosen.part == "tune":
        for case in outcome.cases:
            if not case.made.exact:
                print(f"{case.id} {case.kind} {case.made.row.item} {'; '.join(case.wrong)}\n    {case.made.row.text}")
    if chosen.out:
        print(report.write(chosen.out, [outcome], f"reading-{chosen.part}")[0], file=sys.stderr)
    print(document(outcome.figures, BARS) if chosen.json else shown(outcome.figures, BARS))
    return int(bool(outcome.short))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
