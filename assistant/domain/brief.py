"""The brief of a student project: which actions suit one, and what a brief rests on. Knows no wording.

An action suits when its entry in the library says that a student project can help.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

from assistant.domain.actions import PlanStage
from assistant.domain.maturity import Content, MaturityModel, Text
from assistant.domain.plan import Action, Cause, Plan
from assistant.domain.profile import Profile, Quote


class Projects(Content):
    """What briefs need beside model and actions."""

    data_items: tuple[str, ...]
    """Items that tell what data the company has at hand."""
    question: dict[PlanStage, Text]
    """With {kpi}."""
    deliverables: dict[PlanStage, tuple[Text, ...]]
    """With {kpi}."""
    skills: dict[str, Text]
    """Dimension or technology -> what the students should know."""
    common_skill: Text
    duration: dict[str, Text]
    """Size of the effort S, M or L -> length and number of students, as an estimate."""


class ProjectBrief(BaseModel):
    """What a brief rests on; ids and quotes, the words come with the paper."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    action: str
    causes: tuple[Cause, ...]
    """Findings and barriers, with their quotes; empty when the profile says nothing of it."""
    pains: tuple[Quote, ...]
    data: tuple[str, ...]
    """Assessed items that tell what data there is."""
    skills: tuple[str, ...]
    """Keys of `Projects.skills`."""


def suitable(plan: Plan, actions: Mapping[str, Action]) -> list[str]:
    """Actions of the plan that suit a student project, in the order of the plan."""
    return [one.action for step in plan.steps for one in step.actions if "student_project" in actions[one.action].help]


def brief(
    name: str, profile: Profile, plan: Plan, model: MaturityModel, actions: Mapping[str, Action], projects: Projects
) -> ProjectBrief:
    """The brief for the action called `name`.

    Raises:
        ValueError: there is no such action, or it does not suit a student project.
    """
    action = actions.get(name)
    if action is None:
        raise ValueError(f"action {name!r}: there is none by that id")
    if "student_project" not in action.help:
        raise ValueError(f"action {name!r}: does not suit a student project")
    planned = next((one for step in plan.steps for one in step.actions if one.action == name), None)
    causes = planned.causes if planned else _causes(action, profile)
    items = tuple(action.when.items)
    skills = {model.items[item].dimension for item in items} | set(action.when.technologies)
    return ProjectBrief(
        action=name, causes=tuple(cause for cause in causes if cause.quote is not None),
        pains=tuple(remark.quote for remark in profile.pains if set(remark.about).intersection(items)),
        data=tuple(
            item for item in projects.data_items
            if item in model.items and item in profile.findings and profile.findings[item].stage is not None
        ),
        skills=tuple(key for key in projects.skills if key in skills),
    )  # fmt: skip


def check_projects(projects: Projects, model: MaturityModel) -> None:
    """Proves that briefs can be written for every action.

    Raises:
        ValueError: the first thing that is missing or unknown.
    """
    known = [*(dimension.id for dimension in model.dimensions), *(technology.id for technology in model.technologies)]
    for name in known:
        if name not in projects.skills:
            raise ValueError(f"skills: {name!r} is missing")
    for kind, there, wanted in (
        ("question", projects.question, ("analyse", "solve", "transform")),
        ("deliverables", projects.deliverables, ("analyse", "solve", "transform")),
        ("duration", projects.duration, ("S", "M", "L")),
    ):
        for name in wanted:
            if name not in there:
                raise ValueError(f"{kind}: {name!r} is missing")


def _causes(action: Action, profile: Profile) -> tuple[Cause, ...]:
    causes = [
        Cause(kind="finding", what=item, stage=found.stage, quote=found.quote)
        for item in action.when.items
        if (found := profile.findings.get(item)) is not None and found.stage is not None
    ]
    causes += [
        Cause(kind="barrier", what=name, quote=profile.barriers[name].quote)
        for name in action.meets
        if name in profile.barriers and profile.barriers[name].status == "mentioned"
    ]
    return tuple(causes)
