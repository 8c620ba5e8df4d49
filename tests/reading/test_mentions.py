"""Barriers, technologies, targets and ratings, as they come out of the reader."""

from __future__ import annotations

import pytest

from assistant.domain.acts import BarrierSaid, Rating, TargetChosen, TechnologySaid
from assistant.domain.state import Asked
from assistant.reading.rules import Context


def said(acts, kind, text):
    found = [act for act in acts if isinstance(act, kind)]
    assert all(text[act.start : act.end] == act.quote != "" for act in found)
    return found


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Money is the problem.", {"finance": "mentioned"}),
        ("en", "Money is no problem.", {"finance": "ruled_out"}),
        ("en", "Time is the biggest one, but money is not a problem.", {"time": "mentioned", "finance": "ruled_out"}),
        ("en", "No time, and we can't find welders.", {"time": "mentioned", "recruiting": "mentioned"}),
        ("en", "The lads are against change.", {"culture": "mentioned"}),
        ("en", "Security doesn't worry us.", {"security": "ruled_out"}),
        ("en", "The internet is fine.", {"broadband": "ruled_out"}),
        ("en", "Money's no bother.", {"finance": "ruled_out"}),
        ("da", "Folk er med på alt, så kulturen er det ikke.", {"culture": "ruled_out"}),
        ("da", "Tiden er det ikke, og pengene er det nu ikke.", {"time": "ruled_out", "finance": "ruled_out"}),
        ("en", "The internet out here is poor.", {"broadband": "mentioned"}),
        ("en", "We don't know what is possible.", {"knowledge": "mentioned"}),
        ("en", "The machines are too old.", {"legacy": "mentioned"}),
        ("en", "Broadband is fine, but money is tight.", {"broadband": "ruled_out", "finance": "mentioned"}),
        ("en", "It's not the money, it's the time.", {"finance": "ruled_out", "time": "mentioned"}),
        ("en", "We have plenty of time.", {"time": "ruled_out"}),
        ("en", "None of them.", {}),
        ("da", "Pengene er problemet.", {"finance": "mentioned"}),
        ("da", "Penge er ikke noget problem.", {"finance": "ruled_out"}),
        ("da", "Tid er det største, penge er ikke noget problem.", {"time": "mentioned", "finance": "ruled_out"}),
        ("da", "Vi kan ikke få svende.", {"recruiting": "mentioned"}),
        ("da", "De gamle svende vil ikke.", {"culture": "mentioned"}),
        ("da", "Sikkerheden bekymrer os ikke.", {"security": "ruled_out"}),
        ("da", "Nettet er fint.", {"broadband": "ruled_out"}),
        ("da", "Vi har ikke råd til det.", {"finance": "mentioned"}),
        ("da", "Maskinerne er for gamle.", {"legacy": "mentioned"}),
        ("da", "Hverken penge eller tid er et problem.", {"finance": "ruled_out", "time": "ruled_out"}),
        ("da", "Det er ikke pengene, det er tiden.", {"finance": "ruled_out", "time": "mentioned"}),
        ("da", "Ingen af dem.", {}),
    ],
)
def test_barriers_when_asked(read, language, text, expected):
    found = said(read(text, language, "barriers"), BarrierSaid, text)
    assert {act.barrier: act.status for act in found} == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "We can't afford it.", {"finance": "mentioned"}),
        ("en", "We can't find welders.", {"recruiting": "mentioned"}),
        ("en", "Money comes in by bank transfer.", {}),
        ("en", "The price stands in the sheet and the training is done.", {}),
        ("en", "Money is no problem.", {}),
        ("da", "Vi har ikke råd til det.", {"finance": "mentioned"}),
        ("da", "Prisen står i arket, og tiden skriver vi på sedlen.", {}),
    ],
)
def test_unasked_only_what_is_unmistakable(read, language, text, expected):
    found = said(read(text, language, "technology.capture"), BarrierSaid, text)
    assert {act.barrier: act.status for act in found} == expected


@pytest.mark.parametrize(
    ("language", "text", "technology", "use", "interested"),
    [
        ("en", "We have sensors on all machines.", "iot", 5, "unknown"),
        ("en", "We are installing sensors now.", "iot", 4, "unknown"),
        ("en", "We are testing sensors on one saw.", "iot", 3, "unknown"),
        ("en", "One of the lads built a sensor at home.", "iot", 2, "unknown"),
        ("en", "We have thought about 3D printing.", "additive_manufacturing", 1, "unknown"),
        ("en", "We don't have sensors.", "iot", 0, "unknown"),
        ("en", "We use a 3D printer every day for jigs.", "additive_manufacturing", 5, "unknown"),
        ("en", "Blockchain is hype, not for us.", "blockchain", 0, "no"),
        ("en", "Sensors: nothing yet, but I am curious.", "iot", 0, "yes"),
        ("en", "3D printing is not interesting to us.", "additive_manufacturing", 0, "no"),
        ("en", "Sensors would be interesting.", "iot", None, "yes"),
        ("en", "We want to try 3D printing.", "additive_manufacturing", None, "yes"),
        ("da", "Vi har følere på alle maskiner.", "iot", 5, "unknown"),
        ("da", "Vi er ved at montere sensorer.", "iot", 4, "unknown"),
        ("da", "Vi tester en sensor på en sav.", "iot", 3, "unknown"),
        ("da", "Vi har tænkt på 3D-print.", "additive_manufacturing", 1, "unknown"),
        ("da", "Vi har aldrig brugt en 3D-printer.", "additive_manufacturing", 0, "unknown"),
        ("da", "Blockchain er varm luft.", "blockchain", None, "no"),
        ("da", "3D-print kunne være spændende.", "additive_manufacturing", None, "yes"),
    ],
)
def test_technologies(read, language, text, technology, use, interested):
    (found,) = said(read(text, language, "technologies"), TechnologySaid, text)
    assert (found.technology, found.use, found.interested) == (technology, use, interested)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "en", "No blockchain, no sensors, but 3D printing daily.",
            {"blockchain": (0, "unknown"), "iot": (0, "unknown"), "additive_manufacturing": (5, "unknown")},
        ),
        ("en", "Sensors would be interesting; blockchain means nothing to me.", {"iot": (None, "yes"), "blockchain": (0, "no")}),
        (
            "da", "Blockchain er ikke noget for os, men følere vil vi gerne høre mere om.",
            {"blockchain": (0, "no"), "iot": (None, "yes")},
        ),
        ("en", "My brother-in-law has sensors on every machine.", {}),
        ("en", "Nothing of the kind.", {}),
    ],
)  # fmt: skip
def test_several_technologies(read, language, text, expected):
    found = said(read(text, language, "technologies"), TechnologySaid, text)
    assert {act.technology: (act.use, act.interested) for act in found} == expected


