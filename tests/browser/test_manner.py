"""How the page behaves when things do not go smoothly: nothing typed is lost, nothing is sent twice, and the page says what is the matter."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import slow
from conftest import pids, running, watch
from engines import seeded
from playwright.sync_api import Browser, expect
from talk import ANSWERS, STORY, Talk

from assistant.store import Store
from assistant.web.words import texts

LANGUAGES = ("en", "da")


@pytest.fixture(scope="module")
def slow_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return seeded(tmp_path_factory.mktemp("slow"))


@pytest.fixture(scope="module")
def slowly(slow_home: Path) -> Iterator[str]:
    """The address of an app whose model takes about three seconds for an answer."""
    with running(slow_home, slow.command()) as address:
        yield address


@pytest.fixture
def waiting(browser: Browser, slowly: str) -> Iterator[Talk]:
    """A visitor who has told a story and asked something that takes long to answer."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    talk = Talk(context.new_page(), slowly)
    watch(talk.page, talk)
    talk.visit().say(STORY["en"])
    box(talk).fill(slow.QUESTION)
    box(talk).press("Enter")
    expect(talk.page.locator("#v-chat")).to_contain_text(slow.FIRST)
    yield talk
    context.close()
    assert talk.abroad == []


def box(talk: Talk):  # type: ignore[no-untyped-def]
    """Where one writes."""
    return talk.page.locator("#v-box textarea")


def said(talk: Talk):  # type: ignore[no-untyped-def]
    """What the person said, as it stands in the conversation."""
    return talk.page.locator("#v-chat [data-testid=user]")


def test_stop_writes_nothing_and_gives_the_words_back(waiting: Talk, slow_home: Path) -> None:
    expect(waiting.button("stop")).to_be_visible()
    expect(waiting.button("send")).not_to_be_visible()
    waiting.button("stop").click()
    expect(waiting.note).to_have_text(waiting.words["notes"]["stopped"])
    expect(box(waiting)).to_have_value(slow.QUESTION)
    expect(box(waiting)).to_be_focused()
    expect(said(waiting)).to_have_count(1)
    expect(waiting.button("send")).to_be_enabled()
    waiting.page.wait_for_timeout(2500)  # the model has long finished
    store = Store(slow_home)
    assert store.last_number(store.conversations()[0][0].id) == 1
    store.close()
    waiting.timed(lambda: box(waiting).press("Enter"))
    expect(said(waiting)).to_have_count(2)
    assert slow.SECOND in waiting.reply()


def test_escape_stops_too(waiting: Talk) -> None:
    box(waiting).focus()
    waiting.page.keyboard.press("Escape")
    expect(waiting.note).to_have_text(waiting.words["notes"]["stopped"])


def test_a_reload_in_mid_answer_waits_for_it(waiting: Talk) -> None:
    waiting.page.reload()
    waiting.settled()
    expect(said(waiting)).to_have_count(2)
    expect(waiting.page.locator("#v-chat")).to_contain_text(slow.SECOND, timeout=15_000)
    expect(box(waiting)).to_have_value("")
    expect(said(waiting)).to_have_count(2)


def test_what_is_typed_while_waiting_stays(waiting: Talk) -> None:
    box(waiting).press_sequentially("And Modbus?")
    expect(waiting.page.locator("#v-chat")).to_contain_text(slow.SECOND, timeout=15_000)
    expect(waiting.button("send")).to_be_enabled()
    expect(box(waiting)).to_have_value("And Modbus?")


