"""Patience and budget: a model that is down, slow, busy, endless or dear costs a turn no more than was allowed."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest

from assistant.chat import Message
from assistant.errors import ModelError
from assistant.llm import budget
from assistant.llm.budget import PER_CALL, Budgeted
from assistant.llm.fake import FakeModel, Line, ScriptEndedError
from assistant.llm.patience import PATIENCE, REST, TRIES, Breaker, Patience

HELLO = [Message("user", "Hello there")]


class Status(Exception):
    """What a provider raises, with its HTTP status and what it asks for."""

    def __init__(self, status: int, after: str = "") -> None:
        super().__init__(f"status {status}: the secret words")
        self.status_code = status
        self.response = type("Response", (), {"headers": {"retry-after": after} if after else {}})()


def patient(*lines: Line, **more: object) -> tuple[Patience, FakeModel, list[float]]:
    pauses: list[float] = []
    model = FakeModel(lines, **more)  # type: ignore[arg-type]
    return Patience(model, Breaker(), pauses.append), model, pauses


def soon(seconds: float = 5.0) -> float:
    return time.monotonic() + seconds


@pytest.mark.parametrize("error", [ConnectionError("cut"), TimeoutError(), Status(429), Status(500), Status(503)])
def test_what_may_pass_is_tried_again_with_growing_pauses(error: Exception) -> None:
    model, fake, pauses = patient(error, error, "Yes.")
    assert "".join(model.stream(HELLO, soon())) == "Yes."
    assert len(fake.told) == TRIES
    assert 0 < pauses[0] < pauses[1]


@pytest.mark.parametrize("error", [Status(400), Status(401), Status(404)])
def test_a_refusal_is_not_tried_again_and_its_words_are_not_passed_on(error: Exception) -> None:
    model, fake, pauses = patient(error, "Yes.")
    with pytest.raises(ModelError, match="refuses") as refused:
        model.complete(HELLO, None, soon())
    assert "secret" not in str(refused.value)
    assert (len(fake.told), pauses) == (1, [])


def test_no_pause_longer_than_the_time_that_is_left() -> None:
    model, fake, pauses = patient(Status(429, after="30"), "Yes.")
    with pytest.raises(ModelError, match="429"):
        model.complete(HELLO, None, soon(2))
    assert (len(fake.told), pauses) == (1, [])


@pytest.mark.alone
def test_a_model_that_hangs_is_left_at_the_moment() -> None:
    model, *_ = patient("Slow.", wait=1.0)
    begun = time.monotonic()
    with pytest.raises(ModelError, match="in time"):
        list(model.stream(HELLO, soon(0.2)))
    assert time.monotonic() - begun < 0.5


def test_an_endless_answer_is_cut_and_an_empty_one_is_none() -> None:
    model, *_ = patient("word " * 10_000, "", piece=500)
    with pytest.raises(ModelError, match="does not end"):
        list(model.stream(HELLO, soon()))
    with pytest.raises(ModelError, match="empty"):
        list(model.stream(HELLO, soon()))


def test_what_broke_off_is_not_begun_again() -> None:
    def breaking(_: Sequence[Message]) -> str:
        raise ConnectionError

    class Broken(FakeModel):
        def stream(self, messages: Sequence[Message]):  # type: ignore[no-untyped-def]
            self.told.append(list(messages))
            yield "Half "
            breaking(messages)

    fake = Broken([])
    got: list[str] = []
    with pytest.raises(ModelError):
        got.extend(Patience(fake, Breaker(), lambda _: None).stream(HELLO, soon()))
    assert (got, len(fake.told)) == (["Half "], 1)


def test_after_several_failures_the_model_is_left_alone_then_tried_once() -> None:
    now = [0.0]
    fake = FakeModel([Status(401)] * PATIENCE + [Status(401), "Yes.", "Yes."])
    model = Patience(fake, Breaker(lambda: now[0]), lambda _: None)
    for _ in range(PATIENCE):
        with pytest.raises(ModelError, match="401"):
            model.complete(HELLO, None, soon())
    with pytest.raises(ModelError, match="left alone"):
        model.complete(HELLO, None, soon())
    assert len(fake.told) == PATIENCE
    now[0] += REST + 1
    with pytest.raises(ModelError, match="401"):
        model.complete(HELLO, None, soon())
    now[0] += REST + 1  # the rest has doubled
    with pytest.raises(ModelError, match="left alone"):
        model.complete(HELLO, None, soon())
    now[0] += REST
    assert model.complete(HELLO, None, soon()) == "Yes."
    assert model.complete(HELLO, None, soon()) == "Yes."


def test_calls_share_the_allowance_of_their_turn_and_are_noted() -> None:
    model, *_ = patient("Yes, it is so. " * 20, "No.", "No.")
    job = Budgeted(model, "answer@1", 5.0)
    with budget.turn(120, 5.0) as allowance:
        assert job.complete(HELLO)
        with pytest.raises(ModelError, match="used up"):
            job.complete([Message("user", "word " * 60)])
    (call,) = allowance.calls
    assert (call.job, call.model, call.outcome) == ("answer@1", "fake:script", "ok")
    assert call.sent > 4
    assert call.received > 60
    assert allowance.left == 120 - call.sent - call.received


def test_a_failed_call_is_noted_with_what_it_sent() -> None:
    model, *_ = patient(Status(401))
    with budget.turn(1000, 5.0) as allowance, pytest.raises(ModelError):
        list(Budgeted(model, "answer", 5.0).stream(HELLO))
    assert [call.outcome for call in allowance.calls] == ["it refuses (status 401)"]
    assert allowance.calls[0].sent > 0


def test_what_was_heard_of_a_stream_that_is_closed_is_noted() -> None:
    model, *_ = patient("One two three four five six seven eight nine ten.")
    with budget.turn(1000, 5.0) as allowance:
        pieces = Budgeted(model, "answer", 5.0).stream(HELLO)
        next(pieces)
        pieces.close()  # type: ignore[attr-defined]
    assert allowance.calls[0].outcome == "ok"
    assert 0 < allowance.calls[0].received < 8


def test_no_single_call_may_be_huge() -> None:
    model, fake, _ = patient("Yes.")
    with pytest.raises(ModelError, match=str(PER_CALL)):
        Budgeted(model, "answer", 5.0).complete([Message("user", "word " * (PER_CALL + 10))])
    assert fake.told == []


def test_a_script_runs_out_loudly() -> None:
    model, *_ = patient("Only this.")
    model.complete(HELLO, None, soon())
    with pytest.raises(ScriptEndedError, match="1 lines; this is call 2"):
        model.complete(HELLO, None, soon())
