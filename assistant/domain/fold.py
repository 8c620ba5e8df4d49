"""The fold: how one turn's acts change the state. Pure and replayable: `State = reduce(advance, turns)`.

Knows when an answer is sure, unsure, corrected or contradicted; knows neither wording nor what is asked next.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from assistant.domain.acts import (
    Advised,
    Answer,
    AnyAct,
    BarrierSaid,
    CapacitySaid,
    Evidence,
    Fact,
    Goal,
    LanguageChange,
    NewTime,
    Pain,
    PlanApproved,
    PlanDecision,
    Question,
    Rating,
    Remove,
    Reopen,
    Signal,
    TargetChosen,
    TechnologySaid,
)
from assistant.domain.bearing import bearing
from assistant.domain.maturity import MaturityModel
from assistant.domain.planned import Capacity
from assistant.domain.profile import (
    SINGLE_FACTS,
    BarrierFinding,
    FactFinding,
    Finding,
    Profile,
    Quote,
    Remark,
    TechnologyFinding,
)
from assistant.domain.readings import nearest, same, sure, together
from assistant.domain.removal import without
from assistant.domain.settled import Settled
from assistant.domain.sharing import Sharing
from assistant.domain.state import Asked, News, State

SURE_UNASKED = 0.8
"""Probability from which an answer on an item that was not asked about is recorded."""
FAR = 2
"""Stages that two readings of one item must differ by before the second contradicts the first."""
PATIENCE = 2
"""Turns that may pass a question by before it is left open."""

_CONFLICT_FACTS = frozenset({"employees", "order_type"})


def advance(model: MaturityModel, state: State, acts: Sequence[AnyAct]) -> State:
    """The state after one turn of the person. `asked` is still the question that the turn met; see `next_move`."""
    fold = _Fold(model, state)
    for act in acts:
        fold.take(act)
    fold.settle_pending(acts)
    return fold.result()


class _Fold:
    """One turn being folded; a mutable copy of what `advance` may change."""

    def __init__(self, model: MaturityModel, state: State) -> None:
        self.model, self.before = model, state
        self.turn = state.turn + 1
        self._adopt(state.profile)
        self.done, self.later = set(state.done), list(state.later)
        self.asked, self.pending, self.pending_turn = state.asked, state.pending, state.pending_turn
        self.parked = list(state.parked)
        self.misses, self.missed, self.near = state.misses, state.missed, state.near
        self.language = state.language
        self.settled, self.sharing = Settled(state), Sharing(state)
        self.ended: Literal["", "stopped", "erased"] = ""
        self.progress = False
        self.news: list[News] = []

    def _adopt(self, profile: Profile) -> None:
        self.findings, self.facts = dict(profile.findings), list(profile.facts)
        self.barriers, self.technologies = dict(profile.barriers), dict(profile.technologies)
        self.pains, self.goals = list(profile.pains), list(profile.goals)
        self.targets, self.rating = dict(profile.targets), profile.rating
        self.superseded = list(profile.superseded)

    def profile(self) -> Profile:
        return Profile(
            findings=self.findings, facts=tuple(self.facts), barriers=self.barriers, technologies=self.technologies,
            pains=tuple(self.pains), goals=tuple(self.goals), targets=self.targets, rating=self.rating,
            superseded=tuple(self.superseded),
        )  # fmt: skip

    def result(self) -> State:
        return self.before.model_copy(
            update={
                "turn": self.turn, "profile": self.profile(), "asked": self.asked, "done": frozenset(self.done),
                "later": tuple(self.later), "pending": self.pending, "pending_turn": self.pending_turn,
                "misses": self.misses, "missed": self.missed, "near": self.near, "parked": tuple(self.parked),
                "language": self.language, "news": tuple(self.news), "wants_progress": self.progress,
                "ended": self.ended, **self.settled.fields(), **self.sharing.fields(),
            }
        )  # fmt: skip

    def take(self, act: AnyAct) -> None:
        match act:
            case Answer():
                self._answer(act)
            case Fact():
                self._fact(act)
            case BarrierSaid():
                said = BarrierFinding(barrier=act.barrier, status=act.status, quote=self._quote(act))
                self.barriers[act.barrier] = said
                self._tell("barrier", act.barrier, act.quote)
            case TechnologySaid():
                self._technology(act)
            case Pain() | Goal():
                self._remark(act)
            case TargetChosen():
                self.targets[act.dimension] = act.stage
                self._tell("target", act.dimension, act.quote)
            case Rating():
                self.rating = act.value
                self._tell("rated", str(act.value), act.quote)
            case Question():
                if act.answered is False and act.quote not in self.parked:
                    self.parked.append(act.quote)
            case CapacitySaid() | PlanDecision() | PlanApproved():
                self.news.append(self.settled.take(act, self.turn))
            case NewTime():
                self._begin(act)
            case Advised():
                self.news += self.sharing.take(act, self.findings, self.facts, self.superseded)
            case LanguageChange():
                self.language = act.language
            case Remove():
                self._remove(act)
            case Reopen():
                self._ask_again(act.item)
            case Signal():
                self._signal(act)

    def settle_pending(self, acts: Sequence[AnyAct]) -> None:
        """Decides whether the turn dealt with the pending question, and how it is put if it did not."""
        asked = self.asked
        if asked is None or self.ended:
            return
        if any(isinstance(act, Reopen) or (isinstance(act, Remove) and act.what == asked.id) for act in acts):
            return
        content, aside = bearing(asked.id, acts)
        if asked.id in self.model.items:
            self._settle_item(asked, acts, content, aside)
        elif asked.id.startswith("company."):
            self._settle_fact(asked, acts, aside)
        elif asked.id == "readback":
            repeated = all(  # and so without news
                isinstance(act, Evidence) and act.correction and not isinstance(act, TargetChosen) for act in aside
            )
            if not any(item.kind in ("corrected", "removed") for item in self.news) and (content or repeated):
                self.done.add("readback")
        elif asked.id == "rating" and self.rating is None and not any(isinstance(act, Signal) for act in content):
            self._miss(asked.id, aside)
        elif content:
            if any(isinstance(act, Signal) and act.signal == "skip" for act in content):
                self._tell("declined", asked.id)
            self.done.add(asked.id)
            self.misses = 0
        else:
            self._miss(asked.id, aside)

    def _settle_item(
        self, asked: Asked, acts: Sequence[AnyAct], content: Sequence[AnyAct], aside: Sequence[AnyAct]
    ) -> None:
        item = asked.id
        finding = self.findings.get(item)
        if finding is not None and finding.settled:
            self._clear_pending()
            return
        signals = {act.signal for act in content if isinstance(act, Signal)}
        if "later" in signals and item not in self.later:
            self.later.append(item)
            self.asked = None
            self._clear_pending()
            self._tell("later", item)
        elif "skip" in signals or "later" in signals:
            self._leave(item, "declined")
        elif any(isinstance(act, Answer) and act.item == item for act in acts):
            pass  # `_answer` has chosen the next form of the question
        elif "dont_know" in signals:
            self._leave(item, "unknown")
        elif signals & {"no_evidence", "agree"}:
            if asked.form == "open":
                self.asked = Asked(id=item, form="probe")
            else:
                self._leave(item, "unknown")
        else:
            self._miss(item, aside)

    def _settle_fact(self, asked: Asked, acts: Sequence[AnyAct], aside: Sequence[AnyAct]) -> None:
        fact = self._fact_of(asked.id.removeprefix("company."))
        if fact is None or fact.conflict is None:
            self.misses = 0
        elif any(isinstance(act, Signal) and act.signal in ("skip", "dont_know", "later") for act in acts):
            self.done.add(asked.id)
        else:
            self._miss(asked.id, aside)

    def _miss(self, asked: str, aside: Sequence[AnyAct]) -> None:
        """The turn passed the question by. A question costs no patience, nor does a correction that changed something."""
        if any(not isinstance(act, Evidence) or isinstance(act, Question) for act in aside) or (aside and self.news):
            return
        self.misses = self.misses + 1 if self.missed == asked else 1
        self.missed = asked
        if self.misses >= PATIENCE:
            if asked in self.model.items:
                self._leave(asked, "unknown")
            else:
                self.done.add(asked)
                self.misses = 0

    def _leave(self, item: str, status: Literal["declined", "unknown"]) -> None:
        """Moves on without a sure answer: with what was said so far if there is any, else open."""
        current = self.findings.get(item)
        if current is not None and current.status == "conflict":
            self.done.add(item)
        elif self.pending is not None and self.pending.item == item and status == "unknown":
            self._record(self.pending, self.pending_turn, "unsure")
        else:
            self.findings[item] = Finding(item=item, status=status)
            self._tell(status, item)
        self._clear_pending()

    def _clear_pending(self) -> None:
        self.pending, self.misses = None, 0

    def _answer(self, act: Answer) -> None:
        current = self.findings.get(act.item)
        asked = self.asked is not None and self.asked.id == act.item and act.asked
        if act.correction and current is not None and same(current, act):
            return  # said before in the same words: corrected already
        if act.correction and current is not None and current.stage is not None:
            self._reopen(current)
            self._record(act, self.turn, "recorded", "corrected")
        elif current is not None and current.status == "conflict":
            if asked:
                self._record(act, self.turn, "recorded", "resolved")
        elif asked and (current is None or not current.settled):
            self._answer_asked(act)
        elif max(act.scores) < SURE_UNASKED and not act.correction:
            return
        elif current is None or current.status in ("declined", "unknown", "unsure"):
            if current is None or current.status == "unsure" or act.correction:
                self._record(act, self.turn, "recorded")
        elif (current.low is not None and act.high <= current.low - FAR) or (
            current.high is not None and act.low >= current.high + FAR
        ):
            self.findings[act.item] = current.model_copy(
                update={"status": "conflict", "against": self._quote(act), "against_stage": act.low}
            )
            self._tell("conflict", act.item, act.quote)

    def _answer_asked(self, act: Answer) -> None:
        assert self.asked is not None
        form = self.asked.form
        act, first = together(self.pending, act)
        turn = self.pending_turn if first else self.turn
        if sure(act):
            self._record(act, turn, "recorded")
            self._clear_pending()
        elif form == "closest":
            self._record(act, turn, "unsure")
            self._clear_pending()
        else:
            self.pending, self.pending_turn = act, turn
            self.asked = nearest(act) if form == "probe" else Asked(id=act.item, form="probe")

    def _record(
        self,
        act: Answer,
        turn: int,
        status: Literal["recorded", "unsure"],
        news: Literal["recorded", "corrected", "resolved"] = "recorded",
    ) -> None:
        if (old := self.findings.get(act.item)) is not None and old.stage is not None:
            self.superseded.append(old)
        confidence = sum(act.scores[act.low : act.high + 1]) if not act.clicked else 1.0
        self.findings[act.item] = Finding(
            item=act.item, low=act.low, high=act.high, confidence=round(min(confidence, 1.0), 3), status=status,
            quote=Quote(text=act.quote, turn=turn, start=act.start, end=act.end),
            source="click" if act.clicked else "words",
        )  # fmt: skip
        self.near = act.item
        self._tell("unsure" if status == "unsure" else news, act.item, act.quote)

    def _reopen(self, corrected: Finding) -> None:
        """Findings that rest on the very words that were corrected are asked again."""
        quote = corrected.quote
        if quote is None:
            return
        for item, finding in list(self.findings.items()):
            other = finding.quote
            overlaps = other and other.turn == quote.turn and other.start < quote.end and quote.start < other.end
            if item != corrected.item and overlaps:
                self.superseded.append(self.findings.pop(item))

    def _fact_of(self, field: str) -> FactFinding | None:
        return next((fact for fact in self.facts if fact.field == field), None)

    def _fact(self, act: Fact) -> None:
        new = FactFinding(field=act.field, value=act.value, quote=self._quote(act))
        if act.field not in SINGLE_FACTS:
            if not any(
                f.field == act.field and str(f.value).casefold() == str(act.value).casefold() for f in self.facts
            ):
                self.facts.append(new)
            return
        old = self._fact_of(act.field)
        settling = self.asked is not None and self.asked.id == f"company.{act.field}"
        if old is None:
            self.facts.append(new)
            self._tell("fact", act.field, act.quote)
        elif act.correction or settling:
            if old.value == act.value and old.conflict is None:
                return
            self.superseded.append(old)
            self.facts[self.facts.index(old)] = new
            self._tell("resolved" if settling else "corrected", f"company.{act.field}", act.quote)
        elif old.value != act.value and act.field in _CONFLICT_FACTS:
            if old.conflict is not None:
                self.superseded.append(old.conflict)
            self.facts[self.facts.index(old)] = old.model_copy(update={"conflict": new})
            self.done.discard(f"company.{act.field}")
            self._tell("conflict", f"company.{act.field}", act.quote)

    def _technology(self, act: TechnologySaid) -> None:
        old = self.technologies.get(act.technology)
        use = act.use if act.use is not None or old is None else old.use
        interested = act.interested if act.interested != "unknown" or old is None else old.interested
        self.technologies[act.technology] = TechnologyFinding(
            technology=act.technology, use=use, interested=interested, quote=self._quote(act)
        )
        self._tell("technology", act.technology, act.quote)

    def _remark(self, act: Pain | Goal) -> None:
        remarks = self.pains if isinstance(act, Pain) else self.goals
        if all(remark.quote.text != act.quote for remark in remarks):
            remarks.append(Remark(quote=self._quote(act), about=act.about))
            self._tell(act.kind, "", act.quote)

    def _remove(self, act: Remove) -> None:
        if act.what == "capacity":
            self.settled.capacity = Capacity()
        elif (left := without(self.profile(), self.model, act.what, act.value)) is not None:
            self._adopt(left)
        else:
            return
        self._tell("removed", act.what)

    def _ask_again(self, item: str) -> None:
        if item not in self.model.items:
            return
        if (old := self.findings.pop(item, None)) is not None and old.stage is not None:
            self.superseded.append(old)
        self.done.discard(item)
        self.later = [name for name in self.later if name != item]
        self.asked = Asked(id=item)
        self._clear_pending()

    def _begin(self, act: NewTime) -> None:
        """Keeps what is known as an earlier time and asks anew; the company, its targets and its plan stay."""
        self.news.append(self.settled.begin(act, self.turn - 1, self.profile()))
        self.findings, self.barriers, self.technologies = {}, {}, {}
        self.pains, self.goals, self.rating, self.superseded = [], [], None, []
        self.done, self.later, self.near, self.asked = {"story"}, [], "", None
        self._clear_pending()

    def _signal(self, act: Signal) -> None:
        self.progress = self.progress or act.signal == "progress"
        if act.signal in ("stop", "erase"):
            self.ended = "stopped" if act.signal == "stop" else "erased"

    def _quote(self, act: Evidence) -> Quote:
        return Quote(text=act.quote, turn=self.turn, start=act.start, end=act.end)

    def _tell(self, kind: str, what: str, quote: str = "") -> None:
        self.news.append(News.model_validate({"kind": kind, "what": what, "quote": quote}))