def test_a_server_that_ends_in_mid_answer_costs_nothing(browser: Browser, slow_home: Path) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    with running(slow_home, slow.command()) as address:
        talk = Talk(context.new_page(), address)
        talk.visit("da").say(STORY["da"])
        box(talk).fill("What is MQTT?")
        box(talk).press("Enter")
        expect(said(talk)).to_have_count(2)
        os.kill(pids[address], signal.SIGKILL)
        state = talk.page.locator("#v-state")
        expect(state).to_have_text(talk.words["browser"]["lost"])
        expect(box(talk)).to_have_value("What is MQTT?")
        box(talk).press("Enter")
        expect(state).to_have_text(talk.words["browser"]["lost"])
        assert "Connection" not in talk.page.locator("body").inner_text()
    with running(slow_home, slow.command(int(address.rsplit(":", 1)[1]))):
        expect(state).to_have_text(talk.words["browser"]["unsent"], timeout=20_000)
        expect(box(talk)).to_have_value("What is MQTT?")
        expect(said(talk)).to_have_count(1)
        talk.timed(lambda: box(talk).press("Enter"))
        expect(said(talk)).to_have_count(2)
    context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_offline_says_so_and_keeps_the_words(talk: Talk, language: str) -> None:
    talk.visit(language).say(STORY[language])
    talk.line(up=False)
    state = talk.page.locator("#v-state")
    expect(state).to_have_text(talk.words["browser"]["offline"])
    box(talk).fill(ANSWERS[language][0])
    box(talk).press("Enter")
    talk.page.wait_for_timeout(300)
    expect(box(talk)).to_have_value(ANSWERS[language][0])
    expect(said(talk)).to_have_count(1)
    talk.line(up=True)
    expect(state).to_have_text(talk.words["browser"]["online"])
    expect(box(talk)).to_have_value(ANSWERS[language][0])
    talk.timed(lambda: box(talk).press("Enter"))
    expect(said(talk)).to_have_count(2)
    expect(state).to_have_text("")


def test_a_request_that_breaks_gives_the_words_back(browser: Browser, address: str) -> None:
    context = browser.new_context()
    talk = Talk(context.new_page(), address).visit()
    talk.page.route("**/queue/join*", lambda route: route.fulfill(status=500, json={"detail": "no"}))
    box(talk).fill(STORY["en"])
    box(talk).press("Enter")
    expect(talk.page.locator("#v-state")).to_have_text(talk.words["browser"]["failed"])
    expect(box(talk)).to_have_value(STORY["en"])
    assert "Error" not in talk.page.locator("body").inner_text()
    talk.page.unroute("**/queue/join*")
    talk.timed(lambda: box(talk).press("Enter"))
    expect(said(talk)).to_have_count(1)
    context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_full_disk_says_so_and_offers_another_try(talk: Talk, app_home: Path, language: str) -> None:
    talk.visit(language).say(STORY[language])
    pid = pids[talk.address]
    written = max(path.stat().st_size for path in app_home.glob("conversations.sqlite3*"))
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (min(4096, written), before[1]))  # no file may grow: as on a full disk
    try:
        box(talk).fill(ANSWERS[language][0])
        box(talk).press("Enter")
        expect(talk.note).to_contain_text(talk.words["errors"]["store"])
        expect(box(talk)).to_have_value(ANSWERS[language][0])
        expect(said(talk)).to_have_count(1)
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
    expect(talk.button("send")).to_be_enabled()
    talk.timed(talk.button("again").click)
    expect(said(talk)).to_have_count(2)
    expect(box(talk)).to_have_value("")


def test_a_draft_lives_through_reload_back_and_the_other_language(talk: Talk) -> None:
    talk.visit().say(STORY["en"])
    draft = "Half a sentence\nand half of <b>another"
    box(talk).fill(draft)
    talk.page.reload()
    talk.settled()
    expect(box(talk)).to_have_value(draft)
    talk.page.goto(f"{talk.address}/read/en/shipped/none")
    talk.faults.clear()  # the page that is not there
    talk.page.go_back()
    talk.settled()
    expect(box(talk)).to_have_value(draft)
    expect(said(talk)).to_have_count(1)
    talk.page.get_by_role("link", name=talk.words["other_language"]["label"]).click()
    talk.page.wait_for_url("**/da/")
    talk.settled()
    expect(box(talk)).to_have_value(draft)
    talk.page.evaluate("document.querySelector('#v-box textarea').select()")
    talk.page.keyboard.press("Delete")
    talk.page.reload()
    talk.settled()
    talk.page.wait_for_timeout(300)
    expect(box(talk)).to_have_value("")


