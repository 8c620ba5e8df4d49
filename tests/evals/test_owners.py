"""Owners played by a model: held against their persona turn by turn, and never the product's fault."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from engines import like

from assistant.build import Engine
from assistant.chat import Message
from assistant.errors import ContentError, ModelError, UserError
from assistant.llm.fake import FakeModel, Line
from assistant.play import Played
from assistant.settings import Settings
from evals import kept, owners
from evals.acting import TRIES, Actor, SpoiledError, recited
from evals.cases import Case, run
from evals.metrics import Bar
from evals.personas import MANNERS, MOODS, Owner, load
from evals.roles import Cast, Roles
from evals.spending import Meter

OWNERS = {one.persona.id: one for one in load()}
TERSE = OWNERS["windows-terse"]
ASKED = "How do you record what production does?"
FACT = "Each man writes his hours on the job card in pencil."


def actor(*lines: Line, owner: Owner = TERSE, seed: int = 1, near: Sequence[int] = (0, 1)) -> Actor:
    return Actor(owner, seed, FakeModel(lines), owners.told(), lambda _said, _texts: near)


def test_every_mood_is_played_in_both_languages() -> None:
    assert {(one.persona.mood, one.script.language) for one in OWNERS.values()} == {
        (mood, language) for mood in MOODS for language in ("en", "da")
    }


@pytest.mark.parametrize("name", OWNERS)
def test_facts_as_they_are_written_keep_to_every_persona(name: str) -> None:
    """Else the check of the owner would spoil dialogues that nothing is wrong with."""
    one = OWNERS[name]
    playing = actor(owner=one)
    for key in ("story", *one.script.answers):
        for said in [] if key == "story" else one.told(key):
            assert [
                fault for fault in playing.faults(key, " ".join(said.split()), "") if "more than" not in fault
            ] == []


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("On the job card, all 37 of them.", "invents the number 37"),
        ("On the job card, as they do at Grundfos too.", "invents the name Grundfos"),
        ("On the card. And no, the backup I won't talk of.", "tells what is withheld (backup)"),
        ("As an AI language model I have no job cards.", "falls out of the part"),
        ("Owner: on the job card.", "falls out of the part"),
        ("Det skriver de på et stykke papir, og det er det.", "does not speak English"),
        ("On the job card. " * 20, "says more than 45 words"),
        ("   ", "says nothing"),
    ],
)  # fmt: skip
def test_words_that_leave_the_persona_are_asked_for_again_and_told_why(said: str, fault: str) -> None:
    playing = actor(said, FACT)
    assert playing.speaks("technology.capture", ASKED) == FACT
    assert playing.turns[0].first[-1] == fault
    assert playing.turns[0].tries == 2
    assert isinstance(playing.model, FakeModel)
    first, second = (told[-1].text for told in playing.model.told)
    assert "no good" not in first
    assert fault in second


def test_what_the_assistant_itself_said_may_be_said_back() -> None:
    playing = actor("No Siemens here, and no 4711 either.")
    assert (
        playing.faults("technology.capture", "No Siemens here, and not the 4711 either.", "Siemens S7 or the 4711?")
        == []
    )


def test_an_owner_who_never_keeps_to_the_part_spoils_the_dialogue() -> None:
    playing = actor(*["We make 999 of them."] * TRIES)
    with pytest.raises(SpoiledError, match="invents the number 999"):
        playing.speaks("technology.capture", ASKED)
    assert playing.turns[0].left == ("invents the number 999",)


def test_a_model_that_gives_nothing_spoils_it_too() -> None:
    with pytest.raises(SpoiledError, match="gave nothing"):
        actor(ModelError("down")).speaks("technology.capture", ASKED)


def test_the_model_is_told_the_facts_and_the_matter_but_not_the_answer_that_is_withheld() -> None:
    playing = actor("I'd rather not say.")
    playing.speaks("connectivity.security", "How is the network looked after?")
    assert isinstance(playing.model, FakeModel)
    told = "\n".join(message.text for message in playing.model.told[0])
    assert "job card in pencil" in told
    assert "takes the backup every night" not in told
    assert "I'd rather not go into that." in told
    assert playing.turns[0].told is None


def test_a_seed_draws_the_same_manners_again_and_another_seed_others() -> None:
    def manners(seed: int) -> list[str]:
        playing = actor(*[FACT] * 12, seed=seed)
        for _ in range(12):
            playing.speaks("technology.capture", ASKED)
        assert isinstance(playing.model, FakeModel)
        return [re.search(r"This time: (.*)", told[-1].text)[1] for told in playing.model.told]  # type: ignore[index]

    assert manners(1) == manners(1) != manners(2)
    assert set(manners(1)) <= set(MANNERS)


def test_whether_the_matter_was_told_is_read_from_what_lies_nearest() -> None:
    keys = ["story", *[key for key in TERSE.script.answers if TERSE.told(key)]]
    there = keys.index("technology.capture")
    others = [place for place in range(len(keys)) if place != there]
    for near, told in (((others[0], there), True), ((others[0], others[1]), False)):
        playing = actor(FACT, near=near)
        playing.speaks("technology.capture", ASKED)
        assert playing.turns[0].told is told


def cast(engine: Engine, owner: str = "fake") -> Cast:
    return Cast(engine, Roles(owner=owner), Meter())


@pytest.mark.slow
def test_a_run_is_scored_and_what_is_withheld_stays_open(engine: Engine) -> None:
    task = owners.task(cast(like(engine)), [TERSE], 1)
    outcome = run(task, like(engine), "tune")
    (case,) = outcome.cases
    assert case.scores[owners.SPOILED] == case.scores[owners.PASSED] == 1.0
    assert not any("never asked" in line for line in case.wrong)
    assert case.scores[owners.RECORDED] == 0.0
    assert outcome.figures["pass^1"].value == 1.0
    assert any("tries" in said.more for said in case.said)


@pytest.mark.slow
def test_a_liar_s_dialogue_is_not_scored_and_says_why(engine: Engine) -> None:
    def lies(messages: Sequence[Message]) -> str:
        told = recited(messages)
        return told if "windows" in told else "We have 999 robots."

    with owners.opened(like(engine), model=FakeModel([lies], for_ever=True), job=owners.told()) as examine:
        case = examine(owners.runs([TERSE], 1)[0])
    assert owners.ITEMS not in case.scores
    assert case.scores[owners.SPOILED] == 0.0
    assert "not scored" in case.wrong[0]
    assert case.said[-1].text == "We have 999 robots."


FAKED = Cast(Engine(Settings(model="")), Roles(owner="fake"), Meter())  # type: ignore[call-arg]


def played(owner: Owner, stages: Mapping[str, object], company: Mapping[str, object] | None = None) -> Played:
    """A dialogue that ended with these stages; what is not named was never asked."""
    found = {
        item: {"stage": stages.get(item), "status": "recorded" if item in stages else "not_asked"}
        for item in owner.script.end.items
    }
    checks = [
        {"what": item, "expected": gold, "got": stages.get(item), "met": gold == stages.get(item)}
        for item, gold in owner.script.end.items.items()
    ]
    return Played(owner.script, profile={"items": found, "company": dict(company or {})}, checks=checks)


def test_an_item_of_the_course_that_was_never_asked_is_wrong() -> None:
    (run_,) = owners.runs([TERSE], 1)
    gold = TERSE.script.end.items
    told = {item: gold[item] for item in ("technology.capture", "governance.strategy")}
    course = ["technology.capture", "connectivity.security", "connectivity.flow", "competence.skills"]
    assert gold["connectivity.security"] is None, "withheld, so that nothing is known of it is right if it was asked"
    case = owners.scored(run_, [], played(TERSE, told), course)
    assert case.scores[owners.ITEMS] == 2 / 5, "two of the course and one beyond it that was told of all the same"
    assert case.scores[owners.PASSED] == 0.0
    assert [line for line in case.wrong if "never asked" in line] == list(case.wrong)
    assert len(case.wrong) == 3
    asked = owners.scored(run_, [], played(TERSE, {item: gold[item] for item in course}), course)
    assert (asked.scores[owners.ITEMS], asked.scores[owners.PASSED], asked.wrong) == (1.0, 1.0, ())


def test_what_is_withheld_is_scored_only_where_something_is() -> None:
    (run_,) = owners.runs([OWNERS["panes-terse"]], 1)
    assert owners.RECORDED not in owners.scored(run_, [], played(run_.owner, {}), []).scores
    (run_,) = owners.runs([TERSE], 1)
    leaking = owners.scored(run_, [], played(TERSE, {"connectivity.security": 2}), [])
    assert (leaking.scores[owners.RECORDED], leaking.scores[owners.PASSED]) == (1.0, 0.0)
    assert owners.scored(run_, [], played(TERSE, {}), []).scores[owners.RECORDED] == 0.0
    assert owners.RECORDED in owners.task(FAKED, [TERSE], 1).bars
    assert owners.RECORDED not in owners.task(FAKED, [OWNERS["panes-terse"]], 1).bars


def withholding(folder: Path, about: str, script: str = "eleven-making-windows") -> list[Owner]:
    """A persona of one's own that withholds something."""
    (folder / "one.yaml").write_text(
        f"id: one\nscript: {script}\nmood: terse\nwho: Anna, who owns it.\n"
        f"withhold: [{{what: x, never: [quite secret], about: {about}}}]\n",
        encoding="utf-8",
    )
    return load(folder)


