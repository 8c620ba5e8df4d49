"""The conversation guide as a paper of two pages. Knows the order of the parts and how much of each fits.

Quotes are shortened here and stand whole in the profile; where a part has more than fits, it says how many more there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.domain.guide import ConversationGuide, Doubt, Meeting
from assistant.domain.profile import FactFinding
from assistant.domain.state import State
from assistant.exports.document import (
    Block,
    Document,
    Heading,
    Line,
    Listing,
    Notes,
    Paragraph,
    Table,
    line,
    quiet,
    shortened,
    strong,
)
from assistant.exports.papers.words import PaperWords, first_sentence

QUOTE, QUESTION = 110, 110
"""Characters of a quote and of a parked question."""
VERIFIED, PARKED, REMARKS, BROUGHT = 8, 5, 2, 5
"""Rows or lines of a part at the most."""
NOTE_LINES = 14
_EACH = 3
"""Minutes for one open item."""


def guide(
    state: State, made: ConversationGuide, words: PaperWords, meeting: Meeting, near: Mapping[str, Sequence[str]],
) -> Document:  # fmt: skip
    """The guide for a meeting.

    Args:
        state: The conversation that it was made from.
        made: What to take to the meeting.
        words: The words of the language.
        meeting: What can be brought.
        near: Parked question -> labels of the nearest passages.
    """
    own: dict[str, Any] = words.papers["guide"]
    blocks: list[Block] = []
    if not state.profile.findings and not state.profile.facts:
        blocks.append(Paragraph(line(own["bare"])))
    blocks += [*_hour(made, words, meeting), *_known(state, made, words), *_verify(state, made, words)]
    blocks += [*_ask(made, words), *_barriers(state, made, words), *_ideas(made, words), *_parked(made, words, near)]
    blocks.append(Notes(own["notes"], NOTE_LINES if len(made.ask) < 12 else NOTE_LINES // 2))
    return words.document(own["title"], words.subject(state.profile, made.sector, made.employees), blocks, compact=True)


def _hour(made: ConversationGuide, words: PaperWords, meeting: Meeting) -> list[Block]:
    own = words.papers["guide"]
    rows = tuple(((line(str(part.minutes)),), (line(own["phases"][part.phase]),)) for part in made.agenda)
    things = {thing.id: thing.text[words.language] for thing in meeting.bring}
    bring = tuple(line(things[name]) for name in made.bring[:BROUGHT])
    return [
        Heading(own["agenda"]), Table((own["minutes"], own["part"]), rows, (7, 105), numbers=frozenset({0})),
        Heading(own["bring"]), Listing(bring, "boxes"),
    ]  # fmt: skip


def _known(state: State, made: ConversationGuide, words: PaperWords) -> list[Block]:
    own, known = words.papers["guide"], state.profile
    blocks: list[Block] = [Heading(own["known"])]
    lines = []
    facts = known.company()
    if facts:
        shown = [
            f"{words.replies['field'][field]}: {_values(field, value, words)}" for field, value in facts.items()
        ]  # fmt: skip
        lines.append(line(strong(f"{words.shared['company']}: "), shortened("; ".join(shown), 330) + "."))
    if made.missing_facts:
        missing = ", ".join(words.replies["field"][field] for field in made.missing_facts)
        lines.append(line(strong(f"{own['missing']}: "), f"{missing}."))
    for heading, remarks in ((own["pains"], known.pains), (own["goals"], known.goals)):
        if remarks:
            one = line(strong(f"{heading}: "))
            for remark in remarks[:REMARKS]:
                one += (*words.quote(remark.quote, QUOTE), *line(" "))
            if len(remarks) > REMARKS:
                one += line(quiet(words.papers["more"].format(count=len(remarks) - REMARKS)))
            lines.append(one)
    blocks.append(Listing(tuple(lines)))
    sure = [name for name in made.known if name not in _doubted(made)]
    if sure:
        rows = tuple(
            (
                (line(strong(words.item(name))),), (line(words.stage(known.findings[name].stage)),),
                (words.quote(known.findings[name].quote, QUOTE),),
            )
            for name in sure
        )  # fmt: skip
        blocks.append(Table((own["known_item"], own["known_stage"], own["known_words"]), rows, (30, 24, 72)))
    return blocks


def _doubted(made: ConversationGuide) -> set[str]:
    return {doubt.what for doubt in made.verify[:VERIFIED]}


def _values(field: str, value: int | str | list[int | str], words: PaperWords) -> str:
    values = value if isinstance(value, list) else [value]
    return ", ".join(shortened(words.fact(field, one), 60) for one in values)


def _verify(state: State, made: ConversationGuide, words: PaperWords) -> list[Block]:
    if not made.verify:
        return []
    own = words.papers["guide"]
    rows = tuple(_doubt(doubt, state, words) for doubt in made.verify[:VERIFIED])
    blocks: list[Block] = [
        Heading(own["verify"]), Table((own["verify_what"], own["verify_why"], own["verify_ask"]), rows, (42, 40, 44)),
    ]  # fmt: skip
    if rest := made.verify[VERIFIED:]:
        blocks.append(Paragraph(line(quiet(words.papers["more"].format(count=len(rest)) + ".")), note=True))
    return blocks


def _doubt(doubt: Doubt, state: State, words: PaperWords) -> tuple[tuple[Line, ...], ...]:
    own = words.papers["guide"]
    if doubt.what == "profile":
        return (line(strong(own["whole"])),), (line(own["reasons"]["high_everywhere"]),), (line(own["whole_ask"]),)
    fact = state.profile.fact(doubt.what.removeprefix("company.")) if doubt.what.startswith("company.") else None
    if fact is not None:
        return _fact_doubt(fact, words)
    found = state.profile.findings[doubt.what]
    reasons = "; ".join(own["reasons"][reason].format(stage=_plain_stage(found.stage)) for reason in doubt.reasons)
    what: list[Line] = [
        line(strong(words.item(doubt.what)), f": {words.stage(found.stage)}" if found.stage is not None else "")
    ]
    what += [words.quote(quote, 80) for quote in (found.quote, found.against) if quote]
    return tuple(what), (line(reasons),), (line(words.model.items[doubt.what].probes[0][words.language]),)


def _fact_doubt(fact: FactFinding, words: PaperWords) -> tuple[tuple[Line, ...], ...]:
    own = words.papers["guide"]
    quotes = [fact.quote, fact.conflict.quote] if fact.conflict else [fact.quote]
    settle = words.replies["settle_fact"]
    asked = settle.format(first=shortened(quotes[0].text, 40), second=shortened(quotes[-1].text, 40))
    what = (line(strong(words.replies["field"][fact.field])), *(words.quote(quote, 70) for quote in quotes))
    return what, (line(own["reasons"]["conflict"]),), (line(asked),)


def _plain_stage(stage: int | tuple[int, int] | None) -> str:
    return "–".join(map(str, stage)) if isinstance(stage, tuple) else str(stage)


def _ask(made: ConversationGuide, words: PaperWords) -> list[Block]:
    if not made.ask:
        return []
    own, language = words.papers["guide"], words.language
    minutes = next((part.minutes for part in made.agenda if part.phase == "ask"), 0)
    rows = []
    for name in made.ask:
        item = words.model.items[name]
        probes = tuple(line(f"– {probe[language]}") for probe in item.probes)
        rows.append(((line(strong(words.item(name))),), (line(item.question[language]),), probes))
    note = own["ask_note"].format(count=max(1, minutes // _EACH), minutes=minutes)
    blocks: list[Block] = [Heading(own["ask"])]
    if minutes // _EACH < len(made.ask):
        blocks.append(Paragraph(line(quiet(note)), note=True))
    return [*blocks, Table((own["ask_item"], own["ask_question"], own["ask_probes"]), tuple(rows), (20, 42, 64))]


def _barriers(state: State, made: ConversationGuide, words: PaperWords) -> list[Block]:
    own = words.papers["guide"]
    lines = []
    for heading, names in ((own["mentioned"], made.mentioned), (own["ruled_out"], made.ruled_out)):
        if names:
            one = line(strong(f"{heading}: "))
            for at, name in enumerate(names):
                one += line(
                    "; " if at else "", f"{words.barrier(name)} ", *words.quote(state.profile.barriers[name].quote, 60)
                )
            lines.append(one)
    if made.not_mentioned:
        lines.append(line(strong(f"{own['not_mentioned']}: "), ", ".join(map(words.barrier, made.not_mentioned)) + "."))
    return [Heading(own["barriers"]), Listing(tuple(lines))]


def _ideas(made: ConversationGuide, words: PaperWords) -> list[Block]:
    if not made.ideas:
        return []
    own, rows = words.papers["guide"], []
    for name in made.ideas:
        action = words.actions[name]
        first: list[Line] = [line(strong(words.title(name)))]
        if read := words.reading(action):
            first.append(line(quiet(own["read"].format(source=read[0]))))
        halves = (first_sentence(text[words.language]) for text in (action.conventional, action.digital))
        rows.append((tuple(first), *((line(half),) for half in halves)))
    return [Heading(own["ideas"]), Table((own["idea"], own["conventional"], own["digital"]), tuple(rows), (40, 43, 43))]


def _parked(made: ConversationGuide, words: PaperWords, near: Mapping[str, Sequence[str]]) -> list[Block]:
    if not made.parked:
        return []
    own, lines = words.papers["guide"], []
    for question in made.parked[:PARKED]:
        one = line(words.titled(shortened(question, QUESTION)))
        if found := near.get(question):
            one += line(quiet(f" {own['nearest'].format(sources='; '.join(found))}"))
        lines.append(one)
    if rest := len(made.parked) - PARKED:
        lines += [line(quiet(words.papers["more"].format(count=rest)))] if rest > 0 else []
    return [Heading(own["parked"]), Listing(tuple(lines))]
