"""What models cost in an eval: nothing is paid twice, a limit holds, and nobody pays without having said so."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from assistant.build import Engine
from assistant.calls import Price
from assistant.chat import Message
from assistant.errors import ModelError, UserError
from assistant.llm.budget import Budgeted, turn
from assistant.llm.fake import FakeModel, ScriptEndedError
from assistant.llm.patience import PATIENCE
from assistant.settings import Settings
from evals import judge, judging, roles
from evals.cases import Outcome
from evals.roles import Cast, Roles
from evals.spending import Budget, Dry, Frugal, Meter, SpentUpError, Tokens

HELLO = (Message("user", "Say something about job cards."),)
OTHER = (Message("user", "Say something else."),)


def frugal(
    folder: Path, *lines: str | Exception, meter: Meter | None = None, fresh: bool = False, seconds: float = 60.0,
    wait: float = 0.0,
) -> Budgeted:  # fmt: skip
    one = Frugal(FakeModel(list(lines), wait=wait), folder, meter or Meter(), fresh=fresh)
    return Budgeted(one, "a job", seconds)


def test_a_reply_is_paid_once_and_another_question_again(tmp_path: Path) -> None:
    meter = Meter()
    one = frugal(tmp_path, "First.", "Second.", meter=meter)
    assert [one.complete(HELLO), one.complete(HELLO), one.complete(OTHER)] == ["First.", "First.", "Second."]
    assert (meter.total.calls, meter.kept) == (2, 1)
    again = frugal(tmp_path)
    assert [again.complete(OTHER), "".join(again.stream(HELLO))] == ["Second.", "First."]


def test_a_schema_makes_another_question_and_fresh_asks_anew(tmp_path: Path) -> None:
    frugal(tmp_path, "First.").complete(HELLO)
    with pytest.raises(ScriptEndedError):
        frugal(tmp_path).complete(HELLO, {"type": "object"})
    assert frugal(tmp_path, "Anew.", fresh=True).complete(HELLO) == "Anew."
    assert frugal(tmp_path).complete(HELLO) == "Anew."


def test_a_stream_is_kept_only_when_it_is_heard_to_its_end(tmp_path: Path) -> None:
    meter = Meter()
    one = frugal(tmp_path, "Twenty pencils on the card.", "Twenty pencils.", meter=meter)
    pieces = one.stream(HELLO)
    next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    assert "".join(one.stream(HELLO)) == "Twenty pencils."
    assert "".join(frugal(tmp_path).stream(HELLO)) == "Twenty pencils."
    assert meter.failed == 0, "who has heard enough was not failed"


def test_what_failed_is_counted_and_not_kept(tmp_path: Path) -> None:
    meter = Meter()
    one = frugal(tmp_path, ModelError("down"), "Up.", meter=meter)
    with pytest.raises(ModelError):
        one.complete(HELLO)
    assert (meter.failed, one.complete(HELLO)) == (1, "Up.")
    assert list(tmp_path.glob("*.txt")) == [next(tmp_path.iterdir())]


def late(folder: Path, meter: Meter, ask: Callable[[Budgeted], object]) -> Budgeted:
    """A model that had a tenth of a second and took longer; it has answered meanwhile."""
    one = frugal(folder, *["Late."] * 9, meter=meter, seconds=0.1, wait=0.3)
    with pytest.raises(ModelError, match="in time"):
        ask(one)
    time.sleep(0.5)
    return one


@pytest.mark.parametrize("ask", [lambda one: one.complete(HELLO), lambda one: list(one.stream(HELLO))])
def test_what_comes_too_late_is_counted_as_failed_and_not_kept(
    tmp_path: Path, ask: Callable[[Budgeted], object]
) -> None:
    meter = Meter()
    late(tmp_path, meter, ask)
    assert (meter.failed, meter.total.calls) == (1, 1), "it is paid for all the same"
    assert list(tmp_path.iterdir()) == []


def test_a_model_that_is_left_alone_or_has_no_time_left_has_failed_too(tmp_path: Path) -> None:
    meter = Meter()
    one = frugal(tmp_path, *[ModelError("down")] * PATIENCE, meter=meter)
    for said in (*["down"] * PATIENCE, "left alone"):
        with pytest.raises(ModelError, match=said):
            one.complete(HELLO)
    assert meter.failed == PATIENCE + 1
    with turn(1000, 0.0), pytest.raises(ModelError, match="time of this turn"):
        one.complete(OTHER)
    assert meter.failed == PATIENCE + 2


def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever model is set answers after a third of a second."""

    def connected(*_: object, **__: object) -> FakeModel:
        return FakeModel(["Late."], wait=0.3, for_ever=True)

    monkeypatch.setattr(roles, "connect", connected)


def test_the_product_s_own_model_that_is_too_slow_has_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow(monkeypatch)
    meter = Meter()
    settings = Settings(home=tmp_path, cache=tmp_path / "cache", model="ollama:slow", model_timeout=1)
    running = roles.engine(settings, meter)
    assert running.models is not None
    with pytest.raises(ModelError, match="in time"):
        list(running.models.patience.stream(HELLO, time.monotonic() + 0.1))
    assert meter.failed == 1


def test_a_judge_that_is_too_slow_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    slow(monkeypatch)
    settings = Settings(home=tmp_path, cache=tmp_path / "cache", model="")
    cast = Cast(Engine(settings), Roles(judge="ollama:slow", seconds=0.1), Meter())  # type: ignore[call-arg]
    (found,) = judge.of([Outcome("answers", "Answers", "tune", {}, {}, [], 0.0, {})], cast)
    marked = sum(row.check == "answers" for row in judging.load())
    assert cast.meter.failed == marked, "three came too late, then it was left alone"
    assert f"{marked} calls gave nothing" in (told := capsys.readouterr().err)
    assert "slower than VEJVISER_EVAL_SECONDS (0.1 s)" in told
    assert found.figures[judge.UNREADABLE].value == 1.0


