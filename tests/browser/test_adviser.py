"""Sharing and the adviser's pages in a real browser: consent, login, own findings, papers, withdrawal, uploads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import watch
from playwright.sync_api import Browser, Page, expect
from programs import axe
from talk import ANSWERS, STORY, Talk
from test_access import looked_at

from assistant.accounts import Accounts
from assistant.store import Store
from assistant.web.words import texts

NAME, PASSWORD = "Karen <b>Holm</b>", "three small brass bells"
SEEN = {"en": "Saw the sheets on the wall. <b>All</b> by hand.", "da": "Så sedlerne på væggen. <b>Alt</b> i hånden."}


@pytest.fixture(scope="module")
def karen(app_home: Path, address: str) -> Iterator[str]:
    """An account in the store of the app that runs."""
    store = Store(app_home)
    accounts = Accounts(store)
    accounts.add(NAME, PASSWORD)
    yield NAME
    accounts.remove(NAME)
    store.close()


@pytest.fixture
def desk(browser: Browser, address: str, karen: str) -> Iterator[Talk]:
    """An adviser with a browser of their own; afterwards nothing may have gone wrong or abroad."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    talk = Talk(context.new_page(), address)
    watch(talk.page, talk)
    yield talk
    context.close()
    assert talk.abroad == []
    assert talk.faults == []


def log_in(page: Page, address: str, language: str, password: str = PASSWORD) -> None:
    words = texts(language)["adviser"]["login"]  # type: ignore[arg-type]
    page.goto(f"{address}/adviser/{language}/login")
    page.get_by_label(words["name"], exact=True).fill(NAME)
    page.get_by_label(words["password"], exact=True).fill(password)
    page.get_by_role("button", name=words["send"]).click()


