"""The product itself, the embedding model alone, and BM25 alone. Run by the product's own Python."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from assistant.build import Engine
from assistant.domain.maturity import LANGUAGES, Language
from assistant.library.catalogue import Catalogue
from assistant.library.language import detect
from assistant.library.library import SHIPPED, Library
from assistant.library.loaders import load
from assistant.library.passages import Passage, passages
from assistant.library.sparse import Sparse
from assistant.settings import Settings
from assistant.settings import load as load_settings
from bench.asking import Forgetful
from bench.contest.model import Model, Piece, Text, text_files


class Ours:
    """`vejviser ingest` and `vejviser search`, without memory of questions."""

    noted = True
    """Whether the shipped library is searched with the questions noted for it."""

    def __init__(self, source: str, threads: int) -> None:
        del source  # the product loads it its own way
        settings = load_settings()
        self.settings = Settings(**(settings.model_dump() | {"threads": threads}))
        self.model = Forgetful(settings.embedding, settings.cache, threads)
        self.library: Library | None = None

    def passages(self, texts: Sequence[Text], folder: Path, place: Path) -> int:
        """The files that hold them, into an empty home."""
        del texts
        return self.files(folder, place)

    def files(self, folder: Path, place: Path) -> int:
        """Files into an empty home, or the shipped library as it was set up where the folder is its name."""
        if folder.name == SHIPPED:
            engine = Engine(self.settings)
            engine.__dict__["embedder"] = self.model
            self.library = engine.shipped
            if not self.noted:
                self.library.note({}, engine.questions)
        else:
            self.library = Library(Catalogue(place / "library.sqlite3"), self.model, place / "index", "bench")
            self.library.ingest([folder])
        return sum(len(self.library.passages_of(document.key)) for document in self.library.documents())

    def ask(self, question: str, k: int) -> list[Piece]:
        """As a person who names no language."""
        assert self.library is not None
        return [Piece(hit.passage.text, hit.path.name) for hit in self.library.search(question, k)]


class Unnoted(Ours):
    """The product on texts for which nobody has noted questions."""

    noted = False


class Raw:
    """The embedding model and nothing else: what everybody pays at least."""

    def __init__(self, source: str, threads: int) -> None:
        self.model = Model(source, threads)

    def passages(self, texts: Sequence[Text], folder: Path, place: Path) -> int:
        """Embeds them."""
        del folder, place
        return len(self.model.documents([one.text for one in texts]))

    def files(self, folder: Path, place: Path) -> int:
        """Takes nothing in."""
        del folder, place
        return 0

    def ask(self, question: str, k: int) -> list[Piece]:
        """Embeds the question; finds nothing."""
        del k
        self.model.query(question)
        return []


class Bm25:
    """BM25 over stems of each language, on the product's passages."""

    model = None

    def __init__(self, source: str, threads: int) -> None:
        del source, threads
        self._held: list[Passage] = []
        self._names: list[str] = []
        self._sparse: dict[Language, Sparse] = {}

    @cached_property
    def _shipped(self) -> list[Path]:
        return list(Engine(load_settings()).knowledge.documents())

    def passages(self, texts: Sequence[Text], folder: Path, place: Path) -> int:
        """The files that hold them."""
        del texts
        return self.files(folder, place)

    def files(self, folder: Path, place: Path) -> int:
        """Cut as the product cuts."""
        del place
        paths = self._shipped if folder.name == SHIPPED else text_files(folder)
        cut = [(passage, path.name) for path in paths for passage in passages(load(path))]
        self._held, self._names = [passage for passage, _ in cut], [name for _, name in cut]
        for language in LANGUAGES:
            mine = [number for number, passage in enumerate(self._held) if passage.language == language]
            if mine:
                self._sparse[language] = Sparse.built(language, [self._held[n].context for n in mine], mine)
        return len(self._held)

    def ask(self, question: str, k: int) -> list[Piece]:
        """Both languages where the question's is not clear."""
        scores, language = np.zeros(len(self._held), np.float32), detect(question)
        for mine in (language,) if language else LANGUAGES:
            if mine in self._sparse:
                self._sparse[mine].scores(question, scores)
        best = np.argsort(-scores, kind="stable")[:k]
        return [Piece(self._held[n].text, self._names[n]) for n in best.tolist() if scores[n] > 0]
