"""How well questions are answered: key facts in the answer, every sentence cited and verbatim, refusals right.

Measured by kind of question: definition, how-to, comparison, when-not, about the offer, two documents, follow-up,
unanswerable, misleading premise. The questions and their facts were written by people who had seen the texts, not the search.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.answering.quoting import QuotedAnswer
from assistant.answering.writing import WrittenAnswer
from assistant.build import Engine
from assistant.domain.maturity import Language
from assistant.errors import ContentError
from assistant.llm.budget import turn
from evals import roles
from evals.cases import Case, Part, Said, Task, run
from evals.metrics import Bar, Figure, document, figure, shown
from evals.rows import Row, rows
from evals.spending import Tokens

FOLDER = Path(__file__).parent / "data"
BARS = {
    "answered correctly": Bar(0.85), "every sentence cited and verbatim": Bar(1.0), "refused when unanswerable": Bar(0.85),
}  # fmt: skip


class Before(BaseModel):
    """What was asked before, and what it was about."""

    model_config = ConfigDict(extra="forbid")
    question: str
    topic: str


class Checked(Row):
    """A question and what an answer must hold."""

    language: Language
    kind: Literal[
        "definition", "how_to", "comparison", "when_not", "offer", "two_documents", "follow_up", "unanswerable",
        "misleading",
    ]  # fmt: skip
    question: str
    context: tuple[Before, ...]
    facts: tuple[tuple[str, ...], ...]
    """Each fact in the spellings that count; all must be there."""
    documents: tuple[str, ...]
    """Ids of the texts that hold them."""
    answerable: bool

    def holds(self, answer: str) -> bool:
        """Whether every fact stands in `answer`."""
        said = _plain(answer)
        return all(any(_plain(fact) in said for fact in either) for either in self.facts)


def load(part: Part, folder: Path = FOLDER) -> list[Checked]:
    """The questions of one part: `tune` may be looked at, `measure` is only measured.

    Raises:
        ContentError: a line is malformed, an id is used twice, or there are no questions.
    """
    path = folder / f"facts-{part}.jsonl"
    if not path.exists():
        raise ContentError(f"{path}: is missing; put the questions there.")
    return rows([path], Checked)


def answered(engine: Engine, row: Checked) -> QuotedAnswer:
    """The answer to one question after what was asked before it; written by the model where one is set."""
    return engine.ask(row.question, row.language, before=[one.question for one in row.context])


def figures(asked: Sequence[Checked], answers: Sequence[QuotedAnswer]) -> dict[str, Figure]:
    """All figures; `answers` are in the order of `asked`."""
    both = list(zip(asked, answers, strict=True))
    right = [(row, a.answered and row.holds(a.text)) for row, a in both if row.answerable]
    found = {"answered correctly": figure([float(ok) for _, ok in right])}
    for name in ("en", "da"):
        found[f"  answered correctly ({name})"] = figure([float(ok) for row, ok in right if row.language == name])
    for kind in dict.fromkeys(row.kind for row, _ in right):
        found[f"  {kind}"] = figure([float(ok) for row, ok in right if row.kind == kind])
    found["answered at all"] = figure([float(a.answered) for row, a in both if row.answerable])
    found["sentences of an answer"] = figure([float(len(a.sentences)) for _, a in both if a.answered])
    found["every sentence cited and verbatim"] = figure([float(_verbatim(a)) for _, a in both if a.answered])
    found["refused when unanswerable"] = figure([float(not a.answered) for row, a in both if not row.answerable])
    if written := [a for _, a in both if isinstance(a, WrittenAnswer)]:
        found["written by the model"] = figure([float(isinstance(a, WrittenAnswer)) for _, a in both if a.answered])
        found["  sentences left out of a written answer"] = figure([float(len(a.left_out)) for a in written])
    return found


def _verbatim(answer: QuotedAnswer) -> bool:
    """Whether every sentence stands in the passage that it cites; of a written one, what it rests on."""
    texts = {hit.passage.id: hit.passage.text for hit in answer.nearest}
    rests = answer.rests if isinstance(answer, WrittenAnswer) else [quote.text for quote in answer.sentences]
    return all(rest in texts.get(quote.passage, "") for quote, rest in zip(answer.sentences, rests, strict=True))


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


@contextmanager
def opened(engine: Engine) -> Iterator[Callable[[Checked], Case]]:
    """A function that asks one question."""
    settings = engine.settings

    def examine(row: Checked) -> Case:
        with turn(settings.model_tokens, settings.model_timeout) as spent:
            answer = answered(engine, row)
        wrong = []
        scores: dict[str, float] = {}
        if row.answerable:
            right = answer.answered and row.holds(answer.text)
            scores["answered correctly"] = float(right)
            wrong += [] if right else [f"wanted {[list(either) for either in row.facts]}"]
        else:
            scores["refused when unanswerable"] = float(not answer.answered)
            wrong += ["answered, though the material does not answer"] if answer.answered else []
        if answer.answered:
            scores["every sentence cited and verbatim"] = float(_verbatim(answer))
            wrong += [] if _verbatim(answer) else ["a sentence does not stand in what is cited"]
        more = {
            "answered": answer.answered, "cited": [quote.passage for quote in answer.sentences],
            "nearest": [hit.passage.id for hit in answer.nearest],
        }  # fmt: skip
        if isinstance(answer, WrittenAnswer):
            more |= {"engine": answer.engine, "left_out": [list(one) for one in answer.left_out]}
        if spent.calls:
            more["model"] = {"calls": [asdict(call) for call in spent.calls]}
        before = tuple(Said("user", one.question) for one in row.context)
        said = (*before, Said("user", row.question), Said("assistant", answer.text or "(no answer)", more))
        return Case(row.id, row.language, row.kind, scores, tuple(wrong), said, made=(row, answer))

    yield examine


TASK = Task(
    "answers", "Answering questions", load, opened,
    lambda cases: figures([case.made[0] for case in cases], [case.made[1] for case in cases]), BARS,
    tuple(BARS), ("knowledge/talks/*", "knowledge/seminars/*", "knowledge/faq/*", "knowledge/asked/*", "knowledge/beyond/*",
     "evals/data/facts-*.jsonl"), asks=True,
)  # fmt: skip


def expected(cast: roles.Cast, part: Part) -> Tokens:
    """What the product's model will cost by about; nothing without one."""
    return roles.reckoned(TASK, cast, load(part))


def main(arguments: Sequence[str]) -> int:
    """Prints the figures; 1 when one falls short of its bar."""
    parser = argparse.ArgumentParser(prog="vejviser eval answers", description=__doc__)
    parser.add_argument("--part", choices=["tune", "measure"], default="measure", help="which questions (measure)")
    parser.add_argument("--misses", action="store_true", help="show each question of the tuning part that was missed")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    roles.options(parser)
    chosen = parser.parse_args(arguments)
    if chosen.misses and chosen.part != "tune":
        parser.error("--misses is for the part tune: what is only measured is not looked at")
    cast = roles.cast(chosen)
    roles.agreed({"answers": expected(cast, chosen.part)}, cast)
    with roles.limited(cast.meter):
        outcome = run(TASK, cast.engine, chosen.part)
    if chosen.misses:
        for case in outcome.cases:
            if not case.passed:
                print(f"{case.id} {case.kind}: {case.made[0].question}\n    {'; '.join(case.wrong)}")
                print(f"    said {case.made[1].text!r}")
    print(document(outcome.figures, BARS) if chosen.json else shown(outcome.figures, BARS))
    return int(bool(outcome.short))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
