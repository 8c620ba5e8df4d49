"""What all tests share: an engine on a temporary home, and sockets closed to anything but this machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from engines import seeded
from postgres import Postgres

from assistant.build import Engine
from assistant.settings import Settings
from assistant.store import Store

os.environ.setdefault("HF_HUB_OFFLINE", "1")
if "PYTEST_XDIST_WORKER" in os.environ:  # two run side by side
    os.environ.setdefault("VEJVISER_THREADS", "1")
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
PROJECT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of the test session's own; the cache folder is the user's, so that the model is unpacked once."""
    return seeded(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def settings(home: Path) -> Settings:
    return Settings(home=home, model="")


@pytest.fixture(scope="session")
def engine(settings: Settings) -> Iterator[Engine]:
    """The real engine: bundled model, trained reader, shipped library."""
    running = Engine(settings)
    yield running
    if "store" in running.__dict__:
        running.store.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL of the tests' own, started when the first test asks for it."""
    server = Postgres()
    yield server
    server.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """The address of an empty database: none, for the file in the data folder, then one of PostgreSQL."""
    return "" if request.param == "sqlite" else request.getfixturevalue("postgres").database()


@pytest.fixture
def opened(database: str, tmp_path: Path) -> Iterator[Callable[[], Store]]:
    """Opens the store on that database, as one more process would each time."""
    stores: list[Store] = []

    def one() -> Store:
        stores.append(Store(tmp_path, database))
        return stores[-1]

    yield one
    for store in stores:
        store.close()
