"""Rows of an eval's data: JSON Lines, each line checked against its shape. Knows no evals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.errors import ContentError


class Row(BaseModel):
    """Something with an id; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid")
    id: str


Kind = TypeVar("Kind", bound=Row)


def rows(paths: Iterable[Path], kind: type[Kind]) -> list[Kind]:
    """The rows of all files in order; no id stands twice.

    Raises:
        ContentError: a line is malformed, or an id is used twice.
    """
    found: dict[str, Kind] = {}
    for path, number, line in _lines(paths):
        try:
            row = kind.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "the line"
            raise ContentError(f"{path}: line {number}: {where}: {first['msg']}; mend that line.") from error
        if row.id in found:
            raise ContentError(f"{path}: line {number}: the id {row.id!r} is used twice; give it another.")
        found[row.id] = row
    return list(found.values())


def _lines(paths: Iterable[Path]) -> Iterator[tuple[Path, int, str]]:
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            yield path, number, line
