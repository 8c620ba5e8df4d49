"""The library against LlamaIndex, Haystack, a plain LangChain chain and BM25 alone: indexing, questions, quality, memory.

Each is a process of its own with the same embedding model, the same packages below and the same cores; `make
bench` installs the peers. Nothing is fetched while it runs, and nothing stays in the home folder.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from assistant.build import Engine
from assistant.errors import ContentError
from assistant.library import bundled
from assistant.library.documents import Document
from assistant.library.files import find
from assistant.library.library import SHIPPED
from assistant.library.loaders import load as read
from assistant.library.passages import Passage, passages
from bench import asking, corpus, judging
from bench.contest.model import Piece, Text, written
from bench.contest.workers import PEERS, Worker, started
from bench.judging import Wanted
from bench.report import LEAST_PASSAGES, LEAST_QUESTIONS, Amount, Row, Score, enough
from bench.running import Benchmark, Say, parser, shown
from bench.timing import Times

OURS, UNNOTED, FLOOR, BM25 = "vejviser", "vejviser without noted questions", "model alone", "BM25"
_SAMPLED_FROM = 60


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    passages: int
    """Taken in by everybody, in each round."""
    rounds: int
    questions: int | None
    """Of the shipped library; None for all, on the whole of it."""
    sampled: tuple[int, ...]
    """Sizes of larger indexes of the peers."""
    peers: tuple[str, ...] = PEERS


SIZES = {
    "smoke": Size(16, 2, 5, ()), "full": Size(200, 2, None, (5_000,)), "large": Size(500, 3, None, (20_000, 100_000)),
}  # fmt: skip
NOTES = (
    """\
Against peers: everybody runs in a process of its own on the same packages and cores and gets the same embedding model
through encode_document and encode_query, in turn, each round beginning with another. Passages are handed to the peers
ready; Vejviser reads the same from files, cuts and seals them. LlamaIndex embeds in batches of 10, the others of 32.""",
    """\
