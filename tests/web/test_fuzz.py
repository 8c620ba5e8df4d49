"""Anything at all, sent to every route, every event of the pages and every upload: nothing breaks, nothing is written elsewhere.

The ordinary tests try a few dozen; `VEJVISER_FUZZ=5000` (`make test-fuzz`) tries so many requests, events and uploads each.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import json
import logging
import os
import random
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from engines import like
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made import pdf, slides, word
from queue_calls import Direct
from starlette.routing import Mount
from test_adviser_pages import PASSWORD, token
from test_matrix import READ, WRITE, inside, needed
from writes import outside, watched

from assistant.advising import Advising
from assistant.build import Engine
from assistant.library.catalogue import Catalogue
from assistant.library.hashed import HashedEmbedder
from assistant.library.library import Library
from assistant.links import fresh
from assistant.web.adviser.intake import MOST_FILES, Intake
from assistant.web.app import create

PROGRAM = str(Path(inspect.getfile(create)).parents[1])
"""The folder that the program lies in."""
MANY = int(os.environ.get("VEJVISER_FUZZ", "40"))
FREE = settings(
    max_examples=MANY, deadline=None, derandomize=MANY < 1000, print_blob=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
ODD = (
    "", " ", "\0", "\ud800", "..", "../../../../etc/passwd", "%2e%2e%2f", "/etc/passwd", "-1", "0", "99999999999999999999", "1e999",
    "NaN", "<script>alert(1)</script>", "{{7*7}}", "' OR '1'='1", "a\r\nX-Evil: 1", "æøå", "\U0001f600", "\u202e", "x" * 3000,
)  # fmt: skip
TEXT = st.one_of(st.sampled_from(ODD), st.text(st.characters(), max_size=60))
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXT),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXT, inner, max_size=4)),
    max_leaves=8,
)


@dataclass
class Shown:
    """The app as somebody finds it who knows some names, and what it logs as an error."""

    engine: Engine
    app: Any
    visits: list[TestClient]
    names: list[str]
    csrf: str
    faults: list[str] = field(default_factory=list)


class Faults(logging.Handler):
    """What our own program did not expect. That something was refused is no fault."""

    def __init__(self, kept: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._kept = kept

    def emit(self, record: logging.LogRecord) -> None:
        kind, _, value = (str(part) for part in (record.exc_info or ("", "", "")))
        places = record.exc_text or ""
        if record.exc_info and not places:
            places = logging.Formatter().formatException(record.exc_info)
        if record.name.startswith("assistant") or "/assistant/" in places:
            self._kept.append(f"{record.name}: {record.getMessage()} {kind} {value} {places}")


@pytest.fixture(scope="module")
def shown(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    mine = like(engine, home=tmp_path_factory.mktemp("fuzz"), turns_a_minute=0)
    karen = mine.accounts.add("Karen Holm", PASSWORD)
    link, sessions = fresh(), mine.sessions()
    conversation = sessions.open("en", "full", link).conversation
    sessions.say(conversation, "We are nineteen men in Thisted and write it on paper.")
    advising = Advising(sessions, mine.accounts)
    advising.share(conversation, karen.id, "2027-03-01")
    handle = advising.companies(karen)[0].handle
    mine.warm()  # the index of the library that all tests share lies in a folder of its own
    app = create(mine)
    faults: list[str] = []
    handler = Faults(faults)
    logging.getLogger().addHandler(handler)
    with TestClient(app) as stranger, TestClient(app) as adviser:
        page = adviser.get("/adviser/en/login").text
        adviser.post("/adviser/en/login", data={"csrf": token(page), "name": "Karen Holm", "password": PASSWORD})
        csrf = token(adviser.get("/adviser/en/").text)
        yield Shown(mine, app, [stranger, adviser], [link, conversation, handle, karen.id], csrf, faults)
    logging.getLogger().removeHandler(handler)
    mine.store.close()


@contextlib.contextmanager
def harmless(shown: Shown) -> Iterator[None]:
    """Nothing was written outside of the data folder and the cache, and nothing of ours broke."""
    shown.faults.clear()
    with watched() as written:
        yield
    assert not outside(written, shown.engine.settings.home, shown.engine.settings.cache)
    assert shown.faults == []


PATHS = sorted({*READ, *WRITE, "/en/", "/da/config", "/en/gradio_api/queue/join", "/en/gradio_api/info", "/none"})
QUERY = (
    "at",
    "s",
    "cited",
    "as",
    "run",
    "key",
    "problem",
    "removed",
    "conversation",
    "from",
    "done",
    "seen",
    "session_hash",
)
FORM = ("csrf", "name", "password", "item", "stage", "text", "question", "what", "keep", "first", "key", "files")
KNOWN: dict[str, tuple[str, ...]] = {
    "language": ("en", "da"), "kind": ("json", "md", "docx", "pdf"), "what": ("profile", "plan", "company.employees"),
    "library": ("shipped", "own"), "key": ("the-offer.en", "shipped/the-offer.en"), "number": ("0", "1"), "action": ("stop-log-on-paper",),
    "as": ("md", "json"), "item": ("technology.capture",), "stage": ("3", "5"), "keep": ("first",), "name": ("Karen Holm",),
}  # fmt: skip


def valued(draw: st.DrawFn, shown: Shown, name: str) -> str:
    """Something for a part of an address or a field of a form: half the time what fits there."""
    fits = [
        *KNOWN.get(name, ()),
        *(shown.names if name in ("link", "handle", "conversation") else ()),
        *([shown.csrf] if name == "csrf" else ()),
    ]
    return draw(st.one_of(st.sampled_from(fits), TEXT)) if fits else draw(TEXT)


@FREE
@given(data=st.data())
def test_every_route_takes_anything(shown: Shown, data: st.DataObject) -> None:
    draw = data.draw
    visit = draw(st.sampled_from(shown.visits))
    path = draw(st.sampled_from(PATHS))
    address = re.sub(r"\{(\w+)\}", lambda found: quoted(valued(draw, shown, found[1])), path)
    query = {name: encoded(valued(draw, shown, name)) for name in draw(st.sets(st.sampled_from(QUERY), max_size=3))}
    method = draw(st.sampled_from(("GET", "GET", "POST", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH")))
    headers = {name: encoded(draw(TEXT))[:500].replace(b"\r", b"").replace(b"\n", b"").replace(b"\0", b"") for name in draw(st.sets(
        st.sampled_from(("accept-language", "cookie", "origin", "referer", "range", "content-type", "x-forwarded-for")), max_size=2,
    ))}  # fmt: skip
    if "origin" in headers:  # told back, and the test client takes none but ASCII in an answer
        headers["origin"] = headers["origin"].decode("ascii", "ignore").encode()
    if path.endswith("logout"):
        headers["cookie"] = b""  # the others need the login
    sent: dict[str, Any] = {}
    if method in ("POST", "PUT", "PATCH"):
        body = draw(st.sampled_from(("form", "files", "bytes", "json", "none")))
        form = {name: encoded(valued(draw, shown, name)) for name in draw(st.sets(st.sampled_from(FORM), max_size=6))}
        if body == "form":
            sent["content"] = "&".join(f"{name}={quote(value)}" for name, value in form.items())
            headers.setdefault("content-type", b"application/x-www-form-urlencoded")
        elif body == "files":
            sent["data"] = {name: value.decode("utf-8", "replace") for name, value in form.items() if name != "files"}
            sent["files"] = [
                (
                    "files",
                    (
                        draw(st.sampled_from(("a.md", "..", "../x.md", "\0.txt", "b.exe"))),
                        draw(st.binary(max_size=200)),
                    ),
                )
            ]
            headers.pop("content-type", None)
        elif body == "json":
            sent["content"] = json.dumps(draw(JSON))
            headers.setdefault("content-type", b"application/json")
        elif body == "bytes":
            sent["content"] = draw(st.binary(max_size=300))
    with (
        harmless(shown),
        visit.stream(method, address, params=query, headers=headers, follow_redirects=False, **sent) as got,
    ):
        assert got.status_code < 500, (method, address, got.status_code)
        assert got.headers["x-content-type-options"] == "nosniff"
        assert "x-evil" not in got.headers
        if got.headers.get("content-length", "x").isdigit():
            assert b"Traceback (most recent" not in got.read()


def quoted(text: str) -> str:
    return quote(encoded(text), safe="") or "%20"


def encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def test_every_route_is_among_them(shown: Shown) -> None:
    """Gradio's own, as far as they are open, are called by their events in the next test."""
    open_ones = {
        mount.path + path
        for mount in shown.app.routes
        if isinstance(mount, Mount)
        for path in inside(mount.app)
        if needed(path)
    }
    assert open_ones
    assert {*READ, *WRITE} <= set(PATHS)


