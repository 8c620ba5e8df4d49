"""Citations in a real browser: a number in the conversation opens the very place, and the way back is there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT, watch
from playwright.sync_api import Browser, Locator, Page, expect
from shelf import FACTS, Fact, filled
from talk import STORY, Talk

LINKS = '#v-chat [data-testid=bot] a[href^="/read/"]'
QUESTION = {"en": "What is a gateway?", "da": "Hvad er en gateway?"}
PLACE = """() => {
  const said = document.querySelector("mark strong");
  const before = [...document.querySelectorAll(".place")].filter(
    (place) => place.compareDocumentPosition(said) & Node.DOCUMENT_POSITION_FOLLOWING);
  return before.length ? before.pop().innerText : "";
}"""
IN_VIEW = """element => {
  const box = element.getBoundingClientRect(), bar = document.querySelector(".top").getBoundingClientRect();
  return box.top >= bar.bottom && box.bottom <= innerHeight;
}"""


@pytest.fixture(params=[1280, 360])
def visitor(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Talk]:
    """A visitor on a wide and on a narrow screen; nothing may go wrong or abroad in any of the tabs."""
    context = browser.new_context(viewport={"width": request.param, "height": 740}, locale="de-DE")
    talk = Talk(context.new_page(), address)
    watch(talk.page, talk)
    context.on("page", lambda page: watch(page, talk))
    yield talk
    context.close()
    assert talk.abroad == []
    assert talk.faults == []


@pytest.fixture(scope="session")
def own(address: str, app_home: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A library of one's own, taken in by another process while the app runs."""
    folder = filled(tmp_path_factory.mktemp("folder"))
    environment = {**os.environ, "VEJVISER_HOME": str(app_home), "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-m", "assistant", "ingest", str(folder), "--library", "own"]
    done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return address


def opened(talk: Talk, link: Locator) -> Page:
    """The tab that a click on `link` opens."""
    with talk.page.context.expect_page() as tab:
        link.click()
    page = tab.value
    page.wait_for_load_state()
    return page


@pytest.mark.parametrize("language", ["en", "da"])
def test_a_number_opens_the_cited_place(visitor: Talk, language: str) -> None:
    talk = visitor.visit(language)
    talk.say(STORY[language])
    talk.say(QUESTION[language])
    answer = talk.page.locator("#v-chat [data-testid=bot]").last
    expect(answer.get_by_role("link", name="[1]", exact=True).first).to_have_attribute("target", "_blank")
    first = answer.get_by_role("link", name="[1]", exact=True).first
    assert "noopener" in str(first.get_attribute("rel"))
    page = opened(talk, first)
    words = talk.words["reader"]
    expect(page.locator("html")).to_have_attribute("lang", language)
    here = page.locator("#here")
    expect(here).to_have_text(words["cited"])
    assert here.evaluate(IN_VIEW)
    assert page.locator("mark").first.evaluate(IN_VIEW)
    quoted = " ".join(page.locator("mark strong").all_inner_texts())
    assert re.sub(r"\W|\d", "", quoted) in re.sub(r"\W|\d", "", answer.inner_text())
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
    marked = "".join(page.locator("mark").all_inner_texts())

    page.get_by_role("link", name=words["next"], exact=True).click()
    expect(page.locator("#here")).to_have_text(words["here"])
    assert page.locator("#here").evaluate(IN_VIEW)
    assert "".join(page.locator("mark").all_inner_texts()) == marked
    page.get_by_role("link", name=words["previous"], exact=True).click()
    expect(page.locator("#here")).to_have_text(words["cited"])

    other = "da" if language == "en" else "en"
    page.get_by_role("link", name=words[f"read_{other}"], exact=True).click()
    expect(page.locator("article")).to_have_attribute("lang", other)
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("#here")).to_have_text(words["section"])
    assert page.locator("#here").evaluate(IN_VIEW)

    page.get_by_role("link", name=words["back"]).click()
    back = Talk(page, talk.address)
    back.settled()
    expect(page.locator("#v-chat [data-testid=user]").last).to_contain_text(QUESTION[language])


@pytest.mark.parametrize("language", ["en", "da"])
def test_reload_keeps_the_links(visitor: Talk, language: str) -> None:
    talk = visitor.visit(language)
    talk.say(STORY[language])
    talk.say(QUESTION[language])
    talk.say("Who won the cup in 1987?" if language == "en" else "Hvem vandt pokalen i 1987?")
    before = [link.get_attribute("href") for link in talk.page.locator(LINKS).all()]
    assert len(before) >= 3
    talk.page.reload()
    talk.settled()
    expect(talk.page.locator(LINKS)).to_have_count(len(before))
    assert [link.get_attribute("href") for link in talk.page.locator(LINKS).all()] == before


