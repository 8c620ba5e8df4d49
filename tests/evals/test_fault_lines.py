"""The way from a fault to the words that it comes from: the line names the turn, and the page leads to it."""

from __future__ import annotations

import re

from assistant.play import told
from evals import page
from evals.cases import Case, Said

CHECK = {"what": "technology.capture", "expected": 5, "got": 1, "turn": 2, "confidence": 0.994, "quote": "On a <card>."}


def test_a_fault_names_its_turn_and_links_to_it() -> None:
    line = told(CHECK)
    assert line == "technology.capture: expected 5, got 1 (turn 2, sure 0.99: “On a <card>.”)"
    said = (
        Said("assistant", "Hello."),
        Said("user", "Steel."),
        Said("assistant", "And?"),
        Said("user", "On a <card>."),
    )
    html = page._case(Case("small", "en", "full", {"right": 0.0}, (line,), said), told=True)
    assert '<a href="#small-2">turn 2</a>, sure 0.99: “On a &lt;card&gt;.”' in html
    assert re.search(r'<div class="said user hit" id="small-2" data-turn="2">On a &lt;card&gt;\.</div>', html)
    assert '<div class="said user" id="small-1" data-turn="1">Steel.</div>' in html


def test_what_was_never_read_has_no_turn_and_long_words_are_cut_between_marks() -> None:
    assert told({"what": "x", "expected": [1, 3], "got": None}) == "x: expected [1, 3], got None"
    line = told({"what": "evidence x", "expected": "a " * 200, "got": ""})
    assert line.endswith(" …', got ''")
    assert len(line) < 200
