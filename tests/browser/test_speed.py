"""Fast enough by a wide margin, so that a busy machine does not fail it; `make speed` prints the true figures against the bars."""

from __future__ import annotations

import statistics
import time

import pytest
from talk import ANSWERS, STORY, Talk
from watch import turn


@pytest.mark.parametrize("language", ["en", "da"])
@pytest.mark.alone
def test_opening_reaction_and_reply(talk: Talk, language: str) -> None:
    begun = time.perf_counter()
    talk.visit(language)
    opened = time.perf_counter() - begun
    turns = [turn(talk, text) for text in (STORY[language], *ANSWERS[language])]
    reaction, reply = (statistics.median(getattr(one, name) for one in turns) for name in ("reaction", "reply"))
    print(f"opened {opened:.2f} s, first reaction {reaction:.3f} s, reply {reply:.3f} s")
    assert opened < 10
    assert reaction < 0.6
    assert reply < 2.5


def test_files_whose_names_change_are_asked_for_once(talk: Talk) -> None:
    talk.visit()
    asset = talk.page.evaluate(
        "performance.getEntriesByType('resource').map((one) => one.name).find((name) => name.includes('/assets/'))"
    )
    assert "immutable" in talk.page.request.get(asset).headers["cache-control"]
    assert "immutable" not in talk.page.request.get(f"{talk.address}/en/assets/none.js").headers.get(
        "cache-control", ""
    )
    assert talk.page.request.get(f"{talk.address}/en/").headers["cache-control"] == "no-store"