SCORES = {"governance": 1.0, "technology": 2.0, "connectivity": 1.2, "value_creation": 2.3, "competence": None}


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "en", "Machines up to 3, the rest may stay.",
            {"technology": 3, "governance": 1, "connectivity": 1, "value_creation": 2},
        ),
        ("en", "Strategy to stage two.", {"governance": 2}),
        (
            "da", "Op på 5 i det hele!",
            {"technology": 5, "governance": 5, "connectivity": 5, "value_creation": 5, "competence": 5},
        ),
        ("da", "Jeg vil op på 5 i det hele! Nej, okay, maskinerne op på tre.", {"technology": 3}),
        ("en", "Up to 5 across the board. No, machines to 3.", {"technology": 3}),
        ("en", "Connections 3. Value 4.", {"connectivity": 3, "value_creation": 4}),
        ("en", "Technology 3, people 2.", {"technology": 3, "competence": 2}),
        ("en", "Technology up a step.", {"technology": 3}),
        ("en", "Machines up to 3, and the connections as well.", {"technology": 3, "connectivity": 3}),
        ("da", "Maskiner op på 3, og det med information i huset også.", {"technology": 3, "connectivity": 3}),
        ("en", "Technology up a step, and value for the customer too.", {"technology": 3, "value_creation": 3}),
        ("en", "The connections too.", {}),
        ("en", "Technology to 7.", {}),
        ("en", "Machines at 3.5.", {}),
        ("en", "I don't know.", {}),
        (
            "da", "Maskinerne op på 3, resten bliver.",
            {"technology": 3, "governance": 1, "connectivity": 1, "value_creation": 2},
        ),
        ("da", "Kunderne til trin 4.", {"value_creation": 4}),
        ("en", "People up to a three, machines can be a two.", {"competence": 3, "technology": 2}),
        ("da", "Folk må gerne komme op på en treer, og maskinerne på en to'er.", {"competence": 3, "technology": 2}),
        ("da", "Maskinerne op på en to'er, kunderne på en 3'er.", {"technology": 2, "value_creation": 3}),
    ],
)  # fmt: skip
def test_targets(read, language, text, expected):
    found = said(read(text, language, "targets", scores=SCORES), TargetChosen, text)
    assert {act.dimension: act.stage for act in found} == expected


@pytest.mark.parametrize("asked", ["technology.capture", "story", "rating"])
def test_targets_are_read_only_when_they_were_asked_for(read, asked):
    assert not said(read("Machines up to 3.", "en", asked, scores=SCORES), TargetChosen, "Machines up to 3.")


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("en", "3", 3),
        ("en", "I'd say 4.", 4),
        ("en", "Four", 4),
        ("en", "3 out of 4", 3),
        ("en", "Not bad, 3.", 3),
        ("en", "It fits us very well.", 4),
        ("en", "Partly.", 2),
        ("en", "Not at all.", 1),
        ("en", "5", None),
        ("en", "2.5", None),
        ("da", "Tre", 3),
        ("da", "rigtig godt", 4),
        ("da", "delvist", 2),
        ("da", "slet ikke", 1),
        ("da", "Et 3-tal.", 3),
    ],
)
def test_rating(read, language, text, value):
    found = said(read(text, language, "rating"), Rating, text)
    assert [act.value for act in found] == ([] if value is None else [value])


def test_a_rating_is_read_only_when_it_was_asked_for(read):
    assert not said(read("We have 3 lathes.", "en", "technology.machines"), Rating, "")


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "There's no hour left in my day for such things.", {"time": "mentioned"}),
        ("da", "Banken siger nej, og kassen er tom.", {"finance": "mentioned"}),
        ("en", "The cash is there, it isn't that.", {"finance": "ruled_out"}),
        ("da", "Pengene ligger klar, det er ikke dem.", {"finance": "ruled_out"}),
        ("da", "Tid, alle har et arbejde i forvejen.", {"time": "mentioned"}),
        ("da", "Kulturen er jeg ikke bange for, de er med på alt.", {"culture": "ruled_out"}),
    ],
)
def test_barriers_in_words_of_ones_own_are_learnt(engine, language, text, expected):
    found = said(engine.reader.read(text, Context(language, Asked(id="barriers"))), BarrierSaid, text)
    assert {act.barrier: act.status for act in found} == expected


def test_what_was_learnt_is_asked_only_where_barriers_were_asked_about(engine):
    text = "There's no hour left in my day for such things."
    assert not said(engine.reader.read(text, Context("en", Asked(id="technology.systems"))), BarrierSaid, text)
