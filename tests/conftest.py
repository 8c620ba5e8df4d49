"""What all tests share: an engine on a temporary home, and sockets closed to anything but this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from engines import seeded

from assistant.build import Engine
from assistant.settings import Settings

os.environ.setdefault("HF_HUB_OFFLINE", "1")
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
