"""How well passages are found and when an answer is refused, on the shipped library or on a folder of one's own.

Measured: recall@k (share of all places that answer, at most k), success@k (any of them), nDCG@10, by everything together,
by meaning alone and by BM25 alone; across languages with the texts of the asker's language taken away; refusals.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import contextmanager
from pathlib import Path

from assistant.answering.quoting import Quoter
from assistant.build import PASSAGES, Engine, asked_of
from assistant.domain.maturity import Language
from assistant.errors import ContentError
from assistant.library.asked import gathered
from assistant.library.catalogue import Catalogue
from assistant.library.index import Hit, Index, Signals
from assistant.library.library import Library
from assistant.library.passages import Passage, passages
from assistant.library.vectors import PassageVectors
from assistant.settings import load as load_settings
from evals.metrics import Bar, Figure, document, figure, ndcg, recall, short_of, shown, success
from evals.questions import FOLDER, Asked, Part, load, public

WAYS: dict[str, Signals] = {"fused": "all", "dense alone": "meaning", "BM25 alone": "stems"}
BARS = {
    "fused recall@5": Bar(0.95), "fused nDCG@10": Bar(0.85), "en to da recall@5": Bar(0.85), "da to en recall@5": Bar(0.85),
    "refused when unanswerable": Bar(0.85), "answered when answerable": Bar(0.95), "fused above the better alone": Bar(1.0),
}  # fmt: skip
"""What the shipped library must reach."""
Search = Callable[[str, Language, Signals], Sequence[Hit]]


def shipped(engine: Engine, part: Part, folder: Path = FOLDER) -> dict[str, Figure]:
    """All figures on the shipped library."""
    asked = load(part, folder)
    if not asked:
        raise ContentError(f"{folder}: holds no questions for the part {part!r}; put questions-{part}.jsonl there.")
    held = [p for document in engine.shipped.documents() for p in passages(document)]
    answerable = [question for question in asked if question.answered]
    with _index(engine, held) as index:
        figures = _found(answerable, held, lambda q, language, by: index.search(q, 10, language, by))
    for theirs, mine in (("en", "da"), ("da", "en")):
        away = [p for p in held if p.language == mine]
        with _index(engine, away) as index:
            figures |= _across([q for q in answerable if q.language == theirs], away, index, theirs, mine)
    verdicts = [(question, engine.ask(question.question, question.language)) for question in asked]
    refused = [not answer.answered for question, answer in verdicts if not question.answered]
    figures["refused when unanswerable"] = figure(refused)
    for kind in sorted({question.kind for question, _ in verdicts if not question.answered}):
        figures[f"  of these {kind}"] = figure(
            [not a.answered for q, a in verdicts if q.kind == kind and not q.answered]
        )
    figures["answered when answerable"] = figure([answer.answered for q, answer in verdicts if q.answered])
    fused = figures["fused nDCG@10"].value
    alone = max(figures[f"{name} nDCG@10"].value for name in ("dense alone", "BM25 alone"))
    figures["fused above the better alone"] = figure([float(fused > alone)])
    figures["right when answered"] = figure(
        [_holds(q, answer.text) for q, answer in verdicts if q.answered and answer.answered]
    )
    return figures


def foreign(engine: Engine, corpus: Path, questions: Path) -> dict[str, Figure]:
    """Figures on a folder of one's own, by document; nothing stays in the home folder."""
    rows = public(questions)
    with tempfile.TemporaryDirectory() as home:
        library = Library(Catalogue(Path(home) / "library.sqlite3"), engine.embedder, Path(home) / "index", "own")
        skipped = [entry for entry in library.ingest([corpus], engine.count) if entry.status == "skipped"]
        if skipped:
            raise ContentError(f"{len(skipped)} files were not read, first {skipped[0].reason}")
        figures = {}
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
            found = library.search(question, PASSAGES, language)
            answer = Quoter(engine.embedder.queries, library.sentence_vectors).answer(question, found, language or "en")
            verdicts.append((answered, answer.answered))
    figures["refused when unanswerable"] = figure([not said for answered, said in verdicts if not answered])
    figures["answered when answerable"] = figure([said for answered, said in verdicts if answered])
    return figures


def _found(asked: Sequence[Asked], held: Sequence[Passage], search: Search) -> dict[str, Figure]:
    figures = {}
    for name, by in WAYS.items():
        scores: dict[str, list[float]] = {"recall@5": [], "success@5": [], "nDCG@10": []}
        for question in asked:
            relevant = _relevant(question, held, question.language)
            found = [hit.passage.id for hit in search(question.question, question.language, by)]
            scores["recall@5"].append(recall(found, relevant, 5))
            scores["success@5"].append(success(found, relevant, 5))
            scores["nDCG@10"].append(ndcg(found, relevant, 10))
        figures |= {f"{name} {measure}": figure(values) for measure, values in scores.items()}
    return figures


def _across(
    asked: Sequence[Asked], held: Sequence[Passage], index: Index, theirs: Language, mine: Language
) -> dict[str, Figure]:
    recalls, gains = [], []
    for question in asked:
        relevant = _relevant(question, held, mine)
        found = [hit.passage.id for hit in index.search(question.question, 10, theirs)]
        recalls.append(recall(found, relevant, 5))
        gains.append(ndcg(found, relevant, 10))
    return {f"{theirs} to {mine} recall@5": figure(recalls), f"{theirs} to {mine} nDCG@10": figure(gains)}


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
def _index(engine: Engine, held: Sequence[Passage]):  # type: ignore[no-untyped-def]
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
    own = chosen.corpus is not None
    figures = foreign(engine, chosen.corpus, chosen.questions) if own else shipped(engine, chosen.part)
    bars = {} if own else BARS
    print(document(figures, bars) if chosen.json else shown(figures, bars))
    return int(bool(short_of(figures, bars)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
