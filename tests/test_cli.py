"""The command-line contract: what is printed where, in which form, with which exit code."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from typer.testing import CliRunner, Result

from assistant.build import Engine
from assistant.cli import app, house, library, papers, talk, terminal
from assistant.errors import UserError
from assistant.library import places
from assistant.links import fresh
from assistant.play import Interjection

PROJECT = Path(__file__).parent.parent
SCRIPTS = sorted((PROJECT / "evals" / "scripts").glob("*.yaml"))
Run = Callable[..., Result]


@pytest.fixture
def run(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Calls a command in this process, on the engine of the tests."""
    for module in (terminal, talk, library, papers, house):
        monkeypatch.setattr(module, "engine", lambda: engine)

    def call(*arguments: str, given: str | None = None) -> Result:
        return CliRunner().invoke(app, arguments, input=given)

    return call


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_every_script_ends_as_its_gold_says(run: Run, script: Path) -> None:
    result = run("play", str(script), "--json")
    played = json.loads(result.stdout)
    assert [check for check in played["checks"] if not check["met"]] == []
    assert result.exit_code == 0
    assert played["error"] is None
    assert set(played) >= {"id", "turns", "profile", "plan", "checks", "timing"}
    assert set(played["turns"][0]) >= {"user", "reply", "asked", "cited", "findings"}
    said = [turn["user"] for turn in played["turns"]]
    for item in played["profile"]["items"].values():
        assert item["quote"] is None or item["quote"] in said[item["turn"] - 1]
    assert played["plan"]["steps"]


def test_scripts_stand_in_both_languages() -> None:
    languages = [
        line for path in SCRIPTS for line in path.read_text(encoding="utf-8").splitlines() if "language:" in line
    ]
    assert {"language: en", "language: da"} <= set(languages)


def test_a_script_that_falls_short_exits_with_1(run: Run, tmp_path: Path) -> None:
    text = SCRIPTS[0].read_text(encoding="utf-8")
    wrong = tmp_path / SCRIPTS[0].name
    wrong.write_text(text.replace("technology.capture: 1", "technology.capture: 5"), encoding="utf-8")
    assert wrong.read_text(encoding="utf-8") != text
    result = run("play", str(wrong), "--json")
    assert result.exit_code == 1
    missed = [check["what"] for check in json.loads(result.stdout)["checks"] if not check["met"]]
    assert missed == ["technology.capture"]


def test_every_kind_of_interjection_is_written_as_json(run: Run, tmp_path: Path) -> None:
    script = yaml.safe_load(SCRIPTS[0].read_text(encoding="utf-8"))
    kinds = get_args(Interjection.model_fields["kind"].annotation)
    script["interjections"] = [
        {"at": item, "say": "We have 31 people and a robot.", "kind": kind}
        for item, kind in zip(script["answers"], kinds, strict=False)
    ]
    mixed = tmp_path / SCRIPTS[0].name
    mixed.write_text(yaml.safe_dump(script, allow_unicode=True), encoding="utf-8")
    played = json.loads(run("play", str(mixed), "--json", "--out", str(tmp_path / "out")).stdout)
    assert played["error"] is None
    assert played == json.loads((tmp_path / "out" / f"{played['id']}.json").read_text(encoding="utf-8"))
    (undone,) = [check for check in played["checks"] if check["what"].endswith("profile as before")]
    assert (undone["expected"], undone["got"], undone["met"]) == (True, True, True)


def test_who_asks_how_much_is_left_is_answered(run: Run, tmp_path: Path) -> None:
    script = yaml.safe_load(SCRIPTS[0].read_text(encoding="utf-8"))
    asks = {"answered": True, "topic": "process"}
    script["interjections"] = [
        {"at": item, "say": "Hvor meget er der tilbage?", "kind": "question", "expect": asks}
        for item in ("technology.capture",)
    ]
    path = tmp_path / SCRIPTS[0].name
    path.write_text(yaml.safe_dump(script, allow_unicode=True), encoding="utf-8")
    played = json.loads(run("play", str(path), "--json").stdout)
    checks = [check for check in played["checks"] if check["what"].startswith("question at")]
    assert len(checks) == 3
    assert [check for check in checks if not check["met"]] == []


def test_read_gives_acts_and_the_stage_of_the_item(run: Run) -> None:
    given = "\n".join(
        json.dumps(line)
        for line in (
            {"id": 1, "item": "technology.capture", "text": "They write it on a sheet of paper by the saw."},
            {
                "id": 2,
                "item": "technology.capture",
                "language": "da",
                "text": "Vi overvejer at sætte tavler op til næste år.",
            },
            {"id": 3, "text": "We are nineteen employees."},
        )
    )
    result = run("read", "--jsonl", "-", given=given)
    one, two, three = lines(result)
    assert one["item_stage"] == 1
    assert one["quote"]
    assert 0 < one["confidence"] <= 1
    assert two["item_stage"] is None
    assert [act["value"] for act in three["acts"] if act["kind"] == "fact"] == [19]