def fits(page: Page) -> bool:
    """Nothing has to be scrolled sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("da", 360), ("da", 1280), ("en", 360)])
def test_a_company_shares_and_withdraws(talk: Talk, desk: Talk, language: str, width: int) -> None:
    for page in (talk.page, desk.page):
        page.set_viewport_size({"width": width, "height": 800})
    talk.visit(language)
    share = talk.page.locator("#v-share")
    expect(share).not_to_be_visible()
    talk.say(STORY[language])
    for answer in ANSWERS[language]:
        talk.say(answer)
    own = talk.words["sharing"]
    expect(share).to_contain_text(own["none"])
    yes = share.get_by_role("button", name=own["share"], exact=True)
    yes.click()
    expect(share.get_by_role("alert")).to_have_text(own["agree_first"])
    share.get_by_role("radio", name=NAME).check()
    share.get_by_role("checkbox", name=own["agree"]).check()
    talk.click(yes)
    expect(share).to_contain_text(own["shared"].format(name=NAME, on="").split("  ")[0].strip(" ."))
    assert fits(talk.page)

    words = talk.words["adviser"]
    page = desk.page
    log_in(page, desk.address, language)
    page.get_by_role("link", name=words["companies_link"]).wait_for()
    assert page.title().startswith(words["companies"]["heading"])
    row = page.locator("tbody tr").last
    expect(row).to_contain_text("19")
    assert fits(page)
    page.locator("tbody tr a").first.click()
    expect(page.locator("#profile")).to_contain_text("Thisted")
    expect(page.locator("#profile .quote").first).to_be_visible()
    assert fits(page)
    if width == 1280:
        page.evaluate(axe())
        assert looked_at(page) == []
    form = page.locator("#finding form")
    form.get_by_label(words["company"]["finding_item"]).select_option("technology.capture")
    form.get_by_label(words["company"]["finding_stage"]).select_option("2")
    form.get_by_label(words["company"]["finding_text"]).fill(SEEN[language])
    form.get_by_role("button").click()
    expect(page.get_by_role("status")).to_have_text(words["done"]["finding"])
    expect(page.locator("#item-technology\\.capture .advised")).to_contain_text(SEEN[language])
    company = page.url
    page.get_by_role("link", name=words["papers"]["guide"]).click()
    expect(page.locator(".paper h1")).to_be_visible()
    assert fits(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Word").click()
    assert download.value.suggested_filename == f"{words['files']['guide']}.docx"
    page.get_by_role("link", name=words["other_language"]).click()
    expect(page.locator("html")).to_have_attribute("lang", "da" if language == "en" else "en")

    talk.page.reload()
    talk.settled()
    expect(share.locator(".v-advice")).to_contain_text(SEEN[language])
    assert SEEN[language] in talk.page.locator("#v-chat").inner_text()
    talk.click(share.get_by_role("button", name=own["withdraw"]))
    expect(share).to_contain_text(own["none"])
    page.goto(company)
    expect(page.locator("h1")).to_have_text(words["message"]["not_shared"]["title"])
    desk.faults.clear()  # the browser tells of the 404
    page.get_by_role("link", name=words["companies_link"]).click()
    expect(page.locator("main")).to_contain_text(words["companies"]["none"])
    page.get_by_role("button", name=words["logout"]).click()
    expect(page.get_by_role("status")).to_have_text(words["login"]["notes"]["out"])


@pytest.mark.parametrize("language", ["en", "da"])
def test_files_are_sent_and_removed(desk: Talk, language: str, tmp_path: Path) -> None:
    page, words = desk.page, texts(language)["adviser"]["library"]  # type: ignore[arg-type]
    page.set_viewport_size({"width": 360, "height": 800})
    log_in(page, desk.address, language, "wrong " + PASSWORD)
    expect(page.get_by_role("alert")).to_have_text(texts(language)["adviser"]["login"]["notes"]["wrong"])  # type: ignore[arg-type]
    desk.faults.clear()  # the browser tells of the 401
    log_in(page, desk.address, language)
    page.get_by_role("link", name=texts(language)["adviser"]["library_link"]).click()  # type: ignore[arg-type]
    good, bad = tmp_path / f"saw-{language}.md", tmp_path / "<b>broken.pdf"
    good.write_text("# The <b>saw</b>\n\nThe saw is sharpened on Fridays, for then the smith comes by.\n")
    bad.write_bytes(b"%PDF-1.4 broken")
    chosen = page.get_by_label(words["files"], exact=True)
    chosen.set_input_files([good, bad])
    page.get_by_role("button", name=words["send"]).click()
    outcomes = page.locator(".outcomes")
    expect(outcomes).to_contain_text(words["ok"].format(passages=1), timeout=30_000)
    expect(outcomes).to_contain_text(words["skipped"].format(reason=words["reasons"]["damaged"]), timeout=30_000)
    expect(page.locator("#run [role=status]")).to_have_text(words["run_over"].format(done=2, of=2), timeout=30_000)
    assert fits(page)
    link = page.get_by_role("link", name=words["remove_label"].format(title="The <b>saw</b>"))
    if not link.count():
        link = page.locator("tbody tr", has_text=good.name).get_by_role("link", name=words["remove"])
    link.click()
    page.get_by_role("button", name=words["remove_yes"]).click()
    expect(page.get_by_role("status").first).to_have_text(words["removed"])
    assert good.name not in page.locator("main").inner_text()


def test_what_is_too_large_is_told_before_it_is_sent(desk: Talk, tmp_path: Path) -> None:
    page, words = desk.page, texts("en")["adviser"]["library"]
    log_in(page, desk.address, "en")
    page.get_by_role("link", name=texts("en")["adviser"]["library_link"]).click()
    large = tmp_path / "large.txt"
    with large.open("wb") as file:
        file.truncate(51_000_000)
    page.get_by_label(words["files"], exact=True).set_input_files(large)
    page.get_by_role("button", name=words["send"]).click()
    expect(page.locator(".told")).to_have_text(words["too_large"].format(size=51, most=50))


def test_by_keyboard_alone(desk: Talk) -> None:
    page = desk.page
    page.goto(f"{desk.address}/adviser/en/login")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type(NAME)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(texts("en")["adviser"]["companies"]["heading"])
