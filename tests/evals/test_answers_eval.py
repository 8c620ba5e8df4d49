"""The questions of the eval of answers: their form, and what counts as holding a fact."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import ContentError
from evals.answers import Checked, load

LINE = (
    '{"id": "a-1", "language": "en", "kind": "definition", "question": "What is OEE?", "context": [], '
    '"facts": [["quality", "good pieces"], ["availability"]], "documents": ["x"], "answerable": true}\n'
)


def test_both_parts_hold_every_kind_in_both_languages_and_no_question_twice():
    parts = {part: load(part) for part in ("tune", "measure")}
    for rows in parts.values():
        assert {(row.kind, row.language) for row in rows} == {
            (row.kind, language) for row in rows for language in ("en", "da")
        }
    assert len(parts["measure"]) >= 120
    assert not {row.question for row in parts["tune"]} & {row.question for row in parts["measure"]}


def test_every_fact_of_an_answer_must_be_there_in_one_of_its_spellings():
    row = Checked.model_validate_json(LINE)
    assert row.holds("Availability times performance\ntimes QUALITY.")
    assert not row.holds("Availability alone.")


@pytest.mark.parametrize(
    ("text", "said"), [(LINE + LINE, "used twice"), (LINE[:40] + "\n", "line 1"), (None, "missing")]
)
def test_a_file_that_does_not_fit_is_named(tmp_path: Path, text: str | None, said: str):
    if text is not None:
        (tmp_path / "facts-tune.jsonl").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match=said):
        load("tune", tmp_path)
