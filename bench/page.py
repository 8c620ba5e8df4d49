"""How fast the page is on this machine: opening it, the first reaction to a message, the reply. Run: python -m bench.page.

Real Chromium on the real app, both on this machine, without a language model.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "tests" / "browser"), str(ROOT / "tests")]

from conftest import ARGS, chromium, running, seeded  # noqa: E402
from talk import ANSWERS, STORY, Talk  # noqa: E402
from watch import Turn, turn  # noqa: E402

OPENED = 6
"""Times that the page is opened, each time as by somebody who was never there."""
TOLD = {
    "en": ["What is a sensor?", "Only the office writes in it.", "We are 21 now, not 19.", "It stands in one sheet that all can see."],
    "da": ["Hvad er en føler?", "Det er kun kontoret, der skriver i det.", "Vi er 21 nu, ikke 19.", "Det står i ét ark, som alle kan se."],
}  # fmt: skip
ROUNDS = 3
BARS = {"opened": 2.5, "opened again": 2.5, "first reaction": 0.15, "reply": 0.5}


def main() -> None:
    """Prints the figures, each with its bar."""
    figures: dict[str, list[float]] = {name: [] for name in BARS}
    with (
        tempfile.TemporaryDirectory(prefix="vejviser-") as home,
        sync_playwright() as playwright,
        running(seeded(Path(home))) as address,
    ):
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(ARGS))
        for number in range(OPENED):
            language = ("en", "da")[number % 2]
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            talk = Talk(page, address)
            figures["opened"].append(_seconds(talk, language))
            figures["opened again"].append(_seconds(talk, language))
            if number < 2:
                for told in [STORY[language], *ANSWERS[language], *TOLD[language] * ROUNDS]:
                    taken: Turn = turn(talk, told)
                    figures["first reaction"].append(taken.reaction)
                    figures["reply"].append(taken.reply)
            page.close()
        browser.close()
    print(f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for name, bar in BARS.items():
        print(
            f"{name:15} median {statistics.median(figures[name]):.3f} s  p95 {p95(figures[name]):.3f} s  (bar {bar} s)"
        )


def p95(figures: Sequence[float]) -> float:
    """The value that 95 of 100 do not exceed."""
    return sorted(figures)[max(0, -(-len(figures) * 95 // 100) - 1)]


def _seconds(talk: Talk, language: str) -> float:
    begun = time.perf_counter()
    talk.visit(language)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
