"""What is asked: a question that only makes sense after the one before it, and one that holds several.

Knows words of asking in both languages; knows no passages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answering.terms import terms
from assistant.domain.maturity import Language

FEW = 4
"""Words that carry matter, up to which a question with a pronoun is taken to lean on the one before it."""
MOST_PARTS = 3
_LEADS = {
    "en": re.compile(r"\W*+(?:(?:okay|ok|right|fine|well)\b\W*+)?(?:and|but|or|so|then|also|what about|how about)\b", re.IGNORECASE),
    "da": re.compile(r"\W*+(?:(?:okay|ok|nå|godt|fint)\b\W*+)?(?:og|men|eller|så|jamen|hvad med|hvad så)\b", re.IGNORECASE),
}  # fmt: skip
_LEANS = {
    "en": re.compile(
        r"\b(?:it|its|that|this|those|these|they|them|there|one|ones|such|then|instead|else|the same|both)\b", re.IGNORECASE
    ),
    "da": re.compile(
        r"\b(?:det|den|de|dem|dens|dets|deres|dér|der|sådan(?:t|ne| noget| en| et)?|så|denne|dette|disse|i stedet|ellers|begge"
        r"|herfra|derfra|dertil|dermed|sidstnævnte)\b", re.IGNORECASE,
    ),
}  # fmt: skip
_ASKING = {
    "en": r"(?:how|what|when|where|which|who|why|is|are|do|does|did|can|could|may|must|should|will|would|from how|at what|up to)",
    "da": r"(?:hvor|hvad|hvornår|hvem|hvilke[nt]?|hvordan|hvorfor|er|kan|må|skal|vil|bør|gør|har|får|fra hvor|op til)",
}  # fmt: skip
_TURN = {
    "en": re.compile(rf",? and (?={_ASKING['en']}\b)|[?]\s+(?=\S)", re.IGNORECASE),
    "da": re.compile(rf",? og (?={_ASKING['da']}\b)|[?]\s+(?=\S)", re.IGNORECASE),
}
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_SHORTEST = 3


def leans(question: str, language: Language) -> bool:
    """Whether the question can hardly be understood without the one before it."""
    if _LEADS[language].match(question):
        return True
    return bool(_LEANS[language].search(question)) and len(terms(question, language)) <= FEW


def in_context(question: str, before: Sequence[str], language: Language) -> str:
    """What `question` is about after the questions `before`, oldest first; empty when it stands on its own.

    What came before may itself have leaned on what came before that.
    """
    if not before or not leans(question, language):
        return ""
    earlier = in_context(before[-1], before[:-1], language)
    return f"{earlier} {before[-1]}".strip()


@dataclass(frozen=True, slots=True)
class Part:
    """One of the questions that somebody asks in one breath."""

    question: str
    about: str
    """What has to be known to understand it: what was told or asked before; empty where it stands on its own."""


def parts(question: str, before: Sequence[str], language: Language) -> list[Part]:
    """The questions in `question`, each in the light of the questions `before`, oldest first, and of what is told with it.

    "We want X. How early must we ring, and how long does it take?" holds two, both about X. A later one that leans on
    the one before it is also about that.
    """
    about = in_context(question, before, language)
    told, asked = _parted(question, language)
    if len(asked) == 1:
        return [Part(question, about)]
    found: list[Part] = []
    for text in asked:
        earlier = found[-1].question if found and leans(text, language) else ""
        found.append(Part(text, " ".join(piece for piece in (about, *told, earlier) if piece)))
    return found


def asked_in(question: str, language: Language) -> list[str]:
    """The questions in `question`, without what is told before them; the whole of it when it holds one."""
    return _parted(question, language)[1]


def _parted(question: str, language: Language) -> tuple[list[str], list[str]]:
    """What is told, and what is asked."""
    sentences = _SENTENCE.split(question.strip())
    told = [sentence for sentence in sentences if not sentence.rstrip().endswith("?")]
    asked = [part for sentence in sentences if sentence not in told for part in _TURN[language].split(sentence)]
    whole = [part.strip(" ,?") for part in asked if len(part.split()) >= _SHORTEST]
    if len(whole) < 2 or len(whole) > MOST_PARTS or any(not terms(part, language) for part in whole):
        return [], [question]
    return told, [f"{part}?" for part in whole]
