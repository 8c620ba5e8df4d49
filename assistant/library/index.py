"""The index of one library: meaning, words and parts of words, added up.

Derived from passages and vectors in a folder that may vanish at any moment. Knows neither files nor the catalogue: it
is given passages and their vectors, and builds the folder again whenever it is not whole.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from assistant.domain.asking import wants_questions
from assistant.domain.maturity import LANGUAGES, Language
from assistant.errors import StoreError
from assistant.library import dense as chroma
from assistant.library.asked import NOWHERE, Asked, Near
from assistant.library.dense import Broken, Dense
from assistant.library.embedding import Seen
from assistant.library.language import detect
from assistant.library.passages import Passage
from assistant.library.sparse import Sparse, Units
from assistant.library.words import Bits, WordStore

Vectors = NDArray[np.float32]
_STEMS, _PARTS, _WORDS = 0.03, 0.03, 0.4
"""What shared stems (in the asker's language), shared parts of words and agreeing words add to the cosine of a passage.

Chosen on public question sets (docs/decisions.md); sums of scores beat ranks, and stay comparable between libraries."""
_ASKING = 0.03
"""What a passage loses that is made of questions only: a question looks like one, but does not answer it."""
_ASKED, _UNLIKE = 2.0, 0.82
"""What a noted question that is like the query adds to its passage, and how near any two questions are."""
_SHARING = 30  # passages that share most with the query are candidates too, beside the nearest
_ALIKE = 0.8  # share of words in common from which two passages say the same
_FORMAT = "2"  # changes when older folders must not be used any more
_QUESTIONS = "asked"  # folder of the words of noted questions
_UNITS: tuple[Units, ...] = (*LANGUAGES, "parts")
_PATIENCE = 600  # seconds to wait for another process that builds the same index

Rated = tuple[int, float, float]
"""Number of a passage, cosine, rating."""
Signals = Literal["all", "meaning", "stems"]
"""What the order comes from: everything, the vectors of passages alone, or BM25 over stems alone."""
Opened = tuple[Dense, dict[Units, Sparse], WordStore, WordStore | None]


class Queries(Protocol):
    """What the index needs of an embedder."""

    @property
    def name(self) -> str:
        """What the vectors depend on."""

    def query(self, text: str) -> Seen:
        """A question: its unit vector and its words."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found."""

    passage: Passage
    score: float
    """Cosine of passage and query, 0 to 1. The order of hits comes from `rating`, so scores need not fall."""
    rating: float
    """What the order of hits comes from; comparable between libraries of the same model."""
    path: Path
    """The file that the passage stands in."""
    asked: float = 0.0
    """How near the noted questions that the passage answers are to the query; 0 where none is near."""
    told: Mapping[int, float] = field(default_factory=dict)
    """Place of a sentence -> how near the noted questions that it answers are; those where none is near are left out."""
    border: float | None = None
    """How much nearer the query is to what the library answers than to what it does not, by noted questions, -0.2 to
    0.2; None in a library without them."""

    @property
    def lift(self) -> float:
        """What a noted question added to the rating."""
        return _ASKED * max(0.0, self.asked - _UNLIKE)

    def as_json(self) -> dict[str, Any]:
        """The form of `vejviser search --json`."""
        return {
            "id": self.passage.id,
            "document": self.passage.document,
            "path": str(self.path),
            "locator": self.passage.locator.as_json(),
            "text": self.passage.text,
            "score": round(self.score, 4),
        }


class Index:
    """Search in `passages`, whose `vectors` have shape (n, d).

    The folder lies in `root` and is built when it is missing or broken.

    Raises:
        StoreError: the folder cannot be written.
    """

    def __init__(
        self,
        root: Path,
        library: str,
        passages: Sequence[Passage],
        vectors: Vectors,
        *,
        words: Callable[[], Iterable[Bits]],
        paths: Mapping[str, Path],
        embedder: Queries,
        asked: Asked | None = None,
    ) -> None:
        self.passages, self._vectors, self._paths, self._embedder = tuple(passages), vectors, paths, embedder
        self._noted = asked
        self._languages: dict[str, set[Language]] = {}
        for passage in self.passages:
            self._languages.setdefault(_text_of(passage), set()).add(passage.language)
        self._asking = np.array([_share_of_questions(passage) for passage in self.passages], np.float32)
        self.folder = root / f"{library}-{self._digest()}"
        self._dense, self._sparse, self._words, self._questions = self._opened(root, library, words)

    def search(self, query: str, k: int = 10, language: Language | None = None, by: Signals = "all") -> list[Hit]:
        """At most `k` hits, best first, preferring texts in `language`: that of the query when not given.

        Where a document exists in several languages, only the version in that language is searched; passages that say
        the same as a better one are left out. `by` leaves all signals but one out, for comparison.

        Raises:
            Broken: the folder has been damaged since it was opened.
        """
        if not query.strip() or k < 1:
            return []
        language = language or detect(query)
        seen = self._embedder.query(query)
        shared = self._shared(query, language, by)
        wanted = max(50, 3 * k + 20)
        while True:
            rated, asked = self._rated(seen, shared, wanted, by)
            hits = self._kept(rated, asked, language, k)
            if len(hits) >= k or wanted >= len(self.passages):
                return hits
            wanted *= 4

    def close(self) -> None:
        """Lets go of the folder."""
        self._dense.close()

    def _shared(self, query: str, language: Language | None, by: Signals) -> Vectors:
        """What the words of the query add to each passage, (n,).

        Stems count only within one language: fusing across languages was measured to hurt.
        """
        stems, parts = np.zeros((2, len(self.passages)), np.float32)
        for mine in (language,) if language else LANGUAGES:
            if mine in self._sparse and by != "meaning":
                self._sparse[mine].scores(query, stems)
        if by == "all":
            self._sparse["parts"].scores(query, parts)
        asking = self._asking if by == "all" and not wants_questions(query) else 0.0
        return np.asarray(_STEMS * stems + _PARTS * parts - _ASKING * asking, np.float32)

    def _rated(self, seen: Seen, shared: Vectors, wanted: int, by: Signals) -> tuple[list[Rated], Near]:
        """The nearest passages, those that share most words, and those that answer a like question, best first; and
        what is noted near the query.
        """
        near = dict(self._dense.nearest(seen.vector, wanted)) if by != "stems" else {}
        asked = NOWHERE
        if by == "all" and self._noted and self._questions:
            asked = self._noted.nearest(seen, self._questions)
        like = asked.passages
        sharing = min(_SHARING if by != "stems" else wanted, len(shared))
        most = np.argpartition(-shared, sharing - 1)[:sharing]
        others = [int(number) for number in most if shared[number] > 0 and int(number) not in near]
        others += [n for n, nearness in like.items() if nearness > _UNLIKE and n not in near and n not in others]
        cosines = self._vectors[others] @ seen.vector if others else ()
        near |= {number: float(cosine) for number, cosine in zip(others, cosines, strict=True)}
        numbers = list(near)
        ratings = shared[numbers]
        if by != "stems":
            ratings = ratings + np.fromiter(near.values(), np.float32)
        if by == "all":
            ratings = ratings + _WORDS * self._words.agreement(seen.words, numbers)
            ratings = ratings + _ASKED * np.array([max(0.0, like.get(n, 0.0) - _UNLIKE) for n in numbers], np.float32)
        order = np.argsort(-ratings, kind="stable")
        return [(numbers[at], min(max(near[numbers[at]], 0.0), 1.0), float(ratings[at])) for at in order], asked

    def _kept(self, rated: Iterable[Rated], asked: Near, language: Language | None, k: int) -> list[Hit]:
        """At most `k`, without other languages where the text exists in the asker's, and without what is said twice."""
        kept: list[Hit] = []
        said: list[frozenset[str]] = []
        for number, cosine, rating in rated:
            passage = self.passages[number]
            if language and passage.language != language and language in self._languages[_text_of(passage)]:
                continue
            words = frozenset(passage.text.lower().split())
            if not any(_alike(words, others) for others in said):
                said.append(words)
                near, told = asked.passages.get(number, 0.0), asked.sentences.get(number, {})
                kept.append(Hit(passage, cosine, rating, self._paths[passage.document], near, told, asked.border))
                if len(kept) == k:
                    break
        return kept

    def _digest(self) -> str:
        parts = [_FORMAT, self._embedder.name, str(self._vectors.shape[1])]
        parts += [f"{passage.id} {passage.digest}" for passage in self.passages]
        if self._noted:
            parts.append(hashlib.sha256(self._noted.vectors.tobytes()).hexdigest())
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    def _opened(self, root: Path, library: str, words: Callable[[], Iterable[Bits]]) -> Opened:
        try:
            return self._open(self.folder)
        except Broken:
            pass
        try:
            root.mkdir(parents=True, exist_ok=True)
            with FileLock(root / f"{library}.lock", timeout=_PATIENCE):
                try:
                    return self._open(self.folder)  # another process was faster
                except Broken:
                    self._build(root, library, words())
                    return self._open(self.folder)
        except (OSError, Timeout, Broken) as error:
            raise StoreError(
                f"{root}: the index cannot be written ({error}); free space, make the folder writable, "
                "or set VEJVISER_HOME to another one."
            ) from error

    def _open(self, folder: Path) -> Opened:
        tried = chroma.canaries(len(self.passages))
        opened = Dense(folder, self._vectors[tried], tried, len(self.passages))
        try:
            sparse = {units: Sparse.loaded(units, folder / units) for units in _UNITS if (folder / units).is_dir()}
            words = WordStore(folder, self._vectors.shape[1])
            questions = WordStore(folder / _QUESTIONS, self._vectors.shape[1]) if self._noted else None
            return opened, sparse, words, questions
        except (OSError, ValueError, KeyError) as error:
            opened.close()
            raise Broken(f"{folder}: the word index cannot be read ({error})") from error

    def _build(self, root: Path, library: str, words: Iterable[Bits]) -> None:
        """Writes the folder beside its place, tries it there, and renames it; older folders go last."""
        part = self.folder.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)
        try:
            part.mkdir()
            chroma.write(part, self._vectors)
            for units in _UNITS:
                numbers = [n for n, passage in enumerate(self.passages) if units in (passage.language, "parts")]
                if numbers:
                    Sparse.built(units, [self.passages[n].context for n in numbers], numbers).save(part / units)
            WordStore.write(part, words)
            if self._noted:
                (part / _QUESTIONS).mkdir()
                WordStore.write(part / _QUESTIONS, self._noted.words())
            chroma.seal(part)
            self._open(part)[0].close()
            part.rename(self.folder)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
        for folder in folders(root, library):
            if folder != self.folder:
                shutil.rmtree(folder, ignore_errors=True)


def folders(root: Path, library: str) -> Iterator[Path]:
    """Every folder that belongs to an index of the library, half-written ones too."""
    name = re.compile(rf"{re.escape(library)}-[0-9a-f]{{16}}(\.part)?")
    yield from sorted(path for path in root.glob(f"{library}-*") if name.fullmatch(path.name))


def _share_of_questions(passage: Passage) -> float:
    return sum(sentence.endswith("?") for sentence in passage.sentences) / max(1, len(passage.spans))


def _text_of(passage: Passage) -> str:
    """What the versions of one text in several languages have in common."""
    return passage.document.removesuffix(f".{passage.language}")


def _alike(some: frozenset[str], others: frozenset[str]) -> bool:
    return len(some & others) >= _ALIKE * len(some | others)
