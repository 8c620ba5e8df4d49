"""Whether somebody asks what to ask."""

from __future__ import annotations

import pytest

from assistant.domain.asking import wants_questions


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What should I ask a supplier of sensors?", True),
        ("Questions for a printing firm", True),
        ("Hvad skal jeg spørge leverandøren om?", True),
        ("Hvilke spørgsmål stiller man et printfirma?", True),
        ("May I just ask, what does it cost?", False),
        ("One question first: what is MQTT?", False),
        ("Må jeg lige spørge, hvad koster det her?", False),
        ("Et spørgsmål: Hvad er MQTT?", False),
        ("What is MQTT?", False),
    ],
)
def test_whether_somebody_asks_what_to_ask(text, expected):
    assert wants_questions(text) is expected
