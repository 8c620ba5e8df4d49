"""Drawings of a report as SVG files that stand alone: ratios against their bars, quality, load. Knows numbers and shapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import log
from typing import Any

_WIDE, _LEFT, _RIGHT, _TALL = 860, 330, 70, 26
_MET, _MISSED, _PLAIN, _LINE = "#10546e", "#b65a12", "#7ba5b8", "#606872"
_SERIES = ("#10546e", "#b65a12")
_MOST = 10.0
"""Ratios beyond this, and below its inverse, are drawn at the end of the axis."""


def drawn(report: Mapping[str, Any]) -> dict[str, str]:
    """Name -> drawing; those for which there are no rows are left out."""
    rows: Sequence[Mapping[str, Any]] = report["rows"]
    made = {
        "ratios": _ratios([row for row in rows if row["bar"]]),
        "quality": _bars(rows, "ndcg-", "nDCG@10: Vejviser (dark) and each of the others (light), same questions"),
        "indexing": _bars(rows, "indexing-", "Passages taken in a second: Vejviser (dark), the others (light)"),
        "load": _load([row for row in rows if row["row"].startswith("load-") and "p95_s" in row]),
        "turn": _steps([row for row in rows if row["what"].startswith("of it ")]),
    }
    return {name: drawing for name, drawing in made.items() if drawing}


def _ratios(rows: Sequence[Mapping[str, Any]]) -> str:
    """Every ratio that has a bar, on a logarithmic axis, with a mark at the bar."""
    if not rows:
        return ""

    def at(value: float) -> float:
        inside = min(max(value, 1 / _MOST), _MOST)
        return _LEFT + (log(inside) / log(_MOST) + 1) / 2 * (_WIDE - _LEFT - _RIGHT)

    parts, below = [], 44 + len(rows) * _TALL
    for value in (0.1, 0.3, 1, 3, 10):
        parts += [
            _line(at(value), 34, at(value), below, "#e4eaee"),
            _text(at(value), 28, f"{value:g}", "middle", _LINE),
        ]
    for number, row in enumerate(rows):
        y, colour = 54 + number * _TALL, _MET if row["met"] else _MISSED
        limit = at(float(row["bar"].partition(" ")[2]))
        parts += [
            _text(_LEFT - 12, y + 4, row["row"], "end"), _line(limit, y - 9, limit, y + 9, _LINE, 2),
            f'<circle cx="{at(row["ratio"]):.1f}" cy="{y}" r="5" fill="{colour}"/>',
            _text(_WIDE - _RIGHT + 10, y + 4, f"{row['ratio']:.2f} {'' if row['met'] else '!'}", "start", colour),
        ]  # fmt: skip
    title = "Ratios and their bars (the upright marks); ! is a missed one"
    return _sheet(title, below + 10, parts)


def _bars(rows: Sequence[Mapping[str, Any]], start: str, title: str) -> str:
    """Two bars for each row whose name begins with `start`: ours and theirs."""
    mine = [row for row in rows if row["row"].startswith(start) and "figure" in row and "MB" not in row["shown"]]
    if not mine:
        return ""
    pairs = [tuple(_value(row[name]) for name in ("figure", "floor_figure")) for row in mine]
    most = max(max(pair) for pair in pairs) or 1.0
    unit, parts = (_WIDE - _LEFT - _RIGHT) / most, []
    for number, (row, pair) in enumerate(zip(mine, pairs, strict=True)):
        y = 44 + number * 42
        parts.append(_text(_LEFT - 12, y + 18, f"{row['against']}: {row['on']}"[:52], "end"))
        for place, (value, colour) in enumerate(zip(pair, (_MET, _PLAIN), strict=True)):
            top = y + place * 15
            parts += [
                f'<rect x="{_LEFT}" y="{top}" width="{max(value * unit, 1):.1f}" height="13" fill="{colour}"/>',
                _text(_LEFT + value * unit + 6, top + 11, f"{value:.3g}", "start", _LINE),
            ]
    return _sheet(title, 50 + len(mine) * 42, parts)


def _load(rows: Sequence[Mapping[str, Any]]) -> str:
    """The 95th percentile of a turn by how many talk at once, a line for each number of cores."""
    if not rows:
        return ""
    points: dict[int, list[tuple[int, float]]] = {}
    for row in rows:
        _, cores, level = row["row"].split("-")
        points.setdefault(int(cores), []).append((int(level), row["p95_s"]))
    levels = sorted({level for mine in points.values() for level, _ in mine})
    most = max(value for mine in points.values() for _, value in mine)
    left, top, tall = 80, 50, 260
    wide = (_WIDE - left - 120) / max(1, len(levels) - 1)
    parts = [_line(left, top + tall, _WIDE - 120, top + tall, _LINE), _line(left, top, left, top + tall, _LINE)]
    parts += [_text(left + n * wide, top + tall + 18, str(level), "middle", _LINE) for n, level in enumerate(levels)]
    parts += [_text(left - 8, top + 5, f"{most:.2g} s", "end", _LINE), _text(left - 8, top + tall, "0", "end", _LINE)]
    for colour, (cores, mine) in zip(_SERIES, sorted(points.items()), strict=False):
        places = [(left + levels.index(level) * wide, top + tall * (1 - value / most)) for level, value in sorted(mine)]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>' for x, y in places]
        x, y = places[-1]
        parts.append(_text(x + 10, y + 4, f"{cores} core{'s' * (cores > 1)}", "start", colour))
    return _sheet("95th percentile of a turn, by how many talk at once without thinking", top + tall + 36, parts)


def _steps(rows: Sequence[Mapping[str, Any]]) -> str:
    """Where the time of the turns goes, as one bar."""
    whole = sum(row["ratio"] for row in rows)
    if not whole:
        return ""
    shades, x, parts = ("#0d4760", "#2a6a87", "#4f87a0", "#7ba5b8", "#a3bfcc"), 30.0, []
    for number, (row, shade) in enumerate(zip(rows, shades, strict=False)):
        wide = row["ratio"] / whole * (_WIDE - 60)
        parts.append(f'<rect x="{x:.1f}" y="44" width="{wide:.1f}" height="30" fill="{shade}"/>')
        share = f"{row['what'].removeprefix('of it ')} {100 * row['ratio']:.1f} %"
        parts += [
            f'<rect x="{30 + number * 160}" y="90" width="12" height="12" fill="{shade}"/>',
            _text(48 + number * 160, 101, share, "start"),
        ]
        x += wide
    return _sheet("Where the time of a turn goes", 120, parts)


def _value(figure: Mapping[str, Any]) -> float:
    return float(figure["median"] if "median" in figure else figure["value"])


def _sheet(title: str, height: float, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {height:.0f}" width="{_WIDE}" role="img" '
        f'aria-label="{escape(title)}" font-family="sans-serif" font-size="12">'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{_text(16, 16, title, "start")}{"".join(parts)}</svg>\n'
    )


def _text(x: float, y: float, text: str, anchor: str, colour: str = "#20262e") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(text)}</text>'


def _line(x: float, y: float, right: float, bottom: float, colour: str, wide: int = 1) -> str:
    return (
        f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{right:.1f}" y2="{bottom:.1f}" stroke="{colour}" stroke-width="{wide}"/>'
    )
