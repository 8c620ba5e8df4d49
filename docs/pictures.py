"""Plays part of a dialogue through the real page and saves docs/pictures/<view>-<language>-<width>-<light or dark>.png.

Run: python docs/pictures.py [VIEW …]; a further view is one more entry in VIEWS.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "pictures"
sys.path[:0] = [str(ROOT / "tests" / "browser"), str(ROOT / "tests")]

from conftest import ARGS, chromium, running, seeded  # noqa: E402
from talk import Talk  # noqa: E402

from assistant.content import Knowledge, root  # noqa: E402
from assistant.play import load  # noqa: E402

SCRIPTS = {"en": "eleven-making-windows", "da": "beton-i-plastiklommer"}
QUESTION = {"en": "What is a sensor?", "da": "Hvad er en føler?"}
ANSWERS = 5
"""Answers given before the question and the picture."""
LOOKS = ((1280, 800, "light"), (1280, 800, "dark"), (360, 740, "light"), (360, 740, "dark"))
COLOURS = 256
"""Kept of a picture, so that it is small; letters stay sharp."""


def converse(talk: Talk, language: str) -> None:
    """Plays the beginning of a script, each answer to the question that the page really asks."""
    script = load(ROOT / "evals" / "scripts" / f"{SCRIPTS[language]}.yaml")
    knowledge = Knowledge(root())
    items, texts = knowledge.model.items.values(), knowledge.replies("da" if language == "da" else "en")
    talk.say(" ".join(script.story.split()))
    for _ in range(ANSWERS):
        reply = talk.reply()
        asked = next((item.id for item in items if item.question[language] in reply), "")
        opening = next((phase for phase in ("pains", "goals") if texts[phase] in reply), "")
        talk.say(script.answers[asked or opening][0])
    talk.say(QUESTION[language])


def talk_view(talk: Talk) -> Page:
    """The conversation, with the profile beside it."""
    talk.page.evaluate("scrollTo(0, 0); document.querySelector('#v-side').scrollTo(0, 0)")
    talk.page.locator("#v-chat [role=log]").evaluate("(log) => log.scrollTo(0, log.scrollHeight)")
    return talk.page


def plan_view(talk: Talk) -> Page:
    """The draft plan, with its first action open."""
    if not talk.plan.locator(".v-action[open]").count():
        talk.plan.locator(".v-action summary").first.click()
    talk.plan.evaluate("(plan) => plan.scrollIntoView({ block: 'start', behavior: 'instant' })")
    return talk.page


def reader_view(talk: Talk) -> Page:
    """The place that an answer is taken from."""
    cited = talk.page.locator('#v-chat a[href^="/read/"]').last.get_attribute("href")
    page = talk.page.context.new_page()
    page.set_viewport_size(talk.page.viewport_size or {"width": 1280, "height": 800})
    page.goto(f"{talk.address}{cited}")
    return page


VIEWS = {"talk": talk_view, "plan": plan_view, "reader": reader_view}


def main(wanted: Sequence[str]) -> None:
    """Takes the pictures of the views that are named, else all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="vejviser-") as home,
        sync_playwright() as playwright,
        running(seeded(Path(home))) as address,
    ):
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(ARGS))
        for language in SCRIPTS:
            context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
            page = context.new_page()
            talk = Talk(page, address).visit(language)
            converse(talk, language)
            for width, height, scheme in LOOKS:
                page.set_viewport_size({"width": width, "height": height})
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                for name in wanted or VIEWS:
                    shown = VIEWS[name](talk)
                    shown.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                    shown.wait_for_timeout(300)
                    keep(shown.screenshot(), f"{name}-{language}-{width}-{scheme}")
                    if shown is not page:
                        shown.close()
            context.close()
        browser.close()


def keep(picture: bytes, name: str) -> None:
    """Saves a picture with few colours."""
    image = (
        Image.open(BytesIO(picture))
        .convert("RGB")
        .quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    )
    image.save(FOLDER / f"{name}.png", optimize=True)
    print(f"docs/pictures/{name}.png")


if __name__ == "__main__":
    main(sys.argv[1:])
