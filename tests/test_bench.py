"""The benchmarks time what they say, and `vejviser bench` and `vejviser eval` run what lies in the project."""

from __future__ import annotations

import asyncio
import io
import json
import os
import re
import time
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console
from typer.testing import CliRunner

from assistant.build import Engine
from assistant.cli import app, measure
from assistant.errors import UserError
from assistant.library.hashed import HashedEmbedder
from assistant.library.loaders import load
from assistant.library.passages import Passage, passages
from bench import library, trust
from bench.corpus import Embedded, spread, written
from bench.players import Player, Seen
from bench.report import Report, Row, enough
from bench.timing import Others, Times, in_turn, machine

TINY = library.Size(passages=12, rounds=1, sampled=(30,), questions=3)


@pytest.fixture
def held(engine: Engine) -> list[Passage]:
    shipped = [passage for path in engine.knowledge.documents() for passage in passages(load(path))]
    return spread(shipped, 40)


def test_each_round_begins_with_another_action() -> None:
    order: list[str] = []
    actions = [(lambda: order.append("ours"), lambda: order.append("floor"))] * 3
    ours, floor = in_turn(actions)
    assert order == ["ours", "floor", "floor", "ours", "ours", "floor"]
    assert len(ours.seconds) == len(floor.seconds) == 3


def test_what_this_process_uses_is_not_counted_as_others() -> None:
    others, began, mine = Others(), time.perf_counter(), time.process_time()
    while time.process_time() - mine < 0.5:
        pass
    passed = time.perf_counter() - began
    assert 0.0 <= others.cores() * passed <= (os.cpu_count() or 1) * passed - 0.4


def test_times_are_told_by_their_middle_and_their_tail() -> None:
    times = Times((0.010, 0.030, 0.020))
    assert times.median == 0.020
    assert str(times) == "20.0 ms (10.0–30.0)"
    assert times.p90 == pytest.approx(0.028)
    assert str(Times((1.0,) * 10)) == "1.0 s, p90 1.0"


@pytest.mark.parametrize(
    ("ratio", "bar", "met"),
    [(0.9, ">= 0.9", True), (0.89, ">= 0.9", False), (1.3, "<= 1.3", True), (1.31, "<= 1.3", False), (9.0, "", True)],
)
def test_a_bar_is_met_or_missed(ratio: float, bar: str, met: bool) -> None:
    times = Times((1.0,))
    row = Row("a query", "5 passages", times, times, "embedding it", ratio, bar)
    report = Report("library", "smoke", machine(2), [row], ["As it is."])
    assert row.met is report.met is met
    console = Console(width=160, file=io.StringIO(), record=True)
    report.show(console)
    assert ("MISSED" in console.export_text()) is not met
    assert report.as_json()["rows"][0]["met"] is met


def test_few_cases_have_no_bar() -> None:
    assert (enough(99, 100, ">= 0.9"), enough(100, 100, ">= 0.9")) == ("", ">= 0.9")


def test_the_folder_holds_the_passages(held: list[Passage], tmp_path: Path) -> None:
    files = written(held, tmp_path / "texts")
    cut = [passage for path in files for passage in passages(load(path))]
    assert {path.name.split(".")[1] for path in files} == {"en", "da"}
    assert sorted((p.text.strip(), p.language) for p in cut) == sorted((p.text.strip(), p.language) for p in held)


def test_sampled_passages_are_mixed_of_two(held: list[Passage]) -> None:
    embedder = HashedEmbedder()
    seen = embedder.look([passage.context for passage in held], query=False)
    embedded = Embedded(held, np.stack([one.vector for one in seen]), [one.words for one in seen])
    mixed = embedded.sampled(300)
    assert len(mixed.passages) == len(mixed.vectors) == 300
    assert np.linalg.norm(mixed.vectors, axis=1) == pytest.approx(np.ones(300), abs=1e-5)
    assert len({passage.id for passage in mixed.passages}) == 300
    assert len({passage.text for passage in mixed.passages}) > 250
    assert all(passage.document.endswith(passage.language) for passage in mixed.passages)
    words = list(mixed.words())
    assert len(words) == 300
    assert np.mean([len(one) for one in words]) == pytest.approx(np.mean([len(one.words) for one in seen]), rel=0.15)
    again = embedded.sampled(300)
    assert np.array_equal(again.vectors, mixed.vectors)
    assert all(np.array_equal(one, other) for one, other in zip(words, again.words(), strict=True))


