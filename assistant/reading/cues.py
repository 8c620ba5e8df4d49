"""Cues: what the words of a clause do apart from their matter (plan, past, others, agreement …). Data, not judgement."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from assistant.errors import ContentError


class Cues:
    """The patterns of one language, from `knowledge/reading/cues.<language>.yaml`."""

    NAMES = (
        "plan", "past", "now", "dropped", "others", "unlike", "hearsay", "jargon", "agree", "dont_know", "skip", "later", "stop",
        "erase", "undo", "progress", "correction", "confirm", "nothing_more", "small_talk", "instruct",
        "question_start", "announces", "wonder", "leans", "filler", "anaphor", "ours", "past_verb",
        "present_verb", "pain", "goal", "contrast", "place", "takes_back",
    )  # fmt: skip

    IN_BOTH = ("stop", "erase", "undo", "instruct")
    """Cues that count in either language, whichever is spoken: a short command does not tell its language."""

    def __init__(self, patterns: Mapping[str, Any], source: str) -> None:
        if unknown := sorted(set(patterns) ^ set(self.NAMES)):
            raise ContentError(f"{source}: key {unknown[0]!r} is missing or unknown; the keys are {list(self.NAMES)}.")
        self._patterns = {name: compiled(patterns[name], f"{source}: {name}") for name in self.NAMES}

    def __getitem__(self, name: str) -> re.Pattern[str]:
        return self._patterns[name]

    def found(self, name: str, text: str) -> bool:
        """Whether `text` holds a cue called `name`."""
        return self._patterns[name].search(text) is not None


def compiled(patterns: object, where: str) -> re.Pattern[str]:
    """One pattern that finds any of `patterns`, case ignored.

    Raises:
        ContentError: no list of regular expressions.
    """
    if not isinstance(patterns, list) or not all(isinstance(pattern, str) for pattern in patterns):
        raise ContentError(f"{where}: must be a list of regular expressions; mend it.")
    try:
        return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)
    except re.error as error:
        raise ContentError(f"{where}: {error}; mend the regular expression.") from error
