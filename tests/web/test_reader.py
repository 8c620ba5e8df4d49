"""The reader page: the right document at the right place, every format, and nothing from a file that acts."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import made
import pytest
from fastapi.testclient import TestClient

from assistant.domain.sources import parted
from assistant.library import places
from assistant.library.library import Library
from assistant.library.places import cuts, source_of
from assistant.library.shelves import Shelves
from assistant.web.addresses import Links, address
from assistant.web.pages import reader
from assistant.web.words import Words

TALK = "iot-from-machine-to-phone"
VTT = "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n<v Karen>Machines talk to a broker.\n\n00:01:05.000 --> 00:01:09.000\n<v Karen>The gateway stands in the cabinet.\n"
SRT = "1\n00:00:01,000 --> 00:00:04,000\nThe press stands still.\n\n2\n00:02:10,000 --> 00:02:14,000\nThe gauge is read every hour.\n"
HOSTILE = (
    "---\ntitle: '</title><script>alert(3)</script>'\nspeaker: '<b>S</b>'\nrights: '<i>R</i>'\ndate: '<u>D</u>'\n---\n"
    "# <script>alert(1)</script> <b>T</b>\n\n## <i>H</i> \"onmouseover=\"x\n\n"
    "Text &lt;u&gt; `<img src=x onerror=alert(1)>` and [link](javascript:alert(1)) </mark></article><h1>no</h1>.\n\n"
    "- `<li><a href=\"http://evil.example\">x</a>`\n"
)  # fmt: skip


class Tags(HTMLParser):
    """Tags and attributes of a page, and whether every one is closed in order."""

    VOID = ("meta", "link", "br")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def every(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def ids(self) -> list[str]:
        return [str(attributes["id"]) for _, attributes in self.tags if "id" in attributes]


def seen(text: str) -> str:
    """What stands on the page, without tags and with single spaces."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "\0", text)).replace("\0", "").split())


def marked(text: str) -> str:
    return " ".join(seen(part) for part in re.findall(r"<mark>(.*?)</mark>", text, re.DOTALL))


def squeezed(text: str) -> str:
    return re.sub(r"^(-|\d+[.)]) |[\s]", "", text, flags=re.MULTILINE)


@pytest.mark.parametrize("name", [f"{TALK}.en", f"{TALK}.da", "the-offer.en"])
def test_every_passage_is_marked_whole_and_nothing_else_is(visit: TestClient, shelves: Shelves, name: str) -> None:
    document, file = shelves.document("shipped", name) or pytest.fail("not there")
    assert file == f"{name}.md"
    for cut in cuts(document):
        answer = visit.get(address("en", cut.passage.id, 1))
        assert answer.status_code == 200
        assert squeezed(marked(answer.text)) == squeezed(cut.passage.text)
        assert squeezed(seen("".join(re.findall(r"<strong>.*?</strong>", answer.text)))) == squeezed(
            cut.passage.sentences[0]
        )
        page = Tags(answer.text)
        assert page.ids().count("here") == 1
        assert len(page.ids()) == len(set(page.ids()))
    whole = squeezed(seen(answer.text))
    for section in document.sections:
        for line in section.text.splitlines():
            assert squeezed(re.sub(r"^(-|\d+[.)]) ", "", line.strip()))[:20] in whole


def test_the_frame_tells_what_the_text_is(visit: TestClient, words: dict[str, Words]) -> None:
    text = visit.get(f"/read/da/shipped/{TALK}.en").text
    document = Tags(text)
    assert document.every("html")[0]["lang"] == "da"
    assert document.every("article")[0]["lang"] == "en"
    shown = seen(text)
    for part in (words["da"]("reader.kinds.talk"), words["da"]("reader.languages.en"), f"{TALK}.en.md"):
        assert part in shown
    assert words["da"]("reader.lost") not in shown
    outside = [link for link in document.every("a") if str(link["href"]).startswith("http")]
    assert outside
    assert all("noopener" in str(link["rel"]) for link in outside)
    levels = [int(tag[1]) for tag, _ in document.tags if re.fullmatch(r"h\d", tag)]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_a_strict_policy_and_no_script(visit: TestClient) -> None:
    answer = visit.get(f"/read/en/shipped/{TALK}.en")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    page = Tags(answer.text)
    assert page.every("script") == []
    assert not [
        attributes for _, attributes in page.tags for name in attributes if name.startswith("on") or name == "style"
    ]
    sheet = visit.get(str(page.every("link")[0]["href"]))
    assert sheet.headers["content-type"].startswith("text/css")
    assert "url(" not in sheet.text
    assert "prefers-color-scheme: dark" in sheet.text
    assert "@media print" in sheet.text


