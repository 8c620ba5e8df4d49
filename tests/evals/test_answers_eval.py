"""The questions of the eval of answers: their form, and what counts as holding a fact."""

from __future__ import annotations

from pathlib import Path

import pytest
from engines import like
from lies import LIES, shown

from assistant.answering.writing import WrittenAnswer
from assistant.build import Engine
from assistant.errors import ContentError
from assistant.llm.fake import FakeModel, Line
from evals.answers import TASK, Checked, load

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


MQTT = Checked(
    id="m-1", language="en", kind="definition", question="What is MQTT?", context=(), facts=(("broker",),), documents=("iot",),
    answerable=True,
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "written"),
    [(lambda told: " ".join(f"{one} [1]" for one in shown(told)[:3]), True), (LIES["invented number"], False)],
    ids=["what the passage says", "an invented number"],
)
def test_the_model_that_is_set_is_asked_and_held_to_its_passages(engine: Engine, line: Line, written: bool) -> None:
    with TASK.opened(like(engine, FakeModel([line], for_ever=True))) as examine:
        case = examine(MQTT)
    assert isinstance(case.made[1], WrittenAnswer) is written
    assert case.scores == {"answered correctly": 1.0, "every sentence cited and verbatim": 1.0}
    (call,) = case.said[-1].more["model"]["calls"]
    assert call["job"].startswith("answer_question@")
    assert ("written by the model" in TASK.figures([case])) is written


@pytest.mark.slow
def test_without_a_model_nothing_of_one_is_counted(engine: Engine) -> None:
    with TASK.opened(like(engine)) as examine:
        case = examine(MQTT)
    assert set(case.said[-1].more) == {"answered", "cited", "nearest"}
    assert not [name for name in TASK.figures([case]) if "model" in name or "left out" in name]
