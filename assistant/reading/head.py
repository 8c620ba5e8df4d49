"""The head: from the words of an utterance to probabilities of item and stage, and whether it tells what the firm does now.

Trained on the exemplars, never on eval data: multinomial logistic regressions on the sentence embedding and the words side
by side. Whether something is told of today, and whether parts of the firm differ, is heard on lower layers too, which keep
more of tense and person (Tenney, Das and Pavlick 2019, https://doi.org/10.18653/v1/P19-1452). Deterministic; kept in the cache folder under the digest of everything it was trained on.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from assistant.domain.maturity import STAGES, MaturityModel
from assistant.reading import grams
from assistant.reading.lessons import NOW, Lessons

Vectors = NDArray[np.float32]
Embed = Callable[[Sequence[str]], Vectors]
"""n texts to (n, b, d): the unit vector of each, then what lower layers of the model hear in it, if it has any."""
_REMEMBERED = 32
"""Texts whose words are kept for the next question about them: one utterance is asked about several times."""


class Features(NamedTuple):
    """What is known of n texts. Where tense and person count, the vectors are those of all layers, b d long."""

    vectors: Vectors
    """(n, d), centred."""
    words: csr_matrix
    """(n, grams.SIZE)"""

    def row(self, number: int) -> Features:
        """One of them alone."""
        return self.rows(number, number + 1)

    def rows(self, start: int, end: int) -> Features:
        """Those from `start` to before `end`."""
        return Features(self.vectors[start:end], self.words[start:end])

    def joined(self) -> csr_matrix:
        """Side by side, (n, d + grams.SIZE)."""
        return hstack([csr_matrix(self.vectors), self.words], format="csr")


class _Linear:
    """Weights (k, d + grams.SIZE) and biases (k,), laid out as texts need them."""

    def __init__(self, weights: NDArray[np.float32], bias: NDArray[np.float32]) -> None:
        wide = weights.shape[1] - grams.SIZE
        self._vectors, self._bias = np.ascontiguousarray(weights[:, :wide].T), bias
        self._words = np.ascontiguousarray(weights[:, wide:].T)

    def __call__(self, features: Features) -> NDArray[np.float32]:
        """(n, k) logits."""
        return np.asarray(features.vectors @ self._vectors + features.words @ self._words + self._bias)


STRENGTH = 20.0
"""Inverse regularisation (C) of the regressions."""
_SIDE_BY_SIDE = 2
"""Regressions that are fitted at once."""
_VERSION = 9


class Head:
    """Linear maps from the features of an utterance to probabilities."""

    def __init__(
        self, items: Sequence[str], arrays: Mapping[str, NDArray[np.float32]], embed: Embed,
        labels: Mapping[str, Sequence[str]],
    ) -> None:  # fmt: skip
        self.items, self._labels = list(items), labels
        self._embed, self._centre, self._rarity = embed, arrays["centre"], arrays["rarity"]
        self._sharpness = float(arrays["sharpness"])
        self._item, self._kind, self._word, self._parted = (
            _Linear(arrays[f"{name}_weights"], arrays[f"{name}_bias"]) for name in ("item", "kind", "word", "parted")
        )
        self._remarks = {name: _Linear(arrays[f"{name}_weights"], arrays[f"{name}_bias"]) for name in labels}
        self._stages = [_Linear(*both) for both in zip(arrays["stage_weights"], arrays["stage_bias"], strict=True)]
        self._memory: OrderedDict[bytes, csr_matrix] = OrderedDict()
        self._lock = Lock()

    def features(self, texts: Sequence[str]) -> Features:
        """Vectors and words of n texts."""
        return Features(self._embed(texts)[:, 0] - self._centre[0], self._words(texts))

    def foresee(self, texts: Sequence[str]) -> None:
        """Embeds `texts` in one pass: what is remembered of them makes the passes to come needless."""
        self._embed(texts)

    def word_features(self, texts: Sequence[str]) -> Features:
        """The same from the words alone, the vector left at nothing: no text is embedded."""
        return Features(np.zeros((len(texts), self._centre.shape[1]), np.float32), self._words(texts))

    def about(self, features: Features) -> NDArray[np.float32]:
        """(n, items + 1) probabilities, columns in the order of `items`, the last: none of them."""
        return _softmax(self._item(features))

    def stage_probabilities(self, item: str, features: Features) -> NDArray[np.float32]:
        """(n, 6) probabilities of the stages of `item`."""
        return _softmax(self._stages[self.items.index(item)](features) * self._sharpness)

    def tells(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n,) probability that each text tells what the firm does now."""
        return _softmax(self._kind(self._heard(texts)))[:, 0]

    def words_tell(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The same from the words alone: a little worse, and nothing is embedded."""
        return _softmax(self._word(Features(np.zeros((len(texts), 0), np.float32), self._words(texts))))[:, 0]

    def remark(self, what: str, features: Features) -> dict[str, NDArray[np.float32]]:
        """Label -> (n,) probabilities of `what`, one of lessons.REMARKS."""
        logits = self._remarks[what](features)
        if logits.shape[1] == 1:
            logits = np.hstack([np.zeros_like(logits), logits])
        return dict(zip(self._labels[what], _softmax(logits).T, strict=True))

    def parted(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n,) probability that each text tells of parts of the firm that are on different stages."""
        return np.asarray(1 / (1 + np.exp(-self._parted(self._heard(texts))[:, 0])), np.float32)

    def forget(self) -> None:
        """Lets go of what is kept of texts."""
        with self._lock:
            self._memory.clear()

    def _heard(self, texts: Sequence[str]) -> Features:
        return Features(_layers(self._embed(texts), self._centre), self._words(texts))

    def _words(self, texts: Sequence[str]) -> csr_matrix:
        key = hashlib.sha256(repr(list(texts)).encode("utf-8", "replace")).digest()
        with self._lock:
            found = self._memory.get(key)
        if found is None:
            found = grams.weighed(grams.counted(texts), self._rarity)
            with self._lock:
                self._memory[key] = found
                while len(self._memory) > _REMEMBERED:
                    self._memory.popitem(last=False)
        return found


def trained(model: MaturityModel, taught: Lessons, embed: Embed, live: Embed, embedding: str, cache: Path) -> Head:
    """The head for `model`, from `cache` when it was trained before on the same lessons and embedding.

    Args:
        model: Names the items.
        taught: What it learns from.
        embed: See Embed; may report how far it is.
        live: The same for utterances.
        embedding: Name of the embedding model, part of the digest.
        cache: Folder of heads trained before.
    """
    silent = {kind: list(texts) for kind, texts in taught.silent.items()}
    content = [
        _VERSION,
        STRENGTH,
        grams.SIZE,
        embedding,
        taught.samples,
        list(taught.other),
        silent,
        list(taught.parts),
        {what: list(said) for what, said in taught.remarks.items()},
    ]
    key = json.dumps(content, ensure_ascii=False)
    path = cache / "heads" / f"{hashlib.sha256(key.encode()).hexdigest()[:24]}.npz"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_suffix(".lock")):
            if not path.exists():
                half = path.with_name(path.stem + ".part.npz")
                np.savez(half, allow_pickle=False, **_train(model, taught, embed))
                half.rename(path)
    with np.load(path, allow_pickle=False) as stored:
        arrays = {name: stored[name].astype(np.float32) for name in stored.files}
    labels = {what: sorted({label for label, _ in said}) for what, said in taught.remarks.items()}
    return Head(model.order, arrays, live, labels)


