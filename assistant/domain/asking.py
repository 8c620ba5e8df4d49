"""Questions, as far as search and answers must agree on them: noted ones, and what kind of question it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_FOR_QUESTIONS = re.compile(r"\b(?:ask(?:ing|ed)?|questions?|spørg(?:e|er|es|smål\w*)?)\b", re.IGNORECASE)
_POLITE = re.compile(  # announces a question, and says nothing of what it is
    r"\b(?:may|can|could|let|må|kan|lad)\s+(?:(?:i|me|we|jeg|a|mig|vi)\s+)?(?:(?:just|lige|også|gerne)\s+)*"
    r"(?:ask|spørge)\b(?:\s+(?:you|about|dig|om)\b)?|\b(?:one|a|another|my|et|ét|mit|lige)\s+(?:(?:quick|small|lille|hurtigt)\s+)?(?:question|spørgsmål)\b",
    re.IGNORECASE,
)
BEYOND = ""


@dataclass(frozen=True, slots=True)
class Note:
    """What an owner would ask, noted for a section."""

    question: str
    said: tuple[str, ...] = ()
    """How the sentences begin that answer it."""


Noted = Mapping[str, Sequence[Note]]
"""Notes by section, `<document key>#<anchor>`; under BEYOND those that no section answers."""


def wants_questions(text: str) -> bool:
    """Whether somebody asks what to ask: only then is a question an answer.

    "May I ask what it costs?" does not.
    """
    return bool(_FOR_QUESTIONS.search(_POLITE.sub(" ", text)))
