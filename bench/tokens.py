"""How many tokens a language model is sent over whole dialogues, against sending the whole history and ten passages each turn.

No model is needed: a scripted one answers, in the words of what it is shown, so that the calls are those of a real dialogue.
Called alone it plays the scripts that are named; how many are played in `vejviser bench all` goes by its --size.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant import play as playing
from assistant.build import Engine
from assistant.chat import Message
from assistant.llm import tokens
from assistant.llm.fake import FakeModel
from assistant.settings import load
from assistant.store import Store
from bench.report import Amount, Row
from bench.running import Benchmark, Say

SCRIPTS = Path(__file__).parents[1] / "evals" / "scripts"
BAR = 0.35
TEN = 10
"""Passages that the other way sends each turn."""
NOTES = (
    """\
With a model: a scripted one answers in the words of what it is shown, so the calls are those of a real dialogue. The naive
chain calls once a turn and sends the whole history and ten passages each time.""",
)


def honest(messages: Sequence[Message]) -> str:
    """Answers in the words of the first passage; of a turn it points at the first sentence."""
    text = messages[-1].text
    if "Turn:\n" in text:
        turn = text.rpartition("Turn:\n")[2]
        return json.dumps({"quote": re.split(r"(?<=[.!?])\s", turn)[0], "today": True, "stage": 2}, ensure_ascii=False)
    if "[1] " not in text:
        return text.rpartition(": ")[2]
    passage = text.partition("[1] ")[2].partition("\n\n")[0]
    return " ".join(f"{sentence} [1]" for sentence in re.split(r"(?<=[.!?])\s+", passage)[:3])


def measured(engine: Engine, path: Path) -> dict[str, Any]:
    """Figures of one dialogue."""
    script = playing.load(path)
    whole, history, jobs = 0, "", Counter[str]()
    with tempfile.TemporaryDirectory(prefix="vejviser-") as folder:
        store = Store(Path(folder))
        played = playing.play(
            script, lambda: engine.sessions(store), lambda texts: engine.embedder.encode(texts, query=True)
        )
        for turn in played.turns:
            history += f"{turn['user']}\n"
            hits = engine.shelves.search(turn["user"], TEN, script.language)
            whole += tokens.count(history) + sum(tokens.count(hit.passage.text) for hit in hits)
            history += f"{turn['reply']}\n"
        (spent,) = store.spending() or [store.spent("")]
        for call in store.calls(played.conversation):
            jobs[call.job.partition("@")[0]] += call.sent
        store.close()
    return {
        "script": script.id, "turns": len(played.turns), "calls": spent.calls, "sent": spent.sent, "received": spent.received,
        "whole": whole, "ratio": round(spent.sent / whole, 4), "by_job": dict(jobs),
        "checks_missed": sum(not check["met"] for check in played.checks),
    }  # fmt: skip


def with_scripted(engine: Engine) -> Engine:
    """`engine` with a model that answers in the words of what it is shown."""
    return engine.beside(FakeModel([honest], for_ever=True), model="fake:script", model_reword=False)


def run(engine: Engine, count: int, say: Say) -> list[Row]:
    """All dialogues together, with a scripted model beside `engine`'s settings."""
    asked = with_scripted(engine)
    found = []
    for path in sorted(SCRIPTS.glob("*.yaml"))[:count]:
        say(f"Playing {path.stem} with a scripted model")
        found.append(measured(asked, path))
    return together(found)


def together(found: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Rows of dialogues that were measured."""
    on = f"{len(found)} dialogues of {sum(one['turns'] for one in found)} turns"
    ratio = sum(one["sent"] for one in found) / sum(one["whole"] for one in found)
    sent, whole = (Amount(tuple(float(one[name]) for one in found), "tokens") for name in ("sent", "whole"))
    calls, turns = (Amount(tuple(float(one[name]) for one in found), "calls") for name in ("calls", "turns"))
    chain = "the naive chain"
    often = sum(one["calls"] for one in found) / sum(one["turns"] for one in found)
    missed = {"checks of the scripts missed": float(sum(one["checks_missed"] for one in found))}
    return [
        Row("tokens sent to a model, a dialogue", on, sent, whole, chain, ratio, f"<= {BAR}", missed, "model-tokens"),
        Row("calls of a model, a dialogue", on, calls, turns, chain, often, name="model-calls"),
    ]


BENCHMARK = Benchmark("tokens", (__doc__ or "").strip(), {"smoke": 1, "full": 5, "large": 5}, run, NOTES)


def main(arguments: Sequence[str]) -> int:
    """Prints the figures; 1 when the ratio of all dialogues together is above its bar."""
    parser = argparse.ArgumentParser(prog="vejviser bench tokens", description=__doc__)
    parser.add_argument("scripts", type=Path, nargs="*", help="scripts to play (all that the tests keep green)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    chosen = parser.parse_args(arguments)
    asked = with_scripted(Engine(load()))
    rows = [measured(asked, path) for path in chosen.scripts or sorted(SCRIPTS.glob("*.yaml"))]
    ratio = sum(row["sent"] for row in rows) / sum(row["whole"] for row in rows)
    if chosen.json:
        print(json.dumps({"dialogues": rows, "ratio": round(ratio, 4), "bar": BAR}, ensure_ascii=False, indent=2))
    else:
        for row in rows:
            jobs = ", ".join(f"{name} {count:,}" for name, count in sorted(row["by_job"].items()))
            print(
                f"{row['script']}: {row['turns']} turns, {row['calls']} calls, {row['sent']:,} tokens sent ({jobs}) against "
                f"{row['whole']:,} = {row['ratio']:.3f}; {row['checks_missed']} checks of the script missed"
            )
        print(f"together {ratio:.3f} (bar at most {BAR})")
    return int(ratio > BAR)
