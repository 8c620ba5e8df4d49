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
from talk import STORY, Talk  # noqa: E402

SAID = {
    "en": [
        STORY["en"],
        "We waste hours looking for the right drawing.",
        "In two years I want fewer mistakes and a delivery time that holds.",
        "When a drawing is wrong the foreman walks over to me, we correct it with a pencil, and then it is forgotten.",
        "The operators write the hours and the scrap on paper, and the foreman types it into a spreadsheet on Fridays.",
        "What does a sensor on an old machine do?",
    ],
    "da": [
        STORY["da"],
        "Vi spilder timer på at lede efter den rigtige tegning.",
        "Om to år vil jeg gerne have færre fejl og en leveringstid, der holder.",
        "Når en tegning er forkert, går værkføreren over til mig, vi retter den med blyant, og så er det glemt.",
        "Folkene skriver timer og spild på papir, og værkføreren taster det ind i et regneark om fredagen.",
        "Hvad gør en føler på en gammel maskine?",
    ],
}
PICTURES = (("page-en", "en", 1280, 900), ("page-da", "da", 1280, 900), ("page-en-360", "en", 360, 740))


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
            for said in SAID[language]:
                talk.say(said)
            if language == "da":  # one picture shows the profile, the other the plan
                page.locator(".v-panel h2 a").click()
            page.wait_for_timeout(3500)  # what is new fades in
            page.screenshot(path=folder / f"{name}.png", full_page=width < 600)
            print(f"docs/pictures/{name}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
