"""Decisions on the plan end to end: stored turn by turn, replayed, approved from two tabs, exported, asked anew and erased."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pypdfium2
import pytest
from typer.testing import CliRunner, Result

from assistant.build import Engine
from assistant.cli import app, decide, papers, talk, terminal
from assistant.corrections import Corrections
from assistant.decisions import Decisions
from assistant.domain.acts import Answer, PlanDecision, Signal
from assistant.domain.profile import score
from assistant.domain.state import Asked
from assistant.errors import UserError
from assistant.session import Sessions
from assistant.store import Store, Turn

CAPTURE, FLOW = "technology.capture", "connectivity.flow"
LOG, REGISTER = "stop-log-on-paper", "register-at-the-machine"
Run = Callable[..., Result]


def answered(sessions: Sessions, conversation: str, **stages: int) -> None:
    """One turn by clicks; items are named without their dimension."""
    acts, words = [], ""
    for name, stage in stages.items():
        item = next(item for item in sessions.model.order if item.endswith(f".{name}"))
        quote = sessions.model.items[item].descriptors[stage].en
        scores = tuple(float(number == stage) for number in range(6))
        acts.append(Answer(
            item=item, low=stage, high=stage, scores=scores, asked=False, clicked=True, quote=quote, start=len(words),
            end=len(words) + len(quote),
        ))  # fmt: skip
        words += quote + " "
    sessions.act(conversation, acts, words)


def told(sessions: Sessions, language: str = "en") -> str:
    conversation = sessions.open(language).conversation  # type: ignore[arg-type]
    answered(sessions, conversation, capture=1, flow=1)
    return conversation


def names(sessions: Sessions, conversation: str) -> list[str]:
    return [name for step in sessions.plan(conversation).steps for name in step.order]


@pytest.fixture
def sessions(engine: Engine, tmp_path: Path) -> Sessions:
    return engine.sessions(Store(tmp_path))


def test_decisions_are_turns_and_survive_a_new_process(engine: Engine, tmp_path: Path) -> None:
    sessions = engine.sessions(Store(tmp_path))
    conversation = told(sessions)
    reply = Decisions(sessions).decide(conversation, [
        PlanDecision(decision="reject", action=LOG, reason="did that last year", by="Mette"),
        PlanDecision(decision="add", text="Tidy the store"),
        PlanDecision(decision="change", action="own-1", owner="Ole"),
    ])  # fmt: skip
    Decisions(sessions).approve(conversation, "Mette", "2027-03-01")
    Decisions(sessions).capacity(conversation, 20, "under_5000")
    assert "Taken out of the plan" in reply.text
    assert reply.asked == sessions.resume(conversation).asked  # the dialogue goes on where it was
    again = engine.sessions(Store(tmp_path))
    assert again.state(conversation) == sessions.state(conversation)
    assert again.plan(conversation) == sessions.plan(conversation)
    assert [v.who for v in Decisions(again).versions(conversation)] == ["Mette"]
    said = [turn.said for turn in Store(tmp_path).turns(conversation, after=1)]
    assert said == [
        "Out of the plan: Write down the stops for two weeks. Reason: did that last year\nOur own: Tidy the store.\nChange: Tidy the store.",
        "Mette approves the plan, 1 March 2027.",
        "20 own hours a month and under 5,000 € for one thing",
    ]


def test_hours_and_money_in_one_breath_are_told_once(sessions: Sessions) -> None:
    conversation = sessions.open("en").conversation
    sessions.store.append(conversation, Turn(1, "-", [], Asked(id="targets"), "..."))
    reply = sessions.say(conversation, "We can put in 15 hours a month and 20,000 kroner for one thing.")
    assert reply.text.count("15 own hours a month and under 5,000 €") == 1


def test_a_target_that_is_no_higher_than_today_stays_as_it_is(sessions: Sessions) -> None:
    conversation = told(sessions)
    profile = sessions.state(conversation).profile
    today = score(profile, sessions.model).dimensions
    dimension, value = next((name, value) for name, value in today.items() if value is not None and value >= 1)
    reply = Corrections(sessions).targets(conversation, {dimension: int(value)})
    title = sessions.model.dimension(dimension).title["en"]
    assert f"{title} as it is" in reply.text
    higher = Corrections(sessions).targets(conversation, {dimension: int(value) + 2})
    assert f"{title} {int(value) + 2}" in higher.text


def test_undo_works_for_decisions(sessions: Sessions) -> None:
    conversation = told(sessions)
    before = names(sessions, conversation)
    Decisions(sessions).decide(conversation, [PlanDecision(decision="reject", action=LOG, reason="no")])
    assert names(sessions, conversation) != before
    sessions.act(conversation, [Signal(signal="undo")], "undo")
    assert names(sessions, conversation) == before


@pytest.mark.parametrize(
    "decision",
    [
        PlanDecision(decision="agree", action="nonsense"),
        PlanDecision(decision="reject", action=LOG),
        PlanDecision(decision="add", text="x" * 10_000),
    ],
)
def test_what_cannot_be_taken_writes_nothing(sessions: Sessions, decision: PlanDecision) -> None:
    conversation = told(sessions)
    before = sessions.state(conversation)
    with pytest.raises(UserError) as refused:
        Decisions(sessions).decide(conversation, [PlanDecision(decision="agree", action=LOG), decision])
    assert "\n" not in str(refused.value)
    assert sessions.state(conversation) == before
    with pytest.raises(UserError, match="there is none by that id"):
        Decisions(sessions).decide("nonsense", [decision])


def test_two_tabs_approve_at_once_and_both_versions_are_kept(engine: Engine, tmp_path: Path) -> None:
    tabs = [engine.sessions(Store(tmp_path)) for _ in range(2)]
    conversation = told(tabs[0])
    errors: list[Exception] = []

    def approve(tab: Sessions, who: str) -> None:
        try:
            Decisions(tab).approve(conversation, who, "2027-03-01")
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=approve, args=pair) for pair in zip(tabs, ("Mette", "Ole"), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    versions = Decisions(engine.sessions(Store(tmp_path))).versions(conversation)
    assert [version.number for version in versions] == [1, 2]
    assert {version.who for version in versions} == {"Mette", "Ole"}


def test_a_plan_that_another_tab_changed_is_not_approved_unseen(sessions: Sessions) -> None:
    conversation = told(sessions)
    seen = sessions.state(conversation).turn
    Decisions(sessions).decide(conversation, [PlanDecision(decision="agree", action=LOG)])
    Decisions(sessions).approve(conversation, "Mette", "2027-03-01", seen=seen)  # nothing that is planned has changed
    Decisions(sessions).decide(conversation, [PlanDecision(decision="reject", action=LOG, reason="no")])
    with pytest.raises(UserError, match="in the meantime"):
        Decisions(sessions).approve(conversation, "Ole", "2027-03-01", seen=seen)
    assert [version.who for version in Decisions(sessions).versions(conversation)] == ["Mette"]


def test_two_tabs_decide_at_once_and_no_decision_is_lost(engine: Engine, tmp_path: Path) -> None:
    tabs = [engine.sessions(Store(tmp_path)) for _ in range(2)]
    conversation = told(tabs[0])
    errors: list[Exception] = []

    def add(tab: Sessions, word: str) -> None:
        try:
            for number in range(3):
                Decisions(tab).decide(conversation, [PlanDecision(decision="add", text=f"{word} {number}")])
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=add, args=pair) for pair in zip(tabs, ("Left", "Right"), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    own = engine.sessions(Store(tmp_path)).plan(conversation).own
    assert len({one.id for one in own}) == len({one.text for one in own}) == 6


def test_changes_since_a_version(sessions: Sessions) -> None:
    conversation = told(sessions)
    with pytest.raises(UserError, match="no version is approved yet"):
        Decisions(sessions).changes(conversation)
    Decisions(sessions).approve(conversation, "Mette", "2027-03-01")
    assert not Decisions(sessions).changes(conversation)
    Decisions(sessions).decide(conversation, [PlanDecision(decision="done", action=LOG)])
    Decisions(sessions).approve(conversation, "Mette", "2027-04-01")
    assert not Decisions(sessions).changes(conversation)
    assert [(gone.action, gone.why) for gone in Decisions(sessions).changes(conversation, 1).gone] == [(LOG, "done")]
    with pytest.raises(UserError, match="there are 1, 2"):
        Decisions(sessions).changes(conversation, 3)


def test_asked_anew_the_words_of_each_time_stand_side_by_side(sessions: Sessions) -> None:
    conversation = told(sessions)
    Decisions(sessions).approve(conversation, "Mette", "2027-03-01")
    reply = Decisions(sessions).begin(conversation, "2027-09-01")
    assert reply.asked is not None
    assert reply.asked.id == "pains"
    answered(sessions, conversation, capture=3)
    found = Decisions(sessions).times(conversation)
    assert found.labels == ("T0", "T1")
    assert found.dates[0]
    assert found.dates[1] == "2027-09-01"
    capture = next(one for one in found.items if one.item == CAPTURE)
    assert [then.stage for then in capture.then] == [1, 3]
    descriptors = sessions.model.items[CAPTURE].descriptors
    assert [then.quote.text for then in capture.then if then.quote] == [descriptors[1].en, descriptors[3].en]
    gone = {one.action: one.why for one in Decisions(sessions).changes(conversation).gone}
    assert gone == {LOG: "no_cause", REGISTER: "no_cause"}


def test_erase_takes_decisions_and_versions_with_it(engine: Engine, tmp_path: Path) -> None:
    store = Store(tmp_path)
    sessions = engine.sessions(store)
    conversation = told(sessions)
    Decisions(sessions).decide(conversation, [PlanDecision(decision="add", text="Zinkbadet tømmes", owner="Balthazar")])
    Decisions(sessions).approve(conversation, "Walpurga", "2027-03-01")
    assert sessions.erase(conversation)
    store.close()
    left = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for word in ("Zinkbadet", "Balthazar", "Walpurga"):
        assert word.encode() not in left


# --- the command ---


@pytest.fixture
def run(engine: Engine, sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Calls a command in this process, on the engine of the tests with a store of its own."""
    monkeypatch.setattr(Engine, "sessions", lambda *_: sessions)
    for module in (terminal, talk, papers, decide):
        monkeypatch.setattr(module, "engine", lambda: engine)

    def call(*arguments: str) -> Result:
        return CliRunner().invoke(app, arguments)

    return call


