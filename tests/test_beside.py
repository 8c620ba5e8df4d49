"""Engines beside one another: what takes long is loaded once, what belongs to a conversation or a model is not shared."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from engines import seeded

from assistant.build import Engine
from assistant.library.index import Index
from assistant.library.words import Bits
from assistant.llm.fake import FakeModel
from assistant.reading import grams
from assistant.settings import Settings

LOADED = ("knowledge", "embedder", "head", "reader", "guard", "shelves", "shipped", "catalogue", "questions")


def test_what_was_loaded_is_shared_and_the_rest_is_not(engine: Engine, tmp_path: Path) -> None:
    engine.read("We write it on paper.", "en")
    engine.warm()
    chat = FakeModel(["Yes."])
    one = engine.beside(chat, home=tmp_path, model_timeout=3)
    other = one.beside(None)
    try:
        assert all(getattr(one, name) is getattr(engine, name) for name in LOADED)
        assert (one.settings.home, one.settings.model_timeout) == (tmp_path, 3)
        assert one.settings.embedding == engine.settings.embedding
        assert one.models is not None
        assert one.models.patience.name == chat.name
        assert (other.chat, other.models, other.settings) == (None, None, one.settings)
        assert len({id(each.store) for each in (one, other)} | {id(each.watch) for each in (one, other)}) == 4
        assert (tmp_path / "conversations.sqlite3").exists()
    finally:
        one.store.close()
        other.store.close()


def test_what_was_not_loaded_is_not_loaded_for_it(tmp_path: Path) -> None:
    one = Engine(Settings(home=tmp_path, cache=tmp_path / "cache", model=""))
    other = one.beside(FakeModel(["Yes."]))
    other.forget()
    assert not {*LOADED} & {*one.__dict__, *other.__dict__}


@pytest.mark.parametrize(
    ("name", "value"), [("maturity", "other"), ("embedding", "other"), ("libraries", "shipped"), ("threads", 7)]
)
def test_what_is_shared_cannot_be_made_by_another_setting(settings: Settings, name: str, value: object) -> None:
    with pytest.raises(ValueError, match=name):
        Engine(settings).beside(None, **{name: value})


def test_what_is_forgotten_is_looked_at_again(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    through, counted = engine.embedder._through, grams.counted
    monkeypatch.setattr(
        engine.embedder, "_through", lambda *args, **given: looked.append("vectors") or through(*args, **given)
    )
    monkeypatch.setattr(grams, "counted", lambda texts: looked.append("words") or counted(texts))

    def read() -> set[str]:
        looked.clear()
        engine.read("The foreman types the stops into a spreadsheet on Fridays.", "en", "technology.capture")
        return set(looked)

    engine.forget()
    assert read() == {"vectors", "words"}
    assert read() == set()
    engine.forget()
    assert read() == {"vectors", "words"}


def test_an_index_is_built_once_and_found_again(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[str] = []
    build = Index._build

    def counted(self: Index, root: Path, library: str, words: Iterable[Bits]) -> None:
        built.append(library)
        build(self, root, library, words)

    monkeypatch.setattr(Index, "_build", counted)
    seeded(tmp_path)
    for _ in range(2):
        again = Engine(Settings(**(engine.settings.model_dump() | {"home": tmp_path})))
        again.__dict__["embedder"] = engine.embedder
        assert again.shelves.search("What is a sensor?", 1, "en")
    assert built == ["shipped"]
