"""Wishes: what a short turn wants of the dialogue when it is no answer, in words that no list of cues foresees.

Learnt from turns of many hands (knowledge/reading/turns.yaml). Knows no cues and no dialogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from assistant.reading.remarks import Learnt
from assistant.reading.segments import sentences

Wish = Literal["stop", "skip", "later", "unknown", "progress", "language", "aside", "employees"]
"""Break off, pass over, ask again, does not know, how much is left, the other language, small talk, mend the number of people."""
ANSWER = "answer"
"""Label of the turns that tell of the firm."""
LONGEST = 45
"""Words of a turn up to which it is heard for a wish."""
SURE: Mapping[Wish, float] = {
    "stop": 0.5, "skip": 0.4, "later": 0.4, "unknown": 0.6, "progress": 0.4, "language": 0.4, "aside": 0.5, "employees": 0.4,
}  # fmt: skip
"""Probability from which a wish counts. Of 720 answers of four writers it had not learnt from two that tell something pass for
not knowing, and two that tell nothing for a wish to skip or small talk."""
SURER = 0.95
"""The same where what is asked about is no item: answers there are less like those that were learnt from."""
HARDLY = 0.6
"""Probability of an answer to an item below which its first sentence is heard alone: "You won't get that out of me. It stays in the family." """
_ASIDE: tuple[Wish, ...] = ("stop", "skip", "later")
"""Wishes that a first sentence may bring."""


@dataclass(frozen=True, slots=True)
class Wished:
    """What a turn wants of the dialogue, and how likely it is that it tells of the firm."""

    wish: Wish | None = None
    answers: float = 1.0


class WishReader:
    """Hears wishes in short turns."""

    def __init__(self, learnt: Learnt) -> None:
        self._learnt = learnt

    def heard(self, text: str, *, item: bool) -> Wished:
        """The wish in `text` if it is likely enough; `item`: an item was asked about."""
        if not 0 < len(text.split()) <= LONGEST:
            return Wished()
        wish, answers = self._likeliest(text, item)
        if item and wish is None and answers < HARDLY and len(cut := sentences(text)) > 1:
            first, _ = self._likeliest(cut[0].text, item)
            wish = first if first in _ASIDE else None
        return Wished(wish, answers)

    def _likeliest(self, text: str, item: bool) -> tuple[Wish | None, float]:
        said = self._learnt.remark("turn", self._learnt.features([text]))
        sure: list[Wish] = [wish for wish in get_args(Wish) if said[wish][0] >= (SURE[wish] if item else SURER)]
        likeliest = max(sure, key=lambda wish: float(said[wish][0]), default=None)
        return likeliest, float(said[ANSWER][0])
