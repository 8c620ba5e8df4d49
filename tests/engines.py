"""Engines for tests that want other settings but not another minute of setting up."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from assistant.build import Engine
from assistant.chat import ChatModel
from assistant.settings import load


def like(engine: Engine, chat: ChatModel | None = None, **settings: object) -> Engine:
    """An engine with `settings`, and with everything of `engine` that takes long to make."""
    engine.warm()
    return engine.beside(chat, **settings)


def seeded(home: Path) -> Path:
    """`home` with a copy of the shipped library that `vejviser setup` made, since indexing takes minutes; without it the engine indexes."""
    made = load().home / "library.sqlite3"
    if made.is_file():
        with closing(sqlite3.connect(made)) as source, closing(sqlite3.connect(home / made.name)) as copy:
            source.backup(copy)
            for table, column in (("documents", "library"), ("passages", "library"), ("libraries", "name")):
                copy.execute(f"DELETE FROM {table} WHERE {column} <> 'shipped'")
            copy.commit()
    return home
