"""Scores by the rules of the rubric: ranges, coverage and bands, counted again here with fractions."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.content import Knowledge, root
from assistant.domain.profile import Finding, Profile, Scores, score

MODEL = Knowledge(root()).model
CAPTURE, MACHINES, SYSTEMS = "technology.capture", "technology.machines", "technology.systems"


def assessed(**stages: int | tuple[int, int] | None) -> Profile:
    """A profile with one finding for each item; `__` stands for the dot."""
    findings = {}
    for key, stage in stages.items():
        item = key.replace("__", ".")
        low, high = (stage, stage) if stage is None or isinstance(stage, int) else stage
        findings[item] = Finding(item=item, low=low, high=high, status="unknown" if stage is None else "recorded")
    return Profile(findings=findings)


def test_nothing_assessed_is_not_zero():
    scores = score(Profile(), MODEL)
    assert scores.overall is None
    assert scores.percentage is None
    assert scores.band is None
    assert set(scores.dimensions.values()) == {None}
    assert (scores.assessed, scores.of) == (0, 15)


def test_stage_zero_is_assessed():
    scores = score(assessed(technology__capture=0), MODEL)
    assert scores.dimensions["technology"] == 0
    assert (scores.overall, scores.percentage, scores.band, scores.assessed) == (0, 0, "basic", 1)


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        (assessed(technology__capture=3), 3.0),
        (assessed(technology__machines=(1, 4)), 2.5),
        (assessed(technology__machines=(1, 4), technology__capture=2), 2.25),
        (assessed(technology__machines=(0, 5), technology__capture=None), 2.5),
        (assessed(technology__machines=1, technology__systems=2, technology__capture=5), 8 / 3),
        (assessed(technology__capture=None), None),
    ],
)
def test_dimension_is_the_mean_of_its_assessed_items(profile, expected):
    assert score(profile, MODEL).dimensions["technology"] == (None if expected is None else pytest.approx(expected))


def test_overall_is_the_mean_of_dimensions_not_of_items():
    profile = assessed(technology__machines=4, technology__systems=4, technology__capture=4, competence__skills=0)
    assert score(profile, MODEL).overall == 2.0


@pytest.mark.parametrize("status", ["declined", "unknown"])
def test_what_is_not_assessed_neither_raises_nor_lowers(status):
    with_it = assessed(technology__capture=3)
    with_it.findings[MACHINES] = Finding(item=MACHINES, status=status)
    with_it.findings["competence.skills"] = Finding(item="competence.skills", status=status)
    assert score(with_it, MODEL) == score(assessed(technology__capture=3), MODEL)


@pytest.mark.parametrize("status", ["unsure", "conflict"])
def test_unsure_and_conflicting_findings_count_with_their_stage(status):
    finding = Finding(item=CAPTURE, low=2, high=2, status=status)
    assert score(Profile(findings={CAPTURE: finding}), MODEL).dimensions["technology"] == 2


def test_a_finding_of_another_model_is_ignored():
    assert score(Profile(findings={"other.item": Finding(item="other.item", low=5, high=5)}), MODEL).overall is None


@pytest.mark.parametrize(
    ("percentage", "band"),
    [
        (0, "basic"), (24.99, "basic"), (25.0, "average"), (25.4, "average"), (49.9, "average"),
        (50, "moderately_advanced"), (74.9, "moderately_advanced"), (75, "advanced"), (99, "advanced"), (100, "advanced"),
    ],
)  # fmt: skip
def test_bands_are_half_open(percentage, band):
    scores = Scores(dimensions={}, overall=percentage / 20, assessed=1, of=15)
    assert scores.percentage == pytest.approx(percentage)
    assert scores.band == band


@pytest.mark.parametrize(
    ("stages", "band"),
    [
        ((1, 1, 1, 1, (2, 3)), "average"),
        ((3, 3, 4, 4, (4, 5)), "moderately_advanced"),
        ((4, 4, 4, 4, (2, 3)), "moderately_advanced"),
    ],
)
def test_band_of_real_profiles_near_an_edge(stages, band):
    firsts = [dimension.items[0].replace(".", "__") for dimension in MODEL.dimensions]
    assert score(assessed(**dict(zip(firsts, stages, strict=True))), MODEL).band == band


stages = st.none() | st.integers(0, 5) | st.tuples(st.integers(0, 5), st.integers(0, 5)).map(lambda t: tuple(sorted(t)))


def exact(profile: Profile) -> Fraction | None:
    """The overall score in fractions."""
    means = []
    for dimension in MODEL.dimensions:
        found = [profile.findings[item] for item in dimension.items if item in profile.findings]
        values = [Fraction(f.low + f.high, 2) for f in found if f.low is not None and f.high is not None]
        means += [sum(values, Fraction(0)) / len(values)] if values else []
    return sum(means, Fraction(0)) / len(means) if means else None


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.dictionaries(st.sampled_from(MODEL.order), stages))
def test_scores_agree_with_fractions(found):
    profile = assessed(**{item.replace(".", "__"): stage for item, stage in found.items()})
    scores, overall = score(profile, MODEL), exact(profile)
    assert scores.assessed == sum(stage is not None for stage in found.values())
    if overall is None:
        assert scores.overall is None
        return
    assert scores.overall == pytest.approx(float(overall))
    limits = [Fraction(5, 4), Fraction(5, 2), Fraction(15, 4)]
    names = ["basic", "average", "moderately_advanced", "advanced"]
    assert scores.band == names[sum(overall >= limit for limit in limits)]


def test_stage_and_score_of_a_finding():
    assert Finding(item=CAPTURE).stage is None
    assert Finding(item=CAPTURE).score is None
    assert Finding(item=CAPTURE, low=0, high=0).stage == 0
    assert Finding(item=CAPTURE, low=0, high=0).score == 0
    assert Finding(item=CAPTURE, low=1, high=4).stage == (1, 4)
    assert [Finding(item=SYSTEMS, status=s).settled for s in ("conflict", "unsure", "declined")] == [False, True, True]
