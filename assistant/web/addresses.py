"""Addresses of the reader page. Knows references and how the page is addressed, not what it shows."""

from __future__ import annotations

from html import escape
from urllib.parse import quote, urlencode

from assistant.domain.maturity import Language
from assistant.domain.sources import foreign, parted
from assistant.library.shelves import Shelves
from assistant.web.words import Words

KINDS = ("docx", "pdf", "json", "md")
"""Formats of a paper, in the order in which they are offered."""
HERE = "here"
"""Fragment of the place that a link opens."""


def address(language: Language, reference: str, sentence: int | None = None, cited: str = "") -> str:
    """Where the reader opens `reference` on the page in `language`.

    `sentence`, from 1, is emphasised; `cited` names the place that was left when somebody turns the leaves from there.
    """
    library, key, at = parted(reference)
    asked = {"at": at, "s": sentence, "cited": cited}
    query = urlencode({name: value for name, value in asked.items() if value})
    path = f"/read/{language}/{quote(library, safe='')}/{quote(key, safe='')}"
    return f"{path}?{query}#{HERE}" if query else path


def paper(link: str, what: str, about: str, words: Words) -> str:
    """Links to a paper in all its formats, by the private link of the conversation; `about` says which one to those who hear a link alone."""
    links = "".join(
        f'<a href="/export/{link}/{quote(what)}.{kind}" download aria-label="{escape(about)}, {label}">{label}</a>'
        for kind, label in ((kind, words.html(f"downloads.{kind}")) for kind in KINDS)
    )
    return f'<span class="v-kinds">{links}</span>'


class Links:
    """Where the numbers of a reply lead on the page in `language`."""

    def __init__(self, shelves: Shelves, language: Language) -> None:
        self._shelves, self._language = shelves, language

    def __call__(self, reference: str, before: str) -> str:
        """The address of `reference`; the longest sentence that `before` ends with is the one that was quoted."""
        if not parted(reference)[2]:
            return ""
        passage = self._shelves.passage(reference) if before else None
        sentences = passage.sentences if passage else ()
        quoted = [n for n, sentence in enumerate(sentences, 1) if before.endswith(foreign(sentence))]
        longest = max(quoted, key=lambda n: len(sentences[n - 1]), default=None)
        return address(self._language, reference, longest)
