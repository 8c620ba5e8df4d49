"""What the company points at instead of saying it: a stage, a fact, a target, as acts that carry the words that were clicked. Pure.

A click on something that was not asked about corrects; one that answers the pending question answers it.
"""

from __future__ import annotations

from collections.abc import Mapping

from assistant.domain.acts import FACTS, Answer, Fact, TargetChosen
from assistant.domain.maturity import STAGES, MaturityModel
from assistant.domain.refused import Refused
from assistant.domain.state import State

LONGEST_FACT = 120
"""Characters at the most."""
MOST_EMPLOYEES = 100_000


def pointed(model: MaturityModel, state: State, item: str, stage: int, start: int = 0) -> Answer:
    """The answer "this descriptor fits us", whose words begin at `start` of the turn.

    Raises:
        ValueError: there is no such item or stage.
    """
    if item not in model.items or stage not in STAGES:
        raise Refused("gone", f"{item!r}, stage {stage!r}: there is none by that name.")
    text = model.items[item].descriptors[stage][state.language]
    certain = [float(number == stage) for number in range(6)]
    return Answer(
        quote=text, start=start, end=start + len(text), item=item, low=stage, high=stage, asked=True, clicked=True,
        correction=item in state.profile.findings or not _asked(state, item),
        scores=(certain[0], certain[1], certain[2], certain[3], certain[4], certain[5]),
    )  # fmt: skip


def stated(state: State, field: str, value: str, names: Mapping[str, Mapping[str, str]], start: int = 0) -> Fact:
    """A company fact in place of the one that was recorded, whose words begin at `start` of the turn.

    Args:
        state: Where the conversation stands.
        field: One of FACTS.
        value: As written, or the id of one of `names`.
        names: Field that takes one of a list -> id -> name, which stands as the words.
        start: Where the words begin.

    Raises:
        ValueError: there is no such fact, or it cannot have that value.
    """
    shown = " ".join("".join(sign if sign.isprintable() else " " for sign in value).split())
    if field not in FACTS:
        raise Refused("gone", f"{field!r}: is no fact about a company.")
    if not shown:
        raise Refused("empty", f"{field}: is empty; say what is right, or take it out.")
    if len(shown) > LONGEST_FACT:
        sentence = f"{field}: {len(shown):,} characters are more than {LONGEST_FACT}; say it shorter."
        raise Refused("long", sentence, length=len(shown), most=LONGEST_FACT)
    meant: int | str = shown
    if field in names:
        if shown not in names[field]:
            raise Refused("gone", f"{field} {shown!r}: take one of {', '.join(names[field])}.")
        shown = names[field][shown]
    if field == "employees":
        if not shown.isascii() or not shown.isdigit() or not 1 <= int(shown) <= MOST_EMPLOYEES:
            raise Refused("number", f"employees {shown!r}: write a whole number from 1 to {MOST_EMPLOYEES:,}.")
        meant = int(shown)
    settling = _asked(state, f"company.{field}")
    return Fact(
        field=field, value=meant, quote=shown, start=start, end=start + len(shown), correction=not settling
    )  # fmt: skip


def aimed(model: MaturityModel, state: State, dimension: str, stage: int, quote: str, start: int = 0) -> TargetChosen:
    """The stage that the company wants to reach in `dimension`; `quote` stands at `start` of the turn.

    Raises:
        ValueError: there is no such dimension or stage.
    """
    if dimension not in {one.id for one in model.dimensions} or stage not in STAGES:
        raise Refused("gone", f"{dimension!r}, stage {stage!r}: there is none by that name.")
    return TargetChosen(
        dimension=dimension, stage=stage, quote=quote, start=start, end=start + len(quote),
        correction=not _asked(state, "targets"),
    )  # fmt: skip


def _asked(state: State, what: str) -> bool:
    return state.asked is not None and state.asked.id == what
