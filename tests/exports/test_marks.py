"""Every paper says to people and to programs that it was made automatically (EU AI Act, Article 50(2))."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import docx
import pypdfium2
import pytest

from assistant.domain.maturity import LANGUAGES, Language
from assistant.exports import docx as word
from assistant.exports import html, markdown, pdf
from assistant.exports.document import MARK, Document, Paragraph, line
from assistant.exports.json import AUTOMATED
from assistant.exports.schemas import SHAPES, schema

NOW = datetime(2027, 3, 1, tzinfo=UTC)
NOTICE: dict[Language, str] = {"en": "Drawn up automatically.", "da": "Lavet automatisk."}


def paper(language: Language) -> Document:
    return Document("Plan", "Nordsmeden", language, NOTICE[language], "{page}/{pages}", (Paragraph(line("We weld.")),))


@pytest.mark.parametrize("language", LANGUAGES)
def test_papers_are_marked(language: Language) -> None:
    made = paper(language)
    for text in (markdown.written(made), html.written(made)):
        assert MARK in text
        assert NOTICE[language].rstrip(".") in text
    properties = docx.Document(io.BytesIO(word.written(made, NOW))).core_properties
    assert MARK in (properties.keywords or "")
    opened = pypdfium2.PdfDocument(pdf.written(made, NOW))
    assert MARK in opened.get_metadata_dict()["Keywords"]
    opened.close()
    assert "automati" in AUTOMATED[language].lower()


def test_every_shape_of_json_says_so() -> None:
    for name in SHAPES:
        assert "automated" in (schema(name).get("required") or []), name
