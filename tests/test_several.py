"""Several processes on one database: a conversation moves between them at every turn, and they write at once."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from kills import sessions
from postgres import everything

from assistant.build import Engine
from assistant.domain.acts import Fact, Question
from assistant.errors import UserError
from assistant.links import fresh, id_of
from assistant.session import Sessions
from assistant.store import Store


def counted(number: int, said: str) -> Fact:
    return Fact(quote=said, start=0, end=len(said), field="employees", value=number, correction=True)


def named(name: str, said: str) -> Fact:
    return Fact(quote=said, start=0, end=len(said), field="name", value=name)


@pytest.fixture
def both(opened: Callable[[], Store]) -> list[Sessions]:
    """Two dialogues that share a database and nothing else."""
    return [sessions(opened()) for _ in range(2)]


def test_a_conversation_moves_at_every_turn(both: list[Sessions]) -> None:
    link = fresh()
    name = both[0].open("en", "full", link).conversation
    assert name == id_of(link)
    for turn in range(1, 9):
        taken = both[turn % 2].act(name, [counted(turn, f"we are {turn}")], f"we are {turn}")
        assert taken.turn == turn
        assert [one.state(name).profile.company()["employees"] for one in both] == [turn, turn]
    both[1].act(name, [named("Nordsmeden", "Nordsmeden")], "Nordsmeden")
    assert both[0].state(name) == both[1].state(name)
    assert both[0].erase(name)
    for one in both:
        with pytest.raises(UserError, match="there is none by that id"):
            one.state(name)


def test_both_write_at_once_and_nothing_is_lost_or_doubled(both: list[Sessions]) -> None:
    names = [both[0].open("en").conversation for _ in range(3)]
    said: dict[str, list[str]] = {name: [] for name in names}
    problems: list[Exception] = []

    def talk(place: int, name: str) -> None:
        try:
            for number in range(1, 7):
                words = f"{place} says {number}"
                both[place].act(name, [counted(number, words)], words)
                said[name].append(words)
        except Exception as error:
            problems.append(error)

    threads = [threading.Thread(target=talk, args=(place, name)) for place in range(2) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    for name in names:
        stored = [turn.said for turn in both[0].store.turns(name, after=0)]
        assert sorted(stored) == sorted(said[name])
        assert len(stored) == 12
        for place in range(2):  # each in its own order
            mine = [words for words in stored if words.startswith(str(place))]
            assert mine == [f"{place} says {number}" for number in range(1, 7)]
        assert both[0].state(name) == both[1].state(name)


def test_what_no_database_takes_is_replaced_sign_by_sign(both: list[Sessions]) -> None:
    name = both[0].open("en").conversation
    said = "Nord\0smeden \ud800 æøå \U0001f600"
    both[0].act(name, [named(said, said)], said)
    (turn,) = both[1].store.turns(name, after=0)
    assert turn.said == "Nord\ufffdsmeden \ufffd æøå \U0001f600"
    assert both[1].state(name).profile.company()["name"] == turn.said
    assert len(turn.said) == len(said)


def test_the_link_of_a_conversation_is_not_kept_in_its_own_words(engine: Engine, opened: Callable[[], Store]) -> None:
    """Neither where it is typed nor where it is clicked; every quote stands where it stood."""
    both = [engine.sessions(opened()) for _ in range(2)]
    link = fresh()
    name = both[0].open("en", "full", link).conversation
    asked = f"Is https://vejviser.example/en#{link} what I have to keep?"
    replies = [both[0].say(name, asked), both[0].act(name, [named(link, link)], link)]
    assert link not in repr(replies)
    said, clicked = both[1].store.turns(name, after=0)
    assert said.said == asked.replace(link, "x" * 22)
    assert [said.said[act.start : act.end] for act in said.acts if isinstance(act, Question)] == [said.said]
    assert (clicked.said, both[1].state(name).profile.company()["name"]) == ("x" * 22, "x" * 22)
    assert link.encode() not in everything(both[1].store)
