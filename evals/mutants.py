"""Do the evals see a broken build? Breaks the product in ten ways, one after the other, and runs a small sample of the evals.

A mutant is caught when a bar that the sound build reaches on the sample is missed, or a score is significantly worse case by case.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

import numpy as np
import Stemmer

from assistant.answering import quoting, terms
from assistant.answering.quoting import QuotedAnswer, Quoter
from assistant.answering.support import Signs
from assistant.build import Engine
from assistant.reading import guard, items, private, rules
from assistant.reading.cues import Cues
from assistant.reading.head import Head
from assistant.reading.segments import Piece
from assistant.reading.telling import Told
from assistant.settings import load as load_settings
from evals.all import TASKS
from evals.cases import Outcome, run
from evals.compare import LEVEL, chance


@dataclass(frozen=True)
class Mutant:
    """One way to break the product, and the eval that should see it."""

    name: str
    task: str
    broken: Callable[[ExitStack], None]


def _guard_off(stack: ExitStack) -> None:
    accept = lambda self, acts, text, language: guard.Guarded(list(acts), [])  # noqa: ARG005, E731
    stack.enter_context(patch.object(guard.Guard, "check", accept))


def _quotes_unchecked(stack: ExitStack) -> None:
    stack.enter_context(patch.object(guard.Guard, "_misquoted", lambda _self, _act, _text: None))


def _scores_shifted(stack: ExitStack) -> None:
    real = Head.stage_probabilities
    shifted = lambda self, item, features: np.roll(real(self, item, features), 1, axis=1)  # noqa: E731
    stack.enter_context(patch.object(Head, "stage_probabilities", shifted))


def _citations_shuffled(stack: ExitStack) -> None:
    real = Quoter.answer

    def shuffled(self: Quoter, *args: Any, **named: Any) -> QuotedAnswer:
        answer = real(self, *args, **named)
        ids = [hit.passage.id for hit in answer.nearest]
        moved = {name: ids[(at + 1) % len(ids)] for at, name in enumerate(ids)}
        return replace(answer, sentences=tuple(replace(q, passage=moved[q.passage]) for q in answer.sentences))

    stack.enter_context(patch.object(Quoter, "answer", shuffled))


class _NoStems:
    def __init__(self, name: str) -> None:
        self._real = None if name == "danish" else _STEMMER(name)

    def stemWords(self, words: list[str]) -> list[str]:  # noqa: N802 - as PyStemmer has it
        return words if self._real is None else list(self._real.stemWords(words))

    def stemWord(self, word: str) -> str:  # noqa: N802
        return self.stemWords([word])[0]


_STEMMER = Stemmer.Stemmer


def _danish_stemmer_off(stack: ExitStack) -> None:
    terms.terms.cache_clear()
    stack.callback(terms.terms.cache_clear)
    stack.enter_context(patch.object(Stemmer, "Stemmer", _NoStems))


def _orders_obeyed(stack: ExitStack) -> None:
    real = Cues.found
    deaf = lambda self, name, text: name != "instruct" and real(self, name, text)  # noqa: E731
    stack.enter_context(patch.object(Cues, "found", deaf))


def _private_words_kept(stack: ExitStack) -> None:
    stack.enter_context(patch.object(private.PrivateWords, "hide", lambda _self, text: private.Hidden(text)))


def _everything_counts(stack: ExitStack) -> None:
    def all_told(utterance: Any, _ear: Any) -> Told:
        return Told([piece for piece, _ in utterance.pieces], 1.0)

    for module in (rules, guard):
        stack.enter_context(patch.object(module, "told", all_told))


def _never_refuses(stack: ExitStack) -> None:
    stack.enter_context(patch.object(Signs, "suffice", property(lambda _self: True)))
    stack.enter_context(patch.object(quoting, "_FAR", 10.0))


def _wrong_words_quoted(stack: ExitStack) -> None:
    def first_word(_self: Any, _item: str, _low: int, _high: int, pieces: Sequence[Piece]) -> tuple[Piece, Piece]:
        cut = Piece(pieces[0].text.split()[0], pieces[0].start)
        return cut, cut

    stack.enter_context(patch.object(items.ItemReader, "_quoted", first_word))


MUTANTS = (
    Mutant("guard off", "safety", _guard_off),
    Mutant("quotes not checked", "safety", _quotes_unchecked),
    Mutant("orders to the assistant not heard as such", "safety", _orders_obeyed),
    Mutant("private words kept", "safety", _private_words_kept),
    Mutant("scores shifted by one stage", "reading", _scores_shifted),
    Mutant("plans, hearsay and the past count as today", "reading", _everything_counts),
    Mutant("citations shuffled", "answers", _citations_shuffled),
    Mutant("questions beyond the material answered", "answers", _never_refuses),
    Mutant("Danish stemmer off", "retrieval", _danish_stemmer_off),
    Mutant("wrong words quoted", "dialogues", _wrong_words_quoted),
)
_EVERY = {"reading": 5, "answers": 1, "dialogues": 3, "safety": 4}
"""Of so many rows one is in the sample."""


def sample(task: str) -> list[Any]:
    """The rows of the sample: of the tuning part; of retrieval all that are Danish, for its mutant is, and costs little."""
    if task == "retrieval":
        return [row for part in ("tune", "measure") for row in TASKS[task].load(part) if row.language == "da"]
    return list(TASKS[task].load("tune"))[:: _EVERY[task]]


def caught(sound: Outcome, broken: Outcome) -> list[str]:
    """What gives the broken build away; empty when nothing does."""
    names = [name for name in broken.short if name not in sound.short and name not in sound.unsteady]
    found = [f"{name}: {sound.figures[name].value:.3f} -> {broken.figures[name].value:.3f}" for name in names]
    before = {case.id: case.scores for case in sound.cases}
    for name in sorted({name for case in sound.cases for name in case.scores} - set(names)):
        bar = sound.bars.get(name)
        sign = -1 if bar and bar.at_most else 1
        gains = np.array(
            [sign * (case.scores[name] - before[case.id][name]) for case in broken.cases
             if name in case.scores and name in before[case.id]]
        )  # fmt: skip
        moved = gains[np.abs(gains) > 1e-4]
        if len(moved) and moved.sum() < 0 and (p := chance(moved)) <= LEVEL:
            found.append(f"{name}: {len(moved)} of {len(gains)} cases moved, chance {p:.4f}")
    return found


@contextmanager
def mutated(one: Mutant) -> Iterator[None]:
    """The product broken in one way."""
    with ExitStack() as stack:
        one.broken(stack)
        yield


def main(arguments: Sequence[str]) -> int:
    """Prints a line for each mutant; 1 when one is not caught."""
    parser = argparse.ArgumentParser(prog="vejviser eval mutants", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="only mutants whose name holds one of these words")
    chosen = parser.parse_args(arguments)
    mutants = [one for one in MUTANTS if not chosen.names or any(word in one.name for word in chosen.names)]
    if not mutants:
        parser.error(f"no mutant is called so; there are: {'; '.join(one.name for one in MUTANTS)}")
    engine = Engine(load_settings())
    sound: dict[str, Outcome] = {}
    missed = 0
    for one in mutants:
        task = replace(TASKS[one.task], besides=lambda _engine, _rows: {})
        task = replace(task, bars={name: bar for name, bar in task.bars.items() if name not in task.unsteady})
        if one.task not in sound:
            sound[one.task] = run(task, engine, "tune", sample(one.task))
        started = time.perf_counter()
        with mutated(one):
            broken = run(task, engine, "tune", sample(one.task))
        signs = caught(sound[one.task], broken)
        missed += not signs
        verdict = f"caught by {one.task}: {signs[0]}" if signs else f"NOT caught by {one.task}"
        print(f"{one.name:<44} {verdict} ({time.perf_counter() - started:.0f} s)", flush=True)
    print(f"{len(mutants) - missed} of {len(mutants)} mutants caught")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
