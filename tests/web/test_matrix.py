"""Who may do what: every route and every event of the pages, by everybody who might try.

Five of them: anonymous, the owner of another company, an adviser that the company does not share with, one that it shares with, and
the owner. Each tries with all the names that they could know. A route that is not in the matrix fails the test.
"""

from __future__ import annotations

import contextlib
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import uvicorn
from argon2 import PasswordHasher
from engines import like
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from queue_calls import Direct
from starlette.routing import Mount

from assistant import accounts as module
from assistant.advising import Advising
from assistant.build import Engine
from assistant.domain.acts import Answer, Fact, Question
from assistant.links import fresh
from assistant.session import Sessions
from assistant.web.app import create

SECRET = "Sentinelsmeden"
SAID = f"We are {SECRET} and write it on paper"
ASKED = f"Who won the match, {SECRET}?"
PASSWORD = "three small brass bells"
DAY = "2027-03-01"
ACTORS = ("anonymous", "other owner", "unshared adviser", "sharing adviser", "owner")
ADVISERS = frozenset({"unshared adviser", "sharing adviser"})
OWNER, SHARING, NOBODY = frozenset({"owner"}), frozenset({"sharing adviser"}), frozenset[str]()
EXPORTS = "/export/{link}"
COMPANY = "/adviser/{language}/company/{handle}"


@dataclass
class House:
    """The app with one company that matters."""

    engine: Engine
    app: FastAPI
    sessions: Sessions
    conversation: str
    other: str
    link: str
    others: str
    handle: str
    visits: dict[str, httpx.Client]

    def names(self, actor: str) -> list[str]:
        """All that the actor could put where a conversation or company is named."""
        mine = self.link
        guesses = [
            self.conversation,
            self.conversation[:22],
            "-",
            "%",
            "_" * 22,
            mine.swapcase(),
            mine[:-1] + "%",
            mine[:21],
            f"{mine}' OR '1'='1",
            f"../{mine}x",
        ]
        known: dict[str, list[str]] = {
            "anonymous": [], "other owner": [self.others], "unshared adviser": [self.handle], "sharing adviser": [self.handle],
            "owner": [mine],
        }  # fmt: skip
        return [*known[actor], *([] if actor == "owner" else guesses)]


