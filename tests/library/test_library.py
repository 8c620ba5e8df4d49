"""The library: what is taken in, kept, found, lost and found again."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from assistant.errors import StoreError, UserError
from assistant.library.dense import Broken
from assistant.library.hashed import HashedEmbedder
from assistant.library.library import Library

Opened = Callable[..., Library]


def statuses(results: list) -> dict[str, str]:
    return {result.path.name: result.status for result in results}


def test_a_file_is_taken_in_once_and_replaced_when_it_changes(
    opened: Opened, sources: Path, embedder: HashedEmbedder
) -> None:
    library, seen = opened(), []
    results = library.ingest([sources], lambda *step: seen.append(step))
    assert set(statuses(results).values()) == {"ok"}
    assert seen[-1][:2] == (3, 3)
    assert [hit.passage.id for hit in library.search("lathe oil", 1)] == ["lathe.en#oil-1"]
    count = len(embedder.embedded)
    assert set(statuses(library.ingest([sources])).values()) == {"unchanged"}
    (sources / "lathe.md").write_text("# Lathe\n\nThe lathe was sold.\n", encoding="utf-8")
    assert statuses(library.ingest([sources])) == {"lathe.md": "ok", "press.md": "unchanged", "saks.md": "unchanged"}
    assert len(embedder.embedded) == count + 1
    assert library.passage("lathe.en#oil-1") is None
    assert library.search("lathe sold", 1)[0].passage.text == "The lathe was sold."


def test_sync_removes_what_vanished_and_ingest_of_other_files_does_not(opened: Opened, sources: Path) -> None:
    library = opened()
    library.ingest([sources])
    (sources / "press.md").unlink()
    library.ingest([sources / "lathe.md"])
    assert library.document("press.en")
    assert "has changed" not in str(library.check())
    assert any("press.md" in problem for problem in library.check())
    assert statuses(library.sync([sources]))["press.md"] == "removed"
    assert library.document("press.en") is None
    assert all(hit.passage.document != "press.en" for hit in library.search("press bends plates", 5))
    assert library.check() == []


def test_bad_files_are_skipped_with_their_reason(opened: Opened, sources: Path) -> None:
    (sources / "empty.md").write_text("", encoding="utf-8")
    other = sources / "table.xyz"
    other.write_text("x", encoding="utf-8")
    results = {result.path.name: result for result in opened().ingest([sources, other])}
    assert results["empty.md"].status == results["table.xyz"].status == "skipped"
    assert "empty" in results["empty.md"].reason
    with pytest.raises(UserError, match="no such file"):
        opened().ingest([sources / "nothing"])


def test_libraries_lie_side_by_side_and_share_vectors(opened: Opened, sources: Path, embedder: HashedEmbedder) -> None:
    one, two = opened("one"), opened("two")
    one.ingest([sources])
    count = len(embedder.embedded)
    two.ingest([sources / "lathe.md"])
    assert len(embedder.embedded) == count
    assert two.remove("lathe.en")
    assert not two.remove("lathe.en")
    assert two.search("lathe") == []
    assert one.search("lathe")
    with pytest.raises(UserError, match="name"):
        opened("../x")


def test_two_files_of_the_same_name_keep_their_own_keys(opened: Opened, sources: Path) -> None:
    for folder in ("a", "b"):
        (sources / folder).mkdir()
        (sources / folder / "readme.md").write_text(f"The readme of folder {folder}.", encoding="utf-8")
    library = opened()
    keys = [result.document for result in library.ingest([sources]) if result.path.name == "readme.md"]
    assert keys[0] == "readme.en"
    assert keys[1].startswith("readme-")
    shutil.rmtree(sources / "a")
    library.sync([sources])
    assert library.document(keys[1])


def test_a_changed_library_is_seen_by_another_process(opened: Opened, sources: Path) -> None:
    reader, writer = opened(), opened()
    assert reader.search("lathe") == []
    writer.ingest([sources])
    assert reader.search("lathe oil", 1)[0].passage.document == "lathe.en"
    writer.remove("lathe.en")
    assert all(hit.passage.document != "lathe.en" for hit in reader.search("lathe oil"))


def test_search_prefers_the_askers_language_and_drops_repeated_texts(opened: Opened, sources: Path) -> None:
    (sources / "guide.en.md").write_text("# Guide\n\nMQTT sends messages to the broker.\n", encoding="utf-8")
    (sources / "guide.da.md").write_text("# Guide\n\nMQTT sender beskeder til en broker.\n", encoding="utf-8")
    (sources / "copy.md").write_text("# Guide\n\nMQTT sends  messages to the broker.\n", encoding="utf-8")
    library = opened()
    library.ingest([sources])
    danish = [hit.passage for hit in library.search("MQTT broker", 10, "da")]
    assert danish[0].document == "guide.da"
    assert "guide.en" not in [passage.document for passage in danish]
    assert "lathe.en" in [passage.document for passage in danish]
    english = [hit.passage.document for hit in library.search("MQTT broker", 10, "en")]
    assert len({"guide.en", "copy.en"} & set(english)) == 1
    assert "guide.da" not in english
    assert {"guide.da"} < {hit.passage.document for hit in library.search("MQTT broker", 10)}


def test_hits_have_the_form_of_the_command_line(opened: Opened, sources: Path) -> None:
    library = opened()
    library.ingest([sources])
    hit = library.search("lathe oil", 1)[0].as_json()
    assert list(hit) == ["id", "document", "path", "locator", "text", "score"]
    assert hit["path"] == str((sources / "lathe.md").resolve())
    assert hit["locator"] == {"heading": ["Oil"]}
    assert 0 <= hit["score"] <= 1


@pytest.mark.parametrize(
    "query", ["", "   ", "???", "zzzz qqqq", "the of and", "\x00 '\" ; DROP TABLE", "lathe " * 3000]
)
def test_odd_queries_do_not_fail(opened: Opened, sources: Path, query: str) -> None:
    library = opened()
    library.ingest([sources])
    assert len(library.search(query, 3)) <= 3
    assert library.search("lathe", 0) == []


def damage(folder: Path, how: str) -> None:
    if how == "gone":
        shutil.rmtree(folder)
    elif how == "unsealed":
        (folder / ".ok").unlink()
    elif how == "no words":
        shutil.rmtree(folder / "en")
    else:
        wanted = "data_level0.bin" if how.endswith("vectors") else "chroma.sqlite3"
        for path in folder.rglob(wanted):
            path.write_bytes(b"" if how.startswith("no") else bytes(reversed(path.read_bytes())))


@pytest.mark.parametrize(
    "how", ["gone", "unsealed", "no words", "no vectors", "wrong vectors", "no database", "wrong database"]
)
def test_a_lost_index_is_built_again_without_embedding(
    opened: Opened, sources: Path, embedder: HashedEmbedder, tmp_path: Path, how: str
) -> None:
    opened().ingest([sources])
    count = len(embedder.embedded)
    (folder,) = (tmp_path / "home" / "index").glob("own-*")
    damage(folder, how)
    library = opened()
    assert library.search("lathe oil", 1)[0].passage.id == "lathe.en#oil-1"
    assert library.check() == []
    assert len(embedder.embedded) == count
    assert [path.name for path in (tmp_path / "home" / "index").glob("own-*")] == [folder.name]


def test_a_changed_byte_breaks_the_seal(opened: Opened, sources: Path, tmp_path: Path) -> None:
    library = opened()
    library.ingest([sources])
    (path,) = (tmp_path / "home" / "index").rglob("data_level0.bin")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    index = library._current()[0]
    assert index
    with pytest.raises(Broken, match="has changed"):
        index._open(index.folder)


def test_an_index_that_fails_while_open_is_opened_anew(
    opened: Opened, sources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = opened()
    library.ingest([sources])
    index = library._current()[0]
    assert index

    def fails(_vector: object, _k: int) -> list[tuple[int, float]]:
        raise Broken("gone")

    monkeypatch.setattr(index._dense, "nearest", fails)
    assert library.search("lathe oil", 1)[0].passage.id == "lathe.en#oil-1"


def test_rebuild_and_another_model(opened: Opened, sources: Path, embedder: HashedEmbedder, tmp_path: Path) -> None:
    library = opened()
    library.ingest([sources])
    count = len(embedder.embedded)
    assert library.rebuild() == 4
    assert library.search("lathe oil", 1)[0].passage.id == "lathe.en#oil-1"
    assert len(embedder.embedded) == count
    other = HashedEmbedder("other", dimension=32)
    assert opened(embedder=other).search("lathe oil", 1)[0].passage.id == "lathe.en#oil-1"
    assert len(other.embedded) == 4
    assert len(list((tmp_path / "home" / "index").glob("own-*"))) == 1


@pytest.fixture
def building(tmp_path: Path) -> Iterator[Path]:
    """What another process has begun to build for the library `own`."""
    part = tmp_path / "home" / "index" / f"own-{'0' * 16}.part"
    part.mkdir(parents=True)
    with FileLock(part.parent / "own.lock"):
        yield part


def test_what_another_process_builds_is_left_alone(
    opened: Opened, building: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = opened()
    assert library.search("lathe") == []
    assert building.is_dir(), "an empty library deletes it"
    monkeypatch.setattr("assistant.library.library.PATIENCE", 0.1)
    with pytest.raises(StoreError, match="another process builds"):
        library.rebuild()
    assert building.is_dir(), "rebuilding deletes it"


def test_what_a_killed_process_left_is_deleted(opened: Opened, building: Path) -> None:
    killed = building.rename(building.with_name(f"two-{'0' * 16}.part"))
    assert opened("two").search("lathe") == []
    assert not killed.exists()


def test_an_index_that_cannot_be_written_is_a_store_error(opened: Opened, sources: Path, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "index").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(StoreError, match="VEJVISER_HOME"):
        opened().ingest([sources])
    (tmp_path / "home" / "index").unlink()
    assert opened().search("lathe oil", 1)


def test_a_catalogue_that_is_none_is_a_store_error(opened: Opened, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "library.sqlite3").write_bytes(b"no database " * 100)
    with pytest.raises(StoreError, match=r"library\.sqlite3"):
        opened()


def test_dense_search_agrees_with_brute_force(opened: Opened, sources: Path, embedder: HashedEmbedder) -> None:
    generator = random.Random(4)
    words = [f"w{n}" for n in range(200)]
    for n in range(300):
        (sources / f"f{n}.md").write_text(" ".join(generator.choices(words, k=20)), encoding="utf-8")
    library = opened()
    library.ingest([sources])
    index = library._current()[0]
    assert index
    vectors = embedder.encode([passage.context for passage in index.passages], query=True)
    for _ in range(20):
        query = embedder.queries([" ".join(generator.choices(words, k=5))])[0]
        best = set(np.argsort(-(vectors @ query))[:10].tolist())
        assert len(best & {number for number, _ in index._dense.nearest(query, 10)}) >= 9


def test_threads_search_while_the_library_changes(opened: Opened, sources: Path) -> None:
    library = opened()
    library.ingest([sources])
    wrong: list[object] = []
    stop = threading.Event()

    def searching() -> None:
        while not stop.is_set():
            try:
                if library.search("press bends plates", 1)[0].passage.document != "press.en":
                    wrong.append("another passage")
            except Exception as error:
                wrong.append(error)

    threads = [threading.Thread(target=searching) for _ in range(4)]
    for thread in threads:
        thread.start()
    for n in range(6):
        (sources / "lathe.md").write_text(f"The lathe was sold {n} times.", encoding="utf-8")
        library.ingest([sources])
    library.rebuild()
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []


CHILD = """
import sys
from pathlib import Path
from assistant.library.catalogue import Catalogue
from assistant.library.hashed import HashedEmbedder
from assistant.library.library import Library
home, sources = Path(sys.argv[1]), Path(sys.argv[2])
library = Library(Catalogue(home / "library.sqlite3"), HashedEmbedder(), home / "index", "own")
print("ready", flush=True)
for turn in range(1000):
    for n in range(40):
        (sources / f"f{n}.md").write_text(f"# File {n}\\n\\nTurn {turn} of file number{n}.\\n", encoding="utf-8")
    library.sync([sources])
"""


def test_killed_while_indexing_search_still_works(opened: Opened, sources: Path, tmp_path: Path) -> None:
    generator = random.Random(time.time_ns())
    for _ in range(4):
        arguments = [sys.executable, "-c", CHILD, str(tmp_path / "home"), str(sources)]
        with subprocess.Popen(arguments, stdout=subprocess.PIPE) as child:
            assert child.stdout
            assert child.stdout.readline() == b"ready\n"
            time.sleep(generator.uniform(0.02, 0.8))
            child.send_signal(signal.SIGKILL)
        library = opened()
        before = {document.key for document in library.documents()}
        if before:
            assert library.search("the file", 5)
        library.ingest([sources])
        assert library.search("lathe oil", 1)[0].passage.id == "lathe.en#oil-1"
        assert before <= {document.key for document in library.documents()}
        assert [problem for problem in library.check() if "not found" in problem or "rebuild" in problem] == []
