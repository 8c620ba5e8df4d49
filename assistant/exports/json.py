"""Profile, plan, times, guide, brief and region as plain JSON values. Knows the shapes that files and scripts rely on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from assistant.domain.brief import ProjectBrief, Projects
from assistant.domain.guide import ConversationGuide, Meeting
from assistant.domain.maturity import Language, MaturityModel
from assistant.domain.plan import Action, Cause, Plan
from assistant.domain.profile import Finding, Quote, score
from assistant.domain.region import LEAST, RegionReport
from assistant.domain.state import State
from assistant.domain.times import Comparison, latest

AUTOMATED: dict[Language, str] = {
    "en": "Drawn up automatically by Vejviser from the company's own words; no language model scored anything.",
    "da": "Lavet automatisk af Vejviser ud fra virksomhedens egne ord; ingen sprogmodel har sat trin.",
}


def profile(state: State, model: MaturityModel) -> dict[str, Any]:
    """`{company, items, barriers, technologies, pains, goals, targets, rating, scores, parked, …}`; stages are 0 to 5."""
    known = state.profile
    scores = score(known, model)
    return {
        "model": model.id,
        "attribution": model.attribution[state.language],
        "automated": AUTOMATED[state.language],
        "language": state.language,
        "company": known.company(),
        "facts": [
            {"field": fact.field, "value": fact.value, "settled_by": fact.settled_by, **_quoted(fact.quote)}
            for fact in known.facts
        ],
        "items": {item: finding(known.findings.get(item)) for item in model.order},
        "barriers": {
            barrier.id: known.barriers[barrier.id].status if barrier.id in known.barriers else "not_mentioned"
            for barrier in model.barriers
        },
        "barrier_quotes": {name: _quoted(barrier.quote) for name, barrier in known.barriers.items()},
        "technologies": {
            technology.id: {"use": said.use, "interested": said.interested, **_quoted(said.quote)}
            if (said := known.technologies.get(technology.id))
            else {"use": None, "interested": "unknown"}
            for technology in model.technologies
        },
        "pains": [{"about": list(remark.about), **_quoted(remark.quote)} for remark in known.pains],
        "goals": [{"about": list(remark.about), **_quoted(remark.quote)} for remark in known.goals],
        "targets": known.targets,
        "rating": known.rating,
        "scores": {
            "dimensions": scores.dimensions, "overall": scores.overall, "percentage": scores.percentage,
            "band": scores.band, "assessed": scores.assessed, "of": scores.of,
        },
        "parked": list(state.parked),
        "conflicts": [f"company.{fact.field}" for fact in known.facts if fact.conflict]
        + [item for item, found in known.findings.items() if found.status == "conflict"],
        "advisers": {
            "findings": [
                {"item": one.item, "stage": one.stage, "text": one.text, "name": one.name, "on": one.on}
                for one in state.advised
            ],
            "answers": [
                {"question": one.question, "text": one.text, "name": one.name, "on": one.on} for one in state.answered
            ],
        },
    }  # fmt: skip


def finding(found: Finding | None) -> dict[str, Any]:
    """One item: stage is a whole number, `[low, high]` or null."""
    if found is None:
        return {"stage": None, "status": "not_asked", "quote": None, "turn": None, "confidence": None}
    stage = list(found.stage) if isinstance(found.stage, tuple) else found.stage
    quote = found.quote
    return {
        "stage": stage, "status": found.status, "quote": quote.text if quote else None,
        "turn": quote.turn if quote else None, "confidence": found.confidence if quote else None,
        "source": found.source, "settled_by": found.settled_by,
    }  # fmt: skip


def plan(
    draft: Plan, actions: Mapping[str, Action], language: Language, labels: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Any]:
    """The draft plan with the texts of its actions in `language`.

    `labels` say what each source of an action is called; one without a label keeps its id.
    """
    return {
        "draft": draft.approved is None or draft.approved.changed,
        "approved": None if draft.approved is None else draft.approved.model_dump(),
        "capacity": draft.capacity.model_dump(),
        "automated": AUTOMATED[language],
        "language": language,
        "targets": draft.targets,
        "chosen_targets": list(draft.chosen),
        "steps": [
            {
                "stage": step.stage,
                "months": None if step.months is None else list(step.months),
                "months_are_estimate": True,
                "order": list(step.order),
                "own": [own.model_dump() for own in step.own],
                "actions": [
                    {
                        **_action(actions[planned.action], language, labels),
                        "causes": [_cause(c) for c in planned.causes],
                        "hurts": [_quoted(quote) for quote in planned.hurts],
                        "wished": [_quoted(quote) for quote in planned.wished],
                        "decided": planned.decided.model_dump(),
                    }
                    for planned in step.actions
                ],
            }
            for step in draft.steps
        ],
        "left_out": [left.model_dump() for left in draft.left_out],
        "put_off": [waits.model_dump() for waits in draft.put_off],
        "rejected": [no.model_dump() for no in draft.rejected],
        "done": [finished.model_dump() for finished in draft.done],
    }


def times(found: Comparison, language: Language) -> dict[str, Any]:
    """Every item at every time; stages are a whole number, `[low, high]` or null."""
    return {"automated": AUTOMATED[language], "language": language, **found.model_dump(mode="json")}


def guide(
    made: ConversationGuide, state: State, model: MaturityModel, actions: Mapping[str, Action], meeting: Meeting,
    near: Mapping[str, Sequence[str]],
) -> dict[str, Any]:  # fmt: skip
    """The conversation guide with its texts."""
    language, items = state.language, model.items
    things = {thing.id: thing.text[language] for thing in meeting.bring}
    return {
        "automated": AUTOMATED[language], "language": language, "sector": made.sector, "employees": made.employees,
        "agenda": [part.model_dump() for part in made.agenda],
        "known": [{"item": name, "title": items[name].title[language], **finding(state.profile.findings[name])} for name in made.known],
        "verify": [doubt.model_dump(mode="json") for doubt in made.verify],
        "ask": [
            {
                "item": name, "title": items[name].title[language], "question": items[name].question[language],
                "probes": [probe[language] for probe in items[name].probes],
            }
            for name in made.ask
        ],
        "missing_facts": list(made.missing_facts),
        "barriers": {"mentioned": list(made.mentioned), "ruled_out": list(made.ruled_out), "not_mentioned": list(made.not_mentioned)},
        "ideas": [
            {
                "id": name, "title": actions[name].title[language], "conventional": actions[name].conventional[language],
                "digital": actions[name].digital[language], "sources": list(actions[name].sources),
            }
            for name in made.ideas
        ],
        "bring": [{"id": name, "text": things[name]} for name in made.bring],
        "parked": [{"question": question, "nearest": list(near.get(question, ()))} for question in made.parked],
    }  # fmt: skip


def brief(
    made: ProjectBrief, state: State, actions: Mapping[str, Action], projects: Projects,
    labels: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Any]:  # fmt: skip
    """The brief of a student project with its texts."""
    language, action = state.language, actions[made.action]
    kpi = action.kpi.name[language]
    return {
        "automated": AUTOMATED[language], "language": language, "action": _action(action, language, labels),
        "causes": [_cause(cause) for cause in made.causes], "pains": [_quoted(quote) for quote in made.pains],
        "data": [{"item": name, **finding(latest(state).findings[name])} for name in made.data],
        "question": projects.question[action.stage][language].format(kpi=kpi),
        "deliverables": [text[language].format(kpi=kpi) for text in projects.deliverables[action.stage]],
        "skills": [*(projects.skills[name][language] for name in made.skills), projects.common_skill[language]],
        "duration": projects.duration[action.effort.size][language],
    }  # fmt: skip


def region(report: RegionReport, language: Language) -> dict[str, Any]:
    """The region's report; a count that is hidden is null."""
    return {"automated": AUTOMATED[language], "language": language, "least": LEAST, **report.model_dump(mode="json")}


def _action(action: Action, language: Language, labels: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": action.id, "title": action.title[language], "conventional": action.conventional[language],
        "digital": action.digital[language], "first_step": action.first_step[language],
        "effort": action.effort.model_dump(), "cost": action.cost, "cost_is_estimate": True,
        "lifts": None if action.lifts is None else action.lifts.model_dump(by_alias=True),
        "needs": list(action.needs), "meets": list(action.meets), "help": list(action.help),
        "kpi": {
            "name": action.kpi.name[language], "unit": action.kpi.unit[language], "how": action.kpi.how[language],
            "today": None,
        },
        "risk": action.risk[language], "sources": list(action.sources),
        "to_read": [labels.get(source, source) for source in action.sources],
    }  # fmt: skip


def _cause(cause: Cause) -> dict[str, Any]:
    stage = list(cause.stage) if isinstance(cause.stage, tuple) else cause.stage
    return {"kind": cause.kind, "what": cause.what, "stage": stage, **(_quoted(cause.quote) if cause.quote else {})}


def _quoted(quote: Quote) -> dict[str, Any]:
    return {"quote": quote.text, "turn": quote.turn}