def test_read_names_a_bad_line_and_goes_on(run: Run) -> None:
    result = run(
        "read",
        "--jsonl",
        "-",
        given='{"id": 1, "item": "nonsense", "text": "x"}\n{"id": 2, "text": "We have a robot."}\n',
    )
    assert result.exit_code == 3
    first, second = lines(result)
    assert "nonsense" in first["error"]
    assert "acts" in second
    assert "line 1" in result.stderr


def test_ask_and_search_as_json(run: Run) -> None:
    asked = json.loads(run("ask", "What is MQTT?", "--json").stdout)
    assert set(asked) == {"answer", "sentences", "passages", "answered", "language", "engine"}
    assert asked["answered"]
    assert asked["engine"] == "quoting"
    cited = {name for sentence in asked["sentences"] for name in sentence["cited"]}
    assert cited <= {passage["id"] for passage in asked["passages"]}
    assert all(sentence["text"] in asked["answer"] for sentence in asked["sentences"])
    found = json.loads(run("search", "følere på gamle maskiner", "-k", "3", "--json").stdout)
    assert len(found) == 3
    assert set(found[0]) == {"id", "document", "path", "locator", "text", "score"}
    assert any(passage["document"].startswith("iot-from-machine-to-phone") for passage in found)


def test_ask_over_json_lines(run: Run) -> None:
    given = '{"id": "a", "question": "Hvad er en blockchain?", "language": "da"}\n{"id": "b", "question": "Who won the cup in 1987?"}\n'
    one, two = lines(run("ask", "--jsonl", "-", given=given))
    assert (one["id"], one["answered"], one["language"]) == ("a", True, "da")
    assert (two["id"], two["answered"]) == ("b", False)


def test_ingest_and_forget_a_document(run: Run, tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    note.write_text("# Lathe\n\n## Oil\n\nThe big lathe wants oil number 68 every Monday morning.\n", encoding="utf-8")
    first = json.loads(run("ingest", str(tmp_path), "--library", "notes", "--json").stdout)
    assert [entry["status"] for entry in first] == ["ok"]
    assert json.loads(run("ingest", str(tmp_path), "--library", "notes", "--json").stdout)[0]["status"] == "unchanged"
    found = json.loads(run("search", "which oil for the lathe", "--library", "notes", "--json").stdout)
    assert "68" in found[0]["text"]
    document = found[0]["document"]
    assert run("library", "check", "--library", "notes").exit_code == 0
    assert run("library", "remove", document, "--library", "notes").exit_code == 0
    assert json.loads(run("search", "oil", "--library", "notes", "--json").stdout) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask", "Is there oil?"), ("search", "oil"), ("library", "check"), ("library", "list"), ("library", "rebuild"),
        ("library", "open", "note.en#oil-1"), ("library", "remove", "note"),
    ],
)  # fmt: skip
def test_a_library_that_is_not_there_is_not_an_empty_one(run: Run, arguments: tuple[str, ...]) -> None:
    result = run(*arguments, "--library", "mistyped")
    assert isinstance(result.exception, UserError)
    assert "'mistyped'" in str(result.exception)
    assert "shipped" in str(result.exception)
    assert result.stdout == ""


def test_what_ask_and_search_print_of_another_library_can_be_opened(run: Run, tmp_path: Path) -> None:
    (tmp_path / "saw.md").write_text("# Saw\n\nThe band saw is sharpened every second Friday.\n", encoding="utf-8")
    assert run("ingest", str(tmp_path), "--library", "saws").exit_code == 0
    asked = "When is the band saw sharpened?"
    printed = run("ask", asked, "--library", "saws", "--language", "en").stdout.splitlines()[-1].strip()
    listed = run("search", asked, "--library", "saws").stdout
    assert f"[{printed}]" in listed
    assert "┃ The band saw is sharpened" in run("library", "open", printed).stdout
    (passage,) = json.loads(run("search", asked, "--library", "saws", "--json").stdout)
    assert f"saws:{passage['id']}" == printed


def test_ask_numbers_its_sources_and_open_shows_the_place(run: Run, tmp_path: Path) -> None:
    asked = json.loads(run("ask", "What is MQTT?", "--json").stdout)
    printed = run("ask", "What is MQTT?").stdout
    assert f"{asked['sentences'][0]['text']} [1]" in printed
    cited = asked["sentences"][0]["cited"][0]
    assert re.search(rf"^\[1\] .+\n    {re.escape(cited)}$", printed, re.MULTILINE)
    place = run("library", "open", cited)
    assert place.exit_code == 0
    barred = "\n".join(line[2:] for line in place.stdout.splitlines() if line.startswith("┃"))
    assert asked["sentences"][0]["text"] in barred
    gone = run("library", "open", "nothing.en#x-1")
    assert gone.exit_code == 3 or isinstance(gone.exception, UserError)


