"""Files of every format, good and bad, made in code. Each maker takes the path to write to, and returns it."""

from __future__ import annotations

import datetime as dt
import io
import os
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import docx
import pptx
from fpdf import FPDF

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
DANISH = "Søren og Åse måler på drejebænken hver dag, og det er ikke så svært, når man har prøvet det."
CHAPTERS = ("Følere", "Skærmen", "Øl og olie", "Pressen")
BODIES = (
    "Føleren på spindlen måler varmen. Den sender et tal hvert minut, og tallet gemmes i en tabel.",
    "Operatøren ser på skærmen om morgenen. Hvis noget er rødt, bliver drejebænken stoppet og set efter.",
    "Efter et halvt år blev der kasseret færre emner. Det skyldes mest, at olien nu bliver skiftet i tide.",
    "Næste skridt er presseren. Den er gammel, men strømmen kan måles udefra uden at røre ved styringen.",
)


def pdf(path: Path, *, password: str = "", toc: bool = True, bodies: tuple[str, ...] = BODIES) -> Path:
    """Chapters of one page each, with header, footer, and a hyphenated line."""
    made = FPDF()
    made.set_title("Målinger på værkstedet")
    made.set_author("Søren Åkjær")
    made.set_creation_date(dt.datetime(2024, 3, 1, tzinfo=dt.UTC))
    made.set_lang("da-DK")
    made.set_auto_page_break(auto=False)
    if password:
        made.set_encryption(owner_password="owner", user_password=password)
    made.set_font("Helvetica", size=12)
    for number, (body, chapter) in enumerate(zip(bodies, CHAPTERS, strict=False), start=1):
        made.add_page()
        made.cell(0, 10, "Fælles sidehoved", new_x="LMARGIN", new_y="NEXT")
        if toc:
            made.start_section(f"Kapitel {number}: {chapter}")
        made.cell(0, 10, f"Kapitel {number}: {chapter}", new_x="LMARGIN", new_y="NEXT")
        made.multi_cell(0, 6, f"{body}\n{chapter} deler et ord ved en mål-\ning over to linjer.")
        made.set_y(-20)
        made.cell(0, 10, f"Side {number} af {len(bodies)}")
    path.write_bytes(bytes(made.output()))
    return path


def scanned(path: Path) -> Path:
    """A page that is a picture."""
    from PIL import Image

    made = FPDF()
    made.add_page()
    made.image(Image.new("L", (40, 40), 200), w=100)
    path.write_bytes(bytes(made.output()))
    return path


def raw_pdf(path: Path, content: bytes, pages: int = 1) -> Path:
    """A PDF written by hand: `pages` pages that share one compressed stream."""
    kids = b" ".join(b"%d 0 R" % (number + 5) for number in range(pages))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(content), content),
    ]
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F 3 0 R>>>>/Contents 4 0 R>>"
    objects += [page] * pages
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))
    path.write_bytes(out.getvalue())
    return path


def many_pages(path: Path) -> Path:
    return raw_pdf(path, zlib.compress(b"BT /F 12 Tf 50 700 Td (Hello there) Tj ET"), pages=5000)


def flate_bomb(path: Path, megabytes: int = 400) -> Path:
    """Few bytes that unpack to very many, all of them drawing instructions."""
    packer = zlib.compressobj(6)
    parts = [packer.compress(b"BT /F 12 Tf 50 700 Td (Hello there) Tj ET\n" * 24_000) for _ in range(megabytes)]
    return raw_pdf(path, b"".join(parts) + packer.flush())


def word(path: Path) -> Path:
    made = docx.Document()
    made.core_properties.author, made.core_properties.title = "Åse Bjørn", "Målebog"
    made.core_properties.modified = dt.datetime(2024, 5, 6)
    made.add_paragraph("Indledning: " + DANISH)
    made.add_heading("Drejebænk", 1)
    made.add_paragraph("Første følere", style="List Bullet")
    made.add_paragraph("Anden øvelse", style="List Bullet")
    made.add_paragraph("Efter listen.")
    made.add_heading("Olie", 2)
    table = made.add_table(2, 2)
    for cell, text in zip([c for row in table.rows for c in row.cells], ["Mål", "Værdi", "Ø", "12 mm"], strict=True):
        cell.text = text
    made.save(str(path))
    return path


