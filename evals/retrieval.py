"""How well passages are found and when an answer is refused, on the shipped library or on a folder of one's own.

Measured: recall@k (share of all places that answer, at most k), success@k (any of them), nDCG@10, by everything together,
by meaning alone and by BM25 alone; across languages with the texts of the asker's language taken away; refusals.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from assistant.answering.quoting import Quoter
from assistant.build import PASSAGES, Engine
from assistant.domain.maturity import LANGUAGES, Language
from assistant.errors import ContentError
from assistant.library.asked import asked_of, gathered
from assistant.library.catalogue import Catalogue
from assistant.library.index import Index, Signals
from assistant.library.library import Library
from assistant.library.passages import Passage, passages
from assistant.library.vectors import PassageVectors
from assistant.settings import load as load_settings
from evals.cases import Case, Part, Said, Task, mean, run
from evals.metrics import Bar, Figure, document, figure, ndcg, recall, short_of, shown, success
from evals.questions import FOLDER, Asked, load, public

WAYS: dict[str, Signals] = {"fused": "all", "dense alone": "meaning", "BM25 alone": "stems"}
REFUSED = "refused when unanswerable"
BARS = {
    "fused recall@5": Bar(0.95), "fused nDCG@10": Bar(0.85), "en to da recall@5": Bar(0.85), "da to en recall@5": Bar(0.85),
    REFUSED: Bar(0.85), "answered when answerable": Bar(0.95), "fused above the better alone": Bar(1.0),
}  # fmt: skip
"""What the shipped library must reach."""


@contextmanager
def opened(engine: Engine) -> Iterator[Callable[[Asked], Case]]:
    """A function that asks one question of the shipped library: by all ways, across languages, and for an answer."""
    held = [p for document in engine.shipped.documents() for p in passages(document)]
    parts: dict[Language, list[Passage]] = {
        language: [p for p in held if p.language == language] for language in LANGUAGES
    }
    with ExitStack() as stack:
        index = stack.enter_context(_index(engine, held))
        away = {language: stack.enter_context(_index(engine, parts[language])) for language in LANGUAGES}

        def examine(row: Asked) -> Case:
            scores: dict[str, float] = {}
            more: dict[str, Any] = {}
            if row.answered:
                for name, by in WAYS.items():
                    relevant = _relevant(row, held, row.language)
                    found = [hit.passage.id for hit in index.search(row.question, 10, row.language, by)]
                    scores |= {
                        f"{name} recall@5": recall(found, relevant, 5), f"{name} success@5": success(found, relevant, 5),
                        f"{name} nDCG@10": ndcg(found, relevant, 10),
                    }  # fmt: skip
                    more |= {name: found[:5], "relevant": sorted(relevant)}
                mine: Language = "da" if row.language == "en" else "en"
                relevant = _relevant(row, parts[mine], mine)
                found = [hit.passage.id for hit in away[mine].search(row.question, 10, row.language)]
                across = f"{row.language} to {mine}"
                scores |= {
                    f"{across} recall@5": recall(found, relevant, 5), f"{across} nDCG@10": ndcg(found, relevant, 10)
                }  # fmt: skip
            answer = engine.ask(row.question, row.language, model=False)
            name = "answered when answerable" if row.answered else REFUSED
            scores[name] = float(answer.answered == row.answered)
            if row.answered and answer.answered:
                scores["right when answered"] = float(_holds(row, answer.text))
            wrong = [] if scores[name] else ["not answered" if row.answered else "answered, though no text does"]
            if scores.get("fused recall@5", 1.0) < 1:
                wrong.append(f"not all places among the first five: recall {scores['fused recall@5']:.2f}")
            said = (
                Said("user", row.question),
                Said(
                    "assistant", answer.text or "(no answer)", more | {"cited": [q.passage for q in answer.sentences]}
                ),
            )
            return Case(row.id, row.language, row.kind, scores, tuple(wrong), said)

        yield examine


def figures(cases: Sequence[Case]) -> dict[str, Figure]:
    """All figures on the shipped library."""
    names = [f"{way} {measure}" for way in WAYS for measure in ("recall@5", "success@5", "nDCG@10")]
    names += [f"{across} {measure}" for across in ("en to da", "da to en") for measure in ("recall@5", "nDCG@10")]
    found = {name: mean(cases, name) for name in (*names, REFUSED)}
    for kind in sorted({case.kind for case in cases if REFUSED in case.scores}):
        found[f"  of these {kind}"] = mean(cases, REFUSED, kind=kind)
    found["answered when answerable"] = mean(cases, "answered when answerable")
    fused = found["fused nDCG@10"].value
    alone = max(found[f"{name} nDCG@10"].value for name in ("dense alone", "BM25 alone"))
    found["fused above the better alone"] = figure([float(fused > alone)])
    found["right when answered"] = mean(cases, "right when answered")
    return found


def checked(part: Part, folder: Path = FOLDER) -> list[Asked]:
    """The questions of `part`.

    Raises:
        ContentError: a line is malformed, or there are none.
    """
    asked = load(part, folder)
    if not asked:
        raise ContentError(f"{folder}: holds no questions for the part {part!r}; put questions-{part}.jsonl there.")
    return asked


TASK = Task(
    "retrieval", "Finding passages", checked, opened, figures, BARS,
    (*(name for name in BARS if not name.startswith("fused above")), "right when answered"),
    ("knowledge/talks/*", "knowledge/seminars/*", "knowledge/faq/*", "knowledge/asked/*", "knowledge/beyond/*",
     "evals/data/questions-*.jsonl"), shared=False,
)  # fmt: skip


def foreign(engine: Engine, corpus: Path, questions: Path) -> dict[str, Figure]:
    """Figures on a folder of one's own, by document; nothing stays in the home folder."""
    rows = public(questions)
    with tempfile.TemporaryDirectory() as home:
        library = Library(Catalogue(Path(home) / "library.sqlite3"), engine.embedder, Path(home) / "index", "own")
        skipped = [entry for entry in library.ingest([corpus], engine.count) if entry.status == "skipped"]
        if skipped:
            raise ContentError(f"{len(skipped)} files were not read, first {skipped[0].reason}")
        figures: dict[str, Figure] = {}
        for name, by in WAYS.items():
            gains, hits = [], []
            for _, language, question, relevant, answered in rows:
                if answered:
                    found = list(dict.fromkeys(hit.path.name for hit in library.search(question, 30, language, by)))
                    gains.append(ndcg(found, relevant, 10))
                    hits.append(recall(found, relevant, 5))
            figures |= {f"{name} nDCG@10": figure(gains), f"{name} recall@5": figure(hits)}
        verdicts = []
        for _, language, question, _, answered in rows:
            best = library.search(question, PASSAGES, language)
            answer = Quoter(engine.embedder.queries, library.sentence_vectors).answer(question, best, language or "en")
            verdicts.append((answered, answer.answered))
    figures["refused when unanswerable"] = figure([not said for answered, said in verdicts if not answered])
    figures["answered when answerable"] = figure([said for answered, said in verdicts if answered])
    return figures


