"""Several libraries as one: merged by score, named apart, and no worse for a broken one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assistant.library.documents import Locator
from assistant.library.index import Hit
from assistant.library.library import Library
from assistant.library.passages import Passage
from assistant.library.shelves import Shelves, merged

Opened = Callable[..., Library]


def hit(name: str, score: float, text: str = "") -> Hit:
    passage = Passage(name, "d.en", "D", "en", "", Locator(), text or name, ())
    return Hit(passage, 0.5, score, Path("d.md"))


@pytest.fixture
def shelves(opened: Opened, sources: Path, tmp_path: Path) -> Shelves:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "oven.md").write_text("# Oven\n\nThe oven bakes at night. It cools by day.\n", encoding="utf-8")
    known = {"shipped": opened("shipped"), "own": opened("own"), "none": opened("none")}
    known["shipped"].sync(list(sources.glob("*.md")))
    known["own"].ingest([mine])
    return Shelves(("shipped", "own", "none"), known.__getitem__)


def test_the_best_come_first_whichever_library_holds_them() -> None:
    one = [hit("a", 0.9), hit("b", 0.85), hit("c", 0.5)]
    two = [hit("x", 0.8), hit("y", 0.6)]
    assert [h.passage.id for h in merged([one, two], 9)] == ["a", "b", "x", "y", "c"]
    assert [h.passage.id for h in merged([one, []], 2)] == ["a", "b"]
    assert [h.passage.id for h in merged([one, [hit("copy", 0.95, "A ")]], 9)] == ["copy", "b", "c"]


def test_noted_questions_of_one_library_do_not_push_the_others_down() -> None:
    lifted = [replace(hit("a", 1.05), asked=0.97), replace(hit("b", 0.95), asked=0.9)]  # .90 without its question
    assert [h.passage.id for h in merged([lifted, [hit("x", 0.92)]], 9)] == ["x", "a", "b"]


def test_hits_outside_the_shipped_library_name_theirs(shelves: Shelves) -> None:
    first = shelves.search("when does the oven bake at night", 3, "en")[0]
    assert first.passage.id.startswith("own:oven.en#")
    assert first.passage.document == "own:oven.en"
    assert shelves.passage(first.passage.id) == replace(first.passage, id=first.passage.id[4:], document="oven.en")
    assert not shelves.search("the press bends plates", 1, "en")[0].passage.id.startswith("shipped:")
    assert shelves.passage("secret:oven.en#text-1") is None
    assert shelves.document("secret", "oven.en") is None
    assert shelves.passages_of("secret", "oven.en") == []
    assert [passage.id for passage in shelves.passages_of("own", "oven.en")] == [first.passage.id[4:]]


def test_sentences_are_embedded_through_their_own_library(shelves: Shelves, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, list[str]] = {}
    real = Library.sentence_vectors

    def noted(self: Library, texts: list[str]) -> object:
        asked[self.name] = list(texts)
        return real(self, texts)

    monkeypatch.setattr(Library, "sentence_vectors", noted)
    hits = shelves.search("oven press", 8, "en")
    texts = [text for h in hits for text in h.passage.sentences]
    vectors = shelves.sentence_vectors(hits)(texts)
    assert vectors.shape[0] == len(texts)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert set(asked) == {"shipped", "own"}
    assert all("oven" in text.lower() or "cools" in text for text in asked["own"])


def test_a_broken_library_is_left_out_and_the_shipped_one_is_not(
    shelves: Shelves, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, broken = Library.search, "own"

    def failing(self: Library, *given: object) -> object:
        if self.name == broken:
            raise ValueError("damaged")
        return real(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Library, "search", failing)
    assert [h for h in shelves.search("the press bends plates", 5, "en") if h.passage.document == "press.en"]
    broken = "shipped"
    with pytest.raises(ValueError, match="damaged"):
        shelves.search("the press bends plates", 5, "en")
