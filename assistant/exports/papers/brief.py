"""The brief of a student project as a paper. Knows the order of the parts."""

from __future__ import annotations

from typing import Any

from assistant.domain.brief import ProjectBrief, Projects
from assistant.domain.state import State
from assistant.domain.times import latest
from assistant.exports.document import Block, Document, Heading, Line, Listing, Paragraph, line, strong
from assistant.exports.papers.plan import cause
from assistant.exports.papers.words import PaperWords


def brief(state: State, made: ProjectBrief, words: PaperWords, projects: Projects) -> Document:
    """The brief for one action."""
    own: dict[str, Any] = words.papers["brief"]
    action, language = words.actions[made.action], words.language
    kpi = action.kpi.name[language]
    problem: list[Line] = [cause(one, words) for one in made.causes]
    problem += [line(f"{words.papers['guide']['pains']}: ", *words.quote(quote)) for quote in made.pains]
    named = words.titled(kpi)
    deliverables = [text[language].format(kpi=named) for text in projects.deliverables[action.stage]]
    skills = [*(projects.skills[name][language] for name in made.skills), projects.common_skill[language]]
    measure = f"{kpi} ({action.kpi.unit[language]}). {action.kpi.how[language]} {_capital(words.shared['kpi_today'])}."
    blocks: list[Block] = [
        Heading(own["problem"]), Listing(tuple(problem or [line(own["problem_none"])])),
        Heading(own["question"]), Paragraph(line(strong(projects.question[action.stage][language].format(kpi=named)))),
        Heading(own["what"]),
        Listing((
            line(strong(f"{words.shared['conventional']}: "), action.conventional[language]),
            line(strong(f"{words.shared['digital']}: "), action.digital[language]),
        )),
        Heading(own["data"]), Listing(tuple(_data(state, made, words) or [line(own["data_none"])])),
        Heading(own["deliverable"]), Listing(tuple(line(text) for text in deliverables)),
        Heading(own["skills"]), Listing(tuple(line(text) for text in skills)),
        Heading(own["duration"]), Paragraph(line(projects.duration[action.effort.size][language])),
        Heading(own["measure"]), Paragraph(line(measure)),
        Heading(own["mind"]), Paragraph(line(action.risk[language])),
        Heading(own["agree"]), Listing(tuple(line(text) for text in own["agreements"]), "boxes"),
    ]  # fmt: skip
    if read := words.reading(action):
        blocks += [Heading(words.shared["read"]), Listing(tuple(line(label) for label in read))]
    return words.document(f"{own['title']}: {words.title(made.action)}", words.subject(state.profile), blocks)


def _data(state: State, made: ProjectBrief, words: PaperWords) -> list[Line]:
    own, known = words.papers["brief"], latest(state)
    lines = []
    for item in made.data:
        found = known.findings[item]
        lines.append(line(strong(f"{words.item(item)}: "), f"{words.stage(found.stage)} ", *words.quote(found.quote)))
    for field, form in (("systems", own["data_systems"]), ("machines", own["data_machines"])):
        if names := [str(fact.value) for fact in known.facts if fact.field == field]:
            lines.append(line(form.format(names=", ".join(names))))
    return lines


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