WISHES = st.fixed_dictionaries({}, optional={
    "wish": st.one_of(st.sampled_from(("fact", "decide", "item", "rating", "add", "approve", "capacity", "withdraw")), JSON),
    "field": st.one_of(st.sampled_from(("name", "employees", "sector")), JSON), "value": JSON, "form": JSON, "item": JSON, "stage": JSON,
    "action": JSON, "decision": JSON, "text": JSON, "turn": JSON, "target": JSON,
})  # fmt: skip


@FREE
@given(data=st.data())
def test_every_event_takes_anything(shown: Shown, data: st.DataObject) -> None:
    draw = data.draw
    visit = draw(st.sampled_from(shown.visits))
    direct = Direct(visit, draw(st.sampled_from(("/en", "/da"))))
    event = draw(st.sampled_from([one for one in direct.events() if one["backend_fn"]]))
    whatever = st.one_of(st.sampled_from([shown.names[0], *shown.names]), JSON)
    given_ = [draw(whatever) for _ in range(draw(st.sampled_from([len(event["inputs"])] * 4 + [0, 9])))]
    about = draw(st.one_of(st.none(), st.fixed_dictionaries({"wished": st.one_of(WISHES, JSON)}), JSON))
    with harmless(shown):
        joined = visit.post(
            f"{direct.page}/gradio_api/queue/join", headers={"content-type": "application/json"}, content=json.dumps(
                {"data": given_, "fn_index": event["id"], "session_hash": direct.session, "event_data": about, "trigger_id": None}
            ),
        )  # fmt: skip
        assert joined.status_code < 500, joined.text
        told = joined.text
        if joined.status_code == 200:
            with visit.stream("GET", f"{direct.page}/gradio_api/queue/data?session_hash={direct.session}") as answer:
                for line in answer.iter_lines():
                    told += line
                    if line.startswith("data:") and json.loads(line[5:])["msg"] in (
                        "process_completed",
                        "close_stream",
                        "unexpected_error",
                    ):
                        break
        assert PROGRAM not in told  # nor does an answer tell where in it something broke


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """One good file of each kind."""
    folder = tmp_path_factory.mktemp("whole")
    found = {
        "md": b"# Lathe\n\nThe lathe wants oil.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n", "txt": "Smøring hver mandag.".encode(),
        "html": b"<html><body><h1>Lathe</h1><p>Oil it.<table><tr><td>1</table></body>",
        "vtt": b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Karen>Oil the lathe.\n", "srt": b"1\n00:00:01,000 --> 00:00:02,000\nOil the lathe.\n",
    }  # fmt: skip
    makers: dict[str, Callable[[Path], Path]] = {"pdf": pdf, "docx": word, "pptx": slides}
    return found | {suffix: maker(folder / f"whole.{suffix}").read_bytes() for suffix, maker in makers.items()}


