"""Every word that a person can come across is one of the project's own texts in the language of the page, or the person's own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect
from talk import ANSWERS, STORY, Talk

from assistant.content import Knowledge, root
from assistant.domain.maturity import Language
from assistant.domain.state import Asked
from assistant.web.words import texts

Asking = Callable[[Language, Asked], str]
QUESTION = {"en": "What is a sensor?", "da": "Hvad er en føler?"}
KEPT = "#v-chat [data-testid=user], #v-chat [data-testid=bot], .v-quote, .v-facts dd, script, style, [data-testid=status-tracker]"
"""What is said, and what is quoted of it; messages of the assistant are looked at in tests/test_session.py and its like. Gradio's
own word of what runs ("processing") is English and never shown."""
NEVER_SHOWN = "() => [...document.querySelectorAll('[data-testid=status-tracker]')].every((one) => getComputedStyle(one).display === 'none')"
SEEN = """(kept) => {
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const parent = walk.currentNode.parentElement;
    if (!parent.closest(kept)) found.push(walk.currentNode.textContent);
  }
  for (const part of document.querySelectorAll("[aria-label], [title], [placeholder], [alt], [aria-description], [aria-roledescription]")) {
    if (part.closest(kept)) continue;
    for (const name of ["aria-label", "title", "placeholder", "alt", "aria-description", "aria-roledescription"]) found.push(part.getAttribute(name) || "");
  }
  return [...new Set([document.title, ...found].map((text) => text.replace(/\\s+/g, " ").trim()).filter((text) => /\\p{L}{2}/u.test(text)))];
}"""
"""Also what is hidden now: it may be shown, or read out, later."""

ROWS = (r"\A", r"^\d+\. |: ", r", | · ", r"; |, | \(|\)", r": |; |, ")
"""How texts stand in a row."""


@pytest.mark.parametrize("language", ["en", "da"])
def test_every_word_is_from_the_texts(talk: Talk, asking: Asking, language: Language) -> None:
    known = _Known(language)
    seen: dict[str, str] = {}

    def look(where: str) -> None:
        assert talk.page.evaluate(NEVER_SHOWN)
        seen.update(dict.fromkeys(talk.page.evaluate(SEEN, KEPT), where))

    talk.visit(language)
    look("beginning")
    for text in (STORY[language], *ANSWERS[language], QUESTION[language]):
        talk.say(text)
    look("talk")
    talk.button("send").click()
    expect(talk.page.locator(".v-warning")).to_be_visible()
    look("warning")
    talk.line(up=False)
    expect(talk.page.locator("#v-state")).not_to_have_text("")
    look("offline")
    talk.line(up=True)
    talk.visit(language)  # Gradio may load the page again when the line is back
    talk.button("new").click()
    expect(talk.note).to_contain_text(talk.words["notes"]["new"])
    look("new")
    talk.visit(language, "?conversation=AAAAAAAAAAAAAAAAAAAAAA")
    look("gone")
    for asked in (Asked(id="technology.capture", form="closest", options=(1, 3)), Asked(id="rating")):
        talk.visit(language, f"?conversation={asking(language, asked)}")
        expect(talk.choices().first).to_be_visible()
        look("choices")
    strange = {text: where for text, where in seen.items() if not known(text)}
    assert strange == {}
    assert len(seen) > 90


@pytest.mark.parametrize("language", ["en", "da"])
def test_the_page_that_does_not_load_speaks_the_language(talk: Talk, language: Language) -> None:
    html = talk.page.request.get(f"{talk.address}/{language}/").text()
    hello = html.split('id="v-hello"')[1].split("</div>")[0].split("</style>")[1]
    for key in ("loading", "loading_long", "no_script"):
        assert texts(language)["browser"][key] in hello
    assert f'lang="{language}"' in html


class _Known:
    """Whether a text is one of ours: a text, part of one, one with its names filled in, or a row of such."""

    def __init__(self, language: Language) -> None:
        knowledge = Knowledge(root())
        other = "da" if language == "en" else "en"
        leaves = [*_leaves(texts(language)), *_leaves(knowledge.replies(language))]
        leaves += [texts(language)["other_language"]["label"], texts(language)["other_language"]["hint"]]
        model = knowledge.model
        leaves += _leaves(
            [one.model_dump() for one in (*model.dimensions, *model.stages, *model.barriers, *model.technologies)],
            language,
        )
        leaves += _leaves([item.model_dump() for item in model.items.values()], language)
        leaves += _leaves([action.model_dump() for action in knowledge.actions.values()], language)
        titles = [path.read_text("utf-8") for path in (root() / "knowledge").rglob(f"*.{language}.md")]
        own = [STORY[language], *ANSWERS[language]]  # what a button is about is read out with it
        whole = " ".join(re.sub(r"\s+", " ", text) for text in [*leaves, *titles, *own])
        self._whole, self._other = whole.replace("*", ""), other
        months = "|".join(map(str, knowledge.replies(language)["dates"]["months"]))
        self._shapes = [shape for text in leaves if "{" in text and (shape := _shape(text))]
        self._shapes.append(re.compile(rf"({months}) 20\d\d"))

    def __call__(self, text: str) -> bool:
        return any(all(self._one(part) for part in re.split(row, text)) for row in ROWS)

    def _one(self, part: str) -> bool:
        plain = part.strip(" ↓←→:;,.“”»«[]")
        return plain in self._whole or any(shape.fullmatch(one) for shape in self._shapes for one in (plain, part))


def _shape(text: str) -> re.Pattern[str] | None:
    """`text` with anything in the place of its names; None where hardly anything else is left."""
    if len(re.findall(r"[^\W\d_]", re.sub(r"\{\w+[^}]*\}", "", text))) < 2:
        return None
    parts = re.split(r"\{\w+[^}]*\}", re.sub(r"\s+", " ", text).replace("*", "").strip())
    return re.compile(".{1,120}".join(re.escape(part) for part in parts))


def _leaves(part: object, language: str = "") -> Iterator[str]:
    if isinstance(part, dict):
        if language and language in part and {"en", "da"} >= part.keys():
            part = {language: part[language]}
        for inner in part.values():
            yield from _leaves(inner, language)
    elif isinstance(part, (list, tuple)):
        for inner in part:
            yield from _leaves(inner, language)
    elif isinstance(part, str):
        yield part