def good(result: Result) -> str:
    assert result.exit_code == 0, (result.output, result.exception)
    return result.stdout


def test_the_command_settles_the_plan_from_end_to_end(run: Run, sessions: Sessions, tmp_path: Path) -> None:
    conversation = told(sessions, "da")
    assert LOG in good(run("decide", conversation))
    good(run("decide", conversation, "agree", REGISTER))
    good(
        run(
            "decide", conversation, "change", LOG, "--owner", "Mette", "--month", "2027-02", "--text", "Tæl <b>stop</b>"
        )
    )
    good(run("decide", conversation, "add", "Ryd op på lageret", "--stage", "analyse"))
    good(run("decide", conversation, "move", "own-1", "--before", LOG))
    good(run("decide", conversation, "capacity", "--hours", "20"))
    shown = good(run("decide", conversation, "approve", "Mette Holm", "--on", "2027-03-01"))
    assert "Mette Holm godkendte planen den 1. marts 2027; den er gemt som udgave 1." in shown
    assert [line.split()[0] for line in shown.splitlines() if line.startswith("   ")][:2] == ["own-1", LOG]
    assert f" * {REGISTER}" in shown
    good(run("decide", conversation, "reject", "follow-what-people-knew", "--reason", "det ved vi", "--by", "Ole"))
    compared = good(run("decide", conversation, "compare"))
    assert "Ude, sagt nej til: Spørg, hvad hver enkelt vidste og manglede" in compared
    as_json = json.loads(good(run("decide", conversation, "compare", "--json")))
    assert [gone["why"] for gone in as_json["gone"]] == ["rejected", "put_off"]
    assert json.loads(good(run("decide", conversation, "versions", "--json")))[0]["who"] == "Mette Holm"
    out = tmp_path / "version.md"
    good(run("decide", conversation, "versions", "--version", "1", "-o", str(out)))
    text = out.read_text(encoding="utf-8")
    assert "Godkendt af Mette Holm den 1. marts 2027 (udgave 1)" in text
    assert "Spørg, hvad hver enkelt vidste og manglede" in text
    assert r"**Med vores egne ord**: Tæl \<b\>stop\</b\>" in text
    assert "**Hvornår**: februar 2027" in text
    assert "måned 1 til" in text
    good(run("decide", conversation, "undo"))
    assert sessions.store.turns(conversation)[-1].said == "Tag det sidste tilbage."
    assert "Der er ikke ændret noget" in good(run("decide", conversation, "compare"))