Quality: each cuts the texts by its own defaults (LlamaIndex 1,024 tokens with 200 shared, Haystack 200 words, LangChain
1,000 characters with 200 shared) and is asked for ten pieces (thirty for ten files of a folder of one's own); what answers is counted once, at the first piece that
holds it, in either language. The shipped library has noted questions; the rows `unnoted` are without them.""",
    """\
Memory: the most that a process held after taking everything in once, the loading of the model included.""",
)


def run(engine: Engine, size: Size, say: Say) -> list[Row]:
    """All rows on the shipped texts."""
    documents = [read(path) for path in engine.knowledge.documents()]
    held = [passage for document in documents for passage in passages(document)]
    wanted, names = judging.shipped(), [OURS, FLOOR, *size.peers, BM25]
    if size.questions is None:
        names.append(UNNOTED)
        _ = engine.shipped  # up to date before others open it
    else:
        wanted, documents = _part(wanted, documents, size.questions)
    say(f"Starting {', '.join(names)}")
    with _place() as place, started(names, _model(engine), engine.settings.threads) as workers:
        say(f"Everybody takes in {size.passages:,} passages, {size.rounds} times")
        takers = {name: worker for name, worker in workers.items() if name not in (BM25, UNNOTED)}
        rows = _indexing(takers, corpus.spread(held, size.passages), size.rounds, place)
        folder = place / (SHIPPED if size.questions is None else "texts")
        _texts(documents, [f"{document.key}.md" for document in documents], folder)
        say(f"Everybody takes in {len(documents)} texts, cut by its own defaults, and is asked {len(wanted)} questions")
        rows += _quality(workers, dict.fromkeys(names, folder), wanted, place, f"{len(documents)} texts", judging.TEN)
        for many in size.sampled:
            rows += _sampled(engine, workers, corpus.spread(held, _SAMPLED_FROM), many, place, say)
    return rows


def own(engine: Engine, size: Size, folder: Path, questions: Path, say: Say) -> list[Row]:
    """Rows on a folder of one's own.

    Raises:
        UserError: the folder or the questions cannot be used.
    """
    files = sorted(find([folder]).files)
    documents, names = [read(path) for path in files], [path.name for path in files]
    if not documents:
        raise ContentError(f"{folder}: holds no file that can be read; name a folder of texts.")
    wanted = judging.own(questions, documents, names)
    if size.questions is not None:
        wanted = wanted[:: -(-len(wanted) // size.questions)]
    contestants = [OURS, FLOOR, *size.peers, BM25]
    with _place() as place:
        _texts(documents, names, place / "texts")
        folders = dict.fromkeys(contestants, place / "texts") | {OURS: folder}
        say(f"Everybody takes in {len(documents)} files of {folder.name} and is asked {len(wanted)} questions")
        with started(contestants, _model(engine), engine.settings.threads) as workers:
            on = f"{len(documents)} files of {folder.name}"
            k = judging.looked_at(wanted, documents=True)
            return _quality(workers, folders, wanted, place, on, k, f"-{_key(folder.name)}")


def _indexing(workers: Mapping[str, Worker], held: Sequence[Passage], rounds: int, place: Path) -> list[Row]:
    """Everybody, in turn, into an empty place each time."""
    corpus.written(held, place / "passages")
    texts = written([Text(passage.id, passage.context) for passage in held], place / "passages.jsonl")
    seconds: dict[str, list[float]] = {name: [] for name in workers}
    memory: dict[str, float] = {}
    names = list(workers)
    for number in range(rounds):
        for name in _turned(names, number):
            done = workers[name].index(place / "passages", place / f"{_key(name)}-{number}", texts)
            seconds[name].append(done["seconds"])
            memory.setdefault(name, done["memory"])
    ours, on, rows = seconds[OURS], f"{len(held):,} passages", []
    for name in names[1:]:
        ratios = [theirs / mine for theirs, mine in zip(seconds[name], ours, strict=True)]
        speed = [Amount(tuple(len(held) / one for one in took), "a second") for took in (ours, seconds[name])]
        bar = enough(len(held), LEAST_PASSAGES, ">= 0.9" if name == FLOOR else ">= 1.0")
        more = {"least ratio": min(ratios), "most": max(ratios)}
        ratio = float(np.median(ratios))
        rows.append(Row("indexing", on, speed[0], speed[1], name, ratio, bar, more, f"indexing-{_key(name)}"))
    for name in names[1:]:
        both = [Amount((memory[one],), "MB") for one in (OURS, name)]
        ratio = memory[OURS] / memory[name]
        rows.append(Row("memory, indexing", on, both[0], both[1], name, ratio, name=f"indexing-memory-{_key(name)}"))
    return rows


def _sampled(
    engine: Engine, workers: Mapping[str, Worker], held: Sequence[Passage], many: int, place: Path, say: Say
) -> list[Row]:
    """Questions to the peers' indexes of sampled passages; those to our own are timed by `vejviser bench library`."""
    say(f"The peers take in {many:,} sampled passages, their vectors given")
    embedder = asking.Forgetful(engine.settings.embedding, engine.settings.cache, engine.settings.threads)
    seen = embedder.look([passage.context for passage in held], query=False)
    mixed = corpus.Embedded(held, np.stack([one.vector for one in seen]), [one.words for one in seen]).sampled(many)
    unique = [Text(passage.id, f"{passage.context} {number}") for number, passage in enumerate(mixed.passages)]
    texts, vectors = written(unique, place / f"{many}.jsonl"), place / f"{many}.npy"
    np.save(vectors, mixed.vectors)
    peers = {name: worker for name, worker in workers.items() if name in PEERS}
    for name, worker in peers.items():
        worker.know(texts, vectors)
        worker.index(place, place / f"{_key(name)}-{many}", texts)
    asked = [one.question for one in judging.shipped()][::4]
    answers = _asked({FLOOR: workers[FLOOR]} | peers, asked, judging.TEN)
    floor = Times(tuple(took for took, _ in answers[FLOOR]))
    rows = []
    for name in peers:
        times = Times(tuple(took for took, _ in answers[name]))
        on, ratio = f"{many:,} sampled from {len(held)}", times.median / floor.median
        rows.append(Row(f"a query of {name}", on, times, floor, FLOOR, ratio, name=f"query-{_key(name)}-{many}"))
    return rows


def _quality(
    workers: Mapping[str, Worker], folders: Mapping[str, Path], wanted: Sequence[Wanted], place: Path, on: str, k: int,
    more: str = "",
) -> list[Row]:  # fmt: skip
    """Time and quality of the same questions to everybody; `more` is put to the names of the rows."""
    for name, worker in workers.items():
        if name != FLOOR:
            worker.index(folders[name], place / f"{_key(name)}-whole")
    answers = _asked(workers, [one.question for one in wanted], k)
    times = {name: Times(tuple(took for took, _ in found)) for name, found in answers.items()}
    judged = {name: _judged([pieces for _, pieces in found], wanted, k) for name, found in answers.items()}
    on = f"{len(wanted)} questions, {on}"
    rows = []
    for name in workers:
        if name in (OURS, UNNOTED):
            continue
        ratio, bar = times[OURS].median / times[name].median, "<= 1.3" if name == FLOOR else ""
        rows.append(Row("a query", on, times[OURS], times[name], name, ratio, bar, name=f"query-{_key(name)}{more}"))
    for mine, suffix in ((OURS, ""), (UNNOTED, "-unnoted")):
        for name in workers if mine in workers else ():
            if name in (OURS, UNNOTED, FLOOR):
                continue
            for which, measure, bar in ((0, "nDCG@10", "> 1.0"), (1, "recall@5", "")):
                ours, theirs = (Score(tuple(one[which] for one in judged[who])) for who in (mine, name))
                ratio = ours.mean / theirs.mean if theirs.mean else float("inf")
                label = f"{measure}{', no noted questions' if suffix else ''}"
                row = f"{measure.split('@')[0].lower()}{suffix}-{_key(name)}{more}"
                rows.append(
                    Row(
                        label,
                        on,
                        ours,
                        theirs,
                        name,
                        ratio,
                        "" if suffix else enough(len(wanted), LEAST_QUESTIONS, bar),
                        name=row,
                    )
                )
    return rows


def _judged(found: Sequence[Sequence[Piece]], wanted: Sequence[Wanted], k: int) -> list[tuple[float, float]]:
    whole = k > judging.TEN  # by document: more pieces than documents are looked at
    return [
        judging.scores(judging.by_document(pieces) if whole else pieces, one)
        for pieces, one in zip(found, wanted, strict=True)
    ]


def _asked(workers: Mapping[str, Worker], asked: Sequence[str], k: int) -> dict[str, list[tuple[float, list[Piece]]]]:
    """Every question to everybody, each beginning with another; the first few are asked once before."""
    names = list(workers)
    found: dict[str, list[tuple[float, list[Piece]]]] = {name: [] for name in workers}
    for question in asked[: asking.WARM_UP]:
        for worker in workers.values():
            worker.ask(f"{question} ", k)
    for number, question in enumerate(asked):
        for name in _turned(names, number):
            found[name].append(workers[name].ask(question, k))
    return found


def _part(wanted: Sequence[Wanted], documents: Sequence[Document], count: int) -> tuple[list[Wanted], list[Document]]:
    """Questions that one text answers, and this text in all its languages: enough to see that everything works."""
    alone = [one for one in wanted if len(one.documents) == 1]
    sizes = {document.id: sum(len(section.text) for section in document.sections) for document in documents}
    asked = [next(iter(one.documents)) for one in alone]
    chosen = min((name for name in set(asked) if asked.count(name) >= count), key=lambda name: (sizes[name], name))
    return [one for one, name in zip(alone, asked, strict=True) if name == chosen][:count], [
        document for document in documents if document.id == chosen
    ]


def _texts(documents: Sequence[Document], names: Sequence[str], folder: Path) -> None:
    """The documents as plain text files of the same names, for everybody who reads no other."""
    folder.mkdir()
    for document, name in zip(documents, names, strict=True):
        parts = [f"# {document.title}"]
        for section in document.sections:
            heading = f"## {section.locator.heading[-1]}\n\n" if section.locator.heading else ""
            parts.append(f"{heading}{section.text}")
        (folder / name).write_text("\n\n".join(parts) + "\n", encoding="utf-8")


@contextmanager
def _place() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="vejviser-bench-") as name:
        yield Path(name)


