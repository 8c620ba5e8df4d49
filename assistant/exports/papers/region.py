"""The region's report as a paper, and its counts as CSV. Knows the order of the parts; what may be shown was decided before."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from typing import Any

from assistant.domain.region import (
    BANDS,
    INTEREST,
    SAID,
    STAGES_COARSE,
    STAGES_FINE,
    USED,
    ActionCount,
    Advice,
    Distribution,
    RegionReport,
)
from assistant.exports import charts
from assistant.exports.document import (
    Block,
    Document,
    Heading,
    Line,
    Listing,
    Paragraph,
    Picture,
    Table,
    line,
    quiet,
    strong,
)
from assistant.exports.papers.words import PaperWords

_PAIRS = tuple(dict.fromkeys(STAGES_COARSE.values()))
MOST_ACTIONS = 10


def region(report: RegionReport, words: PaperWords) -> Document:
    """The report for a board."""
    own: dict[str, Any] = words.papers["region"]
    blocks: list[Block] = [
        Paragraph(line(own["protection"]), note=True), Paragraph(line(own["basis"]), note=True),
        *_advice(report, words), _picture(report, words),
        Heading(own["items"]), *_items(report, words),
        Heading(own["dimensions"]), _table(own["dimension"], report.dimensions, BANDS, _bands(words), words.dimension, words),
        Heading(own["barriers"]), _table(own["barrier"], report.barriers, SAID, own["said"], words.barrier, words),
        Heading(own["technologies"]),
        _table(own["technology"], report.technology_use, USED, own["used"], words.technology, words),
        _table(own["technology"], report.technology_interest, INTEREST, own["interest"], words.technology, words),
        *_actions(own["drafted"], own["drafted_none"], report.drafted, words),
        *_actions(own["rejected"], own["rejected_none"], report.rejected, words),
        Paragraph(line(quiet(words.model.attribution[words.language])), note=True),
    ]  # fmt: skip
    return words.document(own["title"], own["subject"].format(companies=report.companies), blocks)


def as_csv(report: RegionReport, words: PaperWords) -> str:
    """Lines `part,id,title,cell,label,count`; a hidden count is empty. Action counts are at least so many, in whole fives."""
    made = StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(("part", "id", "title", "cell", "label", "count"))
    writer.writerow(("companies", "", "", "", "", report.companies))
    own = words.papers["region"]
    for part, rows, titled, labels in (
        ("item", report.items, words.item, _stage_labels(words)), ("dimension", report.dimensions, words.dimension, _bands(words)),
        ("barrier", report.barriers, words.barrier, own["said"]), ("technology_use", report.technology_use, words.technology, own["used"]),
        ("technology_interest", report.technology_interest, words.technology, own["interest"]),
    ):  # fmt: skip
        for one in rows:
            for cell, count in one.cells.items():
                writer.writerow((part, one.of, titled(one.of), cell, labels[cell], "" if count is None else count))
    for part, counts in (("drafted_at_least", report.drafted), ("rejected_at_least", report.rejected)):
        for count_ in counts:
            writer.writerow((part, count_.action, words.title(count_.action), "", "", count_.at_least))
    return made.getvalue()


def _advice(report: RegionReport, words: PaperWords) -> list[Block]:
    own = words.papers["region"]
    lines = tuple(_advised(advice, report.companies, words) for advice in report.advice)
    return [Heading(own["advice"]), Listing(lines) if lines else Paragraph(line(own["advice_none"]))]


def _advised(advice: Advice, companies: int, words: PaperWords) -> Line:
    own = words.papers["region"]
    titled = {"item": words.item, "barrier": words.barrier, "technology": words.technology}[advice.kind](advice.what)
    told = own[f"advice_{advice.kind}"].format(**{advice.kind: titled}, count=advice.count, companies=companies)
    told = told[:1].upper() + told[1:]
    action = " " + own["advice_action"].format(action=words.title(advice.action)) if advice.action else ""
    return line(strong(told), action)


def _picture(report: RegionReport, words: PaperWords) -> Picture:
    own, rows, told = words.papers["region"], [], []
    for one in report.items:
        cells = [(count, _place(cell)) for cell, count in one.cells.items()]
        rows.append((words.item(one.of), cells))
        labels = _stage_labels(words)
        shown = [
            own["picture_cell"].format(count=count, stage=labels[cell].lower()) for cell, count in one.cells.items() if count
        ]  # fmt: skip
        told.append(own["picture_row"].format(item=words.item(one.of), cells=", ".join(shown) or own["hidden"]))
    png = charts.shares(rows, report.companies, [str(stage) for stage in range(6)], own["not_assessed"])
    return Picture(
        png, own["picture_alt"].format(rows="; ".join(told) + "."), words.papers["picture"]["region"], charts.WIDTH
    )


def _place(cell: str) -> int:
    """Shade of a cell: its stage, the upper one of a pair, or 6."""
    return 6 if cell == "not_assessed" else int(cell[-1])


def _items(report: RegionReport, words: PaperWords) -> Iterator[Block]:
    own, labels = words.papers["region"], _stage_labels(words)
    single = [one for one in report.items if set(one.cells) == set(STAGES_FINE)]
    paired = [one for one in report.items if set(one.cells) != set(STAGES_FINE)]
    if single:
        yield _table(own["item"], single, STAGES_FINE, labels, words.item, words)
    if paired:
        yield Paragraph(line(own["pairs"]), note=True)
        yield _table(own["item"], paired, _PAIRS, labels, words.item, words)


def _stage_labels(words: PaperWords) -> dict[str, str]:
    own = words.papers["region"]
    labels = {cell: own["stage_of"].format(stage=cell.replace("-", "–")) for cell in (*STAGES_FINE, *_PAIRS)}
    return labels | {"not_assessed": own["not_assessed"]}


def _bands(words: PaperWords) -> dict[str, str]:
    own = words.papers["region"]
    labels = {cell: own["band"].format(low=cell, high=int(cell) + 1) for cell in BANDS if cell.isdigit()}
    return labels | {"not_assessed": own["not_assessed"]}


def _table(
    head: str, rows: Sequence[Distribution], cells: Sequence[str], labels: Any, titled: Any, words: PaperWords
) -> Table:
    hidden = words.papers["region"]["hidden"]

    def shown(count: int | None) -> tuple[Line, ...]:
        return (line(hidden if count is None else str(count)),)

    lines = tuple(((line(titled(one.of)),), *(shown(one.cells[cell]) for cell in cells)) for one in rows)
    numbers = frozenset(range(1, len(cells) + 1))
    return Table((head, *(labels[cell] for cell in cells)), lines, (40, *([72 / len(cells)] * len(cells))), numbers)


def _actions(heading: str, nothing: str, counts: Sequence[ActionCount], words: PaperWords) -> list[Block]:
    own = words.papers["region"]
    if not counts:
        return [Heading(heading), Paragraph(line(nothing))]
    rows = tuple(((line(words.title(one.action)),), (line(str(one.at_least)),)) for one in counts[:MOST_ACTIONS])
    return [Heading(heading), Table((own["action"], own["at_least"]), rows, (80, 32), frozenset({1}))]
