"""How papers say what a state holds: stages, quotes, companies, sources, in one language. Knows texts; lays out nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.domain.dates import day, month
from assistant.domain.maturity import Language, MaturityModel
from assistant.domain.plan import Action
from assistant.domain.planned import Capacity, PutOff
from assistant.domain.profile import Finding, Profile, Quote
from assistant.domain.sources import Source
from assistant.exports.document import Block, Document, Line, Run, clean, line, shortened
from assistant.exports.json import AUTOMATED

LONGEST_TITLE = 80
"""Characters of the company's own words where they stand as a title."""
_FIXED = "\u00a0"
"""A space at which no line is broken."""
_MARKS = {"en": ("“", "”"), "da": ("»", "«")}


class PaperWords:
    """The words of papers in one language.

    Args:
        language: Language of the paper.
        replies: Parsed `prompts/replies.<language>.yaml`.
        papers: Parsed `prompts/documents.<language>.yaml`.
        model: The maturity model.
        actions: The library of actions.
        to_read: Source of an action -> where it stands.
    """

    def __init__(
        self, language: Language, replies: Mapping[str, Any], papers: Mapping[str, Any], model: MaturityModel,
        actions: Mapping[str, Action], to_read: Mapping[str, Source],
    ) -> None:  # fmt: skip
        self.language, self.replies, self.papers = language, replies, papers
        self.model, self.actions, self.to_read = model, actions, to_read
        self.shared: Mapping[str, Any] = replies["document"]

    def document(self, title: str, subject: str, blocks: Sequence[Block], compact: bool = False) -> Document:
        """A whole paper with its notice."""
        return Document(
            title=title, subject=subject, language=self.language, notice=AUTOMATED[self.language],
            page=self.papers["page"], blocks=tuple(blocks), compact=compact,
        )  # fmt: skip

    def with_actions(self, actions: Mapping[str, Action]) -> PaperWords:
        """The same words over other actions: those of an approved version keep the texts that they had then."""
        return PaperWords(self.language, self.replies, self.papers, self.model, actions, self.to_read)

    # --- companies ---

    def subject(self, profile: Profile, sector: str | None = None, employees: int | None = None) -> str:
        """The name of the company, else its trade, place and size as far as known."""
        facts = profile.company()
        employees = employees if employees is not None else facts.get("employees")  # type: ignore[assignment]
        size = self.papers["company_size"].format(employees=employees) if employees is not None else ""
        if name := facts.get("name"):
            who = shortened(clean(str(name)), 60)
        else:
            trade = sector or facts.get("sector")
            where = facts.get("municipality")
            shown = self.replies["sector"].get(str(trade)) if trade else None
            if shown and where:
                who = self.papers["company_unnamed"].format(sector=shown, place=clean(str(where)))
            elif shown or where:
                who = self.papers["company_in"].format(what=shown) if shown else clean(str(where))
            else:
                who = self.papers["company_unknown"]
        who = who[:1].upper() + who[1:]
        return f"{who}, {size}" if size else who

    def fact(self, field: str, value: int | str) -> str:
        """A fact's value in words."""
        if field in ("sector", "order_type"):
            return str(self.replies[field].get(str(value), value))
        return str(value)

    # --- findings ---

    def item(self, name: str) -> str:
        """Title of an item."""
        return self.model.items[name].title[self.language]

    def dimension(self, name: str) -> str:
        """Title of a dimension."""
        return self.model.dimension(name).title[self.language]

    def barrier(self, name: str) -> str:
        """Title of a barrier."""
        return next(one for one in self.model.barriers if one.id == name).title[self.language]

    def technology(self, name: str) -> str:
        """Title of a technology."""
        return next(one for one in self.model.technologies if one.id == name).title[self.language]

    def stage(self, stage: int | tuple[int, int] | None) -> str:
        """`stage 2 (transparent)`, `between stage 1 and 4`, or that it is not assessed."""
        if stage is None:
            return str(self.shared["not_assessed"])
        if isinstance(stage, tuple):
            return str(self.shared["stage_range"].format(low=stage[0], high=stage[1]))
        return str(self.shared["stage"].format(stage=stage, name=self.model.stages[stage].title[self.language]))

    def finding(self, finding: Finding | None) -> str:
        """The stage of a finding with what is to be said about it."""
        status = self.shared["status"][finding.status if finding else "not_asked"]
        shown = self.stage(finding.stage if finding else None)
        return f"{shown}, {status}" if status else shown

    def number(self, value: float | None) -> str:
        """A score with one decimal, or that it is not assessed."""
        return (
            str(self.shared["not_assessed"]) if value is None else f"{value:.1f}".replace(".", self.shared["decimal"])
        )

    def quote(self, quote: Quote | None, most: int | None = None) -> Line:
        """The words in quotation marks with their turn; at most so many characters of them."""
        if quote is None:
            return ()
        text = clean(quote.text)
        left, right = _MARKS[self.language]
        shown = shortened(text, most) if most else text
        turn = self.papers["turn"].format(turn=quote.turn).replace(" ", _FIXED)
        return line(Run(f"{left}{shown}{right}", "quote"), Run(f" ({turn})", "quiet"))

    def titled(self, text: str) -> str:
        """A text in the quotation marks of the language."""
        left, right = _MARKS[self.language]
        return f"{left}{text}{right}"

    # --- actions ---

    def title(self, action: str, own: str = "") -> str:
        """Title of an action; of the company's own, its words."""
        return shortened(clean(own), LONGEST_TITLE) if own else self.actions[action].title[self.language]

    def helpers(self, action: Action) -> str:
        """Who can help, in words."""
        return ", ".join(self.shared["helpers"][name] for name in action.help)

    def effort(self, action: Action) -> str:
        """Own work in days, marked as an estimate."""
        days = self.shared["days"].format(days=action.effort.days)
        return str(self.papers["estimate"].format(what=days))

    def cost(self, action: Action) -> str:
        """Band of the cost, marked as an estimate."""
        return str(self.papers["estimate"].format(what=self.shared["cost_band"][action.cost]))

    def waits(self, one: PutOff) -> str:
        """Why an action waits."""
        key = "money_need" if one.reason == "money" and one.what != one.action else one.reason
        return str(self.shared["put_off_reason"][key].format(what=self.title(one.what) if one.what else ""))

    def capacity(self, capacity: Capacity) -> str:
        """Own hours and money in words; empty when nothing was said."""
        parts = [self.replies["capacity_hours"].format(hours=capacity.hours)] if capacity.hours is not None else []
        parts += [self.replies["capacity_money"][capacity.money]] if capacity.money is not None else []
        return ", ".join(parts)

    def reading(self, action: Action) -> list[str]:
        """What to read about an action."""
        return [self.to_read[name].label(self.replies["place"]) for name in action.sources if name in self.to_read]

    # --- time ---

    def day(self, on: str) -> str:
        """A date in words."""
        return day(on, self.replies["dates"])

    def month(self, of: str) -> str:
        """A month of a year in words."""
        return month(of, self.replies["dates"])


def first_sentence(text: str) -> str:
    """The first sentence of a text."""
    for at, sign in enumerate(text):
        if sign in ".!?" and text[at + 1 : at + 2] in ("", " ") and at > 20:
            return text[: at + 1]
    return text