def test_a_fact_can_be_withheld_too(tmp_path: Path) -> None:
    (owner,) = withholding(tmp_path, "company.employees", "tune/sadelmager-paa-mors")
    assert "employees" not in owner.script.end.company
    (run_,) = owners.runs([owner], 1)
    leaking = owners.scored(run_, [], played(owner, {}, {"employees": 11}), [])
    assert leaking.scores[owners.RECORDED] == 1.0
    assert leaking.wrong == ("recorded although it was withheld: company.employees",)
    assert owners.scored(run_, [], played(owner, {}), []).scores[owners.RECORDED] == 0.0


def test_personas_of_ones_own_that_change_are_played_anew(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, cache=tmp_path / "cache", model="")

    def key(chosen: Sequence[Owner]) -> str:
        return kept.key(owners.task(FAKED, chosen, 1), "tune", settings)

    before = withholding(tmp_path, "connectivity.security")
    assert key(before) == key(load(tmp_path))
    path = tmp_path / "one.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("Anna", "Hanne"), encoding="utf-8")
    after = load(tmp_path)
    firm = replace(after[0], script=after[0].script.model_copy(update={"story": "We make doors."}))
    assert len({key(before), key(after), key([firm]), key([TERSE])}) == 4


def test_pass_k_is_the_chance_that_all_of_k_runs_pass() -> None:
    assert owners.all_of(1, [True, True, False]) == pytest.approx(2 / 3)
    assert owners.all_of(2, [True, True, False]) == pytest.approx(1 / 3)
    assert owners.all_of(3, [True, True, False]) == 0.0
    cases = [
        Case(f"{who}-{n}", "en", "terse", {owners.PASSED: float(ok), owners.ITEMS: 1.0}, made=who)
        for who, passed in (("a", (1, 1, 1)), ("b", (1, 0, 1))) for n, ok in enumerate(passed)
    ]  # fmt: skip
    spoiled = Case("b-9", "en", "terse", {owners.SPOILED: 0.0}, made="b")
    found = owners.figures([*cases, spoiled])
    assert [round(found[f"pass^{k}"].value, 3) for k in (1, 2, 3)] == [0.833, 0.667, 0.5]
    assert "pass^4" not in found


