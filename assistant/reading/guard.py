"""The guard: what a reader proposes is dropped unless the person's own words carry it. The same for rules and language models.

An act with evidence must quote the turn to the letter; ids and values must be legal; an answer must rest on words that tell what the
company does now. Knows no dialogue.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.domain.acts import (
    FACTS,
    Answer,
    AnyAct,
    BarrierSaid,
    Evidence,
    Fact,
    Goal,
    Pain,
    TargetChosen,
    TechnologySaid,
)
from assistant.domain.maturity import Language, MaturityModel
from assistant.reading import numbers
from assistant.reading.cues import Cues
from assistant.reading.evidence import sort_out
from assistant.reading.lexicon import Lexicon
from assistant.reading.telling import Ear, told


@dataclass(frozen=True)
class Guarded:
    """What passed, and why the rest did not."""

    accepted: list[AnyAct]
    dropped: list[tuple[AnyAct, str]]


class Guard:
    """Checks acts against the turn they claim to come from."""

    def __init__(self, model: MaturityModel, cues: Mapping[Language, Cues], lexicon: Lexicon, ear: Ear) -> None:
        self._model, self._cues, self._lexicon, self._ear = model, cues, lexicon, ear
        self._barriers = {barrier.id for barrier in model.barriers}
        self._technologies = {technology.id for technology in model.technologies}
        self._dimensions = {dimension.id for dimension in model.dimensions}

    def check(self, acts: Sequence[AnyAct], text: str, language: Language) -> Guarded:
        """Sorts `acts` proposed for the turn `text` into accepted and dropped."""
        solid: list[tuple[int, int]] | None = None
        accepted: list[AnyAct] = []
        dropped: list[tuple[AnyAct, str]] = []
        for act in acts:
            reason = self._illegal(act) or self._misquoted(act, text)
            if reason is None and isinstance(act, Answer) and not act.clicked:
                if solid is None:
                    heard = told(sort_out(text, self._cues[language], self._lexicon), self._ear)
                    solid = [(piece.start, piece.end) for piece in heard.pieces]
                if not any(act.start < end and start < act.end for start, end in solid):
                    reason = "the words do not tell what the company does now"
            if reason is None:
                accepted.append(act)
            else:
                dropped.append((act, reason))
        return Guarded(accepted, dropped)

    def _misquoted(self, act: AnyAct, text: str) -> str | None:
        if not isinstance(act, Evidence):
            return None
        if not act.quote.strip() or text[act.start : act.end] != act.quote:
            return "the quote does not stand in the turn"
        if isinstance(act, Fact) and act.field == "employees" and not _says_number(act):
            return "the number does not stand in the quote"
        return None

    def _illegal(self, act: AnyAct) -> str | None:
        match act:
            case Answer():
                legal = act.item in self._model.items and act.low <= act.high
            case Fact():
                legal = act.field in FACTS and bool(str(act.value).strip())
                legal = legal and (act.field != "employees" or (isinstance(act.value, int) and act.value > 0))
            case BarrierSaid():
                legal = act.barrier in self._barriers
            case TechnologySaid():
                legal = act.technology in self._technologies
            case TargetChosen():
                legal = act.dimension in self._dimensions
            case Pain() | Goal():
                legal = all(item in self._model.items for item in act.about)
            case _:
                legal = True
        return None if legal else "an id or a value is unknown"


def _says_number(act: Fact) -> bool:
    return any(number.value == act.value for number in numbers.all_in(act.quote))