def slides(path: Path) -> Path:
    made = pptx.Presentation()
    for title, text, notes in (
        ("Følere", "En på spindlen\nTo på olien", "Husk at sige det på dansk."),
        ("Året", DANISH, ""),
    ):
        slide = made.slides.add_slide(made.slide_layouts[1])
        slide.shapes.title.text, slide.placeholders[1].text = title, text
        if notes:
            slide.notes_slide.notes_text_frame.text = notes
    group = made.slides[1].shapes.add_group_shape()
    group.shapes.add_textbox(0, 0, 100, 100).text_frame.text = "I en gruppe, også æøå."
    made.core_properties.author = "Ib Ødegård"
    made.save(str(path))
    return path


def zipped(path: Path, parts: dict[str, bytes], level: int = 9) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def word_with(path: Path, part: str, data: bytes) -> Path:
    """A Word file in which one part is another, or one more."""
    with zipfile.ZipFile(word(path)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return zipped(path, parts | {part: data}, level=6)


_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def laughs(path: Path) -> Path:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    text = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">{entities}]><w:document {_W}><w:body><w:p><w:r><w:t>&a11;</w:t></w:r></w:p></w:body></w:document>'
    return word_with(path, "word/document.xml", text.encode())


def deep_word(path: Path) -> Path:
    text = f"<w:document {_W}><w:body>{'<w:sdt><w:sdtContent>' * 50_000}{'</w:sdtContent></w:sdt>' * 50_000}</w:body></w:document>"
    return word_with(path, "word/document.xml", text.encode())


def wide_word(path: Path) -> Path:
    """Below every limit of the zip, yet python-docx needs some hundred megabytes for it."""
    body = "<w:p><w:r><w:t>x</w:t></w:r></w:p>" * 1_400_000
    return word_with(path, "word/document.xml", f"<w:document {_W}><w:body>{body}</w:body></w:document>".encode())


def sparse(path: Path, size: int = 2_000_000_000) -> Path:
    with path.open("wb") as file:
        file.truncate(size)
    return path


def text(content: str | bytes) -> Callable[[Path], Path]:
    def make(path: Path) -> Path:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return make


def cut(maker: Callable[[Path], Path]) -> Callable[[Path], Path]:
    """The file of `maker`, broken off in the middle."""

    def make(path: Path) -> Path:
        size = maker(path).stat().st_size
        os.truncate(path, size * 6 // 10)
        return path

    return make


VTT = """WEBVTT
Language: da

NOTE
title: Målemøde
date: 2024-02-03
rights: © Værkstedet

1
00:00:01.000 --> 00:00:03.000
<v Søren Ø>Vi måler på drejebænken &amp; pressen,</v>

00:00:03.000 --> 00:00:05.000
<v Søren Ø>og det <i>går</i> godt.</v>

00:00:06.000 --> 00:00:08.000
<v Åse>Ja, det gør det.</v>
"""
SRT = """1
00:00:01,000 --> 00:00:03,000
<i>Vi måler</i> på drejebænken,

2
00:01:02,500 --> 00:01:05,000
{\\an8}og det går ikke så ærgerligt.
"""
HTML = """<!doctype html><html lang="da-DK"><head><meta charset="utf-8"><title>Æbler fra Åen</title>
<meta name="author" content="Ib Ødegård"><meta name="dcterms.date" content="2023-09-01">
<meta name="dc.rights" content="CC BY 4.0"><script>var skjult = 1</script></head><body><nav>Menu</nav>
<h1>Æbler</h1><p>Vi <b>presser</b> æbler,
og det er <a href="x">ikke</a> svært.<br>Ja.</p><ul><li>En</li><li><p>To</p></li></ul>
<h2>Årets tal</h2><table><tr><th>Mål</th><th>Værdi</th></tr><tr><td>Ø</td><td>12 mm</td></tr></table>
<p hidden>hemmeligt</p><p style="display: none">hemmeligt</p>Hale<footer>bund</footer></body></html>"""
