"""The index of one library: dense and sparse search, fused.

Derived from passages and vectors in a folder that may vanish at any moment. Knows neither files nor the catalogue: it
is given passages and their vectors, and builds the folder again whenever it is not whole.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from assistant.domain.maturity import LANGUAGES, Language
from assistant.errors import StoreError
from assistant.library import dense as chroma
from assistant.library.dense import Broken, Dense
from assistant.library.language import detect
from assistant.library.passages import Passage
from assistant.library.sparse import Sparse

Vectors = NDArray[np.float32]
_RANK = 60  # the usual constant of reciprocal rank fusion
_FORMAT = "1"  # changes when older folders must not be used any more
_PATIENCE = 600  # seconds to wait for another process that builds the same index


class Queries(Protocol):
    """What the index needs of an embedder."""

    @property
    def name(self) -> str:
        """What the vectors depend on."""

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of shape (n, d)."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found."""

    passage: Passage
    score: float
    """Cosine of passage and query, 0 to 1. The order of hits comes from the fusion, so scores need not fall."""
    path: Path
    """The file that the passage stands in."""

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
        paths: Mapping[str, Path],
        embedder: Queries,
    ) -> None:
        self.passages, self._vectors, self._paths, self._embedder = tuple(passages), vectors, paths, embedder
        self._languages: dict[str, set[Language]] = {}
        for passage in self.passages:
            self._languages.setdefault(_text_of(passage), set()).add(passage.language)
        self.folder = root / f"{library}-{self._digest()}"
        self._dense, self._sparse = self._opened(root, library)

    def search(self, query: str, k: int = 10, language: Language | None = None) -> list[Hit]:
        """At most `k` hits, best first, preferring texts in `language`: that of the query when not given.

        Where a document exists in several languages, only the version in that language is searched.

        Raises:
            Broken: the folder has been damaged since it was opened.
        """
        if not query.strip() or k < 1:
            return []
        language = language or detect(query)
        vector = self._embedder.queries([query])[0]
        wanted = max(50, 3 * k + 20)
        while True:
            near = dict(self._dense.nearest(vector, wanted))
            hits = self._kept(self._fused(query, near, language), language)
            if len(hits) >= k or wanted >= len(self.passages):
                break
            wanted *= 4
        return [
            Hit(self.passages[n], self._score(n, near, vector), self._paths[self.passages[n].document])
            for n in hits[:k]
        ]

    def close(self) -> None:
        """Lets go of the folder."""
        self._dense.close()

    def _score(self, number: int, near: Mapping[int, float], vector: Vectors) -> float:
        cosine = near.get(number)
        return min(max(float(self._vectors[number] @ vector) if cosine is None else cosine, 0.0), 1.0)

    def _fused(self, query: str, near: Mapping[int, float], language: Language | None) -> list[int]:
        """The dense order, in which the passages that share the query's language have changed places among themselves.

        Words count only within one language: fusing across languages was measured to hurt.
        """
        order = list(near)
        for mine in (language,) if language else LANGUAGES:
            sparse = self._sparse.get(mine)
            if sparse is None:
                continue
            places = [place for place, number in enumerate(order) if self.passages[number].language == mine]
            ranked = _reciprocal([order[place] for place in places], sparse.best(query, max(50, len(places))))
            for place, number in zip(places, ranked, strict=False):
                order[place] = number
            order += ranked[len(places) :]
        return order

    def _kept(self, order: Iterable[int], language: Language | None) -> list[int]:
        """Without other languages where the text exists in the asker's, and without repeated texts."""
        seen: set[str] = set()
        kept = []
        for number in order:
            passage = self.passages[number]
            if language and passage.language != language and language in self._languages[_text_of(passage)]:
                continue
            text = " ".join(passage.text.lower().split())
            if text not in seen:
                seen.add(text)
                kept.append(number)
        return kept

    def _digest(self) -> str:
        parts = [_FORMAT, self._embedder.name, str(self._vectors.shape[1])]
        parts += [f"{passage.id} {passage.digest}" for passage in self.passages]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    def _opened(self, root: Path, library: str) -> tuple[Dense, dict[Language, Sparse]]:
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
                    self._build(root, library)
                    return self._open(self.folder)
        except (OSError, Timeout, Broken) as error:
            raise StoreError(
                f"{root}: the index cannot be written ({error}); free space, make the folder writable, "
                "or set VEJVISER_HOME to another one."
            ) from error

    def _open(self, folder: Path) -> tuple[Dense, dict[Language, Sparse]]:
        tried = chroma.canaries(len(self.passages))
        opened = Dense(folder, self._vectors[tried], tried, len(self.passages))
        try:
            sparse: dict[Language, Sparse] = {
                language: Sparse.loaded(language, folder / language)
                for language in LANGUAGES
                if (folder / language).is_dir()
            }
        except (OSError, ValueError, KeyError) as error:
            opened.close()
            raise Broken(f"{folder}: the word index cannot be read ({error})") from error
        return opened, sparse

    def _build(self, root: Path, library: str) -> None:
        """Writes the folder beside its place, tries it there, and renames it; older folders go last."""
        part = self.folder.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)
        try:
            part.mkdir()
            chroma.write(part, self._vectors)
            for language in LANGUAGES:
                numbers = [n for n, passage in enumerate(self.passages) if passage.language == language]
                if numbers:
                    Sparse.built(language, [self.passages[n].context for n in numbers], numbers).save(part / language)
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


def _text_of(passage: Passage) -> str:
    """What the versions of one text in several languages have in common."""
    return passage.document.removesuffix(f".{passage.language}")


def _reciprocal(*rankings: Sequence[int]) -> list[int]:
    """Reciprocal rank fusion."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, number in enumerate(ranking, start=1):
            scores[number] = scores.get(number, 0.0) + 1.0 / (_RANK + rank)
    return sorted(scores, key=scores.__getitem__, reverse=True)