def test_when_every_dialogue_is_spoiled_nothing_counts_as_reached() -> None:
    found = owners.figures([Case("a-1", "en", "terse", {owners.SPOILED: 0.0}, made="a")])
    assert not any(bar.met(found[name]) for name, bar in owners.BARS.items() if isinstance(bar, Bar))


def test_without_a_model_it_says_what_to_name(engine: Engine) -> None:
    with pytest.raises(UserError, match="--owner"):
        owners.task(cast(engine, ""), [TERSE], 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id: other\nscript: eleven-making-windows\nmood: terse\nwho: A\nwithhold: []\n", "file's name"),
        ("id: one\nscript: eleven-making-windows\nmood: angry\nwho: A\nwithhold: []\n", "mood"),
        ("id: one\nscript: none\nmood: terse\nwho: A\nwithhold: []\n", "none.yaml"),
        ("id: one\nscript: harnesses-for-other-peoples-tractors\nmood: terse\nwho: A\nwithhold: []\n", "another language"),
        (
            "id: one\nscript: eleven-making-windows\nmood: terse\nwho: A\nwithhold: [{what: x, never: [pencil]}]\n",
            "stands in what may be told",
        ),
        (
            "id: one\nscript: eleven-making-windows\nmood: terse\nwho: A\nwithhold: [{what: x, never: [q], about: a.b}]\n",
            "is not answered",
        ),
        (
            "id: one\nscript: eleven-making-windows\nmood: terse\nwho: A\nwithhold: [{what: x, never: [q], about: goals}]\n",
            "no item and no fact",
        ),
        ("id: one\nscript: eleven-making-windows\nmood: terse\nwho: A\nwithhold: [{what: x, never: []}]\n", "no words"),
        (None, "no personas"),
    ],
)  # fmt: skip
def test_a_persona_that_does_not_fit_is_named(tmp_path: Path, text: str | None, said: str) -> None:
    if text is not None:
        (tmp_path / "one.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match=said):
        load(tmp_path)


def test_what_a_run_costs_is_reckoned_from_one_that_costs_nothing(engine: Engine) -> None:
    playing = cast(engine, "openai:small")
    found = owners.expected(playing, [TERSE], 3)
    assert found.calls > 3 * 8
    assert found.sent > found.calls * 500
    assert owners.expected(cast(engine), [TERSE], 3).calls == 0