def spoilt(chance: random.Random, whole: dict[str, bytes]) -> tuple[str, bytes]:
    """A file with something wrong with it, or with its name, or with neither."""
    suffix = chance.choice(sorted(whole))
    content = bytearray(whole[chance.choice(sorted(whole)) if chance.random() < 0.15 else suffix])
    for _ in range(chance.randrange(4)):
        at, how = chance.randrange(len(content) or 1), chance.randrange(6)
        if how == 0:
            content[at : at + 1] = chance.randbytes(1)
        elif how == 1:
            del content[at:]
        elif how == 2:
            content[at:at] = chance.randbytes(chance.randrange(1, 200))
        elif how == 3:
            content[at:at] = content[: chance.randrange(1, 2000)]
        elif how == 4 and suffix in ("docx", "pptx"):
            content = bytearray(hostile(chance, bytes(content)))
        else:
            content[at:at] = chance.choice(
                (b"\0" * 50, b"\xff\xfe", b"<" * 500, b"[" * 500, b"%PDF-1.7", "\u202e".encode(), b"# " * 99)
            )
    name = chance.choice(
        ("", "../", "../../", "/", "/etc/", "C:\\", "..\\", ".", "~/", "a/", "\0", "\ud800", "æ" * 200, "CON", " ")
    )
    return f"{name}{chance.choice(('lathe', 'ø', '', '-rf', 'x' * 300))}{chance.randrange(30)}.{suffix}", bytes(content)


def hostile(chance: random.Random, content: bytes) -> bytes:
    """The package with one part more, which would like to be written elsewhere."""
    try:
        packed = io.BytesIO(content)
        with zipfile.ZipFile(packed, "a") as opened:
            opened.writestr(
                chance.choice(("../../evil.txt", "/etc/evil", "word/document.xml", "x" * 300)), chance.randbytes(99)
            )
        return packed.getvalue()
    except (
        zipfile.BadZipFile,
        UserWarning,
        ValueError,
        NotImplementedError,
        OSError,
    ):  # what zipfile says of a broken one
        return content


def test_uploads_of_any_kind_cost_at_most_themselves(
    tmp_path: Path, whole: dict[str, bytes], caplog: pytest.LogCaptureFixture
) -> None:
    home = tmp_path / "home"
    beside = tmp_path / "beside.txt"
    beside.write_text("as it was")
    catalogue = Catalogue(home / "library.sqlite3")

    def opened() -> Library:
        return Library(catalogue, HashedEmbedder(), home / "index", "own")

    intake, chance, outcomes = Intake(opened, home / "uploads" / "own"), random.Random(20261130), []
    with watched() as written:
        for start in range(0, MANY, MOST_FILES):
            files = [spoilt(chance, whole) for _ in range(min(MOST_FILES, MANY - start))]
            run = intake.run(intake.take([(name, io.BytesIO(content)) for name, content in files], "karen"), "karen")
            assert run is not None
            while not run.over:
                pass_time()
            assert not run.failed
            assert len(run.outcomes) == len(files)
            outcomes += run.outcomes
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
    assert {one.status for one in outcomes} >= {"ok", "skipped"}
    assert not outside(written, home)
    assert beside.read_text() == "as it was"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["beside.txt", "home"]
    assert not [path for path in (home / "uploads" / "own").iterdir() if path.name.startswith(".")]
    assert "oil" in opened().search("oil the lathe", 1, "en")[0].passage.text.lower()  # and it still answers
    catalogue.close()


def pass_time() -> None:
    import time

    time.sleep(0.01)
