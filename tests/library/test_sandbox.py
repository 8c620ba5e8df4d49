"""The process in which files are read: what kills it costs one file, and it has bounds on time and memory."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import made
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.errors import UserError
from assistant.library.loaders import SUFFIXES, load
from assistant.library.passages import passages
from assistant.library.sandbox import Here, Sandbox


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    made_ = Sandbox()
    yield made_
    made_.close()


def read(sandbox: Sandbox, path: Path) -> str:
    """Text of the file, or why there is none."""
    sandbox.ask(path)
    try:
        return sandbox.answer()[0].sections[0].text
    except UserError as error:
        told = str(error)
    assert told.startswith(f"{path}: ")
    assert "\n" not in told
    return told


def alive(sandbox: Sandbox) -> int:
    assert sandbox._child
    return sandbox._child.pid


def test_one_process_reads_many_files_in_order(sandbox: Sandbox, tmp_path: Path) -> None:
    paths = [made.text(f"Nummer {n}, æøå.")(tmp_path / f"{n}.txt") for n in range(50)]
    for path in paths[:4]:
        sandbox.ask(path)
    pid = alive(sandbox)
    for number, path in enumerate(paths):
        if number + 4 < len(paths):
            sandbox.ask(paths[number + 4])
        assert sandbox.answer()[0].sections[0].text == f"Nummer {number}, æøå.", path
    assert alive(sandbox) == pid


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT, signal.SIGTERM])
def test_a_child_that_dies_costs_one_file(sandbox: Sandbox, tmp_path: Path, how: signal.Signals) -> None:
    paths = [made.text(f"Nummer {n}.")(tmp_path / f"{n}.txt") for n in range(3)]
    assert read(sandbox, paths[0]) == "Nummer 0."
    sandbox.ask(made.text("*a **b " * 300_000)(tmp_path / "slow.md"))  # long enough to be met in the middle
    sandbox.ask(paths[1])
    time.sleep(0.2)
    os.kill(alive(sandbox), how)
    with pytest.raises(UserError, match=r"slow\.md: .*(broke off|too much memory)"):
        sandbox.answer()
    assert sandbox.answer()[0].sections[0].text == "Nummer 1."
    assert read(sandbox, paths[2]) == "Nummer 2."


@pytest.mark.alone
def test_what_takes_too_long_is_killed(tmp_path: Path) -> None:
    sandbox = Sandbox(seconds=1)
    begun = time.monotonic()
    assert "takes longer than 1 s" in read(sandbox, made.text("[" * 400_000)(tmp_path / "slow.md"))
    assert time.monotonic() - begun < 6
    assert read(sandbox, made.text("Hej.")(tmp_path / "quick.md")) == "Hej."
    sandbox.close()


@pytest.mark.alone
def test_what_takes_too_long_to_cut_is_killed_too(tmp_path: Path) -> None:
    sandbox = Sandbox(seconds=2)
    odd = made.text("!?" * 200_000)(tmp_path / "odd.txt")
    begun = time.monotonic()
    assert load(odd).title == "odd"
    assert time.monotonic() - begun < 1, "reading it takes no time"
    assert "takes longer than 2 s" in read(sandbox, odd)
    sandbox.close()


@pytest.mark.parametrize("reader", [Here, Sandbox])
def test_what_is_read_is_cut(reader: type, tmp_path: Path) -> None:
    made_ = reader()
    path = made.word(tmp_path / "a.docx")
    made_.ask(path)
    document, cut = made_.answer()
    made_.close()
    assert document == load(path)
    assert cut == passages(document)


@pytest.mark.alone
def test_a_child_that_does_not_hear_the_alarm_is_killed_from_outside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.library.sandbox._GRACE", 1)
    sandbox = Sandbox(seconds=3)  # what is quick takes no longer, on a busy machine either
    assert read(sandbox, made.text("Hej.")(tmp_path / "quick.md")) == "Hej."
    os.kill(alive(sandbox), signal.SIGSTOP)
    assert "takes longer" in read(sandbox, tmp_path / "quick.md")
    assert read(sandbox, tmp_path / "quick.md") == "Hej."
    sandbox.close()


def wide(paragraphs: int) -> bytes:
    """XML that compresses badly enough to pass for a document."""
    body = "".join(f"<w:p><w:r><w:t>{hash((n, 1)) % 10**12}</w:t></w:r></w:p>" for n in range(paragraphs))
    head = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    return f"<w:document {head}><w:body>{body}</w:body></w:document>".encode()


def test_what_needs_too_much_memory_is_refused(tmp_path: Path) -> None:
    sandbox = Sandbox(memory=330_000_000)
    assert read(sandbox, made.text("Hej.")(tmp_path / "quick.md")) == "Hej."
    html = made.text(made.HTML + "<p>a</p>" * 1_500_000)(tmp_path / "wide.html")
    word = made.word_with(tmp_path / "wide.docx", "word/document.xml", wide(500_000))
    for path in (html, word):
        assert "memory" in (told := read(sandbox, path)) or "broke off" in told
    assert read(sandbox, tmp_path / "quick.md") == "Hej."
    sandbox.close()


def test_ordinary_files_need_a_third_of_the_memory(tmp_path: Path) -> None:
    sandbox = Sandbox(memory=400_000_000)
    for maker, name in ((made.pdf, "a.pdf"), (made.word, "a.docx"), (made.slides, "a.pptx"), (made.text(made.HTML), "a.html"),
                        (made.text(made.VTT), "a.vtt"), (made.text(made.SRT), "a.srt")):  # fmt: skip
        assert str(tmp_path) not in read(sandbox, maker(tmp_path / name))
    sandbox.close()


BOMBS = {
    "laughs.docx": made.laughs,
    "deep.docx": made.deep_word,
    "wide.docx": made.wide_word,
    "flate.pdf": lambda path: made.flate_bomb(path, 60),
    "deep.html": made.text("<div>" * 100_000 + "Deep"),
    "laughs.html": made.text('<!DOCTYPE html [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><p>&b;</p>'),
    "quotes.md": made.text(">" * 100_000 + "x"),
    "tags.vtt": made.text("WEBVTT\n\n00:01.000 --> 00:02.000\n" + "<" * 500_000 + "a\n"),
}


def test_bombs_cost_neither_time_nor_the_run(sandbox: Sandbox, tmp_path: Path) -> None:
    for name, maker in BOMBS.items():
        path = maker(tmp_path / name)
        begun = time.monotonic()
        told = read(sandbox, path)
        assert time.monotonic() - begun < 20, name
        assert "hahahaha" not in told
    assert read(sandbox, made.text("Hej.")(tmp_path / "quick.md")) == "Hej."


@pytest.mark.parametrize("name", ["a\nb.txt", "a\x1b[31m.txt", "æ ø'å\".txt", "..txt.txt", "a" * 200 + ".txt"])
def test_odd_names(sandbox: Sandbox, tmp_path: Path, name: str) -> None:
    sandbox.ask(made.text("Hej med dig.")(tmp_path / name))
    document, _ = sandbox.answer()
    assert document.title.isprintable()
    (tmp_path / name).write_bytes(b"")
    sandbox.ask(tmp_path / name)
    with pytest.raises(UserError, match="empty") as told:
        sandbox.answer()
    assert str(told.value).isprintable()


def test_a_name_that_is_no_unicode(sandbox: Sandbox, tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/m\xe5l.txt"))
    sandbox.ask(made.text("Hej.")(path))
    assert sandbox.answer()[0].sections[0].text == "Hej."


@pytest.mark.parametrize("reader", [Here, Sandbox])
def test_pipes_devices_and_folders_never_block(reader: type, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "folder.pdf").mkdir()
    made_ = reader()
    for path in (tmp_path / "pipe.md", tmp_path / "folder.pdf", tmp_path / "none.md"):
        made_.ask(path)
        with pytest.raises(UserError, match=r"no file but|cannot be read|Is a directory"):
            made_.answer()
    made_.close()


def test_a_process_that_does_not_start_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    sandbox = Sandbox()
    assert "does not start" in read(sandbox, made.text("Hej.")(tmp_path / "a.md"))


HEADS = {
    ".pdf": b"%PDF-1.7\n",
    ".docx": b"PK\x03\x04",
    ".pptx": b"PK\x03\x04",
    ".vtt": b"WEBVTT\n\n",
    ".html": b"<html>",
}


@pytest.fixture(scope="module")
def shared() -> Iterator[Sandbox]:
    made_ = Sandbox()
    yield made_
    made_.close()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(suffix=st.sampled_from(sorted(SUFFIXES)), head=st.booleans(), data=st.binary(max_size=3000))
def test_random_bytes_never_crash(shared: Sandbox, suffix: str, head: bool, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a{suffix}"
        path.write_bytes((HEADS.get(suffix, b"") if head else b"") + data)
        pid = alive(shared) if shared._child else 0
        begun = time.monotonic()
        told = read(shared, path)
        assert time.monotonic() - begun < 5
        assert told
        assert "broke off" not in told
        assert pid in (0, alive(shared))


@settings(max_examples=60, deadline=None)
@given(which=st.sampled_from(["pdf", "docx", "pptx"]), place=st.floats(0, 1), byte=st.integers(0, 255))
def test_one_wrong_byte_never_crashes(
    shared: Sandbox, originals: dict[str, bytes], which: str, place: float, byte: int
) -> None:
    data = bytearray(originals[which])
    data[int(place * (len(data) - 1))] = byte
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{which}"
        path.write_bytes(data)
        assert "broke off" not in read(shared, path)


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("originals")
    makers = {"pdf": made.pdf, "docx": made.word, "pptx": made.slides}
    return {name: maker(folder / f"a.{name}").read_bytes() for name, maker in makers.items()}
