"""A folder of somebody's own: one file of every format, each with a fact that stands nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import docx
import pptx
from fpdf import FPDF

FILL = "Nothing much happened in the hall on that day, and nobody wrote anything about it in the book."


@dataclass(frozen=True)
class Fact:
    """A question, the sentence that answers it, and where that stands."""

    file: str
    question: str
    answer: str
    place: str = ""
    """As the English page writes it."""


FACTS = (
    Fact("bath.md", "How often is the zinc bath emptied?", "The zinc bath is emptied every eleventh week."),
    Fact("kiln.txt", "How hot does the kiln get?", "The kiln gets 940 degrees hot."),
    Fact("crane.html", "Who greases the gantry crane?", "The gantry crane is greased by Ingrid."),
    Fact("furnace.pdf", "What does the furnace lining cost?", "The furnace lining costs 61,000 kroner.", "page 3"),
    Fact("forklift.docx", "Where is the forklift charged?", "The forklift is charged behind the paint shop."),
    Fact("lathe.pptx", "Which coolant does the turret lathe use?", "The turret lathe uses coolant number 44.", "slide 2"),
    Fact("tour.vtt", "When is the compressor drained?", "The compressor is drained every Thursday.", "minute 1:05"),
    Fact("saw.srt", "How long does a band saw blade last?", "A band saw blade lasts nineteen days.", "minute 1:02:10"),
)  # fmt: skip


def filled(folder: Path) -> Path:
    """`folder` with all the files, and one whose markup must stay text."""
    by_name = {Path(fact.file).suffix: fact.answer for fact in FACTS}
    (folder / "bath.md").write_text(f"# Bath\n\n## First\n\n{FILL}\n\n## Zinc\n\n{by_name['.md']}\n", encoding="utf-8")
    (folder / "kiln.txt").write_text(f"{FILL}\n\n{by_name['.txt']}\n", encoding="utf-8")
    (folder / "crane.html").write_text(
        f"<title>Crane</title><h1>Crane</h1><p>{FILL}</p><h2>Grease</h2><p>{by_name['.html']}</p>", encoding="utf-8"
    )
    _pdf(folder / "furnace.pdf", by_name[".pdf"])
    word = docx.Document()
    word.add_heading("Forklift", 1)
    word.add_paragraph(by_name[".docx"])
    word.save(str(folder / "forklift.docx"))
    show = pptx.Presentation()
    for title, text in (("Welcome", FILL), ("Turret lathe", by_name[".pptx"]), ("Thanks", "See you.")):
        slide = show.slides.add_slide(show.slide_layouts[1])
        slide.shapes.title.text, slide.placeholders[1].text = title, text
    show.save(str(folder / "lathe.pptx"))
    (folder / "tour.vtt").write_text(
        f"WEBVTT\n\n00:01.000 --> 00:04.000\n{FILL}\n\n01:05.000 --> 01:09.000\n{by_name['.vtt']}\n", encoding="utf-8"
    )
    (folder / "saw.srt").write_text(
        f"1\n00:00:01,000 --> 00:00:04,000\n{FILL}\n\n2\n01:02:10,000 --> 01:02:14,000\n{by_name['.srt']}\n",
        encoding="utf-8",
    )
    (folder / "markup.txt").write_text(
        'The <b>stamping</b> die <img src="http://evil.example/x.png" onerror="document.title=1"> is kept in cupboard seven. '
        "[here](http://evil.example/)\n", encoding="utf-8",
    )  # fmt: skip
    return folder


def _pdf(path: Path, answer: str) -> None:
    made = FPDF()
    made.set_font("Helvetica", size=12)
    for text in (FILL, FILL, answer):
        made.add_page()
        made.multi_cell(0, 8, text)
    path.write_bytes(bytes(made.output()))
