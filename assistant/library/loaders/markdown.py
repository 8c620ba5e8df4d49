"""Markdown files, with or without YAML front matter, as documents.

Knows the format of `knowledge/`; knows no passages and no index. A file that names a shipped kind (`talk`, `seminar`,
`faq`) is held to the project's format; any other Markdown is taken as it is.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from pydantic import Field

from assistant.content import validated
from assistant.domain.maturity import Content, Language, Sentence
from assistant.errors import ContentError, UserError
from assistant.library.documents import OWN, SHIPPED_KINDS, Document, Locator, Reference, Section, anchors
from assistant.library.documents import slug as slugged
from assistant.library.language import detect

LARGEST = 20_000_000
"""Bytes; a larger text file is refused."""
_FRONT = re.compile(r"\A---[ \t]*\r?\n(.*?)^---[ \t]*\r?$\n?", re.DOTALL | re.MULTILINE)
_KEYS = re.compile(r"[ \t]*\[([\w.-]+(?:[,;] ?[\w.-]+)*)\]")
_TAG = re.compile(r"<!--.*?-->|</?[a-zA-Z][^>]*>", re.DOTALL)
_LANGUAGES: dict[str, Language] = {"en": "en", "da": "da"}
_CODES = re.compile(r"\.(en|da)$")


class FrontMatter(Content):
    """What stands at the top of a shipped text."""

    id: Sentence
    title: Sentence
    kind: Literal["talk", "seminar", "faq"]
    technology: Literal["", "iot", "additive_manufacturing", "blockchain"] = ""
    topic: Literal["", "iot", "additive_manufacturing", "blockchain", "process", "privacy"] = ""
    """Where the text is about no technology."""
    language: Language
    audience: Sentence
    duration_min: int | None = Field(default=None, ge=1)
    summary: Sentence
    references: tuple[Reference, ...] = ()
    origin: Sentence


def load(path: Path) -> Document:
    """The document in the file.

    Raises:
        ContentError: it claims a shipped kind and does not keep to the format.
        UserError: it cannot be read, is no UTF-8 text, or holds no text.
    """
    data = _bytes(path)
    text = _decoded(data, path)
    front, body = _split(text, path)
    digest = hashlib.sha256(data).hexdigest()
    if front.get("kind") in SHIPPED_KINDS or "origin" in front:
        return _shipped(validated(FrontMatter, front, path), body, path, digest)
    return _foreign(front, body, path, digest)


def _bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise UserError(f"{path}: is larger than {LARGEST // 1_000_000} MB; split it.")
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror}); check the name and its permissions.") from error


def _decoded(data: bytes, path: Path) -> str:
    if b"\0" in data[:4096]:
        raise UserError(f"{path}: is no text file; save it as UTF-8 text.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UserError(f"{path}: line {line} is not UTF-8; save the file as UTF-8.") from error
    if not text.strip():
        raise UserError(f"{path}: no text found; the file is empty.")
    return text


def _split(text: str, path: Path) -> tuple[dict[str, Any], str]:
    found = _FRONT.match(text)
    if not found:
        return {}, text
    try:
        front = yaml.safe_load(found[1])
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 2}: " if mark else ""
        raise ContentError(f"{path}: {line}the front matter is not valid YAML; mend that line.") from error
    return (front, text[found.end() :]) if isinstance(front, dict) else ({}, text)


def _shipped(front: FrontMatter, body: str, path: Path, digest: str) -> Document:
    if path.stem != f"{front.id}.{front.language}":
        raise ContentError(
            f"{path}: id and language call for the name '{front.id}.{front.language}.md'; rename the file."
        )
    _title, sections = _sections(body, {reference.key for reference in front.references})
    if not sections:
        raise ContentError(f"{path}: no text found below the front matter; write some.")
    return Document(
        front.id, front.title, front.kind, front.language, front.technology or front.topic, front.summary,
        front.audience,
        front.references, sections, digest,
    )  # fmt: skip


def _foreign(front: dict[str, Any], body: str, path: Path, digest: str) -> Document:
    title, sections = _sections(body, set())
    if not sections:
        raise UserError(f"{path}: no text found; leave the file out.")
    stem = _CODES.sub("", path.stem)
    named = front.get("language") or front.get("lang") or path.stem[len(stem) + 1 :]
    language = _LANGUAGES.get(str(named)) or detect(" ".join(s.text for s in sections)) or "en"
    title = str(front.get("title") or "") or title or stem
    summary, topic = str(front.get("summary") or ""), str(front.get("topic") or "")
    return Document(slugged(stem), title, OWN, language, topic, summary, "", (), sections, digest)


def _sections(body: str, keys: set[str]) -> tuple[str, tuple[Section, ...]]:
    """The first heading of level 1, and the sections that hold text."""
    title, path = "", [""] * 6
    found: list[tuple[tuple[str, ...], list[str]]] = [((), [])]
    for level, text in _blocks(body):
        if level == 0:
            found[-1][1].append(text)
        elif level == 1 and not title and not any(texts for _, texts in found):
            title = text
        else:
            path[level - 1 :] = [text, *[""] * (6 - level)]
            found.append((tuple(part for part in path if part), []))
    found = [(heading, texts) for heading, texts in found if texts]
    sections = []
    for (heading, texts), anchor in zip(found, anchors([heading for heading, _ in found]), strict=True):
        text, references = _without_keys("".join(texts).strip("\n"), keys)
        sections.append(Section(Locator(heading), text, anchor, references))
    return title, tuple(section for section in sections if section.text)


def _without_keys(text: str, keys: set[str]) -> tuple[str, tuple[tuple[int, str], ...]]:
    """`text` without the bracketed keys that are known, and where they stood."""
    kept, named, last = "", [], 0
    for match in _KEYS.finditer(text):
        inside = re.split(r"[,;] ?", match[1])
        if not keys.issuperset(inside):
            continue
        kept += text[last : match.start()]
        named += [(max(len(kept) - 1, 0), key) for key in inside]
        last = match.end()
    return kept + text[last:], tuple(named)


def _blocks(body: str) -> Iterator[tuple[int, str]]:
    """Headings as (level, text), everything else as (0, text with the line ends that part it from the next)."""
    tokens = MarkdownIt("commonmark").enable("table").parse(body)
    lists: list[int | None] = []
    marker = ""
    row: list[str] = []
    for before, token in zip([None, *tokens], tokens, strict=False):
        match token.type:
            case "inline" if before and before.type == "heading_open":
                yield int(before.tag[1]), _plain(token).replace("\n", " ")
            case "inline" if before and before.type in ("th_open", "td_open"):
                row.append(_plain(token))
            case "inline":
                yield 0, marker + _plain(token) + ("\n" if lists else "\n\n")
                marker = "  " if lists else ""
            case "ordered_list_open":
                lists.append(int(token.attrs.get("start", 1)))
            case "bullet_list_open":
                lists.append(None)
            case "list_item_open":
                number = lists[-1]
                marker = "- " if number is None else f"{number}. "
                lists[-1] = None if number is None else number + 1
            case "ordered_list_close" | "bullet_list_close":
                lists.pop()
                marker = ""
                if not lists:
                    yield 0, "\n"
            case "tr_close":
                yield 0, " | ".join(cell for cell in row if cell) + "\n"
                row = []
            case "table_close":
                yield 0, "\n"
            case "fence" | "code_block":
                yield 0, token.content.rstrip() + "\n\n"
            case "html_block":
                if text := " ".join(_TAG.sub(" ", token.content).split()):
                    yield 0, text + "\n\n"


def _plain(token: Token) -> str:
    """What a reader sees of one stretch of text: no marks of emphasis, no addresses of links."""
    parts = []
    for child in token.children or []:
        match child.type:
            case "text" | "code_inline":
                parts.append(child.content)
            case "softbreak" | "hardbreak":
                parts.append(" ")
            case "image":
                parts.append(child.content)
    return " ".join("".join(parts).split())
