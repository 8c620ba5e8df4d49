"""Reached by everybody: keyboard alone, names for a screen reader, 200 % zoom, dark mode, less motion, and no other host."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import watch
from playwright.sync_api import Browser, expect
from talk import ANSWERS, STORY, Talk

FOCUSED = """() => {
  const now = document.activeElement;
  return now.id || now.closest("[id]")?.id || now.tagName;
}"""


@pytest.mark.alone
@pytest.mark.parametrize("language", ["en", "da"])
def test_a_whole_visit_by_keyboard_alone(talk: Talk, language: str) -> None:
    keys, box = talk.visit(language).page.keyboard, talk.page.locator("#v-box textarea")
    expect(box).to_be_focused()
    keys.type(STORY[language])
    talk.timed(lambda: keys.press("Enter"))
    expect(box).to_be_focused()
    steps = _tab(talk, 5)
    assert steps[0] == "v-send"
    assert [step for step in steps if step.startswith("v-")][:4] == ["v-send", "v-skip", "v-undo", "v-new"]
    talk.page.locator("#v-skip").focus()
    talk.timed(lambda: keys.press("Enter"))
    expect(box).to_be_focused()
    talk.page.locator("#v-undo").focus()
    talk.timed(lambda: keys.press("Space"))
    expect(box).to_be_focused()
    talk.page.locator("#v-erase").focus()
    keys.press("Enter")
    expect(talk.page.locator("#v-keep")).to_be_focused()
    keys.press("Enter")
    expect(talk.page.locator("#v-erase")).to_be_focused()
    keys.press("Enter")
    expect(talk.page.locator("#v-keep")).to_be_focused()
    keys.press("Tab")
    keys.press("Enter")
    expect(talk.note).to_contain_text(talk.words["notes"]["erased"])
    expect(box).to_be_focused()


@pytest.mark.parametrize("language", ["en", "da"])
def test_everything_has_a_name_and_new_replies_are_told(talk: Talk, language: str) -> None:
    talk.visit(language).say(STORY[language])
    page, words = talk.page, talk.words
    log = page.get_by_role("log", name=words["chat"]["label"])
    expect(log).to_have_count(1)
    assert log.get_attribute("aria-live") in (None, "polite")
    expect(page.get_by_role("heading", level=1)).to_have_text(words["title"])
    expect(page.get_by_role("region", name=words["profile"]["heading"])).to_have_count(1)
    box = page.get_by_role("textbox", name=words["box"]["label"])
    expect(box).to_have_count(1)
    expect(box).to_have_accessible_description(page.locator("#v-pending").inner_text())
    expect(page.locator("#v-state")).to_have_attribute("role", "status")
    for key in ("send", "skip", "undo", "new", "erase"):
        expect(talk.button(key)).to_have_count(1)
    nameless = page.evaluate(
        """() => [...document.querySelectorAll("button, a, input, textarea, summary")]
          .filter((part) => part.checkVisibility() && !(part.innerText || part.ariaLabel || part.title || part.labels?.length))
          .map((part) => part.outerHTML.slice(0, 120))"""
    )
    assert nameless == []


@pytest.mark.parametrize(("width", "height"), [(640, 400), (360, 740), (320, 560)])
def test_zoom_and_small_screens_never_scroll_sideways(browser: Browser, address: str, width: int, height: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": height})
    talk = Talk(page, address).visit("da")
    sideways = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(sideways)
    for text in (STORY["da"], *ANSWERS["da"], "Hvad er en føler?", "e" * 300):
        talk.say(text)
    closed = page.locator(".v-action:not([open]) summary")
    while closed.count():
        closed.first.click()
    talk.button("erase").click()
    assert not page.evaluate(sideways)
    cut = page.evaluate(
        """() => [...document.querySelectorAll("#v-talk button, #v-side p, #v-side li, #v-chat .message")]
          .filter((part) => part.checkVisibility() && part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).display !== "inline")
          .map((part) => part.outerHTML.slice(0, 120))"""
    )
    assert cut == []
    page.close()


def test_dark_and_light_follow_the_machine(browser: Browser, address: str) -> None:
    for scheme, bright in (("light", True), ("dark", False)):
        page = browser.new_page(color_scheme=scheme)  # type: ignore[arg-type]
        talk = Talk(page, address).visit()
        for query in ("body", "#v-chat", "#v-box textarea", ".v-panel"):
            background = page.locator(query).first.evaluate(
                "(part) => { while (part && getComputedStyle(part).backgroundColor === 'rgba(0, 0, 0, 0)') part = part.parentElement;"
                " return getComputedStyle(part || document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number) }"
            )
            assert (sum(background) > 3 * 128) is bright, (scheme, query, background)
        page.emulate_media(color_scheme="light" if scheme == "dark" else "dark")
        expect(page.locator("body.dark")).to_have_count(1 if scheme == "light" else 0)
        assert talk.said() == 1
        page.close()


def test_less_motion_means_none(browser: Browser, address: str) -> None:
    page = browser.new_page(reduced_motion="reduce")
    talk = Talk(page, address).visit()
    talk.say(STORY["en"])
    talk.say(ANSWERS["en"][2])
    page.evaluate("document.querySelector('#v-talk').classList.add('v-busy')")
    moving = page.evaluate("document.getAnimations().map((one) => one.animationName || one.transitionProperty)")
    assert moving == []
    page.close()


@pytest.mark.parametrize("language", ["en", "da"])
def test_nothing_is_asked_of_another_host(browser: Browser, address: str, language: str) -> None:
    """Every request of the browser is seen, also those of scripts, styles, fonts and frames; cookies are none."""
    context = browser.new_context()
    talk = Talk(context.new_page(), address)
    watch(talk.page, talk)
    line = context.new_cdp_session(talk.page)
    asked: list[str] = []
    line.on("Network.requestWillBeSent", lambda told: asked.append(told["request"]["url"]))
    line.send("Network.enable")
    talk.visit(language).say(STORY[language])
    talk.say("Hvad er en føler?" if language == "da" else "What is a sensor?")
    talk.page.goto(address + str(talk.page.locator('#v-chat a[href^="/read/"]').first.get_attribute("href")))
    talk.page.wait_for_load_state("networkidle")
    assert len(asked) > 50
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
    assert talk.abroad == []
    assert context.cookies() == []
    fonts: list[Any] = talk.page.evaluate("[...document.fonts].map((font) => font.family)")
    assert fonts == []
    context.close()


def _tab(talk: Talk, times: int) -> list[str]:
    steps = []
    for _ in range(times):
        talk.page.keyboard.press("Tab")
        steps.append(talk.page.evaluate(FOCUSED))
    return steps
