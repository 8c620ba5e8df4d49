"""The same company over time: every item at every time in the words of that time, as a paper or as a part of the profile.

Knows the order of the parts; a change is what the domain counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.domain.maturity import Dimension
from assistant.domain.profile import Scores
from assistant.domain.state import State
from assistant.domain.times import Comparison, ItemOverTime, Then
from assistant.exports.document import Block, Document, Heading, Line, Listing, Paragraph, Table, line, quiet, strong
from assistant.exports.papers.words import PaperWords


def times(state: State, found: Comparison, words: PaperWords) -> Document:
    """The paper of all times."""
    return words.document(words.shared["times"], words.subject(state.profile), _parts(found, words, 1))


def over_time(found: Comparison, words: PaperWords) -> list[Block]:
    """All times as a part of another paper; nothing where there is only one."""
    return [] if len(found.labels) < 2 else [Heading(words.shared["times"]), *_parts(found, words, 2)]


def _parts(found: Comparison, words: PaperWords, level: int) -> list[Block]:
    shared = words.shared
    blocks: list[Block] = [] if len(found.labels) > 1 else [Paragraph(line(shared["times_one"]))]
    blocks.append(Listing(tuple(
        _time(label, on, scores, words) for label, on, scores in zip(found.labels, found.dates, found.scores, strict=True)
    )))  # fmt: skip
    blocks.append(Paragraph(line(quiet(shared["times_note"])), note=True))
    items = {one.item: one for one in found.items}
    for dimension in words.model.dimensions:
        blocks.append(Heading(words.dimension(dimension.id), 1 if level == 1 else 2))
        blocks += _dimension(dimension, items, found.labels, words)
    return blocks


def _time(label: str, on: str, scores: Scores, words: PaperWords) -> Line:
    key = "times_score" if scores.overall is not None else "times_score_none"
    return line(words.shared[key].format(
        label=label, on=words.day(on), score=words.number(scores.overall), assessed=scores.assessed, of=scores.of,
    ))  # fmt: skip


def _dimension(
    dimension: Dimension, items: dict[str, ItemOverTime], labels: Sequence[str], words: PaperWords
) -> Iterator[Block]:
    shown = [items[name] for name in dimension.items if any(then.stage is not None for then in items[name].then)]
    never = [words.item(name) for name in dimension.items if items[name] not in shown]
    if shown:
        own = words.papers["times"]
        header = (words.papers["profile"]["item"], own["time"], own["stage"], words.papers["profile"]["words"])
        rows = tuple(row for item in shown for row in _rows(item, labels, words))
        yield Table(header, rows, (24, 12, 24, 52))
    if never:
        yield Paragraph(line(quiet(words.shared["times_never"].format(items=", ".join(never)))), note=True)


def _rows(item: ItemOverTime, labels: Sequence[str], words: PaperWords) -> Iterator[tuple[tuple[Line, ...], ...]]:
    """One row for each time; the item stands in the first, what changed in the second."""
    change = (line(quiet(_change(item.change, words))),) if len(labels) > 1 else ()
    for number, (label, then) in enumerate(zip(labels, item.then, strict=True)):
        name: tuple[Line, ...] = (line(strong(words.item(item.item))),) if not number else change if number == 1 else ()
        quote = (words.quote(then.quote),) if then.quote else ()
        yield name, (line(label),), (line(_stage(then, words)),), quote


def _stage(then: Then, words: PaperWords) -> str:
    status = words.shared["status"][then.status or "not_asked"]
    shown = words.stage(then.stage)
    return f"{shown}, {status}" if status else shown


def _change(change: float | None, words: PaperWords) -> str:
    texts = words.shared["times_change"]
    if change is None:
        return str(texts["none"])
    key = "same" if not change else "up" if change > 0 else "down"
    return str(texts[key].format(value=words.number(abs(change))))
