"""The plan as a paper: who approved it, where it is going, the steps on a line, each action with causes, both halves and what it takes.

Knows the order of the parts. What the company decided is told by `decided`.
"""

from __future__ import annotations

from assistant.domain.plan import Cause, Plan, Planned, stays
from assistant.domain.planned import Capacity, Step
from assistant.domain.state import State
from assistant.exports import charts
from assistant.exports.document import (
    Block,
    Document,
    Heading,
    Line,
    Listing,
    Paragraph,
    Picture,
    line,
    quiet,
    strong,
)
from assistant.exports.papers.decided import Row, beside, changed_since, named, own_action, settled, table
from assistant.exports.papers.words import PaperWords


def plan(state: State, shown: Plan, words: PaperWords) -> Document:
    """The plan with what the company decided about it, each action with its causes.

    Args:
        state: The conversation that it comes from.
        shown: The plan as it stands, or as it was when a version was approved.
        words: The words of the language, over the actions of the plan.
    """
    own, shared, last = words.papers["plan"], words.shared, shown.approved
    title, note = own["title"], shared["draft_note"]
    blocks: list[Block] = []
    if last is not None:
        if not last.changed:
            title, note = own["approved"].format(version=last.version), shared["approved_note"]
        key = "approved_changed" if last.changed else "approved"
        told = shared[key].format(who=last.who, on=words.day(last.on), version=last.version)
        blocks.append(Paragraph(line(strong(told))))
    blocks += [Paragraph(line(note)), Paragraph(line(quiet(own["rules"])), note=True)]
    if shown.capacity != Capacity():
        blocks.append(Paragraph(line(strong(f"{shared['capacity']}: "), f"{words.capacity(shown.capacity)}.")))
    if shown.capacity.hours is None and shown.steps:
        blocks.append(Paragraph(line(quiet(shared["no_months"])), note=True))
    if last is not None and last.changed:
        blocks += changed_since(state, shown, words)
    blocks += [*_targets(shown, words), *([timeline(shown, words)] if shown.steps else [])]
    for number, step in enumerate(shown.steps, 1):
        blocks += _step(number, step, words)
    blocks += beside(shown, words)
    blocks.append(Paragraph(line(quiet(words.model.attribution[words.language])), note=True))
    return words.document(title, words.subject(state.profile), blocks)


def timeline(shown: Plan, words: PaperWords) -> Picture:
    """The steps from left to right, the company's own actions among the others; months where own hours are known."""
    texts = words.papers["picture"]
    columns, told = [], []
    for number, step in enumerate(shown.steps, 1):
        stage, when = words.replies["plan_stage"][step.stage], ""
        if step.months is not None:
            first, last = step.months
            when = texts["month" if first == last else "months"].format(first=first, last=last)
        mine, planned = {one.id: one for one in step.own}, {one.action: one.decided for one in step.actions}
        titles = tuple(
            named(mine[name].text, mine[name], words) if name in mine else named("", planned[name], words, name)
            for name in step.order
        )
        columns.append(charts.Column(texts["step"].format(number=number), stage, titles, when))
        row = texts["plan_row_months" if when else "plan_row"]
        told.append(row.format(number=number, stage=stage, when=when, titles="; ".join(titles)))
    alternative = texts["plan_alt"].format(rows=" ".join(told))
    caption = texts["plan" if shown.capacity.hours is None else "plan_months"]
    return Picture(charts.steps(columns), alternative, caption, charts.WIDTH)


def cause(one: Cause, words: PaperWords, most: int | None = None) -> Line:
    """Why an action stands in the plan, in words."""
    shared = words.shared
    if one.kind == "finding":
        before, _, after = shared["cause_finding"].partition("{quote}")
        told = before.format(item=words.item(one.what), stage=words.stage(one.stage))
        return line(told if one.quote else told.rstrip(" :"), *words.quote(one.quote, most), after)
    if one.kind == "barrier":
        before, _, after = shared["cause_barrier"].partition("{quote}")
        told = before.format(barrier=words.barrier(one.what))
        return line(told if one.quote else told.rstrip(" ,"), *words.quote(one.quote, most), after)
    if one.kind == "need":
        return line(shared["cause_need"].format(action=words.title(one.what)))
    return line(shared["cause_nothing"])


def _targets(shown: Plan, words: PaperWords) -> list[Block]:
    if not shown.targets:
        return []
    lines = []
    for dimension in words.model.dimensions:
        if dimension.id in shown.targets:
            today, target = shown.today.get(dimension.id), shown.targets[dimension.id]
            chosen = words.shared["target_chosen" if dimension.id in shown.chosen else "target_proposed"]
            lines.append(
                line(words.shared["target_stay" if stays(today, target) else "target"].format(
                    dimension=words.dimension(dimension.id), today=words.number(today), target=target, chosen=chosen,
                ))
            )  # fmt: skip
    return [Heading(words.shared["targets"]), Listing(tuple(lines))]


def _step(number: int, step: Step, words: PaperWords) -> list[Block]:
    blocks: list[Block] = [Heading(f"{number}. {words.replies['plan_stage'][step.stage]}")]
    if step.months is not None:
        first, last = step.months
        key = "month_one" if first == last else "months"
        blocks.append(Paragraph(line(quiet(words.shared[key].format(first=first, last=last))), note=True))
    mine, planned = {one.id: one for one in step.own}, {one.action: one for one in step.actions}
    for name in step.order:
        blocks += own_action(mine[name], words) if name in mine else _action(planned[name], words)
    return blocks


def _action(planned: Planned, words: PaperWords) -> list[Block]:
    action, shared, language = words.actions[planned.action], words.shared, words.language
    kpi = (
        f"{action.kpi.name[language]} ({action.kpi.unit[language]}); {shared['kpi_today']}. {action.kpi.how[language]}"
    )
    rows: list[Row] = [
        *settled(planned.decided, words),
        (shared["because"], tuple(cause(one, words) for one in planned.causes)),
        (shared["hurts"], tuple(words.quote(quote) for quote in planned.hurts)),
        (shared["wished"], tuple(words.quote(quote) for quote in planned.wished)),
        (shared["conventional"], (line(action.conventional[language]),)),
        (shared["digital"], (line(action.digital[language]),)),
        (shared["first_step"], (line(action.first_step[language]),)),
        (shared["effort"], (line(words.effort(action)),)),
        (words.papers["plan"]["cost"], (line(words.cost(action)),)),
        (shared["help"], (line(words.helpers(action)),)),
        (shared["kpi"], (line(kpi),)),
        (shared["risk"], (line(action.risk[language]),)),
        (shared["read"], tuple(line(label) for label in words.reading(action))),
    ]
    return [Heading(words.title(planned.action), 2), table(rows)]
