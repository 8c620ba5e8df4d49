"""Replaces what may tell who somebody is: numbers, addresses of mail and web, and names, always the same way within one text.

Names are found without a list of them: a word with a capital letter that the product's own texts do not know. Rather one
word too many is replaced than one too few, and what was replaced is told, so that a person can look it over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from assistant.content import Knowledge
from assistant.domain.maturity import LANGUAGES, Language
from assistant.reading.lexicon import Lexicon
from assistant.reading.private import PrivateWords

_PATTERNS = (
    (re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.-]*\w"), "mail@example.com"),
    (re.compile(r"\b(?:https?://|www\.)\S*[\w/]|\b[\w-]+\.(?:dk|com|net|org|eu)\b"), "www.example.com"),
    (re.compile(r"(?<!\d)(?:\+45 ?)?(?:\d{2} \d{2} \d{2} \d{2}|\d{4} \d{4}|\d{8})(?!\d)"), "00 00 00 00"),
    (re.compile(r"\b(?:CVR|cvr)[ -]*(?:nr\.?|no\.?)?[ :]*\d{8}\b"), "CVR 00000000"),
    (
        re.compile(r"\b[A-ZÆØÅ][\wæøå]*(?:vej|gade|vænget|allé|stræde|street|road|lane)(?:en)? \d+\w?\b"),
        "Eksempelvej 1",
    ),
)
_WORD = re.compile(r"\b[A-ZÆØÅ][a-zæøåéüö]+(?:-[A-ZÆØÅ]?[a-zæøåéüö]+)*(?!\w)")
_BEGINS = re.compile(r"(?:^|[.!?:\n])[\s\"'“”»«(–-]*$")
_COMPOUND = 6
"""Letters of a known word that make a word which ends in it, where a sentence begins, an ordinary one: "Kalkfarven"."""
_ANY = re.compile(r"[^\W\d_]+")
_NAMES = ("Kim", "Robin", "Alex", "Sam", "Charlie", "Noa", "Mika", "Elia", "Toni", "Jona", "Lou", "Vanja")


class Anonymous:
    """One conversation's replacements; `replaced` holds them: what stood there -> what stands there now."""

    def __init__(self, knowledge: Knowledge, names: Iterable[str] = ()) -> None:
        self._private = PrivateWords(knowledge.reading("private"), "private.yaml")
        self._lexicon = Lexicon(knowledge.reading("lexicon"), "lexicon.yaml")
        self._known = known_words(knowledge)
        self._company = sorted((name for name in names if name.strip()), key=len, reverse=True)
        self.replaced: dict[str, str] = {}

    def text(self, text: str) -> str:
        """`text` with everything replaced, in one go: what is put in is never taken for something that was said."""
        text = self._private.hide(text).text
        found: list[tuple[re.Match[str], str]] = []
        for match, instead in self._candidates(text):
            if all(match.end() <= other.start() or other.end() <= match.start() for other, _ in found):
                found.append((match, instead(match[0])))
        pieces, at = [], 0
        for match, instead in sorted(found, key=lambda one: one[0].start()):
            pieces += [text[at : match.start()], instead]
            at = match.end()
        return "".join([*pieces, text[at:]])

    def _candidates(self, text: str) -> Iterator[tuple[re.Match[str], Callable[[str], str]]]:
        """What may have to be replaced, what is surest first, each with what makes its replacement."""
        for name in self._company:
            for match in re.finditer(rf"(?<!\w){re.escape(name)}", text, re.IGNORECASE):
                yield match, lambda _, name=name: self._put(name, "Eksempel")
        for pattern, instead in _PATTERNS:
            for match in pattern.finditer(text):
                yield match, lambda old, instead=instead: self._put(old, instead)
        for match in _WORD.finditer(text):
            if not self._is_known(match[0], begins=bool(_BEGINS.search(text[: match.start()]))):
                yield match, self._name

    def _put(self, old: str, new: str) -> str:
        return self.replaced.setdefault(old, new)

    def _name(self, word: str) -> str:
        stem = word.removesuffix("s")
        if word not in self.replaced and stem in self.replaced:
            return f"{self.replaced[stem]}s"
        used = sum(value.split()[0] in _NAMES for value in self.replaced.values())
        number = used // len(_NAMES)
        return self._put(word, _NAMES[used % len(_NAMES)] + (f" {number + 1}" if number else ""))

    def _is_known(self, word: str, *, begins: bool) -> bool:
        """Whether `word` is an ordinary one; where it `begins` a sentence its capital letter says nothing."""
        lower = word.casefold()
        parts = [part for part in lower.split("-") if part]
        if {lower, lower.removesuffix("s")} & self._known or all(part in self._known for part in parts):
            return True
        if begins and any(lower[start:] in self._known for start in range(3, len(lower) - _COMPOUND + 1)):
            return True
        lexicon = self._lexicon
        return any(found.fullmatch(word) for found in (lexicon.systems, lexicon.machines, lexicon.place))


def known_words(knowledge: Knowledge) -> frozenset[str]:
    """Every word of the product's own texts that stands there with a small letter, or with a capital one inside a sentence."""
    texts = [path.read_text(encoding="utf-8") for path in knowledge.documents()]
    model = knowledge.model
    for language in LANGUAGES:
        texts += _exemplars(knowledge, language)
        texts += [item.question[language] for item in model.items.values()]
        texts += [str(knowledge.replies(language))]
    words = {word for text in texts for word in _ANY.findall(text)}
    return frozenset(word.casefold() for word in words if word[0].islower() or word.isupper()) | _COMMON


def _exemplars(knowledge: Knowledge, language: Language) -> list[str]:
    return [t for item in knowledge.model.items.values() for texts in item.exemplars.values() for t in texts[language]]


_COMMON = frozenset(
    [
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march", "april",
        "may", "june", "july", "august", "september", "october", "november", "december", "christmas", "easter", "danish",
        "english", "german", "danmark", "denmark", "tyskland", "germany", "sverige", "sweden", "norge", "norway", "europa",
        "europe", "excel", "word", "windows", "google", "teams", "outlook", "facebook", "instagram", "linkedin", "youtube",
        "i", "i'm", "jeg", "nej", "ja", "yes", "no",
    ]
)  # fmt: skip
