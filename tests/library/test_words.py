"""Word vectors in one bit a dimension: pooled by word, packed, and compared by the share of signs that agree."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.library.words import WordStore, pooled, signs


def test_tokens_are_pooled_to_the_words_they_belong_to() -> None:
    text = "En fræser, 1,5 mm."
    offsets = np.array([[0, 0], [0, 2], [3, 6], [6, 9], [9, 10], [11, 12], [12, 14], [15, 17], [17, 18], [0, 0]])
    states = np.arange(20, dtype=np.float32).reshape(10, 2)
    words = pooled(text, offsets, states)
    assert words.tolist() == [[2, 3], [5, 6], [11, 12], [14, 15]]  # En · fræs+er · 1+,5 · mm


@pytest.mark.parametrize("text", ["", "?!", "…"])
def test_a_text_without_words_has_none(text: str) -> None:
    assert pooled(text, np.zeros((2, 2), np.int64), np.ones((2, 4), np.float32)).shape == (0, 4)


def test_a_word_that_was_cut_off_is_left_out() -> None:
    assert pooled("one two", np.array([[0, 3]]), np.ones((1, 4), np.float32)).shape == (1, 4)


def test_agreement_is_the_mean_of_the_best_signs(tmp_path: Path) -> None:
    centre = np.zeros(64, np.float32)
    up, down = np.ones((1, 64), np.float32), -np.ones((1, 64), np.float32)
    half = np.concatenate([up[:, :32], down[:, 32:]], axis=1)
    WordStore.write(tmp_path, [signs(np.concatenate([down, half]), centre), signs(up, centre), signs(up[:0], centre)])
    store = WordStore(tmp_path, 64)
    query = signs(np.concatenate([up, half]), centre)
    assert store.agreement(query, [0, 1, 2]).tolist() == [0.5, 0.5, 0.0]  # (0 + 1) / 2 · (1 + 0) / 2 · no words
    assert store.agreement(query, [2, 0]).tolist() == [0.0, 0.5]
    assert store.agreement(query[:0], [0, 1]).tolist() == [0.0, 0.0]
    assert store.agreement(query, []).tolist() == []


def test_a_dimension_that_is_no_multiple_of_64_is_filled_up_alike(tmp_path: Path) -> None:
    vectors = np.random.default_rng(0).normal(size=(3, 100)).astype(np.float32)
    bits = signs(vectors, np.zeros(100, np.float32))
    assert bits.shape == (3, 2)
    WordStore.write(tmp_path, [bits])
    assert WordStore(tmp_path, 100).agreement(bits, [0]) == pytest.approx(1.0)


def test_half_a_store_is_refused(tmp_path: Path) -> None:
    WordStore.write(tmp_path, [signs(np.ones((2, 64), np.float32), np.zeros(64, np.float32))])
    np.save(tmp_path / "starts.npy", np.array([0, 5]))
    with pytest.raises(ValueError, match="holds 2 words instead of 5"):
        WordStore(tmp_path, 64)
