"""Changes by other processes, and what is forgotten with a removed text."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import made
import pytest

from assistant.library.catalogue import Catalogue, text_digest
from assistant.library.changes import LAG, Changes
from assistant.library.hashed import HashedEmbedder
from assistant.library.ingestion import Ingested
from assistant.library.library import Library

Opened = Callable[..., Library]
PART = "assistant.library.ingestion._PASSAGES_AT_ONCE"


def texts(library: Library) -> set[str]:
    return {hit.passage.text for hit in library.search("drejebænken", 50)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "folder").mkdir()
    for number in range(6):
        made.text(f"Drejebænken nummer{number} står stille.")(tmp_path / "folder" / f"{number}.txt")
    return tmp_path / "folder"


@pytest.fixture
def opening(monkeypatch: pytest.MonkeyPatch) -> list[Library]:
    """Who has opened an index, each time that it was opened."""
    original, who = Library._open, list[Library]()
    monkeypatch.setattr(Library, "_open", lambda self: (who.append(self), original(self))[1])
    return who


def test_a_serving_process_opens_once_for_a_run(
    opened: Opened, folder: Path, opening: list[Library], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PART, 1)
    writer, server = opened(), opened()
    writer.ingest([folder])
    before = texts(server)
    assert len(before) == 6
    for path in folder.iterdir():
        made.text(f"Drejebænken i {path.stem} er solgt.")(path)
    during: list[set[str]] = []
    opening.clear()
    writer.ingest([folder], each=lambda _: during.append(texts(server)))
    assert during == [before] * 6
    assert {text.endswith("er solgt.") for text in texts(server)} == {True}
    assert opening.count(server) == 1


def test_a_long_run_is_seen_under_way(opened: Opened, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PART, 1)
    monkeypatch.setattr("assistant.library.changes.LAG", 0.0)
    server, during = opened(), list[int]()
    assert texts(server) == set()
    opened().ingest([folder], each=lambda _: during.append(len(texts(server))))
    assert during == [1, 2, 3, 4, 5, 6]


def test_a_run_that_breaks_off_has_ended(opened: Opened, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PART, 1)
    server = opened()
    assert texts(server) == set()

    def stop(_: Ingested) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        opened().ingest([folder], each=stop)
    assert len(texts(server)) == 1


def test_a_removed_document_is_gone_at_once(opened: Opened, folder: Path) -> None:
    writer, server = opened(), opened()
    results = writer.ingest([folder])
    assert len(texts(server)) == 6
    writer.remove(results[0].document)
    assert len(texts(server)) == 5


def test_changes_without_an_end_are_taken_up_after_a_while(tmp_path: Path) -> None:
    catalogue, now = Catalogue(tmp_path / "library.sqlite3"), [100.0]
    changes = Changes(catalogue, "own", lambda: now[0])
    assert not changes.outdate(0)
    now[0] += 10 * LAG
    catalogue.put("own", [], ["none"])
    assert not changes.outdate(0), "the time runs from when the change was seen"
    now[0] += LAG - 1
    catalogue.put("own", [], ["none"])
    assert not changes.outdate(0)
    now[0] += 1
    assert changes.outdate(0)
    assert changes.outdate(0)
    assert not changes.outdate(2)
    catalogue.put("own", [], ["none"])
    assert not changes.outdate(2)
    catalogue.settle("own")
    assert changes.outdate(2)
    catalogue.put("own", [], ["none"])
    assert changes.outdate(2), "the next run hides nothing of the last"
    assert not changes.outdate(3)
    catalogue.close()


@pytest.fixture
def kept(tmp_path: Path) -> Callable[[], dict[str, set[str]]]:
    """What is kept: digests by kind, all models together."""

    def kept() -> dict[str, set[str]]:
        connection = sqlite3.connect(tmp_path / "home" / "library.sqlite3")
        rows = connection.execute("SELECT kind, digest FROM vectors").fetchall()
        connection.close()
        return {name: {digest for kind, digest in rows if kind == name} for name, _ in rows}

    return kept


Kept = Callable[[], dict[str, set[str]]]


def test_what_was_seen_in_removed_texts_is_forgotten(opened: Opened, sources: Path, kept: Kept) -> None:
    library = opened()
    library.ingest([sources])
    opened(embedder=HashedEmbedder("other", dimension=32)).search("lathe")
    passages = [passage for document in library.documents() for passage in library.passages_of(document.key)]
    library.sentence_vectors([sentence for passage in passages for sentence in passage.sentences])
    contexts = {passage.digest for passage in passages}
    assert kept()["words"] == contexts
    assert kept()["passage"] == contexts | {text_digest(s) for passage in passages for s in passage.sentences}
    (sources / "press.md").unlink()
    (sources / "lathe.md").write_text(
        "# Lathe\n\nThe lathe was sold.\n\n## Oil\n\nThe lathe needs oil.\n", encoding="utf-8"
    )
    library.ingest([sources])
    library.remove("saks.en" if library.document("saks.en") else "saks.da")
    left = library.passages_of("lathe.en")
    assert kept()["words"] == {passage.digest for passage in left}
    assert kept()["passage"] == {passage.digest for passage in left} | {text_digest("The lathe needs oil.")}
    assert library.check() == []


def test_what_stands_elsewhere_too_is_not_embedded_again(
    opened: Opened, sources: Path, embedder: HashedEmbedder, kept: Kept
) -> None:
    one, two = opened("one"), opened("two")
    one.ingest([sources])
    two.ingest([sources / "lathe.md"])
    said = ["The lathe needs oil.", "The press bends plates of steel with great force.", "A question of the evals."]
    one.sentence_vectors(said)
    count = len(embedder.embedded)
    one.remove("lathe.en")
    assert two.search("lathe oil", 1)
    two.rebuild()
    opened("one").sentence_vectors(said)
    (sources / "press.md").rename(sources / "pressing.md")
    one.ingest([sources])
    opened("one").sentence_vectors(said)
    assert len(embedder.embedded) == count


def test_a_killed_run_leaves_its_forgetting_to_the_next(
    opened: Opened, sources: Path, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = opened()
    library.ingest([sources])
    with monkeypatch.context() as patched:
        patched.setattr(Catalogue, "forget", lambda _: None)
        library.remove("press.en")
    assert len(kept()["words"]) == 4
    library.ingest([sources / "lathe.md"])
    assert len(kept()["words"]) == 3
