"""BM25 over the passages of one language, saved to a folder and loaded from it.

Knows words and stems, no vectors and no documents.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
import Stemmer

from assistant.domain.maturity import Language
from assistant.library.language import FUNCTION_WORDS

_NAMES = {"en": "english", "da": "danish"}
_WORD = re.compile(r"\w+")


class Sparse:
    """Ranks numbered texts by the stems they share with a query."""

    def __init__(self, language: Language, bm25: bm25s.BM25, numbers: Sequence[int]) -> None:
        self._language, self._bm25 = language, bm25
        self._numbers = np.asarray(numbers, dtype=np.int64)
        self._stems = _Stems(language)

    @classmethod
    def built(cls, language: Language, texts: Sequence[str], numbers: Sequence[int]) -> Sparse:
        """An index of `texts`, which are known outside by `numbers`."""
        stems = _Stems(language)
        bm25 = bm25s.BM25(k1=1.2, b=0.5, backend="numpy")
        bm25.index([stems.of(text) or ["-"] for text in texts], show_progress=False)
        return cls(language, bm25, numbers)

    @classmethod
    def loaded(cls, language: Language, folder: Path) -> Sparse:
        """The index that `save` wrote. Raises OSError, ValueError or KeyError when it is not whole."""
        numbers = json.loads((folder / "numbers.json").read_text(encoding="utf-8"))
        return cls(language, bm25s.BM25.load(folder, load_corpus=False, load_vocab=True, show_progress=False), numbers)

    def save(self, folder: Path) -> None:
        """Writes the index to a new folder."""
        folder.mkdir(parents=True)
        self._bm25.save(folder, show_progress=False)
        (folder / "numbers.json").write_text(json.dumps(self._numbers.tolist()), encoding="utf-8")

    def best(self, query: str, k: int) -> list[int]:
        """At most `k` numbers, best first; only texts that share a stem with `query`."""
        known = [stem for stem in dict.fromkeys(self._stems.of(query)) if stem in self._bm25.vocab_dict]
        if not known:
            return []
        scores = self._bm25.get_scores(known)
        order = np.argsort(-scores, kind="stable")[:k]
        return [int(self._numbers[place]) for place in order if scores[place] > 0]


class _Stems:
    """Words of a text as stems. A stemmer keeps a cache of its own and is not safe to share between threads."""

    def __init__(self, language: Language) -> None:
        self._name, self._local = _NAMES[language], threading.local()
        self._left_out = FUNCTION_WORDS[language]  # `what is` would else outweigh a rare word in a small library

    def of(self, text: str) -> list[str]:
        stemmer = getattr(self._local, "stemmer", None)
        if stemmer is None:
            stemmer = self._local.stemmer = Stemmer.Stemmer(self._name)
        return list(stemmer.stemWords([word for word in _WORD.findall(text.lower()) if word not in self._left_out]))
