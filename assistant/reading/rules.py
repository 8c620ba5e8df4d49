"""The reader without a language model: cues, names and the trained head turn one utterance into proposed acts.

Knows the pending question and today's profile as context; decides nothing about the dialogue.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from assistant.domain.acts import Answer, AnyAct, Fact, Goal, LanguageChange, Pain, Question, Signal
from assistant.domain.maturity import STAGES, Language, MaturityModel
from assistant.domain.profile import Profile
from assistant.domain.state import Asked
from assistant.reading import capacity, mentions
from assistant.reading.cues import Cues
from assistant.reading.evidence import Utterance, Verdict, by_itself, sort_out
from assistant.reading.facts import FactReader, mended, moved
from assistant.reading.head import Head
from assistant.reading.items import SHORT, STORY, ItemReader
from assistant.reading.lexicon import Lexicon
from assistant.reading.remarks import RemarkReader
from assistant.reading.segments import Piece
from assistant.reading.telling import Told, foreseen, told
from assistant.reading.wishes import Wish, Wished, WishReader

MOST_EMBEDDED = 3000
"""Characters of one utterance that are embedded at the most; the rest is read by cues and names alone."""
WORDS = 0.65
"""Share of letters and figures from which a turn is taken for words."""
LAST_LETTER = "\u024f"
"""The last Latin letter; in another script nobody tells of the firm in a language that is read here."""
NOT_ABOUT_ITEMS = ("barriers", "technologies", "targets", "rating")
"""Questions whose answers are read for what they ask, never for items."""
NO_WISHES = ("story", "readback", "rating")
"""Questions at which a turn is not heard for wishes in words of its own; plain commands work everywhere."""
NO_EVIDENCE: tuple[Wish, ...] = ("unknown", "aside", "employees")
"""Wishes beside which nothing is told of the items."""
SPOKEN_OF: tuple[Verdict, ...] = ("evidence", "plan", "hearsay", "past", "dont_know")
"""Pieces in which technologies are spoken of, where these were asked about."""
ANSWERS = 0.7
"""Probability that a turn tells of the firm below which it must surely be about the asked item."""
PLAIN_ANSWER = 0.92
"""Belief in an answer from which it is one, even if it sounds like not knowing or small talk."""
NO_ANSWER = 0.2
"""Probability that a turn tells of the firm below which it is refused for good, however clear what it names would be."""
PUT_IN = ("targets", "")
"""Where own hours and money are listened for: beside the targets, and when nothing more is asked. Elsewhere they tell of the work."""
BY_THE_WAY = ("employees", "municipality", "order_type")
"""Facts that are taken in the story also from a sentence about the past or a plan ("I took over in 2009, and we are nineteen")."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_SWITCH = re.compile(r"\b(?:in|to|into|speak|use|på|til)\s+(english|danish|engelsk|dansk)\b", re.IGNORECASE)
_MARKS: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"\b(?:the|and|we|is|of|our|it|that|with|for|are|not|they|you|have|on)\b", re.IGNORECASE),
    "da": re.compile(r"\b(?:og|vi|er|det|ikke|på|af|til|som|har|med|jeg|vores|så|en|den|der)\b", re.IGNORECASE),
}
_ORDINALS = (
    r"\b(?:first|1st|a|1|one|top|upper|første|øverste|en|et|ét)\b",
    r"\b(?:second|2nd|b|2|two|middle|anden|andet|midterste|to)\b",
    r"\b(?:third|3rd|c|3|three|tredje|tre)\b",
)
_MORE = re.compile(r",? (?:and|og) (?P<rest>(?:\w+\W+){3,}\w+\W*)$")
"""What is asked besides, in one sentence with how much is left."""
_LAST = re.compile(r"\b(?:last|bottom|lowest|sidste|nederste)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Context:
    """What the reader may know of the conversation."""

    language: Language
    asked: Asked | None = None
    profile: Profile = field(default_factory=Profile)
    scores: Mapping[str, float | None] = field(default_factory=dict)
    """Today's score of each dimension."""


class RuleReader:
    """Reads utterances in either language."""

    def __init__(self, model: MaturityModel, head: Head, cues: Mapping[Language, Cues], lexicon: Lexicon) -> None:
        self._head, self._cues, self._lexicon = head, cues, lexicon
        self._items, self._wishes = ItemReader(head), WishReader(head)
        self._spoken = RemarkReader(lexicon, head)
        self._dimensions = {item.id: item.dimension for item in model.items.values()}
        self._facts = {language: FactReader(lexicon, language) for language in cues}

    def read(self, text: str, context: Context) -> list[AnyAct]:
        """The acts proposed for `text`, best evidence first. Never raises on odd text."""
        text = _CONTROL.sub(" ", text)
        language = spoken_language(text, context.language)
        cues = self._cues[language]
        asked = context.asked.id if context.asked else ""
        pointed = list(self._pointed(text, context))
        utterance = sort_out(text, cues, self._lexicon)
        steered = bool(utterance.of("instruct"))
        if ahead := self._foreseen(text, utterance, asked, cues):
            self._head.foresee(ahead)
        wished = Wished() if pointed or steered else self._wished(text, asked, cues)
        wish = wished.wish
        if signal := self._command(text, cues) or ("stop" if wish == "stop" else None):
            return [Signal.model_validate({"signal": signal})]
        correction = asked == "readback" or (asked != "story" and cues.found("correction", text))
        acts: list[AnyAct] = []
        acts += self._switch(text, language, context, wish)
        if signal := self._put_off(text, asked, cues) or (wish if wish in ("skip", "later") else None):
            return [*acts, Signal.model_validate({"signal": signal})]
        acts += _questions(text, utterance, cues)
        put_right = [] if asked == "story" else self._put_right(text, language, context.profile, wish)
        heard = Told() if pointed or put_right or wish in NO_EVIDENCE else self._heard(utterance, asked)
        named = put_right or list(self._named(text, _unsteered(utterance, heard), context, language, correction))
        corrected = any(isinstance(act, Fact) and act.correction for act in named)
        aside = corrected or any(piece not in heard.pieces for piece in utterance.of("dont_know", "agree"))
        acts += pointed or self._items.read(
            text,
            heard,
            asked,
            correction=correction,
            surely=aside or wished.answers < ANSWERS,
            placed=partial(cues.found, "place"),
            known=[name for name, found in context.profile.findings.items() if found.status == "recorded"],
        )
        acts += named
        acts += self._remarks(utterance, context, cues)
        acts += self._signals(text, utterance, heard, context, cues, acts, wish)
        return acts

    def _foreseen(self, text: str, utterance: Utterance, asked: str, cues: Cues) -> list[str]:
        """What is looked at one after the other of answers that are mostly short and of several sentences."""
        if asked in ("pains", "goals") and len(text.split()) <= STORY:
            remarks = [piece.text for _, piece in _remarked(utterance, asked, cues)]
            return list(dict.fromkeys([text, *foreseen(utterance, self._head), *remarks]))
        if asked == "technologies" and (nameless := self._spoken.foreseen(utterance.of(*SPOKEN_OF))):
            return list(dict.fromkeys([text, *nameless]))
        return []

    def _heard(self, utterance: Utterance, asked: str) -> Told:
        """What is told of the company today, where items are read at all; a few words beside a question are not."""
        if asked in NOT_ABOUT_ITEMS or not _mostly_words(utterance):
            return Told()
        heard = told(Utterance(_bounded(utterance.pieces)), self._head)
        few = sum(len(piece.text.split()) for piece in heard.pieces) <= SHORT
        return Told() if few and utterance.of("question") else heard

    def _wished(self, text: str, asked: str, cues: Cues) -> Wished:
        """What a short turn wants in words of its own; of a question only that it changes the language."""
        if asked in NO_WISHES:
            return Wished()
        wished = self._wishes.heard(text, item=asked in self._head.items)
        doubtful = wished.wish in ("unknown", "aside") or (wished.wish == "skip" and wished.answers >= NO_ANSWER)
        if doubtful and self._items.believed(asked, text) >= PLAIN_ANSWER:
            return Wished()  # who says that nobody does it, or that the bookkeeper does, tells how it is done
        asks = "?" in text or cues.found("question_start", text)
        return Wished() if (asks or _SWITCH.search(text)) and wished.wish != "language" else wished

    def _command(self, text: str, cues: Cues) -> str | None:
        if len(text.split()) > 25:
            return None
        return next((name for name in ("stop", "erase", "undo") if cues.found(name, text)), None)

    def _put_off(self, text: str, asked: str, cues: Cues) -> str | None:
        """`skip` or `later` when a short turn asks for it; a story or a pain may well hold such words."""
        if asked in ("story", "pains", "goals") and len(text.split()) > 6:
            return None
        return next((name for name in ("skip", "later") if cues.found(name, text) and len(text.split()) <= 25), None)

    def _switch(self, text: str, language: Language, context: Context, wish: Wish | None) -> Iterator[AnyAct]:
        if (match := _SWITCH.search(text)) and (wish == "language" or len(text.split()) <= 14):
            named: Language = "da" if match[1].casefold() in ("danish", "dansk") else "en"
            if named != context.language:
                yield LanguageChange(language=named)
        elif wish == "language":
            yield LanguageChange(language="da" if context.language == "en" else "en")
        elif language != context.language:
            yield LanguageChange(language=language)

    def _pointed(self, text: str, context: Context) -> Iterator[Answer]:
        """A choice among the descriptors that were offered: "the second", "B", "den sidste"."""
        if context.asked is None or context.asked.form not in ("closest", "settle") or not context.asked.options:
            return
        options = context.asked.options
        short = len(text.split()) <= 6
        chosen = None
        if short and _LAST.search(text):
            chosen = options[-1]
        elif short:
            found = [
                i for i, pattern in enumerate(_ORDINALS[: len(options)]) if re.search(pattern, text, re.IGNORECASE)
            ]
            chosen = options[found[0]] if len(found) == 1 else None
        if chosen is not None and context.asked.id in self._head.items:
            stripped = text.strip()
            start = text.index(stripped)
            scores = [float(stage == chosen) for stage in STAGES]
            yield Answer.model_validate(
                {
                    "item": context.asked.id, "low": chosen, "high": chosen, "scores": scores, "asked": True,
                    "clicked": True, "quote": stripped, "start": start, "end": start + len(stripped),
                }
            )  # fmt: skip

    def _put_right(self, text: str, language: Language, profile: Profile, wish: Wish | None) -> list[AnyAct]:
        """Facts that replace what was said before; beside them nothing is told."""
        staff = mended(text, language, _staff(profile), surely=wish == "employees")
        place = moved(text, self._lexicon, [str(value) for value in _said(profile, "municipality")])
        return [fact for fact in (staff, place) if fact is not None]

    def _named(
        self, text: str, utterance: Utterance, context: Context, language: Language, correction: bool
    ) -> Iterator[AnyAct]:
        asked = context.asked.id if context.asked else ""
        told = utterance.of("evidence")
        telling = asked in ("story", "pains", "goals", "readback")
        asked_fact = asked.removeprefix("company.") if asked.startswith("company.") else None
        said = _staff(context.profile)
        seen: set[tuple[str, object]] = set()
        pieces = utterance.of("evidence", "past", "agree") if correction or asked_fact else told
        read = partial(
            self._facts[language].read,
            correction=correction,
            asked=asked_fact,
            telling=telling,
            story=asked == "story",
            said=said,
        )
        for fact in (fact for piece in pieces for fact in read(piece)):
            settled = asked_fact == fact.field and any(field == asked_fact for field, _ in seen)
            if not settled and (fact.field, fact.value) not in seen:  # "Seven. Twelve was when mother ran it."
                seen.add((fact.field, fact.value))
                yield fact
        if asked == "story":
            known = {field for field, _ in seen}
            for fact in (fact for piece in by_itself(utterance, self._cues[language]) for fact in read(piece)):
                if fact.field in BY_THE_WAY and fact.field not in known:
                    known.add(fact.field)
                    yield fact
        if asked == "barriers":
            told = utterance.of("evidence", "plan", "past", "hearsay", "jargon", "dont_know")
        yield from self._spoken.barriers(told, asked=asked == "barriers", correction=correction)
        spoken = utterance.of(*SPOKEN_OF) if asked == "technologies" else told
        yield from self._spoken.technologies(text, spoken, asked=asked == "technologies", correction=correction)
        if asked in PUT_IN:
            everything = utterance.of("evidence", "plan", "agree", "past", "talk", "jargon")
            put_in = list(capacity.read(everything))
            yield from put_in
            if asked == "targets":
                everything = [capacity.without(piece, put_in) for piece in everything]
                yield from mentions.targets(everything, self._lexicon, context.scores, self._dimension)
        if asked == "rating":
            for piece in utterance.of("evidence", "agree", "talk"):
                if rating := mentions.rating(piece):
                    yield rating
                    break

    def _dimension(self, text: str) -> str | None:
        """The dimension that `text` is likelier about than all others together, given that it is about one."""
        about = self._head.about(self._head.features([text]))[0][:-1]
        weights: Counter[str] = Counter()
        for item, weight in zip(self._head.items, about.tolist(), strict=True):
            weights[self._dimensions[item]] += weight
        (likeliest, weight), *_ = weights.most_common(1)
        return likeliest if weight > weights.total() / 2 else None

    def _remarks(self, utterance: Utterance, context: Context, cues: Cues) -> Iterator[Pain | Goal]:
        """Pains and goals, each with the items that it is most likely about."""
        chosen = _remarked(utterance, context.asked.id if context.asked else "", cues)
        if not chosen:
            return
        about = self._head.about(self._head.features([piece.text for _, piece in chosen]))
        for (kind, piece), row in zip(chosen, about, strict=True):
            near = [self._head.items[i] for i in row.argsort()[::-1][:2] if i < len(self._head.items) and row[i] >= 0.2]
            yield kind(quote=piece.text, start=piece.start, end=piece.end, about=tuple(near))

    def _signals(
        self, text: str, utterance: Utterance, heard: Told, context: Context, cues: Cues, acts: Sequence[AnyAct],
        wish: Wish | None,
    ) -> list[AnyAct]:  # fmt: skip
        asked = context.asked.id if context.asked else ""
        substance = [act for act in acts if not isinstance(act, (Question, LanguageChange))]
        if cues.found("progress", text) or wish == "progress":
            return [Signal(signal="progress")]
        if asked == "readback" and cues.found("confirm", text) and not any(isinstance(act, Question) for act in acts):
            return [Signal(signal="confirm")]
        if cues.found("nothing_more", text) and not any(isinstance(act, Answer) for act in acts):
            return [Signal(signal="dont_know" if asked in self._head.items else "nothing_more")]
        if any(not isinstance(act, Answer) or act.item == asked for act in substance):
            return []
        if utterance.of("dont_know") or wish == "unknown":
            return [Signal(signal="dont_know")]
        if utterance.of("agree"):
            return [Signal(signal="agree")]
        if wish == "aside":
            return [Signal(signal="small_talk")]
        if utterance.of("plan", "past", "others", "hearsay", "jargon") or (
            asked in self._head.items and utterance.of("evidence") and not heard.pieces
        ):
            return [Signal(signal="no_evidence")]
        if not acts:
            return [Signal(signal="small_talk" if cues.found("small_talk", text) else "unread")]
        return []


def _remarked(utterance: Utterance, asked: str, cues: Cues) -> list[tuple[type[Pain | Goal], Piece]]:
    """Pains and goals, six at the most: every clause when they were asked about, marked ones in the story."""
    pieces = utterance.of("evidence", "plan", "past", "dont_know")
    chosen: list[tuple[type[Pain | Goal], Piece]] = []
    if asked == "pains":
        chosen = [(Pain, p) for p in pieces if _says_something(p, cues)]
    elif asked == "goals":
        chosen = [(Goal, p) for p in (*pieces, *utterance.of("jargon")) if _says_something(p, cues)]
    elif asked == "story":
        chosen = [(Pain, p) for p in utterance.of("evidence") if cues.found("pain", p.text)]
        chosen += [(Goal, p) for p in utterance.of("plan") if cues.found("goal", p.text)]
    return chosen[:6]


def _unsteered(utterance: Utterance, heard: Told) -> Utterance:
    """The utterance; where a sentence steers the machine, of the others only what is surely told counts as evidence."""
    if not utterance.of("instruct"):
        return utterance
    sure = list(heard.pieces)
    return Utterance([(p, "talk" if v == "evidence" and p not in sure else v) for p, v in utterance.pieces])


def spoken_language(text: str, default: Language) -> Language:
    """The language of `text` when its small words leave no doubt, else `default`."""
    if len(text.split()) < 6:
        return default
    counts = {language: len(pattern.findall(text)) for language, pattern in _MARKS.items()}
    other: Language = "da" if default == "en" else "en"
    return other if counts[other] >= 3 and counts[other] > 3 * counts[default] else default


def _mostly_words(utterance: Utterance) -> bool:
    """Whether what was said is words in the letters of the two languages, rather than signs or another script."""
    signs = [sign for piece, _ in utterance.pieces for sign in piece.text if not sign.isspace()]
    return sum(sign.isalnum() and sign <= LAST_LETTER for sign in signs) >= WORDS * len(signs)


def _bounded(pieces: Sequence[tuple[Piece, Verdict]]) -> list[tuple[Piece, Verdict]]:
    """The first pieces, up to MOST_EMBEDDED characters in all and at least one."""
    total = 0
    kept: list[tuple[Piece, Verdict]] = []
    for piece, verdict in pieces:
        total += len(piece.text)
        if kept and total > MOST_EMBEDDED:
            break
        kept.append((piece, verdict))
    return kept


def _questions(text: str, utterance: Utterance, cues: Cues) -> list[Question]:
    """What was asked; a question that leans on the one right before it ("and what does that cost?") is one with it."""
    spans: list[list[int]] = []
    for piece in utterance.of("question"):
        if cues.found("progress", piece.text):
            if rest := _MORE.search(piece.text):  # "how many are left, and what do I get out of it?"
                spans.append([piece.start + rest.start("rest"), piece.end])
            continue
        if cues.found("announces", piece.text) or _SWITCH.search(piece.text):
            continue
        if spans and not text[spans[-1][1] : piece.start].strip() and cues.found("leans", piece.text):
            spans[-1][1] = piece.end
        else:
            spans.append([piece.start, piece.end])
    return [Question(quote=text[start:end], start=start, end=end) for start, end in spans]


def _staff(profile: Profile) -> list[int]:
    """The numbers of employees that were said so far."""
    return [int(value) for value in _said(profile, "employees")]


def _said(profile: Profile, field: str) -> list[int | str]:
    facts = [fact for fact in profile.facts if fact.field == field]
    return [said.value for fact in facts for said in (fact, fact.conflict) if said is not None]


def _says_something(piece: Piece, cues: Cues) -> bool:
    return len(piece.text.split()) >= 2 and not cues.found("nothing_more", piece.text)
