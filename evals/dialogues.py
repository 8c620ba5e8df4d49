"""How well whole dialogues go: what stands in the profile at the end of played scripts, and how the way there was.

Measured: accuracy of items at the end, scripts with all items right, words of the evidence, what was asked again after it
was settled, turns, and whether each interjection was met as the script expects.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from assistant import play as playing
from assistant.build import Engine
from assistant.errors import ContentError
from assistant.play import Played, Script
from assistant.store import Store
from evals import report, roles
from evals.cases import Case, Part, Task, run
from evals.metrics import Bar, Figure, document, figure, shown
from evals.rows import Row
from evals.transcripts import whole

FOLDER = Path(__file__).parent / "scripts"
PARTS: dict[Part, tuple[Path, ...]] = {"tune": (FOLDER, FOLDER / "tune"), "measure": (FOLDER / "measured",)}
BARS = {
    "items right at the end": Bar(0.92), "scripts with all items right": Bar(0.5), "evidence overlaps": Bar(0.95),
    "no item asked after it was settled": Bar(1.0), "turns for 15 items": Bar(24.0, at_most=True),
}  # fmt: skip


class Scripted(Row):
    """One script."""

    script: Script


def figures(played: Sequence[Played]) -> dict[str, Figure]:
    """All figures of the played scripts."""
    items = [
        [check["met"] for check in one.checks if "." in check["what"] and check["what"] in _items(one)]
        for one in played
    ]
    found = {"items right at the end": figure([float(met) for one in items for met in one])}
    for language in ("en", "da"):
        mine = [
            float(met) for one, p in zip(items, played, strict=True) if p.script.language == language for met in one
        ]
        found[f"  items right at the end ({language})"] = figure(mine)
    by_gold: dict[str, list[tuple[bool, bool]]] = {"one stage": [], "a range": [], "not assessed": []}
    for one in played:
        for check in one.checks:
            if check["what"] in _items(one):
                gold = one.script.end.items[check["what"]]
                kind = "not assessed" if gold is None else "one stage" if isinstance(gold, int) else "a range"
                by_gold[kind].append((check["met"], check["got"] is None))
    for kind, those in by_gold.items():
        if those:
            found[f"  of those with {kind}" if kind != "not assessed" else "  of those not assessed"] = figure(
                [float(met) for met, _ in those]
            )
    found["  left open although a stage was told"] = figure(
        [float(empty) for kind in ("one stage", "a range") for _, empty in by_gold[kind]]
    )
    found["scripts with all items right"] = figure([float(all(one)) for one in items])
    found["evidence overlaps"] = figure(
        [float(c["met"]) for p in played for c in p.checks if c["what"].startswith("evidence ")]
    )
    found["no item asked after it was settled"] = figure([float(not asked_again(one)) for one in played])
    full = [one for one in played if one.script.course == "full"]
    found["turns for 15 items"] = figure([float(_turns(one)) for one in full])
    rest = [c for p in played for c in p.checks if c["what"] not in _items(p) and not c["what"].startswith("evidence ")]
    found["facts, barriers and technologies right"] = figure([float(c["met"]) for c in rest if " at " not in c["what"]])
    met = [c for c in rest if " at " in c["what"]]
    found["interjections met as expected"] = figure([float(c["met"]) for c in met])
    for kind in sorted({c["what"].partition(" at ")[0] for c in met}):
        found[f"  {kind}"] = figure([float(c["met"]) for c in met if c["what"].startswith(f"{kind} at ")])
    found["scripts ended without an error"] = figure([float(not one.error) for one in played])
    return found


def behaviours(played: Sequence[Played]) -> Counter[str]:
    """How many scripts show each kind of interjection."""
    return Counter(kind for one in played for kind in {i.kind for i in one.script.interjections})


def asked_again(played: Played) -> list[str]:
    """Items that were asked about although they had been settled, unless a contradiction or a correction reopened them."""
    settled: set[str] = set()
    again = []
    for turn in played.turns:
        for news in turn["news"]:
            if news["kind"] in ("recorded", "resolved", "corrected", "declined"):
                settled.add(news["what"])
            elif news["kind"] in ("conflict", "removed", "undone"):
                settled -= {news["what"]} if news["what"] else settled
        if turn["asked"] in settled and turn["form"] != "settle" and "." in (turn["asked"] or ""):
            again.append(turn["asked"])
    return again


def _items(played: Played) -> set[str]:
    return set(played.script.end.items)


def _turns(played: Played) -> int:
    """Turns without what the script threw in."""
    return len(played.turns) - sum(1 + (i.kind == "undo") for i in played.script.interjections if i.say)


def load(part: Part) -> list[Scripted]:
    """The scripts of one part: `tune` may be looked at, `measure` is only measured.

    Raises:
        ContentError: a script is malformed.
    """
    return scripts(PARTS[part])


def scripts(folders: Sequence[Path]) -> list[Scripted]:
    """The scripts in `folders`, by file name.

    Raises:
        ContentError: a script is malformed, or there are none.
    """
    paths = [path for folder in folders for path in sorted(folder.glob("*.yaml"))]
    if not paths:
        raise ContentError(f"{folders[0]}: holds no scripts; put *.yaml there.")
    return [Scripted(id=path.stem, script=playing.load(path)) for path in paths]


@contextmanager
def opened(engine: Engine) -> Iterator[Callable[[Scripted], Case]]:
    """A function that plays one script, in a store of its own."""
    engine.warm()

    def examine(row: Scripted) -> Case:
        with tempfile.TemporaryDirectory(prefix="vejviser-") as folder:
            store = Store(Path(folder))
            try:
                played = playing.play(
                    row.script, lambda: engine.sessions(store), lambda _texts: None
                )  # time is bench's
            finally:
                store.close()
        return _case(played)

    yield examine


def _case(played: Played) -> Case:
    items = [float(c["met"]) for c in played.checks if c["what"] in _items(played)]
    evidence = [float(c["met"]) for c in played.checks if c["what"].startswith("evidence ")]
    again = asked_again(played)
    scores = {
        "items right at the end": sum(items) / len(items) if items else 1.0,
        "scripts with all items right": float(all(items)),
        "no item asked after it was settled": float(not again),
        "scripts ended without an error": float(not played.error),
    }
    if evidence:
        scores["evidence overlaps"] = sum(evidence) / len(evidence)
    if played.script.course == "full":
        scores["turns for 15 items"] = float(_turns(played))
    wrong = [playing.told(check) for check in played.checks if not check["met"]]
    wrong += [f"asked again: {item}" for item in again] + ([played.error] if played.error else [])
    return Case(
        played.script.id, played.script.language, played.script.course, scores, tuple(wrong), whole(played), made=played
    )


TASK = Task(
    "dialogues", "Whole dialogues", load, opened, lambda cases: figures([case.made for case in cases]), BARS,
    (*BARS, "scripts ended without an error"), ("knowledge/**/*", "prompts/*.yaml", "evals/scripts/**/*.yaml"),
    asks=True,
)  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    """Prints the figures and writes the report; 1 when a figure falls short of its bar."""
    parser = argparse.ArgumentParser(prog="vejviser eval dialogues", description=__doc__)
    parser.add_argument("--part", choices=list(PARTS), default="measure", help="which scripts (measure)")
    parser.add_argument("--data", type=Path, help="a folder of scripts instead")
    parser.add_argument(
        "--out",
        type=Path,
        help="folder for dialogues-<part>.html (dialogues-own.html with --data) with the transcripts, and the like",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    roles.options(parser)
    chosen = parser.parse_args(arguments)
    cast, rows = roles.cast(chosen), scripts([chosen.data]) if chosen.data else load(chosen.part)
    roles.agreed({"dialogues": roles.reckoned(TASK, cast, rows)}, cast)
    with roles.limited(cast.meter):
        # scripts of one's own are there to be looked at
        outcome = run(TASK, cast.engine, "tune" if chosen.data else chosen.part, rows)
    shows = behaviours([case.made for case in outcome.cases])
    if chosen.out:
        print(
            report.write(chosen.out, [outcome], f"dialogues-{'own' if chosen.data else chosen.part}")[0],
            file=sys.stderr,
        )
    if chosen.json:
        print(document(outcome.figures, BARS, shown=shows))
        return int(bool(outcome.short))
    print(shown(outcome.figures, BARS))
    print("scripts that show: " + ", ".join(f"{kind} {count}" for kind, count in sorted(shows.items())))
    if chosen.part == "tune" or chosen.data:
        for case in outcome.cases:
            print("".join(f"{case.id}: {line}\n" for line in case.wrong), end="")
    return int(bool(outcome.short))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