def _train(model: MaturityModel, taught: Lessons, embed: Embed) -> dict[str, NDArray[np.floating]]:
    order, kinds = list(model.order), [NOW, *(kind for kind in taught.silent if kind != NOW)]
    told = [text for kind in kinds for text in taught.silent.get(kind, ())]
    remarks = [(what, label, text) for what, said in taught.remarks.items() for label, text in said]
    texts = [*(text for _, _, text in taught.samples), *taught.other, *told, *taught.parts]
    seen = list(
        dict.fromkeys(text for _, _, text in remarks)
    )  # a remark teaches more than one thing, and is embedded once
    texts += seen
    size, before = len(taught.samples), len(taught.samples) + len(taught.other)
    after = before + len(told)
    last = after + len(taught.parts)
    vectors, counts = embed(texts), grams.counted(texts)
    centre, rare = vectors[:size].mean(axis=0), grams.rarity(counts[:size])
    words = grams.weighed(counts, rare)
    features = Features(vectors[:, 0] - centre[0], words).joined()
    heard = Features(_layers(vectors[:last], centre), words[:last]).joined()

    items = np.array([order.index(item) for item, _, _ in taught.samples])
    stages = np.array([stage for _, stage, _ in taught.samples])
    nothing = np.full(len(taught.other), len(order))
    kind = (
        [0] * size
        + [kinds.index(kind) for kind in kinds for _ in taught.silent.get(kind, ())]
        + [0] * len(taught.parts)
    )
    rows = np.r_[0:size, before:last]
    fits: dict[str, tuple[csr_matrix, NDArray[np.int64], float]] = {
        "kind": (heard[rows], np.array(kind), STRENGTH),
        "item": (features[:before], np.concatenate([items, nothing]), STRENGTH),
        "word": (features[rows][:, vectors.shape[2] :], np.array(kind), STRENGTH / 4),
    }
    rows = np.r_[0:size, before : before + len(taught.silent.get(NOW, ())), after:last]
    fits["parted"] = heard[rows], (rows >= after).astype(np.int64), STRENGTH
    place = {text: last + number for number, text in enumerate(seen)}
    for what in taught.remarks:
        mine_said = [(label, text) for name, label, text in remarks if name == what]
        names = sorted({label for label, _ in mine_said})
        marks = np.array([names.index(label) for label, _ in mine_said])
        fits[what] = features[[place[text] for _, text in mine_said]], marks, STRENGTH
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:  # the longest first
        fitted = dict(zip(fits, pool.map(lambda job: _fit(*job), fits.values()), strict=True))
    weights, biases, held_out = [], [], []
    for item in range(len(order)):
        mine = items == item
        weight, bias, unseen = _fit_small(features[:size][mine], stages[mine], folds=5)
        weights.append(weight)
        biases.append(bias)
        held_out.append((unseen, stages[mine]))
    half = np.float16  # weights kept in two bytes: half the size, and no stage changes
    return {
        "sharpness": np.float32(_sharpness(held_out)), "centre": centre.astype(np.float32), "rarity": rare,
        "stage_weights": np.array(weights, half), "stage_bias": np.array(biases, np.float32),
        **{f"{name}_weights": weight.astype(half) for name, (weight, _) in fitted.items()},
        **{f"{name}_bias": bias.astype(np.float32) for name, (_, bias) in fitted.items()},
    }  # fmt: skip


