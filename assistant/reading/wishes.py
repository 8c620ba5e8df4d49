"""Wishes: what a short turn wants of the dialogue when it is no answer, in words that no list of cues foresees.

Learnt from turns of many hands (knowledge/reading/turns.yaml). Knows no cues and no dialogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from assistant.reading.remarks import Learnt

Wish = Literal["stop", "skip", "later", "unknown", "progress", "language", "aside", "employees"]
"""Break off, pass over, ask again, does not know, how much is left, the other language, small talk, mend the number of people."""
ANSWER = "answer"
"""Label of the turns that tell of the firm."""
LONGEST = 45
"""Words of a turn up to which it is heard for a wish."""
SURE: Mapping[Wish, float] = {
    "stop": 0.4, "skip": 0.4, "later": 0.4, "unknown": 0.6, "progress": 0.4, "language": 0.4, "aside": 0.5, "employees": 0.4,
}  # fmt: skip
"""Probability from which a wish counts. Of 520 answers of writers it had not learnt from none passed for a wish, 0.02 for not knowing."""


class WishReader:
    """Hears wishes in short turns."""

    def __init__(self, learnt: Learnt) -> None:
        self._learnt = learnt

    def wish(self, text: str) -> Wish | None:
        """What `text` wants, if it is likely enough."""
        if not 0 < len(text.split()) <= LONGEST:
            return None
        said = self._learnt.remark("turn", self._learnt.features([text]))
        likeliest = max(get_args(Wish), key=lambda wish: float(said[wish][0]))
        return likeliest if said[likeliest][0] >= SURE[likeliest] else None