def _relevant(question: Asked, held: Iterable[Passage], language: Language) -> set[str]:
    passages = list(held)
    found: set[str] = set()
    for place in question.relevant:
        there = place.within(passages, language)
        if not there:
            text = place.en if language == "en" else place.da
            raise ContentError(f"question {question.id}: {place.document}.{language} does not hold {text!r}; mend it.")
        found |= there
    return found


def _holds(question: Asked, answer: str) -> bool:
    said = " ".join(answer.lower().split())
    return all(any(fact.lower() in said for fact in either) for either in question.facts)


@contextmanager
def _index(engine: Engine, held: Sequence[Passage]) -> Iterator[Index]:
    vectors = PassageVectors(engine.catalogue, engine.embedder)
    noted = asked_of(engine.knowledge, {document.key: document for document in engine.shipped.documents()})
    texts = [passage.context for passage in held]
    vectors.ensure(texts)
    with tempfile.TemporaryDirectory() as root:
        index = Index(
            Path(root), "eval", held, vectors.of(texts), words=lambda: vectors.words(texts),
            paths={passage.document: Path(passage.document) for passage in held}, embedder=engine.embedder,
            asked=gathered(noted, held, vectors.of(texts), engine.questions),
        )  # fmt: skip
        try:
            yield index
        finally:
            index.close()


def main(arguments: Sequence[str]) -> int:
    """Prints the figures; 1 when one of the shipped library's falls short of its bar."""
    parser = argparse.ArgumentParser(prog="vejviser eval retrieval", description=__doc__)
    parser.add_argument("--part", choices=["tune", "measure"], default="measure", help="which questions (measure)")
    parser.add_argument("--corpus", type=Path, help="a folder of one's own instead of the shipped library")
    parser.add_argument("--questions", type=Path, help="JSON Lines {id, question, relevant: [file name]} on it")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    chosen = parser.parse_args(arguments)
    if (chosen.corpus is None) != (chosen.questions is None):
        parser.error("--corpus and --questions go together")
    engine = Engine(load_settings())
    if chosen.corpus is not None:
        found, bars = foreign(engine, chosen.corpus, chosen.questions), {}
    else:
        found, bars = dict(run(TASK, engine, chosen.part).figures), BARS
    print(document(found, bars) if chosen.json else shown(found, bars))
    return int(bool(short_of(found, bars)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
