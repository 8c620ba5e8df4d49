"""The published schemas are the ones in docs/schemas/, and every JSON export fits its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import states
from jsonschema import Draft202012Validator, ValidationError

from assistant.domain.approval import current
from assistant.domain.brief import brief as brief_of
from assistant.domain.guide import guide as guide_of
from assistant.domain.maturity import LANGUAGES, Language
from assistant.domain.region import member, report
from assistant.domain.times import latest, over_time
from assistant.exports import json as export
from assistant.exports.schemas import SHAPES, schema

FOLDER = Path(__file__).parents[2] / "docs" / "schemas"


def exported(what: str, case: str, language: Language) -> dict[str, Any]:
    state, knowledge = states.CASES[case](language), states.KNOWLEDGE
    shown = current(state, states.MODEL, states.ACTIONS)
    if what == "profile":
        return export.profile(state, states.MODEL)
    if what == "plan":
        return export.plan(shown, states.ACTIONS, language)
    if what == "times":
        return export.times(over_time(state, states.MODEL), language)
    if what == "guide":
        guided = guide_of(state, states.MODEL, states.ACTIONS, knowledge.meeting, "metal", 19)
        return export.guide(guided, state, states.MODEL, states.ACTIONS, knowledge.meeting, {"Who pays?": ["A talk"]})
    if what == "brief":
        briefed = brief_of(
            "clamp-on-one-old-machine", latest(state), shown, states.MODEL, states.ACTIONS, knowledge.projects
        )
        return export.brief(briefed, state, states.ACTIONS, knowledge.projects)
    return export.region(report([member(state.profile, shown)] * 7, states.MODEL, states.ACTIONS), language)


@pytest.mark.parametrize("name", SHAPES)
def test_the_published_schema_is_the_generated_one(name: str) -> None:
    published = json.loads((FOLDER / f"{name}.schema.json").read_text(encoding="utf-8"))
    assert published == schema(name), "run `python docs/schemas.py`"
    Draft202012Validator.check_schema(published)


def test_no_schema_is_left_over() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {f"{name}.schema.json" for name in (*SHAPES, "script")}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", states.CASES)
@pytest.mark.parametrize("what", SHAPES)
def test_every_export_fits_its_schema(what: str, case: str, language: Language) -> None:
    text = json.dumps(exported(what, case, language), ensure_ascii=True)
    Draft202012Validator(schema(what)).validate(json.loads(text))


@pytest.mark.parametrize("what", SHAPES)
def test_a_schema_refuses_what_does_not_belong(what: str) -> None:
    with pytest.raises(ValidationError):
        Draft202012Validator(schema(what)).validate(exported(what, "full", "en") | {"surprise": 1})
