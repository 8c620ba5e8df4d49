"""The library beside its peers: processes that answer, scores that do not depend on cutting, and no row for who is not there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.build import Engine
from assistant.errors import ContentError, UserError
from assistant.library.loaders import load
from bench import all as everything
from bench import judging, peers, plots, report
from bench.contest import workers
from bench.contest.model import Piece, Text, read, written
from bench.judging import Wanted
from bench.report import Amount, Row, Score
from bench.running import Benchmark
from bench.timing import Times

TINY = peers.Size(passages=4, rounds=1, questions=2, sampled=())
MACHINE = {"processor": "P", "cores": 2, "threads": 2, "cores used by others": 0.0}


def holds(*words: str) -> tuple[judging.Held, ...]:
    return tuple((lambda piece, word=word: word in piece.text) for word in words)  # type: ignore[misc]


def test_what_is_wanted_counts_once_however_it_was_cut() -> None:
    wanted = Wanted("?", holds("ape", "bee"))
    whole, cut = [Piece("ape bee", "a")], [Piece("ape", "a"), Piece("bee", "a")]
    assert judging.scores(whole, wanted) == judging.scores(cut, wanted) == (1.0, 1.0)
    again = [Piece("ape", "a"), Piece("ape ape", "a"), Piece("bee", "a")]
    gain, recall = judging.scores(again, wanted)
    assert 0.9 < gain < 1.0
    assert recall == 1.0
    late = [Piece("cow", "a")] * 5 + [Piece("ape", "a")]
    assert judging.scores(late, Wanted("?", holds("ape"))) == (pytest.approx(0.3562, abs=1e-4), 0.0)
    assert judging.scores([Piece("cow", "a")] * 10 + whole, wanted) == (0.0, 0.0)


def test_documents_count_by_their_best_piece() -> None:
    found = [Piece("x", "a.md"), Piece("y", "a.md"), Piece("z", "b.md")]
    assert judging.by_document(found) == [Piece("x", "a.md"), Piece("z", "b.md")]


def test_a_place_of_the_shipped_library_is_known_in_both_languages(engine: Engine) -> None:
    texts = [section.text for path in engine.knowledge.documents() for section in load(path).sections]
    for one in judging.shipped():
        for place in one.places:
            assert sum(place(Piece(text, "")) for text in texts) >= 2, one.question


def test_questions_of_ones_own_name_files_or_passages(tmp_path: Path) -> None:
    (tmp_path / "mill.en.md").write_text("# The mill\n\n## Sails\n\nThe sails turn with the wind.\n", encoding="utf-8")
    document = load(tmp_path / "mill.en.md")
    asked = tmp_path / "asked.jsonl"
    rows = [
        {"id": "1", "question": "What turns?", "relevant": [name]} for name in ("mill.en.md", f"{document.key}#sails-1")
    ]
    asked.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    first, second = judging.own(asked, [document], ["mill.en.md"])
    assert first.documents == second.documents == {"mill.en.md"}
    assert judging.scores([Piece("…", "mill.en.md")], second) == (1.0, 1.0)
    asked.write_text(json.dumps({"id": "7", "question": "What?", "relevant": ["inn.md"]}), encoding="utf-8")
    with pytest.raises(ContentError, match=r"question 7: 'inn\.md' is not in the folder"):
        judging.own(asked, [document], ["mill.en.md"])


def test_texts_travel_as_they_are(tmp_path: Path) -> None:
    texts = [Text("a#1", "one\u2028two\n\nthree æøå"), Text("b", "x")]
    assert read(written(texts, tmp_path / "texts.jsonl")) == texts


def test_everybody_takes_the_same_in_and_answers(engine: Engine) -> None:
    """With the peers where `make bench` has installed them; without, their absence is an error and never a shorter table."""
    there = (workers.PROJECT / workers.FOLDER / "bin" / "python").is_file()
    if not there:
        with pytest.raises(UserError, match="the peers are not installed; run `make bench`"):
            peers.run(engine, TINY, lambda _: None)
    found = peers.run(engine, TINY if there else peers.Size(4, 1, 2, (), ()), lambda _: None)
    others = [*(workers.PEERS if there else ()), "model alone"]
    rows = {row.name: row for row in found}
    assert len(rows) == len(found)
    assert [row.against for row in found if row.what == "indexing"] == [*others[-1:], *others[:-1]]
    assert {row.against for row in found if row.what == "nDCG@10"} == {*others[:-1], "BM25"}
    for row in found:
        assert row.ratio > 0 or row.what.startswith(("nDCG", "recall"))
    scored = rows["ndcg-bm25"].ours
    assert isinstance(scored, Score)
    assert scored.mean > 0.3, "the product finds what one text answers among its few passages"
    assert len(scored.values) == 2


def test_who_ends_early_is_told() -> None:
    with pytest.raises(UserError, match=r"bench: \w+ ended at `load`"), workers.started(["nobody"], "no/model", 1):
        pass


def test_other_packages_below_one_are_no_comparison() -> None:
    class Fake:
        def __init__(self, torch: str) -> None:
            self.versions = {"torch": torch, "chromadb": "1"}

    with pytest.raises(UserError, match=r"torch is 1 and 2"):
        workers._same({"a": Fake("1"), "b": Fake("2")})  # type: ignore[dict-item]
    workers._same({"a": Fake("1"), "b": Fake("1")})  # type: ignore[dict-item]


def _report() -> dict[str, object]:
    times = Times((0.1, 0.2))
    rows = [
        Row("indexing", "4 passages", Amount((9.0,), "a second"), Amount((10.0,), "a second"), "model alone", 0.9, ">= 0.9", name="indexing-model-alone"),
        Row("nDCG@10", "2 questions", Score((1.0, 0.5)), Score((0.5, 0.5)), "BM25", 1.5, "> 1.0", name="ndcg-bm25"),
        Row("a turn", "2 turns", times, times, "its sentences", 1.4, "<= 1.3", name="turn-p50"),
        Row("of it read", "2 turns", times, times, "the turn", 1.0, name="turn-read"),
        Row("turns of many", "1 at once", Amount((5.0,), "a second"), Amount((8.0,), "a second"), "model alone", 0.6, more={"p95 s": 0.3}, name="load-1-1"),
        Row("turns of many", "9 at once", Amount((5.0,), "a second"), Amount((8.0,), "a second"), "model alone", 0.6, more={"p95 s": 1.3}, name="load-1-9"),
    ]  # fmt: skip
    return report.Report("all", "smoke", MACHINE, rows, ["As it is."]).as_json()


def test_the_table_for_the_readme_is_that_of_the_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bench.json").write_text(json.dumps(_report()), encoding="utf-8")
    assert everything.main(["--show", "-o", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert (
        "| `ndcg-bm25` | nDCG@10 | 2 questions | 0.750 [0.500, 1.000] | BM25 | 0.500 [0.500, 0.500] | 1.50 | > 1.0 |"
        in lines
    )
    assert (
        "| `turn-p50` | a turn | 2 turns | 150.0 ms (100.0–200.0) | its sentences | 150.0 ms (100.0–200.0) | 1.40 | ≤ 1.3 **missed** |"
        in lines
    )
    assert lines[-1].startswith("*P, 2 cores")
    with pytest.raises(UserError, match="holds no figures"):
        everything.main(["--show", "-o", str(tmp_path / "nowhere")])


def test_all_writes_figures_table_and_plots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    times = Times((0.1, 0.2))
    missed = Row("a turn", "2 turns", times, times, "its sentences", 1.4, "<= 1.3", name="turn-p50")
    sizes: list[object] = []
    fake = Benchmark(
        "fake", "", {"smoke": 1, "full": 2, "large": 3}, lambda _e, n, _s: sizes.append(n) or [missed], ["So."]
    )
    monkeypatch.setattr(everything, "BENCHMARKS", {"fake": fake})
    assert everything.main(["--size", "full", "-o", str(tmp_path / "out")]) == 1, "a missed bar"
    assert sizes == [2]
    found = json.loads((tmp_path / "out" / "bench.json").read_text(encoding="utf-8"))
    assert ([row["row"] for row in found["rows"]], found["met"], found["size"]) == (["turn-p50"], False, "full")
    assert "**missed**" in (tmp_path / "out" / "table.md").read_text(encoding="utf-8")
    assert (tmp_path / "out" / "ratios.svg").is_file()


def test_peers_that_are_missing_are_told_before_the_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VEJVISER_BENCH_PYTHON", str(tmp_path / "nowhere"))
    monkeypatch.setattr(everything, "measured", lambda *_: pytest.fail("it has begun"))
    with pytest.raises(UserError, match="the peers are not installed; run `make bench`"):
        everything.main(["-o", str(tmp_path)])
    for given in (["nothing"], ["--corpus", str(tmp_path)]):
        with pytest.raises(SystemExit):
            everything.main(["-o", str(tmp_path), *given])


def test_plots_are_whole_pictures_of_the_rows() -> None:
    from xml.etree import ElementTree as ET

    made = plots.drawn(_report())
    assert set(made) == {"ratios", "quality", "indexing", "load", "turn"}
    for drawing in made.values():
        ET.fromstring(drawing)
    assert made["ratios"].count("<circle") == 3
    assert ">1.40 !</text>" in made["ratios"]
    assert made["load"].count("<circle") == 2
    assert plots.drawn({"rows": []}) == {}