def _layers(views: Vectors, centre: Vectors) -> Vectors:
    """(n, b, d) as n rows: each layer centred and of unit length."""
    apart = views - centre
    apart /= np.maximum(np.linalg.norm(apart, axis=2, keepdims=True), 1e-6)
    return apart.reshape(len(apart), -1)


def _fit(
    features: csr_matrix, labels: NDArray[np.int64], strength: float = STRENGTH
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weights (k, d) and biases (k,), a single row where there are two labels; labels run from 0 to k - 1."""
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=strength, max_iter=2000).fit(features, labels)
    return fitted.coef_, fitted.intercept_


def _fit_small(
    features: csr_matrix, labels: NDArray[np.int64], folds: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """As `_fit` where samples are far fewer than features, and (n, k) logits of each sample by a fit that has not seen it.

    The regression is fitted in the space that the samples span, which gives the same weights a hundred times faster.
    """
    from sklearn.linear_model import LogisticRegression

    values, axes = np.linalg.eigh((features @ features.T).toarray().astype(np.float64))
    kept = values > 1e-8
    axes, lengths = axes[:, kept], np.sqrt(values[kept])
    places = axes * lengths
    logits = np.zeros((len(labels), len(STAGES)))
    fold = np.arange(len(labels)) % folds
    for k in range(folds):
        seen = LogisticRegression(C=STRENGTH, max_iter=2000).fit(places[fold != k], labels[fold != k])
        logits[fold == k] = seen.decision_function(places[fold == k])
    fitted = LogisticRegression(C=STRENGTH, max_iter=2000).fit(places, labels)
    return (features.T @ (axes / lengths @ fitted.coef_.T)).T, fitted.intercept_, logits


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
