"""Reports to look at: one HTML file with figures, reliability plot and confusion matrices, nothing fetched from anywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Protocol

import numpy as np

from assistant.domain.maturity import LANGUAGES, STAGES
from evals.labelled import CLEAR, Labelled
from evals.metrics import Figure

_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#1c2530}
table{border-collapse:collapse;margin:1rem 0}td,th{padding:.2rem .6rem;border-bottom:1px solid #dde3ea;text-align:left}
td.n{text-align:right;font-variant-numeric:tabular-nums}.row{display:flex;flex-wrap:wrap;gap:2rem}figure{margin:0}
figcaption{font-size:.85rem;color:#55606c}svg text{font:12px system-ui,sans-serif;fill:#1c2530}h2{margin-top:2.5rem}
"""
_BINS = 10


class Reading(Protocol):
    """One answer that was read, as far as the report needs it."""

    @property
    def row(self) -> Labelled:
        """What was said, with its label."""

    @property
    def stage(self) -> float | None:
        """What was read."""

    @property
    def confidence(self) -> float:
        """How sure, 0 to 1."""

    @property
    def exact(self) -> bool:
        """Just the label."""


def reading(path: Path, part: str, made: Sequence[Reading], figures: Mapping[str, Figure]) -> Path:
    """Writes the report on single answers to `path` and returns it."""
    clear = [one for one in made if one.row.kind == CLEAR]
    by_item: dict[str, list[Reading]] = {}
    for one in clear:
        by_item.setdefault(one.row.item, []).append(one)
    said = [one for one in made if one.stage is not None]
    plots = [
        _reliability(f"Certainty, {name}", [one for one in said if one.row.language == language])
        for language, name in zip(LANGUAGES, ("English", "Danish"), strict=True)
    ]
    body = [
        f"<h1>How well answers are read: part “{escape(part)}”</h1>",
        f"<p>{len(made)} answers, {len(clear)} of them clear. The brackets are 95 % intervals.</p>",
        _table(figures),
        "<h2>Certainty</h2><p>Each dot is a tenth of the scale: how sure the reader was, and how often it was right.</p>",
        f'<div class="row">{"".join(plots)}</div>',
        "<h2>Clear answers: label against what was read</h2>",
        f'<div class="row">{_confusion("All items", clear)}</div>',
        "<h2>The same, item by item</h2>",
        f'<div class="row">{"".join(_confusion(item, rows) for item, rows in sorted(by_item.items()))}</div>',
    ]
    return _write(path, f"Reading, {part}", "\n".join(body))


def dialogues(path: Path, part: str, figures: Mapping[str, Figure], transcripts: Sequence[tuple[str, str]]) -> Path:
    """Writes the report on played dialogues to `path`, each transcript to be unfolded, and returns it."""
    told = "".join(
        f"<details><summary>{escape(n)}</summary><pre style='white-space:pre-wrap'>{escape(t)}</pre></details>"
        for n, t in transcripts
    )
    return _write(
        path,
        f"Dialogues, {part}",
        f"<h1>Played dialogues: part “{escape(part)}”</h1>{_table(figures)}<h2>Transcripts</h2>{told}",
    )


def _write(path: Path, title: str, body: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    page = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>{body}</html>'
    path.write_text(page, encoding="utf-8")
    return path


def _table(figures: Mapping[str, Figure]) -> str:
    rows = "".join(
        f"<tr><td>{'&emsp;' if name.startswith(' ') else ''}{escape(name.strip())}</td><td class=n>{one.value:.3f}</td>"
        f"<td class=n>[{one.low:.3f}, {one.high:.3f}]</td><td class=n>{one.cases}</td></tr>"
        for name, one in figures.items()
    )
    return f"<table><tr><th>figure</th><th>value</th><th>95 %</th><th>cases</th></tr>{rows}</table>"


def _reliability(title: str, said: Sequence[Reading]) -> str:
    size, edge = 260, 36
    dots = []
    place = np.minimum((np.array([one.confidence for one in said]) * _BINS).astype(int), _BINS - 1)
    for bin_ in np.unique(place):
        held = [one for one, at in zip(said, place, strict=True) if at == bin_]
        sure = sum(one.confidence for one in held) / len(held)
        right = sum(one.exact for one in held) / len(held)
        x, y = edge + sure * size, edge + (1 - right) * size
        dots.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{2 + len(held) ** 0.5:.1f}" fill="#0b6e99" fill-opacity=".65">'
            f"<title>sure {sure:.2f}, right {right:.2f}, {len(held)} answers</title></circle>"
        )
    ticks = "".join(
        f'<text x="{edge + v * size}" y="{edge + size + 16}" text-anchor="middle">{v:g}</text>'
        f'<text x="{edge - 6}" y="{edge + (1 - v) * size + 4}" text-anchor="end">{v:g}</text>'
        for v in (0, 0.5, 1)
    )
    return (
        f'<figure><svg width="{size + 2 * edge}" height="{size + 2 * edge}" role="img" aria-label="{escape(title)}">'
        f'<rect x="{edge}" y="{edge}" width="{size}" height="{size}" fill="none" stroke="#b8c2cc"/>'
        f'<line x1="{edge}" y1="{edge + size}" x2="{edge + size}" y2="{edge}" stroke="#b8c2cc" stroke-dasharray="4"/>'
        f'{"".join(dots)}{ticks}<text x="{edge}" y="{edge - 12}">{escape(title)}: how often right, by how sure</text></svg></figure>'
    )


def _confusion(title: str, rows: Sequence[Reading]) -> str:
    cell, edge = 30, 40
    counts = np.zeros((6, 7), int)
    for one in rows:
        if isinstance(one.row.stage, int):
            counts[one.row.stage, 6 if one.stage is None else round(one.stage)] += 1
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    parts = []
    for stage in STAGES:
        for column in range(7):
            x, y = edge + column * cell, edge + stage * cell
            shade = shares[stage, column]
            colour = "11,110,153" if column == stage else "192,57,43"
            parts.append(
                f'<rect x="{x}" y="{y}" width="{cell - 1}" height="{cell - 1}" fill="rgba({colour},{shade:.2f})" stroke="#dde3ea"/>'
            )
            if counts[stage, column]:
                parts.append(
                    f'<text x="{x + cell / 2}" y="{y + 19}" text-anchor="middle">{counts[stage, column]}</text>'
                )
        parts.append(f'<text x="{edge - 8}" y="{edge + stage * cell + 19}" text-anchor="end">{stage}</text>')
    heads = "".join(
        f'<text x="{edge + c * cell + 15}" y="{edge - 6}" text-anchor="middle">{"–" if c == 6 else c}</text>'
        for c in range(7)
    )
    return (
        f'<figure><svg width="{edge + 7 * cell + 8}" height="{edge + 6 * cell + 8}" role="img" aria-label="{escape(title)}">'
        f'<text x="0" y="14">{escape(title)}</text>{heads}{"".join(parts)}</svg><figcaption>rows: label, columns: read (– nothing)</figcaption></figure>'
    )
