"""How often somebody may ask: told in words on the page, by a number to programs; erasing is never held up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from engines import like
from fastapi.testclient import TestClient
from queue_calls import Direct
from starlette.routing import Mount

from assistant.build import Engine
from assistant.links import fresh
from assistant.web import app
from assistant.web.app import create
from assistant.web.limits import OF_AN_ADDRESS, REQUESTS, Limits


def scope(path: str, address: str = "192.0.2.1") -> dict[str, Any]:
    return {"type": "http", "path": path, "client": (address, 1)}


def test_a_conversation_and_an_address_have_so_many_turns_a_minute() -> None:
    limits = Limits(3)
    assert [limits.turn("one", "a") for _ in range(4)] == [True, True, True, False]
    assert [limits.turn(f"c{number}", "a") for number in range(3 * OF_AN_ADDRESS - 4)] == [True] * (
        3 * OF_AN_ADDRESS - 4
    )
    assert not limits.turn("another", "a")
    assert limits.turn("another", "b")
    assert not limits.turn("one", "c")
    assert all(Limits(0).turn("one", "a") for _ in range(1000))


def test_an_address_has_so_many_requests_and_files_of_the_page_are_free() -> None:
    limits = Limits(1)
    assert [limits.request(scope("/en/config")) for _ in range(REQUESTS)] == [0] * REQUESTS
    assert 0 < limits.request(scope("/en/config")) <= 60
    assert limits.request(scope("/en/assets/index.js")) == 0
    assert limits.request(scope("/en/config", "192.0.2.2")) == 0


@pytest.mark.parametrize(("page", "told"), [("/en", "That was a lot at once"), ("/da", "Det var mange på én gang")])
def test_the_page_says_so_and_erases_all_the_same(engine: Engine, tmp_path: Path, page: str, told: str) -> None:
    mine = like(engine, home=tmp_path, turns_a_minute=2)
    with TestClient(create(mine), client=("127.0.0.1", 1)) as visit:
        link = fresh()
        name = mine.sessions().open("en", "full", link).conversation
        direct = Direct(visit, page)
        came = [direct.press("v-skip", "full", link) for _ in range(3)]
        assert [told.encode().decode() in one.encode().decode("unicode_escape", "replace") or told in one for one in came] == [
            False, False, True,
        ]  # fmt: skip
        assert mine.store.last_number(name) == 2
        direct.press("v-gone", name)
        assert mine.store.conversation(name) is not None  # an id is no key
        direct.press("v-gone", link)
        assert mine.store.conversation(name) is None
        while (answer := visit.get(f"{page}/config")).status_code == 200:
            pass
        assert answer.status_code == 429
        assert 0 < int(answer.headers["retry-after"]) <= 60
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert 'vejviser_requests_refused_total{why="too_often"}' in mine.watch.exposition().decode()
    mine.store.close()


def test_who_opens_the_page_reads_first_that_this_is_a_program(engine: Engine, tmp_path: Path) -> None:
    """EU AI Act, Article 50(1): before the first input, on either page, also for who comes by a dead link."""
    mine = like(engine, home=tmp_path)
    with TestClient(create(mine)) as visit:
        for page, told in (
            ("/en", "a computer program, not a person"),
            ("/da", "et computerprogram og ikke et menneske"),
        ):
            direct = Direct(visit, page)
            loading = next(one for one in direct.events() if any(kind == "load" for _, kind in one["targets"]))
            for memory in ("", "A" * 22):
                assert told in direct.call(loading, [memory])
    mine.store.close()


def test_of_open_pages_only_the_last_used_are_kept_and_the_others_go_on(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "MOST_PAGES", 2)
    mine = like(engine, home=tmp_path)
    made = create(mine)
    (held,) = [one.app.state_holder for one in made.routes if isinstance(one, Mount) and one.path == "/en"]
    with TestClient(made) as visit:
        links = [fresh() for _ in range(4)]
        names = [mine.sessions().open("en", "full", link).conversation for link in links]
        pages = [Direct(visit, "/en") for _ in links]
        for _ in range(2):
            for page, link in zip(pages, links, strict=True):
                page.press("v-skip", "full", link)
                assert len(held.session_data) <= 3
        assert [mine.store.last_number(name) for name in names] == [2, 2, 2, 2]
    mine.store.close()