def test_a_run_prints_its_rows(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setitem(library.SIZES, "smoke", TINY)
    out = tmp_path / "bench.json"
    code = library.main(["--json", "-o", str(out)])
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads(out.read_text(encoding="utf-8"))
    assert code == (0 if printed["met"] else 1)
    assert [row["row"] for row in printed["rows"]] == ["indexing", "query", "query-30", "changed"]
    assert all(row["ratio"] > 0 and row["seconds"]["n"] for row in printed["rows"])
    assert printed["rows"][0]["on"].startswith("12 passages")
    assert printed["machine"]["threads"] >= 1
    with pytest.raises(UserError, match="cannot be written"):
        library.main(["-o", str(tmp_path / "nowhere" / "bench.json")])


def test_eval_and_bench_list_what_there_is() -> None:
    for command, name in (("eval", "retrieval"), ("bench", "library")):
        result = CliRunner().invoke(app, [command])
        assert result.exit_code == 0
        assert f"{command} {name} " in result.stdout
        assert CliRunner().invoke(app, [command, "nothing"]).exit_code == 2


def test_what_is_listed_can_be_called_and_tells_its_options(capsys: pytest.CaptureFixture[str]) -> None:
    for folder in ("evals", "bench"):
        for name in measure._programs(folder):
            with pytest.raises(SystemExit) as ended:
                measure._main(folder, name)(["--help"])
            assert ended.value.code == 0
            assert "--help" in capsys.readouterr().out, name


def test_the_readme_names_the_options_that_each_benchmark_has(capsys: pytest.CaptureFixture[str]) -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8").replace("\\|", "|")
    forms = re.findall(r"`vejviser bench ([a-z|]+)( [^`]*)`", readme)
    named = {name: options for names, options in forms if "[" in options for name in names.split("|")}
    assert named.keys() == set(measure._programs("bench"))
    for name, options in named.items():
        with pytest.raises(SystemExit):
            measure._main("bench", name)(["--help"])
        usage = capsys.readouterr().out.partition("\n\n")[0]
        told, there = (set(re.findall(r"(?<=\[)--?[a-z-]+", text)) for text in (options, usage))
        assert told <= there, name
        assert there - told <= {"-h", "--corpus", "--questions", "--without-peers"}, name
        sizes = re.search(r"--size \{(.*?)\}", usage)
        assert ("--size" in options) == bool(sizes), name
        if sizes:
            assert f"--size {sizes[1].replace(',', '|')}]" in options, name


def test_a_program_gets_its_options_as_they_were_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "evals").mkdir()
    (tmp_path / "evals" / "__init__.py").write_text("", encoding="utf-8")
    (tmp_path / "evals" / "echoes.py").write_text('"""Echoes."""\n\n\ndef main(given):\n    ...\n', encoding="utf-8")
    got: list[list[str]] = []
    monkeypatch.setattr(measure, "_PROJECT", tmp_path)
    monkeypatch.setattr(measure, "_main", lambda _folder, _name: lambda given: got.append(given) or 1)
    result = CliRunner().invoke(app, ["eval", "echoes", "--json", "-k", "3", "--help", "file"])
    assert (result.exit_code, got) == (1, [["--json", "-k", "3", "--help", "file"]])


def test_without_the_project_one_sentence_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "_PROJECT", tmp_path)
    for arguments in (["eval"], ["eval", "retrieval"], ["bench", "library", "--size", "smoke"]):
        result = CliRunner().invoke(app, arguments)
        assert isinstance(result.exception, UserError)
        assert "belongs to the project's source" in str(result.exception)
    assert CliRunner().invoke(app, ["--help"]).exit_code == 0


def test_many_conversations_are_played_to_the_real_app(capsys: pytest.CaptureFixture[str]) -> None:
    """The bars on times and memory are for the long run; what holds always holds in the short one too."""
    assert trust.main(["--size", "smoke", "--json"]) in (0, 1)
    found = json.loads(capsys.readouterr().out)
    size = trust.SIZES["smoke"]
    assert (found["errors"], found["mixed"], found["lost"], found["problems"]) == (0, 0, 0, [])
    assert found["conversations"] == size.at_once + size.conversations
    assert found["turns"] >= size.at_once + 2 * size.conversations
    assert 0 < found["median"] <= found["p95"] <= found["slowest"]
    assert found["memory_last"] > 100_000_000


def test_a_player_notices_what_is_somebody_elses() -> None:
    """A page that shows another's words or link, or a warning, is counted; the right one is not."""

    async def heard(came: str, link: str = "") -> Seen:
        player = Player(None, CONFIG, 3)  # type: ignore[arg-type]
        player.seen.link = link

        async def sent(_said: str) -> str:
            return came

        player._sent = sent  # type: ignore[method-assign]
        await player.talk(1)
        return player.seen

    mine, other = "A" * 22, "B" * 22
    good = asyncio.run(heard(f'Sentinel3smeden data-link=\\"{mine}\\"'))
    assert (good.link, good.mixed, good.errors, len(good.taken)) == (mine, 0, [], 1)
    for came in (f'Sentinel33smeden data-link=\\"{mine}\\"', f'data-link=\\"{other}\\"'):
        seen = asyncio.run(heard(came, mine))
        assert seen.mixed == 1
        assert seen.errors
    warned = asyncio.run(heard("v-warning", mine))
    assert (warned.mixed, len(warned.errors), warned.taken) == (0, 1, [])


CONFIG = {
    "components": [{"id": 7, "props": {"elem_id": "v-send"}}], "dependencies": [{"id": 1, "targets": [[7, "click"]]}],
}  # fmt: skip
