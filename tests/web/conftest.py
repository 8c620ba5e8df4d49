"""The reader on libraries of hashed words: real files, real loaders, no model."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.content import Knowledge, root
from assistant.domain.maturity import LANGUAGES
from assistant.library.catalogue import Catalogue
from assistant.library.hashed import HashedEmbedder
from assistant.library.library import Library
from assistant.library.shelves import Shelves
from assistant.web.gate import Gate
from assistant.web.reader import router
from assistant.web.words import Words

sys.path.insert(0, str(Path(__file__).parents[1] / "library"))  # the makers of files lie there
KNOWLEDGE = Knowledge(root())
SHIPPED_TEXTS = ("iot-from-machine-to-phone", "the-offer")


@pytest.fixture(scope="session")
def words() -> dict[str, Words]:
    return {language: Words(language, KNOWLEDGE.replies(language)) for language in LANGUAGES}


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Library]]:
    """Opens a library by name, each once."""
    home = tmp_path_factory.mktemp("home")
    catalogue = Catalogue(home / "library.sqlite3")
    known: dict[str, Library] = {}

    def opened(name: str) -> Library:
        if name not in known:
            known[name] = Library(catalogue, HashedEmbedder(), home / "index", name)
        return known[name]

    yield opened
    catalogue.close()


@pytest.fixture(scope="session")
def shelves(library: Callable[[str], Library]) -> Shelves:
    """The shipped library with two texts in both languages, and an empty one of one's own."""
    library("shipped").sync([path for path in KNOWLEDGE.documents() if path.name.split(".")[0] in SHIPPED_TEXTS])
    return Shelves(("shipped", "own"), library)


@pytest.fixture(scope="session")
def visit(shelves: Shelves, words: dict[str, Words]) -> TestClient:
    """A browser before the reader, behind the gate of the app."""
    app = FastAPI()
    app.include_router(router(SimpleNamespace(shelves=shelves), words))  # type: ignore[arg-type]
    app.add_middleware(Gate, pages={})
    return TestClient(app)
