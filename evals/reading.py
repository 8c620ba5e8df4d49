"""How well single answers are read: stage, certainty, and what must not be recorded, against baselines and a second labelling.

Measured: exact and within one stage, quadratic weighted kappa, recall of each stage, expected calibration error, answers
wrongly recorded, and the time of reading against embedding the same sentences.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.build import Engine
from assistant.domain.acts import Answer
from assistant.domain.maturity import LANGUAGES, STAGES
from assistant.domain.readings import SURE
from assistant.errors import ContentError
from assistant.play import overlaps
from assistant.reading.segments import sentences
from assistant.settings import load as load_settings
from evals import baselines, report
from evals.labelled import CLEAR, FOLDER, Labelled, Part, load, second_labels
from evals.metrics import Bar, Figure, calibration_error, document, figure, kappa_figure, short_of, shown

BARS = {
    "clear: exact": Bar(0.85), "clear: within one stage": Bar(0.99), "clear: weighted kappa": Bar(0.95),
    "clear: least recall of a stage": Bar(0.75), "Danish no more than .03 behind English": Bar(1.0),
    "calibration error": Bar(0.08, at_most=True), "tricky: wrongly recorded": Bar(0.05, at_most=True),
    "quotes that are exact spans": Bar(1.0), "reading 30 words, times embedding": Bar(1.3, at_most=True),
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
    made = []
    for row in rows:
        guarded = engine.read(row.text, row.language, row.item)
        answer = next((a for a in guarded.accepted if isinstance(a, Answer) and a.item == row.item), None)
        spans = all(
            row.text[act.start : act.end] == act.quote and bool(act.quote.strip())
            for act in guarded.accepted if isinstance(act, Answer)
        )  # fmt: skip
        sure = min(1.0, sum(answer.scores[answer.low : answer.high + 1])) if answer else 0.0
        made.append(
            Read(
                row,
                answer.low if answer else None,
                answer.high if answer else None,
                sure,
                answer.quote if answer else "",
                spans,
            )
        )
    return made


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
        engine.embedder.forget()
        engine.head.forget()
        ratios.append(_took(lambda row=row: engine.read(row.text, row.language, row.item)) / floor)  # type: ignore[misc]
    late = ratios[len(fit) :]
    middle = float(np.median(late)) if late else float("nan")
    return Figure(middle, *(float(q) for q in np.percentile(late, [25, 75])), len(late)) if late else figure([])


def _took(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def main(arguments: Sequence[str]) -> int:
    """Prints the figures and writes the report; 1 when a figure falls short of its bar."""
    parser = argparse.ArgumentParser(prog="vejviser eval reading", description=__doc__)
    parser.add_argument("--part", choices=["tune", "measure"], default="measure", help="which answers (measure)")
    parser.add_argument("--data", type=Path, default=FOLDER, help="folder of answers-<part>*.jsonl")
    parser.add_argument("--out", type=Path, help="folder for report-reading-<part>.html")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--misses", action="store_true", help="print what was misread (only of the part tune)")
    chosen = parser.parse_args(arguments)
    part: Part = chosen.part
    rows = load(part, chosen.data)
    if not rows:
        raise ContentError(f"{chosen.data}: holds no answers for the part {part!r}; put answers-{part}.jsonl there.")
    engine = Engine(load_settings())
    engine.read("We write it on paper.", "en")  # what takes long once is not measured
    made = read(engine, rows)
    found = figures(made)
    found["reading 30 words, times embedding"] = time_ratio(engine, rows)
    found |= compared(engine, rows) | ceiling(rows, second_labels(part, chosen.data))
    if chosen.misses and part == "tune":
        for one in made:
            if not one.exact:
                got = None if one.low is None else (one.low, one.high)
                print(
                    f"{one.row.id} {one.row.kind} {one.row.item} label {one.row.stage}, read {got} at {one.confidence:.2f}"
                )
                print(f"    {one.row.text}")
    if chosen.out:
        print(report.reading(chosen.out / f"report-reading-{part}.html", part, made, found), file=sys.stderr)
    print(document(found, BARS) if chosen.json else shown(found, BARS))
    return int(bool(short_of(found, BARS)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
