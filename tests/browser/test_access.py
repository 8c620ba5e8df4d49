"""Nobody is kept out: axe-core finds no serious fault on any page, in both languages, light and dark, wide and on a phone.

A new page or state is one more entry in STATES or PAGES.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from programs import axe
from talk import ANSWERS, STORY, Talk

from assistant.domain.maturity import Language
from assistant.domain.state import Asked
from assistant.web.words import texts

Asking = Callable[[Language, Asked], str]
LOOKS = ((1280, 800, "light"), (1280, 800, "dark"), (360, 740, "light"), (360, 740, "dark"))
QUESTION = {"en": "What is a sensor?", "da": "Hvad er en føler?"}
RUN = """() => axe.run(document, { resultTypes: ["violations"] }).then((found) => found.violations
  .filter((fault) => ["serious", "critical"].includes(fault.impact))
  .map((fault) => [fault.id, fault.nodes.slice(0, 3).map((node) => node.html.slice(0, 160) + " " + node.failureSummary)]))"""


def begun(talk: Talk) -> None:
    """Nothing said yet."""


def told(talk: Talk) -> None:
    """A story, some answers and an answer with sources."""
    language = talk.page.locator("html").get_attribute("lang") or "en"
    for text in (STORY[language], *ANSWERS[language], QUESTION[language]):
        talk.say(text)
    closed = talk.page.locator(".v-action:not([open]) summary")
    while closed.count():
        closed.first.click()


def settling(talk: Talk) -> None:
    """Every form beside the talk stands open."""
    talk.page.evaluate("document.querySelectorAll('#v-side details').forEach((part) => { part.open = true; })")
    expect(talk.plan.locator("#save-new")).to_be_visible()


def refused(talk: Talk) -> None:
    """A sentence about what cannot be sent."""
    talk.button("send").click()
    expect(talk.page.locator(".v-warning")).to_contain_text(talk.words["errors"]["empty"])


def erasing(talk: Talk) -> None:
    """Asked whether everything is to go."""
    talk.button("erase").click()
    expect(talk.button("erase_yes")).to_be_visible()


def offline(talk: Talk) -> None:
    """Without a connection."""
    talk.line(up=False)
    expect(talk.page.locator("#v-state")).to_have_text(talk.words["browser"]["offline"])


STATES = (begun, told, settling, refused, erasing, offline)
"""One after the other on the same page."""
PAGES = (
    "/read/{language}/shipped/none",
    "/export/none/plan.pdf",
    "/{language}/none",
    "/none",
    "/adviser/{language}/login",
)


@pytest.fixture(scope="session")
def script() -> str:
    return axe()


@pytest.mark.parametrize("language", ["en", "da"])
def test_no_serious_fault_in_any_state_of_the_conversation(
    talk: Talk, asking: Asking, script: str, language: Language
) -> None:
    talk.visit(language)
    talk.page.evaluate(script)
    faults: list[Any] = []
    for state in STATES:
        state(talk)
        faults += [(state.__name__, *found) for found in looked_at(talk.page)]
    talk.line(up=True)
    item = Asked(id="technology.capture", form="closest", options=(1, 3))
    talk.visit(language, f"?conversation={asking(language, item)}")
    talk.page.evaluate(script)
    expect(talk.choices()).to_have_count(2)
    faults += [("choices", *found) for found in looked_at(talk.page)]
    assert faults == []


@pytest.mark.parametrize("language", ["en", "da"])
def test_no_serious_fault_on_any_other_page(browser: Browser, address: str, script: str, language: Language) -> None:
    context = browser.new_context(locale=language)
    talk = Talk(context.new_page(), address)
    talk.visit(language).say(QUESTION[language])
    cited = talk.page.locator('#v-chat a[href^="/read/"]').first.get_attribute("href")
    faults: list[Any] = []
    for path in (str(cited), *PAGES):
        talk.page.goto(talk.address + path.format(language=language))
        talk.page.evaluate(script)
        faults += [(path, *found) for found in looked_at(talk.page)]
        assert talk.page.locator("html").get_attribute("lang") == language
        assert texts(language)["title"] in talk.page.title()
    context.close()
    assert faults == []


def looked_at(page: Page) -> list[Any]:
    """What axe finds, in every look."""
    found = []
    for width, height, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        found += [(width, scheme, *fault) for fault in page.evaluate(RUN)]
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(color_scheme="light")
    return found
