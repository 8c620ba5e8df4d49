"""Drawings of a report as inline SVG: intervals, reliability, confusion. Knows numbers and shapes, no eval.

Colours are classes that the page's style sets for light and dark.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from evals.metrics import Bar, Figure

_BINS = 10


def interval(one: Figure, bar: Bar | None) -> str:
    """A line from 0 to 1 with the interval, the value and the bar; nothing for figures beyond 1."""
    if not one.cases or not (one.low >= 0 and one.high <= 1) or (bar is not None and bar.value > 1):
        return ""
    width, height = 120, 14
    mark = (
        ""
        if bar is None
        else f'<line class="bar" x1="{bar.value * width:.1f}" x2="{bar.value * width:.1f}" y1="0" y2="{height}"/>'
    )
    return (
        f'<svg class="interval" viewBox="0 0 {width} {height}" width="{width}" height="{height}" aria-hidden="true">'
        f'<line class="axis" x1="0" x2="{width}" y1="7" y2="7"/>'
        f'<line class="range" x1="{one.low * width:.1f}" x2="{max(one.high, one.low + 0.01) * width:.1f}" y1="7" y2="7"/>'
        f'<circle class="dot" cx="{min(max(one.value * width, 3), width - 3):.1f}" cy="7" r="3"/>{mark}</svg>'
    )


def reliability(title: str, pairs: Sequence[Sequence[float]]) -> str:
    """How often right by how sure: `pairs` of (confidence 0 to 1, right 0 or 1); a dot for each tenth."""
    size, edge = 240, 36
    sure = np.array([pair[0] for pair in pairs], float)
    right = np.array([pair[1] for pair in pairs], float)
    place = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    dots = []
    for bin_ in np.unique(place):
        mine = place == bin_
        x, y, n = float(sure[mine].mean()), float(right[mine].mean()), int(mine.sum())
        dots.append(
            f'<circle class="dot" cx="{edge + x * size:.1f}" cy="{edge + (1 - y) * size:.1f}" r="{2 + n**0.5:.1f}">'
            f"<title>sure {x:.2f}, right {y:.2f}, {n} answers</title></circle>"
        )
    ticks = "".join(
        f'<text x="{edge + v * size}" y="{edge + size + 16}" text-anchor="middle">{v:g}</text>'
        f'<text x="{edge - 6}" y="{edge + (1 - v) * size + 4}" text-anchor="end">{v:g}</text>'
        for v in (0, 0.5, 1)
    )
    whole = size + 2 * edge
    return (
        f'<figure><svg viewBox="0 0 {whole} {whole}" width="{whole}" role="img" aria-label="{escape(title)}">'
        f'<rect class="frame" x="{edge}" y="{edge}" width="{size}" height="{size}"/>'
        f'<line class="axis" x1="{edge}" y1="{edge + size}" x2="{edge + size}" y2="{edge}"/>{"".join(dots)}{ticks}</svg>'
        f"<figcaption>{escape(title)}: how often right (up), by how sure (right)</figcaption></figure>"
    )


def confusion(title: str, counts: Sequence[Sequence[int]]) -> str:
    """Rows: label 0 to 5; columns: read 0 to 5, and nothing."""
    cell, edge = 28, 26
    table = np.array(counts, int)
    shares = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    parts = []
    for row in range(table.shape[0]):
        for column in range(table.shape[1]):
            x, y, n = edge + column * cell, edge + row * cell, int(table[row, column])
            kind = "right" if column == row else "wrong"
            parts.append(f'<rect class="frame" x="{x}" y="{y}" width="{cell - 2}" height="{cell - 2}"/>')
            if n:
                parts.append(
                    f'<rect class="{kind}" x="{x}" y="{y}" width="{cell - 2}" height="{cell - 2}" '
                    f'fill-opacity="{0.15 + 0.6 * shares[row, column]:.2f}"/>'
                    f'<text x="{x + cell / 2 - 1}" y="{y + 18}" text-anchor="middle">{n}</text>'
                )
        parts.append(f'<text x="{edge - 8}" y="{edge + row * cell + 18}" text-anchor="end">{row}</text>')
    heads = "".join(
        f'<text x="{edge + c * cell + cell / 2 - 1}" y="{edge - 8}" text-anchor="middle">{"–" if c == 6 else c}</text>'
        for c in range(table.shape[1])
    )
    width, height = edge + table.shape[1] * cell + 4, edge + table.shape[0] * cell + 4
    return (
        f'<figure><svg viewBox="0 0 {width} {height}" width="{width}" role="img" aria-label="{escape(title)}">{heads}'
        f"{''.join(parts)}</svg><figcaption>{escape(title)}</figcaption></figure>"
    )
