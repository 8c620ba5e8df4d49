"""What changed between two plans, and why an action is gone. Knows plans only."""

from __future__ import annotations

from difflib import SequenceMatcher

from pydantic import BaseModel, ConfigDict

from assistant.domain.planned import Plan


class Gone(BaseModel):
    """An action that is no longer in the plan."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    action: str
    why: str
    """rejected, done, left_out (a barrier), put_off (money, room or what comes before), else no_cause."""


class Changes(BaseModel):
    """What is different in the newer of two plans; everything empty when nothing is."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    added: tuple[str, ...] = ()
    gone: tuple[Gone, ...] = ()
    moved: tuple[str, ...] = ()
    """In another order or stage."""
    changed: tuple[str, ...] = ()
    """Other words, owner or month."""
    targets: dict[str, tuple[int | None, int | None]] = {}
    """Dimension -> (before, now)."""
    capacity: bool = False

    def __bool__(self) -> bool:
        return bool(self.added or self.gone or self.moved or self.changed or self.targets or self.capacity)


def compare(old: Plan, new: Plan) -> Changes:
    """What is different in `new`."""
    before, after = _lines(old), _lines(new)
    why = {left.action: "left_out" for left in new.left_out} | {waits.action: "put_off" for waits in new.put_off}
    why |= {no.action: "rejected" for no in new.rejected} | {finished.action: "done" for finished in new.done}
    both = [name for name in before if name in after]
    now = [name for name in after if name in before]
    blocks = SequenceMatcher(a=both, b=now, autojunk=False).get_matching_blocks()
    kept = {name for block in blocks for name in now[block.b : block.b + block.size]}
    dimensions = [*old.targets, *(name for name in new.targets if name not in old.targets)]
    targets = {name: (old.targets.get(name), new.targets.get(name)) for name in dimensions}
    return Changes(
        added=tuple(name for name in after if name not in before),
        gone=tuple(Gone(action=name, why=why.get(name, "no_cause")) for name in before if name not in after),
        moved=tuple(name for name in now if name not in kept or before[name][0] != after[name][0]),
        changed=tuple(name for name in now if before[name][1:] != after[name][1:]),
        targets={name: pair for name, pair in targets.items() if pair[0] != pair[1]},
        capacity=old.capacity != new.capacity,
    )


def _lines(plan: Plan) -> dict[str, tuple[str, str, str, str]]:
    """Action -> (stage, words, owner, month), in order."""
    lines: dict[str, tuple[str, str, str, str]] = {}
    for step in plan.steps:
        settled = {one.action: (one.decided.text, one.decided.owner, one.decided.month) for one in step.actions}
        settled |= {own.id: (own.text, own.owner, own.month) for own in step.own}
        lines |= {name: (step.stage, *settled[name]) for name in step.order or settled}
    return lines
