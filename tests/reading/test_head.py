"""The head: what it learns from words alone, that it is deterministic, and that it is kept."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from assistant.reading import grams
from assistant.reading.head import Lessons, trained

NOUNS = ("lathe", "saw", "press", "oven", "loom")
STAGES = ("nothing at all", "on paper", "in a sheet", "in one system", "by itself", "with the customers")
MODEL = SimpleNamespace(order=("a", "b"))


def blind(texts):
    """Vectors that tell nothing, so that words have to."""
    return np.tile(np.array([[0.6, 0.8], [0.5, 0.1]], np.float32), (len(texts), 1, 1))


def taught() -> Lessons:
    samples = [
        (item, stage, f"The {noun} {verb} {text}.")
        for item, verb in (("a", "is noted"), ("b", "is sold"))
        for noun in NOUNS
        for stage, text in enumerate(STAGES)
    ]
    silent = {
        "plan": [f"Next year the {noun} will come." for noun in NOUNS],
        "joke": [f"Ask the cat about the {noun}, ha." for noun in NOUNS],
        "now": [f"The {noun} stands still." for noun in NOUNS],
    }
    parts = [f"The {noun} by hand, the other by itself." for noun in NOUNS]
    return Lessons(samples, [f"The {noun} is green and pretty." for noun in NOUNS], silent, parts)


@pytest.fixture
def head(tmp_path):
    return trained(MODEL, taught(), blind, blind, "blind", tmp_path)


def test_words_alone_tell_item_and_stage(head):
    seen = head.features(["The plane is noted in one system.", "The plane is sold on paper.", "The plane is green."])
    assert head.about(seen).argmax(axis=1).tolist() == [0, 1, 2]
    assert head.stage_probabilities("a", seen)[0].argmax() == 3
    assert head.stage_probabilities("b", seen)[1].argmax() == 1
    assert head.stage_probabilities("a", seen).sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_plans_do_not_tell_of_today(head):
    for judge in (head.tells, head.words_tell):
        plan, now = judge(["Next year the plane will come.", "The plane is noted on paper."])
        assert plan < 0.5 < now


def test_parts_that_differ_are_heard(head):
    parted, whole = head.parted(["The plane by hand, the other by itself.", "The plane is sold on paper."])
    assert parted > whole


def test_it_is_trained_once_and_the_same_again(tmp_path, head):
    def never(texts):
        raise AssertionError("embedded again")

    again = trained(MODEL, taught(), never, blind, "blind", tmp_path)
    one = "The plane is noted by itself."
    assert np.array_equal(again.about(again.features([one])), head.about(head.features([one])))


def test_a_text_without_words_is_no_error(head):
    assert np.isfinite(head.about(head.features(["", "…"]))).all()


def test_the_vector_of_words_has_unit_length_and_ignores_case():
    counts = grams.counted(["Paper and pen", "paper AND pen"])
    assert (counts[0] != counts[1]).nnz == 0
    weighed = grams.weighed(counts, grams.rarity(counts))
    assert weighed.multiply(weighed).sum(axis=1).A1.tolist() == pytest.approx([1, 1], abs=1e-5)


def test_lower_layers_are_heard_beside_the_vector(engine):
    texts = [
        "We note every stop on a card by the machine, and on Fridays it goes into a sheet.",
        "No.",
        "Vi skriver det op.",
    ]
    heard = engine.embedder.hear(texts)
    assert heard.shape == (3, 3, 384)
    assert (heard[:, 0] * engine.embedder.encode(texts, query=True)).sum(axis=1).min() > 0.9999
    for layer in (1, 2):
        assert not np.allclose(heard[0, layer], heard[1, layer], atol=0.1)
    again = engine.embedder.utterances(texts[::-1])[::-1]
    lengths = np.linalg.norm(again, axis=2) * np.linalg.norm(heard, axis=2)
    assert ((again * heard).sum(axis=2) / lengths).min() > 0.9999  # beside others the last digits of bfloat16 differ
