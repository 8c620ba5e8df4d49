"""How the web app bears many conversations at once: errors, mixed-up conversations, time of a reply, memory.

The real app runs in a process of its own, on a data folder of its own, without a language model. People are played by calls of the
page's own events; they think between their turns. Every word of theirs bears their number, so that a reply that shows somebody
else's is found, and afterwards the stored turns are compared with what was acknowledged. The players use the same cores.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path

import httpx

from assistant.errors import UserError
from assistant.links import id_of
from assistant.store import Store
from bench.players import Player, Seen, figure, prepared, served

MOST_SECONDS, MOST_GROWTH = 3.0, 50_000_000
"""Bars: p95 of a reply, and bytes that the app may grow by after the first conversations."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is played."""

    at_once: int
    seconds: float
    think: tuple[float, float]
    """Seconds between a reply and the next turn."""
    conversations: int
    """For memory, one after the other by a few players."""
    first: int
    """After so many, memory is taken to have settled."""
    players: int = 4


SIZES = {
    "smoke": Size(6, 6.0, (0.2, 0.8), 12, 6, 2),
    "full": Size(50, 300.0, (5.0, 15.0), 2_000, 200),
}


@dataclass
class Found:
    """What came of it. Times in seconds, memory in bytes."""

    size: str
    at_once: int
    seconds: float
    turns: int
    errors: int
    mixed: int
    lost: int
    median: float
    p95: float
    slowest: float
    conversations: int
    memory_first: int
    memory_last: int
    growth: int
    load: float
    """Of the machine, over the last minute."""
    cores: int
    problems: list[str] = field(default_factory=list)

    @property
    def missed(self) -> list[str]:
        """The bars that were missed."""
        bars = {
            "errors": self.errors > 0, "mixed": self.mixed > 0, "lost": self.lost > 0, "p95": self.p95 > MOST_SECONDS,
            "growth": self.growth > MOST_GROWTH,
        }  # fmt: skip
        return [name for name, is_missed in bars.items() if is_missed]


def run(name: str, home: Path) -> Found:
    """Plays it all on an app that keeps its data in `home`."""
    size = SIZES[name]
    prepared(home)
    with served(home) as address:
        found = asyncio.run(_played(name, size, address))
    with closing(Store(home)) as store:
        for one in found.seen:
            kept = [turn.said for turn in store.turns(id_of(one.link), after=0)] if one.link else []
            if kept[: len(one.taken)] != one.taken or len(kept) > one.sent:
                found.lost += 1
                found.problems.append(f"player {one.number}: {len(one.taken)} turns acknowledged, {len(kept)} stored")
    return found.told()


@dataclass
class _Running:
    name: str
    size: Size
    seen: list[Seen]
    first: int
    last: int
    seconds: list[float]
    lost: int = 0
    problems: list[str] = field(default_factory=list)

    def told(self) -> Found:
        """As figures."""
        times = sorted(self.seconds)
        return Found(
            size=self.name, at_once=self.size.at_once, seconds=self.size.seconds, turns=sum(len(one.taken) for one in self.seen),
            errors=sum(len(one.errors) for one in self.seen), mixed=sum(one.mixed for one in self.seen), lost=self.lost,
            median=_at(times, 0.5), p95=_at(times, 0.95), slowest=_at(times, 1.0), conversations=len(self.seen),
            memory_first=self.first, memory_last=self.last, growth=self.last - self.first, load=os.getloadavg()[0],
            cores=os.cpu_count() or 1, problems=[*self.problems, *(error for one in self.seen for error in one.errors)][:20],
        )  # fmt: skip


async def _played(name: str, size: Size, address: str) -> _Running:
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=address, timeout=120, limits=limits) as client:
        config = (await client.get("/en/config")).json()
        ends = asyncio.get_running_loop().time() + size.seconds
        talking = [Player(client, config, number) for number in range(size.at_once)]
        await asyncio.gather(*(one.talk_until(ends, size.think) for one in talking))
        seconds = [time for one in talking for time in one.seen.seconds]
        seen = [one.seen for one in talking]
        numbers, first = iter(range(size.at_once, size.at_once + size.conversations)), 0

        async def visits() -> None:
            nonlocal first
            for number in numbers:
                visitor = Player(client, config, number)
                await visitor.talk(turns=2)
                seen.append(visitor.seen)
                if len(seen) - size.at_once == size.first:
                    first = await figure(client, "process_resident_memory_bytes")

        await asyncio.gather(*(visits() for _ in range(size.players)))
        return _Running(name, size, seen, first, await figure(client, "process_resident_memory_bytes"), seconds)


def _at(times: Sequence[float], share: float) -> float:
    return times[max(0, -(-int(len(times) * share * 100) // 100) - 1)] if times else 0.0


def main(arguments: Sequence[str]) -> int:
    """Prints the figures; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(prog="vejviser bench trust", description=__doc__)
    parser.add_argument(
        "--size", choices=list(SIZES), default="smoke", help="smoke: seconds; full: some twenty minutes"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of the lines")
    parser.add_argument("-o", "--out", type=Path, metavar="FILE", help="write the JSON there too")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="vejviser-trust-") as home:
        found = run(chosen.size, Path(home))
    told = json.dumps(asdict(found) | {"missed": found.missed}, indent=2)
    if chosen.out is not None:
        try:
            chosen.out.write_text(told + "\n", encoding="utf-8")
        except OSError as error:
            raise UserError(
                f"{chosen.out}: cannot be written ({error.strerror}); name another file with -o."
            ) from error
    print(told if chosen.json else _lines(found))
    return 1 if found.missed else 0


def _lines(found: Found) -> str:
    rows = [
        f"{found.at_once} conversations at once for {found.seconds:.0f} s, {found.turns:,} turns; {found.cores} cores, load {found.load:.1f}",
        f"errors {found.errors} (bar 0), mixed-up conversations {found.mixed} (bar 0), turns lost or doubled in {found.lost} (bar 0)",
        f"reply: median {found.median:.2f} s, p95 {found.p95:.2f} s (bar {MOST_SECONDS}), slowest {found.slowest:.2f} s",
        f"memory over {found.conversations:,} conversations: {found.memory_first / 1e6:,.0f} MB, then {found.memory_last / 1e6:,.0f} MB",
        f"  growth {found.growth / 1e6:,.1f} MB (bar {MOST_GROWTH / 1e6:.0f})",
        *found.problems,
    ]
    return "\n".join([*rows, f"missed: {', '.join(found.missed)}" if found.missed else "all bars met"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
