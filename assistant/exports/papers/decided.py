"""What the company decided about its plan, in words: beside each action, below the plan, and as papers of its versions.

Knows the words of decisions and their order; rules over nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.domain.approval import own_words
from assistant.domain.changes import Changes, compare
from assistant.domain.planned import Decided, OwnAction, Plan, PlanVersion
from assistant.domain.state import State
from assistant.exports.document import (
    Block,
    Document,
    Heading,
    Line,
    Listing,
    Paragraph,
    Table,
    line,
    shortened,
    strong,
)
from assistant.exports.papers.words import LONGEST_TITLE, PaperWords

_SHORT_TITLE, _SHORT_NAME = 45, 24
"""Characters of a title and a name where both stand in a box of a picture."""
Row = tuple[str, tuple[Line, ...]]
"""What a row is called, and its lines."""


def table(rows: Sequence[Row]) -> Table:
    """Rows with their names in front; one without lines is left out."""
    kept = tuple(((line(strong(name)),), lines) for name, lines in rows if lines)
    return Table(("", ""), kept, (24, 90), headless=True)


def settled(decided: Decided, words: PaperWords) -> list[Row]:
    """The rows of what was settled about one action; none where nothing was."""
    shared, own = words.shared, words.papers["plan"]
    before = shared["rejected_before"].format(reason=decided.before) if decided.before else ""
    rows = [
        (own["status"], shared["agreed"] if decided.agreed else ""), (shared["owner"], decided.owner),
        (shared["month"], words.month(decided.month) if decided.month else ""), (shared["own_words"], decided.text),
        (own["before"], before),
    ]  # fmt: skip
    return [(name, (line(text),)) for name, text in rows if text]


def own_action(own: OwnAction, words: PaperWords) -> list[Block]:
    """An action of the company's own; words too long for a heading stand below it whole."""
    decided = Decided(agreed=own.agreed, owner=own.owner, month=own.month)
    if len(own.text) > LONGEST_TITLE:
        decided = decided.model_copy(update={"text": own.text})
    whose: Row = (words.papers["plan"]["whose"], (line(words.shared["own_action"]),))
    return [Heading(words.title("", own.text), 2), table([whose, *settled(decided, words)])]


def named(text: str, decided: Decided | OwnAction, words: PaperWords, action: str = "") -> str:
    """An action by its title in few words, with who does it and when behind."""
    month = words.month(decided.month) if decided.month else ""
    behind = ", ".join(part for part in (shortened(decided.owner, _SHORT_NAME), month) if part)
    title = words.title(action, text)
    return f"{shortened(title, _SHORT_TITLE)} ({behind})" if behind else title


def beside(plan: Plan, words: PaperWords) -> list[Block]:
    """What is left out, waits, was rejected and is done, each with its reason."""
    shared = words.shared
    out = [
        line(shared["left_out_line"].format(action=words.title(one.action), barrier=words.barrier(one.barrier)))
        for one in plan.left_out
    ]
    waits = [
        line(shared["put_off_line"].format(action=words.title(one.action), reason=words.waits(one)))
        for one in plan.put_off
    ]
    no = []
    for one in plan.rejected:
        by = shared["rejected_by"].format(by=one.by) if one.by else ""
        told = shared["rejected_line"].format(action=words.title(one.action, one.text), reason=one.reason)
        no.append(line(told + by))
    done = [line(words.title(one.action, one.text)) for one in plan.done]
    return _listed(
        (shared["left_out"], out), (shared["put_off"], waits), (shared["rejected"], no), (shared["done"], done)
    )


def changed_since(state: State, plan: Plan, words: PaperWords) -> list[Block]:
    """What is different in `plan` from the version that was approved last."""
    version = state.versions[-1]
    heading = words.shared["changes"].format(version=version.number)
    lines = [line(one) for one in told(compare(version.plan, plan), version, own_words(state.decisions), words)]
    return _listed((heading, lines))


def changes(state: State, found: Changes, version: PlanVersion, words: PaperWords) -> Document:
    """The paper of what is different from `version`."""
    lines = [line(one) for one in told(found, version, own_words(state.decisions), words)]
    blocks: list[Block] = [Listing(tuple(lines)) if lines else Paragraph(line(words.shared["changes_none"]))]
    title = words.shared["changes"].format(version=version.number)
    return words.document(title, words.subject(state.profile), blocks)


def versions(state: State, words: PaperWords) -> Document:
    """The paper of the approved versions, oldest first."""
    shared = words.shared
    lines = [
        line(shared["version_line"].format(version=one.number, who=one.who, on=words.day(one.on)))
        for one in state.versions
    ]
    blocks: list[Block] = [Listing(tuple(lines)) if lines else Paragraph(line(shared["versions_none"]))]
    return words.document(shared["versions"], words.subject(state.profile), blocks)


def told(found: Changes, version: PlanVersion, own: Mapping[str, str], words: PaperWords) -> list[str]:
    """One line for each change; `own` are the words of the company's own actions."""
    words = words.with_actions({one.id: one for one in version.actions} | dict(words.actions))
    shared = words.shared
    mine = {one.id: one.text for one in version.plan.own} | dict(own)

    def title(name: str) -> str:
        return words.title(name, mine.get(name, ""))

    lines = []
    for key, names in (("added", found.added), ("moved", found.moved), ("changed", found.changed)):
        lines += [shared["change"][key].format(action=title(name)) for name in names]
    lines += [shared["gone"][gone.why].format(action=title(gone.action)) for gone in found.gone]
    for dimension, pair in found.targets.items():
        before, after = (shared["not_assessed"] if value is None else value for value in pair)
        lines.append(
            shared["change"]["target"].format(dimension=words.dimension(dimension), before=before, after=after)
        )
    return [*lines, shared["change"]["capacity"]] if found.capacity else lines


def _listed(*parts: tuple[str, list[Line]]) -> list[Block]:
    blocks: list[Block] = []
    for heading, lines in parts:
        if lines:
            blocks += [Heading(heading), Listing(tuple(lines))]
    return blocks
