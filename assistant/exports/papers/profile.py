"""The profile as a paper: pictures, every finding with its words, barriers, technologies. Knows the order of the parts."""

from __future__ import annotations

from typing import Any

from assistant.domain.plan import stays, targets_of
from assistant.domain.profile import BarrierFinding, Scores, TechnologyFinding, score
from assistant.domain.state import State
from assistant.domain.times import Comparison
from assistant.exports import charts
from assistant.exports.document import (
    Block,
    Document,
    Heading,
    Line,
    Listing,
    Paragraph,
    Picture,
    Table,
    line,
    quiet,
    strong,
)
from assistant.exports.papers.times import over_time
from assistant.exports.papers.words import PaperWords


def profile(state: State, words: PaperWords, times: Comparison | None = None) -> Document:
    """The whole profile with quotes, turns and scores; all `times` side by side where the company was asked more than once."""
    own: dict[str, Any] = words.papers["profile"]
    scores = score(state.profile, words.model)
    nothing = own["nothing"].format(of=scores.of)
    blocks: list[Block] = [Paragraph(line(strong(_overall(scores, words) if scores.assessed else nothing)))]
    if state.profile.rating is not None:
        blocks.append(Paragraph(line(own["rating"].format(rating=state.profile.rating))))
    blocks += [Heading(own["overview"]), picture(state, words), coverage(state, words)]
    blocks += _company(state, words)
    for dimension in words.model.dimensions:
        blocks.append(Heading(f"{words.dimension(dimension.id)}: {words.number(scores.dimensions[dimension.id])}"))
        rows = tuple(_row(item, state, words) for item in dimension.items)
        blocks.append(Table((own["item"], own["stage"], own["words"]), rows, (26, 26, 60)))
    blocks += [*_said(state, words), *_advised(state, words)]
    blocks += over_time(times, words) if times is not None else []
    blocks += [Heading(own["readers"]), Listing(tuple(
        line(strong(f"{number} {stage.title[words.language]}: "), stage.gist[words.language])
        for number, stage in enumerate(words.model.stages)
    ))]  # fmt: skip
    blocks.append(Paragraph(line(quiet(words.model.attribution[words.language])), note=True))
    return words.document(own["title"], words.subject(state.profile), blocks)


def picture(state: State, words: PaperWords) -> Picture:
    """Today and target for each dimension, today for each item."""
    texts = words.papers["picture"]
    known, scores = state.profile, score(state.profile, words.model).dimensions
    targets = targets_of(known, words.model)
    rows: list[charts.Bar] = []
    told: list[str] = []
    for dimension in words.model.dimensions:
        name, value, target = words.dimension(dimension.id), scores[dimension.id], targets.get(dimension.id)
        as_it_is = stays(value, target)
        rows.append(charts.Bar(name, value, value, words.number(value), None if as_it_is else target, head=True))
        form = texts["profile_row" if target is None else "profile_stay" if as_it_is else "profile_goal"]
        told.append(form.format(name=name, today=words.number(value), target=target))
        for item in dimension.items:
            found = known.findings.get(item)
            stage = found.stage if found else None
            low, high = stage if isinstance(stage, tuple) else (stage, stage)
            shown = texts["between"].format(low=low, high=high) if low != high else str(low)
            shown = words.shared["not_assessed"] if low is None else shown
            rows.append(charts.Bar(words.item(item), low, high, shown))
            told.append(texts["profile_row"].format(name=words.item(item), today=shown))
    alternative = texts["profile_alt"].format(rows="; ".join(told) + ".")
    png = charts.bars(rows, words.papers["today"], words.papers["target"])
    return Picture(png, alternative, texts["profile"], charts.WIDTH)


def coverage(state: State, words: PaperWords) -> Picture:
    """How much of the interview the profile rests on."""
    texts = words.papers["picture"]
    scores = score(state.profile, words.model)
    groups = [
        (words.dimension(d.id), [_state_of(item, state) for item in d.items]) for d in words.model.dimensions
    ]  # fmt: skip
    told = "; ".join(
        texts["coverage_row"].format(name=name, assessed=sum(s in ("sure", "doubtful") for s in states), of=len(states))
        for name, states in groups
    )
    legend: list[tuple[charts.State, str]] = [
        (name, texts["legend"][name]) for name in ("sure", "doubtful", "left", "unasked")
    ]
    return Picture(
        charts.squares(groups, legend), texts["coverage_alt"].format(rows=told + "."),
        texts["coverage"].format(assessed=scores.assessed, of=scores.of), charts.WIDTH,
    )  # fmt: skip


