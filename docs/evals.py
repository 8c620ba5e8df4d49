"""Takes pictures of a report of the evals: docs/pictures/evals-<width>-<light or dark>.png, of its head, and with --whole of all of it.

Run after `make eval`: python docs/evals.py [build/evals/report.html] [--whole DIR]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "docs"), str(ROOT / "tests" / "browser"), str(ROOT / "tests")]

from conftest import ARGS, chromium  # noqa: E402
from pictures import LOOKS, keep  # noqa: E402

from assistant.cli.terminal import complain  # noqa: E402

REPORT = ROOT / "build" / "evals" / "report.html"


def main() -> int:
    """Takes the pictures; 3 when there is no report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report", nargs="?", type=Path, default=REPORT)
    parser.add_argument(
        "--whole", type=Path, metavar="DIR", help="instead the whole page in light, into this folder, to look through"
    )
    chosen = parser.parse_args()
    if not chosen.report.is_file():
        complain(f"{chosen.report}: there is no report; `make eval` writes it.")
        return 3
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(ARGS))
        for width, height, scheme in LOOKS:
            if chosen.whole and scheme == "dark":
                continue
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
            page.goto(chosen.report.resolve().as_uri())
            if chosen.whole:
                chosen.whole.mkdir(parents=True, exist_ok=True)
                page.locator("details").first.evaluate("(one) => { one.open = true }")
                page.screenshot(path=chosen.whole / f"evals-{width}.png", full_page=True)
                wide = page.evaluate("document.documentElement.scrollWidth")
                print(f"{width}: the page is {wide} wide")
            else:
                keep(page.screenshot(), f"evals-{width}-{scheme}")
            page.close()
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