def _turned(names: Sequence[str], number: int) -> list[str]:
    first = number % len(names)
    return [*names[first:], *names[:first]]


def _model(engine: Engine) -> str:
    settings = engine.settings
    return str(bundled.unpacked(settings.cache)) if settings.embedding == "bundled" else settings.embedding


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


BENCHMARK = Benchmark("peers", (__doc__ or "").strip(), SIZES, run, NOTES)


def chosen_from(engine_run: Callable[[Engine, Size, Say], list[Row]], *, without: bool) -> Benchmark:
    """The benchmark with another run, or without the peers."""
    sizes = {name: replace(size, peers=()) if without else size for name, size in SIZES.items()}
    return replace(BENCHMARK, sizes=sizes, run=engine_run)


def main(arguments: Sequence[str]) -> int:
    """Prints the table; 1 when a bar is missed."""
    options = parser("peers", BENCHMARK.what)
    options.add_argument("--corpus", type=Path, help="a folder of one's own instead of the shipped texts")
    options.add_argument(
        "--questions", type=Path, help="JSON Lines {id, question, relevant: [path or passage id]} on it"
    )
    options.add_argument("--without-peers", action="store_true", help="only against the model and BM25 alone")
    chosen = options.parse_args(arguments)
    folder, questions = chosen.corpus, chosen.questions
    if (folder is None) != (questions is None):
        options.error("--corpus and --questions go together")
    which = run if folder is None else lambda engine, size, say: own(engine, size, folder, questions, say)
    return shown(chosen_from(which, without=chosen.without_peers), chosen)
