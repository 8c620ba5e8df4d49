"""Today and the target in each dimension, drawn as SVG that grows with the panel. Knows scores and targets; the same stands in its label."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from assistant.domain.maturity import MaturityModel
from assistant.domain.plan import stays
from assistant.web.words import Words

ROW = 2.75
"""Height of a dimension, in letters."""
TOP = 0.4


def picture(
    model: MaturityModel, today: Mapping[str, float | None], targets: Mapping[str, int], chosen: Mapping[str, int],
    words: Words,
) -> str:  # fmt: skip
    """A bar from 0 to 5 for each dimension, and a diamond at its target: full where the company chose it, else hollow; none where all
    stays as it is.
    """
    rows, told = "", []
    for number, dimension in enumerate(model.dimensions):
        value, target, y = today[dimension.id], targets.get(dimension.id), TOP + number * ROW
        title = dimension.title[words.language]
        shown = words("profile.not_yet") if value is None else words("profile.of_five", score=words.number(value))
        as_it_is = stays(value, target)
        aim = "" if target is None else words("picture.stays") if as_it_is else words("picture.to", stage=target)
        told.append(f"{title}: {shown}{f', {aim}' if aim else ''}")
        scale = "".join(
            f'<line x1="{at * 20}%" x2="{at * 20}%" y1="{y + 1.35:.2f}em" y2="{y + 2.25:.2f}em" class="v-grid"/>'
            for at in range(1, 5)
        )
        after = "" if target is None else escape(f" → {aim if as_it_is else target}")
        rows += (
            f'<text x="0" y="{y + 0.95:.2f}em" class="v-name{"" if value is not None else " v-none"}">{escape(title)}</text>'
            f'<text x="100%" y="{y + 0.95:.2f}em" text-anchor="end" class="v-value">{escape(shown)}{after}</text>'
            f'<rect x="0" y="{y + 1.4:.2f}em" width="100%" height=".8em" rx="3" class="v-track"/>'
            f'<rect x="0" y="{y + 1.4:.2f}em" width="{(value or 0) * 20:.1f}%" height=".8em" rx="3" class="v-bar"/>{scale}'
        )
        if target is not None and not as_it_is:
            kind = "v-chosen" if dimension.id in chosen else "v-proposed"
            rows += (
                f'<svg x="{target * 20}%" y="{y + 1.8:.2f}em" overflow="visible" aria-hidden="true">'
                f'<path d="M0 -8 L8 0 L0 8 L-8 0 Z" class="v-target {kind}"/></svg>'
            )
    height = TOP + len(model.dimensions) * ROW
    return (
        f'<figure class="v-figure v-picture"><svg role="img" aria-label="{words.html("picture.label")}: {escape("; ".join(told))}" '
        f'width="100%" height="{height:.1f}em">{rows}</svg>'
        f'<figcaption class="v-legend"><span><i class="v-key-bar"></i>{words.html("picture.today")}</span>'
        f'<span><i class="v-key-chosen"></i>{words.html("picture.chosen")}</span>'
        f'<span><i class="v-key-proposed"></i>{words.html("picture.proposed")}</span></figcaption></figure>'
    )
