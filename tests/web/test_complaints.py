"""What a failed turn leaves in the log: what happened and where, never what the person said."""

from __future__ import annotations

import logging
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.web.pages.conversation import ConversationPage


def test_the_log_holds_no_words_of_the_person(words: Any, caplog: pytest.LogCaptureFixture) -> None:
    said = " ".join(("we", "weld", "in", "secret"))
    with caplog.at_level(logging.ERROR):
        try:
            raise ValueError(said)
        except ValueError as error:
            ConversationPage._complaint(SimpleNamespace(words=words["en"]), error)  # type: ignore[arg-type]
    assert "ValueError" in caplog.text
    assert "test_complaints.py" in caplog.text
    assert said not in caplog.text
