"""The formats: what of each is read, and where in the file every passage stands."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import made
import pytest

from assistant.errors import UserError
from assistant.library.documents import Document, Locator, Section
from assistant.library.loaders import load
from assistant.library.loaders.own import Said, document
from assistant.library.loaders.prose import Line, flow
from assistant.library.loaders.source import Source
from assistant.library.passages import passages


def texts(document: Document) -> list[str]:
    return [section.text for section in document.sections]


def about(document: Document) -> tuple[str, ...]:
    return document.title, document.speaker, document.date, document.language


def test_pdf(tmp_path: Path) -> None:
    document = load(made.pdf(tmp_path / "m.PDF"))
    assert about(document) == ("Målinger på værkstedet", "Søren Åkjær", "2024-03-01", "da")
    assert [s.locator.as_json() for s in document.sections] == [
        {"heading": [f"Kapitel {n}: {chapter}"], "page": n} for n, chapter in enumerate(made.CHAPTERS, start=1)
    ]
    for text, body, chapter in zip(texts(document), made.BODIES, made.CHAPTERS, strict=True):
        assert text.replace("\n\n", " ") == f"{body} {chapter} deler et ord ved en måling over to linjer."


def test_pdf_without_bookmarks_is_one_section_with_a_mark_at_each_page(tmp_path: Path) -> None:
    document = load(made.pdf(tmp_path / "m.pdf", toc=False))
    (section,) = document.sections
    assert [section.place(section.text.index(body)).page for body in made.BODIES] == [1, 2, 3, 4]
    assert "sidehoved" not in section.text
    assert "Side 1" not in section.text
    assert "Kapitel 3: Øl og olie" in section.text
    assert {p.locator.page for p in passages(document)} <= {1, 2, 3, 4}


def test_a_paragraph_runs_on_over_a_page() -> None:
    first, second = "Vi målte den varme side af", "maskinen, og den var for varm."
    text, marks = flow([Line(first, Locator(page=1)), Line(""), Line(second, Locator(page=2))])
    assert text == f"{first} {second}"
    assert [(offset, place.page) for offset, place in marks] == [(0, 1), (len(first) + 1, 2)]


def test_word(tmp_path: Path) -> None:
    document = load(made.word(tmp_path / "målebog.docx"))
    assert about(document) == ("Målebog", "Åse Bjørn", "2024-05-06", "da")
    assert [s.locator.heading for s in document.sections] == [(), ("Drejebænk",), ("Drejebænk", "Olie")]
    assert texts(document) == [
        "Indledning: " + made.DANISH,
        "- Første følere\n- Anden øvelse\n\nEfter listen.",
        "Mål | Værdi\nØ | 12 mm",
    ]


def test_word_reads_what_was_put_in_and_not_what_was_struck_out(tmp_path: Path) -> None:
    w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    body = (
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>I et felt: æøå.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        "<w:p><w:r><w:t xml:space='preserve'>Vi </w:t></w:r><w:ins><w:r><w:t>måler</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>gætter</w:delText></w:r></w:del></w:p>"
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>A</w:t></w:r></w:p></w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>"
    )
    document = f"<w:document {w}><w:body>{body}</w:body></w:document>".encode()
    assert texts(load(made.word_with(tmp_path / "a.docx", "word/document.xml", document))) == [
        "I et felt: æøå.\n\nVi måler\n\nA"
    ]


def test_slides(tmp_path: Path) -> None:
    document = load(made.slides(tmp_path / "s.pptx"))
    assert (document.title, document.speaker, document.language) == ("Følere", "Ib Ødegård", "da")
    assert [s.locator.as_json() for s in document.sections] == [
        {"heading": ["Følere"], "slide": 1},
        {"heading": ["Året"], "slide": 2},
    ]
    assert texts(document) == [
        "- En på spindlen\n- To på olien\n\nHusk at sige det på dansk.",
        made.DANISH + "\n\nI en gruppe, også æøå.",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_html(tmp_path: Path, encoding: str) -> None:
    page = made.HTML.replace("utf-8", {"cp1252": "iso-8859-1"}.get(encoding, encoding))
    document = load(made.text(page.encode(encoding))(tmp_path / "a.HTML"))
    assert about(document) == ("Æbler fra Åen", "Ib Ødegård", "2023-09-01", "da")
    assert document.rights == "CC BY 4.0"
    assert [s.locator.heading for s in document.sections] == [(), ("Årets tal",)]
    assert texts(document) == [
        "Vi presser æbler, og det er ikke svært.\nJa.\n\n- En\n- To",
        "Mål | Værdi\nØ | 12 mm\n\nHale",
    ]


def test_html_takes_the_main_part_where_there_is_one(tmp_path: Path) -> None:
    page = "<body><div>Reklame</div><main><h1>Øl</h1><p>Vi brygger.</p></main><div>Mere reklame</div></body>"
    document = load(made.text(page)(tmp_path / "a.html"))
    assert (document.title, texts(document)) == ("Øl", ["Vi brygger."])


def test_captions(tmp_path: Path) -> None:
    document = load(made.text(made.VTT)(tmp_path / "m.vtt"))
    assert about(document) == ("Målemøde", "Søren Ø, Åse", "2024-02-03", "da")
    assert document.rights == "© Værkstedet"
    (section,) = document.sections
    assert section.text == "Vi måler på drejebænken & pressen, og det går godt.\n\nJa, det gør det."
    starts = {word: section.place(section.text.index(word)).start for word in ("måler", "går", "Ja")}
    assert starts == {"måler": 1.0, "går": 3.0, "Ja": 6.0}
    assert passages(document)[0].locator.as_json() == {"heading": [], "start": 1.0}


def test_subrip(tmp_path: Path) -> None:
    (section,) = load(made.text(made.SRT.encode("cp1252"))(tmp_path / "m.srt")).sections
    assert section.text == "Vi måler på drejebænken,\n\nog det går ikke så ærgerligt."
    assert section.place(len(section.text) - 1).start == 62.5


def cues(*lines: tuple[float, float, str]) -> str:
    return "WEBVTT\n\n" + "".join(f"00:{a:06.3f} --> 00:{b:06.3f}\n{text}\n\n" for a, b, text in lines)


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (((1, 3, "so today we are"), (3, 3.1, "so today we are"), (3.1, 5, "so today we are\ngoing to weld")),
         "so today we are going to weld"),
        (((1, 2, "first line"), (2, 3, "first line\nsecond line"), (3, 4, "second line\nthird")),
         "first line second line third"),
        (((1, 2, "Yes."), (2, 3, "Yes.")), "Yes. Yes."),
        (((5, 6, "then."), (1, 2, "First,")), "First, then."),
        (((1, 2, "Slut."), (7, 8, "Nyt emne.")), "Slut.\n\nNyt emne."),
        (((1, 2, "<00:00:01.500><c> ord</c> &lt;x&gt;"),), "ord <x>"),
    ],
)  # fmt: skip
def test_cues_become_running_sentences(tmp_path: Path, lines: tuple, text: str) -> None:
    assert texts(load(made.text(cues(*lines))(tmp_path / "a.vtt"))) == [text]


def test_plain_text_is_unwrapped(tmp_path: Path) -> None:
    wrapped = (
        "Dette er en linje, der er brudt efter halvfjerds tegn, og som\nfortsætter her. Så er den slut.\n\n"
        "Vi måler:\n- olie\n- varme\n  og tryk\n\nNyt afsnit.\n© Værkstedet 2024\n"
    )
    document = load(made.text(wrapped.encode("cp1252"))(tmp_path / "Målinger.TXT"))
    assert texts(document)[0].startswith(
        "Dette er en linje, der er brudt efter halvfjerds tegn, og som fortsætter her. Så er den slut.\n\n"
        "Vi måler:\n\n- olie\n- varme og tryk\n\nNyt afsnit."
    )
    assert (document.title, document.language, document.rights) == ("Målinger", "da", "© Værkstedet 2024")


@pytest.mark.parametrize(
    ("name", "language"), [("guide.da.txt", "da"), ("guide.en.txt", "en"), ("guide.txt", "en"), ("guide.da.html", "da")]
)
def test_the_language_in_the_name_counts(tmp_path: Path, name: str, language: str) -> None:
    document = load(made.text("What is this? It is not in the other language.")(tmp_path / name))
    assert document.key == f"guide.{language}"


BAD = {
    "lock.pdf": (lambda p: made.pdf(p, password="x"), "protected by a password"),
    "lock.docx": (made.text(made.OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le")), "protected by a password"),
    "old.docx": (made.text(made.OLE + bytes(600)), "old Office format"),
    "old.doc": (made.text(made.OLE), r"save it as \.docx"),
    "old.ppt": (made.text(made.OLE), r"save it as \.pptx"),
    "scan.pdf": (made.scanned, "OCR"),
    "many.pdf": (made.many_pages, "5,000 pages"),
    "cut.pdf": (made.cut(lambda p: made.raw_pdf(p, b"")), "damaged|no text"),
    "cut.docx": (made.cut(made.word), "damaged or not whole"),
    "cut.pptx": (made.cut(made.slides), "damaged or not whole"),
    "word.pdf": (made.word, r"really DOCX; rename it to \.docx"),
    "pdf.docx": (made.pdf, r"rename it to \.pdf"),
    "slides.docx": (made.slides, r"rename it to \.pptx"),
    "page.pdf": (made.text(made.HTML), r"rename it to \.html"),
    "text.pdf": (made.text("hello"), "damaged"),
    "nested.docx": (lambda p: made.zipped(p, {"inner.zip": made.word(p.with_suffix(".x")).read_bytes()}), "zip archive"),
    "twice.docx": (lambda p: made.word_with(p, "WORD/document.xml", b"<x/>"), "stands in it twice"),
    "bomb.docx": (lambda p: made.word_with(p, "word/document.xml", b" " * 90_000_000), "unpacks to far more"),
    "media.docx": (lambda p: made.word_with(p, "word/media/x.bin", bytes(90_000_000)), "unpacks to far more"),
    "crowd.pptx": (lambda p: made.zipped(p, {"ppt/presentation.xml": b""} | {f"a{n}": b"" for n in range(20_001)}, 1),
                   "20,002 parts"),
    "empty.docx": (made.text(""), "empty"),
    "blank.txt": (made.text("\n \n"), "empty"),
    "picture.md": (made.text(b"\x89PNG\r\n"), "really a picture"),
    "noise.txt": (made.text(bytes(range(256)) * 20), "no text file"),
    "big.txt": (made.sparse, "larger than 20 MB"),
    "script.html": (made.text("<html><script>alert(1)</script></html>"), "no text found"),
    "deep.html": (made.text("<div>" * 50_000 + "Dybt"), "nested too deeply"),
    "none.vtt": (made.text("WEBVTT\n\nNOTE nothing here\n"), "no text found in any cue"),
    "bad.vtt": (made.text("WEBVTT\n\n00:00:01.000 --> 00:00:0x.000\nHej\n"), "line 3: is no pair of time codes"),
    "bad.srt": (made.text("1\n00:00:01,000 -> 00:00:02,000\nHej\n"), "no text|cues cannot be read"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_is_refused_in_one_sentence(tmp_path: Path, name: str) -> None:
    maker, says = BAD[name]
    path = maker(tmp_path / name)
    with pytest.raises(UserError, match=says) as told:
        load(path)
    message = str(told.value)
    assert message.startswith(f"{path}: ")
    assert message.endswith(".")
    assert "\n" not in message
    assert "; " in message


def test_no_parser_is_imported_before_it_is_needed() -> None:
    heavy = "{'torch', 'chromadb', 'gradio', 'numpy', 'docx', 'pptx', 'lxml', 'pypdfium2', 'webvtt'}"
    code = f"import sys, assistant.library.loaders.__main__, assistant.library.sandbox; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_words_are_lost(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(
        "# Offer\n\n## What we do\n\nWe weld.\n\n## Last promise is 30 days\n\none<br>two\n\n## Thanks\n",
        encoding="utf-8",
    )
    assert texts(load(path)) == ["We weld.", "one two", "Thanks"]
    page = tmp_path / "a.html"
    page.write_text(f"<body><p>{'A long story. ' * 20}</p><article>Teaser</article></body>", encoding="utf-8")
    assert "A long story." in " ".join(texts(load(page)))


def test_an_endless_heading_is_cut_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(f"# Title\n\n## {'word ' * 400}\n\n### Below\n\nText.\n", encoding="utf-8")
    document = load(path)
    assert max(len(part) for section in document.sections for part in section.locator.heading) <= 200
    assert sum(text.count("word") for text in texts(document)) == 400


def test_a_table_within_a_table_is_read_once(tmp_path: Path) -> None:
    import docx

    word = docx.Document()
    cell = word.add_table(1, 1).cell(0, 0)
    cell.text = "outer"
    cell.add_table(1, 1).cell(0, 0).text = "inner"
    word.save(str(tmp_path / "a.docx"))
    assert " ".join(texts(load(tmp_path / "a.docx"))).count("inner") == 1


def test_any_markdown_may_tell_its_origin(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("---\norigin: our handbook\n---\n\nWe weld.\n", encoding="utf-8")
    assert texts(load(path)) == ["We weld."]


@pytest.mark.parametrize(
    ("article", "text"), [("Kort.", "Hele den lange side.\n\nKort."), ("Lang " * 9, ("Lang " * 9).strip())]
)
def test_html_takes_the_article_only_where_it_is_most_of_the_page(tmp_path: Path, article: str, text: str) -> None:
    page = f"<body><script>{'x' * 900}</script><p>Hele den lange side.</p><article><p>{article}</p></article></body>"
    assert texts(load(made.text(page)(tmp_path / "a.html"))) == [text]


def test_word_reads_nested_tables_and_boxes_once(tmp_path: Path) -> None:
    def p(text: str, more: str = "") -> str:
        return f"<w:p><w:r><w:t>{text}</w:t>{more}</w:r></w:p>"

    def box(inside: str) -> str:
        held = f"<w:txbxContent>{inside}</w:txbxContent>"
        return (
            f"<mc:AlternateContent><mc:Choice>{held}</mc:Choice><mc:Fallback>{held}</mc:Fallback></mc:AlternateContent>"
        )

    names = (
        'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
        ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    )
    inner = f"<w:tbl><w:tr><w:tc>{p('B')}</w:tc><w:tc>{p('C')}</w:tc></w:tr></w:tbl>"
    table = f"<w:tbl><w:tr><w:tc>{p('A')}{inner}</w:tc><w:tc>{p('D', box(p('E')))}</w:tc></w:tr></w:tbl>"
    xml = f"<w:document {names}><w:body>{table}{p('F', box(p('G', box(p('H')))))}</w:body></w:document>"
    (text,) = texts(load(made.word_with(tmp_path / "a.docx", "word/document.xml", xml.encode())))
    assert text.split() == ["A", "B", "|", "C", "|", "D", "E", "F", "G", "H"]


def test_word_reads_rows_and_cells_in_content_controls(tmp_path: Path) -> None:
    def held(inside: str) -> str:
        return f"<w:sdt><w:sdtContent>{inside}</w:sdtContent></w:sdt>"

    def cell(text: str) -> str:
        return f"<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"

    names = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    second = f"<w:tr>{cell('C')}{cell('D')}</w:tr>"
    rows = f"<w:tr>{cell('A')}{held(cell('B'))}</w:tr>{held(second)}"
    xml = f"<w:document {names}><w:body><w:tbl>{rows}</w:tbl></w:body></w:document>"
    assert texts(load(made.word_with(tmp_path / "a.docx", "word/document.xml", xml.encode()))) == ["A | B\nC | D"]


def test_pages_stay_with_their_words_where_an_endless_line_is_broken() -> None:
    words = "a" * 50_000 + " Side to."
    section = Section(Locator(page=1), words, "text", marks=((words.index("Side"), Locator(page=2)),))
    (broken,) = document(Source(Path("a.pdf"), b"x"), [section], Said()).sections
    assert broken.text.replace("\n", "") == words
    assert broken.place(broken.text.index("Side")).page == 2
    assert broken.place(broken.text.index("Side") - 1).page == 1
