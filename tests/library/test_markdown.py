"""Loader and passages: what is read, what is refused, and that every sentence is verbatim."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.content import root
from assistant.errors import ContentError, UserError
from assistant.library.language import detect
from assistant.library.loaders.markdown import load
from assistant.library.passages import LONGEST, passages, sentence_spans, tokens

FRONT = """---
id: {id}
title: "Sensors"
kind: talk
technology: iot
language: en
audience: "owners"
summary: "About sensors."
references:
  - {{key: nist-1, title: "T", publisher: "P", year: 2016, address: "https://example.org"}}
origin: written for this project
{more}---

"""


def written(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


SHIPPED = sorted(path for kind in ("talks", "seminars", "faq") for path in (root() / "knowledge" / kind).glob("*.md"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_shipped_texts_are_cut_into_short_passages_with_verbatim_sentences(path: Path) -> None:
    document = load(path)
    cut = passages(document)
    assert document.key == path.stem
    assert document.topic
    assert len({passage.id for passage in cut}) == len(cut)
    for passage in cut:
        assert tokens(passage.text) <= LONGEST
        assert passage.spans
        assert passage.text in next(s.text for s in document.sections if s.locator == passage.locator)
        assert all(sentence in passage.text and "\n" not in sentence for sentence in passage.sentences)
        assert not any(f"[{reference.key}]" in passage.text for reference in document.references)
    whole = "".join(c for section in document.sections for c in section.text if not c.isspace())
    assert "".join(c for passage in cut for c in passage.text if not c.isspace()) == whole


def test_keys_of_references_leave_the_text_and_stay_with_the_passage(tmp_path: Path) -> None:
    body = "## One\n\nA sensor measures [nist-1]. A [note] stays.\n\n## Two\n\nNothing named.\n"
    document = load(written(tmp_path, "s.en.md", FRONT.format(id="s", more="") + body))
    one, two = passages(document)
    assert one.text == "A sensor measures. A [note] stays."
    assert (one.references, two.references) == (("nist-1",), ())
    assert one.id == "s.en#one-1"
    assert one.locator.as_json() == {"heading": ["One"]}


def test_foreign_markdown_needs_no_front_matter(tmp_path: Path) -> None:
    text = (
        "# Om **svejsning**\n\nVi svejser [rustfrit](http://x) stål.\n\n- en\n- to\n\n## Gas\n\nDet er ikke farligt.\n"
    )
    document = load(written(tmp_path, "Noter om svejsning.md", text))
    assert (document.id, document.title, document.language, document.kind) == (
        "noter-om-svejsning", "Om svejsning", "da", "own",
    )  # fmt: skip
    assert [section.text for section in document.sections] == [
        "Vi svejser rustfrit stål.\n\n- en\n- to",
        "Det er ikke farligt.",
    ]
    assert [p.sentences for p in passages(document)] == [
        ("Vi svejser rustfrit stål.", "en", "to"),
        ("Det er ikke farligt.",),
    ]


def test_repeated_and_empty_headings_have_anchors_of_their_own(tmp_path: Path) -> None:
    text = "# T\n\nIntro.\n\n## Tips\n\nA.\n\n## Tips\n\nB.\n\n## ???\n\nC.\n\n## Tips\n\n### Deep\n\nD.\n"
    document = load(written(tmp_path, "t.md", text))
    assert [section.anchor for section in document.sections] == ["text", "tips", "3-tips", "4-text", "deep"]
    assert document.sections[-1].locator.heading == ("Tips", "Deep")


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Det koster ca. 20 kr. pr. Stk. Det er alt. Nr. 4 og 5. maj.", 2),
        ("We use e.g. Excel. It works (mostly.) Dr. Hansen knows.", 3),
        ("See fig. 3 for v. 2.0 of it! Really? Yes.", 3),
        ("- First part. Second part.\n- Another\n1. Third", 3),
        ('He said "Stop." Then he went… Away.', 3),
        ("---\n\n***", 0),
        ("no end", 1),
    ],
)
def test_sentences(text: str, sentences: int) -> None:
    found = [text[start:end] for start, end in sentence_spans(text)]
    assert len(found) == sentences, found
    assert all(sentence == sentence.strip() for sentence in found)


@pytest.mark.parametrize("text", ["word " * 2000, "x" * 20_000, "A short one. " * 400, "- " + "long bullet " * 500])
def test_endless_text_is_cut(tmp_path: Path, text: str) -> None:
    cut = passages(load(written(tmp_path, "long.md", text)))
    assert all(0 < tokens(passage.text) <= LONGEST for passage in cut)
    assert sum(passage.text.count("x") + passage.text.count("o") for passage in cut) == text.count("x") + text.count(
        "o"
    )


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.md", b"", "empty"),
        ("a.md", b"  \n", "empty"),
        ("a.md", b"\x00\x01\x02", "no text file"),
        ("a.md", b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj", "really PDF"),
        ("a.md", "---\na: " + "[" * 50_000 + "\n---\nText.\n", "not valid YAML"),
        ("a.md", "# Only a title\n", "no text found"),
        ("a.md", "---\ntitle: [x\n---\nText.\n", "not valid YAML"),
        ("b.en.md", FRONT.format(id="a", more="") + "Text.", "rename the file"),
        ("a.en.md", FRONT.format(id="a", more="mood: good\n") + "Text.", "mood"),
        ("a.en.md", FRONT.format(id="a", more=""), "no text found"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_file_and_remedy(
    tmp_path: Path, name: str, text: str | bytes, says: str
) -> None:
    path = written(tmp_path, name, text)
    with pytest.raises(UserError, match=says) as told:
        load(path)
    assert str(path) in str(told.value)


def test_a_missing_file_is_a_user_error(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        load(tmp_path / "none.md")


def test_a_shipped_kind_with_a_wrong_key_is_a_content_error(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="mood"):
        load(written(tmp_path, "a.en.md", FRONT.format(id="a", more="mood: x\n") + "Text."))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("What is a sensor?", "en"),
        ("Hvad er en føler?", "da"),
        ("MQTT", None),
        ("Følere på drejebænken", "da"),
        ("", None),
    ],
)
def test_language(text: str, language: str | None) -> None:
    assert detect(text) == language


def test_foreign_front_matter_tells_who_spoke_and_when(tmp_path: Path) -> None:
    front = "---\ntitle: Følere\nauthor: [Åse, Ib]\ndate: 2024-05-06\nlanguage: da\nrights: CC BY\ntopic: iot\nsummary: Kort.\n---\n"
    document = load(written(tmp_path, "noter.md", front + "# Another\n\nText about nothing.\n"))
    said = (document.title, document.speaker, document.date, document.language, document.rights, document.topic)
    assert said == ("Følere", "Åse, Ib", "2024-05-06", "da", "CC BY", "iot")
    assert document.summary == "Kort."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "cp865", "mac_roman"])
def test_danish_comes_out_right_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    text = "Årets øl er dårligt. Ærgerligt, men sådan går det på værkstedet."
    assert load(written(tmp_path, "a.md", text.encode(encoding))).sections[0].text == text


def test_a_file_pieced_together_from_two_encodings(tmp_path: Path) -> None:
    data = "Søren målte.\n\n".encode() + "Åse vejede “rigtigt”.\n".encode("cp1252")
    assert load(written(tmp_path, "a.md", data)).sections[0].text == "Søren målte.\n\nÅse vejede “rigtigt”."


def test_aliases_in_front_matter_do_not_explode(tmp_path: Path) -> None:
    lines = [f"{b}: &{b} [{', '.join(['*' + a] * 9)}]" for a, b in zip("abcdefghijkl", "bcdefghijklm", strict=True)]
    text = "---\na: &a [x, x]\n" + "\n".join(lines) + "\ntitle: *m\n---\nText.\n"
    assert len(load(written(tmp_path, "laughs.md", text)).title) < 100


def test_an_endless_heading_goes_on_in_the_text(tmp_path: Path) -> None:
    text = f"# {'Titel ' * 90}\n\n## {'lang ' * 900}\n\nKort.\n"
    document = load(written(tmp_path, "a.md", text))
    headings = [heading for section in document.sections for heading in (document.title, *section.locator.heading)]
    assert all(0 < len(heading) <= 200 for heading in headings)
    whole = " ".join(section.text for section in document.sections)
    assert (whole.count("Titel"), whole.count("lang"), whole.count("Kort.")) == (90, 900, 1)


def test_headings_are_no_deeper_than_four(tmp_path: Path) -> None:
    text = "".join(f"{'#' * level} H{level}\n\nText {level}.\n\n" for level in range(1, 7))
    assert max(len(s.locator.heading) for s in load(written(tmp_path, "a.md", text + text)).sections) == 4


def test_headings_that_every_section_repeats_count_for_its_size(tmp_path: Path) -> None:
    text = "# T\n\n" + f"## {'x' * 200}\n\n" + "### y\n\na\n\n" * 100
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("assistant.library.loaders.own.LONGEST", 10_000)
        with pytest.raises(UserError, match="split it"):
            load(written(tmp_path, "a.md", text))


def test_a_heading_with_nothing_below_is_kept_as_text(tmp_path: Path) -> None:
    text = "# T\n\n## Ring til Åse\n\n## Mål\n\n### Olie\n\nVarm.\n\n## Slut\n"
    found = [(s.locator.heading, s.text) for s in load(written(tmp_path, "a.md", text)).sections]
    assert found == [(("Ring til Åse",), "Ring til Åse"), (("Mål", "Olie"), "Varm."), (("Slut",), "Slut")]


def test_a_break_parts_words(tmp_path: Path) -> None:
    assert load(written(tmp_path, "a.md", "en<br>to<BR/>tre<b>fire</b>")).sections[0].text == "en to trefire"


def test_front_matter_may_tell_an_origin(tmp_path: Path) -> None:
    assert load(written(tmp_path, "a.md", "---\norigin: the workshop\n---\nText.\n")).sections[0].text == "Text."


@pytest.mark.parametrize("text", ["A PDF begins with %PDF-1.4, they say.", "%PDF- is the mark.", "ID3 er et mærke."])
def test_a_text_that_names_a_signature_is_a_text(tmp_path: Path, text: str) -> None:
    assert load(written(tmp_path, "a.md", text.encode("cp1252"))).sections[0].text == text


def test_an_endless_word_loses_no_letter(tmp_path: Path) -> None:
    word = "abcdefghij" * 7_000
    assert load(written(tmp_path, "a.md", word)).sections[0].text.replace("\n", "") == word


def test_sections_may_be_about_matters_of_their_own(tmp_path: Path) -> None:
    body = "## One\n\nA sensor measures.\n\n## Two\n\nA printer prints.\n"
    more = "topics: [iot, additive_manufacturing]\n"
    document = load(written(tmp_path, "s.en.md", FRONT.format(id="s", more=more) + body))
    assert [passage.topic for passage in passages(document)] == ["iot", "additive_manufacturing"]


def test_topics_that_do_not_fit_the_sections_are_named(tmp_path: Path) -> None:
    path = written(tmp_path, "s.en.md", FRONT.format(id="s", more="topics: [iot]\n") + "## One\n\nA.\n\n## Two\n\nB.\n")
    with pytest.raises(ContentError, match="1 for 2 sections"):
        load(path)