def test_the_plan_command_shows_what_was_decided(run: Run, sessions: Sessions, tmp_path: Path) -> None:
    conversation = told(sessions)
    good(run("decide", conversation, "add", "Tidy the *store*", "--owner", "Ole"))
    good(run("decide", conversation, "reject", LOG, "--reason", "did that"))
    text = good(run("plan", conversation))
    assert r"### Tidy the \*store\*" in text
    assert "Write down the stops for two weeks: did that" in text
    assert "“Write down the stops for two weeks” has to come first and was rejected" in text
    out = tmp_path / "plan.json"
    good(run("plan", conversation, "-o", str(out)))
    value: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    assert value["draft"] is True
    assert value["rejected"][0] == {"action": LOG, "reason": "did that", "by": "", "text": ""}
    assert [own["text"] for step in value["steps"] for own in step["own"]] == ["Tidy the *store*"]
    assert value["put_off"][0]["reason"] == "rejected"


@pytest.mark.parametrize("ending", ["docx", "pdf"])
def test_plan_versions_changes_and_times_are_written_for_an_adviser(
    run: Run, sessions: Sessions, tmp_path: Path, ending: str
) -> None:
    conversation = told(sessions)
    good(run("decide", conversation, "change", LOG, "--owner", "Karen", "--month", "2027-03"))
    good(run("decide", conversation, "approve", "Mette", "--on", "2027-03-01"))
    plan = written(run, tmp_path / f"plan.{ending}", "plan", conversation)
    assert "Approved by Mette on 1 March 2027 (version 1)" in plan
    assert "Karen" in plan
    good(run("decide", conversation, "reject", REGISTER, "--reason", "no"))
    good(run("decide", conversation, "again", "--on", "2027-09-01"))
    answered(sessions, conversation, capture=3)
    assert "Approved plan, version 1" in written(
        run, tmp_path / f"old.{ending}", "decide", conversation, "versions", "--version", "1"
    )
    assert "Version 1: Mette, 1 March 2027" in written(
        run, tmp_path / f"all.{ending}", "decide", conversation, "versions"
    )
    assert "nothing calls for it any more: Write down the stops" in written(
        run, tmp_path / f"new.{ending}", "decide", conversation, "compare"
    )
    for command in (["decide", conversation, "times"], ["profile", conversation]):
        assert "up by 2.0" in written(run, tmp_path / f"times.{ending}", *command)


