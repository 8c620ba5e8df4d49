"""Somebody who answers what is asked, by the scripts that the tests keep green. Knows what is said, times nothing."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from assistant import play
from assistant.domain.maturity import Language
from assistant.replies import Reply

SCRIPTS = Path(__file__).parents[1] / "evals" / "scripts"
_ASKED: dict[Language, tuple[str, ...]] = {
    "en": ("What is a sensor?", "What does it cost to begin?", "Do we need an ERP system?"),
    "da": ("Hvad er en føler?", "Hvad koster det at komme i gang?", "Har vi brug for et ERP-system?"),
}
_EVERY = 6
"""Every so many turns something is asked instead."""


def scripts() -> list[play.Script]:
    """All of them, by name."""
    return [play.load(path) for path in sorted(SCRIPTS.glob("*.yaml"))]


class Owner:
    """Says what a script says, one turn after the other."""

    def __init__(self, script: play.Script) -> None:
        self.script, self._turns = script, 0
        self._given: Counter[str] = Counter()

    def says(self, reply: Reply) -> str:
        """The next turn after `reply`; empty when nothing is asked any more."""
        if reply.asked is None or reply.state.ended or self._turns >= play.MOST_TURNS:
            return ""
        self._turns += 1
        if self._turns % _EVERY == 0:
            questions = _ASKED[self.script.language]
            return questions[self._turns // _EVERY % len(questions)]
        key = reply.asked.id
        if key == "story":
            return self.script.story
        answers = self.script.answers.get(key, [])
        self._given[key] += 1
        return answers[min(self._given[key], len(answers)) - 1] if answers else self.script.otherwise
