"""Faults of scripts are told with the line they stand on; the scripts of the project have none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from assistant import linting
from assistant.cli import app
from assistant.content import Knowledge, read_yaml, root
from assistant.errors import ContentError

PROJECT = Path(__file__).parents[1]
MODEL = Knowledge(root()).model
SCRIPT = """\
id: small
language: en
story: We bend steel, nine of us.
answers:
  technology.capture: ["On paper, in a green folder."]
otherwise: I don't know.
interjections:
  - at: technology.capture
    say: What is MQTT?
    kind: question
    expect: {answered: true, topic: iot}
end:
  items:
    technology.capture: 1
  evidence: {technology.capture: "a green folder"}
"""


def faults(tmp_path: Path, *changes: tuple[str, str]) -> list[tuple[int, str, str]]:
    text = SCRIPT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "small.yaml"
    path.write_text(text, encoding="utf-8")
    return [(one.line, one.where, one.what) for one in linting.lint(path, MODEL)]


def test_a_sound_script_has_no_fault(tmp_path: Path) -> None:
    assert faults(tmp_path) == []


def test_the_scripts_of_the_project_have_none() -> None:
    paths = sorted((PROJECT / "evals" / "scripts").rglob("*.yaml"))
    assert len(paths) >= 30
    assert {path.name: linting.lint(path, MODEL) for path in paths if linting.lint(path, MODEL)} == {}


@pytest.mark.parametrize(
    ("old", "new", "line", "where", "said"),
    [
        ("id: small", "id: other", 1, "id", "must be the file's name, 'small'"),
        ("  technology.capture: [", "  technology.captur: [", 5, "answers.technology.captur", "mean 'technology.capture'"),
        ('["On paper, in a green folder."]', "[]", 5, "answers.technology.capture", "an answer is empty"),
        ("at: technology.capture", "at: technology.capure", 8, "interjections.0.at", "is never asked"),
        ("topic: iot", "topic: tea", 11, "interjections.0.expect.topic", "no topic"),
        ("topic: iot", "conflict: tea", 11, "interjections.0.expect.conflict", "not expected of question"),
        ("kind: question", "kind: query", 10, "interjections.0.kind", "should be 'question'"),
        ("    technology.capture: 1", "    technology.capture: 9", 14, "end.items.technology.capture", "mend it"),
        ("    technology.capture: 1", "    technology.capture: [3, 1]", 14, "end.items.technology.capture", "lower stage first"),
        ("    technology.capture: 1", "    technology.capture: null", 15, "end.evidence.technology.capture", "not assessed"),
        ('"a green folder"', '"a robot cell hums"', 15, "end.evidence.technology.capture", "nobody says"),
        ("otherwise: I don't know.", "otherwise: Eh.\notherwise: Hm.", 7, "otherwise", "stands twice"),
        ("otherwise: I don't know.\n", "", 1, "otherwise", "is missing; write what is said"),
        ("otherwise: I don't know.", "othewise: Eh.", 6, "othewise", "did you mean 'otherwise'?"),
        ("    kind: question", "    knd: question", 10, "interjections.0.knd", "did you mean 'kind'?"),
        ("  evidence:", "  evidense:", 15, "end.evidense", "did you mean 'evidence'?"),
        ("story: We bend steel, nine of us.\n", "", 1, "story", "write what answers the opening question"),
        ("story: We bend steel, nine of us.", "story: 4", 3, "story", "put it in quotes"),
        ('["On paper, in a green folder."]', "On paper.", 5, "answers.technology.capture", "must be a list"),
        ("  items:\n", "  company: {order_type: batches}\n  items:\n", 13, "end.company.order_type", "one_off, small_series"),
        ("language: en", "language: [en", 3, "", "not valid YAML: "),
        ("  items:\n", "  barriers: {money: mentioned}\n  items:\n", 13, "end.barriers.money", "there is none"),
    ],
)  # fmt: skip
def test_each_fault_is_told_with_its_line(tmp_path: Path, old: str, new: str, line: int, where: str, said: str) -> None:
    found = faults(tmp_path, (old, new))
    assert any((one[0], one[1]) == (line, where) and said in one[2] for one in found), found


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="missing"):
        linting.lint(tmp_path / "nowhere.yaml", MODEL)


def test_the_command_prints_path_line_and_fault(tmp_path: Path) -> None:
    faults(tmp_path, ("topic: iot", "topic: tea"))
    outcome = CliRunner().invoke(app, ["lint", str(tmp_path)])
    assert outcome.exit_code == 1
    assert f"{tmp_path / 'small.yaml'}:11: interjections.0.expect.topic:" in outcome.stdout
    found = json.loads(CliRunner().invoke(app, ["lint", str(tmp_path), "--json"]).stdout)
    assert [one["line"] for one in found] == [11]


def test_the_published_schema_is_the_generated_one_and_fits_every_script() -> None:
    published = json.loads((PROJECT / "docs" / "schemas" / "script.schema.json").read_text(encoding="utf-8"))
    assert published == linting.schema(), "run `python docs/schemas.py`"
    Draft202012Validator.check_schema(published)
    for path in sorted((PROJECT / "evals" / "scripts").rglob("*.yaml")):
        Draft202012Validator(published).validate(read_yaml(path))
    assert not Draft202012Validator(published).is_valid({"id": "x", "language": "se", "story": "", "otherwise": ""})
