"""BM25 over the passages of one language by their stems, or over all passages by parts of words.

Saved to a folder and loaded from it. Knows words, no vectors and no documents.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal

import bm25s
import numpy as np
import Stemmer
from numpy.typing import NDArray

from assistant.domain.maturity import Language
from assistant.library.language import FUNCTION_WORDS

Scores = NDArray[np.float32]
Units = Language | Literal["parts"]
"""What two texts may share: stems of one language, or parts of words in any language."""
_NAMES = {"en": "english", "da": "danish"}
_PART = 4  # letters; names, numbers, loan words and parts of compounds are met across languages
_WORD = re.compile(r"\w+")
_EVERYDAY = FUNCTION_WORDS["en"] | FUNCTION_WORDS["da"]


class Sparse:
    """Scores numbered texts by the units they share with a query."""

    def __init__(self, units: Units, bm25: bm25s.BM25, numbers: Sequence[int]) -> None:
        self._bm25, self._numbers = bm25, np.asarray(numbers, dtype=np.int64)
        self._cut = _Parts() if units == "parts" else _Stems(units)

    @classmethod
    def built(cls, units: Units, texts: Sequence[str], numbers: Sequence[int]) -> Sparse:
        """An index of `texts`, which are known outside by `numbers`."""
        cut = _Parts() if units == "parts" else _Stems(units)
        bm25 = bm25s.BM25(k1=1.2, b=0.5, backend="numpy")
        bm25.index([cut.of(text) or ["-"] for text in texts], show_progress=False)
        return cls(units, bm25, numbers)

    @classmethod
    def loaded(cls, units: Units, folder: Path) -> Sparse:
        """The index that `save` wrote. Raises OSError, ValueError or KeyError when it is not whole."""
        numbers = json.loads((folder / "numbers.json").read_text(encoding="utf-8"))
        return cls(units, bm25s.BM25.load(folder, load_corpus=False, load_vocab=True, show_progress=False), numbers)

    def save(self, folder: Path) -> None:
        """Writes the index to a new folder."""
        folder.mkdir(parents=True)
        self._bm25.save(folder, show_progress=False)
        (folder / "numbers.json").write_text(json.dumps(self._numbers.tolist()), encoding="utf-8")

    def scores(self, query: str, into: Scores) -> None:
        """Writes into `into`, by number, how much each text shares with `query`: 1 for the text that shares most."""
        known = [unit for unit in dict.fromkeys(self._cut.of(query)) if unit in self._bm25.vocab_dict]
        if known:
            scores = self._bm25.get_scores(known)
            if (most := scores.max()) > 0:
                into[self._numbers] = scores / most


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


class _Parts:
    """Words of a text as all stretches of a few letters, the ends of a word marked."""

    def __init__(self) -> None:
        self._of_word = lru_cache(65_536)(_parts)

    def of(self, text: str) -> list[str]:
        words = (word for word in _WORD.findall(text.lower()) if word not in _EVERYDAY)
        return [part for word in words for part in self._of_word(word)]


def _parts(word: str) -> tuple[str, ...]:
    marked = f"_{word}_"
    return tuple(marked[at : at + _PART] for at in range(max(1, len(marked) - _PART + 1)))
