"""The README is true: its example runs, its tree, settings and commands exist, its pictures are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant.build import Engine
from assistant.cli import app
from assistant.settings import Settings

PROJECT = Path(__file__).parent.parent
README = (PROJECT / "README.md").read_text(encoding="utf-8")


def test_the_python_example_runs(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert code is not None
    monkeypatch.setattr("assistant.settings.load", lambda: engine.settings)
    monkeypatch.setattr("assistant.build.Engine", lambda _settings: engine)
    exec(code[1], {})
    printed = capsys.readouterr().out
    assert "\n19\n" in printed
    assert "MQTT" in printed


def test_the_tree_is_there() -> None:
    tree = README.split("## File tree")[1].split("```")[1]
    for line in tree.strip().splitlines():
        assert (PROJECT / line.split()[0]).is_dir(), line
    for link in re.findall(r"\]\(([^)#]+)\)", README):
        if "://" not in link:
            assert (PROJECT / link).exists(), link


def test_every_setting_and_command_is_named() -> None:
    for name in Settings.model_fields:
        assert f"VEJVISER_{name.upper()}" in README
    for command in app.registered_commands:
        name = command.name or (command.callback.__name__ if command.callback else "")
        assert f"vejviser {name}" in README or f"|{name}" in README or f"\\|{name} " in README, name
    assert "<!-- test command -->\n```\nmake test\n```" in README


def test_makefile_targets_in_the_readme_exist() -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"`make (\w+)`", README)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
