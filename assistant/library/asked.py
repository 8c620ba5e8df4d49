"""What owners would ask: questions noted for sections, and questions that no section answers.

Search meets them beside the texts, so that a passage is also found by words that it does not use (as in doc2query,
Nogueira and Lin 2019, https://arxiv.org/abs/1904.08375, here written by hand), and it knows on which side of the border of
the material a question lies. Knows passages, vectors and words; decides nothing about the order of hits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.library.embedding import Seen
from assistant.library.passages import Passage
from assistant.library.vectors import PassageVectors
from assistant.library.words import Bits, WordStore

Vectors = NDArray[np.float32]
Noted = Mapping[str, Sequence[str]]
"""Questions by section, `<document key>#<anchor>`; under BEYOND those that no section answers."""
BEYOND = ""
_NOWHERE = -1
_WIDEST = 0.2
_LOOKED_AT = 120
"""Questions nearest by vector, whose words are compared too."""
_WORDS = 0.2
"""What agreeing words add to the cosine of two questions."""


@dataclass(frozen=True)
class Asked:
    """Questions, each with the passage that answers it."""

    numbers: NDArray[np.int64]
    """(m,): which passage; -1 for a question that none answers."""
    vectors: Vectors
    """(m, d) unit vectors."""
    words: Callable[[], Iterable[Bits]]
    """The words of each."""

    def nearest(self, seen: Seen, store: WordStore) -> tuple[dict[int, float], float]:
        """Passage -> how near the nearest question noted for it is, cosine and agreement of words; the rest is far.

        Also how much nearer that is than the nearest question that no passage answers, -0.2 to 0.2. `store` holds the
        words of the questions.
        """
        cosines = self.vectors @ seen.vector
        near = np.argpartition(-cosines, min(_LOOKED_AT, len(cosines)) - 1)[:_LOOKED_AT]
        nearness = cosines[near] + _WORDS * store.agreement(seen.words, near.tolist())
        best: dict[int, float] = {}
        for number, value in zip(self.numbers[near].tolist(), nearness.tolist(), strict=True):
            best[number] = max(value, best.get(number, value))
        beyond = best.pop(_NOWHERE, 0.0)
        return best, max(-_WIDEST, min(_WIDEST, max(best.values(), default=0.0) - beyond))


def gathered(noted: Noted, passages: Sequence[Passage], vectors: Vectors, kept: PassageVectors) -> Asked | None:
    """What is noted for `passages`, whose `vectors` are (n, d); None when nothing is.

    Each question stands at the passage of its section that it is nearest to. Those that `kept` does not know are embedded.

    Raises:
        StoreError: the catalogue cannot be read or written.
    """
    sections: dict[str, list[int]] = {BEYOND: [_NOWHERE]}
    for number, passage in enumerate(passages):
        sections.setdefault(passage.id.rpartition("-")[0], []).append(number)
    held = [(sections[name], question) for name, asked in noted.items() for question in asked if name in sections]
    questions = [question for _, question in held]
    if not held:
        return None
    kept.ensure(questions, query=True)
    seen = kept.of(questions, query=True)
    numbers = [where[int((vectors[where] @ vector).argmax())] for (where, _), vector in zip(held, seen, strict=True)]
    return Asked(np.array(numbers, np.int64), seen, lambda: kept.words(questions, query=True))
