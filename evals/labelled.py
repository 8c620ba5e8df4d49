"""Labelled answers: what owners say to one question, and the stage that a careful adviser would note. Knows their files, no reader."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from assistant.domain.maturity import Language
from evals.rows import Row, rows

FOLDER = Path(__file__).parent / "data"
Part = Literal["tune", "measure"]
Stage = Annotated[int, Field(ge=0, le=5)]
CLEAR = "clear"
KINDS = (
    CLEAR, "negation", "plan", "past", "others", "hearsay", "jargon", "acquiescence", "range", "off_topic", "unknown",
    "noisy", "joke",
)  # fmt: skip


class Labelled(Row):
    """One answer to the open question about `item`."""

    language: Language
    item: str
    kind: str
    stage: Stage | tuple[Stage, Stage] | None
    """A range where parts of the firm differ; None where nothing may be noted."""
    evidence: str | None
    """The words that settle it."""
    text: str

    @model_validator(mode="after")
    def _whole(self) -> Labelled:
        if self.kind not in KINDS:
            raise ValueError(f"kind {self.kind!r} is none of {', '.join(KINDS)}")
        if (self.stage is None) != (self.evidence is None):
            raise ValueError("stage and evidence go together")
        if self.evidence is not None and self.evidence not in self.text:
            raise ValueError("the evidence does not stand in the text")
        return self

    @property
    def ends(self) -> tuple[int, int] | None:
        """Lowest and highest stage."""
        return (self.stage, self.stage) if isinstance(self.stage, int) else self.stage


def load(part: Part, folder: Path = FOLDER) -> list[Labelled]:
    """The answers of one part: `tune` may be looked at, `measure` is only measured.

    Raises:
        ContentError: a line is malformed, or an id is used twice.
    """
    return rows(sorted(folder.glob(f"answers-{part}*.jsonl")), Labelled)


def second_labels(part: Part, folder: Path = FOLDER) -> dict[str, Any]:
    """What a second person noted for the same answers without seeing the first labels: id -> stage, range or None."""
    path = folder / f"labels-{part}.jsonl"
    if not path.exists():
        return {}
    return {row["id"]: row["stage"] for row in map(json.loads, path.read_text(encoding="utf-8").splitlines())}
