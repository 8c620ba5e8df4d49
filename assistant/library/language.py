"""Which of the two languages a text is written in, by counting function words.

Light on purpose: it knows Danish and English only.
"""

from __future__ import annotations

import re

from assistant.domain.maturity import Language

_DANISH = (
    "af alle aldrig at blev blive bliver da de dem den denne der deres det dette dig din disse du efter"
    " eller end er et fik fra før få gør ham han hans har have havde hele her hos hun hvad hvem hver"
    " hvilke hvilken hvilket hvis hvor hvordan hvorfor hvornår ikke ind ingen jeg kan kom kunne lidt man"
    " mange med meget mellem men mere mig min mod må ned noget nogen nogle nu når og også om op os over på"
    " selv sig sin skal skulle som stor store så til uden ud under var ved vi vil ville være været"
)
_ENGLISH = (
    "a about after all also an and any are as be been before but by can could did do does each for from"
    " get had has have he her his how if in into is it its just many may more most much must my no not of"
    " on one only or other our out over should some such than that the their them then there these they"
    " this those to under up us was we were what when where which who why will with would you your"
)
FUNCTION_WORDS: dict[Language, frozenset[str]] = {
    "da": frozenset(_DANISH.split()),
    "en": frozenset(_ENGLISH.split()),
}
"""Words that carry no subject matter."""
_WORD = re.compile(r"[^\W\d_]+")


def detect(text: str) -> Language | None:
    """The language of `text`; None when its words give no lead (`MQTT`)."""
    words = _WORD.findall(text[:20_000].lower())
    danish = sum(word in FUNCTION_WORDS["da"] for word in words) + 0.5 * sum(
        any(letter in word for letter in "æøå") for word in words
    )
    english = sum(word in FUNCTION_WORDS["en"] for word in words)
    if danish == english:
        return None
    return "da" if danish > english else "en"
