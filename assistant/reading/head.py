"""The head: from the embedding of an utterance to probabilities of item and stage. Trained on the exemplars, never on eval data.

One multinomial logistic regression over items, and one over stages for each item, on frozen embeddings. Deterministic; kept in
the cache folder under the digest of everything it was trained on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from assistant.domain.maturity import LANGUAGES, STAGES, MaturityModel

Vectors = NDArray[np.float32]
Embed = Callable[[Sequence[str]], Vectors]
STRENGTH = 20.0
"""Inverse regularisation (C) of the regressions: the best of 1, 5, 20, 80 on the tuning part."""
_VERSION = 4


class Head:
    """Linear maps from a unit vector (384 values for the bundled model) to probabilities."""

    def __init__(self, items: Sequence[str], arrays: dict[str, NDArray[np.float32]]) -> None:
        self.items = list(items)
        self._centre = arrays["centre"]
        self._item_weights, self._item_bias = arrays["item_weights"], arrays["item_bias"]
        self._sharpness = float(arrays["sharpness"])
        self._stage_weights, self._stage_bias = arrays["stage_weights"], arrays["stage_bias"]

    def about(self, vectors: Vectors) -> NDArray[np.float32]:
        """(n, d) vectors -> (n, items + 1) probabilities, columns in the order of `items`, the last: none of them."""
        return _softmax((vectors - self._centre) @ self._item_weights.T + self._item_bias)

    def stage_probabilities(self, item: str, vectors: Vectors) -> NDArray[np.float32]:
        """(n, d) vectors -> (n, 6) probabilities of the stages of `item`."""
        index = self.items.index(item)
        logits = (vectors - self._centre) @ self._stage_weights[index].T + self._stage_bias[index]
        return _softmax(logits * self._sharpness)


def trained(model: MaturityModel, other: Sequence[str], embed: Embed, embedding: str, cache: Path) -> Head:
    """The head for `model`, from `cache` when it was trained before on the same exemplars and embedding.

    Args:
        model: Its exemplars and descriptors are the samples.
        other: Sentences that are about no item.
        embed: Maps n texts to (n, d) unit vectors.
        embedding: Name of the embedding model, part of the digest.
        cache: Folder of heads trained before.
    """
    samples = [
        (item.id, stage, text)
        for item in model.items.values()
        for stage in STAGES
        for language in LANGUAGES
        for text in (*item.exemplars[stage][language], item.descriptors[stage][language])
    ]
    key = json.dumps([_VERSION, STRENGTH, embedding, samples, list(other)], ensure_ascii=False)
    path = cache / "heads" / f"{hashlib.sha256(key.encode()).hexdigest()[:24]}.npz"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_suffix(".lock")):
            if not path.exists():
                arrays = _train(model, samples, other, embed)
                half = path.with_name(path.stem + ".part.npz")
                np.savez(half, allow_pickle=False, **arrays)
                half.rename(path)
    with np.load(path, allow_pickle=False) as stored:
        return Head(model.order, {name: stored[name] for name in stored.files})


def _train(
    model: MaturityModel, samples: Sequence[tuple[str, int, str]], other: Sequence[str], embed: Embed
) -> dict[str, NDArray[np.float32]]:
    from sklearn.linear_model import LogisticRegression

    vectors = embed([*(text for _, _, text in samples), *other])
    centre = vectors[: len(samples)].mean(axis=0)
    everything = (vectors - centre).astype(np.float64)
    centred = everything[: len(samples)]
    items = np.array([item for item, _, _ in samples])
    stages = np.array([stage for _, stage, _ in samples])
    order = list(model.order)

    over_items = LogisticRegression(C=STRENGTH, max_iter=2000).fit(
        everything, [*(order.index(item) for item in items), *(len(order) for _ in other)]
    )
    weights, biases, held_out = [], [], []
    for item in order:
        mine = items == item
        held_out.append((_held_out(centred[mine], stages[mine]), stages[mine]))
        over_stages = LogisticRegression(C=STRENGTH, max_iter=2000).fit(centred[mine], stages[mine])
        weights.append(over_stages.coef_)
        biases.append(over_stages.intercept_)
    return {
        "sharpness": np.float32(_sharpness(held_out)),
        "centre": centre.astype(np.float32),
        "item_weights": over_items.coef_.astype(np.float32),
        "item_bias": over_items.intercept_.astype(np.float32),
        "stage_weights": np.array(weights, dtype=np.float32),
        "stage_bias": np.array(biases, dtype=np.float32),
    }


def _held_out(vectors: NDArray[np.float64], stages: NDArray[np.int64]) -> NDArray[np.float64]:
    """(n, 6) logits of each sample by a regression that has not seen it: five folds, samples dealt out in turn."""
    from sklearn.linear_model import LogisticRegression

    logits = np.zeros((len(stages), len(STAGES)))
    fold = np.arange(len(stages)) % 5
    for k in range(5):
        seen = LogisticRegression(C=STRENGTH, max_iter=2000).fit(vectors[fold != k], stages[fold != k])
        logits[fold == k] = seen.decision_function(vectors[fold == k])
    return logits


def _sharpness(held_out: Sequence[tuple[NDArray[np.float64], NDArray[np.int64]]]) -> float:
    """The factor on the logits that makes held-out stages likeliest (temperature scaling, Guo et al. 2017)."""
    logits = np.concatenate([part for part, _ in held_out])
    stages = np.concatenate([part for _, part in held_out])

    def loss(factor: float) -> float:
        scaled = logits * factor
        peak = scaled.max(axis=1, keepdims=True)
        log_sum = np.log(np.exp(scaled - peak).sum(axis=1)) + peak[:, 0]
        return float((log_sum - scaled[np.arange(len(stages)), stages]).mean())

    return min((float(factor) for factor in np.arange(0.5, 5.01, 0.1)), key=loss)


def _softmax(logits: NDArray[np.floating]) -> NDArray[np.float32]:
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True), dtype=np.float32)