def test_the_limit_passes_all_that_forgives_a_model(tmp_path: Path) -> None:
    meter = Meter(Budget(tokens=40))
    one = frugal(tmp_path, "word " * 30, "never", meter=meter)
    one.complete(HELLO)
    with pytest.raises(SpentUpError, match="40 tokens"):
        one.complete(OTHER)
    assert one.complete(HELLO).startswith("word")  # kept, so it costs nothing


def test_a_limit_that_is_reached_is_told_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    meter = Meter(Budget(tokens=5))
    meter.note("fake", Tokens(1, 3, 2))
    with pytest.raises(UserError, match="higher --budget"), roles.limited(meter):
        meter.may(10)
    assert "Spent: 1 calls, 3 tokens sent, 2 received" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "price", "budget"),
    [
        ("200k", None, Budget(tokens=200_000)), ("1.5M", None, Budget(tokens=1_500_000)), ("900t", None, Budget(tokens=900)),
        ("0.50", Price(1.0, 2.0), Budget(money=0.5, price=Price(1.0, 2.0))),
    ],
)  # fmt: skip
def test_a_budget_is_tokens_or_money(text: str, price: Price | None, budget: Budget) -> None:
    assert Budget.of(text, price) == budget


@pytest.mark.parametrize(
    ("text", "said"), [("0.50", "VEJVISER_MODEL_PRICE"), ("much", "no amount"), ("-3", "no amount")]
)
def test_a_budget_that_cannot_be_is_named(text: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        Budget.of(text, None)


def test_money_is_held_at_its_price() -> None:
    budget = Budget(money=0.5, price=Price(1.0, 4.0))
    assert budget.holds(Tokens(1, 100_000, 100_000))
    assert not budget.holds(Tokens(1, 100_001, 100_000))


def playing(model: str = "", budget: Budget | None = None, **named: str) -> Cast:
    settings = Settings(model=model, model_price="1,4")
    return Cast(Engine(settings), Roles(**named), Meter(budget or Budget()))  # type: ignore[arg-type]


COSTS = {"answers": Tokens(10, 5_000, 1_000)}


def test_a_paid_run_is_told_and_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    asked: list[str] = []

    def answer(yes: str) -> str:
        asked.append(yes)
        return yes

    roles.agreed(COSTS, playing("openai:small"), asks=lambda _: answer("y"))
    with pytest.raises(UserError, match="nothing was asked"):
        roles.agreed(COSTS, playing("openai:small"), asks=lambda _: answer(""))
    assert asked == ["y", ""]
    assert "10 calls, 5,000 tokens sent, 1,000 received, 0.01" in capsys.readouterr().err


def test_where_nobody_sits_a_paid_run_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    with pytest.raises(UserError, match="--budget"):
        roles.agreed(COSTS, playing("openai:small"))


def test_a_budget_decides_without_a_question() -> None:
    def asks(_: str) -> str:
        raise AssertionError("nobody is asked")

    roles.agreed(COSTS, playing("openai:small", Budget(tokens=6_000)), asks=asks)
    with pytest.raises(UserError, match="needs more"):
        roles.agreed(COSTS, playing("openai:small", Budget(tokens=5_999)), asks=asks)


@pytest.mark.parametrize(
    ("cast", "paid"),
    [
        (playing("ollama:qwen3"), False), (playing("gguf:/a.gguf"), False), (playing(), False), (playing("openai:x"), True),
        (playing("", judge="anthropic:x"), True), (playing("", owner="fake"), False),
        (playing("", judge="openai:x", base_url="http://127.0.0.1:8080/v1"), False),
    ],
)  # fmt: skip
def test_models_of_this_machine_cost_nothing(cast: Cast, paid: bool) -> None:
    assert cast.paid is paid
    if not paid:
        roles.agreed(COSTS, cast)


def test_a_dry_model_counts_what_it_is_sent_and_fits_schemas() -> None:
    dry = Dry(lambda _: "fact")
    schema = {
        "properties": {
            "quote": {"type": "string"},
            "today": {"type": "boolean"},
            "verdict": {"type": "string", "enum": ["yes"]},
        }
    }
    assert dry.complete(HELLO, schema) == '{"quote": "", "today": true, "verdict": "yes"}'
    assert "".join(dry.stream(HELLO)) == "fact"
    assert dry.counted.calls == 2
    assert dry.counted.sent > 10


def chosen(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    roles.options(parser, "owner", "judge")
    return parser.parse_args(arguments)


@pytest.fixture
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("VEJVISER_MODEL", "VEJVISER_EVAL_OWNER", "VEJVISER_EVAL_JUDGE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("no_settings")
def test_options_come_before_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VEJVISER_MODEL", "ollama:one")
    monkeypatch.setenv("VEJVISER_EVAL_JUDGE", "ollama:two")
    cast = roles.cast(chosen("--model", "none", "--owner", "fake"))
    assert (cast.engine.settings.model, cast.roles.owner, cast.roles.judge) == ("", "fake", "ollama:two")


@pytest.mark.usefixtures("no_settings")
@pytest.mark.parametrize("arguments", [("--model", "qwen3"), ("--judge", "qwen3"), ("--owner", "a b")])
def test_a_name_of_another_form_is_told(arguments: Sequence[str]) -> None:
    with pytest.raises(UserError, match=f"{arguments[0]} .*provider:model"):
        roles.cast(chosen(*arguments))
