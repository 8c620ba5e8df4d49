"""What an owner settles beside the talk, in a real browser: profile, targets, plan, approval, papers, the private link."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect
from talk import Talk

from assistant.content import Knowledge, root
from assistant.domain.acts import AnyAct, Fact, Pain, Question
from assistant.domain.fold import advance
from assistant.domain.maturity import Language
from assistant.domain.pointing import pointed
from assistant.domain.state import Asked, opening
from assistant.links import fresh
from assistant.store import Store, Turn
from assistant.web.words import texts

KNOWLEDGE = Knowledge(root())
MODEL, ACTIONS = KNOWLEDGE.model, KNOWLEDGE.actions
CAPTURE, FLOW, GOVERN = "technology.capture", "connectivity.flow", MODEL.dimensions[0].items[0]
SAID = "We are 19 and have a lathe and a saw. Drawings get lost <b>often</b>. What is a flux capacitor?"
HOSTILE = '<img src="http://evil.example/x.png" onerror="document.title=1"> Ryd op'
Company = Callable[[str], str]
QUICK = 0.5
"""Seconds from a click to what became of it."""


@pytest.fixture(scope="module")
def company(address: str, app_home: Path) -> Iterator[Company]:
    """Makes a conversation with three items at stage 1, a few facts, a pain and a parked question; it waits for an answer."""
    store = Store(app_home)

    def made(language: Language) -> str:
        def words(text: str) -> dict[str, object]:
            return {"quote": text, "start": SAID.index(text), "end": SAID.index(text) + len(text)}

        acts: list[AnyAct] = [
            Fact.model_validate({"field": "employees", "value": 19, **words("19")}),
            *(Fact.model_validate({"field": "machines", "value": name, **words(name)}) for name in ("lathe", "saw")),
            Pain.model_validate({"about": (CAPTURE,), **words("Drawings get lost <b>often</b>")}),
            Question.model_validate({"answered": False, **words("What is a flux capacitor?")}),
        ]  # fmt: skip
        start, asked = opening(language), Asked(id="barriers")
        link = fresh()
        name = store.create(language, "full", link).id
        store.append(name, Turn(0, "", [], Asked(id="story"), "..."))
        store.append(name, Turn(1, SAID, acts, asked, "..."))
        state = advance(MODEL, start, acts)
        picked = [pointed(MODEL, state, item, 1) for item in (CAPTURE, FLOW, GOVERN)]
        store.append(name, Turn(2, "-", picked, asked, "..."))
        return f"?conversation={link}"

    yield made
    store.close()


def fold(talk: Talk, key: str) -> Locator:
    """Opens what is folded and gives it."""
    part = talk.page.locator(f'details[data-keep="{key}"]')
    if part.get_attribute("open") is None:
        part.locator("> summary").click()
    return part


def settle(talk: Talk, button: Locator) -> float:
    """Clicks and waits until it is told that it was taken in; seconds that took."""
    bar = talk.page.locator(".v-told")
    before, start = bar.get_attribute("data-once") or "", time.perf_counter()
    button.click()
    talk.page.wait_for_function(
        "before => { const bar = document.querySelector('.v-told'); return bar.dataset.told === 'settled' && bar.dataset.once !== before }",
        arg=before, timeout=8_000, polling=20,
    )  # fmt: skip
    return time.perf_counter() - start


def refuse(talk: Talk, button: Locator, why: str, **values: object) -> None:
    """Clicks and waits for the reason at the form."""
    button.click()
    form = button.locator("xpath=ancestor::form[1]")
    expect(form.locator(".v-refused")).to_have_text(texts(talk.words["lang"])["refused"][why].format(**values))


def visit(talk: Talk, language: str, query: str) -> Talk:
    talk.visit(language, query)
    talk.words = {**texts(language), "lang": language}  # type: ignore[arg-type]
    return talk


def actions(talk: Talk) -> list[str]:
    """Ids of the actions in their order on the page."""
    return [str(one.get_attribute("data-keep")) for one in talk.plan.locator(".v-action").all()]


def item(talk: Talk, name: str) -> Locator:
    return talk.profile.locator(f'[data-item="{name}"]')


@pytest.mark.parametrize("language", ["en", "da"])
def test_the_profile_is_set_right_by_click(talk: Talk, company: Company, language: Language) -> None:
    visit(talk, language, company(language))
    words, descriptor = talk.words["profile"]["forms"], MODEL.items[CAPTURE].descriptors[3][language]
    asked = talk.page.locator(".v-pending").inner_text()
    choice = fold(talk, f"fold-{CAPTURE}").get_by_label(descriptor)
    choice.check()
    assert choice.evaluate("one => getComputedStyle(one).appearance") != "none", "it can be seen which one is chosen"
    seconds = settle(talk, talk.page.locator(f'[id="save-{CAPTURE}"]'))
    print(f"stage picked -> told, {language}: {seconds:.2f} s")
    expect(item(talk, CAPTURE)).to_contain_text(descriptor)
    assert talk.page.locator(".v-pending").inner_text() == asked
    expect(talk.page.locator(f'details[data-keep="fold-{CAPTURE}"]')).not_to_have_attribute("open", "")
    settle(talk, talk.page.locator("#undo-told"))
    expect(item(talk, CAPTURE).locator(".v-quote")).to_have_text(
        re.compile(re.escape(MODEL.items[CAPTURE].descriptors[1][language]))
    )
    no = fold(talk, f"fold-{FLOW}").get_by_role("button", name=words["not_relevant"])
    settle(talk, no)
    expect(item(talk, FLOW)).to_contain_text(KNOWLEDGE.replies(language)["document"]["status"]["declined"])
    expect(item(talk, FLOW).locator(".v-quote")).to_have_count(0)
    talk.page.locator(".v-parked").scroll_into_view_if_needed()
    expect(talk.profile).to_contain_text(talk.words["profile"]["parked_told"])
    settle(talk, fold(talk, f"fold-{CAPTURE}").get_by_role("button", name=words["ask_again"]))
    expect(talk.page.locator(".v-pending")).to_contain_text(MODEL.items[CAPTURE].question[language][:40])
    expect(talk.page.locator("#v-box textarea")).to_be_focused()


def test_what_was_not_talked_about_can_be_taken_up(talk: Talk, company: Company) -> None:
    visit(talk, "en", company("en"))
    name = MODEL.dimensions[0].items[1]
    fold(talk, f"later-{MODEL.dimensions[0].id}")
    part = fold(talk, f"fold-{name}")
    refuse(talk, part.locator(f'[id="save-{name}"]'), "choose")
    part.get_by_label(MODEL.items[name].descriptors[2].en).check()
    settle(talk, part.locator(f'[id="save-{name}"]'))
    expect(item(talk, name)).to_contain_text(MODEL.items[name].descriptors[2].en)


def test_facts_are_set_right_and_taken_out(talk: Talk, company: Company) -> None:
    visit(talk, "en", company("en"))
    fold(talk, "fold-company")
    field, save = talk.page.locator('[id="fact-employees"]'), talk.page.locator('[id="save-employees"]')
    field.fill("many")
    refuse(talk, save, "number")
    assert field.input_value() == "many"
    field.fill("21")
    settle(talk, save)
    expect(talk.profile.locator(".v-facts")).to_contain_text("21")
    fold(talk, "fold-company")
    talk.page.locator('[id="fact-sector"]').select_option("metal")
    settle(talk, talk.page.locator('[id="save-sector"]'))
    fold(talk, "fold-company")
    settle(talk, talk.page.locator('[id="out-company.machines-saw"]'))
    expect(talk.profile.locator(".v-facts")).to_contain_text("metal")
    expect(talk.profile.locator(".v-facts")).not_to_contain_text("saw")
    expect(talk.profile.locator(".v-facts")).to_contain_text("lathe")
    settle(talk, talk.profile.locator(".v-list", has_text="Drawings get lost").get_by_role("button"))
    expect(talk.profile).not_to_contain_text("Drawings get lost")


@pytest.mark.parametrize("language", ["en", "da"])
def test_a_chosen_target_stands_in_the_picture(talk: Talk, company: Company, language: Language) -> None:
    visit(talk, language, company(language))
    picture = talk.profile.get_by_role("img")
    dimension = MODEL.dimensions[1]
    expect(picture).to_have_attribute("aria-label", re.compile(re.escape(dimension.title[language])))
    expect(picture.locator(".v-chosen")).to_have_count(0)
    part = fold(talk, "fold-targets")
    refuse(talk, part.get_by_role("button"), "nothing")
    part.get_by_label(dimension.title[language]).select_option("4")
    settle(talk, part.get_by_role("button"))
    expect(picture.locator(".v-chosen")).to_have_count(1)
    aim = talk.words["picture"]["to"].format(stage=4)
    expect(picture).to_have_attribute("aria-label", re.compile(rf"{re.escape(dimension.title[language])}: [^;]*{aim}"))
    fold(talk, "fold-targets").get_by_label(dimension.title[language]).select_option("")
    settle(talk, part.get_by_role("button"))
    expect(picture.locator(".v-chosen")).to_have_count(0)


@pytest.mark.parametrize("language", ["en", "da"])
def test_the_plan_is_decided_by_click(talk: Talk, company: Company, language: Language) -> None:
    visit(talk, language, company(language))
    words, document = talk.words["plan"]["forms"], KNOWLEDGE.replies(language)["document"]
    first, *rest = actions(talk)
    one = fold(talk, first)
    seconds = [settle(talk, one.get_by_role("button", name=words["agree"]))]
    expect(one.locator("summary").first).to_contain_text(document["agreed"])
    fold(talk, f"fold-change-{first}")
    one.get_by_label(words["text"]).fill(HOSTILE)
    one.get_by_label(words["owner"]).fill("Ole")
    one.get_by_label(words["month"]).select_option(index=3)
    month = one.get_by_label(words["month"]).evaluate("field => field.selectedOptions[0].textContent")
    seconds.append(settle(talk, one.locator(f'[id="save-{first}"]')))
    for shown in ("Ole", month, document["agreed"]):
        expect(one.locator("summary").first).to_contain_text(shown)
    expect(one).to_contain_text(HOSTILE)
    refuse(talk, fold(talk, f"fold-reject-{first}").locator(f'[id="no-{first}"]'), "reason")
    one.get_by_label(words["reason"]).fill("Not this year")
    seconds.append(settle(talk, one.locator(f'[id="no-{first}"]')))
    expect(talk.plan).to_contain_text("Not this year")
    assert first not in actions(talk)
    settle(talk, talk.page.locator(f'[id="restore-{first}"]'))
    assert first in actions(talk)
    before = actions(talk)
    moved = next(name for name in before if talk.page.locator(f'[id="later-{name}"]').count())
    seconds.append(settle(talk, fold(talk, moved).locator(f'[id="later-{moved}"]')))
    expect(talk.plan.locator(".v-action").first).to_be_visible()
    assert actions(talk).index(moved) > before.index(moved)
    done = rest[-1]
    settle(talk, fold(talk, done).get_by_role("button", name=words["done"]))
    assert done not in actions(talk)
    expect(talk.plan).to_contain_text(document["done"])
    print(f"click -> told, {language}: {', '.join(f'{second:.2f} s' for second in seconds)} (aim {QUICK} s)")
    assert min(seconds) < 2 * QUICK


@pytest.mark.parametrize("language", ["en", "da"])
def test_own_actions_hours_and_the_time_line(talk: Talk, company: Company, language: Language) -> None:
    visit(talk, language, company(language))
    words = talk.words["plan"]["forms"]
    part = fold(talk, "fold-add")
    refuse(talk, part.locator("#save-new"), "text")
    part.get_by_label(words["own_text"]).fill("Tidy the yard")
    part.get_by_label(words["owner"]).fill("Ida")
    settle(talk, part.locator("#save-new"))
    expect(talk.plan.locator(".v-action", has_text="Tidy the yard")).to_contain_text("Ida")
    assert fold(talk, "fold-add").get_by_label(words["own_text"]).input_value() == ""
    assert talk.plan.locator("svg").count() == 0
    hours = fold(talk, "fold-capacity")
    hours.get_by_label(words["hours"]).fill("a few")
    refuse(talk, hours.locator("#save-capacity"), "hours", most=2000)
    assert hours.get_by_label(words["hours"]).input_value() == "a few"
    hours.get_by_label(words["hours"]).fill("20")
    settle(talk, hours.locator("#save-capacity"))
    stage = KNOWLEDGE.replies(language)["plan_stage"]["analyse"]
    expect(talk.plan.get_by_role("img")).to_have_attribute("aria-label", re.compile(re.escape(stage)))
    assert talk.plan.get_by_role("img").locator("rect").count() == talk.plan.locator(".v-step").count()


@pytest.mark.parametrize("language", ["en", "da"])
def test_the_plan_is_approved_as_it_was_seen(
    talk: Talk, browser: Browser, company: Company, language: Language
) -> None:
    query = company(language)
    visit(talk, language, query)
    part, document = fold(talk, "fold-approve"), KNOWLEDGE.replies(language)["document"]
    refuse(talk, part.locator("#save-approve"), "who")
    part.get_by_label(talk.words["plan"]["forms"]["who"]).fill("Mette Holm")
    elsewhere = browser.new_context()  # tabs of one browser show the same at once
    other = visit(Talk(elsewhere.new_page(), talk.address), language, query)
    settle(other, fold(other, actions(other)[0]).get_by_role("button", name=talk.words["plan"]["forms"]["done"]))
    refuse(talk, part.locator("#save-approve"), "seen")
    assert part.get_by_label(talk.words["plan"]["forms"]["who"]).input_value() == "Mette Holm"
    assert actions(talk) == actions(other)
    elsewhere.close()
    settle(talk, part.locator("#save-approve"))
    expect(talk.plan.locator(".v-sum")).to_contain_text("Mette Holm")
    versions = talk.plan.locator(".v-versions")
    expect(versions).to_contain_text("Mette Holm")
    links = [str(link.get_attribute("href")) for link in versions.locator("a").all()]
    assert [link.rsplit(".", 1)[1] for link in links] == ["docx", "pdf", "json", "md"]
    assert "Mette Holm" in talk.page.request.get(f"{talk.address}{links[-1]}").text()
    settle(talk, fold(talk, actions(talk)[0]).get_by_role("button", name=talk.words["plan"]["forms"]["done"]))
    expect(fold(talk, "changed")).to_contain_text(document["gone"]["done"].split("{")[0])
    shown = fold(talk, "along").locator("a").all()
    assert len(shown) == 12
    for link in shown:
        assert talk.page.request.get(f"{talk.address}{link.get_attribute('href')}").ok
    brief = talk.plan.locator(".v-brief a").last
    if brief.count():
        assert talk.page.request.get(f"{talk.address}{brief.get_attribute('href')}").ok


def test_what_is_typed_and_opened_stays_while_the_talk_goes_on(talk: Talk, company: Company) -> None:
    visit(talk, "en", company("en"))
    first = actions(talk)[0]
    fold(talk, first)
    fold(talk, f"fold-change-{first}")
    talk.page.locator(f'[id="text-{first}"]').fill("Half a sen")
    talk.page.locator(f'[id="month-{first}"]').select_option(index=2)
    talk.say("No time, and there is no money for it.")
    settle(talk, fold(talk, actions(talk)[1]).get_by_role("button", name=talk.words["plan"]["forms"]["agree"]))
    expect(talk.page.locator(f'[id="text-{first}"]')).to_be_visible()
    assert talk.page.locator(f'[id="text-{first}"]').input_value() == "Half a sen"
    assert talk.page.locator(f'[id="month-{first}"]').evaluate("field => field.selectedIndex") == 2
    for other in actions(talk)[1:]:
        assert talk.page.locator(f'[id="text-{other}"]').input_value() == ""


def test_pressing_twice_makes_one_turn(talk: Talk, company: Company) -> None:
    visit(talk, "en", company("en"))
    part = fold(talk, "fold-add")
    part.get_by_label(talk.words["plan"]["forms"]["own_text"]).fill("Tidy the yard")
    talk.page.evaluate("() => { const one = document.querySelector('#save-new'); one.click(); one.click(); }")
    expect(talk.plan.locator(".v-action", has_text="Tidy the yard")).to_have_count(1)
    talk.page.wait_for_timeout(500)
    assert talk.plan.locator(".v-action", has_text="Tidy the yard").count() == 1


def test_by_keyboard_and_the_place_is_kept(talk: Talk, company: Company) -> None:
    visit(talk, "en", company("en"))
    first = actions(talk)[0]
    fold(talk, first)
    agree = talk.page.locator(f'[id="agree-{first}"]')
    agree.focus()
    settle(talk, Pressed(agree, "Enter"))  # type: ignore[arg-type]
    expect(talk.page.locator(f'[id="{first}-open"]')).to_be_focused()
    reject = talk.page.locator(f'[id="fold-reject-{first}-open"]')
    reject.focus()
    reject.press("Enter")
    talk.page.keyboard.press("Tab")
    talk.page.keyboard.type("No room")
    talk.page.keyboard.press("Tab")
    settle(talk, Pressed(talk.page.locator(f'[id="no-{first}"]:focus'), "Space"))  # type: ignore[arg-type]
    expect(talk.plan).to_contain_text("No room")
    assert talk.page.evaluate("document.activeElement.closest('#v-side') !== null")


class Pressed:
    """A locator that is pressed instead of clicked."""

    def __init__(self, at: Locator, key: str) -> None:
        self._at, self._key = at, key

    def click(self) -> None:
        self._at.press(self._key)


@pytest.mark.parametrize("language", ["en", "da"])
def test_the_private_link_leads_back_from_another_browser(
    talk: Talk, company: Company, browser: Browser, language: Language
) -> None:
    visit(talk, language, company(language))
    part = fold(talk, "link")
    expect(part).to_contain_text(talk.words["link"]["told"])
    link = part.locator("input").input_value()
    assert link.startswith(f"{talk.address}/{language}/?conversation=")
    talk.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    part.get_by_role("button", name=talk.words["link"]["copy"]).click()
    expect(part.get_by_role("button")).to_have_text(talk.words["link"]["copied"])
    assert talk.page.evaluate("navigator.clipboard.readText()") == link
    elsewhere = browser.new_context()
    page = elsewhere.new_page()
    page.goto(link)
    expect(page.locator(".v-facts")).to_contain_text("19")
    elsewhere.close()


@pytest.mark.parametrize("language", ["en", "da"])
def test_everything_opened_fits_a_phone_and_is_in_one_language(
    browser: Browser, address: str, company: Company, language: Language
) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    talk = visit(Talk(page, address), language, company(language))
    settle(talk, fold(talk, actions(talk)[0]).get_by_role("button", name=talk.words["plan"]["forms"]["agree"]))
    page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
    page.wait_for_timeout(200)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    side = page.locator("#v-side").inner_text()
    labels = page.locator("#v-side [aria-label]").evaluate_all(
        "all => all.map((one) => one.getAttribute('aria-label')).join(' ')"
    )
    shown = f"{side} {labels}".lower()
    foreign = (
        ("the", "your", "what", "target", "earlier", "change")
        if language == "da"
        else ("og", "ikke", "det", "hvem", "måned", "egne")
    )
    for word in foreign:
        assert not re.search(
            rf"\b{word}\b",
            shown.replace(SAID.lower(), "")
            .replace("drawings get lost <b>often</b>", "")
            .replace("what is a flux capacitor?", ""),
        ), word
    unnamed = page.locator(
        "#v-side button, #v-side input:not([type=hidden]), #v-side select, #v-side textarea"
    ).evaluate_all(
        "all => all.filter((one) => !(one.getAttribute('aria-label') || one.innerText || (one.labels && one.labels.length))).map((one) => one.outerHTML)"
    )
    assert unnamed == []
    ids = page.locator("#v-side form [id], #v-side summary").evaluate_all("all => all.map((one) => one.id)")
    assert len(ids) == len(set(ids))
    page.close()
