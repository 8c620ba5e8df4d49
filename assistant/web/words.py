"""Words of the page, from `web/texts/<language>.yaml`. Knows files and numbers, not where a word is shown."""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from assistant.content import read_yaml
from assistant.domain.maturity import Language
from assistant.domain.profile import Quote

FOLDER = Path(__file__).parent / "texts"


class Words:
    """The words of one language.

    Args:
        language: Whose words.
        replies: All of `prompts/replies.<language>.yaml`.
    """

    def __init__(self, language: Language, replies: dict[str, Any]) -> None:
        self.language = language
        self.replies = replies
        self.document: dict[str, Any] = replies["document"]
        self.page: dict[str, Any] = texts(language)

    def __call__(self, path: str, **values: object) -> str:
        """The text at `path`, such as `notes.erased`, with `values` filled in."""
        found: Any = self.page
        for part in path.split("."):
            found = found[part]
        return str(found).format(**values) if values else str(found)

    def html(self, path: str, **values: object) -> str:
        """The same, safe inside HTML."""
        return escape(self(path, **values))

    def number(self, value: float) -> str:
        """One decimal, with the point or comma of the language."""
        return f"{value:.1f}".replace(".", self.page["decimal"])

    def quote(self, quote: Quote) -> str:
        """The person's own words as HTML."""
        left, right = self.page["quotes"]
        text = escape(" ".join(quote.text.split()))
        turn = escape(str(self.document["turn"]).format(turn=quote.turn))
        return f'<q class="v-quote" title="{turn}">{left}{text}{right}</q>'


@cache
def texts(language: Language) -> dict[str, Any]:
    """The parsed file of one language.

    Raises:
        ContentError: it is missing or no YAML.
    """
    found: dict[str, Any] = read_yaml(FOLDER / f"{language}.yaml")
    return found
