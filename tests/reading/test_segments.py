"""Sentences and clauses keep their place, and end where people end them."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.reading.segments import LONGEST, Piece, clauses, sentences

quick = settings(max_examples=300, deadline=None, derandomize=True)
talk = st.lists(
    st.sampled_from(
        [
            "We write it.",
            "Vi er ca. 20",
            " ",
            "\n",
            "...",
            "?!",
            "but",
            ", men ",
            "19.",
            "f.eks. ",
            "\u200f",
            "🙂",
            "”",
            "-",
            "e.g. x",
        ]
    )
).map("".join)
texts = st.text() | talk
BUT = re.compile(r"(?:,|;)? (?:but|men)\b", re.IGNORECASE)


def cut(text: str) -> list[str]:
    return [piece.text for piece in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\t ", []),
        ("...!?", []),
        ("One thing", ["One thing"]),
        ("One. Two! Three? Four… Five", ["One.", "Two!", "Three?", "Four…", "Five"]),
        ("Vi er ca. 20 mand. Det går.", ["Vi er ca. 20 mand.", "Det går."]),
        ("Vi bruger f.eks. Excel. Og C5.", ["Vi bruger f.eks. Excel.", "Og C5."]),
        ("It is e.g. the saw. Then the lathe.", ["It is e.g. the saw.", "Then the lathe."]),
        ("Ask Mr. Hansen. He knows.", ["Ask Mr. Hansen.", "He knows."]),
        ("Bl.a. saven og evt. pressen.", ["Bl.a. saven og evt. pressen."]),
        ("Den 3. maj kom den. Så gik det.", ["Den 3. maj kom den.", "Så gik det."]),
        ("We are 19. Then we grew.", ["We are 19.", "Then we grew."]),
        ("Vi laver døre i eg. Sidste ordre var fire.", ["Vi laver døre i eg.", "Sidste ordre var fire."]),
        ("Line one\nLine two", ["Line one", "Line two"]),
        ("ca.\n20", ["ca.", "20"]),
        ('"We write it." "On paper."', ['"We write it.', '"On paper."']),
        ("No space.After it", ["No space.After it"]),
        ("  - a list\n  - of two", ["a list", "of two"]),
        ("3.5 mm plate. Done.", ["3.5 mm plate.", "Done."]),
        ("It costs 1.200 kr. a month. Dear.", ["It costs 1.200 kr. a month.", "Dear."]),
    ],
)
def test_sentences(text, expected):
    assert cut(text) == expected


@quick
@given(texts)
def test_pieces_stand_where_they_say(text):
    last = 0
    for piece in sentences(text):
        assert text[piece.start : piece.end] == piece.text
        assert any(character.isalnum() for character in piece.text)
        assert last <= piece.start
        assert len(piece.text) <= LONGEST
        last = piece.end


@quick
@given(texts)
def test_no_letter_is_lost(text):
    kept = "".join(piece.text for piece in sentences(text))
    assert [c for c in kept if c.isalnum()] == [c for c in text if c.isalnum()]


@quick
@given(texts)
def test_clauses_stand_where_they_say(text):
    for sentence in sentences(text):
        parts = clauses(sentence, BUT)
        for part in parts:
            assert text[part.start : part.end] == part.text
            assert sentence.start <= part.start <= part.end <= sentence.end
        assert [c for p in parts for c in p.text if c.isalnum()] == [c for c in sentence.text if c.isalnum()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We write it down, but nobody reads it", ["We write it down", "but nobody reads it"]),
        ("All but one", ["All but one"]),
        (
            "Vi skriver det ned, men ingen læser det, men det går",
            ["Vi skriver det ned", "men ingen læser det", "men det går"],
        ),
        ("But we do", ["But we do"]),
    ],
)
def test_clauses(text, expected):
    parts = [part.text.strip(", ") for part in clauses(Piece(text, 0), BUT)]
    assert parts == expected


@pytest.mark.parametrize("text", ["word " * 2000, "x" * 5000, "x" * 601, ("a" * 599) + " b"])
def test_a_monologue_is_cut(text):
    pieces = sentences(text)
    assert max(len(piece.text) for piece in pieces) <= LONGEST
    assert all(text[piece.start : piece.end] == piece.text for piece in pieces)
    assert sum(len(piece.text.replace(" ", "")) for piece in pieces) == len(text.replace(" ", ""))


def test_many_full_stops_take_no_time():
    started = time.process_time()
    assert len(sentences("A b. " * 4000)) <= 4000
    assert time.process_time() - started < 3  # took 17 s
