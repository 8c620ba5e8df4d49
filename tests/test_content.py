"""Content: all of it loads, every reference resolves, and a broken file is named with its remedy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from assistant.check import check
from assistant.content import Knowledge, root
from assistant.domain.maturity import LANGUAGES, STAGES
from assistant.errors import ContentError

RUBRIC = {
    "governance": ["strategy", "ownership", "improvement"],
    "technology": ["machines", "systems", "capture"],
    "connectivity": ["flow", "partners", "security"],
    "value_creation": ["insight", "offering", "customers"],
    "competence": ["skills", "engagement", "cooperation"],
}


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return Knowledge(root())


@pytest.fixture
def copy(tmp_path: Path) -> Knowledge:
    for name in ("knowledge", "prompts"):
        shutil.copytree(root() / name, tmp_path / name)
    return Knowledge(tmp_path)


def test_everything_fits(knowledge: Knowledge) -> None:
    assert [problem for part in check(knowledge) for problem in part.problems] == []


def test_the_ids_are_those_of_the_rubric(knowledge: Knowledge) -> None:
    model = knowledge.model
    assert {d.id: [item.split(".")[1] for item in d.items] for d in model.dimensions} == RUBRIC
    assert [stage.id for stage in model.stages] == ["none", "basic", "transparent", "aware", "autonomous", "integrated"]
    assert len(model.short_course) == 8
    assert len(model.barriers) == 12
    assert [t.id for t in model.technologies] == ["iot", "additive_manufacturing", "blockchain"]


def test_exemplars_are_many_and_in_both_languages(knowledge: Knowledge) -> None:
    for item in knowledge.model.items.values():
        for stage in STAGES:
            for language in LANGUAGES:
                assert len(item.exemplars[stage][language]) >= 4


def test_exemplars_are_no_translations_and_no_copies_of_scripts(knowledge: Knowledge) -> None:
    said = {text for item in knowledge.model.items.values() for s in STAGES for text in item.exemplars[s].en}
    for path in (root() / "evals" / "scripts").glob("*.yaml"):
        script = yaml.safe_load(path.read_text(encoding="utf-8"))
        for answers in script["answers"].values():
            assert not said & set(answers)


def test_talks_have_references_and_an_origin(knowledge: Knowledge) -> None:
    from assistant.library.loaders.markdown import load

    documents = [load(path) for path in knowledge.documents()]
    assert {document.topic for document in documents} == {
        "iot",
        "additive_manufacturing",
        "blockchain",
        "process",
        "privacy",
    }
    for document in documents:
        if document.kind == "talk":
            words = sum(len(section.text.split()) for section in document.sections)
            assert 900 <= words <= 1600, document.key
            assert len(document.references) >= 4


def test_an_answer_that_begins_no_sentence_is_told(copy: Knowledge) -> None:
    path = copy.folder / "knowledge" / "asked" / "at-the-desk.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"Note for two"', '"Nobody wrote this"', 1), encoding="utf-8")
    problems = [problem for part in check(Knowledge(copy.folder)) for problem in part.problems]
    assert len(problems) == 1
    assert "Nobody wrote this" in problems[0]
    path.write_text(text.replace("[1, 3]", "[99]", 1), encoding="utf-8")
    with pytest.raises(ContentError, match="not among"):
        _ = Knowledge(copy.folder).asked


BREAKS = {
    "missing item file": ("knowledge/maturity/vejviser/technology.capture.yaml", None, "technology.capture"),
    "no YAML": ("knowledge/actions/technology.yaml", "actions: [", "line"),
    "unknown key": (
        "knowledge/actions/governance.yaml",
        "dimension: governance\nactions: [{id: x, colour: red}]",
        "governance.yaml",
    ),
    "another id": ("knowledge/maturity/vejviser/technology.capture.yaml", "id: technology.camera\n", "file's name"),
    "missing key of replies": ("prompts/replies.da.yaml", "greeting: hej\n", "is missing"),
    "broken pattern": ("knowledge/reading/cues.en.yaml", "plan: ['(']\n", "cues.en.yaml"),
    "no such wish": ("knowledge/reading/turns.yaml", "en: {stopp: [Bye.]}\nda: {}\n", "turns.yaml: en has 'stopp'"),
    "no mapping": ("knowledge/reading/lexicon.yaml", "- a\n", "must be a mapping"),
}


@pytest.mark.parametrize("case", BREAKS)
def test_a_broken_file_is_named_with_its_remedy(copy: Knowledge, case: str) -> None:
    name, text, expected = BREAKS[case]
    path = copy.folder / name
    path.unlink() if text is None else path.write_text(text, encoding="utf-8")
    problems = [problem for part in check(copy) for problem in part.problems]
    assert problems
    assert any(expected in problem for problem in problems), problems
    assert all("\n" not in problem for problem in problems)


def test_an_unknown_reference_of_an_action_is_found(copy: Knowledge) -> None:
    path = copy.folder / "knowledge" / "actions" / "technology.yaml"
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    data["actions"][0]["needs"] = ["nobody-wrote-this"]
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ContentError, match="nobody-wrote-this"):
        _ = copy.actions


def test_a_second_model_needs_no_code(copy: Knowledge) -> None:
    folder = copy.folder / "knowledge" / "maturity"
    shutil.copytree(folder / "vejviser", folder / "other")
    text = (folder / "other" / "model.yaml").read_text(encoding="utf-8")
    (folder / "other" / "model.yaml").write_text(text.replace("id: vejviser", "id: other"), encoding="utf-8")
    assert Knowledge(copy.folder, "other").model.id == "other"
    with pytest.raises(ContentError, match="VEJVISER_MATURITY"):
        _ = Knowledge(copy.folder, "third").model
