"""Places: every section and every passage of a document has a name of its own."""

from __future__ import annotations

from assistant.library.documents import Document, Locator, Section, anchors
from assistant.library.places import cuts, found


def test_no_section_is_named_as_a_passage_of_another() -> None:
    titles = ("Phase 1", "Phase", "Phase 2", "Phase 2 1", "Step 1")
    named = anchors([(title,) for title in titles])
    assert named == ["phase_1", "phase", "phase_2", "phase-2_1", "step-1"]
    sections = [Section(Locator((title,)), f"In {title}.", name) for title, name in zip(titles, named, strict=True)]
    document = Document("plan", "Plan", "own", "en", "", "", "", (), tuple(sections), "")
    cut = cuts(document)
    assert [found(cut, document, one.at) for one in cut] == list(range(len(cut)))
    assert [found(cut, document, name) for name in named] == list(range(len(cut)))
