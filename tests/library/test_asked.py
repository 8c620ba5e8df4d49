"""Noted questions: they lead to their section, by the passage that is nearest, and mark the border of the material."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.domain.asking import BEYOND, Note
from assistant.library.catalogue import Catalogue
from assistant.library.hashed import HashedEmbedder
from assistant.library.library import Library
from assistant.library.vectors import PassageVectors

TEXT = "# Sheds\n\n## Wood\n\nOak planks are sawn on Mondays.\n\n## Steel\n\nBeams are welded by two men.\n"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    (tmp_path / "sheds.en.md").write_text(TEXT, encoding="utf-8")
    library = Library(Catalogue(tmp_path / "library.sqlite3"), HashedEmbedder(dimension=512), tmp_path / "index", "own")
    library.ingest([tmp_path / "sheds.en.md"])
    return library


def note(library: Library, tmp_path: Path, **noted: str) -> None:
    kept = PassageVectors(Catalogue(tmp_path / "questions.sqlite3"), HashedEmbedder(dimension=512))
    names = {"wood": "sheds.en#wood", "steel": "sheds.en#steel", "beyond": BEYOND}
    library.note({names[name]: (Note(question),) for name, question in noted.items()}, kept)


def test_a_passage_is_found_by_words_that_only_a_noted_question_has(library: Library, tmp_path: Path) -> None:
    note(library, tmp_path, steel="Who joins girders here?", wood="When do you cut timber?")
    first = library.search("Who joins girders?", 2, "en")[0]
    assert first.passage.locator.heading == ("Steel",)
    assert first.asked > 0.5
    assert library.search("When do you cut timber?", 2, "en")[0].passage.locator.heading == ("Wood",)


def test_the_border_lies_between_what_is_answered_and_what_is_not(library: Library, tmp_path: Path) -> None:
    assert library.search("Who joins girders?", 1, "en")[0].border is None
    note(library, tmp_path, steel="Who joins girders here?", beyond="Who earns what here as a welder?")
    inside, outside = (
        library.search(q, 1, "en")[0].border for q in ("Who joins girders?", "Who earns what here as a welder?")
    )
    assert inside is not None
    assert outside is not None
    assert outside < 0 < inside


def test_other_notes_make_another_index(library: Library, tmp_path: Path) -> None:
    note(library, tmp_path, steel="Who joins girders here?")
    library.search("girders", 1, "en")
    note(library, tmp_path, wood="Who joins girders here?")
    assert library.search("Who joins girders here?", 1, "en")[0].passage.locator.heading == ("Wood",)


def test_a_section_that_is_not_there_is_passed_over(library: Library, tmp_path: Path) -> None:
    kept = PassageVectors(Catalogue(tmp_path / "questions.sqlite3"), HashedEmbedder(dimension=512))
    library.note({"sheds.en#gone": (Note("Who?"),)}, kept)
    assert library.search("Beams", 1, "en")[0].border is None


def test_the_sentence_that_is_known_to_answer_is_told(library: Library, tmp_path: Path) -> None:
    (tmp_path / "long.en.md").write_text(
        "# Long\n\n## Yard\n\nThe yard is swept. Cranes lift stone. Dogs sleep here.\n", encoding="utf-8"
    )
    library.ingest([tmp_path / "long.en.md"])
    kept = PassageVectors(Catalogue(tmp_path / "questions.sqlite3"), HashedEmbedder(dimension=512))
    library.note({"long.en#yard": (Note("Who guards at night?", ("Dogs sleep",)), Note("How clean is it?"))}, kept)
    (hit, *_) = library.search("Who guards at night?", 1, "en")
    assert hit.passage.locator.heading == ("Yard",)
    assert list(hit.told) == [2]
    assert hit.told[2] == hit.asked > 0.9
    assert library.search("How clean is it?", 1, "en")[0].told.get(2, 0.0) < 0.9


def test_several_near_questions_say_more_than_one(library: Library, tmp_path: Path) -> None:
    kept = PassageVectors(Catalogue(tmp_path / "questions.sqlite3"), HashedEmbedder(dimension=512))
    asked = "Who joins girders here?"
    near = (Note("Who joins girders?"), Note("Who joins the girders here?"))
    library.note({"sheds.en#steel": near[:1]}, kept)
    one = library.search(asked, 1, "en")[0].asked
    library.note({"sheds.en#steel": near[1:]}, kept)
    other = library.search(asked, 1, "en")[0].asked
    library.note({"sheds.en#steel": near}, kept)
    assert max(one, other) < library.search(asked, 1, "en")[0].asked < max(one, other) + 0.025
