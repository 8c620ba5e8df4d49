"""The page in a real browser: what an owner sees and does, in both languages."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from talk import ANSWERS, STORY, Talk

from assistant.content import Knowledge, root
from assistant.domain.maturity import Language
from assistant.domain.state import Asked
from assistant.store import Store
from assistant.web.words import texts

Asking = Callable[[Language, Asked], str]
model = Knowledge(root()).model

HOSTILE = '<img src="http://evil.example/x.png" onerror="document.title=1"> ![x](http://evil.example/y.png) **bold** <b>b</b> we write it on paper'


@pytest.mark.parametrize("language", ["en", "da"])
def test_a_story_fills_the_profile_and_drafts_a_plan(talk: Talk, language: str) -> None:
    talk.visit(language)
    assert talk.page.title() == "Vejviser"
    assert talk.page.locator("html").get_attribute("lang") == language
    assert talk.page.locator("#v-course").is_visible()
    expect(talk.plan).to_contain_text(talk.words["plan"]["empty"])
    seconds = [talk.say(STORY[language]), *(talk.say(answer) for answer in ANSWERS[language])]
    print(f"message sent -> reply seen, {language}: {', '.join(f'{second:.2f} s' for second in seconds)}")
    assert max(seconds) < 5
    assert not talk.page.locator("#v-course").is_visible()
    expect(talk.profile.locator(".v-facts")).to_contain_text("Thisted")
    expect(talk.profile.locator(".v-item .v-quote").first).to_be_visible()
    assert ANSWERS[language][0].rstrip(".") in talk.profile.inner_text()
    expect(talk.plan).to_contain_text(talk.words["plan"]["changes"])
    expect(talk.plan.locator(".v-action").first).to_contain_text(talk.words["plan"]["estimate"])
    expect(talk.plan.locator(".v-causes .v-quote").first).to_be_visible()
    expect(talk.page.locator(".v-pending")).to_contain_text(talk.words["pending"])
    assert talk.page.locator(".v-pending").inner_text().removeprefix(talk.words["pending"]).strip() in talk.reply()
    assert re.search(r"\d+", talk.page.locator(".v-hint").inner_text())


def test_enter_sends_and_shift_enter_makes_a_new_line(talk: Talk) -> None:
    talk.visit()
    box = talk.page.locator("#v-box textarea")
    box.fill("We build boats.")
    box.press("Shift+Enter")
    box.type("We are 12.")
    assert box.input_value() == "We build boats.\nWe are 12."
    assert talk.said() == 1
    talk.timed(lambda: box.press("Enter"))
    assert box.input_value() == ""
    assert talk.page.locator("#v-chat [data-testid=user]").inner_text().split("\n") == ["We build boats.", "We are 12."]


@pytest.mark.parametrize("language", ["en", "da"])
def test_a_quick_reply_is_recorded_as_clicked(talk: Talk, asking: Asking, language: Language) -> None:
    offered = model.items["technology.capture"].descriptors
    talk.visit(
        language, f"?conversation={asking(language, Asked(id='technology.capture', form='closest', options=(1, 3)))}"
    )
    expect(talk.choices()).to_have_text([offered[1][language], offered[3][language]])
    label = offered[3][language]
    talk.click(talk.choices().last)
    expect(talk.page.locator("#v-chat [data-testid=user]").last).to_have_text(label)
    item = talk.profile.locator(".v-item", has_text=label)
    expect(item).to_contain_text(talk.words["profile"]["clicked"])


def test_the_rating_is_a_click(talk: Talk, asking: Asking) -> None:
    talk.visit("en", f"?conversation={asking('en', Asked(id='rating'))}")
    expect(talk.choices()).to_have_text(["1", "2", "3", "4"])
    talk.click(talk.choices().nth(2))
    expect(talk.profile).to_contain_text(talk.words["profile"]["rating"].format(value=3))


@pytest.mark.alone
def test_a_quick_reply_that_is_no_longer_offered_does_nothing(talk: Talk, asking: Asking, browser: Browser) -> None:
    query = f"?conversation={asking('en', Asked(id='technology.capture', form='closest', options=(1, 3)))}"
    talk.visit("en", query)
    other = Talk(browser.new_page(), talk.address).visit("en", query)  # on another machine
    other.click(other.choices().first)
    other.page.close()
    talk.choices().last.click()
    expect(talk.note).to_contain_text(talk.words["notes"]["moved_on"])
    expect(talk.page.locator("#v-chat [data-testid=user]")).to_have_count(2)


def test_reload_goes_on_with_everything_said(talk: Talk) -> None:
    talk.visit().say(STORY["en"])
    talk.say(ANSWERS["en"][0])
    before, profile = talk.page.locator("#v-chat [role=log]").inner_text(), talk.profile.inner_text()
    talk.page.reload()
    talk.settled()
    expect(talk.page.locator("#v-chat [data-testid=user]")).to_have_count(2)
    assert talk.page.locator("#v-chat [role=log]").inner_text() == before
    assert talk.profile.inner_text() == profile


def test_undo_takes_the_last_turn_out_of_the_profile(talk: Talk) -> None:
    talk.visit().say(STORY["en"])
    talk.say(ANSWERS["en"][0])
    assert "waste hours" in talk.profile.inner_text()
    talk.click(talk.button("undo"))
    assert "waste hours" not in talk.profile.inner_text()
    assert "Thisted" in talk.profile.inner_text()


def test_skip_asks_something_else(talk: Talk) -> None:
    talk.visit().say(STORY["en"])
    asked = talk.page.locator(".v-pending").inner_text()
    talk.click(talk.button("skip"))
    assert talk.page.locator(".v-pending").inner_text() != asked


def test_erase_asks_first_and_leaves_nothing(talk: Talk) -> None:
    talk.visit().say(STORY["en"])
    link = talk.page.locator(".v-downloads a").first.get_attribute("href")
    talk.button("erase").click()
    talk.button("erase_no").click()
    expect(talk.button("erase_yes")).not_to_be_visible()
    assert talk.page.request.get(f"{talk.address}{link}").status == 200
    talk.button("erase").click()
    talk.button("erase_yes").click()
    expect(talk.note).to_contain_text(talk.words["notes"]["erased"])
    assert "Thisted" not in talk.page.locator("body").inner_text()
    gone = talk.page.request.get(f"{talk.address}{link}", headers={"Accept-Language": "da-DK,da;q=0.9"})
    assert gone.status == 404
    assert texts("da")["downloads"]["missing"] in gone.text()
    talk.page.reload()
    talk.settled()
    assert talk.said() == 1


def test_what_is_erased_in_another_tab_begins_anew(talk: Talk) -> None:
    talk.visit().say(STORY["en"])
    other = Talk(talk.page.context.new_page(), talk.address).visit()
    other.button("erase").click()
    other.button("erase_yes").click()
    expect(other.note).to_contain_text(talk.words["notes"]["erased"])
    expect(talk.note).to_contain_text(talk.words["notes"]["gone"])
    assert "Thisted" not in talk.page.locator("body").inner_text()
    talk.say("We are 19 people.")
    expect(talk.profile.locator(".v-facts")).to_contain_text("19")


def test_what_is_erased_elsewhere_begins_anew(talk: Talk, app_home: Path) -> None:
    talk.visit().say(STORY["en"])
    store = Store(app_home)
    store.erase(store.conversations()[0][0].id)
    store.close()
    talk.page.fill("#v-box textarea", "We are 19 people.")
    talk.page.press("#v-box textarea", "Enter")
    expect(talk.note).to_contain_text(talk.words["notes"]["gone_unsent"])
    assert talk.page.locator("#v-box textarea").input_value() == "We are 19 people."
    talk.timed(lambda: talk.page.press("#v-box textarea", "Enter"))
    expect(talk.profile.locator(".v-facts")).to_contain_text("19")


def test_a_new_conversation_leaves_a_way_back(talk: Talk) -> None:
    talk.visit().say(STORY["en"])
    talk.button("new").click()
    expect(talk.note).to_contain_text(talk.words["notes"]["new"])
    assert talk.said() == 1
    talk.note.locator("a").click()
    expect(talk.page.locator("#v-chat [data-testid=user]")).to_have_count(1)


def test_hostile_text_stays_text(talk: Talk) -> None:
    talk.visit().say(STORY["en"])
    for text in (HOSTILE, HOSTILE, f"What is {HOSTILE}?"):
        talk.say(text)
    said = talk.page.locator("#v-chat [data-testid=user]").last.inner_text()
    assert said == f"What is {HOSTILE}?"
    assert talk.page.locator("#v-chat img, #v-side img, #v-chat b, #v-chat [data-testid=user] strong").count() == 0
    assert "<img" in talk.profile.inner_text()
    assert talk.page.title() == "Vejviser"


def test_a_text_that_cannot_be_taken_stays_in_the_box(talk: Talk) -> None:
    talk.visit("da")
    talk.page.fill("#v-box textarea", "x" * 20_001)
    talk.button("send").click()
    expect(talk.note.or_(talk.page.locator(".v-warning"))).to_contain_text("20000")
    assert len(talk.page.locator("#v-box textarea").input_value()) == 20_001
    talk.page.fill("#v-box textarea", "  ")
    talk.button("send").click()
    expect(talk.page.locator(".v-warning")).to_contain_text(talk.words["errors"]["empty"])
    assert talk.said() == 1


def test_what_cannot_be_stored_stays_in_the_box(talk: Talk, app_home: Path) -> None:
    talk.visit("da").say(STORY["da"])
    with closing(sqlite3.connect(app_home / "conversations.sqlite3", isolation_level=None)) as other_program:
        other_program.execute("BEGIN EXCLUSIVE")
        talk.page.fill("#v-box textarea", ANSWERS["da"][0])
        talk.page.press("#v-box textarea", "Enter")
        expect(talk.note).to_contain_text(talk.words["errors"]["store"], timeout=15_000)
        assert talk.page.locator("#v-box textarea").input_value() == ANSWERS["da"][0]
        expect(talk.page.locator("#v-chat [data-testid=user]")).to_have_count(1)
        other_program.execute("ROLLBACK")
    expect(talk.button("send")).to_be_enabled()
    talk.timed(lambda: talk.page.press("#v-box textarea", "Enter"))
    expect(talk.page.locator("#v-chat [data-testid=user]")).to_have_count(2)


def test_sending_twice_makes_one_turn(talk: Talk) -> None:
    talk.visit()
    talk.page.fill("#v-box textarea", STORY["en"])

    def twice() -> None:
        talk.page.press("#v-box textarea", "Enter")
        talk.page.press("#v-box textarea", "Enter")
        talk.page.locator("#v-send").dispatch_event("click")

    talk.timed(twice)
    talk.page.wait_for_timeout(400)
    assert talk.page.locator("#v-chat [data-testid=user]").count() == 1


def test_the_other_language_goes_on_with_the_same_conversation(talk: Talk) -> None:
    talk.visit().say(STORY["en"])
    talk.page.get_by_role("link", name="Dansk").click()
    talk.page.wait_for_url("**/da/")
    talk.words = texts("da")
    talk.settled()
    expect(talk.page.locator("#v-chat [data-testid=user]").first).to_contain_text("Thisted")
    assert "på dansk" in talk.reply()
    talk.say("Can we speak English instead?")
    talk.page.wait_for_url("**/en/", timeout=5_000)


def test_downloads_are_files_in_the_language_of_the_conversation(talk: Talk) -> None:
    talk.visit("da").say(STORY["da"])
    for answer in ANSWERS["da"]:
        talk.say(answer)
    links = [link.get_attribute("href") for link in talk.page.locator(".v-downloads a").all()]
    got = {str(link).rsplit("/", 1)[1]: talk.page.request.get(f"{talk.address}{link}") for link in links}
    assert sorted(got) == sorted(
        f"{what}.{kind}" for what in ("plan", "profile") for kind in ("docx", "json", "md", "pdf")
    )
    assert "# Modenhedsprofil" in got["profile.md"].text()
    assert got["plan.pdf"].body().startswith(b"%PDF")
    assert got["plan.docx"].body().startswith(b"PK")
    assert "attachment" in got["plan.md"].headers["content-disposition"]
    assert json.loads(got["profile.json"].text())["company"]["employees"] == 19
    assert json.loads(got["plan.json"].text())["steps"]


@pytest.mark.parametrize("language", ["da"])
def test_a_phone_shows_everything_without_scrolling_sideways(browser: Browser, address: str, language: str) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    talk = Talk(page, address).visit(language)
    talk.say(STORY[language])
    for answer in ANSWERS[language]:
        talk.say(answer)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    chat, profile = page.locator("#v-chat").bounding_box(), talk.profile.bounding_box()
    assert chat
    assert profile
    assert profile["y"] > chat["y"] + chat["height"]
    page.close()


def test_by_keyboard_alone(talk: Talk) -> None:
    talk.visit()
    talk.page.keyboard.type("We are 19 people in Thisted.")
    talk.timed(lambda: talk.page.keyboard.press("Enter"))
    talk.page.keyboard.type("Looking for drawings costs most.")
    talk.timed(lambda: talk.page.keyboard.press("Enter"))
    focused = []
    for _ in range(6):
        talk.page.keyboard.press("Tab")
        focused.append(talk.page.evaluate("document.activeElement.innerText"))
    assert talk.words["skip"] in focused
    assert talk.words["erase"] in focused


def test_every_word_of_the_danish_page_is_danish(talk: Talk, asking: Asking) -> None:
    talk.visit("da")
    seen = {*_visible(talk)}
    talk.say(STORY["da"])
    for answer in ANSWERS["da"]:
        talk.say(answer)
    talk.button("erase").click()
    expect(talk.button("erase_yes")).to_be_visible()
    item = Asked(id="technology.capture", form="closest", options=(1, 3))
    offered = Talk(talk.page.context.new_page(), talk.address).visit("da", f"?conversation={asking('da', item)}")
    expect(offered.choices()).to_have_count(2)
    seen |= {*_visible(offered)}
    closed = talk.page.locator(".v-action:not([open]) summary")
    while closed.count():
        closed.first.click()
    seen |= {*_visible(talk)}
    english, danish = ({*_leaves(texts(language))} for language in ("en", "da"))
    assert len(seen) > 60
    assert not seen & (english - danish)
    everything = " ".join(seen).lower()
    for word in (
        "the",
        "your",
        "with",
        "chatbot",
        "conversation",
        "message",
        "clear",
        "copy",
        "settings",
        "loading",
        "stage",
        "estimate",
    ):
        assert not re.search(rf"\b{word}\b", everything), word


def test_the_texts_of_both_languages_have_the_same_keys_and_names() -> None:
    english, danish = (dict(_paths(texts(language))) for language in ("en", "da"))
    assert english.keys() == danish.keys()
    for key, text in english.items():
        assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", danish[key])), key


def test_headers_front_page_and_uploads(talk: Talk) -> None:
    request = talk.page.request
    page = request.get(f"{talk.address}/en/")
    assert page.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert page.headers["referrer-policy"] == "no-referrer"
    assert not re.search(r'(?:href|src|content)="https?://', page.text())
    assert request.get(f"{talk.address}/healthz").json() == {"status": "ok"}
    for wish, language in (("da-DK,da;q=0.9,en;q=0.8", "da"), ("en-GB,da;q=0.5", "en"), ("de", "en"), ("", "en")):
        assert request.get(f"{talk.address}/", headers={"Accept-Language": wish}).url.endswith(f"/{language}/")
    upload = {"files": {"name": "a.txt", "mimeType": "text/plain", "buffer": b"x"}}
    assert request.post(f"{talk.address}/en/gradio_api/upload", multipart=upload).status == 404
    assert request.post(f"{talk.address}/en/gradio_api/queue/join", data="x" * 600_000).status == 413
    for path in (
        "/en/gradio_api/file=/etc/passwd",
        "/en/gradio_api/file=../../pyproject.toml",
        "/export/x/profile.md",
        "/export/x/secret.md",
    ):
        assert request.get(f"{talk.address}{path}").status in (403, 404, 422), path


def _visible(talk: Talk) -> list[str]:
    """Every text, label, title and placeholder that a person can come across."""
    return talk.page.evaluate(  # type: ignore[no-any-return]
        """() => {
          const found = [];
          const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walk.nextNode()) {
            const parent = walk.currentNode.parentElement;
            if (parent.closest("script, style, noscript, header a")) continue;
            if (parent.checkVisibility()) found.push(walk.currentNode.textContent.trim());
          }
          for (const part of document.body.querySelectorAll("[aria-label], [title], [placeholder]")) {
            if (!part.checkVisibility()) continue;
            for (const name of ["aria-label", "title", "placeholder"]) if (part.getAttribute(name)) found.push(part.getAttribute(name));
          }
          return found.filter((text) => text);
        }"""
    )


def _leaves(part: object) -> list[str]:
    return [text for _, text in _paths(part)]


def _paths(part: object, path: str = "") -> list[tuple[str, str]]:
    if isinstance(part, dict):
        return [found for name, inner in part.items() for found in _paths(inner, f"{path}.{name}")]
    if isinstance(part, list):
        return [found for place, inner in enumerate(part) for found in _paths(inner, f"{path}.{place}")]
    return [(path, str(part))]
