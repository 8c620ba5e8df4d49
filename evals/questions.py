"""Questions over the shipped library, with the places that answer them. Knows their files, not how anything is found.

A place is told by a fragment of the text in each language, so that it survives changes of the cutting into passages.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.domain.maturity import Language
from assistant.errors import ContentError
from assistant.library.passages import Passage
from evals.rows import Row, rows

FOLDER = Path(__file__).parent / "data"
Part = Literal["tune", "measure"]


class Place(BaseModel):
    """Where a document answers."""

    model_config = ConfigDict(extra="forbid")
    document: str
    en: str
    da: str

    def within(self, passages: Iterable[Passage], language: Language) -> set[str]:
        """Ids of the passages in `language` that hold it; a sentence that was cut counts where its greater half stands."""
        wanted = " ".join((self.en if language == "en" else self.da).split())
        mine = [p for p in passages if p.document == f"{self.document}.{language}"]
        whole = {p.id for p in mine if wanted in " ".join(p.text.split())}
        halves = (wanted[: len(wanted) * 2 // 3], wanted[len(wanted) // 3 :])
        return whole or {p.id for p in mine if any(half in " ".join(p.text.split()) for half in halves)}


class Asked(Row):
    """One question."""

    language: Language
    kind: str
    question: str
    answered: bool
    relevant: tuple[Place, ...] = ()
    facts: tuple[tuple[str, ...], ...] = ()
    """What a right answer holds: one of each, in any case of letters."""


def load(part: Part, folder: Path = FOLDER) -> list[Asked]:
    """The questions of one part: `tune` may be looked at, `measure` is only measured.

    Raises:
        ContentError: a line is malformed, or an id is used twice.
    """
    return rows(sorted(folder.glob(f"questions-{part}*.jsonl")), Asked)


def public(path: Path) -> list[tuple[str, Language | None, str, set[str], bool]]:
    """Questions on a folder of one's own: (id, language, question, relevant file names, answered).

    Raises:
        ContentError: a line is no JSON object with `id`, `question` and `relevant`.
    """
    rows = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(f"{path}: cannot be read as UTF-8 text ({error}); give a JSON Lines file.") from error
    for number, line in enumerate(lines, start=1):
        try:
            row = json.loads(line)
            relevant = {Path(name).name for name in row["relevant"]}
            answered = bool(row.get("answered", True))
            if answered and not relevant:
                raise ValueError("no relevant file, and not `answered: false`")
            rows.append((str(row["id"]), row.get("language"), row["question"], relevant, answered))
        except (ValueError, KeyError, TypeError) as error:
            raise ContentError(f"{path}: line {number}: needs id, question and relevant ({error}); mend it.") from error
    return rows