def test_two_tabs_show_the_same(talk: Talk) -> None:
    talk.visit().say(STORY["en"])
    other = Talk(talk.page.context.new_page(), talk.address).visit()
    box(talk).fill("Half a sentence")
    other.say(ANSWERS["en"][0])
    expect(said(talk)).to_have_count(2)
    expect(talk.page.locator(".v-pending")).to_have_text(other.page.locator(".v-pending").inner_text())
    expect(box(talk)).to_have_value("Half a sentence")
    talk.say(ANSWERS["en"][1])
    expect(said(other)).to_have_count(3)


@pytest.mark.alone
def test_two_clicks_and_two_enters_on_a_slow_line_make_one_turn(talk: Talk) -> None:
    talk.visit()
    line = talk.page.context.new_cdp_session(talk.page)
    line.send("Network.enable")
    line.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 600, "downloadThroughput": 60_000, "uploadThroughput": 60_000},
    )
    box(talk).fill(STORY["en"])

    def impatient() -> None:
        talk.button("send").dblclick()
        box(talk).press("Enter")
        talk.button("send").click(force=True)
        talk.button("skip").click(force=True)

    talk.timed(impatient)
    talk.page.wait_for_timeout(500)
    expect(said(talk)).to_have_count(1)
    talk.timed(lambda: talk.button("skip").dblclick())
    talk.page.wait_for_timeout(1500)
    expect(said(talk)).to_have_count(2)


def test_the_first_reaction_does_not_wait_for_the_line(talk: Talk) -> None:
    talk.visit()
    talk.page.route("**/queue/join*", lambda route: (talk.page.wait_for_timeout(1200), route.continue_()))
    box(talk).fill(STORY["en"])
    box(talk).press("Enter")
    expect(talk.page.locator("#v-talk.v-busy")).to_be_visible(timeout=400)
    expect(talk.page.locator("#v-talk.v-long")).to_be_visible(timeout=1500)
    expect(said(talk)).to_have_count(1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_paste_of_200000_characters_is_refused_and_kept(talk: Talk, language: str) -> None:
    talk.visit(language)
    box(talk).fill("æ" * 200_000)
    talk.button("send").click()
    told = talk.words["errors"]["too_long"].format(length=200_000, most=20_000)
    expect(talk.page.locator("#v-state")).to_have_text(told)
    assert len(box(talk).input_value()) == 200_000
    assert talk.said() == 1
    box(talk).fill(STORY[language])
    talk.timed(lambda: box(talk).press("Enter"))
    expect(talk.page.locator("#v-state")).to_have_text("")


@pytest.mark.parametrize("language", LANGUAGES)
def test_links_that_lead_nowhere_say_what_to_do(browser: Browser, address: str, language: str) -> None:
    context = browser.new_context(locale=language)
    talk = Talk(context.new_page(), address)
    for query in ("?conversation=AAAAAAAAAAAAAAAAAAAAAA", "?conversation=../../etc/passwd", "?conversation=<script>"):
        talk.visit(language, query)
        expect(talk.note).to_have_text(talk.words["notes"]["gone"])
        assert talk.said() == 1
    for path in ("/nowhere", f"/{language}/nowhere", "/export/none/secret.pdf", "/read/xx/shipped/none"):
        answer = talk.page.goto(talk.address + path)
        assert answer
        assert answer.status == 404
        assert talk.page.locator("html").get_attribute("lang") == language
        assert talk.page.locator("main p").inner_text()
        assert talk.page.locator("a").first.get_attribute("href") == f"/{language}/"
    context.close()


def test_without_scripts_the_page_says_so(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    for language in LANGUAGES:
        talk = Talk(context.new_page(), address)
        talk.page.goto(f"{address}/{language}/")
        expect(talk.page.locator("#v-hello .none")).to_have_text(texts(language)["browser"]["no_script"])  # type: ignore[arg-type]
        expect(talk.page.locator("#v-hello .none")).to_be_visible()
    context.close()
