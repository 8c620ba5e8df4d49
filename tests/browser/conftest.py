"""A real browser (Debian's chromium) on the real app in a process of its own; nothing is mocked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlparse

import pytest
from engines import seeded
from playwright.sync_api import Browser, Page, sync_playwright
from programs import program
from talk import Talk

from assistant.domain.maturity import Language
from assistant.domain.state import Asked
from assistant.links import fresh
from assistant.store import Store, Turn

CHROMIUM = Path("/usr/bin/chromium")
ARGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
)  # fmt: skip
ROOT = Path(__file__).parents[2]
pids: dict[str, int] = {}
"""Process of each app that runs, by its address."""
SERVE = "import sys; from assistant.build import Engine; from assistant.settings import load; from assistant.web.serve import serve; serve(Engine(load()), '127.0.0.1', 0, lambda address: print(address, flush=True))"


def chromium() -> str:
    """The browser, installed when it is missing and may be installed."""
    return program([str(CHROMIUM), "chromium", "chromium-browser", "google-chrome"], ["chromium"], "the browser tests")


@contextmanager
def running(home: Path, serve: str = SERVE) -> Iterator[str]:
    """The app in a process of its own; yields its address and proves that Ctrl-C stops it."""
    log = (home / "app.log").open("w+")
    environment = {
        **os.environ,
        "VEJVISER_HOME": str(home),
        "PYTHONPATH": f"{ROOT}:{ROOT / 'tests' / 'browser'}",
        "PYTHONWARNINGS": "ignore",
    }
    app = subprocess.Popen(
        [sys.executable, "-c", serve], stdout=subprocess.PIPE, stderr=log, text=True, env=environment, cwd=home
    )
    assert app.stdout is not None
    line = app.stdout.readline().strip()
    if not line.startswith("http"):
        app.wait(10)
        log.seek(0)
        pytest.fail(f"the app did not start: {log.read()[-2000:]}")
    pids[line] = app.pid
    try:
        yield line
    finally:
        killed = app.poll() is not None  # by a test
        if not killed:
            app.send_signal(signal.SIGINT)
        try:
            stopped = app.wait(15)
        except subprocess.TimeoutExpired:
            app.kill()
            pytest.fail("the app did not stop within 15 s of Ctrl-C")
        app.stdout.close()
        log.close()
    assert killed or stopped == 0


@pytest.fixture(scope="session")
def app_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the app."""
    return seeded(tmp_path_factory.mktemp("app"))


@pytest.fixture(scope="session")
def asking(address: str, app_home: Path) -> Iterator[Callable[[Language, Asked], str]]:
    """Makes a conversation in the app's store that waits for an answer to the given question."""
    store = Store(app_home)

    def made(language: Language, asked: Asked) -> str:
        link = fresh()
        name = store.create(language, "full", link).id
        store.append(name, Turn(0, "", [], Asked(id="story"), "..."))
        store.append(name, Turn(1, "-", [], asked, "..."))
        return link

    yield made
    store.close()


@pytest.fixture(scope="session")
def address(app_home: Path) -> Iterator[str]:
    """Where the app answers."""
    with running(app_home) as line:
        yield line


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests."""
    path = chromium()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(ARGS))
        yield started
        started.close()


@pytest.fixture
def talk(browser: Browser, address: str) -> Iterator[Talk]:
    """A visitor with a fresh browser profile; afterwards nothing may have gone wrong or abroad."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="de-DE")
    page = context.new_page()
    talk = Talk(page, address)
    watch(page, talk)
    yield talk
    context.close()
    assert talk.abroad == []
    assert talk.faults == []


def watch(page: Page, talk: Talk) -> None:
    """Notes requests to other hosts and faults of the page."""
    home = urlparse(talk.address).netloc

    def requested(url: str) -> None:
        if urlparse(url).scheme not in ("data", "blob") and urlparse(url).netloc != home:
            talk.abroad.append(url)

    page.on("request", lambda request: requested(request.url))
    page.on("websocket", lambda socket: requested(socket.url))

    def failed(text: str) -> None:
        if text.startswith("AbortError"):  # Gradio tells of every request that was under way when a page was left
            return
        if not (talk.cut and "ERR_INTERNET_DISCONNECTED" in text):
            talk.faults.append(text)

    page.on("pageerror", lambda error: failed(str(error)))
    page.on("console", lambda message: failed(message.text) if message.type == "error" else None)
    page.on("dialog", lambda dialog: (talk.faults.append(f"dialog: {dialog.message}"), dialog.dismiss()))
