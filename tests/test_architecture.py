"""The shape of the house: layers, sizes, nothing heavy where a command only shows help, nothing that phones home."""

from __future__ import annotations

import subprocess
import sys
import warnings
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
MODULES = sorted((PROJECT / "assistant").rglob("*.py"))


def test_import_contracts_hold() -> None:
    outcome = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=PROJECT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert outcome.returncode == 0, outcome.stdout


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_modules_say_what_they_know_and_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith('"""'), "begins with what it knows"
    assert len(text.splitlines()) <= 420


def test_help_needs_nothing_heavy() -> None:
    code = (
        "import sys; from assistant.cli import app; "
        "print([name for name in ('torch', 'chromadb', 'gradio', 'sentence_transformers', 'langchain') if name in sys.modules])"
    )
    outcome = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert outcome.stdout.strip() == "[]"


def test_tracing_stays_off(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2"):
        monkeypatch.delenv(name, raising=False)
    from langsmith.utils import tracing_is_enabled

    assert not tracing_is_enabled()


def test_sockets_reach_this_machine_only() -> None:
    import socket

    from pytest_socket import SocketConnectBlockedError

    with socket.socket() as outside, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(SocketConnectBlockedError):
            outside.connect(("192.0.2.1", 80))


def test_no_path_of_a_machine_in_any_file() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    marks = ("/" + "work/", "/" + "root/", "/" + "home/")
    for name in filter(None, listed):
        path = PROJECT / name
        if (
            path.is_file()
            and path.suffix in (".py", ".md", ".yaml", ".toml", ".txt", ".sh", "")
            and path.stat().st_size < 10**6
        ):
            text = path.read_text(encoding="utf-8", errors="ignore")
            assert not [mark for mark in marks if mark in text and name != ".gitignore"], name
