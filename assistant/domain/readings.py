"""Readings of one item: when one is sure, what two of them say together, and which stages to offer. Knows no dialogue."""

from __future__ import annotations

from assistant.domain.acts import Answer
from assistant.domain.profile import Finding
from assistant.domain.state import Asked

SURE = 0.5
"""Probability from which an answer to the asked item is recorded without a further question."""
FLOOR = 0.01
"""Added to a probability before two readings are multiplied, so that one reading alone never rules a stage out."""
FITS = 0.2
"""Probability of the stage from which the first answer, not the follow-up, is quoted for it."""
OFFERED = 2
"""Descriptors that are offered when two answers left the stage open."""


def sure(act: Answer) -> bool:
    """Whether an answer to the asked item is recorded as it is."""
    return act.clicked or act.low != act.high or max(act.scores) >= SURE


def together(before: Answer | None, act: Answer) -> tuple[Answer, bool]:
    """What `act` says together with what was said `before` on the same item (product of the two readings).

    Also whether the words of `before`, not those of `act`, are quoted for it.
    """
    if before is None or before.item != act.item or before.quote == act.quote or act.clicked or act.low != act.high:
        return act, False
    product = [(a + FLOOR) * (b + FLOOR) for a, b in zip(before.scores, act.scores, strict=True)]
    total = sum(product)
    scores = tuple(value / total for value in product)
    stage = max(range(6), key=lambda index: scores[index])
    first = before.scores[stage] >= FITS or before.scores[stage] >= act.scores[stage]
    source = before if first else act
    return source.model_copy(update={"scores": scores, "low": stage, "high": stage}), first


def nearest(act: Answer) -> Asked:
    """The question which of the likeliest stages is closest."""
    likeliest = sorted(range(6), key=lambda stage: -act.scores[stage])[:OFFERED]
    return Asked(id=act.item, form="closest", options=tuple(sorted(likeliest)))


def same(finding: Finding, act: Answer) -> bool:
    """Whether the finding was made from the very same words and reading."""
    said = finding.quote.text if finding.quote else None
    return (finding.low, finding.high, said) == (act.low, act.high, act.quote)
