"""Plays part of a dialogue through the real page and saves docs/pictures/page-{en,da}.png (1280 px) and page-en-360.png.

Run: python docs/pictures.py
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "browser"))

from conftest import ARGS, chromium, running, seeded  # noqa: E402
from talk import Talk  # noqa: E402

from assistant.content import Knowledge, root  # noqa: E402
from assistant.play import load  # noqa: E402

SCRIPTS = {"en": "eleven-making-windows", "da": "beton-i-plastiklommer"}
QUESTION = {"en": "What is a sensor?", "da": "Hvad er en føler?"}
ANSWERS = 5
"""Answers given before the question and the picture."""
PICTURES = (("page-en", "en", 1280, 900), ("page-da", "da", 1280, 900), ("page-en-360", "en", 360, 740))


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


def main() -> None:
    """Takes all pictures."""
    folder = ROOT / "docs" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="vejviser-") as home,
        sync_playwright() as playwright,
        running(seeded(Path(home))) as address,
    ):
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(ARGS))
        for name, language, width, height in PICTURES:
            page = browser.new_page(viewport={"width": width, "height": height})
            talk = Talk(page, address).visit(language)
            converse(talk, language)
            if language == "da":  # one picture shows the profile, the other the plan
                page.locator(".v-panel h2 a").click()
            page.wait_for_timeout(3500)  # what is new fades in
            page.screenshot(path=folder / f"{name}.png", full_page=width < 600)
            print(f"docs/pictures/{name}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
