"""Words and parts of words of an utterance as a sparse vector: what a sentence embedding smooths over.

Knows letters and counts, no items. Features are hashed into a fixed space, so nothing but their weights is kept; the
values are tf-idf (logarithmic counts, inverse document frequency over the exemplars), of unit length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import HashingVectorizer

SIZE = 2**16
"""Length of a vector. Two features that fall on one place cost little: each text has a few hundred."""
_SHORTEST, _LONGEST = 2, 5  # letters of a part of a word, the word's edges included
_WORD = re.compile(r"\w+")


def _features(text: str) -> Iterator[str]:
    """Words, pairs of words, and parts of words with their edges."""
    words = _WORD.findall(text.lower())
    yield from (f"word {word}" for word in words)
    yield from (f"pair {first} {second}" for first, second in pairwise(words))
    for word in words:
        edged = f" {word} "
        for size in range(_SHORTEST, _LONGEST + 1):
            yield from (edged[start : start + size] for start in range(len(edged) - size + 1))


_HASHED = HashingVectorizer(analyzer=_features, n_features=SIZE, alternate_sign=False, norm=None, dtype=np.float32)


def counted(texts: Sequence[str]) -> csr_matrix:
    """Logarithmic counts of the features, (n, SIZE)."""
    counts = _HASHED.transform(texts)
    counts.data = 1.0 + np.log(counts.data)
    return counts


def rarity(counts: csr_matrix) -> NDArray[np.float32]:
    """Inverse document frequency of each feature in `counts`, (SIZE,)."""
    held = np.bincount(counts.indices, minlength=SIZE)
    return np.asarray(np.log((1 + counts.shape[0]) / (1 + held)) + 1.0, np.float32)


def weighed(counts: csr_matrix, rare: NDArray[np.float32]) -> csr_matrix:
    """`counts` times rarity, each row of unit length."""
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    data = counts.data * rare[counts.indices]
    lengths = np.sqrt(np.bincount(rows, data.astype(np.float64) ** 2, counts.shape[0])).astype(np.float32)
    return csr_matrix((data / lengths[rows], counts.indices, counts.indptr), shape=counts.shape)