@pytest.fixture(scope="module")
def house(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    quick = pytest.MonkeyPatch()
    quick.setattr(module, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    mine = like(engine, home=tmp_path_factory.mktemp("matrix"), turns_a_minute=0)
    karen, _ole = (mine.accounts.add(name, PASSWORD) for name in ("Karen Holm", "Ole Dahl"))
    sessions = mine.sessions()
    link, others = fresh(), fresh()
    conversation, other = (sessions.open("en", "full", one).conversation for one in (link, others))
    sessions.act(conversation, [fact("name", SECRET), fact("employees", 19), fact("sector", "metal")], SAID)
    sessions.act(conversation, [answer("technology.capture", 1)], SAID)
    sessions.act(conversation, [Question(quote=ASKED, start=0, end=len(ASKED), answered=False)], ASKED)
    advising = Advising(sessions, mine.accounts)
    advising.share(conversation, karen.id, DAY)
    (company,) = advising.companies(karen)
    app = create(mine)
    with serving(app) as address, contextlib.ExitStack() as opened:
        visits = {actor: opened.enter_context(browser(address)) for actor in ACTORS}
        logged_in(visits)
        yield House(mine, app, sessions, conversation, other, link, others, company.handle, visits)
    mine.store.close()
    quick.undo()


@contextlib.contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """The app behind a real server in a thread of its own."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(20)


def browser(address: str) -> httpx.Client:
    return httpx.Client(base_url=address, follow_redirects=True, timeout=60)


def logged_in(visits: dict[str, httpx.Client]) -> None:
    for actor, name in (("unshared adviser", "Ole Dahl"), ("sharing adviser", "Karen Holm")):
        page = visits[actor].get("/adviser/en/login").text
        form = {"csrf": token(page), "name": name, "password": PASSWORD}
        assert visits[actor].post("/adviser/en/login", data=form).url.path == "/adviser/en/"


def fact(field: str, value: int | str) -> Fact:
    return Fact(quote=SAID, start=0, end=len(SAID), field=field, value=value)


def answer(item: str, stage: int) -> Answer:
    scores = tuple(0.95 if at == stage else 0.01 for at in range(6))
    return Answer(quote=SAID, start=0, end=len(SAID), item=item, low=stage, high=stage, scores=scores, asked=False)


def token(page: str) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
    return found[1] if found else ""


READ: dict[str, frozenset[str]] = {
    "/": NOBODY, "/healthz": NOBODY, "/readyz": NOBODY, "/metrics": NOBODY, "/favicon.svg": NOBODY, "/favicon.ico": NOBODY,
    f"{EXPORTS}/version-{{number}}.{{kind}}": NOBODY,  # nothing was approved
    f"{EXPORTS}/brief/{{action}}.{{kind}}": NOBODY,  # nor does any action suit
    f"{EXPORTS}/{{what}}.{{kind}}": OWNER,
    "/reader.css": NOBODY, "/read/{language}/{library}/{key}": NOBODY,
    "/adviser/style.css": NOBODY, "/adviser/script.js": NOBODY, "/adviser": NOBODY, "/adviser/": NOBODY,
    "/adviser/{language}/login": NOBODY, "/adviser/{language}/": SHARING, COMPANY: SHARING,
    f"{COMPANY}/paper/{{what}}": SHARING, "/adviser/{language}/region": NOBODY,  # fewer than five companies
    "/adviser/{language}/library": NOBODY, "/adviser/{language}/library/run/{run}": NOBODY,
    "/adviser/{language}/library/remove": NOBODY,
}  # fmt: skip
"""GET route -> who sees a word of the company there."""
WRITE: dict[str, tuple[dict[str, str], frozenset[str]]] = {
    f"{COMPANY}/finding": ({"item": "technology.capture", "stage": "3", "text": "seen"}, SHARING),
    f"{COMPANY}/answer": ({"question": ASKED, "text": "Nobody."}, SHARING),
    f"{COMPANY}/settle": ({"what": "company.employees", "keep": "first", "first": SAID}, NOBODY),  # nothing to settle
    "/adviser/{language}/login": ({"name": "Karen Holm", "password": "wrong wrong wrong"}, NOBODY),
    "/adviser/{language}/logout": ({}, NOBODY),
    "/adviser/{language}/library/upload": ({}, NOBODY), "/adviser/{language}/library/remove": ({"key": "x"}, NOBODY),
}  # fmt: skip
"""POST route -> what is sent, and whose form changes the conversation."""
INSIDE_ONLY = "/adviser/{language}/"


def routes(app: Any) -> Iterator[APIRoute]:
    """All routes of our own, those of included routers too."""
    for route in app.routes:
        if isinstance(route, APIRoute):
            yield route
        elif not isinstance(route, Mount):
            inner = getattr(route, "original_router", None) or getattr(route, "router", None) or route
            prefix = getattr(getattr(route, "include_context", None), "prefix", "")
            assert not prefix
            if inner is not route:
                yield from routes(inner)


def filled(path: str, name: str, **values: str) -> str:
    name = quote(name, safe="")
    return path.format(**{
        "link": name, "handle": name, "language": "en", "number": "1", "kind": "json", "action": "x", "what": "profile",
        "library": "shipped", "key": "the-offer.en", "run": "x", **values,
    })  # fmt: skip


def test_no_route_is_missing_in_the_matrix(house: House) -> None:
    found = {(method, route.path) for route in routes(house.app) for method in route.methods}
    assert found == {("GET", path) for path in READ} | {("POST", path) for path in WRITE}


@pytest.mark.parametrize("path", READ)
@pytest.mark.parametrize("actor", ACTORS)
def test_who_reads(house: House, path: str, actor: str) -> None:
    visit, seen = house.visits[actor], False
    for name in house.names(actor):
        for kind in ("json", "md"):
            got = visit.get(filled(path, name, kind=kind), follow_redirects=False)
            assert got.status_code < 500, got.text
            seen = seen or SECRET in got.text
            for mine in (house.link, house.conversation):
                assert mine not in got.text or mine in name  # an address is told back
            if path.startswith(INSIDE_ONLY) and "login" not in path and actor not in ADVISERS:
                assert got.status_code == 404 or got.headers["location"] == "/adviser/en/login", path
    assert seen == (actor in READ[path])


@pytest.mark.parametrize("path", WRITE)
@pytest.mark.parametrize("actor", ACTORS)
def test_who_writes(house: House, path: str, actor: str) -> None:
    if path.endswith("logout") and actor in ADVISERS:
        return  # ends the login that the other tests need; test_adviser_pages.py has it
    visit, (form, may) = house.visits[actor], WRITE[path]
    before = house.engine.store.last_number(house.conversation)
    for name in house.names(actor):
        page = visit.get("/adviser/en/login" if path.endswith("login") else "/adviser/en/")
        last = house.engine.store.last_number(house.conversation)
        visit.post(filled(path, name), data=form)  # without the token of a form
        assert house.engine.store.last_number(house.conversation) == last
        got = visit.post(filled(path, name), data={**form, "csrf": token(page.text)}, follow_redirects=False)
        assert got.status_code < 500, got.text
        if actor not in ADVISERS and "login" not in path:
            assert got.status_code in (401, 403, 404, 405)
    assert (house.engine.store.last_number(house.conversation) > before) == (actor in may)


@pytest.mark.parametrize(("actor", "language"), [*((actor, "en") for actor in ACTORS[:-1]), ("sharing adviser", "da")])
def test_every_event_of_the_queue_refuses_whom_it_does_not_know(house: House, language: str, actor: str) -> None:
    """Each event of the page is called past the page, with every name that the actor could know in every input."""
    direct = Direct(house.visits[actor], f"/{language}")
    before, mine = house.engine.store.last_number(house.conversation), house.engine.store.last_number(house.other)
    stored = {one.id for one, _ in house.engine.store.conversations()}
    wish = {"wished": {"wish": "fact", "field": "name", "value": "Taken over", "form": "x"}}
    for event in direct.events():
        if not event["backend_fn"]:
            continue
        for name in [one for one in house.names(actor) if one != house.others][:5]:
            came = direct.call(event, [name] * len(event["inputs"]), wish)
            assert SECRET not in came
            assert house.link not in came
            assert house.conversation not in came or name == house.conversation  # what is no choice is told back
    assert house.engine.store.last_number(house.conversation) == before
    assert house.engine.store.last_number(house.other) == mine
    assert {one.id for one, _ in house.engine.store.conversations()} == stored
    assert house.sessions.state(house.conversation).profile.company()["name"] == SECRET


def test_the_owner_is_let_in_by_the_same_events(house: House) -> None:
    """The counterpart of the test before: it would see the secret, were it told."""
    direct = Direct(house.visits["owner"])
    loading = next(one for one in direct.events() if any(kind == "load" for _, kind in one["targets"]))
    assert SECRET in direct.call(loading, [house.link])
    assert SECRET not in direct.call(loading, [house.conversation])


def test_a_session_of_the_queue_gives_nothing_to_another(house: House) -> None:
    owner, other = Direct(house.visits["owner"]), Direct(house.visits["anonymous"])
    loading = next(one for one in owner.events() if any(kind == "load" for _, kind in one["targets"]))
    owner.join(loading, [house.link])
    for session in (other.session, "0", "x' OR '1'='1"):
        came: list[str] = []
        where = f"/en/gradio_api/queue/data?session_hash={session}"
        with contextlib.suppress(httpx.RemoteProtocolError), house.visits["anonymous"].stream("GET", where) as got:
            came.extend(got.iter_lines())  # broken off: there is no such session
        assert SECRET not in "".join(came)
    with house.visits["owner"].stream("GET", f"/en/gradio_api/queue/data?session_hash={owner.session}") as own:
        assert SECRET in "".join(own.iter_lines())


def test_what_gradio_would_serve_besides_is_closed(house: House) -> None:
    visit = house.visits["anonymous"]
    for mount in (route for route in house.app.routes if isinstance(route, Mount)):
        for path in inside(mount.app):
            for method in ("GET", "POST"):
                whole = mount.path + re.sub(r"\{[^}]*\}", "x", path)
                body = {} if method == "POST" else None
                with visit.stream(method, whole, json=body) as got:  # some never end
                    pass
                assert got.status_code < 500, whole
                assert got.status_code >= 400 or needed(path), f"{method} {whole} answers {got.status_code}"
    for path in (
        "file=/etc/passwd",
        "file=log.key",
        "file/etc/passwd",
        "proxy=http://127.0.0.1/",
        "upload",
        "call/said",
        "component_server",
    ):
        for method in ("GET", "POST"):
            assert visit.request(method, f"/en/gradio_api/{path}", content=b"x").status_code == 404, path
    direct = Direct(visit)
    said = direct.event("v-send")
    for name in ("predict", "said", str(said["id"])):
        body = {"data": ["hello", "full", ""], "fn_index": said["id"], "session_hash": direct.session}
        assert visit.post(f"/en/gradio_api/run/{name}", json=body).status_code >= 400, name


def inside(app: Any) -> Iterator[str]:
    """Paths of what is mounted, of included routers too."""
    for route in app.routes:
        if getattr(route, "path", None):
            yield route.path
        else:
            yield from inside(getattr(route, "original_router", None) or route.router)


def needed(path: str) -> bool:
    """Whether the page itself, or a browser, asks for it; none of these tells of a conversation."""
    below = ("/gradio_api/heartbeat", "/gradio_api/queue", "/gradio_api/run", "/gradio_api/reset", "/gradio_api/cancel", "/gradio_api/info",
             "/gradio_api/startup-events", "/gradio_api/theme.css", "/gradio_api/app_id", "/gradio_api/login_check", "/gradio_api/user",
             "/gradio_api/token", "/config", "/static", "/assets", "/theme.css", "/favicon.ico", "/robots.txt")  # fmt: skip
    return path == "/" or path.startswith(below)


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example", "//evil.example/", "/\\evil.example", "/en//evil.example", "/adviser//evil.example",
        "/adviser/en/login?next=https://evil.example", "/?url=//evil.example", "/adviser/https:evil.example/",
        "/en?__theme=dark&next=//evil.example", "/.//evil.example/..",
    ],
)  # fmt: skip
def test_nothing_leads_to_another_site(house: House, path: str) -> None:
    for actor in ("anonymous", "sharing adviser"):
        got = house.visits[actor].get(path, follow_redirects=False)
        where = got.headers.get("location", "/")
        assert where.startswith(("/", str(house.visits[actor].base_url))), where
        assert not where.startswith(("//", "/\\")), where
    form = {"csrf": "x", "name": "a", "password": "b", "next": "https://evil.example"}
    assert "evil" not in house.visits["anonymous"].post("/adviser/en/login", data=form).headers.get("location", "")


def test_a_login_takes_no_session_that_it_was_given(house: House) -> None:
    """Session fixation: what stood in the cookie before is not what stands there after, nor does it let anybody in."""
    visit = browser(str(house.visits["owner"].base_url))
    planted = "p" * 43
    visit.cookies.set("vejviser_adviser", planted, path="/adviser")
    visit.cookies.set("vejviser_before_login", "known", path="/adviser")
    page = visit.get("/adviser/en/login").text
    done = visit.post(
        "/adviser/en/login",
        data={"csrf": token(page), "name": "Ole Dahl", "password": PASSWORD},
        follow_redirects=False,
    )
    given = next(value for value in done.headers.get_list("set-cookie") if value.startswith("vejviser_adviser="))
    assert planted not in given
    assert {part.strip().split("=")[0] for part in given.split(";")} >= {"HttpOnly", "SameSite", "Path", "Max-Age"}
    outsider = browser(str(visit.base_url))
    outsider.cookies.set("vejviser_adviser", planted, path="/adviser")
    assert outsider.get("/adviser/en/", follow_redirects=False).status_code == 303
    again = visit.get("/adviser/en/login").text  # a second login ends the first session
    first = given.split(";")[0].partition("=")[2]
    visit.cookies.clear()
    visit.cookies.set("vejviser_adviser", first, path="/adviser")
    visit.cookies.set("vejviser_before_login", "known", path="/adviser")
    form = {"csrf": token(again), "name": "Ole Dahl", "password": PASSWORD}
    assert visit.post("/adviser/en/login", data=form, follow_redirects=False).status_code == 303
    outsider.cookies.clear()
    outsider.cookies.set("vejviser_adviser", first, path="/adviser")
    assert outsider.get("/adviser/en/", follow_redirects=False).status_code == 303


HEADERS: dict[str, Callable[[str], bool]] = {
    "content-security-policy": lambda value: all(
        part in value for part in ("default-src", "base-uri", "form-action", "frame-ancestors 'none'")
    ) and "*" not in value and "http" not in value,
    "x-content-type-options": lambda value: value == "nosniff",
    "x-frame-options": lambda value: value == "DENY",
    "referrer-policy": lambda value: value == "no-referrer",
    "permissions-policy": lambda value: "camera=()" in value and "microphone=()" in value and "geolocation=()" in value,
    "cross-origin-opener-policy": lambda value: value == "same-origin",
    "cross-origin-resource-policy": lambda value: value == "same-origin",
}  # fmt: skip


def test_every_answer_bears_the_headers(house: House) -> None:
    visit, adviser = house.visits["owner"], house.visits["sharing adviser"]
    answers = [adviser.get(filled(path, house.handle)) for path in READ]
    answers += [
        visit.get(path) for path in ("/en/", "/da/", "/en/config", "/no/such", "/en/gradio_api/file=/etc/passwd")
    ]
    answers += [visit.get(f"/export/{house.link}/profile.{kind}") for kind in ("docx", "pdf", "json", "md")]
    answers += [visit.post("/en/gradio_api/queue/join", content=b"x" * 600_000), visit.post("/adviser/en/login")]
    assert {answer.status_code for answer in answers} >= {200, 404, 413, 403}
    for answer in answers:
        for name, right in HEADERS.items():
            assert right(answer.headers.get(name, "")), (answer.url, name, answer.headers.get(name))
        assert "strict-transport-security" not in answer.headers
    page = visit.get("/en/")
    nonce = re.search(r"'nonce-([^']+)'", page.headers["content-security-policy"])
    assert nonce
    assert len(re.findall("<script", page.text)) == page.text.count(f'<script nonce="{nonce[1]}"') > 0
    assert "'unsafe-inline'" not in page.headers["content-security-policy"].split("script-src")[1].split(";")[0]
    secure = TestClient(house.app, base_url="https://testserver").get("/en/")
    assert secure.headers["strict-transport-security"].startswith("max-age=")


def test_bodies_have_a_length_and_an_end(house: House) -> None:
    visit = house.visits["anonymous"]

    def endless() -> Iterator[bytes]:
        yield b"x" * 1000

    assert visit.post("/en/gradio_api/queue/join", content=endless()).status_code == 411
    for path in ("/en/gradio_api/queue/join", "/adviser/en/login", "/adviser/en/library/upload"):
        assert visit.post(path, content=b"x" * 512_001).status_code == 413, path
    odd = [
        b"",
        b"{",
        b"[]",
        b'{"data": 1}',
        b'{"data": [], "fn_index": 10000000}',
        b"\xff" * 99,
        json.dumps({"data": ["x"] * 999}).encode(),
    ]
    for body in odd:
        got = visit.post("/en/gradio_api/queue/join", content=body, headers={"Content-Type": "application/json"})
        assert got.status_code in (200, 400, 404, 413, 422, 429, 500), body
        assert "Traceback" not in got.text
