"""Each promise in SECURITY.md and docs/privacy.md names the test that keeps it, and that test is there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
PAPERS = {"SECURITY.md": "## What is defended", "docs/privacy.md": "## What is promised"}
_NAMED = re.compile(r"`([^`]+)`")


def promises() -> list[tuple[str, str]]:
    """(promise, what keeps it) of both papers."""
    found = []
    for name, heading in PAPERS.items():
        _, _, rest = (PROJECT / name).read_text(encoding="utf-8").partition(heading)
        rows = [line for line in rest.partition("\n## ")[0].splitlines() if line.startswith("| ")]
        found += [tuple(cell.strip() for cell in row.strip("|").split(" | ")) for row in rows[1:]]
    return [(one[0], one[1]) for one in found]


@cache
def functions_in(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(part.name for part in ast.walk(tree) if isinstance(part, ast.FunctionDef))


def test_there_are_promises() -> None:
    assert len(promises()) > 25


@pytest.mark.parametrize(("promise", "kept"), promises(), ids=lambda text: text[:40])
def test_each_names_what_keeps_it(promise: str, kept: str) -> None:
    named = _NAMED.findall(kept)
    assert any(one.startswith("tests/") for one in named), promise
    file = ""
    for one in named:
        path, _, test = one.partition("::")
        if path.startswith("make "):
            assert f"\n{path.removeprefix('make ')}:" in (PROJECT / "Makefile").read_text(encoding="utf-8"), one
            continue
        if path == "…":
            path = file
        elif not path.startswith("tests/"):
            assert path.startswith("talk."), one  # an attribute that the sentence speaks of
            continue
        file = path
        where = PROJECT / path
        assert where.exists(), one
        if test:
            assert test in functions_in(where), one
