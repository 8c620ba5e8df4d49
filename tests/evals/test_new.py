"""A script that is started from a stored conversation: nothing personal in it, and it plays to the same end."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from assistant import play as playing
from assistant.build import Engine
from assistant.content import Knowledge, root
from assistant.errors import UserError
from assistant.linting import lint
from assistant.store import Store
from evals.anonymous import Anonymous
from evals.new import script, written

SCRIPT = Path(__file__).parents[2] / "evals" / "scripts" / "eleven-making-windows.yaml"
SAID = (
    "We are Vestkysten Stålbyg, nineteen people in Thisted, and we weld steel in small series. Birgitte answers the phone, "
    "her number is 98 12 34 56."
)


def test_names_numbers_and_addresses_are_replaced_the_same_way_everywhere() -> None:
    hidden = Anonymous(Knowledge(root()), ["Vestkysten Stålbyg"])
    first, second = hidden.text(SAID), hidden.text("Torvald and Birgitte know it. Ask Torvald's son; 310265-4321.")
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


def test_what_is_put_in_hides_nobody_and_is_not_replaced_again() -> None:
    hidden = Anonymous(Knowledge(root()), ["Farvemøllen"])
    names = "Birgitte, Torvald, Ingeborg, Svend-Aage, Gudrun, Holger, Rigmor, Preben, Jytte, Egon, Bodil and Valdemar"
    first = hidden.text(
        f"{names} work here. Write to jens@farvemoellen.dk, www.farvemoellen.dk or ask Farvemøllen ApS."
    )
    second = hidden.text("Jonas og Kim blev sendt på kursus, og det er Birgittes ansvar.")
    assert not {*names.replace(" and", ",").split(", "), "Jonas"} & {*hidden.replaced.values()}
    assert not any(real in first + second for real in ("jens@", "farvemoellen", "Jonas", "Birgitte"))
    assert hidden.replaced["Kim"] != "Kim"
    assert "farvemoellen.dk" not in hidden.replaced, "only what was replaced is told"
    assert "mail@example.com, www.example.com or ask Eksempel ApS." in first
    assert f"{hidden.replaced['Birgitte']}s ansvar" in second
    assert len({hidden.replaced[name] for name in ("Birgitte", "Jonas", "Kim", "Egon")}) == 4


def test_ordinary_words_that_begin_a_sentence_stay() -> None:
    hidden = Anonymous(Knowledge(root()))
    plain = "Kalkfarven river vi selv. Linoliemaling sælger vi. Vi sælger til Tyskland og på Instagram."
    assert hidden.text(plain) == plain
    assert "Gyldenstierne" not in hidden.text("Gyldenstierne ringer. Vi spørger Kirkegaard.")
    assert "Kirkegaard" not in hidden.text("Kirkegaard ringer.")


def test_a_stored_conversation_becomes_a_script_that_ends_the_same(engine: Engine, tmp_path: Path) -> None:
    store = Store(tmp_path)
    first = playing.play(playing.load(SCRIPT), lambda: engine.sessions(store), lambda _: None)
    hidden = Anonymous(engine.knowledge)
    made = script(engine.sessions(store), first.conversation, "started", hidden)
    store.close()
    path = tmp_path / "started.yaml"
    path.write_text(written(made, hidden.replaced), encoding="utf-8")
    assert lint(path, engine.knowledge.model) == []
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert {one["kind"] for one in data["interjections"]} == {"question"}
    assert data["end"]["company"]["employees"] == 12
    assert len(data["end"]["items"]) == 15
    (tmp_path / "again").mkdir()
    again = Store(tmp_path / "again")
    played = playing.play(playing.load(path), lambda: engine.sessions(again), lambda _: None)
    again.close()
    assert [check for check in played.checks if not check["met"]] == []
    assert not played.error


def test_a_conversation_without_a_word_is_one_sentence(engine: Engine, tmp_path: Path) -> None:
    store = Store(tmp_path)
    sessions = engine.sessions(store)
    opened = sessions.open("en")
    with pytest.raises(UserError, match="nothing was said"):
        script(sessions, opened.conversation, "x", Anonymous(engine.knowledge))
    store.close()
