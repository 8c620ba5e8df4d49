"""The plan as a paper: where it is going, the steps on a line, each action with causes, both halves and what it takes.

Knows the order of the parts. What the company decided about an action (`Decision`) is shown where it is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from assistant.domain.plan import Cause, Plan, Planned
from assistant.domain.profile import score
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
    Table,
    line,
    quiet,
    strong,
)
from assistant.exports.papers.words import PaperWords


@dataclass(frozen=True)
class Decision:
    """What the company decided about one action; every part may be missing."""

    status: Literal["proposed", "approved", "changed", "rejected", "own", "done"] = "proposed"
    owner: str = ""
    month: str = ""
    reason: str = ""
    text: str = ""
    """The company's own wording."""


Decisions = Mapping[str, Decision]


def plan(
    state: State, draft: Plan, words: PaperWords, decisions: Decisions = MappingProxyType({}), approved: str = ""
) -> Document:
    """The plan, each action with its causes.

    Args:
        state: The conversation that it was drafted from.
        draft: The plan.
        words: The words of the language.
        decisions: Action -> what the company decided about it.
        approved: Who approved it and when, in words; empty for a draft.
    """
    own = words.papers["plan"]
    title = own["approved"] if approved else own["title"]
    note = line(approved) if approved else line(words.shared["draft_note"])
    blocks: list[Block] = [Paragraph(note), Paragraph(line(quiet(own["rules"])), note=True)]
    blocks += [*_targets(state, draft, words), *([timeline(draft, words)] if draft.steps else [])]
    for number, step in enumerate(draft.steps, 1):
        blocks.append(Heading(f"{number}. {words.replies['plan_stage'][step.stage]}"))
        for planned in step.actions:
            blocks += _action(planned, words, decisions.get(planned.action))
    if draft.left_out:
        lines = [
            line(
                words.shared["left_out_line"].format(
                    action=words.title(left.action), barrier=words.barrier(left.barrier)
                )
            )
            for left in draft.left_out
        ]
        blocks += [Heading(words.shared["left_out"]), Listing(tuple(lines))]
    turned_down = [
        line(strong(words.title(name)), f": {decision.reason}" if decision.reason else "")
        for name, decision in decisions.items()
        if decision.status == "rejected" and name in words.actions
    ]
    if turned_down:
        blocks += [Heading(own["rejected"]), Listing(tuple(turned_down))]
    blocks.append(Paragraph(line(quiet(words.model.attribution[words.language])), note=True))
    return words.document(title, words.subject(state.profile), blocks)


def timeline(draft: Plan, words: PaperWords) -> Picture:
    """The steps from left to right."""
    texts = words.papers["picture"]
    columns, told = [], []
    for number, step in enumerate(draft.steps, 1):
        stage = words.replies["plan_stage"][step.stage]
        titles = tuple(words.title(planned.action) for planned in step.actions)
        columns.append(charts.Column(texts["step"].format(number=number), stage, titles))
        told.append(texts["plan_row"].format(number=number, stage=stage, titles="; ".join(titles)))
    alternative = texts["plan_alt"].format(rows=" ".join(told))
    return Picture(charts.steps(columns), alternative, texts["plan"], charts.WIDTH)


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


def _targets(state: State, draft: Plan, words: PaperWords) -> list[Block]:
    if not draft.targets:
        return []
    scores = score(state.profile, words.model).dimensions
    lines = []
    for dimension in words.model.dimensions:
        if dimension.id in draft.targets:
            today, target = scores[dimension.id], draft.targets[dimension.id]
            stays = today is not None and target <= today
            chosen = words.shared["target_chosen" if dimension.id in draft.chosen else "target_proposed"]
            lines.append(
                line(words.shared["target_stay" if stays else "target"].format(
                    dimension=words.dimension(dimension.id), today=words.number(today), target=target, chosen=chosen,
                ))
            )  # fmt: skip
    return [Heading(words.shared["targets"]), Listing(tuple(lines))]


def _action(planned: Planned, words: PaperWords, decision: Decision | None) -> list[Block]:
    action, shared, language = words.actions[planned.action], words.shared, words.language
    own = words.papers["plan"]
    kpi = (
        f"{action.kpi.name[language]} ({action.kpi.unit[language]}); {shared['kpi_today']}. {action.kpi.how[language]}"
    )
    rows: list[tuple[str, tuple[Line, ...]]] = [
        (shared["because"], tuple(cause(one, words) for one in planned.causes)),
        (shared["conventional"], (line(action.conventional[language]),)),
        (shared["digital"], (line(action.digital[language]),)),
        (shared["first_step"], (line(action.first_step[language]),)),
        (shared["effort"], (line(words.effort(action)),)),
        (own["cost"], (line(words.cost(action)),)),
        (shared["help"], (line(words.helpers(action)),)),
        (shared["kpi"], (line(kpi),)),
        (shared["risk"], (line(action.risk[language]),)),
    ]
    if read := words.reading(action):
        rows.append((shared["read"], tuple(line(label) for label in read)))
    if decision is not None:
        rows = [*_decided(decision, words), *rows]
    table = Table(
        ("", ""), tuple(((line(strong(name)),), lines) for name, lines in rows), (24, 90), headless=True,
    )  # fmt: skip
    return [Heading(words.title(planned.action), 2), table]


def _decided(decision: Decision, words: PaperWords) -> list[tuple[str, tuple[Line, ...]]]:
    own = words.papers["plan"]
    rows = [
        (own["status"], own["status_of"][decision.status]), (own["owner"], decision.owner), (own["month"], decision.month),
        (own["reason"], decision.reason), (own["work"], decision.text),
    ]  # fmt: skip
    return [(name, (line(text),)) for name, text in rows if text]
