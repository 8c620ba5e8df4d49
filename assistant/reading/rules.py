"""The reader without a language model: cues, names and the trained head turn one utterance into proposed acts.

Knows the pending question and today's profile as context; decides nothing about the dialogue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from assistant.domain.acts import Answer, AnyAct, Fact, Goal, LanguageChange, Pain, Question, Signal
from assistant.domain.maturity import Language, MaturityModel
from assistant.domain.profile import Profile
from assistant.domain.state import Asked
from assistant.reading import mentions
from assistant.reading.cues import Cues
from assistant.reading.evidence import Utterance, Verdict, sort_out
from assistant.reading.facts import FactReader
from assistant.reading.head import Head
from assistant.reading.lexicon import Lexicon
from assistant.reading.segments import Piece, clauses
from assistant.reading.telling import Told, told

MOST_EMBEDDED = 5000
"""Characters of one utterance that are embedded at the most; the rest is read by cues and names alone."""
SHORT = 5
"""Words up to which an answer to the asked item is taken to be about that item."""
CARRIES = 0.15
"""Probability of the asked item from which an answer of a few words is taken at its full weight."""
OWN = 0.03
"""Probability of the asked item below which a longer answer is not about it."""
OWN_NEAR = 0.008
ELSEWHERE = 0.8
"""The same when a neighbour of the asked item is likeliest, and the neighbour's probability that settles it."""
NOTHING = 0.35
"""Probability of "none of the items" from which a longer answer that is hardly about the asked one is left alone."""
HARDLY = 0.3
SETTLED = 0.5
"""Probability of the asked item that words beside an "I don't know" or a mere "yes" must have to count."""
ITEM_UNASKED = 0.85
TOLD_UNASKED = 0.7
"""Probability of an item that was not asked about, and certainty that the words tell of today, from which it is read."""
PARTED = 0.18
"""Probability that parts of the firm differ from which the clauses are looked at one by one; ranges are seldom, and the
head has learnt from as many as it could get."""
PART_SURE = 0.95
PART_OWN = 0.05
"""Two clauses give the ends of a range when both stages are this probable together; a clause carries its full weight from
this probability of its item."""
LONG_QUOTE = 80
"""Words above which the quote is narrowed to the sentences that carry the stage."""
NOT_ABOUT_ITEMS = ("barriers", "technologies", "targets", "rating")
"""Questions whose answers are read for what they ask, never for items."""
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
        self._neighbours = {
            item.id: {other.id for other in model.items.values() if item.id in other.neighbours} | set(item.neighbours)
            for item in model.items.values()
        }
        self._head, self._cues, self._lexicon = head, cues, lexicon
        self._contrast = re.compile("|".join(f"(?:{cues[name]['contrast'].pattern})" for name in cues), re.IGNORECASE)
        self._facts = {language: FactReader(lexicon, language) for language in cues}

    def read(self, text: str, context: Context) -> list[AnyAct]:
        """The acts proposed for `text`, best evidence first. Never raises on odd text."""
        text = _CONTROL.sub(" ", text)
        language = spoken_language(text, context.language)
        cues = self._cues[language]
        if signal := self._command(text, cues):
            return [Signal.model_validate({"signal": signal})]
        utterance = sort_out(text, cues, self._lexicon)
        asked = context.asked.id if context.asked else ""
        correction = cues.found("correction", text) or asked == "readback"
        acts: list[AnyAct] = []
        acts += self._switch(text, language, context)
        if signal := self._put_off(text, asked, cues):
            return [*acts, Signal.model_validate({"signal": signal})]
        acts += [_question(piece) for piece in utterance.of("question") if not cues.found("progress", piece.text)]
        acts += self._pointed(text, context)
        heard = Told() if acts and isinstance(acts[-1], Answer) else self._heard(utterance, asked)
        named = list(self._named(text, utterance, context, language, correction))
        mended = any(isinstance(act, Fact) and act.correction for act in named)
        acts += self._items(text, utterance, heard, context, correction, mended=mended)
        acts += named
        acts += self._remarks(utterance, context, cues)
        acts += self._signals(text, utterance, heard, context, cues, acts)
        return acts

    def _heard(self, utterance: Utterance, asked: str) -> Told:
        """What is told of the company today, where items are read at all."""
        if asked in NOT_ABOUT_ITEMS:
            return Told()
        return told(Utterance(_bounded(utterance.pieces)), self._head)

    def _command(self, text: str, cues: Cues) -> str | None:
        if len(text.split()) > 25:
            return None
        return next((name for name in ("stop", "erase", "undo") if cues.found(name, text)), None)

    def _put_off(self, text: str, asked: str, cues: Cues) -> str | None:
        """`skip` or `later` when a short turn asks for it; a story or a pain may well hold such words."""
        if asked in ("story", "pains", "goals") and len(text.split()) > 6:
            return None
        return next((name for name in ("skip", "later") if cues.found(name, text) and len(text.split()) <= 25), None)

    def _switch(self, text: str, language: Language, context: Context) -> Iterator[AnyAct]:
        if (match := _SWITCH.search(text)) and len(text.split()) <= 14:
            named: Language = "da" if match[1].casefold() in ("danish", "dansk") else "en"
            if named != context.language:
                yield LanguageChange(language=named)
        elif language != context.language:
            yield LanguageChange(language=language)

    def _items(
        self, text: str, utterance: Utterance, heard: Told, context: Context, correction: bool, *, mended: bool
    ) -> list[AnyAct]:
        """Answers to the asked item and to others; beside a fact that is `mended` only what is surely about the item."""
        evidence = list(heard.pieces)
        asked = context.asked.id if context.asked else ""
        if not evidence:
            return []
        is_item = asked in self._head.items
        whole = " ".join(piece.text for piece in evidence)
        if utterance.of("question") and len(whole.split()) <= SHORT:
            return []
        single = not is_item or len(whole.split()) > LONG_QUOTE or correction
        texts = ([whole] if is_item else []) + ([piece.text for piece in evidence] if single else [])
        if len(texts) == 2 and texts[0] == texts[1]:
            texts, single = texts[:1], False
        features = self._head.features(texts)
        each = features[1 if is_item else 0 :] if single else features[:1]
        acts: list[AnyAct] = []
        unknown = mended or any(piece not in evidence for piece in utterance.of("dont_know", "agree"))
        if is_item and (answer := self._asked(asked, whole, features[:1], evidence, each, text, correction, unknown)):
            answer = answer.model_copy(update={"scores": _doubted(answer.scores, heard.certain)})
            acts.append(answer)
        if heard.certain >= TOLD_UNASKED and not (is_item and acts and not single):
            acts += self._beside(asked, evidence, each if single else features, text, correction)
        return acts

    def _asked(
        self,
        item: str,
        whole: str,
        features: csr_matrix,
        evidence: Sequence[Piece],
        each: csr_matrix,
        text: str,
        correction: bool,
        unknown: bool,
    ) -> Answer | None:
        """The answer to the asked item, unless the words are about something else."""
        short = len(whole.split()) <= SHORT
        if (unknown or not short) and not self._is_about(item, features, unknown=unknown):
            return None
        scores = self._head.stage_probabilities(item, features)[0]
        if short:  # a few words carry as much as they are about the item; the rest of the weight is spread evenly
            own = float(self._head.about(features)[0][self._head.items.index(item)])
            carried = min(1.0, own / CARRIES)
            scores = carried * scores + (1 - carried) / len(scores)
        low = high = int(scores.argmax())
        start, end = evidence[0].start, evidence[-1].end
        if self._head.parted(features)[0] >= PARTED and (span := self._span(item, evidence)):
            low, high = span
        elif len(whole.split()) > LONG_QUOTE and each.shape[0] == len(evidence) > 1:
            part_scores = self._head.stage_probabilities(item, each)
            best = int((part_scores[:, low] * self._head.about(each)[:, self._head.items.index(item)]).argmax())
            start, end = evidence[best].start, evidence[best].end
        return Answer(
            item=item, low=low, high=high, scores=_six(scores), asked=True, quote=text[start:end], start=start,
            end=end, correction=correction,
        )  # fmt: skip

    def _span(self, item: str, evidence: Sequence[Piece]) -> tuple[int, int] | None:
        """Lowest and highest stage of two clauses that are each sure of theirs, at least two stages apart."""
        parts = [part.text for piece in evidence for part in clauses(piece, self._contrast)]
        if len(parts) < 2:
            return None
        features = self._head.features(parts)
        stages = self._head.stage_probabilities(item, features)
        own = self._head.about(features)[:, self._head.items.index(item)]
        weights = stages.max(axis=1) * np.minimum(1.0, own / PART_OWN)
        best = stages.argmax(axis=1)
        pairs = [
            (float(weights[a] * weights[b]), int(best[a]), int(best[b]))
            for a in range(len(parts)) for b in range(len(parts)) if best[b] >= best[a] + 2
        ]  # fmt: skip
        sure, low, high = max(pairs, default=(0.0, 0, 0))
        return (low, high) if sure >= PART_SURE else None

    def _is_about(self, item: str, features: csr_matrix, *, unknown: bool) -> bool:
        about = self._head.about(features)[0]
        own, nothing = about[self._head.items.index(item)], about[-1]
        if unknown:
            return bool(own >= SETTLED)
        if nothing > NOTHING:
            return bool(own >= HARDLY)
        best = int(about[:-1].argmax())
        near = self._head.items[best] in self._neighbours[item]
        return bool(own >= OWN or (near and own >= OWN_NEAR and about[best] < ELSEWHERE))

    def _beside(
        self,
        asked: str,
        evidence: Sequence[Piece],
        features: csr_matrix,
        text: str,
        correction: bool,
    ) -> Iterator[Answer]:
        """Answers to items that were not asked about: only where both item and stage are likely."""
        about = self._head.about(features)
        best: dict[str, tuple[float, int, NDArray[np.float32]]] = {}
        for index in range(len(about)):
            column = int(about[index].argmax())
            if column >= len(self._head.items) or about[index, column] < ITEM_UNASKED:
                continue
            item = self._head.items[column]
            scores = self._head.stage_probabilities(item, features[index : index + 1])[0]
            weight = float(about[index, column] * scores.max())
            sure = len(about) != len(evidence) or self._head.words_tell([evidence[index].text])[0] >= SETTLED
            if sure and item != asked and weight > best.get(item, (0.0,))[0]:
                best[item] = weight, index, scores
        for item, (_, index, scores) in best.items():
            piece = (
                evidence[index]
                if len(about) == len(evidence)
                else Piece(text[evidence[0].start : evidence[-1].end], evidence[0].start)
            )
            stage = int(scores.argmax())
            yield Answer(
                item=item, low=stage, high=stage, scores=_six(scores), asked=False, quote=piece.text, start=piece.start,
                end=piece.end, correction=correction,
            )  # fmt: skip

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
            scores = tuple(float(stage == chosen) for stage in range(6))
            yield Answer(
                item=context.asked.id, low=chosen, high=chosen, scores=_six(scores), asked=True, clicked=True,
                quote=stripped, start=start, end=start + len(stripped),
            )  # fmt: skip

    def _named(
        self, text: str, utterance: Utterance, context: Context, language: Language, correction: bool
    ) -> Iterator[AnyAct]:
        asked = context.asked.id if context.asked else ""
        told = utterance.of("evidence")
        telling = asked in ("story", "pains", "goals", "readback")
        asked_fact = asked.removeprefix("company.") if asked.startswith("company.") else None
        seen: set[tuple[str, object]] = set()
        pieces = utterance.of("evidence", "past", "agree") if correction or asked_fact else told
        for piece in pieces:
            for fact in self._facts[language].read(
                piece, correction=correction, asked=asked_fact, telling=telling, story=asked == "story"
            ):
                if (fact.field, fact.value) not in seen:
                    seen.add((fact.field, fact.value))
                    yield fact
        if asked == "barriers":
            told = utterance.of("evidence", "plan", "past", "hearsay", "jargon", "dont_know")
        yield from mentions.barriers(told, self._lexicon, asked=asked == "barriers", correction=correction)
        spoken = utterance.of("evidence", "plan", "hearsay", "past", "dont_know") if asked == "technologies" else told
        yield from mentions.technologies(text, spoken, self._lexicon, correction=correction)
        if asked == "targets":
            everything = utterance.of("evidence", "plan", "agree", "past", "talk", "jargon")
            yield from mentions.targets(everything, self._lexicon, context.scores)
        if asked == "rating":
            for piece in utterance.of("evidence", "agree", "talk"):
                if rating := mentions.rating(piece):
                    yield rating
                    break

    def _remarks(self, utterance: Utterance, context: Context, cues: Cues) -> Iterator[Pain | Goal]:
        """Pains and goals: every clause when they were asked about, marked ones in the story."""
        asked = context.asked.id if context.asked else ""
        pieces = utterance.of("evidence", "plan", "past", "dont_know")
        if asked == "pains":
            chosen: list[tuple[type[Pain | Goal], Piece]] = [(Pain, p) for p in pieces if _says_something(p, cues)]
        elif asked == "goals":
            chosen = [(Goal, p) for p in (*pieces, *utterance.of("jargon")) if _says_something(p, cues)]
        elif asked == "story":
            chosen = [(Pain, p) for p in utterance.of("evidence") if cues.found("pain", p.text)]
            chosen += [(Goal, p) for p in utterance.of("plan") if cues.found("goal", p.text)]
        else:
            return
        chosen = chosen[:6]
        if not chosen:
            return
        about = self._head.about(self._head.features([piece.text for _, piece in chosen]))
        for (kind, piece), row in zip(chosen, about, strict=True):
            near = [self._head.items[i] for i in row.argsort()[::-1][:2] if i < len(self._head.items) and row[i] >= 0.2]
            yield kind(quote=piece.text, start=piece.start, end=piece.end, about=tuple(near))

    def _signals(
        self, text: str, utterance: Utterance, heard: Told, context: Context, cues: Cues, acts: Sequence[AnyAct]
    ) -> list[AnyAct]:
        asked = context.asked.id if context.asked else ""
        substance = [act for act in acts if not isinstance(act, (Question, LanguageChange))]
        if cues.found("progress", text):
            return [Signal(signal="progress")]
        if asked == "readback" and cues.found("confirm", text) and not any(isinstance(act, Question) for act in acts):
            return [Signal(signal="confirm")]
        if cues.found("nothing_more", text) and not any(isinstance(act, Answer) for act in acts):
            return [Signal(signal="dont_know" if asked in self._head.items else "nothing_more")]
        if any(not isinstance(act, Answer) or act.item == asked for act in substance):
            return []
        if utterance.of("dont_know"):
            return [Signal(signal="dont_know")]
        if utterance.of("agree"):
            return [Signal(signal="agree")]
        if utterance.of("plan", "past", "others", "hearsay", "jargon") or (
            asked in self._head.items and utterance.of("evidence") and not heard.pieces
        ):
            return [Signal(signal="no_evidence")]
        if not acts:
            return [Signal(signal="small_talk" if cues.found("small_talk", text) else "unread")]
        return []


def spoken_language(text: str, default: Language) -> Language:
    """The language of `text` when its small words leave no doubt, else `default`."""
    if len(text.split()) < 6:
        return default
    counts = {language: len(pattern.findall(text)) for language, pattern in _MARKS.items()}
    other: Language = "da" if default == "en" else "en"
    return other if counts[other] >= 3 and counts[other] > 3 * counts[default] else default


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


def _doubted(scores: Sequence[float], certain: float) -> tuple[float, float, float, float, float, float]:
    """`scores` with the weight that is not certain spread evenly."""
    return _six([certain * score + (1 - certain) / len(scores) for score in scores])


def _question(piece: Piece) -> Question:
    return Question(quote=piece.text, start=piece.start, end=piece.end)


def _says_something(piece: Piece, cues: Cues) -> bool:
    return len(piece.text.split()) >= 2 and not cues.found("nothing_more", piece.text)


def _six(scores: Sequence[float] | NDArray[np.float32]) -> tuple[float, float, float, float, float, float]:
    a, b, c, d, e, f = (round(float(value), 4) for value in scores)
    return a, b, c, d, e, f
