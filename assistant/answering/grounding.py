"""Grounding: whether a sentence says what a passage says. Pure and deterministic; knows no model, no index and no question.

A sentence passes when it is made of its source: every word that carries matter, every number with its unit, every name and every
small word on which the truth hangs stands in the source, in the same order, in one stretch of a sentence or within one clause. So it may shorten,
join and smooth, not add, swap or turn round. Good sentences in other words are left out for that, which is the side to err on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, Protocol

from assistant.answering.quantities import quantities
from assistant.answering.terms import FUNCTION_WORDS, stems
from assistant.answering.weighty import FREE_TO_GO, says_yes_or_no, sense, spelled_out
from assistant.domain.maturity import Language

Fault = Literal[
    "", "markup", "address", "language", "too little", "too long", "question", "number", "unit", "name", "turned round", "words", "order",
    "meaning",
]  # fmt: skip
LONGEST = 60
"""Words of one sentence at the most."""
NEAR = 0.85
"""Cosine that a sentence must have to what it rests on."""
_MARKUP = re.compile(
    r"!\[|\]\(|\[[^\]]*\]\s*[:\[]|</?[a-z!][^>]*>|`|<\||\|>|^\s*(?:#{1,6} |>|\|)|&[#\w]{2,8};|\\[(\[]|\*\*|__",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"\b(?:[a-z][a-z0-9+.-]{1,15}:(?=//|[a-z]+@)|data:|javascript:|www\.)\S+|\b[\w.+-]+@[\w-]+\.\w+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|dk|eu|io|ai|de|uk|info|biz|ru|cn|xyz|app|dev)\b(?:/\S*)?",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<![\w])(?:\w*[A-ZÆØÅ]\w*[A-ZÆØÅ]\w*|\w*[A-ZÆØÅ]\w*\d\w*|[A-ZÆØÅ][a-zæøåéöü]+)(?!\w)")
_WORD = re.compile(r"\w+(?:[.,:/]\d+)*")
_PARTED = re.compile(r"(?<=[.!?])\s+(?=[A-ZÆØÅ])")
_CLAUSE = {
    "en": re.compile(r"[,;:()–—]|\s-\s|\b(?:and|but|while|or|because|so|which|that|when|if|where|unless|although)\b", re.IGNORECASE),
    "da": re.compile(r"[,;:()–—]|\s-\s|\b(?:og|men|mens|eller|fordi|så|som|der|at|når|hvis|hvor|medmindre|selvom)\b", re.IGNORECASE),
}  # fmt: skip


class Text(Protocol):
    """A passage, as far as grounding needs it."""

    @property
    def language(self) -> Language:
        """Of the text."""

    @property
    def text(self) -> str:
        """The whole passage."""

    @property
    def sentences(self) -> tuple[str, ...]:
        """Parts of `text`, verbatim."""


@dataclass(frozen=True, slots=True)
class Token:
    """One part of a sentence that carries matter."""

    key: str
    """A stem, `#<number> <unit>`, or `=<sense>` of a weighty word."""
    start: int


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found of one sentence."""

    fault: Fault
    """Empty when it is supported."""
    rests: tuple[str, ...] = ()
    """The sentences of the passage that it rests on."""

    @property
    def supported(self) -> bool:
        """Whether the passage says so."""
        return not self.fault


def judge(
    sentence: str,
    passage: Text,
    *,
    spoken: Callable[[str], Language | None] = lambda _: None,
    similar: Callable[[str, str], float] | None = None,
    usable: Callable[[str], bool] = lambda _: True,
) -> Judged:
    """Whether `passage` supports `sentence`, which stands without its citation.

    Args:
        sentence: One sentence of an answer.
        passage: Where it is said to stand.
        spoken: The language of a text, None when unsure.
        similar: Cosine of two sentences, -1 to 1; left out, only words are compared.
        usable: Whether a sentence of the passage may be rested on at all.
    """
    language = passage.language
    if fault := _form(sentence, passage, spoken(sentence)):
        return Judged(fault)
    sources = [one for text in passage.sentences if usable(text) for one in parted(text)]
    claimed = tokens(sentence, language)
    if sum(not token.key.startswith("=") for token in claimed) < 2:
        return Judged("too little")
    if fault := _names(sentence, sources):
        return Judged(fault)
    if not (rests := _rests(sentence, claimed, sources, language)):
        return Judged(_why(claimed, sources, language))
    if similar is not None and similar(sentence, " ".join(rests)) < NEAR:
        return Judged("meaning")
    return Judged("", rests)


@lru_cache(maxsize=4096)
def tokens(text: str, language: Language) -> tuple[Token, ...]:
    """What carries matter in `text`, in its order."""
    text = spelled_out(text)
    numbers = quantities(text, language)
    found = [Token(f"#{number.value:g} {number.unit}", number.start) for number in numbers if not number.loose]
    spans = [(number.start, number.end) for number in numbers if not number.loose]
    words: list[tuple[str, int]] = []
    before = says_yes_or_no(text)
    for match in _WORD.finditer(text):
        word = match[0].lower()
        if any(start < match.end() and match.start() < end for start, end in spans):
            if not word.isalpha() and any(letter.isalpha() for letter in word):  # a number inside of a name
                words.append((word, match.start()))
        elif before and match.end() <= before:
            found.append(Token(f"={word}", match.start()))
        elif meant := sense(word, language):
            found.append(Token(f"={meant}", match.start()))
        elif word not in FUNCTION_WORDS[language] and len(word) > 1:
            words.append((word, match.start()))
    stemmed = stems([word for word, _ in words], language)
    found += [Token(stem, start) for stem, (_, start) in zip(stemmed, words, strict=True)]
    return tuple(sorted(found, key=lambda token: token.start))


