"""Support: whether what was found answers a question at all. Knows signs and weights, no texts.

Cosines of E5 lie between 0.75 and 0.9 whatever is compared, so no single threshold can be trusted: the weights below
were fitted (logistic, none below zero) on tests/answering/data/tune.jsonl, on half of two public question sets and on
questions put to the wrong library. Questions that a text nearly answers are beyond these signs: they are mostly
answered. Where a library has noted questions that it answers and others that it does not, the border between them is the
strongest sign, and the second set of weights holds (fitted on noted questions, each taken out while it was asked, on
everyday questions, and on the tuning parts of evals/data).
"""

from __future__ import annotations

from dataclasses import dataclass

_WEIGHTS = {"dense": 25.7, "sentence": 43.8, "passage_cover": 0.64, "anywhere": 3.1, "defined": 2.4}
_BIAS = -62.0
_NOTED_WEIGHTS = {"border": 53.4, "sentence": 38.9, "anywhere": 2.3, "defined": 2.6}
_NOTED_BIAS = -38.3
_ACROSS = 1.61
"""What `dense + sentence` must reach where question and passage share no language, and so no words."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for an answer, each about 0 to 1."""

    dense: float
    """Cosine of the question and the best passage."""
    sentence: float
    """Cosine of the question and the best sentence."""
    passage_cover: float
    """Share of the question's terms in the passage that covers most of them, its headings included."""
    anywhere: float
    """Share of the question's terms in all that was found."""
    defined: float
    """1 when somebody asks what a thing is, and a sentence says so."""
    across: bool
    """The best passage is in another language than the question."""
    border: float | None = None
    """How much nearer the question is to noted ones that the library answers than to those it does not; None where none
    are noted."""

    @property
    def suffice(self) -> bool:
        """Whether to answer."""
        if self.border is not None:
            return _NOTED_BIAS + sum(weight * float(getattr(self, name)) for name, weight in _NOTED_WEIGHTS.items()) > 0
        if self.across:
            return self.dense + self.sentence > _ACROSS
        return _BIAS + sum(weight * float(getattr(self, name)) for name, weight in _WEIGHTS.items()) > 0