def test_the_place_of_a_sentence_is_its_own_minute(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tour.vtt").write_text(
        "WEBVTT\n\n00:01.000 --> 00:04.000\nWelcome to the hall.\n\n01:05.000 --> 01:09.000\n"
        "The compressor is drained every Thursday.\n",
        encoding="utf-8",
    )
    assert run("ingest", str(tmp_path), "--library", "tours").exit_code == 0
    monkeypatch.setattr(places, "passages", lambda _: pytest.fail("the document is cut again"))
    printed = run("ask", "When is the compressor drained?", "--library", "tours", "--language", "en").stdout
    assert "[1] tour, minute 1:05" in printed
    assert "minute 0:01" in run("library", "open", "tour.en#text-1", "--library", "tours").stdout


def test_a_conversation_leaves_papers(run: Run, engine: Engine, tmp_path: Path) -> None:
    result = run(
        "chat",
        "--language",
        "da",
        "--short",
        given="Vi er otte mand og laver trapper.\nAt ordrer bliver væk.\nAt vi ved, hvor de er.\n",
    )
    assert "Goddag" in result.stdout
    name = json.loads(run("conversations", "list", "--json").stdout)[0]["id"]
    out = tmp_path / "profile.json"
    assert run("profile", name, "-o", str(out)).exit_code == 0
    assert json.loads(out.read_text(encoding="utf-8"))["company"]["employees"] == 8
    assert run("plan", name).stdout.startswith("# Udkast til plan")
    assert "Vi er otte mand" in run("conversations", "show", name).stdout
    assert len(json.loads(run("conversations", "export", name).stdout)["turns"]) == 4
    assert run("conversations", "erase", name, "--yes").exit_code == 0
    assert engine.store.conversation(name) is None
    assert isinstance(run("plan", name).exception, UserError)


def test_check_and_doctor(run: Run) -> None:
    assert run("check").exit_code == 0
    doctor = json.loads(run("doctor", "--json").stdout)
    assert all(not outcome.startswith("FAILS") for outcome in doctor["works"].values())
    assert "VEJVISER_HOME" in doctor["settings"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["ask"], 2),
        (["ask", "x", "--language", "fr"], 2),
        (["nonsense"], 2),
        (["profile", "x", "-o", "profile.exe"], 2),
        (["ingest", "x.md", "--library", "shipped"], 2),
        (["serve", "--port", "99999"], 2),
    ],
)
def test_usage_errors_exit_with_2(run: Run, arguments: list[str], code: int) -> None:
    assert run(*arguments).exit_code == code


def whole(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "assistant", *arguments], capture_output=True, text=True, cwd=PROJECT, check=False,
        env=os.environ | environment,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "environment", "expected"),
    [
        (["play", "missing.yaml"], {}, "missing.yaml"),
        (["read", "--jsonl", "missing.jsonl"], {}, "missing.jsonl"),
        (["check"], {"VEJVISER_THREADS": "many"}, "VEJVISER_THREADS"),
        (["check"], {"VEJVISER_LANGUAGE": "fr"}, "VEJVISER_LANGUAGE"),
        (["conversations", "list"], {"VEJVISER_DATABASE_URL": "nowhere"}, "VEJVISER_DATABASE_URL"),
        (["conversations", "list"], {"VEJVISER_HOME": "/proc/nowhere"}, "VEJVISER_HOME"),
        (["profile", "nobody"], {"VEJVISER_DATABASE_URL": "nowhere"}, "VEJVISER_DATABASE_URL"),
    ],
)
def test_what_can_be_mended_exits_with_3_and_one_line(
    arguments: list[str], environment: dict[str, str], expected: str, tmp_path: Path
) -> None:
    done = whole(*arguments, **({"VEJVISER_HOME": str(tmp_path)} | environment))
    assert done.returncode == 3, done.stderr
    assert done.stdout == ""
    assert expected in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()[-1:]) == 1


def test_a_conversation_is_named_by_its_id_or_by_its_link(run: Run, engine: Engine) -> None:
    link = fresh()
    name = engine.sessions().open("en", "full", link).conversation
    shown = [run("conversations", "show", given) for given in (name, link)]
    assert [one.exit_code for one in shown] == [0, 0]
    assert shown[0].stdout == shown[1].stdout != ""
    assert link not in run("conversations", "list").stdout
    assert run("conversations", "erase", link, "--yes").exit_code == 0
    assert engine.store.conversation(name) is None
