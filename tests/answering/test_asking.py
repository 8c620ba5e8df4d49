"""What a question is about: the one before it, and the several that stand in one."""

from __future__ import annotations

import time

import pytest

from assistant.answering.asking import Part, asked_in, in_context, leans, parts


@pytest.mark.parametrize(
    ("language", "question", "expected"),
    [
        ("en", "and what does that cost?", True),
        ("en", "How long does it last?", True),
        ("en", "what about food?", True),
        ("en", "What is MQTT?", False),
        ("en", "How do we keep the machine network apart from the office?", False),
        ("da", "og hvad koster det?", True),
        ("da", "Hvor længe holder sådan en?", True),
        ("da", "hvad så med fødevarer?", True),
        ("da", "Hvad er MQTT?", False),
        ("da", "Hvordan holder vi maskinernes net adskilt fra kontorets net?", False),
    ],
)
def test_whether_a_question_leans_on_the_one_before(language, question, expected):
    assert leans(question, language) is expected


def test_what_came_before_may_lean_on_what_came_before_that():
    before = ["What is an ERP system?", "and do we need it?"]
    assert in_context("And when should we wait with it?", before, "en") == " ".join(before)


def test_a_question_of_its_own_has_no_context():
    assert in_context("What is MQTT?", ["What does a 3D printer cost?"], "en") == ""
    assert in_context("and what does that cost?", [], "en") == ""


@pytest.mark.parametrize(
    ("language", "question", "expected"),
    [
        ("en", "What is MQTT?", ["What is MQTT?"]),
        (
            "en", "Which plastic stands the weather, and may the printer stand in the office?",
            ["Which plastic stands the weather?", "may the printer stand in the office?"],
        ),
        (
            "en", "We want students for our lathe. How early must we ring the school? How long does a project last?",
            [
                "How early must we ring the school?",
                "How long does a project last?",
            ],
        ),
        ("en", "What do sensors and printers cost?", ["What do sensors and printers cost?"]),
        (
            "da", "Hvilken plast tåler regn, og må printeren stå på kontoret?",
            ["Hvilken plast tåler regn?", "må printeren stå på kontoret?"],
        ),
        ("da", "Hvad koster følere og printere?", ["Hvad koster følere og printere?"]),
    ],
)  # fmt: skip
def test_the_questions_in_a_question(language, question, expected):
    assert asked_in(question, language) == expected


def test_what_is_told_is_what_each_question_is_about():
    told = "We want students for our lathe."
    asked = parts(f"{told} How early must we ring the school? How long does a project last?", [], "en")
    assert asked == [Part("How early must we ring the school?", told), Part("How long does a project last?", told)]


def test_a_later_question_may_lean_on_the_one_beside_it():
    first, second = parts("How many hours does the lead need for it, and what does it cost?", [], "en")
    assert first.about == ""
    assert second == Part("what does it cost?", first.question)


def test_one_question_stays_whole_with_what_is_told():
    assert parts("We want a student. How do we begin?", [], "en") == [Part("We want a student. How do we begin?", "")]


@pytest.mark.parametrize("language", ["en", "da"])
def test_a_long_run_of_signs_takes_no_time(language):
    started = time.process_time()
    assert not leans("," * 20_000 + " q?", language)
    assert leans("," * 20_000 + " ok, " + ("and" if language == "en" else "og"), language)
    assert time.process_time() - started < 1
