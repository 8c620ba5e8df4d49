"""Writes a document as Word, for an adviser to edit: real headings, lists and tables, all looks in styles. Knows Word, not what is said."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from assistant.exports.document import (
    MARK,
    Block,
    Document,
    Heading,
    Line,
    Listing,
    Notes,
    PageBreak,
    Paragraph,
    Picture,
    Run,
    Table,
    clean,
)

FONT = "Calibri"
MOST_RULED = 8
"""Lines to write on at the most: Word cannot be asked how many still fit on the page, and who edits can add more."""
_INK, _GREY, _ACCENT = RGBColor(32, 38, 46), RGBColor(96, 104, 114), RGBColor(16, 84, 110)
_RULE, _PALE = "C6CED2", "ECF1F4"
_STYLES = {"strong": "Strong", "quiet": "Aside", "quote": "Own words"}
_LOCALE = {"en": "en-GB", "da": "da-DK"}
_CUSTOM = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
    'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
    '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="AutomaticallyGenerated">'
    "<vt:bool>true</vt:bool></property></Properties>"
)


def written(document: Document, now: datetime) -> bytes:
    """The whole document; `now` is the date in its properties."""
    word = docx.Document()
    _look(word, document)
    _properties(word, document, now)
    _edges(word, document)
    word.add_paragraph(clean(document.title), style="Title")
    word.add_paragraph(clean(document.subject), style="Subtitle")
    for block in document.blocks:
        _put(word, block)
    file = BytesIO()
    word.save(file)
    return file.getvalue()


def _put(word: Any, block: Block) -> None:
    match block:
        case Heading(text, level):
            word.add_heading(clean(text), level)
        case Paragraph(one, note):
            _runs(word.add_paragraph(style="Note" if note else "Normal"), one)
        case Listing(lines, kind):
            for one in lines:
                paragraph = word.add_paragraph(style="Checklist" if kind == "boxes" else "List Bullet")
                if kind == "boxes":
                    paragraph.add_run("☐\t")
                _runs(paragraph, one)
        case Table():
            _table(word, block)
        case Picture():
            _picture(word, block)
        case Notes(title, lines):
            word.add_heading(clean(title), 1)
            _ruled(word, lines)
        case PageBreak():
            word.add_page_break()


def _runs(paragraph: Any, one: Line) -> None:
    for run in one:
        text = clean(run.text)
        before = " " if run.text[:1].isspace() else ""
        after = " " if run.text[-1:].isspace() and text else ""
        paragraph.add_run(f"{before}{text}{after}", style=_STYLES.get(run.style))


# --- tables and pictures ---


def _table(word: Any, table: Table) -> None:
    across = _across(word)
    total = sum(table.widths)
    made = word.add_table(rows=0, cols=len(table.header), style="Report table")
    made.autofit = False
    for at, column in enumerate(made.columns):
        column.width = int(across * table.widths[at] / total)
    if not table.headless:
        _row(made, tuple(((Run(name),),) for name in table.header), table, across, head=True)
    for row in table.rows:
        _row(made, row, table, across)
    word.add_paragraph(style="Gap")


def _row(made: Any, cells: tuple[tuple[Line, ...], ...], table: Table, across: int, head: bool = False) -> None:
    row = made.add_row()
    properties = row._tr.get_or_add_trPr()  # noqa: SLF001 - python-docx has no other way to its XML
    properties.append(OxmlElement("w:cantSplit"))
    if head:
        properties.append(OxmlElement("w:tblHeader"))
    for at, (cell, lines) in enumerate(zip(row.cells, cells, strict=True)):
        cell.width = int(across * table.widths[at] / sum(table.widths))
        for number, one in enumerate(lines or ((),)):
            paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
            paragraph.style = "Table head" if head else "Table text"
            if at in table.numbers:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            _runs(paragraph, one)
        if head:
            _shade(cell, _PALE)


def _ruled(word: Any, lines: int) -> None:
    made = word.add_table(rows=min(lines, MOST_RULED), cols=1, style="Report table")
    for row in made.rows:
        row.height = Mm(7)
    word.add_paragraph(style="Gap")


def _picture(word: Any, picture: Picture) -> None:
    paragraph = word.add_paragraph(style="Picture")
    width = min(int(Mm(picture.width)), _across(word))
    shape = paragraph.add_run().add_picture(BytesIO(picture.png), width=width)
    for side in ("distT", "distB", "distL", "distR"):  # else LibreOffice moves it in by an eighth of an inch
        shape._inline.set(side, "0")  # noqa: SLF001
    described = shape._inline.docPr  # noqa: SLF001 - python-docx has no other way to the alternative text
    described.set("descr", clean(picture.alternative))
    described.set("title", clean(picture.caption))
    word.add_paragraph(clean(picture.caption), style="Caption")


def _across(word: Any) -> int:
    section = word.sections[0]
    return int(section.page_width - section.left_margin - section.right_margin)


# --- looks ---


def _look(word: Any, document: Document) -> None:
    compact = document.compact
    size = 9.0 if compact else 10.5
    _font(word.styles["Normal"], size, after=1.5 if compact else 4)
    word.styles["Normal"].paragraph_format.line_spacing = 1.0 if compact else 1.08
    heads = (("Title", 17 if compact else 22), ("Subtitle", size + 1.5))
    heads += tuple((f"Heading {level}", size + step) for level, step in ((1, 2.5), (2, 1.5), (3, 0.5)))  # type: ignore[assignment]
    for name, points in heads:
        style = word.styles[name]
        _font(
            style, points, after=1 if compact else 3, before=0 if name in ("Title", "Subtitle") else 4 if compact else 9
        )
        style.font.bold, style.font.italic = name != "Subtitle", False
        style.font.color.rgb = _GREY if name == "Subtitle" else _INK if name == "Heading 3" else _ACCENT
        style.paragraph_format.keep_with_next = True
        _plain(style)
    _font(word.styles["List Bullet"], size, after=0.5 if compact else 2)
    _font(word.styles["Caption"], size - 1.5, after=3 if compact else 8)
    word.styles["Caption"].font.color.rgb, word.styles["Caption"].font.bold = _GREY, False
    for name, points, after in (
        ("Note", size - 1, 3), ("Checklist", size, 1), ("Table text", size - 0.5, 0), ("Table head", size - 0.5, 0),
        ("Picture", size, 1), ("Gap", 1, 0),
    ):  # fmt: skip
        style = word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style, style.quick_style = word.styles["Normal"], True
        _font(style, points, after=after)
    word.styles["Table head"].font.bold = True
    word.styles["Table head"].paragraph_format.keep_with_next = True
    word.styles["Picture"].paragraph_format.keep_with_next = True
    word.styles["Picture"].paragraph_format.space_before = Pt(6)
    word.styles["Note"].font.color.rgb = _GREY
    word.styles["Note"].paragraph_format.keep_with_next = True
    for name in ("Checklist", "List Bullet"):
        hanging = word.styles[name].paragraph_format
        hanging.left_indent, hanging.first_line_indent = Mm(5), Mm(-5)
        hanging.tab_stops.add_tab_stop(Mm(5))
    gap = word.styles["Gap"].paragraph_format  # a paragraph has to stand between a table and what follows
    gap.line_spacing, gap.line_spacing_rule = Pt(2 if compact else 8), WD_LINE_SPACING.EXACTLY
    for name in ("Aside", "Own words"):
        style = word.styles.add_style(name, WD_STYLE_TYPE.CHARACTER)
        style.quick_style = True
    word.styles["Aside"].font.color.rgb = _GREY
    word.styles["Own words"].font.italic = True
    _table_style(word, 0.4 if compact else 1.2)
    _language(word, _LOCALE[document.language])


def _font(style: Any, points: float, after: float = 0, before: float = 0) -> None:
    style.font.name, style.font.size = FONT, Pt(points)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):  # a theme would win over the font
        fonts.attrib.pop(qn(f"w:{name}"), None)
    for name in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{name}"), FONT)
    style.paragraph_format.space_after, style.paragraph_format.space_before = Pt(after), Pt(before)


def _plain(style: Any) -> None:
    """Takes the line below titles and the wide letters of subtitles out, which come with the template."""
    for name in ("w:pBdr", "w:spacing"):
        for part in style.element.findall(f".//{qn(name)}"):
            if name == "w:pBdr" or part.getparent().tag == qn("w:rPr"):
                part.getparent().remove(part)


def _table_style(word: Any, space: float) -> None:
    style = word.styles.add_style("Report table", WD_STYLE_TYPE.TABLE)
    style.base_style = word.styles["Normal Table"]
    properties = OxmlElement("w:tblPr")
    borders = OxmlElement("w:tblBorders")
    for side in ("bottom", "insideH"):
        border = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", _RULE)):
            border.set(qn(f"w:{name}"), value)
        borders.append(border)
    margins = OxmlElement("w:tblCellMar")
    for side, width in (("top", space), ("left", 1.2), ("bottom", space), ("right", 1.2)):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(int(width * 56.7)))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    properties.append(borders)
    properties.append(margins)
    style.element.append(properties)


def _shade(cell: Any, colour: str) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001


def _language(word: Any, locale: str) -> None:
    defaults = word.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    found = defaults.find(qn("w:lang"))
    if found is None:
        found = OxmlElement("w:lang")
        defaults.append(found)
    found.set(qn("w:val"), locale)


# --- edges and properties ---


def _edges(word: Any, document: Document) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    side = Mm(16 if document.compact else 20)
    section.left_margin = section.right_margin = side
    section.top_margin, section.bottom_margin = Mm(15 if document.compact else 20), Mm(15 if document.compact else 18)
    section.header_distance, section.footer_distance = Mm(7), Mm(6)
    section.different_first_page_header_footer = True  # the first page bears subject and title large
    across = _across(word)
    head = section.header.paragraphs[0]
    _edge(head, across)
    head.add_run(f"{clean(document.subject)}\t{clean(document.title)}")
    for footer in (section.footer, section.first_page_footer):
        foot = footer.paragraphs[0]
        foot.style = "Footer"
        _edge(foot, across)
        foot.add_run(f"{clean(document.notice)}\t")
        before, page, between, pages, after = _page_parts(document.page)
        foot.add_run(before)
        _field(foot, page)
        foot.add_run(between)
        _field(foot, pages)
        foot.add_run(after)


def _page_parts(words: str) -> tuple[str, str, str, str, str]:
    before, _, rest = words.partition("{page}")
    between, _, after = rest.partition("{pages}")
    return before, "PAGE", between, "NUMPAGES", after


def _edge(paragraph: Any, across: int) -> None:
    style = paragraph.style
    _font(style, 7.5)
    style.font.color.rgb = _GREY
    stops = paragraph.paragraph_format.tab_stops
    for stop in list(style.paragraph_format.tab_stops):
        stops.add_tab_stop(stop.position, WD_TAB_ALIGNMENT.CLEAR)
    stops.add_tab_stop(across, WD_TAB_ALIGNMENT.RIGHT)


def _field(paragraph: Any, name: str) -> None:
    for kind, text in (("begin", ""), ("", name), ("end", "")):
        run = paragraph.add_run()
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = f" {text} "
        run._r.append(part)  # noqa: SLF001


def _properties(word: Any, document: Document, now: datetime) -> None:
    core = word.core_properties
    core.title, core.subject = clean(document.title)[:255], clean(document.subject)[:255]
    core.author = core.last_modified_by = "Vejviser"
    core.comments, core.keywords = MARK, MARK
    core.language = _LOCALE[document.language]
    core.created = core.modified = now.replace(tzinfo=None)
    package = word.part.package
    kind = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
    part = Part(PackURI("/docProps/custom.xml"), kind, _CUSTOM.encode(), package)
    package.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)
