"""Numbers of sources in the chat: links that only the reply itself can make."""

from __future__ import annotations

import pytest

from assistant.domain.sources import Notes, Source, clock, foreign, parted, reference
from assistant.web.addresses import address
from assistant.web.pages.messages import linked, lively

WORDS = {"page": "page {page}", "slide": "slide {slide}", "time": "minute {time}"}
ONE = Source("a.en#one-1", "A", ("Top", "One"), page=3)
TWO = Source("own:b.da#two-2", "B", (), start=3665.2)


def leads(name: str, before: str) -> str:
    return f"/read/{name}{'?' + before[-6:] if before else ''}"


def test_numbers_run_through_a_reply_and_a_source_keeps_its_own() -> None:
    notes = Notes()
    assert notes.text([("First.", ONE), ("Second.", ONE), ("Third.", TWO)]) == "First. [1] Second. [1]\n\nThird. [2]"
    assert notes.text([("Fourth.", TWO)]) == "Fourth. [2]"
    assert notes.lines([TWO, ONE], WORDS) == ["[1] A: One, page 3", "[2] B, minute 1:01:05"]
    assert notes.sources == [ONE, TWO]


def test_numbers_and_lines_become_links_to_what_is_stored() -> None:
    text = "Hot. [1] Cold. [2]\n\nSources:\n[1] A: One\n[2] B"
    assert linked(text, ["x", "y"], leads) == (
        "Hot. [\\[1\\]](/read/x?Hot.) Cold. [\\[2\\]](/read/y?Cold.)\n\nSources:\n"
        "[\\[1\\] A: One](/read/x)\n[\\[2\\] B](/read/y)"
    ).replace("?Hot.", "?Hot.").replace("?Cold.", "? Cold.")


@pytest.mark.parametrize(
    "text",
    [
        "[3] too high",
        "[0] none",
        "[x](http://evil.example)",
        "![1](http://evil.example)",
        "<a href='/read/'>[9]</a>",
        "[1234]",
    ],
)
def test_nothing_else_becomes_a_link(text: str) -> None:
    assert linked(text, ["x"], leads) in (
        lively(text),
        lively("!") + "[\\[1\\]](/read/x?!)" + lively("(http://evil.example)"),
    )
    assert linked(text, [], leads) == lively(text)


@pytest.mark.parametrize("said", ["[1]", "see [1] and [22]", "[1](http://evil.example)", "![1](x)"])
def test_numbers_from_elsewhere_are_none(said: str) -> None:
    shown = foreign(said)
    assert linked(shown, ["x"] * 30, leads) == lively(shown)
    assert shown.replace("\u2060", "") == said
    assert foreign(shown) == shown
    notes = Notes()
    assert linked(notes.text([(said, ONE)]), ["x"], leads).count("](/read/") == 1


@pytest.mark.parametrize(
    ("library", "inside", "name"), [("shipped", "a.en#x-1", "a.en#x-1"), ("own", "a.en#x-1", "own:a.en#x-1")]
)
def test_references_name_their_library_where_libraries_mix(library: str, inside: str, name: str) -> None:
    assert reference(library, inside) == name
    assert parted(name) == (library, "a.en", "x-1")


def test_addresses_and_times() -> None:
    assert address("da", "own:a.en#x-1", 2) == "/read/da/own/a.en?at=x-1&s=2#here"
    assert address("en", "a.en") == "/read/en/shipped/a.en"
    assert address("en", 'a"b.en#<x>') == "/read/en/shipped/a%22b.en?at=%3Cx%3E#here"
    assert [clock(seconds) for seconds in (0, 65.9, 3600)] == ["0:00", "1:05", "1:00:00"]
