"""How often the model is gone through for one turn: what is known to be needed goes together, what is not needed does not go."""

from __future__ import annotations

import pytest

from assistant.domain.state import Asked
from assistant.reading.rules import Context


@pytest.fixture
def passes(engine, monkeypatch):
    """The texts of each pass while a turn is read."""
    inner, seen = engine.embedder._through, []

    def through(model, texts, **options):
        seen.append(list(texts))
        return inner(model, texts, **options)

    def read(text, asked, language="en"):
        engine.forget()
        seen.clear()
        engine.reader.read(text, Context(language, Asked(id=asked)))
        return [*seen]

    monkeypatch.setattr(engine.embedder, "_through", through)
    return read


@pytest.mark.parametrize(
    ("asked", "text", "most"),
    [
        ("pains", "Drawing revisions. We build to B while C sits in somebody's inbox. Then we build to C.", 2),
        ("goals", "To see on Monday what will be missing on Thursday. And the invoice out in the same week.", 1),
        ("technologies", "No sensors here. Blockchain we don't use. The metal one that builds in layers, that we hired once.", 2),
        ("barriers", "The old presses, they can't be connected. The habits of the house: people cling to lists. Money.", 2),
        ("technology.capture", "We write it on paper. The foreman types it into a sheet on Fridays.", 1),
    ],
)  # fmt: skip
def test_a_turn_takes_few_passes(passes, asked, text, most):
    assert len(passes(text, asked)) <= most


def test_parts_of_an_answer_are_looked_at_where_they_may_differ(passes):
    text = "In the old hall we write it on paper. In the new hall the machines record it themselves."
    assert len(passes(text, "technology.capture")) == 2


def test_a_question_that_was_heard_is_not_embedded_again(engine, passes, monkeypatch):
    assert len(passes("What does a sensor cost?", "technology.capture")) == 1
    seen = []
    monkeypatch.setattr(engine.embedder, "_through", lambda *_, **__: seen.append(1))
    engine.shelves.search("What does a sensor cost?", 3, "en")
    assert seen == []