def test_what_a_person_types_never_becomes_a_link(visitor: Talk) -> None:
    talk = visitor.visit("en")
    talk.say(STORY["en"])
    talk.say("What annoys us most is [1] that drawings get lost, [x](/read/en/shipped/y). What is a gateway?")
    reply = talk.page.locator("#v-chat [data-testid=bot]").last
    expect(reply.locator("a").first).to_be_visible()
    mirrored = reply.locator("p").filter(has_text="drawings get lost")
    expect(mirrored.first).to_be_visible()
    assert mirrored.locator("a").count() == 0
    assert talk.page.locator("#v-chat [data-testid=user] a").count() == 0


def test_the_plan_leads_to_what_to_read(visitor: Talk) -> None:
    talk = visitor.visit("da")
    talk.say(STORY["da"])
    talk.say("Vi spilder timer på at lede efter den rigtige tegning.")
    talk.say("Jeg vil gerne have færre fejl om et år.")
    talk.say("Vi skriver det på papir og taster det ind i et regneark bagefter.")
    link = talk.plan.locator(".v-action[open] .v-read a").first
    expect(link).to_be_visible()
    page = opened(talk, link)
    expect(page.locator("#here")).to_have_text(talk.words["reader"]["section"])
    assert page.locator("#here").evaluate(IN_VIEW)
    expect(page.locator("article")).to_have_attribute("lang", "da")
    assert page.locator("h1").inner_text() in link.inner_text()


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.file)
def test_every_format_opens_at_its_place(own: str, browser: Browser, fact: Fact) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 740})
    talk = Talk(context.new_page(), own)
    watch(talk.page, talk)
    context.on("page", lambda page: watch(page, talk))
    talk.visit("en").say(STORY["en"])
    talk.say(fact.question)
    reply = talk.page.locator("#v-chat [data-testid=bot]").last
    assert fact.answer in reply.inner_text()
    line = reply.locator('a[href^="/read/en/own/"]').filter(has_text=re.compile(r"^\[1\] ."))
    assert line.inner_text().endswith(f", {fact.place}" if fact.place else "")
    page = opened(talk, reply.get_by_role("link", name="[1]", exact=True).first)
    assert fact.answer in " ".join(page.locator("mark strong").all_inner_texts())
    assert page.locator("mark").first.evaluate(IN_VIEW)
    expect(page.locator("header dd").filter(has_text=fact.file)).to_be_visible()
    assert page.evaluate(PLACE) == fact.place
    context.close()
    assert talk.abroad == []
    assert talk.faults == []


def test_markup_in_a_document_is_shown_as_text(own: str, visitor: Talk) -> None:
    assert own
    talk = visitor.visit("en")
    talk.say(STORY["en"])
    talk.say("Where is the stamping die kept?")
    reply = talk.page.locator("#v-chat [data-testid=bot]").last
    assert "<img" in reply.inner_text()
    page = opened(talk, reply.get_by_role("link", name="[1]", exact=True).first)
    assert "<b>stamping</b> die <img" in page.locator("mark").first.inner_text()
    assert page.locator("article img, article b, mark a").count() == 0
    assert page.title().startswith("markup")


def test_by_keyboard_alone(visitor: Talk) -> None:
    talk = visitor.visit("en")
    talk.say(STORY["en"])
    talk.say(QUESTION["en"])
    link = talk.page.locator(LINKS).first.get_attribute("href")
    page = talk.page.context.new_page()
    page.goto(f"{talk.address}{str(link).split('#')[0]}")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.id === 'here'")
    assert page.locator("#here").evaluate(IN_VIEW)
    names = []
    for _ in range(60):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.className"))
        if names[-1] == "next":
            break
    assert names[-1] == "next"


def test_what_was_removed_is_told(visitor: Talk) -> None:
    talk = visitor
    page = talk.page
    gone = page.request.get(f"{talk.address}/read/da/own/nothing.da?at=x-1")
    assert gone.status == 404
    page.goto(f"{talk.address}/read/da/shipped/iot-from-machine-to-phone.da?at=nothing-9#here")
    expect(page.locator(".note")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
