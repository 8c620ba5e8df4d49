"""One company as an adviser's page shows it: plain values for a template. Knows profiles and words, no HTML and no addresses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assistant.advising import Shared, conflicts
from assistant.build import Engine
from assistant.domain import guide as guides
from assistant.domain.acts import AdviserFinding
from assistant.domain.profile import Finding, Quote, score
from assistant.domain.state import State
from assistant.exports.papers.words import PaperWords
from assistant.web.words import Words


@dataclass(frozen=True)
class Row:
    """A company in the list."""

    handle: str
    name: str
    sector: str
    employees: int | None
    assessed: int
    of: int
    last: str
    """ISO date of the last thing it said."""
    since: str
    version: int
    """Of the last approved plan; 0 for none."""
    approved: str


SORTS = {"last": lambda row: row.last, "name": lambda row: row.name.casefold(), "employees": lambda row: row.employees or 0,
         "assessed": lambda row: row.assessed}  # fmt: skip
"""What the list can be sorted by."""
DOWN = ("last", "employees", "assessed")
"""Of these the most comes first."""


class CompanyView:
    """Draws companies for advisers in one language."""

    def __init__(self, engine: Engine, words: Words) -> None:
        self._engine, self._model, self._words = engine, engine.knowledge.model, words

    def rows(self, companies: Sequence[Shared], query: str, sort: str) -> list[Row]:
        """The companies in whose name, trade, place or products `query` stands, sorted."""
        found = [(self._row(one), one.state) for one in companies]
        wanted = query.casefold().split()
        kept = [row for row, state in found if all(word in self._searched(row, state) for word in wanted)]
        sort = sort if sort in SORTS else "last"
        return sorted(kept, key=SORTS[sort], reverse=sort in DOWN)

    def context(self, state: State) -> dict[str, Any]:
        """Everything on the page of one company."""
        papers = self._paper_words
        scores = score(state.profile, self._model)
        return {
            "name": self.name(state), "overall": None if scores.overall is None else self._words.number(scores.overall),
            "assessed": scores.assessed, "of": scores.of, "facts": self._facts(state, papers),
            "dimensions": [
                {
                    "title": papers.dimension(one.id), "score": papers.number(scores.dimensions[one.id]),
                    "rows": [self._item(item, state, papers) for item in one.items],
                }
                for one in self._model.dimensions
            ],
            "said_besides": self._said(state, papers), "verify": self._verify(state, papers),
            "conflicts": self._conflicts(state, papers), "parked": self._parked(state),
            "items": [(name, papers.item(name)) for name in self._model.order],
            "stages": [(n, stage.title[self._words.language]) for n, stage in enumerate(self._model.stages)],
            "versions": [(one.number, one.who, one.on) for one in state.versions], "times": bool(state.times),
            "spoken": state.language,
        }  # fmt: skip

    def name(self, state: State) -> str:
        """The company's name, else what it is known by."""
        return self._paper_words.subject(state.profile)

    @property
    def _paper_words(self) -> PaperWords:
        return self._engine.words(self._words.language)

    def _row(self, one: Shared) -> Row:
        facts, scores = one.state.profile.company(), score(one.state.profile, self._model)
        sector, employees, name = facts.get("sector"), facts.get("employees"), facts.get("name")
        version = one.state.versions[-1] if one.state.versions else None
        return Row(
            handle=one.handle, name=str(name) if name else self._unnamed(facts.get("municipality")),
            sector=self._words.replies["sector"].get(str(sector), str(sector)) if sector else "",
            employees=employees if isinstance(employees, int) else None, assessed=scores.assessed, of=scores.of,
            last=one.last_said.date().isoformat() if one.last_said else "", since=one.since,
            version=version.number if version else 0, approved=version.on if version else "",
        )  # fmt: skip

    def _unnamed(self, place: object) -> str:
        unnamed = self._words("adviser.companies.unnamed")
        return f"{unnamed} ({place})" if place else unnamed

    def _searched(self, row: Row, state: State) -> str:
        facts = " ".join(str(fact.value) for fact in state.profile.facts)
        return f"{row.name} {row.sector} {facts}".casefold()

    def _facts(self, state: State, papers: PaperWords) -> list[dict[str, Any]]:
        return [
            {
                "label": papers.replies["field"][fact.field], "value": papers.fact(fact.field, fact.value),
                "quote": fact.quote, "against": fact.conflict.quote if fact.conflict else None,
                "settled_by": fact.settled_by,
            }
            for fact in state.profile.facts
        ]  # fmt: skip

    def _item(self, item: str, state: State, papers: PaperWords) -> dict[str, Any]:
        found = state.profile.findings.get(item)
        return {
            "id": item, "title": papers.item(item), "stage": papers.stage(found.stage if found else None),
            "certainty": self._certainty(found), "doubtful": found is not None and found.status in ("unsure", "conflict"),
            "quote": found.quote if found else None, "against": found.against if found else None,
            "settled_by": found.settled_by if found else "",
            "advised": [self._advised(one, papers) for one in state.advised if one.item == item],
        }  # fmt: skip

    def _advised(self, one: AdviserFinding, papers: PaperWords) -> dict[str, Any]:
        stage = "" if one.stage is None else papers.stage(one.stage)
        return {"name": one.name, "on": one.on, "stage": stage, "text": one.text, "adviser": one.adviser}

    def _certainty(self, found: Finding | None) -> str:
        if found is None:
            return self._words("adviser.certainty.not_asked")
        if found.stage is None or found.status == "conflict":
            return self._words(f"adviser.certainty.{found.status}")
        if found.source == "click":
            return self._words("adviser.certainty.clicked")
        return self._words(f"adviser.certainty.{found.status}", percent=round(found.confidence * 100))

    def _said(self, state: State, papers: PaperWords) -> list[tuple[str, list[tuple[str, Quote]]]]:
        """Heading -> what it is about, and the words; a heading without any is left out."""
        known, shared = state.profile, papers.shared
        status = {"mentioned": "", "ruled_out": self._words("profile.ruled_out")}
        barriers = [(_noted(papers.barrier(b.barrier), status[b.status]), b.quote) for b in known.barriers.values()]
        technologies = []
        for one in known.technologies.values():
            use = "" if one.use is None else papers.replies["use"][one.use]
            notes = ", ".join(note for note in (use, papers.replies["interest"][one.interested]) if note)
            technologies.append((_noted(papers.technology(one.technology), notes), one.quote))
        parts = [
            (shared["pains"], [("", remark.quote) for remark in known.pains]),
            (shared["goals"], [("", remark.quote) for remark in known.goals]),
            (shared["barriers"], barriers), (shared["technologies"], technologies),
        ]  # fmt: skip
        return [(heading, lines) for heading, lines in parts if lines]

    def _verify(self, state: State, papers: PaperWords) -> list[dict[str, str]]:
        knowledge, own = self._engine.knowledge, papers.papers["guide"]
        made = guides.guide(state, knowledge.model, knowledge.actions, knowledge.meeting)
        rows = []
        for doubt in made.verify:
            if doubt.what == "profile":
                rows.append({"what": own["whole"], "why": own["reasons"]["high_everywhere"], "ask": own["whole_ask"]})
            elif doubt.what.startswith("company."):
                field = papers.replies["field"][doubt.what.removeprefix("company.")]
                first, second = (quote.text for quote in conflicts(state)[doubt.what])
                ask = papers.replies["settle_fact"].format(first=first, second=second)
                rows.append({"what": field, "why": own["reasons"]["conflict"], "ask": ask})
            else:
                found = state.profile.findings[doubt.what]
                stage = "–".join(map(str, found.stage)) if isinstance(found.stage, tuple) else str(found.stage)
                why = "; ".join(own["reasons"][reason].format(stage=stage) for reason in doubt.reasons)
                ask = self._model.items[doubt.what].probes[0][self._words.language]
                rows.append({"what": papers.item(doubt.what), "why": why, "ask": ask})
        return rows

    def _conflicts(self, state: State, papers: PaperWords) -> list[dict[str, Any]]:
        rows = []
        for what, (first, second) in conflicts(state).items():
            field = what.removeprefix("company.")
            title = papers.replies["field"][field] if field != what else papers.item(what)
            rows.append({"what": what, "title": title, "first": first, "second": second})
        return rows

    def _parked(self, state: State) -> list[dict[str, Any]]:
        answers = {one.question: one for one in state.answered}
        return [{"question": question, "answer": answers.get(question)} for question in state.parked]


def _noted(title: str, note: str) -> str:
    return f"{title} ({note})" if note else title
