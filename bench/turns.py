"""A turn of the dialogue against embedding its sentences once, where its time goes, and the way from the start to the first reply.

Whole scripted dialogues of 15 items are played, without a language model; before each turn everything is forgotten that was
read in an earlier one. Nothing stays in the home folder.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant import play
from assistant.build import Engine
from assistant.reading.segments import sentences
from assistant.replies import Reply
from assistant.session import Sessions
from assistant.store import Store
from bench import serving
from bench.report import Amount, Row
from bench.running import Benchmark, Say, told
from bench.speaking import scripts
from bench.timing import Times, timed

FIRST_REPLY = 5.0
"""Seconds that a warm start may take to the first reply."""
_STEPS = ("read", "answer", "advance", "reply", "store")


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    scripts: int
    most: int
    """Turns of each that are timed."""
    starts: int


SIZES = {"smoke": Size(1, 12, 1), "full": Size(5, play.MOST_TURNS, 3), "large": Size(5, play.MOST_TURNS, 10)}
NOTES = (
    """\
A turn: from the words to the stored reply, in one process without the web page; against encode_query of the sentences of
the turn at once, before every second turn and after the others. The ratios are taken turn by turn.""",
    """\
A start: a new process with everything set up, to the made web app, and on to the first reply to a story; against a new
process that loads the embedding model and embeds the same story.""",
)


@dataclass(frozen=True, slots=True)
class Taken:
    """One turn."""

    seconds: float
    floor: float
    reply: Reply

    @property
    def asked(self) -> bool:
        """Whether it held a question to the library."""
        return bool(self.reply.answers)


class _Enough(Exception):
    """As many turns as were wished for."""


class _Clocked:
    """Sessions whose turns are timed; all else is passed on."""

    def __init__(self, sessions: Sessions, engine: Engine, taken: list[Taken], most: int) -> None:
        self._sessions, self._engine, self._taken, self._most = sessions, engine, taken, most

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sessions, name)

    def say(self, conversation: str, text: str) -> Reply:
        """See `Sessions.say`."""
        if len(self._taken) >= self._most:
            raise _Enough
        pieces = [piece.text for piece in sentences(text)] or [text]
        first, replies = len(self._taken) % 2 == 0, []

        def embed() -> object:
            return self._engine.embedder.encode(pieces, query=True)

        floor = timed(embed) if first else 0.0
        self._engine.forget()
        seconds = timed(lambda: replies.append(self._sessions.say(conversation, text)))
        floor = floor if first else timed(embed)
        self._taken.append(Taken(seconds, floor, replies[0]))
        return replies[0]


def dialogue(engine: Engine, script: play.Script, most: int = play.MOST_TURNS) -> list[Taken]:
    """The turns of one dialogue."""
    taken: list[Taken] = []
    with tempfile.TemporaryDirectory(prefix="vejviser-bench-") as folder:
        store = Store(Path(folder))
        clocked: Any = _Clocked(engine.sessions(store), engine, taken, most)
        try:
            play.play(script, lambda: clocked, lambda _: None)
        except _Enough:
            pass
        finally:
            store.close()
    return taken


def run(engine: Engine, size: Size, say: Say) -> list[Row]:
    """All rows."""
    chosen = scripts()[: size.scripts]
    say("Warming up")
    engine.warm()
    dialogue(engine, chosen[0], 4)
    played = []
    for script in chosen:
        say(f"Playing {script.id}")
        played.append(dialogue(engine, script, size.most))
    return [*_turns([turn for turns in played for turn in turns]), *_whole(played, size), *_starts(engine, size, say)]


def _turns(turns: Sequence[Taken]) -> list[Row]:
    """All turns, those with a question, those without, and the steps of them."""
    rows = []
    for name, what, mine in (
        ("turn", "a turn", list(turns)), ("turn-telling", "a turn that tells", [one for one in turns if not one.asked]),
        ("turn-asking", "a turn with a question", [one for one in turns if one.asked]),
    ):  # fmt: skip
        if not mine:
            continue
        ratios = [one.seconds / one.floor for one in mine]
        ours, floor = Times(tuple(one.seconds for one in mine)), Times(tuple(one.floor for one in mine))
        on, against = f"{len(mine)} turns", "its sentences"
        more = {"p95 s": float(np.percentile(ours.seconds, 95)), "most s": max(ours.seconds)}
        bars = ("<= 1.3", "<= 2.0") if name == "turn" else ("", "")
        for place, percent in enumerate((50, 95)):
            ratio = float(np.percentile(ratios, percent))
            label = f"{what}, {'middle' if percent == 50 else '95th of 100'} by ratio"
            rows.append(Row(label, on, ours, floor, against, ratio, bars[place], more, f"{name}-p{percent}"))
    whole = Times(tuple(one.seconds for one in turns))
    for step in _STEPS:
        part = Times(tuple(one.reply.seconds[step] for one in turns))
        ratio = sum(part.seconds) / sum(whole.seconds)
        rows.append(Row(f"of it {step}", f"{len(turns)} turns", part, whole, "the turn", ratio, name=f"turn-{step}"))
    return rows


def _whole(played: Sequence[Sequence[Taken]], size: Size) -> list[Row]:
    """Dialogues from the story to the plan."""
    if size.most < play.MOST_TURNS:
        return []
    ours = Times(tuple(sum(turn.seconds for turn in turns) for turns in played))
    floor = Times(tuple(sum(turn.floor for turn in turns) for turns in played))
    on = f"{len(played)} dialogues of {np.mean([len(turns) for turns in played]):.0f} turns"
    ratio = sum(ours.seconds) / sum(floor.seconds)
    return [Row("a dialogue of 15 items", on, ours, floor, "its sentences", ratio, name="dialogue")]


def _starts(engine: Engine, size: Size, say: Say) -> list[Row]:
    """Processes that are started anew, in turn."""
    ready, first, whole, alone = [], [], [], []
    memory: dict[str, list[float]] = {"ours": [], "alone": []}
    for number in range(size.starts):
        say(f"Starting anew ({number + 1} of {size.starts})")
        began, answered, held = serving.start(engine, "start")
        ready.append(began)
        first.append(answered - began)
        whole.append(answered)
        memory["ours"].append(held)
        _, answered, held = serving.start(engine, "model")
        alone.append(answered)
        memory["alone"].append(held)
    on = f"{size.starts} starts"
    ours, floor, limit = Times(tuple(whole)), Times(tuple(alone)), Times((FIRST_REPLY,))
    held_ours, held_alone = (Amount(tuple(memory[name]), "MB") for name in ("ours", "alone"))
    return [
        Row("start to first reply", on, ours, limit, "what is wished", ours.median / FIRST_REPLY, "<= 1.0", name="first-reply"),
        Row("start to first reply", on, ours, floor, "model alone", ours.median / floor.median, name="first-reply-model",
            more={"to the app s": float(np.median(ready)), "and to the reply s": float(np.median(first))}),
        Row("memory after the first reply", on, held_ours, held_alone, "model alone",
            held_ours.median / held_alone.median, name="memory"),
    ]  # fmt: skip


BENCHMARK = Benchmark("turns", (__doc__ or "").strip(), SIZES, run, NOTES)


def main(arguments: Sequence[str]) -> int:
    """Prints the table; 1 when a bar is missed."""
    return told(BENCHMARK, arguments)
