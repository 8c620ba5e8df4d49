"""People played to the web app: its process, the calls of the page's events, and what a player sees. Knows no bars."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import re
import secrets
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from assistant.errors import UserError
from assistant.settings import load

_ROOT = Path(__file__).parent.parent
_SERVE = (
    "from assistant.build import Engine; from assistant.settings import load; from assistant.web.serve import serve; "
    "serve(Engine(load()), '127.0.0.1', 0, lambda address: print(address, flush=True))"
)
_LINK = re.compile(r'data-link=\\*"([A-Za-z0-9_-]{22})')
_SENTINEL = re.compile(r"Sentinel(\d+)smeden")
_SAID = (
    "We write the hours of Sentinel{n}smeden on paper, and they are typed in at the end of the week.",
    "What is a sensor?",
    "Nobody at Sentinel{n}smeden looks at figures before the month is over.",
    "Skip",
    "The drawings of Sentinel{n}smeden lie in a folder on the server that all can open.",
    "What does a retrofit cost, and when is it not worth it?",
    "The machines of Sentinel{n}smeden are not connected to anything.",
    "We are {more} now.",
    "Planning is done on a whiteboard in the hall of Sentinel{n}smeden.",
    "Our customers of Sentinel{n}smeden ask for delivery dates, and we guess.",
)


@dataclass
class Seen:
    """What one player sent and saw."""

    number: int
    link: str = ""
    sent: int = 0
    taken: list[str] = field(default_factory=list)
    """Words of the turns that were acknowledged, in order."""
    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    mixed: int = 0
    """Replies that showed another player's words, or another link than one's own."""


class Player:
    """One person at one page."""

    def __init__(self, client: httpx.AsyncClient, config: dict[str, Any], number: int) -> None:
        self.seen, self._client = Seen(number), client
        self._chance = random.Random(number)  # noqa: S311, so that every run plays the same
        self._session = secrets.token_hex(6)
        ids = {part["props"].get("elem_id"): part["id"] for part in config["components"]}
        target = [ids["v-send"], "click"]
        self._event = next(one for one in config["dependencies"] if target in [list(of) for of in one["targets"]])

    async def talk_until(self, ends: float, think: tuple[float, float]) -> None:
        """Turns until the loop's clock shows `ends`, with a pause before each."""
        clock = asyncio.get_running_loop().time
        await asyncio.sleep(self._chance.uniform(0, think[1]))
        while clock() < ends:
            await self._turn()
            await asyncio.sleep(self._chance.uniform(*think))

    async def talk(self, turns: int) -> None:
        """So many turns without a pause."""
        for _ in range(turns):
            await self._turn()

    async def _turn(self) -> None:
        seen = self.seen
        told = (
            _SAID[(seen.sent - 1 + seen.number) % len(_SAID)]
            if seen.sent
            else "We are Sentinel{n}smeden, {few} men who weld steel."
        )
        said = told.format(n=seen.number, few=5 + seen.number % 40, more=50 + seen.number % 40)
        seen.sent += 1
        began = time.perf_counter()
        try:
            came = await self._sent(said)
        except (httpx.HTTPError, ValueError, KeyError) as error:
            seen.errors.append(f"player {seen.number}, turn {seen.sent}: {type(error).__name__} {error}"[:300])
            return
        seen.seconds.append(time.perf_counter() - began)
        links = set(_LINK.findall(came))
        seen.link = seen.link or next(iter(links), "")
        others = set(_SENTINEL.findall(came)) - {str(seen.number)}
        if others or links - {seen.link}:
            seen.mixed += 1
            seen.errors.append(f"player {seen.number}, turn {seen.sent}: shows {sorted(others)} and {len(links)} links")
        if "v-warning" in came or not seen.link:
            seen.errors.append(f"player {seen.number}, turn {seen.sent}: {came[-300:]}")
        else:
            seen.taken.append(said)

    async def _sent(self, said: str) -> str:
        """Everything that the page is sent after `said`. Raises ValueError when the turn failed."""
        body = {
            "data": [said, "full", self.seen.link], "fn_index": self._event["id"], "session_hash": self._session, "event_data": None,
            "trigger_id": self._event["targets"][0][0],
        }  # fmt: skip
        joined = await self._client.post("/en/gradio_api/queue/join", json=body)
        joined.raise_for_status()
        came = []
        async with self._client.stream(
            "GET", "/en/gradio_api/queue/data", params={"session_hash": self._session}
        ) as answer:
            answer.raise_for_status()
            async for line in answer.aiter_lines():
                if not line.startswith("data:"):
                    continue
                came.append(line[5:])
                message = json.loads(line[5:])
                if message["msg"] == "process_completed":
                    if not message["success"]:
                        raise ValueError("the event failed")
                    return "\n".join(came)
        raise ValueError("the answer broke off")


def prepared(home: Path) -> None:
    """Puts the shipped library, as it was made once on this machine, into `home`; without it the app makes it at its start."""
    made = load().home / "library.sqlite3"
    if made.is_file():
        with closing(sqlite3.connect(made)) as source, closing(sqlite3.connect(home / made.name)) as copy:
            source.backup(copy)
        if (index := made.parent / "index").is_dir():
            with contextlib.suppress(OSError, shutil.Error):  # one that is being made anew; the app makes it, too
                shutil.copytree(index, home / "index")


@contextmanager
def served(home: Path) -> Iterator[str]:
    """The address of the app, in a process of its own; stopped as by Ctrl-C.

    Raises:
        UserError: it does not start.
    """
    environment = {
        **os.environ, "VEJVISER_HOME": str(home), "VEJVISER_MODEL": "", "VEJVISER_TURNS_A_MINUTE": "0", "VEJVISER_LOG": "json",
        "PYTHONPATH": str(_ROOT), "PYTHONWARNINGS": "ignore",
    }  # fmt: skip
    with tempfile.TemporaryFile("w+") as log:
        app = subprocess.Popen(
            [sys.executable, "-c", _SERVE], stdout=subprocess.PIPE, stderr=log, text=True, env=environment, cwd=home
        )
        assert app.stdout is not None
        try:
            address = app.stdout.readline().strip()
            if not address.startswith("http"):
                log.seek(0)
                raise UserError(
                    f"the app: does not start ({log.read()[-500:].strip()}); try `vejviser serve` by itself."
                )
            yield address
        finally:
            app.send_signal(signal.SIGINT)
            try:
                app.wait(60)
            except subprocess.TimeoutExpired:
                app.kill()
                app.wait()
            app.stdout.close()


async def figure(client: httpx.AsyncClient, name: str) -> int:
    """One of the app's own figures, from /metrics."""
    found = re.search(rf"^{re.escape(name)} ([0-9.e+]+)$", (await client.get("/metrics")).text, re.MULTILINE)
    return int(float(found[1])) if found else 0
