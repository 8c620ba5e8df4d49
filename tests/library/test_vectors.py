"""Vectors are kept batch by batch, while the next batch is looked at already."""

from pathlib import Path

import pytest

from assistant.library.catalogue import Catalogue
from assistant.library.hashed import HashedEmbedder
from assistant.library.vectors import PassageVectors

TEXTS = [f"passage number {number} about the lathe" for number in range(100)]


class Failing(HashedEmbedder):
    """Fails from the given look on."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.left = at

    def look(self, texts, *, query):
        if not self.left:
            raise OSError("no power")
        self.left -= 1
        return super().look(texts, query=query)


def test_every_batch_is_kept_and_told(tmp_path: Path) -> None:
    kept = PassageVectors(Catalogue(tmp_path / "library.sqlite3"), HashedEmbedder())
    told: list[int] = []
    kept.ensure(TEXTS, told.append)
    assert told == [32, 64, 96, 100]
    assert all(len(words) for words in kept.words(TEXTS))
    kept.ensure(TEXTS, told.append)
    assert told == [32, 64, 96, 100]


def test_what_was_seen_before_a_failure_is_kept(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path / "library.sqlite3")
    told: list[int] = []
    with pytest.raises(OSError, match="no power"):
        PassageVectors(catalogue, Failing(2)).ensure(TEXTS, told.append)
    assert told == [32, 64]
    PassageVectors(catalogue, Failing(2)).ensure(TEXTS, told.append)  # only two batches are left
    assert told == [32, 64, 32, 36]