def _state_of(item: str, state: State) -> charts.State:
    found = state.profile.findings.get(item)
    if found is None:
        return "unasked"
    if found.stage is None:
        return "left"
    return "sure" if found.status == "recorded" else "doubtful"


def _overall(scores: Scores, words: PaperWords) -> str:
    shown = words.number(scores.overall)
    return str(words.shared["score"].format(score=shown, assessed=scores.assessed, of=scores.of))


def _company(state: State, words: PaperWords) -> list[Block]:
    if not state.profile.facts:
        return []
    lines: list[Line] = []
    for fact in state.profile.facts:
        shown = words.fact(fact.field, fact.value)
        one = line(strong(f"{words.replies['field'][fact.field]}: "), f"{shown} ", *words.quote(fact.quote))
        one += _settled(fact.settled_by, words)
        if fact.conflict is not None:
            before, _, after = words.papers["conflict_note"].partition("{quote}")
            one += line(f"; {before}", *words.quote(fact.conflict.quote), after)
        lines.append(one)
    return [Heading(words.shared["company"]), Listing(tuple(lines))]


def _row(item: str, state: State, words: PaperWords) -> tuple[tuple[Line, ...], ...]:
    found = state.profile.findings.get(item)
    said = [words.quote(found.quote) + _settled(found.settled_by, words)] if found and found.quote else []
    if found and found.against:
        before, _, after = words.papers["conflict_note"].partition("{quote}")
        said.append(line(before, *words.quote(found.against), after))
    return (line(strong(words.item(item))),), (line(words.finding(found)),), tuple(said)


def _settled(by: str, words: PaperWords) -> Line:
    return line(quiet(f" {words.papers['profile']['settled_by'].format(name=by)}")) if by else ()


def _said(state: State, words: PaperWords) -> list[Block]:
    known, own = state.profile, words.papers["profile"]
    technologies = [technology_line(words, said) for said in known.technologies.values()]
    parts: list[tuple[str, list[Line]]] = [
        (words.shared["pains"], [words.quote(remark.quote) for remark in known.pains]),
        (words.shared["goals"], [words.quote(remark.quote) for remark in known.goals]),
        (words.shared["barriers"], barrier_lines(state, words)),
        (words.shared["technologies"], technologies),
        (words.shared["parked"], [line(question) for question in state.parked]),
    ]
    blocks: list[Block] = []
    for heading, lines in parts:
        if lines:
            blocks += [Heading(heading), Listing(tuple(lines))]
    if known.barriers:
        silent = [words.barrier(one.id) for one in words.model.barriers if one.id not in known.barriers]
        if silent:
            blocks.append(Paragraph(line(quiet(f"{own['barriers_open']}: {', '.join(silent)}.")), note=True))
    return blocks


def _advised(state: State, words: PaperWords) -> list[Block]:
    """What advisers added, marked as theirs."""
    own = words.papers["profile"]
    lines: list[Line] = []
    for one in state.advised:
        about = own["adviser_on"].format(name=one.name, on=words.day(one.on), what=words.item(one.item))
        stage = "" if one.stage is None else f"{words.stage(one.stage)}. "
        lines.append(line(strong(about), f" {stage}{one.text}"))
    for answer in state.answered:
        what = words.titled(answer.question)
        about = own["adviser_on"].format(name=answer.name, on=words.day(answer.on), what=what)
        lines.append(line(strong(about), f" {answer.text}"))
    return [Heading(own["advisers"]), Listing(tuple(lines))] if lines else []


def barrier_lines(state: State, words: PaperWords) -> list[Line]:
    """The barriers that were spoken of, those in the way first."""
    own = words.papers["profile"]

    def told(said: BarrierFinding, what: str) -> Line:
        return line(strong(f"{words.barrier(said.barrier)} ({what}): "), *words.quote(said.quote))

    known = state.profile.barriers.values()
    return [told(said, own["barriers_said"].lower()) for said in known if said.status == "mentioned"] + [
        told(said, own["barriers_ruled_out"].lower()) for said in known if said.status == "ruled_out"
    ]


def technology_line(words: PaperWords, said: TechnologyFinding, most: int | None = None) -> Line:
    """Use of and interest in one technology with its words."""
    own = words.papers["profile"]
    use = own["not_said"] if said.use is None else words.replies["use"][said.use]
    interest = words.replies["interest"][said.interested]
    shown = own["technology_line"].format(name=words.technology(said.technology), use=use)
    return line(strong(shown), f"{', ' + interest if interest else ''}: ", *words.quote(said.quote, most))
