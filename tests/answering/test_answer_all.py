"""Several questions in one breath: each is looked up once, and what is answered of them is said."""

from __future__ import annotations

import pytest

from assistant.answering.quoting import MOST, QuotedAnswer, answer_all

TWO = "What does a sensor cost, and who can install the thing?"


class Library:
    """Answers what holds one of `words`, with as many sentences as it may."""

    def __init__(self, *words: str) -> None:
        self.words, self.searched, self.quoted = words, [], []

    def search(self, parts):
        self.searched += (found := [part.question for part in parts])
        return found

    def quote(self, part, hits, most):
        assert hits == part.question
        self.quoted.append((part.question, most))
        answered = any(word in part.question for word in self.words)
        return QuotedAnswer("said" if answered else "", (), answered, "", "en", ())


@pytest.mark.parametrize(
    ("words", "searched", "last"),
    [
        (("sensor", "install"), 2, 3),  # both answered, in three sentences each
        (("install",), 2, MOST),  # one: it may use all there is room for, from what was found already
        ((), 3, MOST),  # none: the whole of it is tried
    ],
)
def test_each_question_is_looked_up_once(words, searched, last):
    library = Library(*words)
    answer = answer_all(TWO, [], "en", library.search, library.quote)
    assert len(library.searched) == len(set(library.searched)) == searched
    assert library.quoted[-1][1] == last
    assert answer.answered == bool(words)


def test_one_question_is_asked_as_it_is():
    library = Library("MQTT")
    assert answer_all("What is MQTT?", [], "en", library.search, library.quote).answered
    assert library.quoted == [("What is MQTT?", MOST)]
