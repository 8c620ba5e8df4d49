"""A visitor of the page: what one does with it, as a person would."""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import Locator, Page, expect

from assistant.web.words import texts

ANSWERED = """([said, waiting]) => {
  const bubbles = document.querySelectorAll("#v-chat [data-testid=bot], #v-chat [data-testid=user]");
  const last = bubbles[bubbles.length - 1];
  return bubbles.length > said && last.dataset.testid === "bot" && last.innerText.trim() !== waiting
    && !document.querySelector("#v-send").disabled;
}"""


class Talk:
    """One browser tab."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.words: dict[str, Any] = texts("en")
        self.abroad: list[str] = []
        """Requests to other hosts."""
        self.faults: list[str] = []
        """Errors of the page's scripts."""
        self.cut = False
        """Whether the line was cut, so that requests may well have failed."""

    def visit(self, language: str = "en", query: str = "") -> Talk:
        """Opens the page and waits until it shows something."""
        self.words = texts(language)  # type: ignore[arg-type]
        self.page.goto(f"{self.address}/{language}/{query}")
        self.settled()
        return self

    def line(self, *, up: bool) -> None:
        """Cuts the line to everywhere, or mends it."""
        self.cut = True
        self.page.context.set_offline(not up)

    def settled(self) -> None:
        """Waits for the first message."""
        self.page.wait_for_selector("#v-chat [data-testid=bot]", timeout=20_000)
        expect(self.profile.locator(".v-dimension")).to_have_count(5)

    def said(self) -> int:
        """Messages of both sides so far."""
        return self.page.locator("#v-chat [data-testid=bot], #v-chat [data-testid=user]").count()

    def say(self, text: str) -> float:
        """Types and sends; seconds until the reply can be seen."""
        self.page.fill("#v-box textarea", text)
        return self.timed(lambda: self.page.press("#v-box textarea", "Enter"))

    def click(self, target: Locator) -> float:
        """Clicks something that makes a turn."""
        return self.timed(target.click)

    def timed(self, act: Any) -> float:
        """Does it and waits for the reply."""
        before, start = self.said(), time.perf_counter()
        act()
        self.page.wait_for_function(ANSWERED, arg=[before, self.words["waiting"]], timeout=20_000, polling=30)
        return time.perf_counter() - start

    def reply(self) -> str:
        """The last thing that the assistant said."""
        return self.page.locator("#v-chat [data-testid=bot]").last.inner_text()

    def button(self, key: str) -> Locator:
        """The button with that word of `web/texts`."""
        return self.page.get_by_role("button", name=self.words[key], exact=True)

    @property
    def profile(self) -> Locator:
        """The profile."""
        return self.page.locator("#v-side .v-panel").first

    @property
    def plan(self) -> Locator:
        """The draft plan."""
        return self.page.locator("#v-side .v-plan")

    @property
    def note(self) -> Locator:
        """The sentence above the input."""
        return self.page.locator(".v-note")

    def choices(self) -> Locator:
        """The quick replies."""
        return self.page.locator("#v-choices button:visible")


STORY = {
    "en": "We build steel stairs, we are 19 people in Thisted. The customer phones, I write the price in Excel, the drawing is printed and the foreman types the stops into a spreadsheet on Fridays. The invoice goes out in e-conomic.",
    "da": "Vi laver ståltrapper, vi er 19 mand i Thisted. Kunden ringer, jeg skriver prisen i Excel, tegningen bliver printet, og værkføreren taster stoppene ind i et regneark om fredagen. Regningen går ud i e-conomic.",
}
ANSWERS = {
    "en": [
        "We waste hours looking for the right drawing.",
        "I want fewer errors in a year.",
        "We write it on paper and type it into a spreadsheet afterwards.",
    ],
    "da": [
        "Vi spilder timer på at lede efter den rigtige tegning.",
        "Jeg vil gerne have færre fejl om et år.",
        "Vi skriver det på papir og taster det ind i et regneark bagefter.",
    ],
}
