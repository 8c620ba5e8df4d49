"""A script that is started from a stored conversation: nothing personal in it, and it plays to the same end."""

from __future__ import annotations

from pathlib import Path

import yaml

from assistant import play as playing
from assistant.build import Engine
from assistant.content import Knowledge, root
from assistant.linting import lint
from assistant.store import Store
from evals.anonymous import Anonymous
from evals.new import script, written

SAID = [
    (
        "We are Vestkysten Stålbyg, nineteen people in Thisted, and we weld steel in small series. Birgitte answers the phone, "
        "her number is 98 12 34 56."
    ),
    "That drawings get lost; Torvald looks for them all day.",
    "That we find drawings at once.",
    "The job card goes from hand to hand, on paper. Torvald's son carries it.",
    "What is MQTT?",
    "We mail PDF files to birgitte@vestkysten-staal.dk and type everything in again.",
]


def test_names_numbers_and_addresses_are_replaced_the_same_way_everywhere() -> None:
    hidden = Anonymous(Knowledge(root()), ["Vestkysten Stålbyg"])
    first, second = hidden.text(SAID[0]), hidden.text("Torvald and Birgitte know it. Ask Torvald's son; 310265-4321.")
    assert not {"Vestkysten", "Stålbyg", "Birgitte", "Torvald", "98 12", "4321"} & {
        word
        for text in (first, second)
        for word in ["98 12" if "98 12" in text else "", *text.replace("'s", "").split()]
    }
    assert "nineteen people in Thisted" in first
    assert "weld steel" in first
    name = hidden.replaced["Birgitte"]
    assert f"{name} answers the phone" in first
    assert second.startswith(f"{hidden.replaced['Torvald']} and {name} know it. Ask {hidden.replaced['Torvald']}'s son")
    plain = "We use Excel and a CNC mill, on Fridays in Aalborg. Drawings come as PDF."
    assert hidden.text(plain) == plain


def test_a_stored_conversation_becomes_a_script_that_can_be_linted_and_played(engine: Engine, tmp_path: Path) -> None:
    store = Store(tmp_path)
    sessions = engine.sessions(store)
    opened = sessions.open("en", "short")
    for text in SAID:
        sessions.say(opened.conversation, text)
    hidden = Anonymous(engine.knowledge, ["Vestkysten Stålbyg"])
    made = script(sessions, opened.conversation, "started", hidden)
    store.close()
    path = tmp_path / "started.yaml"
    path.write_text(written(made, hidden.replaced), encoding="utf-8")
    text = path.read_text(encoding="utf-8")
    for private in ("Vestkysten", "Birgitte", "birgitte", "Torvald", "98 12 34 56"):
        assert private not in text
    assert lint(path, engine.knowledge.model) == []
    data = yaml.safe_load(text)
    assert [one["kind"] for one in data["interjections"]] == ["question"]
    assert data["end"]["company"]["employees"] == 19
    another = Store(tmp_path / "played")
    played = playing.play(playing.load(path), lambda: engine.sessions(another), lambda _: None)
    another.close()
    gold = [check for check in played.checks if check["what"] in data["end"]["items"]]
    assert gold
    assert all(check["met"] for check in gold), [check for check in gold if not check["met"]]
