"""Plays the scripts, writes their papers as PDF and saves pages of them as docs/pictures/document-<paper>-<language>.png.

Run: python docs/documents.py
"""

from __future__ import annotations

import tempfile
from io import BytesIO
from pathlib import Path

import pypdfium2
from PIL import Image

from assistant.build import Engine
from assistant.papers import Papers, What
from assistant.play import load, play
from assistant.settings import load as settings
from assistant.store import Store

ROOT = Path(__file__).parent.parent
SCRIPTS = {"en": "eleven-making-windows", "da": "beton-i-plastiklommer"}
LEGIBLE = 80
"""Dots an inch: small files in which the text can still be read."""
PAPERS: tuple[What, ...] = ("profile", "plan", "guide")


def pages(pdf: bytes, most: int = 2) -> Image.Image:
    """The first pages side by side."""
    with pypdfium2.PdfDocument(pdf) as document:
        drawn = [document[at].render(scale=LEGIBLE / 72).to_pil() for at in range(min(most, len(document)))]
    gap = 8
    sheet = Image.new("RGB", (sum(page.width for page in drawn) + gap * (len(drawn) - 1), drawn[0].height), "#9aa4ab")
    for at, page in enumerate(drawn):
        sheet.paste(page, (at * (page.width + gap), 0))
    return sheet


def save(name: str, pdf: bytes) -> None:
    """Writes docs/pictures/<name>.png in 128 colours."""
    made = BytesIO()
    pages(pdf).quantize(128, dither=Image.Dither.NONE).save(made, "PNG", optimize=True)
    (ROOT / "docs" / "pictures" / f"{name}.png").write_bytes(made.getvalue())
    print(f"docs/pictures/{name}.png")


def main() -> None:
    """Takes all pictures."""
    engine = Engine(settings())
    with tempfile.TemporaryDirectory(prefix="vejviser-") as folder:
        store = Store(Path(folder))
        papers = Papers(engine, engine.sessions(store))
        played: dict[str, str] = {}
        for path in sorted((ROOT / "evals" / "scripts").rglob("*.yaml")):
            script = load(path)
            played[script.id] = play(script, lambda: engine.sessions(store), engine.embedder.queries).conversation
            print(f"played {script.id}")
        for language, script_id in SCRIPTS.items():
            name = played[script_id]
            for what in PAPERS:
                save(f"document-{what}-{language}", papers.paper(what, name, "pdf"))
            action, _ = papers.suitable(name)[0]
            save(f"document-brief-{language}", papers.brief(name, action, "pdf"))
        save("document-first-guide-da", papers.first_guide("da", "metal", 19, "pdf"))
        save("document-region-en", papers.region("en", "pdf"))
        save("document-region-da", papers.region("da", "pdf"))
        store.close()


if __name__ == "__main__":
    main()