def written(run: Run, file: Path, *command: str) -> str:
    """The text of the Word or PDF file that a command writes."""
    good(run(*command, "-o", str(file)))
    if file.suffix == ".pdf":
        with pypdfium2.PdfDocument(file) as opened:
            text = " ".join(page.get_textpage().get_text_range() for page in opened)
    else:
        opened_word = docx.Document(str(file))
        cells = [cell.text for table in opened_word.tables for row in table.rows for cell in row.cells]
        text = " ".join([paragraph.text for paragraph in opened_word.paragraphs] + cells)
    return " ".join(text.split())


def test_the_region_counts_what_companies_really_rejected(run: Run, sessions: Sessions, tmp_path: Path) -> None:
    every = [told(sessions) for _ in range(6)]
    for conversation in every:
        good(run("decide", conversation, "reject", LOG, "--reason", "no"))
        good(run("decide", conversation, "add", "Sell the secret saw"))
        good(run("decide", conversation, "reject", "own-1", "--reason", "no"))
    out = tmp_path / "region.json"
    good(run("region", "-o", str(out)))
    assert json.loads(out.read_text(encoding="utf-8"))["rejected"] == [{"action": LOG, "at_least": 5}]
    drafted = [one["action"] for one in json.loads(out.read_text(encoding="utf-8"))["drafted"]]
    assert LOG in drafted  # it was proposed
    assert "own-1" not in drafted
    for conversation in every[:2]:
        good(run("decide", conversation, "restore", LOG))
    good(run("decide", every[0], "again", "--on", "2027-09-01"))  # still one of the six
    good(run("region", "-o", str(out)))
    report = json.loads(out.read_text(encoding="utf-8"))
    assert report["companies"] == 6
    assert report["rejected"] == []


def test_asking_anew_by_command(run: Run, sessions: Sessions) -> None:
    conversation = told(sessions)
    assert "We start afresh" in good(run("decide", conversation, "again", "--on", "2027-09-01"))
    answered(sessions, conversation, capture=3)
    text = good(run("decide", conversation, "times"))
    assert "T1 (1 September 2027)" in text
    assert "*up by 2.0*" in text
    assert json.loads(good(run("decide", conversation, "times", "--json")))["labels"] == ["T0", "T1"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["agree", "nonsense"], 3, "there is none by that id"),
        (["approve", " "], 3, "say who approves"),
        (["approve", "Mette", "--on", "today"], 3, "is no date"),
        (["capacity"], 2, "give --hours"),
        (["capacity", "--hours", "0"], 2, "greater than or equal to 1"),
        (["capacity", "--money", "plenty"], 2, "plenty"),
        (["change", LOG, "--stage", "soon"], 2, "soon"),
        (["reject", LOG], 2, "--reason"),
        (["versions", "--version", "1"], 3, "no version is approved yet"),
        (["versions", "-o", "plan.txt"], 2, ".pdf"),
        (["times", "--json", "-o", "times.docx"], 2, ".json"),
        (["compare"], 3, "no version is approved yet"),
        (["again", "--on", "2027-02-30"], 3, "is no date"),
        (["nonsense"], 2, "nonsense"),
    ],
)
def test_bad_commands_say_what_to_do(run: Run, sessions: Sessions, arguments: list[str], code: int, words: str) -> None:
    conversation = told(sessions)
    before = sessions.state(conversation)
    result = run("decide", conversation, *arguments)
    if code == 3:  # `main` turns it into one line and the exit code
        assert isinstance(result.exception, UserError)
        assert words in str(result.exception)
    else:
        assert result.exit_code == code
        assert words in " ".join(result.output.split())
    assert sessions.state(conversation) == before
