"""Markdown files, with or without YAML front matter, as documents.

Knows the format of `knowledge/`; knows no passages and no index. A file that names a shipped kind (`talk`, `seminar`,
`faq`) is held to the project's format; any other Markdown is taken as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from pydantic import Field

from assistant.content import validated
from assistant.domain.maturity import Content, Language, Sentence
from assistant.errors import ContentError
from assistant.library.documents import SHIPPED_KINDS, Document, Reference
from assistant.library.loaders.own import Block, Said, document, outline, sections
from assistant.library.loaders.source import LARGEST_TEXT, Source, read, shown, text

_FRONT = re.compile(r"\A---[ \t]*\r?\n(.*?)^---[ \t]*\r?$\n?", re.DOTALL | re.MULTILINE)
_KEYS = re.compile(r"[ \t]*\[([\w.-]+(?:[,;] ?[\w.-]+)*)\]")
_TAG = re.compile(r"<!--.*?-->|</?[a-zA-Z][^>]*>", re.DOTALL)
_BREAK = re.compile(r"<br\b", re.IGNORECASE)


Topic = Literal["iot", "additive_manufacturing", "blockchain", "process", "privacy"]


class FrontMatter(Content):
    """What stands at the top of a shipped text."""

    id: Sentence
    title: Sentence
    kind: Literal["talk", "seminar", "faq"]
    technology: Literal["", "iot", "additive_manufacturing", "blockchain"] = ""
    topic: Topic | Literal[""] = ""
    """Where the text is about no technology."""
    topics: tuple[Topic, ...] = ()
    """One for each section, in order, where they differ."""
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
        UserError: it cannot be read, or holds no text.
    """
    source = read(path, LARGEST_TEXT)
    front, body = _split(text(source), path)
    if front.get("kind") in SHIPPED_KINDS:
        return _shipped(validated(FrontMatter, front, path), body, source)
    title, parts = outline(_blocks(body))
    return document(source, sections(parts), Said.of(front), title)


def _split(whole: str, path: Path) -> tuple[dict[str, Any], str]:
    found = _FRONT.match(whole)
    if not found:
        return {}, whole
    try:
        front = yaml.safe_load(found[1])
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: 2026-13-45 as a date
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 2}: " if mark else ""
        raise ContentError(f"{shown(path)}: {line}the front matter is not valid YAML; mend that line.") from error
    return (front, whole[found.end() :]) if isinstance(front, dict) else ({}, whole)


def _shipped(front: FrontMatter, body: str, source: Source) -> Document:
    if source.path.stem != f"{front.id}.{front.language}":
        raise ContentError(
            f"{source.path}: id and language call for the name '{front.id}.{front.language}.md'; rename the file."
        )
    keys = {reference.key for reference in front.references}
    parts = [(section, *_without_keys(section.text, keys)) for section in sections(outline(_blocks(body))[1])]
    found = tuple(replace(section, text=kept, references=named) for section, kept, named in parts if kept)
    if not found:
        raise ContentError(f"{source.path}: no text found below the front matter; write some.")
    if front.topics:
        if len(front.topics) != len(found):
            raise ContentError(
                f"{source.path}: topics: {len(front.topics)} for {len(found)} sections; name one for each."
            )
        found = tuple(replace(section, topic=topic) for section, topic in zip(found, front.topics, strict=True))
    return Document(
        front.id, front.title, front.kind, front.language, front.technology or front.topic, front.summary,
        front.audience, front.references, found, source.digest,
    )  # fmt: skip


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


def _blocks(body: str) -> Iterator[Block]:
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
            case "html_inline" if _BREAK.match(child.content):
                parts.append(" ")
            case "softbreak" | "hardbreak":
                parts.append(" ")
            case "image":
                parts.append(child.content)
    return " ".join("".join(parts).split())
