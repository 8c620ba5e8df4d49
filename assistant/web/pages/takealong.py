"""What can be taken along, as HTML: papers, and the private link by which one comes back. Knows addresses, not what is in a paper."""

from __future__ import annotations

from html import escape

from assistant.web.addresses import paper
from assistant.web.words import Words


def take_along(link: str, version: int, words: Words) -> str:
    """Papers of a conversation and its private link; `version` is the number of the plan approved last, 0 for none."""
    papers = [("profile", words("downloads.profile")), ("plan", words("downloads.plan"))]
    if version:
        papers.append((f"version-{version}", words("downloads.version", version=version)))
    rows = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{paper(link, what, name, words)}</dd></div>" for what, name in papers
    )
    return (
        f'<section class="v-along" aria-label="{words.html("downloads.label")}">'
        f'<details class="v-edit" data-keep="along"><summary id="along-open"><span>{words.html("downloads.label")}</span></summary>'
        f'<dl class="v-downloads">{rows}</dl></details>'
        f'<details class="v-edit" data-keep="link"><summary id="link-open"><span>{words.html("link.heading")}</span></summary>'
        f'<p class="v-small-note">{words.html("link.told")}</p>'
        f'<p class="v-link"><label for="v-link">{words.html("link.label")}</label>'
        f'<input type="text" id="v-link" readonly data-link="{link}" value="">'
        f'<button type="button" id="v-copy" class="v-button v-main" data-copy="v-link" data-copied="{words.html("link.copied")}">'
        f"{words.html('link.copy')}</button></p></details></section>"
    )
