"""Student briefs: which actions suit, and what a brief rests on."""

from __future__ import annotations

import pytest

from assistant.content import Knowledge, root
from assistant.domain.brief import brief, check_projects, suitable
from assistant.domain.plan import draft
from assistant.domain.profile import BarrierFinding, Finding, Profile, Quote, Remark

KNOWLEDGE = Knowledge(root())
MODEL, ACTIONS, PROJECTS = KNOWLEDGE.model, KNOWLEDGE.actions, KNOWLEDGE.projects
WORDS = Quote(text="We write it on the job card.", turn=2, start=0, end=28)
LOW = Profile(
    findings={item: Finding(item=item, low=1, high=1, quote=WORDS) for item in MODEL.order},
    pains=(Remark(quote=WORDS, about=("value_creation.insight",)), Remark(quote=WORDS, about=("competence.skills",))),
    barriers={"business_case": BarrierFinding(barrier="business_case", status="mentioned", quote=WORDS)},
)


def made(name: str, profile: Profile = LOW):
    return brief(name, profile, draft(profile, MODEL, ACTIONS), MODEL, ACTIONS, PROJECTS)


def test_only_actions_of_the_plan_that_students_can_help_with_are_proposed() -> None:
    plan = draft(LOW, MODEL, ACTIONS)
    names = suitable(plan, ACTIONS)
    planned = [one.action for step in plan.steps for one in step.actions]
    assert names == [name for name in planned if "student_project" in ACTIONS[name].help]
    assert names
    assert suitable(draft(Profile(), MODEL, ACTIONS), ACTIONS) == []


def test_a_brief_rests_on_findings_pains_and_data() -> None:
    one = made("work-out-three-jobs-again")
    assert [(cause.kind, cause.what) for cause in one.causes][:1] == [("finding", "value_creation.insight")]
    assert all(cause.quote == WORDS for cause in one.causes)
    assert one.pains == (WORDS,)
    assert one.data == PROJECTS.data_items
    assert one.skills == ("value_creation",)
    assert made("do-the-sum-on-one-page").causes[0].what == "business_case"
    assert set(made("clamp-on-one-old-machine").skills) == {"technology", "iot"}


def test_an_action_outside_of_the_plan_can_be_a_project_too() -> None:
    assert made("see-wear-before-it-stops").causes[0].what == "technology.capture"
    assert made("see-wear-before-it-stops", Profile()).causes == ()


@pytest.mark.parametrize("name", ["no-such-action", "stop-log-on-paper"])
def test_what_does_not_suit_is_refused_by_name(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        made(name)


@pytest.mark.parametrize(
    ("part", "key"), [("skills", "iot"), ("question", "solve"), ("deliverables", "analyse"), ("duration", "L")]
)
def test_a_gap_in_the_content_is_named(part: str, key: str) -> None:
    left = {name: value for name, value in getattr(PROJECTS, part).items() if name != key}
    with pytest.raises(ValueError, match=key):
        check_projects(PROJECTS.model_copy(update={part: left}), MODEL)
