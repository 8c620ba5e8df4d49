"""Engines for tests that want other settings but not another minute of setting up."""

from __future__ import annotations

from assistant.build import Engine
from assistant.chat import ChatModel
from assistant.settings import Settings

_SHARED = (
    "knowledge", "embedder", "cues", "lexicon", "head", "catalogue", "shelves", "shipped", "questions", "_opened",
)  # fmt: skip


def like(engine: Engine, chat: ChatModel | None = None, **settings: object) -> Engine:
    """An engine with `settings`, and with everything of `engine` that takes long to make."""
    for name in ("head", "shelves", "shipped"):
        getattr(engine, name)
    made = Engine(Settings(**(engine.settings.model_dump() | settings)), chat=chat)  # type: ignore[arg-type]
    made.__dict__.update({name: engine.__dict__[name] for name in _SHARED if name in engine.__dict__})
    return made
