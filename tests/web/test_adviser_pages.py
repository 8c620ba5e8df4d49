"""The adviser's pages: nobody without a login, nothing without consent, no form of others; and what each page shows and stores."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from argon2 import PasswordHasher
from engines import like
from fastapi.testclient import TestClient

from assistant import accounts as module
from assistant.accounts import Adviser
from assistant.advising import Advising, NotSharedError
from assistant.build import Engine
from assistant.domain.acts import Answer, Fact, Question
from assistant.session import Sessions
from assistant.web.app import create
from assistant.web.gate import MOST_BYTES
from assistant.web.pages.consent import ConsentView
from assistant.web.words import Words, texts

PASSWORD = "three small brass bells"
ASKED = "Who won the match on Sunday?"
DAY = "2027-03-01"
SAID = "We are nineteen, <b>we</b> write it on paper"


@dataclass
class House:
    """The app, and what lies behind it."""

    engine: Engine
    sessions: Sessions
    advising: Advising
    visit: TestClient
    karen: Adviser
    ole: Adviser

    def company(self, *, name: str = "Nordsmeden", to: Adviser | None = None, language: str = "en") -> str:
        """A conversation with a fact, a finding, a conflict and a parked question."""
        made = self.sessions.open(language).conversation  # type: ignore[arg-type]
        self.sessions.act(made, [fact("name", name), fact("employees", 19), fact("sector", "metal")], SAID)
        self.sessions.act(made, [answer("technology.capture", 1)], SAID)
        again = [fact("employees", 21, "twenty-one of us"), answer("technology.capture", 4, "It counts by itself")]
        self.sessions.act(made, again, "later")
        self.sessions.act(made, [Question(quote=ASKED, start=0, end=len(ASKED), answered=False)], ASKED)
        if to is not None:
            self.advising.share(made, to.id, DAY)
        return made

    def login(self, name: str = "Karen Holm") -> None:
        self.visit.cookies.clear()
        page = self.visit.get("/adviser/en/login")
        done = self.visit.post("/adviser/en/login", data={"csrf": token(page.text), "name": name, "password": PASSWORD})
        assert done.url.path == "/adviser/en/", done.text

    def csrf(self) -> str:
        return token(self.visit.get("/adviser/en/").text)

    def handle(self, conversation: str, adviser: Adviser | None = None) -> str:
        shared = self.advising.companies(adviser or self.karen)
        return next(
            one.handle
            for one in shared
            if self.advising.conversation(adviser or self.karen, one.handle) == conversation
        )

    def post(self, path: str, **data: str) -> Any:
        return self.visit.post(path, data={"csrf": self.csrf(), **data})


def fact(field: str, value: int | str, quote: str = SAID) -> Fact:
    return Fact(quote=quote, start=0, end=len(quote), field=field, value=value)


def answer(item: str, stage: int, quote: str = SAID) -> Answer:
    scores = tuple(0.95 if at == stage else 0.01 for at in range(6))
    return Answer(quote=quote, start=0, end=len(quote), item=item, low=stage, high=stage, scores=scores, asked=False)


def token(page: str) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
    assert found, page
    return found[1]


@pytest.fixture(scope="module")
def house(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    home = tmp_path_factory.mktemp("house")
    quick = pytest.MonkeyPatch()
    quick.setattr(module, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    mine = like(engine, home=home)
    accounts = mine.accounts
    karen, ole = accounts.add("Karen Holm", PASSWORD), accounts.add("Ole Dahl", PASSWORD)
    with TestClient(create(mine)) as visit:
        sessions = mine.sessions()
        yield House(mine, sessions, Advising(sessions, accounts), visit, karen, ole)
    mine.store.close()
    quick.undo()


@pytest.fixture
def shared(house: House) -> Iterator[str]:
    """A company that shares with Karen, who is logged in; how she calls it."""
    conversation = house.company(to=house.karen)
    house.login()
    yield house.handle(conversation)
    house.sessions.erase(conversation)


def pages(handle: str) -> list[str]:
    company = f"/adviser/en/company/{handle}"
    papers = [f"{company}/paper/{what}" for what in ("profile", "plan", "guide", "times", "brief")]
    return ["/adviser/en/", company, *papers, *(f"{path}?as=pdf" for path in papers[:3]), "/adviser/en/region",
            "/adviser/en/region?as=csv", "/adviser/en/library", "/adviser/en/library/run/x", "/adviser/en/library/remove?key=x"]  # fmt: skip


def forms(handle: str) -> list[tuple[str, dict[str, str]]]:
    company = f"/adviser/en/company/{handle}"
    return [
        (f"{company}/finding", {"item": "technology.capture", "stage": "3", "text": "seen"}),
        (f"{company}/answer", {"question": ASKED, "text": "Little."}),
        (f"{company}/settle", {"what": "company.employees", "keep": "second", "first": SAID, "second": "twenty-one of us"}),
        ("/adviser/en/library/upload", {}), ("/adviser/en/library/remove", {"key": "x"}), ("/adviser/en/logout", {}),
    ]  # fmt: skip


def test_without_a_login_every_page_and_form_is_closed(house: House, shared: str) -> None:
    csrf = house.csrf()
    house.visit.cookies.clear()
    for path in pages(shared):
        answer = house.visit.get(path, follow_redirects=False)
        assert answer.status_code == 303, path
        assert answer.headers["location"] == "/adviser/en/login"
        assert "Nordsmeden" not in answer.text
    for path, data in forms(shared):
        assert house.visit.post(path, data={**data, "csrf": csrf}).status_code == 401, path
    house.visit.cookies.set("vejviser_adviser", "x" * 43, path="/adviser")
    assert house.visit.get("/adviser/en/", follow_redirects=False).status_code == 303


def test_a_form_of_somebody_else_is_refused(house: House, shared: str) -> None:
    mine = house.csrf()
    house.login("Ole Dahl")
    foreign = house.csrf()
    house.login()
    assert foreign != mine
    before = house.sessions.state(house.advising.conversation(house.karen, shared))
    for path, data in forms(shared):
        for wrong in ("", foreign, mine, "æ"):
            assert house.visit.post(path, data={**data, "csrf": wrong}).status_code == 403, (path, wrong)
        right = {**data, "csrf": house.csrf()}
        assert house.visit.post(path, data=right, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403, path
    assert house.sessions.state(house.advising.conversation(house.karen, shared)) == before
    assert house.visit.get("/adviser/en/").url.path == "/adviser/en/"


def test_the_login_form_is_ours_too(house: House) -> None:
    house.visit.cookies.clear()
    data = {"name": "Karen Holm", "password": PASSWORD}
    assert house.visit.post("/adviser/en/login", data=data).status_code == 403
    assert house.visit.post("/adviser/en/login", data={**data, "csrf": "0" * 64}).status_code == 403


def test_the_company_of_another_adviser_is_closed(house: House, shared: str) -> None:
    house.login("Ole Dahl")
    assert "Nordsmeden" not in house.visit.get("/adviser/en/").text
    conversation = house.advising.conversation(house.karen, shared)
    for name in (shared, conversation):
        for path in pages(name):
            if "/company/" in path:
                answer = house.visit.get(path)
                assert answer.status_code == 404, path
                assert "Nordsmeden" not in answer.text
        for path, data in forms(name)[:3]:
            assert house.post(path, **data).status_code == 404, path


def test_a_withdrawal_closes_every_page_and_form_at_once(house: House, shared: str) -> None:
    conversation = house.advising.conversation(house.karen, shared)
    assert house.visit.get(f"/adviser/en/company/{shared}").status_code == 200
    other = house.engine.sessions()  # another server on the same store
    Advising(other, house.engine.accounts).withdraw(conversation, house.karen.id, DAY)
    assert "Nordsmeden" not in house.visit.get("/adviser/en/").text
    with pytest.raises(NotSharedError):
        house.advising.conversation(house.karen, shared)
    for path in pages(shared):
        if "/company/" in path:
            answer = house.visit.get(path)
            assert answer.status_code == 404, path
            assert "Nordsmeden" not in answer.text
    state = house.sessions.state(conversation)
    for path, data in forms(shared)[:3]:
        assert house.post(path, **data).status_code == 404, path
    assert house.sessions.state(conversation) == state


def test_a_withdrawal_between_the_look_and_the_turn_stops_the_turn(
    house: House, shared: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = house.advising.conversation(house.karen, shared)
    late = Advising(house.sessions, house.engine.accounts)
    house.advising.withdraw(conversation, house.karen.id, DAY)
    monkeypatch.setattr(late, "conversation", lambda _adviser, _handle: conversation)
    with pytest.raises(NotSharedError):
        late.find(house.karen, shared, "technology.capture", 3, "seen", DAY)
    assert house.sessions.state(conversation).advised == ()


def test_the_adviser_never_learns_the_id_of_the_conversation(house: House, shared: str) -> None:
    conversation = house.advising.conversation(house.karen, shared)
    for path in pages(shared):
        assert conversation not in house.visit.get(path).text, path
    for path in (
        f"/adviser/en/company/{shared}/paper/{what}" for what in ("version?version=9", "changes", "brief?action=x", "x")
    ):
        answer = house.visit.get(path)
        assert answer.status_code == 404
        assert conversation not in answer.text
    for kind in ("json", "md"):
        assert conversation not in house.visit.get(f"/adviser/en/company/{shared}/paper/profile?as={kind}").text


def test_erasing_and_removing_end_what_was_shared(house: House) -> None:
    house.engine.accounts.add("Mette Lund", PASSWORD)
    mette = next(one for one in house.engine.accounts.all() if one.name == "Mette Lund")
    first, second = house.company(to=mette), house.company(name="Sydsmeden", to=mette)
    house.login("Mette Lund")
    assert house.visit.get("/adviser/en/").text.count("Nordsmeden") == 1
    house.sessions.erase(first)
    assert "Nordsmeden" not in house.visit.get("/adviser/en/").text
    assert house.engine.accounts.remove("mette lund")
    assert house.visit.get("/adviser/en/", follow_redirects=False).status_code == 303
    drawn = ConsentView(
        house.engine.accounts, house.engine.knowledge.model, Words("en", house.engine.knowledge.replies("en"))
    )
    assert drawn.of(house.sessions.state(second)).given == ()
    house.engine.accounts.add("Mette Lund", PASSWORD)
    house.login("Mette Lund")
    assert "Sydsmeden" not in house.visit.get("/adviser/en/").text


@pytest.mark.parametrize("language", ["en", "da"])
def test_the_page_of_a_company_shows_words_certainty_and_doubts(house: House, shared: str, language: str) -> None:
    words: Any = texts(language)["adviser"]  # type: ignore[arg-type]
    page = house.visit.get(f"/adviser/{language}/company/{shared}").text
    assert f'<html lang="{language}">' in page
    assert "&lt;b&gt;we&lt;/b&gt; write it on paper" in page
    assert "<b>" not in page
    assert words["certainty"]["conflict"] in page
    assert words["company"]["conflicts"] in page
    assert page.count('name="keep"') == 4
    assert ASKED in page
    listed = house.visit.get(f"/adviser/{language}/").text
    assert "Nordsmeden" in listed
    assert words["companies"]["assessed_of"].format(assessed=1, of=15) in listed
    assert words["companies"]["approved_no"] in listed


def test_a_finding_of_the_adviser_stands_beside_the_words_of_the_owner(house: House, shared: str) -> None:
    conversation = house.advising.conversation(house.karen, shared)
    before = house.sessions.state(conversation)
    for text in ("Saw the <i>sheet</i>.", "Saw it twice."):
        page = house.post(f"/adviser/en/company/{shared}/finding", item="technology.capture", stage="2", text=text)
        assert page.status_code == 200
        assert texts("en")["adviser"]["done"]["finding"] in page.text
    assert "Saw it twice." in page.text
    assert "the &lt;i" not in page.text
    after = house.sessions.state(conversation)
    assert after.profile == before.profile
    assert [(one.stage, one.text, one.name) for one in after.advised] == [(2, "Saw it twice.", "Karen Holm")]
    told = house.visit.get(f"/adviser/en/company/{shared}/paper/profile?as=json").json()
    assert told["advisers"]["findings"][0]["text"] == "Saw it twice."
    assert "Saw it twice." in house.visit.get(f"/adviser/en/company/{shared}/paper/profile").text
    house.post(f"/adviser/en/company/{shared}/finding", item="technology.capture", remove="1")
    assert house.sessions.state(conversation).advised == ()


def test_a_finding_that_cannot_be_taken_keeps_what_was_typed(house: House, shared: str) -> None:
    path = f"/adviser/en/company/{shared}/finding"
    for data in (
        {"item": "technology.capture", "text": "x" * 2001},
        {"item": "nonsense", "text": "typed <b>"},
        {"text": "typed <b>"},
    ):
        page = house.post(path, stage="3", **data)
        assert page.status_code == 422
        assert (data["text"][:50].replace("<", "&lt;").replace(">", "&gt;")) in page.text
    assert house.post(path, item="technology.capture", text=" ").status_code == 422
    assert house.sessions.state(house.advising.conversation(house.karen, shared)).advised == ()


@pytest.mark.parametrize(("keep", "employees"), [("first", 19), ("second", 21)])
def test_a_conflict_is_settled_by_the_adviser(house: House, shared: str, keep: str, employees: int) -> None:
    path, conversation = f"/adviser/en/company/{shared}/settle", house.advising.conversation(house.karen, shared)
    data = {"what": "company.employees", "first": SAID, "second": "twenty-one of us"}
    assert house.post(path, **data).status_code == 422
    assert house.post(path, **{**data, keep: "other words"}, keep=keep).status_code == 422
    page = house.post(path, **data, keep=keep)
    assert "settled by Karen Holm" in page.text
    fact = house.sessions.state(conversation).profile.fact("employees")
    assert fact is not None
    assert (fact.value, fact.conflict, fact.settled_by) == (employees, None, "Karen Holm")
    assert house.post(path, **data, keep=keep).status_code == 422
    item = {"what": "technology.capture", "first": SAID, "second": "It counts by itself"}
    assert house.post(path, **item, keep=keep).status_code == 200
    found = house.sessions.state(conversation).profile.findings["technology.capture"]
    assert (found.low, found.status, found.settled_by) == (1 if keep == "first" else 4, "recorded", "Karen Holm")


def test_a_parked_question_is_answered(house: House, shared: str) -> None:
    path, conversation = f"/adviser/en/company/{shared}/answer", house.advising.conversation(house.karen, shared)
    page = house.post(path, question=ASKED, text="About a day's work.\r\nNo more.")
    assert "About a day&#39;s work." in page.text
    assert [one.text for one in house.sessions.state(conversation).answered] == ["About a day's work.\nNo more."]
    assert house.post(path, question="Who am I?", text="x").status_code == 422
    house.post(path, question=ASKED, text=" ")
    assert house.sessions.state(conversation).answered == ()


def test_the_list_can_be_searched_and_sorted(house: House) -> None:
    made = [house.company(name=name, to=house.ole) for name in ("Aabo", "Zink", "Midt")]
    house.login("Ole Dahl")

    def names(query: str) -> list[str]:
        return re.findall(r'/company/\w{32}">([^<]+)<', house.visit.get(f"/adviser/en/?{query}").text)

    assert names("sort=name") == ["Aabo", "Midt", "Zink"]
    assert names("sort=nonsense") == names("sort=last")
    assert names("q=ZINK") == ["Zink"]
    assert names("q=metal&sort=name") == ["Aabo", "Midt", "Zink"]
    assert names("q=%3Cscript%3E") == []
    for one in made:
        house.sessions.erase(one)


def test_papers_are_read_and_taken_along(house: House, shared: str) -> None:
    company = f"/adviser/da/company/{shared}/paper"
    for what, marks in (
        ("guide", "Conversation guide"),
        ("profile", "Maturity profile"),
        ("plan", "Draft plan"),
        ("times", "Over time"),
    ):
        page = house.visit.get(f"{company}/{what}")
        assert marks in page.text, what
        assert "<script" not in page.text
        assert "style=" not in page.text
        starts = {"pdf": b"%PDF", "docx": b"PK", "md": b"# ", "json": b"{"}
        for kind, start in starts.items():
            file = house.visit.get(f"{company}/{what}?as={kind}")
            assert file.content.startswith(start), (what, kind)
            assert f'filename="{texts("da")["adviser"]["files"][what]}.{kind}"' in file.headers["content-disposition"]
    assert "<b>" not in house.visit.get(f"{company}/profile").text


def test_the_region_says_what_it_counts_and_hides_small_cohorts(house: House, shared: str) -> None:
    words = texts("en")["adviser"]["region"]
    page = house.visit.get("/adviser/en/region").text
    assert words["counts"] in page
    assert words["too_few"] in page
    assert house.visit.get("/adviser/en/region?as=pdf").status_code == 404
    more = [house.company(name=f"Firm {number}") for number in range(5)]
    page = house.visit.get("/adviser/en/region").text
    assert words["counts"] in page
    assert words["too_few"] not in page
    assert "Firm 1" not in page
    assert house.visit.get("/adviser/en/region?as=pdf").content.startswith(b"%PDF")
    for one in more:
        house.sessions.erase(one)


def test_cookies_and_headers(house: House) -> None:
    house.visit.cookies.clear()
    page = house.visit.get("/adviser/en/login")
    assert "unsafe" not in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"
    data = {"csrf": token(page.text), "name": "karen  HOLM", "password": PASSWORD}
    cookie = house.visit.post("/adviser/en/login", data=data, follow_redirects=False).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/adviser" in cookie
    assert "Secure" not in cookie
    house.visit.cookies.clear()
    with TestClient(house.visit.app, base_url="https://testserver") as secure:
        data["csrf"] = token(secure.get("/adviser/en/login").text)
        assert "Secure" in secure.post("/adviser/en/login", data=data, follow_redirects=False).headers["set-cookie"]


def test_wrong_passwords_slow_down_and_say_so(house: House) -> None:
    house.visit.cookies.clear()
    data = {"csrf": token(house.visit.get("/adviser/da/login").text), "name": "Nobody <b>", "password": "x"}
    codes = [house.visit.post("/adviser/da/login", data=data).status_code for _ in range(5)]
    assert codes == [401, 401, 401, 429, 429]
    page = house.visit.post("/adviser/da/login", data=data)
    assert page.headers["retry-after"]
    assert "For mange forkerte adgangskoder" in page.text
    assert "Nobody &lt;b&gt;" in page.text


def test_logging_out_ends_the_session(house: House) -> None:
    house.login()
    kept = dict(house.visit.cookies)
    assert texts("en")["adviser"]["login"]["notes"]["out"] in house.post("/adviser/en/logout").text
    for name, value in kept.items():
        house.visit.cookies.set(name, value, path="/adviser")
    assert house.visit.get("/adviser/en/", follow_redirects=False).status_code == 303


def test_uploads_tell_what_became_of_each_file(house: House, shared: str) -> None:
    def send(*files: tuple[str, bytes]) -> str:
        parts = [("files", (name, io.BytesIO(content))) for name, content in files]
        page = house.visit.post("/adviser/en/library/upload", data={"csrf": house.csrf()}, files=parts)
        run = str(page.url).partition("run=")[2].partition("#")[0]
        for _ in range(300):
            page = house.visit.get(f"/adviser/en/library?run={run}")
            if "data-run" not in page.text:
                break
            time.sleep(0.1)
        return re.sub(r"<[^>]+>", "", page.text)

    words = texts("en")["adviser"]["library"]
    text = b"# The saw\n\nThe saw is sharpened on Fridays, because on Fridays the smith comes by.\n"
    page = send(
        ("saw.md", text),
        ("saw.md", text),
        ("../../evil<b>.txt", b"The gauge is read every hour of the day."),
        ("a.exe", b"MZ"),
        ("b.pdf", b"%PDF-1.4 broken"),
        ("c.doc", b"x"),
        ("d.txt", b" "),
    )
    assert "saw.md: taken in, 1 passages" in page
    for name, reason in (
        ("saw.md", "twice"),
        ("a.exe", "kind"),
        ("b.pdf", "damaged"),
        ("c.doc", "old"),
        ("d.txt", "no_text"),
    ):
        assert f"{name}: {words['skipped'].format(reason=words['reasons'][reason])}" in page, (name, page)
    assert "evil_b_.txt: taken in" in page
    folder = house.engine.settings.home / "uploads" / "own"
    assert sorted(path.name for path in folder.iterdir()) == ["evil_b_.txt", "saw.md"]
    assert str(folder) not in page
    assert "saw.md: is in the library already" in send(("saw.md", text))
    assert "saw.md: not taken in" in send(("saw.md", b"\0\0\0"))
    assert (folder / "saw.md").read_bytes() == text
    listed = house.visit.get("/adviser/en/library").text
    assert "The saw" in listed
    key = re.search(r"remove\?key=([^\"]+)\"[^>]*The saw", listed)
    assert key is not None
    assert "The saw" in house.visit.get(f"/adviser/en/library/remove?key={key[1]}").text
    assert words["removed"] in house.post("/adviser/en/library/remove", key=key[1]).text
    assert not (folder / "saw.md").exists()
    assert "The saw" not in house.visit.get("/adviser/en/library").text


def test_only_an_adviser_may_send_more_and_only_to_the_library(house: House, shared: str) -> None:
    large = {"files": ("a.txt", io.BytesIO(b"The gauge is read. " * (MOST_BYTES // 15)))}
    csrf = house.csrf()
    assert house.visit.post("/adviser/en/library/remove", data={"csrf": csrf}, files=large).status_code == 413
    assert house.visit.post("/adviser/en/library/upload/", data={"csrf": csrf}, files=large).status_code == 413
    assert house.visit.post("/adviser/en/library/upload", data={"csrf": "x"}, files=large).status_code == 403
    assert (
        house.visit.post(
            "/adviser/en/library/upload", data={"csrf": csrf}, headers={"Content-Length": str(10**8)}
        ).status_code
        == 413
    )
    house.visit.cookies.clear()
    assert house.visit.post("/adviser/en/library/upload", data={"csrf": csrf}, files=large).status_code == 413


def test_another_adviser_does_not_see_the_upload(house: House, shared: str) -> None:
    page = house.visit.post(
        "/adviser/en/library/upload", data={"csrf": house.csrf()}, files={"files": ("x.exe", b"MZ")}
    )
    run = str(page.url).partition("run=")[2].partition("#")[0]
    assert "x.exe" in page.text
    house.login("Ole Dahl")
    assert house.visit.get(f"/adviser/en/library/run/{run}").status_code == 404
    assert "x.exe" not in house.visit.get(f"/adviser/en/library?run={run}").text


def test_front_and_languages(house: House, shared: str) -> None:
    assert house.visit.get("/adviser", headers={"Accept-Language": "da"}).url.path == "/adviser/da/"
    page = house.visit.get(f"/adviser/en/company/{shared}?done=finding").text
    assert f'href="/adviser/da/company/{shared}?done=finding"' in page
