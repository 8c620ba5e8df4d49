"""A library on hashed words, in a folder of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.library.catalogue import Catalogue
from assistant.library.hashed import HashedEmbedder
from assistant.library.library import Library

TEXTS = {
    "lathe.md": "# Lathe\n\nThe lathe stands still when the bar stock has run out.\n\n## Oil\n\nThe lathe needs oil.\n",
    "press.md": "# Press\n\nThe press bends plates of steel with great force.\n",
    "saks.md": "# Saks\n\nSaksen klipper plader af stål, og den skal slibes hver måned.\n",
}


@pytest.fixture
def embedder() -> HashedEmbedder:
    return HashedEmbedder()


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "sources"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def opened(tmp_path: Path, embedder: HashedEmbedder) -> Iterator[Callable[..., Library]]:
    """Opens a library of the same home anew, as another process would."""
    catalogues = []

    def open_library(name: str = "own", embedder: HashedEmbedder = embedder) -> Library:
        catalogues.append(Catalogue(tmp_path / "home" / "library.sqlite3"))
        return Library(catalogues[-1], embedder, tmp_path / "home" / "index", name)

    yield open_library
    for catalogue in catalogues:
        catalogue.close()
