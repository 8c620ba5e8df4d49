"""Taking files in: which are found, what is told of each, and what a second run does."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import made
import pytest

from assistant.library import ingestion
from assistant.library.documents import Document
from assistant.library.hashed import HashedEmbedder
from assistant.library.ingestion import Ingested
from assistant.library.library import Library
from assistant.library.sandbox import Sandbox

Opened = Callable[..., Library]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made_ = tmp_path / "folder"
    made_.mkdir()
    return made_


def by_name(results: list[Ingested]) -> dict[str, Ingested]:
    return {result.path.name: result for result in results}


def statuses(results: list[Ingested]) -> dict[str, str]:
    return {name: result.status for name, result in by_name(results).items()}


def test_a_folder_of_every_format(opened: Opened, folder: Path) -> None:
    made.pdf(folder / "a.pdf")
    made.word(folder / "b.DOCX")
    made.slides(folder / "c.pptx")
    for name, content in {
        "d.html": made.HTML,
        "e.vtt": made.VTT,
        "f.srt": made.SRT,
        "g.txt": made.DANISH,
        "h.md": made.DANISH,
    }.items():
        made.text(content)(folder / name)
    (folder / "sub.pdf").mkdir()
    made.text("I en mappe med et mærkeligt navn.")(folder / "sub.pdf" / "i.txt")
    made.text("x")(folder / "z.xyz")
    made.text("x")(folder / "~$b.docx")
    made.text("x")(folder / ".hidden.md")
    library, told, each, steps = opened(), [], [], []
    results = library.ingest([folder], lambda *step: steps.append(step), each.append, told.append)
    assert statuses(results) == dict.fromkeys(
        ["a.pdf", "b.DOCX", "c.pptx", "d.html", "e.vtt", "f.srt", "g.txt", "h.md", "i.txt"], "ok"
    )
    assert each == results
    assert told == ["2 files of other kinds left alone"]
    assert [step[0] for step in steps] == list(range(1, 10))
    hit = library.search("drejebænken bliver stoppet om morgenen", 1)[0]
    assert hit.as_json()["locator"] == {"heading": ["Kapitel 2: Skærmen"], "page": 2}
    assert library.check() == []
    assert {document.language for document in library.documents()} == {"da"}


def test_a_second_run_reads_nothing(opened: Opened, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made.pdf(folder / "a.pdf")
    made.text("Hej med dig.")(folder / "b.txt")
    opened().ingest([folder])

    def fails(*_: object) -> None:
        raise AssertionError("a file was read again")

    with monkeypatch.context() as patched:
        patched.setattr(Sandbox, "ask", fails)
        assert statuses(opened().ingest([folder])) == {"a.pdf": "unchanged", "b.txt": "unchanged"}
    monkeypatch.setattr(ingestion, "_READING", "another")
    assert statuses(opened().ingest([folder])) == {"a.pdf": "ok", "b.txt": "ok"}


def test_what_is_gone_from_the_folder_is_removed_and_nothing_else(opened: Opened, folder: Path, tmp_path: Path) -> None:
    elsewhere = made.text("Et andet sted.")(tmp_path / "elsewhere.txt")
    for name in ("a.txt", "b.txt", "c.txt"):
        made.text(f"Fil {name}.")(folder / name)
    library = opened()
    library.ingest([folder, elsewhere])
    (folder / "a.txt").unlink()
    (folder / "sub").mkdir()
    (folder / "b.txt").rename(folder / "sub" / "b.txt")
    elsewhere.unlink()
    assert statuses(library.ingest([folder / "c.txt"])) == {"c.txt": "unchanged"}
    assert [(r.path.name, r.status) for r in library.ingest([folder])] == [
        ("c.txt", "unchanged"), ("b.txt", "ok"), ("a.txt", "removed"),
    ]  # fmt: skip
    assert sorted(document.id for document in library.documents()) == ["b", "c", "elsewhere"]
    assert library.path("b.en" if library.document("b.en") else "b.da") == (folder / "sub" / "b.txt").resolve()


def test_a_file_that_breaks_keeps_its_last_good_version(opened: Opened, folder: Path) -> None:
    path = made.pdf(folder / "a.pdf")
    library = opened()
    library.ingest([folder])
    os.truncate(path, 300)
    (broken,) = library.ingest([folder])
    assert broken.status == "skipped"
    assert broken.reason.endswith("(the version read before stays in the library).")
    assert library.search("føleren på spindlen", 1)
    made.sparse(path, 300_000_000)
    assert "larger than 200 MB" in library.ingest([folder])[0].reason
    made.pdf(path, bodies=("Noget helt nyt om svejsning.",))
    assert library.ingest([folder])[0].status == "ok"
    assert "svejsning" in library.search("svejsning", 1)[0].passage.text


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_permissions(opened: Opened, folder: Path) -> None:
    made.text("Hej.")(folder / "a.txt").chmod(0)
    (folder / "closed").mkdir(mode=0)
    results = by_name(opened().ingest([folder]))
    assert "permissions" in results["a.txt"].reason
    assert "permissions" in results["closed"].reason
    (folder / "closed").chmod(0o700)


def test_permissions_as_told_by_the_system(opened: Opened, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made.text("Hej.")(folder / "a.txt")
    (folder / "closed").mkdir()
    made.text("Hej.")(folder / "closed" / "b.txt")
    library = opened()
    library.ingest([folder])
    scandir = os.scandir

    def closed(path: str) -> object:
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", closed)
    results = by_name(library.ingest([folder]))
    assert "cannot be looked into" in results["closed"].reason
    assert len(library.documents()) == 2


def test_links_pipes_and_loops(opened: Opened, folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    made.text("Hemmeligt.")(outside / "secret.txt")
    made.text("Hej med dig.")(folder / "a.txt")
    (folder / "sub").mkdir()
    (folder / "out.txt").symlink_to(outside / "secret.txt")
    (folder / "outdir").symlink_to(outside)
    (folder / "up.txt").symlink_to(Path("..") / "outside" / "secret.txt")
    (folder / "plainly").symlink_to(outside / "secret.txt")
    (folder / "inside.txt").symlink_to(folder / "a.txt")
    (folder / "loop").symlink_to(folder)
    (folder / "sub" / "loop").symlink_to(folder / "sub")
    (folder / "self.txt").symlink_to(folder / "self.txt")
    (folder / "nowhere.txt").symlink_to(folder / "nothing")
    os.mkfifo(folder / "pipe.txt")
    results = by_name(opened().ingest([folder / "sub" / ".."]))
    assert {name: result.status for name, result in results.items() if result.status != "skipped"} == {"a.txt": "ok"}
    assert all("leads out of the folder" in results[name].reason for name in ("out.txt", "outdir", "up.txt", "plainly"))
    assert all("leads nowhere" in results[name].reason for name in ("self.txt", "nowhere.txt"))
    assert "pipe" in results["pipe.txt"].reason
    assert len(results) == 8
    assert opened("two").ingest([folder / "out.txt"])[0].status == "ok"  # named, it is meant


def test_odd_names(opened: Opened, folder: Path) -> None:
    made.text("Linje i navnet.")(folder / "a\nb.txt")
    made.text("")(folder / "c\x1b[0m\td.txt")
    bad = os.fsencode(folder) + b"/m\xe5l.txt"
    Path(os.fsdecode(bad)).write_text("Hej.", encoding="utf-8")
    results = opened().ingest([folder])
    assert sorted(result.status for result in results) == ["ok", "skipped", "skipped"]
    assert all(result.reason.isprintable() for result in results)
    assert any("no valid Unicode; rename it" in result.reason for result in results)
    for result in results:
        result.as_json()["path"].encode()


def test_the_same_name_in_several_folders_and_formats(opened: Opened, folder: Path) -> None:
    for name in ("a", "b"):
        (folder / name).mkdir()
    made.text("This is the note of the first folder, and it is short.")(folder / "a" / "note.txt")
    made.text("Det er noten i den anden mappe, og den er ikke lang.")(folder / "b" / "note.txt")
    made.text("This is another note about the lathe.")(folder / "a" / "note.md")
    for language in ("en", "da"):
        made.text("Guide text.")(folder / f"guide.{language}.md")
    library = opened()
    results = library.ingest([folder])
    keys = [result.document for result in results]
    assert len(set(keys)) == 5
    ids = {
        Path(result.path).relative_to(folder.resolve()).as_posix(): result.document.rsplit(".", 1)[0]
        for result in results
    }
    notes = {ids[name] for name in ("a/note.md", "a/note.txt", "b/note.txt")}
    assert len(notes) == 3, "unlike texts are no two versions of one"
    assert ids["guide.en.md"] == ids["guide.da.md"] == "guide"
    assert set(statuses(library.ingest([folder])).values()) == {"unchanged"}
    assert {document.key for document in library.documents()} == set(keys)
    for key in keys:
        (passage,) = library.passages_of(key)
        assert (passage.document, passage.id.partition("#")[0]) == (key, key)
        assert library.passage(passage.id) == passage


def test_old_kinds_are_told_and_unknown_ones_counted(opened: Opened, folder: Path) -> None:
    made.text(made.OLE)(folder / "old.doc")
    unknown = made.text("x")(folder / "table.xyz")
    told: list[str] = []
    results = by_name(opened().ingest([folder], tell=told.append))
    assert set(results) == {"old.doc"}
    assert told == ["1 file of other kinds left alone"]
    (named,) = opened().ingest([unknown])
    assert named.status == "skipped"
    assert "not read" in named.reason


def test_bad_files_among_good_ones(opened: Opened, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(6):
        made.text(f"Nummer {number} er en god fil.")(folder / f"{number}.txt")
    made.text(made.OLE)(folder / "2b.docx")
    made.cut(made.word)(folder / "3b.docx")
    made.text("[" * 2_000_000)(folder / "4b.md")
    library = opened()
    monkeypatch.setattr("assistant.library.library.Sandbox", lambda: Sandbox(seconds=2))
    results = statuses(library.ingest([folder]))
    assert [name for name, status in results.items() if status == "skipped"] == ["2b.docx", "3b.docx", "4b.md"]
    assert len(library.documents()) == 6
    assert library.check() == []


@pytest.mark.parametrize("what", ["vanishes", "changes"])
def test_a_file_that_goes_or_changes_in_mid_run(
    opened: Opened, folder: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    for number in range(9):
        made.text(f"Nummer {number} er en god fil.")(folder / f"{number}.txt")
    library = opened()

    def disturb(_done: int, _of: int, file: str) -> None:
        if file == "0.txt":
            if what == "vanishes":
                (folder / "8.txt").unlink()
            else:
                made.text("Noget helt andet.")(folder / "8.txt")

    results = by_name(library.ingest([folder], disturb))
    assert results["8.txt"].status == ("skipped" if what == "vanishes" else "ok")
    assert sum(result.status == "ok" for result in results.values()) == (8 if what == "vanishes" else 9)
    assert library.check() == []


def test_the_shipped_library_is_read_without_a_child(
    opened: Opened, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.text("Hej med dig.")(folder / "a.md")

    def fails(*_: object, **__: object) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr(subprocess, "Popen", fails)
    assert statuses(opened("shipped").sync([folder])) == {"a.md": "ok"}


def test_no_child_is_left_behind(opened: Opened, folder: Path) -> None:
    made.text("Hej med dig.")(folder / "a.md")

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    started: list[Sandbox] = []
    original = Sandbox.__init__

    def remember(self: Sandbox) -> None:
        original(self)
        started.append(self)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Sandbox, "__init__", remember)
        with pytest.raises(KeyboardInterrupt):
            opened().ingest([folder], stop)
    assert [sandbox._child for sandbox in started] == [None]


CHILD = """
import sys
from pathlib import Path
from assistant.library.catalogue import Catalogue
from assistant.library.hashed import HashedEmbedder
from assistant.library.library import Library
home, sources = Path(sys.argv[1]), [Path(path) for path in sys.argv[2:]]
library = Library(Catalogue(home / "library.sqlite3"), HashedEmbedder(), home / "index", "own")
results = library.ingest(sources)
assert all(result.status in ("ok", "unchanged") for result in results), results
print(len(results))
"""


def test_two_processes_take_in_the_same_files_at_once(opened: Opened, folder: Path, tmp_path: Path) -> None:
    for number in range(40):
        made.text(f"Nummer {number} er en god fil om drejebænken.")(folder / f"{number}.txt")
    arguments = [sys.executable, "-c", CHILD, str(tmp_path / "home"), str(folder)]
    children = [subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    told = [child.communicate(timeout=60) for child in children]
    assert [child.returncode for child in children] == [0, 0], told
    library = opened()
    assert len(library.documents()) == 40
    assert library.check() == []


def test_a_waiting_process_says_so(opened: Opened, folder: Path, tmp_path: Path) -> None:
    from filelock import FileLock

    made.text("Hej med dig.")(folder / "a.md")
    library = opened()
    lock = FileLock(tmp_path / "home" / "library.own.lock", thread_local=False)
    lock.acquire()
    told: list[str] = []

    def tell(message: str) -> None:
        told.append(message)
        lock.release()

    assert library.ingest([folder], tell=tell)[0].status == "ok"
    assert told == ["Waiting for another process that takes files into library 'own'"]


def test_documents_say_who_spoke_and_when(opened: Opened, folder: Path, embedder: HashedEmbedder) -> None:
    made.text(made.VTT)(folder / "m.vtt")
    library = opened()
    library.ingest([folder])
    document: Document = library.documents()[0]
    assert (document.title, document.speaker, document.date, document.rights) == (
        "Målemøde", "Søren Ø, Åse", "2024-02-03", "© Værkstedet",
    )  # fmt: skip
    assert library.paths() == {document.key: (folder / "m.vtt").resolve()}
    assert library.search("drejebænken", 1)[0].as_json()["locator"] == {"heading": [], "start": 1.0}


def test_ok_is_told_only_of_what_is_stored(
    opened: Opened, folder: Path, embedder: HashedEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.txt", "b.txt"):
        made.text(f"Her står noget om {name}.")(folder / name)

    def stops(*_: object, **__: object) -> None:
        raise RuntimeError("stopped")

    library, told = opened(), []
    monkeypatch.setattr(embedder, "look", stops)
    with pytest.raises(RuntimeError, match="stopped"):
        library.ingest([folder], each=lambda entry: told.append(entry.status))
    assert told == []


def test_one_name_in_two_formats_is_not_taken_for_a_translation(opened: Opened, folder: Path) -> None:
    made.text("# Press\n\nThe hydraulic press needs a new filter every year.")(folder / "manual.md")
    made.text("Frokosten er klokken tolv, og kantinen har åbent hver dag.")(folder / "manual.txt")
    library = opened()
    library.ingest([folder])
    found = [hit.passage.text for hit in library.search("hydraulic press filter", 5, "da")]
    assert any("hydraulic press" in text for text in found)


def test_a_link_that_leads_out_is_refused_whatever_it_is_called(opened: Opened, folder: Path, tmp_path: Path) -> None:
    (folder / "notes").symlink_to(made.text("Hemmeligt.")(tmp_path / "secret.md"))
    (result,) = opened().ingest([folder])
    assert (result.path.name, result.status) == ("notes", "skipped")
    assert "leads out of the folder" in result.reason


def test_a_key_made_from_a_path_takes_no_other_files_key(
    opened: Opened, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b", "c"):
        (folder / name).mkdir()
        made.text(f"This is the note of {name}.")(folder / name / "note.txt")
    sha256 = ingestion.hashlib.sha256

    def colliding(data: bytes = b"") -> object:
        return sha256(b"same" if data.endswith(b"note.txt") else data)

    with monkeypatch.context() as patched:
        patched.setattr(ingestion.hashlib, "sha256", colliding)
        results = opened().ingest([folder])
    assert len({result.document for result in results}) == 3
    assert len(opened().documents()) == 3
    assert len(results[-1].document) == len("note-.en") + 16


def test_what_was_told_as_ok_is_stored(opened: Opened, folder: Path) -> None:
    for number in range(5):
        made.text(f"Nummer {number} er en god fil.")(folder / f"{number}.txt")
    library = opened()

    def stop(result: Ingested) -> None:
        assert library.document(result.document)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        library.ingest([folder], each=stop)


def test_unlike_files_of_one_name_are_no_translations(opened: Opened, folder: Path) -> None:
    made.text("This is the manual of the lathe, and it is short.")(folder / "manual.md")
    made.text("Det er noget andet om pressen, og det er ikke langt.")(folder / "manual.txt")
    ids = {result.document.rsplit(".", 1)[0] for result in opened().ingest([folder])}
    assert len(ids) == 2
