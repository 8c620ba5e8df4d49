"""Terms: the words of a question that carry its matter, as stems, and how well a text covers them.

Knows no vectors and no passages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

import Stemmer
from bm25s.stopwords import STOPWORDS_DANISH, STOPWORDS_EN_PLUS

from assistant.domain.maturity import Language

_WORD = re.compile(r"\d+(?:[.,]\d+)+|\w+")
_NAMES = {"en": "english", "da": "danish"}
_ASKING = {  # words that say that, not what, somebody asks
    "en": (
        "actually also anyone anything could example explain find get give go happen happens just know like"
        " long make many may mean means much must need one people please say should something take tell thing"
        " us use used want way well without would yes"
    ),
    "da": (
        "altså bare begynde betyder betyde blot bruge bruger bruges dit egentlig eksempel enhver faktisk fik"
        " finde findes folk forklar fortæl få får gang ganske gerne giv give gå går gør gøre hedder hel hele"
        " helt hos kunne lade lang længe mange mener mit mon må nødt noget siger sige siges skulle sætte tage"
        " tager ting tror vide ved være vores"
    ),
}
FUNCTION_WORDS: dict[Language, frozenset[str]] = {
    "en": frozenset(STOPWORDS_EN_PLUS),
    "da": frozenset(STOPWORDS_DANISH),
}
"""Words of grammar, in small letters."""
_STOPPED: dict[Language, frozenset[str]] = {
    "en": FUNCTION_WORDS["en"] | frozenset(_ASKING["en"].split()),
    "da": FUNCTION_WORDS["da"] | frozenset(_ASKING["da"].split()),
}
_SHORTEST_PART = 4
"""Letters of a word that is looked for inside a longer one: Danish writes compounds in one word."""


@lru_cache(maxsize=4096)
def terms(text: str, language: Language) -> tuple[str, ...]:
    """The stems of `text` in their order, each once, without words that carry no matter."""
    stopped = _STOPPED[language]
    return tuple(dict.fromkeys(stems([word for word in _WORD.findall(text.lower()) if word not in stopped], language)))


def stems(words: Sequence[str], language: Language) -> list[str]:
    """The stem of each word, which is given in small letters."""
    stemmer = Stemmer.Stemmer(_NAMES[language])  # one stemmer is not safe to share between threads
    return list(stemmer.stemWords(list(words)))


def covered(wanted: Iterable[str], found: Iterable[str]) -> frozenset[str]:
    """Those of `wanted` that are in `found`: whole, as a part of a compound, or by the last part of their own."""
    held = frozenset(found)
    return frozenset(term for term in wanted if term in held or any(_met(term, other) for other in held))


def _met(term: str, other: str) -> bool:
    """Whether `other` speaks of `term`: `sensordata` of `sensor`, `robot` of `svejserobot`, not `bil` of `bilsæde`."""
    if len(other) > len(term) >= _SHORTEST_PART:
        return other.startswith(term) or other.endswith(term)
    return len(term) > len(other) >= _SHORTEST_PART and term.endswith(other)