def test_turning_the_leaves_keeps_the_cited_place(visit: TestClient, shelves: Shelves, words: dict[str, Words]) -> None:
    document, _ = shelves.document("shipped", f"{TALK}.en") or pytest.fail("not there")
    cut = cuts(document)
    first = visit.get(address("en", cut[2].passage.id)).text
    leads = {str(link.get("class")): str(link["href"]) for link in Tags(first).every("a") if link.get("class")}
    assert f"at={cut[1].at}&" in leads["previous"]
    second = visit.get(leads["next"]).text
    assert squeezed(marked(second)) == squeezed(cut[2].passage.text)
    assert words["en"]("reader.here") in seen(second)
    assert re.search(r'<span class="flag" id="here"[^>]*>You are here</span>', second)
    back = {str(link.get("class")): str(link["href"]) for link in Tags(second).every("a") if link.get("class")}
    assert f"at={cut[2].at}" in back["to_cited"]
    assert 'class="previous"' not in visit.get(address("en", cut[0].passage.id)).text
    assert 'class="next"' not in visit.get(address("en", cut[-1].passage.id)).text


def test_the_other_language_opens_the_same_section(visit: TestClient, shelves: Shelves) -> None:
    english, danish = (shelves.document("shipped", f"{TALK}.{name}") or pytest.fail("gone") for name in ("en", "da"))
    for number, section in enumerate(english[0].sections):
        text = visit.get(address("en", f"{TALK}.en#{section.anchor}-1")).text
        link = next(link for link in Tags(text).every("a") if link.get("hreflang") == "da")
        assert f"/read/en/shipped/{TALK}.da?at={danish[0].sections[number].anchor}#here" == link["href"]
        opened = visit.get(str(link["href"])).text
        here = opened.index('id="here"')
        assert opened.rindex("<section", 0, here) == opened.index(
            f'<section id="s-{danish[0].sections[number].anchor}"'
        )
        assert "<mark>" not in opened


@pytest.mark.parametrize(
    ("path", "status", "key"),
    [
        ("/read/en/shipped/nothing.en?at=x-1", 404, "missing"),
        ("/read/da/shipped/nothing.en", 404, "missing"),
        (f"/read/da/secret/{TALK}.en", 404, "missing"),
        (f"/read/da/..%2f/{TALK}.en", 404, ""),
        (f"/read/de/shipped/{TALK}.en", 404, "missing"),
        (f"/read/da/shipped/{TALK}.en?at=gone-7&s=2", 200, "lost"),
        (f"/read/en/shipped/{TALK}.en?at=%3Cscript%3E&s=%00&cited=%22%3E", 200, "lost"),
    ],
)
def test_what_is_gone_is_told_kindly(
    visit: TestClient, words: dict[str, Words], path: str, status: int, key: str
) -> None:
    answer = visit.get(path)
    assert answer.status_code == status
    if key:
        language = "da" if path.startswith("/read/da") else "en"
        assert words[language](f"reader.{key}") in seen(answer.text)
        assert f'href="/{language}/"' in answer.text
        assert 'id="here"' not in answer.text
        assert "<script" not in answer.text


def test_markup_in_a_file_is_shown_as_text(
    visit: TestClient, library: Callable[[str], Library], tmp_path: Path
) -> None:
    file = tmp_path / "hostile.md"
    file.write_text(HOSTILE, encoding="utf-8")
    (tmp_path / "plain.txt").write_text(
        "<script>alert(2)</script> <style>*{}</style> & &amp;\n\n<b>bold</b>\n", encoding="utf-8"
    )
    key, plain = (result.document for result in library("own").ingest([file, tmp_path / "plain.txt"]))
    for name in (key, plain):
        document = library("own").document(name) or pytest.fail("not there")
        for cut in cuts(document):
            text = visit.get(address("en", f"own:{cut.passage.id}", 1)).text
            page = Tags(text)
            tags = {tag for tag, _ in page.tags}
            assert not tags & {"script", "style", "img", "b", "i", "u", "iframe", "form"}
            links = [str(link["href"]) for link in page.every("a")]
            assert all(link.startswith(("/", "#")) for link in links)
            assert squeezed(marked(text)) == squeezed(cut.passage.text)
    assert "<script>alert(2)</script>" in seen(text)


