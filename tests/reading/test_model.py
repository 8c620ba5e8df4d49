"""The second reader: asked only in doubt, believed only where the rules' own evidence agrees."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pytest

from assistant.chat import prompt
from assistant.content import root
from assistant.domain.acts import Answer, AnyAct, Question, Signal
from assistant.domain.readings import SURE
from assistant.domain.state import Asked
from assistant.errors import ModelError
from assistant.llm.fake import FakeModel, Line
from assistant.reading.model import READ, REPAIR, SCHEMA, UNSURE, ModelReader, SecondReading, located, parsed
from assistant.reading.rules import Context

ITEM = "technology.capture"
TEXT = "Well, you know how it is here. The foreman types the stops into a sheet on Fridays, that is all."
QUOTE = "The foreman types the stops into a sheet"
ASKED = Context("en", Asked(id=ITEM))


class Head:
    """Holds every text about the item as far as `own` says, and on stage 2 as far as `two` says."""

    def __init__(self, items: Sequence[str], own: float = 0.9, two: float = 0.8, today: float = 0.95) -> None:
        self.items, self._own, self._two, self._today = list(items), own, two, today

    def tells(self, texts):
        return np.full(len(texts), self._today, np.float32)

    def features(self, texts):
        return list(texts)

    def about(self, features):
        rows = np.full((len(features), len(self.items) + 1), (1 - self._own) / len(self.items), np.float32)
        rows[:, self.items.index(ITEM)] = self._own
        return rows

    def stage_probabilities(self, _item, features):
        rows = np.full((len(features), 6), (1 - self._two) / 5, np.float32)
        rows[:, 2] = self._two
        return rows


def said(quote: str = QUOTE, stage: int = 2, today: bool = True) -> str:
    return json.dumps({"quote": quote, "today": today, "stage": stage})


def unsure(stage: int = 2) -> Answer:
    scores = [0.14] * 6
    scores[stage] = 0.3
    start = TEXT.index(QUOTE)
    return Answer(
        item=ITEM, low=stage, high=stage, scores=tuple(scores), asked=True, quote=QUOTE, start=start, end=start + len(QUOTE)
    )  # fmt: skip


@pytest.fixture
def reading(model):
    def read(
        acts: Sequence[AnyAct], *lines: Line, text: str = TEXT, context: Context = ASKED, **head: float
    ) -> tuple[SecondReading, FakeModel]:
        fake = FakeModel(lines)
        folder = root() / "prompts"
        prompts = (prompt(folder, "read_answer", READ), prompt(folder, "repair_answer", REPAIR))
        reader = ModelReader(fake, prompts, model, Head(model.order, **head))
        return reader.read(text, context, acts), fake

    return read


SURE_ONES: list[tuple[str, list[AnyAct], str, Context]] = [
    ("a sure answer", [unsure().model_copy(update={"scores": (0.1, 0.1, 0.6, 0.1, 0.05, 0.05)})], TEXT, ASKED),
    ("a range", [unsure().model_copy(update={"high": 4})], TEXT, ASKED),
    ("a click", [unsure().model_copy(update={"clicked": True})], TEXT, ASKED),
    ("a command", [Signal(signal="skip")], TEXT, ASKED),
    ("not knowing", [Signal(signal="dont_know")], TEXT, ASKED),
    ("agreement", [Signal(signal="agree")], TEXT, ASKED),
    ("a question", [Question(quote="Well", start=0, end=4)], TEXT, ASKED),
    ("two words", [Signal(signal="unread")], "Hm, well", ASKED),
    ("a monologue", [Signal(signal="unread")], "word " * 300, ASKED),
    ("the story", [], TEXT, Context("en", Asked(id="story"))),
    ("nothing asked", [], TEXT, Context("en")),
    ("a choice of descriptors", [], TEXT, Context("en", Asked(id=ITEM, form="closest", options=(1, 2)))),
]


@pytest.mark.parametrize(
    ("acts", "text", "context"), [case[1:] for case in SURE_ONES], ids=[case[0] for case in SURE_ONES]
)
def test_what_the_rules_are_sure_of_is_not_shown_to_a_model(reading, acts, text, context):
    second, fake = reading(acts, text=text, context=context)
    assert (second.acts, second.difference, fake.told) == (acts, None, [])


def test_words_that_the_rules_overlooked_count_when_both_read_the_same_stage(reading):
    second, fake = reading([Signal(signal="unread")], said())
    (answer,) = second.acts
    assert isinstance(answer, Answer)
    assert (answer.item, answer.low, answer.quote) == (ITEM, 2, QUOTE)
    assert TEXT[answer.start : answer.end] == QUOTE
    assert max(answer.scores) == pytest.approx(0.8)
    assert (second.difference.kept, second.difference.rules, second.difference.model) == ("both", None, 2)
    assert fake.schemas == [SCHEMA]
    assert len(fake.told[0]) == 2


@pytest.mark.parametrize(("stage", "own"), [(5, 0.9), (0, 0.9), (2, 0.2)])
def test_the_stage_is_never_the_models_and_in_doubt_it_stays_open(reading, stage, own):
    second, _ = reading([Signal(signal="no_evidence")], said(stage=stage), own=own)
    (answer,) = second.acts
    assert (answer.low, answer.high) == (2, 2)
    assert max(answer.scores) == pytest.approx(UNSURE, abs=0.001)
    assert UNSURE < SURE
    assert second.difference.kept == "unsure"


def test_a_vote_settles_what_the_rules_held_likeliest_and_nothing_else(reading):
    second, _ = reading([unsure()], said(stage=2))
    assert second.acts[0].scores[2] == SURE
    assert sum(second.acts[0].scores) == pytest.approx(1, abs=0.001)
    assert second.difference.kept == "both"
    for stage in (0, 1, 3, 4, 5):
        second, _ = reading([unsure()], said(stage=stage))
        assert second.acts == [unsure()]
        assert (second.difference.kept, second.difference.rules, second.difference.model) == ("rules", 2, stage)


LIES = {
    "invented quote": said(quote="The robot reports every stop by itself", stage=4),
    "quote of the prompt": said(quote="Point at the words that matter", stage=4),
    "no quote": said(quote="", stage=4),
    "not today": said(today=False),
    "no stage": said(stage=-1),
}


@pytest.mark.parametrize("name", LIES)
def test_a_lie_changes_nothing(reading, name):
    before = [Signal(signal="unread")]
    second, _ = reading(before, LIES[name])
    assert second.acts == before
    assert second.difference.kept == "nothing"


@pytest.mark.parametrize("head", [{"own": 0.001}, {"today": 0.003, "two": 0.3}])
def test_words_about_something_else_or_another_time_change_nothing(reading, head):
    before = [Signal(signal="unread")]
    second, _ = reading(before, said(), **head)
    assert (second.acts, second.difference.kept) == (before, "nothing")


RUBBISH = [
    "", "Stage five!", "{", '{"quote": "x", "today": true', said()[:-8], "[1, 2]", '{"stage": 5}',
    '{"quote": 1, "today": true, "stage": 2}', '{"quote": "x", "today": "yes", "stage": 2}',
    '{"quote": "x", "today": true, "stage": 9}', '{"quote": "x", "today": true, "stage": 2.5}',
]  # fmt: skip


@pytest.mark.parametrize("rubbish", RUBBISH)
def test_rubbish_is_mended_once_then_left(reading, rubbish):
    before = [Signal(signal="unread")]
    second, fake = reading(before, rubbish, said())
    assert isinstance(second.acts[0], Answer)
    assert len(fake.told) == 2
    second, fake = reading(before, rubbish, rubbish)
    assert (second.acts, second.difference.kept, len(fake.told)) == (before, "nothing", 2)


def test_a_model_that_fails_changes_nothing(reading):
    second, _ = reading([unsure()], ModelError("down"))
    assert (second.acts, second.difference.kept, second.difference.why) == ([unsure()], "rules", "down")


def test_json_between_words_is_found():
    assert parsed(f"Here you are:\n```json\n{said()}\n```").stage == 2


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("types the stops", "types the stops"),
        ("“types  the\nstops”", "types the stops"),
        ("TYPES the stops", "types the stops"),
        ("types stops", None),
        ("...", None),
        ("", None),
    ],
)
def test_where_a_quote_stands(quote, found):
    span = located(quote, TEXT)
    assert (span and TEXT[slice(*span)]) == found