def parted(text: str) -> list[str]:
    """The sentences of a line; a passage counts a line of a list as one."""
    return _PARTED.split(text)


def _form(sentence: str, passage: Text, spoken: Language | None) -> Fault:
    if _MARKUP.search(sentence):
        return "markup"
    if any(found[0].rstrip(".,;:!?)") not in passage.text for found in _ADDRESS.finditer(sentence)):
        return "address"
    if spoken not in (None, passage.language):
        return "language"
    if len(sentence.split()) > LONGEST:
        return "too long"
    return "question" if sentence.rstrip().endswith("?") else ""


def _names(sentence: str, sources: Sequence[str]) -> Fault:
    """`name` when a name or a code of the sentence does not stand in the passage with its capitals."""
    held = " ".join(sources)
    for match in _NAME.finditer(sentence):
        name = match[0]
        begins = not sentence[: match.start()].strip("\"'“”»«( ")
        if begins and name[1:].islower():
            continue
        bare = re.sub(r"(?:'s|’s|(?<=[a-zæøå])s)$", "", name)
        if not re.search(rf"(?<!\w){re.escape(bare)}", held):
            return "name"
    return ""


def _rests(
    sentence: str, claimed: Sequence[Token], sources: Sequence[str], language: Language
) -> tuple[str, ...]:  # fmt: skip
    """The sources that carry the sentence; nothing when they do not.

    One may hold it in a stretch, or clause by clause. Several may only where each gives a part from its own beginning, so
    that what is said of one thing is not hung on another.
    """
    clauses = _clauses(sentence, claimed, language)
    for source in sources:
        if _stretch(claimed, source, language) or (
            len(clauses) > 1 and all(_carries(clause, source, language) for clause in clauses)
        ):
            return (source,)
    if len(clauses) == 1:
        return next(((source,) for source in sources if _within_clause(claimed, source, language)), ())
    rests: list[str] = []
    for clause in clauses:
        begun = [source for source in sources if _begins(clause, source, language)]
        found = next((source for source in begun if _carries(clause, source, language)), None)
        if found is None:
            return ()
        rests.append(found)
    return tuple(dict.fromkeys(rests))


def _begins(clause: Sequence[Token], source: str, language: Language) -> bool:
    """Whether both begin with the same word of matter."""
    held = tokens(source, language)
    return bool(held and clause) and held[0].key == clause[0].key


def _carries(clause: Sequence[Token], source: str, language: Language) -> bool:
    return _stretch(clause, source, language) or _within_clause(clause, source, language)


def _clauses(text: str, parts: Sequence[Token], language: Language) -> list[list[Token]]:
    """The tokens clause by clause; one with fewer than two that carry matter of their own belongs to the next, the last to the one before."""
    cuts = [match.start() for match in _CLAUSE[language].finditer(spelled_out(text))]
    clauses: list[list[Token]] = [[]]
    for token in parts:
        while cuts and token.start >= cuts[0]:
            cuts.pop(0)
            if sum(not one.key.startswith("=") for one in clauses[-1]) >= 2:
                clauses.append([])
        clauses[-1].append(token)
    if len(clauses) > 1 and sum(not one.key.startswith("=") for one in clauses[-1]) < 2:
        clauses[-2:] = [clauses[-2] + clauses[-1]]
    return clauses


def _stretch(claimed: Sequence[Token], source: str, language: Language) -> bool:
    """Whether the tokens stand in `source` one after the other without a gap, and nothing around them limits what they say."""
    keys, held = [token.key for token in claimed], tokens(source, language)
    for start in range(len(held) - len(keys) + 1):
        if [token.key for token in held[start : start + len(keys)]] == keys:
            left_out = [*held[:start], *held[start + len(keys) :]]
            return not _limits(left_out) or _in_other_clauses(source, held, start, len(keys), language)
    return False


def _limits(left_out: Sequence[Token]) -> bool:
    return any(token.key.startswith("=") and token.key[1:] not in FREE_TO_GO for token in left_out)


def _in_other_clauses(source: str, held: Sequence[Token], start: int, length: int, language: Language) -> bool:
    """Whether the limiting words that are left out stand in clauses of their own, and set no condition for the rest."""
    inside = {token.start for token in held[start : start + length]}
    for clause in _clauses(source, held, language):
        touched = any(token.start in inside for token in clause)
        outside = [token for token in clause if token.start not in inside]
        if touched and _limits(outside):
            return False
        if any(token.key in ("=if", "=only") for token in outside):
            return False
    return True


def _within_clause(claimed: Sequence[Token], source: str, language: Language) -> bool:
    """Whether the tokens stand in one clause of `source` in their order, with nothing weighty left out of it."""
    keys = [token.key for token in claimed]
    held = tokens(source, language)
    clauses = _clauses(source, held, language)
    for clause in clauses:
        left, rest = list(keys), []
        for token in clause:
            if left and token.key == left[0]:
                left.pop(0)
            else:
                rest.append(token)
        others = [token for other in clauses if other is not clause for token in other]
        if not left and not _limits(rest) and not any(token.key in ("=if", "=only") for token in others):
            return True
    return False


def _why(claimed: Sequence[Token], sources: Sequence[str], language: Language) -> Fault:
    """What speaks loudest against a sentence that rests on nothing."""
    held = {token.key for source in sources for token in tokens(source, language)}
    missing = [token.key for token in claimed if token.key not in held]
    numbers = [key for key in missing if key.startswith("#")]
    if numbers:
        values = {key.split(" ")[0] for key in held if key.startswith("#")}
        return "unit" if all(key.split(" ")[0] in values for key in numbers) else "number"
    if any(key.startswith("=") for key in missing):
        return "turned round"
    return "words" if missing else "order"