FORMATS = {
    "notes.md": made.text("# Notes\n\n## Gateway\n\nThe gateway stands in the cabinet.\n"),
    "plain.txt": made.text("The gauge is read every hour.\n"),
    "page.html": made.text("<title>Page</title><h1>Page</h1><h2>Valve</h2><p>The valve is turned by hand.</p>"),
    "book.pdf": made.pdf, "letter.docx": made.word, "show.pptx": made.slides,
    "talk.vtt": made.text(VTT), "clip.srt": made.text(SRT),
}  # fmt: skip
LABELLED = {
    "book.pdf": r"(page|side) \d",
    "show.pptx": r"slide \d",
    "talk.vtt": r"minute? \d+:\d\d",
    "clip.srt": r"minute? \d+:\d\d",
}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("language", ["en", "da"])
def test_every_format_opens_at_the_cited_place(
    visit: TestClient,
    library: Callable[[str], Library],
    words: dict[str, Words],
    tmp_path: Path,
    name: str,
    language: str,
) -> None:
    (result,) = library("own").ingest([FORMATS[name](tmp_path / name)])
    assert result.status == "ok", result.reason
    document = library("own").document(result.document) or pytest.fail("not there")
    cut = cuts(document)
    assert len(cut) == result.passages
    for one in cut:
        passage = library("own").passage(one.passage.id) or pytest.fail("another cut than the library's")
        text = visit.get(address("da" if language == "da" else "en", f"own:{passage.id}", len(passage.spans))).text
        assert squeezed(marked(text)) == squeezed(passage.text)
        assert name in seen(text)
        place = source_of(passage).place(words[language].replies["place"])
        assert bool(re.fullmatch(LABELLED.get(name, ""), place))
        before = text[: text.index('id="here"')]
        shown = re.findall(r'<span class="place"[^>]*>(.*?)</span>', before)
        assert (shown[-1] if shown else "") == place
        Tags(text)


def test_a_long_document_is_shown_around_the_place(
    visit: TestClient, library: Callable[[str], Library], tmp_path: Path
) -> None:
    file = tmp_path / "long.txt"
    lines = [f"Line {n} tells of machine number {n} and what it made on that day in the hall. " * 6 for n in range(900)]
    file.write_text("\n\n".join(lines), encoding="utf-8")
    (result,) = library("own").ingest([file])
    assert result.passages > reader.WHOLE
    document = library("own").document(result.document) or pytest.fail("not there")
    cut = cuts(document)
    seen_numbers = set()
    for here in (0, len(cut) // 2, len(cut) - 1):
        text = visit.get(address("en", f"own:{cut[here].passage.id}")).text
        assert len(text) < 200_000
        assert squeezed(marked(text)) == squeezed(cut[here].passage.text)
        page = Tags(text)
        links = {str(link.get("class")): str(link["href"]) for link in page.every("a")}
        assert ("earlier" in links) == (here > reader.BEFORE)
        assert ("further" in links) == (here + reader.AFTER < len(cut) - 1)
        seen_numbers.add(parted(cut[here].passage.id)[2])
        if "further" in links:
            leads = visit.get(links["further"]).text
            assert f"at={cut[here].at}" in leads
    assert len(seen_numbers) == 3


def test_a_document_is_not_cut_again_to_be_shown(
    visit: TestClient, library: Callable[[str], Library], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "stored.md"
    file.write_text("# Stored\n\nThe plane is oiled.\n\n## Twice\n\nIt is cleaned twice.\n", encoding="utf-8")
    library("own").ingest([file])
    with monkeypatch.context() as patched:
        patched.setattr(places, "passages", lambda _: pytest.fail("the document is cut again"))
        text = visit.get(address("en", "own:stored.en#twice-1")).text
    assert marked(text) == "It is cleaned twice."
    document = library("own").document("stored.en") or pytest.fail("not there")
    others = library("shipped").passages_of(f"{TALK}.en")
    assert cuts(document, others) == cuts(document) == cuts(document, library("own").passages_of("stored.en"))


def test_a_number_leads_to_the_longest_sentence_that_stands_before_it(
    shelves: Shelves, library: Callable[[str], Library], tmp_path: Path
) -> None:
    file = tmp_path / "bullets.md"
    file.write_text("# Bullets\n\n- the oil\n- change the oil\n- oil\n", encoding="utf-8")
    library("own").ingest([file])
    name = "own:bullets.en#text-1"
    links = Links(shelves, "en")
    assert links(name, "First change the oil") == address("en", name, 2)
    assert links(name, "Then the oil") == address("en", name, 1)
    assert links(name, "Something else") == address("en", name)
