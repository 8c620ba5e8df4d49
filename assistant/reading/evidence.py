"""What is evidence: which clauses of an utterance tell what the company does now. Plans, the past, others, hearsay and buzzwords do not.

Knows cues of one language; knows no items.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from assistant.reading.cues import Cues
from assistant.reading.lexicon import Lexicon
from assistant.reading.segments import Piece, clauses, sentences

Verdict = Literal[
    "evidence", "plan", "past", "others", "hearsay", "jargon", "question", "instruct", "dont_know", "agree", "talk"
]
_COMMAS = re.compile(r",\s|\s(?:and|og|so|så)\s", re.IGNORECASE)
_DROPS: tuple[Verdict, ...] = ("others", "hearsay", "plan", "past")


@dataclass(frozen=True)
class Utterance:
    """An utterance cut into clauses, each with what it is."""

    pieces: list[tuple[Piece, Verdict]] = field(default_factory=list)

    def of(self, *verdicts: Verdict) -> list[Piece]:
        """The pieces with one of `verdicts`, in order."""
        return [piece for piece, verdict in self.pieces if verdict in verdicts]


def sort_out(utterance: str, cues: Cues, lexicon: Lexicon) -> Utterance:
    """Cuts `utterance` and judges each clause; a sentence that goes on about something dropped is dropped with it, and what
    the person takes back ("only joking", "no, that's not us") is talk.
    """
    pieces: list[tuple[Piece, Verdict]] = []
    cut = sentences(utterance)
    before: Verdict = "evidence"
    for index, sentence in enumerate(cut):
        if pieces and cues.found("takes_back", sentence.text):
            pieces = [(piece, "talk" if verdict != "question" else verdict) for piece, verdict in pieces]
        verdict = _whole(sentence.text, cues, last=index == len(cut) - 1)
        if verdict == "question" and _wondered(
            sentence.text, [piece.text for piece in cut[index + 1 : index + 2]], cues
        ):
            verdict = None
        if verdict is not None:
            pieces.append((sentence, verdict))
            continue
        judged = _judged(sentence, cues, lexicon)
        if before in _DROPS and all(v == "evidence" for _, v in judged) and _goes_on(sentence.text, before, cues):
            judged = [(piece, before) for piece, _ in judged]
        before = judged[-1][1]
        pieces += judged
    return Utterance(pieces)


def by_itself(utterance: Utterance, cues: Cues) -> list[Piece]:
    """What is said by the way, in sentences about the past or a plan, of how the firm is: parts between commas that no cue
    speaks against, in the present, or of a sentence that was dropped only for the one before it.
    """
    parts = []
    for piece in utterance.of("plan", "past"):
        own = any(cues.found(name, piece.text) for name in _DROPS)
        for part in clauses(piece, _COMMAS):
            told = not any(cues.found(name, part.text) for name in _DROPS)
            if told and (not own or cues.found("present_verb", part.text)):
                parts.append(part)
    return parts


def _wondered(text: str, after: Sequence[str], cues: Cues) -> bool:
    """Whether people asked themselves in what they tell, as in "Should we go on with it? I took one and liked it, so we did"."""
    return cues.found("wonder", text) and any(cues.found("past_verb", told) for told in after)


def _goes_on(text: str, before: Verdict, cues: Cues) -> bool:
    """Whether an unmarked sentence still tells of the others, the past or the plan of the sentence before."""
    if cues.found("now", text) or cues.found("dropped", text):
        return False
    if before == "past":
        return cues.found("past_verb", text) and not cues.found("present_verb", text)
    if before in ("others", "hearsay"):
        return not cues.found("ours", text)
    return cues.found("anaphor", text) or not cues.found("ours", text)


def _whole(text: str, cues: Cues, *, last: bool) -> Verdict | None:
    """Verdicts that hold for a whole sentence."""
    if cues.found("instruct", text):
        return "instruct"
    if is_question(text, cues, last=last):
        return "question"
    if cues.found("agree", text) and all(cues.found("filler", word) for word in _words(text)):
        return "agree"
    asks = text.rstrip("\"'”’) ").endswith("?")
    if cues.found("small_talk", text) or (asks and last):
        return "talk"
    if cues.found("dont_know", text) and len(text.split()) <= 14:
        return "dont_know"
    return None


def is_question(text: str, cues: Cues, *, last: bool = True) -> bool:
    """Whether the sentence asks the assistant something, with or without a question mark; what people ask themselves
    on the way through a story ("Specials?") does not count.
    """
    marked = text.rstrip("\"'”’) ").endswith("?")
    begins = cues.found("question_start", text) or (marked and cues.found("wonder", text))
    start = begins and len(text.split()) <= 25
    return start if not (marked and last) else start or len(text.split()) >= 2


def _words(text: str) -> list[str]:
    return [word for raw in text.casefold().split() if (word := raw.strip(".,;:!?…-–—\"'”’()"))]


def _judged(sentence: Piece, cues: Cues, lexicon: Lexicon) -> list[tuple[Piece, Verdict]]:
    """The sentence whole when all its clauses agree, else clause by clause."""
    parts = [(part, _clause(part.text, cues, lexicon)) for part in clauses(sentence, cues["contrast"])] or [
        (sentence, "evidence")
    ]
    verdicts = {verdict for _, verdict in parts}
    if len(verdicts) == 1:
        return [(sentence, verdicts.pop())]
    return parts


def _clause(text: str, cues: Cues, lexicon: Lexicon) -> Verdict:
    own = cues["unlike"].sub(" ", text)  # who says how unlike others the firm is tells of the firm
    for name in _DROPS:
        if cues.found(name, own) and not (name == "past" and cues.found("now", text)):
            return name
    words = len(text.split())
    buzz = len(cues["jargon"].findall(text))
    digits = any(character.isdigit() for character in text.replace("4.0", ""))
    tangible = lexicon.systems.search(text) or lexicon.machines.search(text) or digits
    if buzz and not tangible and (buzz >= 2 or words <= 14):
        return "jargon"
    if cues.found("dropped", text) and not cues.found("now", text) and not cues.found("present_verb", text):
        return "past"
    return "evidence"
