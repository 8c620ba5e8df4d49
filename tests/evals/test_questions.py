"""The questions load, and the places that they name stand in the shipped library, in both languages."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from assistant.content import Knowledge, root
from assistant.domain.maturity import Language
from assistant.errors import ContentError
from assistant.library.documents import Locator
from assistant.library.loaders import load as read
from assistant.library.passages import Passage, passages
from evals.questions import Place, load, public

PLACE = Place(document="oil", en="The lathe needs oil every morning", da="Drejebænken skal have olie hver morgen")


def passage(number: int, text: str, language: Language = "en", document: str = "oil") -> Passage:
    key = f"{document}.{language}"
    return Passage(f"{key}#a-{number}", key, "Oil", language, "", Locator(("Oil",)), text, ((0, len(text)),))


@cache
def shipped() -> list[Passage]:
    return [p for path in Knowledge(root(), "vejviser").documents() for p in passages(read(path))]


def test_a_place_is_found_by_its_words_in_its_document_and_language() -> None:
    held = [
        passage(1, "The lathe needs\noil every  morning. Then it runs."),
        passage(2, "The lathe stands still."),
        passage(3, "Drejebænken skal have olie hver morgen.", "da"),
        passage(4, "The lathe needs oil every morning.", document="other"),
    ]
    assert PLACE.within(held, "en") == {"oil.en#a-1"}
    assert PLACE.within(held, "da") == {"oil.da#a-3"}


def test_a_sentence_that_was_cut_counts_where_its_greater_half_stands() -> None:
    assert PLACE.within([passage(1, "The lathe needs oil ever"), passage(2, "y morning")], "en") == {"oil.en#a-1"}
    assert PLACE.within([passage(1, "The lathe"), passage(2, "needs oil every morning")], "en") == {"oil.en#a-2"}
    assert PLACE.within([passage(1, "The lathe needs")], "en") == set()


@pytest.mark.parametrize("part", ["tune", "measure"])
def test_every_place_stands_in_the_library_in_both_languages(part: str) -> None:
    lost = [
        f"{question.id}: {place.document}.{language}"
        for question in load(part)  # type: ignore[arg-type]
        for place in question.relevant
        for language in ("en", "da")
        if not place.within(shipped(), language)  # type: ignore[arg-type]
    ]
    assert lost == []


def test_there_are_enough_of_each_and_none_is_asked_twice() -> None:
    measured, tuned = load("measure"), load("tune")
    counts = Counter((question.language, question.answered) for question in measured)
    assert counts["en", True] >= 60 <= counts["da", True]
    assert counts["en", False] + counts["da", False] >= 40
    for question in (*measured, *tuned):
        assert bool(question.relevant) == question.answered, question.id
    for named in ([q.id for q in (*measured, *tuned)], [q.question.casefold() for q in (*measured, *tuned)]):
        assert [name for name, times in Counter(named).items() if times > 1] == []


def test_a_malformed_line_is_named(tmp_path: Path) -> None:
    good = {"id": "q1", "language": "en", "kind": "cost", "question": "How much?", "answered": False}
    lines = [json.dumps(good), json.dumps({**good, "language": "sv"})]
    (tmp_path / "questions-tune.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(ContentError, match=r"questions-tune\.jsonl: line 2: language"):
        load("tune", tmp_path)
    assert load("measure", tmp_path) == []


def test_public_questions_name_files_by_their_last_part(tmp_path: Path) -> None:
    path = tmp_path / "asked.jsonl"
    rows = [
        {"id": 1, "question": "Why?", "relevant": ["texts/lathe.md", "press.md"]},
        {"id": "b", "language": "da", "question": "Hvorfor?", "relevant": [], "answered": False},
    ]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert public(path) == [
        ("1", None, "Why?", {"lathe.md", "press.md"}, True), ("b", "da", "Hvorfor?", set(), False),
    ]  # fmt: skip
    path.write_text('{"id": 1, "question": "Why?"}', encoding="utf-8")
    with pytest.raises(ContentError, match="line 1: needs id, question and relevant"):
        public(path)
