"""The content check: loads everything under knowledge/ and prompts/ and resolves every reference. Knows what must fit; mends nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import get_args

from assistant.content import Knowledge
from assistant.domain.maturity import LANGUAGES, STAGES
from assistant.domain.plan import PLAN_STAGES
from assistant.errors import UserError
from assistant.library.documents import Document
from assistant.library.loaders.markdown import load
from assistant.library.passages import sentence_spans
from assistant.models import JOBS
from assistant.reading.cues import Cues
from assistant.reading.lexicon import Lexicon
from assistant.reading.private import PrivateWords
from assistant.reading.wishes import ANSWER, Wish


@dataclass(frozen=True)
class Part:
    """One part of the check: how much was looked at, and what is wrong."""

    name: str
    looked_at: int
    problems: list[str]


def check(knowledge: Knowledge) -> list[Part]:
    """Checks all content; a part that cannot be loaded is a problem of its own, and the rest is still looked at."""
    parts: list[tuple[str, Callable[[Knowledge], tuple[int, list[str]]]]] = [
        ("maturity model", _maturity),
        ("actions", _actions),
        ("replies", _replies),
        ("prompts", _prompts),
        ("guide", _guide),
        ("reading", _reading),
        ("library", _library),
        ("sources", _sources),
        ("noted questions", _questions),
    ]
    results = []
    for name, look in parts:
        try:
            results.append(Part(name, *look(knowledge)))
        except UserError as error:
            results.append(Part(name, 0, [str(error)]))
    return results


def _maturity(knowledge: Knowledge) -> tuple[int, list[str]]:
    model = knowledge.model
    problems = []
    for item in model.items.values():
        for language in LANGUAGES:
            texts = [text for stage in STAGES for text in item.exemplars[stage][language]]
            if twice := {text for text in texts if texts.count(text) > 1}:
                problems.append(f"{item.id}: exemplar stands twice ({language}): {min(twice)!r}; take one out.")
    return len(model.items), problems


def _actions(knowledge: Knowledge) -> tuple[int, list[str]]:
    actions = knowledge.actions
    problems = []
    for item in knowledge.model.items:
        lifting = [a for a in actions.values() if a.lifts and a.lifts.item == item]
        for stage in range(5):
            fits = [a for a in lifting if a.when.items[item][0] <= stage <= a.when.items[item][1]]
            if not [a for a in fits if not a.when.technologies and not a.when.barriers]:
                problems.append(f"{item}: no action lifts it from stage {stage}; write one.")
            elif stage and not [
                a for a in fits if a.stage != "analyse" and not a.when.technologies and not a.when.barriers
            ]:
                problems.append(
                    f"{item}: from stage {stage} nothing follows the analysis; write an action that solves it."
                )
        lowest = [a for a in lifting if a.when.items[item][0] == 0]
        if lowest and min(PLAN_STAGES.index(a.stage) for a in lowest) != 0:
            problems.append(f"{item}: nothing analyses the problem at stage 0; write an action of stage analyse.")
    problems += [
        f"{barrier}: stops actions and no action of stage analyse is made to meet it; write one."
        for barrier in sorted({barrier for action in actions.values() for barrier in action.blocked_by})
        if not [a for a in actions.values() if barrier in a.meets and not a.when.items and a.stage == "analyse"]
    ]
    return len(actions), problems


def _replies(knowledge: Knowledge) -> tuple[int, list[str]]:
    return len(knowledge.replies("en")) + len(knowledge.replies("da")), []


def _prompts(knowledge: Knowledge) -> tuple[int, list[str]]:
    return len([knowledge.prompt(name, variables) for name, variables in JOBS.items()]), []


def _guide(knowledge: Knowledge) -> tuple[int, list[str]]:
    """Words of the papers, what to bring to a meeting, what briefs say."""
    words = [knowledge.papers(language) for language in LANGUAGES]
    return sum(map(len, words)) + len(knowledge.meeting.bring) + len(knowledge.projects.skills), []


def _reading(knowledge: Knowledge) -> tuple[int, list[str]]:
    for language in LANGUAGES:
        Cues(knowledge.reading(f"cues.{language}"), f"cues.{language}.yaml")
    lexicon = Lexicon(knowledge.reading("lexicon"), "lexicon.yaml")
    PrivateWords(knowledge.reading("private"), "private.yaml")
    known = {barrier.id for barrier in knowledge.model.barriers}
    problems = [f"lexicon.yaml: unknown barrier {name!r}; correct it." for name in set(lexicon.barriers_said) ^ known]
    turns, wishes = knowledge.reading("turns"), {*get_args(Wish), ANSWER}
    problems += [
        f"turns.yaml: {language} has {name!r}, or lacks it; there must be turns of each of {', '.join(sorted(wishes))}."
        for language in LANGUAGES
        for name in sorted(wishes ^ {label for label, texts in turns.get(language, {}).items() if texts})
    ]
    return len(LANGUAGES) + 3, problems


def _library(knowledge: Knowledge) -> tuple[int, list[str]]:
    documents, problems = _loaded(knowledge)
    for document in documents.values():
        problems += [
            f"{document.key}: reference {reference.key!r} is named nowhere; name it or take it out."
            for reference in document.references
            if all(reference.key != key for section in document.sections for _, key in section.references)
        ]
    problems += _pairs(documents)
    return len(documents), problems


def _sources(knowledge: Knowledge) -> tuple[int, list[str]]:
    """Every item and every action points to sections that exist, in both languages."""
    documents, _ = _loaded(knowledge)
    there = {
        f"{document.id}#{section.anchor}"
        for document in documents.values()
        for section in document.sections
        if document.language == "en" and f"{document.id}.da" in documents
    }
    named = {name: item.sources for name, item in knowledge.model.items.items()}
    named |= {name: action.sources for name, action in knowledge.actions.items()}
    problems = [f"{name}: names no source; point it to a section of the library." for name in named if not named[name]]
    for name, sources in named.items():
        problems += [
            f"{name}: source {source!r} is no section of the library; correct it, for example to {min(there, default='')!r}."
            for source in sources
            if source not in there
        ]
    return sum(map(len, named.values())), problems


def _questions(knowledge: Knowledge) -> tuple[int, list[str]]:
    """Every noted question belongs to a section that exists, and none is both answered and not."""
    documents, _ = _loaded(knowledge)
    there = {f"{d.id}#{section.anchor}" for d in documents.values() if d.language == "en" for section in d.sections}
    problems = [
        f"knowledge/asked: {name!r} is no section of the library; correct it, for example to {min(there, default='')!r}."
        for name in knowledge.asked
        if name not in there
    ]
    problems += _beginnings(knowledge, documents)
    answered = {question.casefold() for of in knowledge.asked.values() for question in of.en | of.da}
    problems += [
        f"knowledge/beyond: {question!r} also stands in knowledge/asked; take one of them out."
        for question in knowledge.beyond
        if question.casefold() in answered
    ]
    return len(answered) + len(knowledge.beyond), problems


def _beginnings(knowledge: Knowledge, documents: dict[str, Document]) -> Iterator[str]:
    """Every answer that is noted begins one sentence of its section, in each language."""
    english = {f"{d.id}#{section.anchor}": (d.id, n) for d in documents.values() if d.language == "en"
               for n, section in enumerate(d.sections)}  # fmt: skip
    for name, of in knowledge.asked.items():
        for language in LANGUAGES if name in english else ():
            key, number = english[name]
            there = documents.get(f"{key}.{language}")
            if there is None or number >= len(there.sections):
                continue  # told by _pairs
            text = there.sections[number].text
            sentences = [text[start:end] for start, end in sentence_spans(text)]
            for begin in (start for answer in of.answers for start in (answer.da if language == "da" else answer.en)):
                if sum(sentence.startswith(begin) for sentence in sentences) != 1:
                    yield f"knowledge/asked: {name!r}: {begin!r} does not begin one sentence of it; write how it begins now."


def _loaded(knowledge: Knowledge) -> tuple[dict[str, Document], list[str]]:
    """The shipped documents by key, and what is wrong with those that do not load."""
    problems: list[str] = []
    documents: dict[str, Document] = {}
    for path in knowledge.documents():
        try:
            document = load(path)
        except UserError as error:
            problems.append(str(error))
            continue
        documents[document.key] = document
        if path.name != f"{document.id}.{document.language}.md":
            problems.append(f"{path}: must be called {document.id}.{document.language}.md by its front matter.")
    return documents, problems


def _pairs(documents: dict[str, Document]) -> Iterator[str]:
    for name in sorted({document.id for document in documents.values()}):
        pair = [documents.get(f"{name}.{language}") for language in LANGUAGES]
        if None in pair:
            missing = LANGUAGES[pair.index(None)]
            yield f"{name}: stands in one language only; write {name}.{missing}.md."
            continue
        english, danish = (document.sections for document in pair if document is not None)
        if len(english) != len(danish):
            yield f"{name}: has {len(english)} sections in English and {len(danish)} in Danish; give both the same."
            continue
        for one, other in zip(english, danish, strict=True):
            if {key for _, key in one.references} != {key for _, key in other.references}:
                yield f"{name}: {one.anchor!r} names other references in Danish; name the same in both."
            if _bullets(one.text) != _bullets(other.text):
                yield f"{name}: {one.anchor!r} has another number of list lines in Danish; give both the same."


def _bullets(text: str) -> int:
    return sum(line.startswith(("- ", "  ")) or line[:1].isdigit() for line in text.splitlines())
