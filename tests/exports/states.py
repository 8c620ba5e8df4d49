"""States of conversations made by hand for the tests of papers: full, partial, empty, refused, all at the top, hostile,
settled, changed since, asked again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from assistant.content import Knowledge, root
from assistant.domain.acts import PlanDecision
from assistant.domain.approval import approval_of, current, prepared
from assistant.domain.fold import advance
from assistant.domain.maturity import Language
from assistant.domain.planned import Capacity
from assistant.domain.profile import BarrierFinding, FactFinding, Finding, Profile, Quote, Remark, TechnologyFinding
from assistant.domain.sources import Source
from assistant.domain.state import State
from assistant.domain.times import beginning
from assistant.exports.papers.words import PaperWords

KNOWLEDGE = Knowledge(root())
MODEL, ACTIONS = KNOWLEDGE.model, KNOWLEDGE.actions
MARKUP = "**bold** <script>alert(1)</script> [x](http://y) | cell | # head `code` __init__ -- ~~gone~~ \\ & &amp;"
ILLEGAL = "bell\x07 null\x00 tab\t vertical\x0b escape\x1b half\ud800 nonchar\uffff end"
LONG = "The foreman walks round and writes the stops on a sheet of paper, then loses it. " * 130
WORD = "abcdefghij" * 1000
LETTERS = "æøå ÆØÅ “quoted” »citeret« → ← 5 € ½ ł 漢字 😀 \u200b\u2060 ﬁ"
HOSTILE = (MARKUP, ILLEGAL, LONG, WORD, LETTERS)


def quote(text: str, turn: int = 3) -> Quote:
    return Quote(text=text, turn=turn, start=0, end=len(text))


def finding(
    item: str,
    low: int | None,
    high: int | None = None,
    text: str = "We write the hours on the job card in pencil.",
    **more: Any,
) -> Finding:
    high = low if high is None else high
    return Finding(item=item, low=low, high=high, quote=quote(text) if text else None, **more)


def words(language: Language) -> PaperWords:
    there = {name: Source(reference=name, title="A talk", heading=("A section",)) for name in _sources()}
    return PaperWords(language, KNOWLEDGE.replies(language), KNOWLEDGE.papers(language), MODEL, ACTIONS, there)


def _sources() -> set[str]:
    return {source for action in ACTIONS.values() for source in action.sources}


def facts(text: str = "Nineteen of us weld steel near Thisted.") -> tuple[FactFinding, ...]:
    values: dict[str, int | str] = {
        "name": "Nordsmeden", "sector": "metal", "employees": 19, "municipality": "Thisted", "products": "railings",
        "systems": "e-conomic", "machines": "Haas", "order_type": "small_series",
    }  # fmt: skip
    return tuple(FactFinding(field=field, value=value, quote=quote(text, 1)) for field, value in values.items())


def full(language: Language, text: str = "We write the hours on the job card in pencil.") -> State:
    """Everything known, told with `text`; one range, one doubt, one conflict, one fact in conflict."""
    stages = {item: at % 4 for at, item in enumerate(MODEL.order)}
    findings = {item: finding(item, stage, text=text) for item, stage in stages.items()}
    findings["technology.machines"] = finding("technology.machines", 1, 4, text)
    findings["technology.systems"] = finding("technology.systems", 2, text=text, status="unsure")
    findings["connectivity.flow"] = finding(
        "connectivity.flow", 2, text=text, status="conflict", against=quote("No, " + text, 9), against_stage=3
    )
    known = facts(text)
    doubtful = known[2].model_copy(
        update={"conflict": FactFinding(field="employees", value=21, quote=quote("twenty-one", 8))}
    )
    barriers = {
        name: BarrierFinding(barrier=name, status="mentioned", quote=quote(text, 12)) for name in ("time", "skills")
    }
    barriers["broadband"] = BarrierFinding(
        barrier="broadband", status="ruled_out", quote=quote("The line is fine.", 12)
    )
    return State(
        language=language, turn=20, parked=(f"What does it cost? {text}", "Who pays?", *(f"Question {n}?" for n in range(9))),
        profile=Profile(
            findings=findings, facts=(*known[:2], doubtful, *known[3:]), barriers=barriers,
            technologies={
                "iot": TechnologyFinding(technology="iot", use=1, interested="yes", quote=quote(text, 13)),
                "additive_manufacturing": TechnologyFinding(technology="additive_manufacturing", use=None, interested="unknown", quote=quote(text, 13)),
            },
            pains=(Remark(quote=quote(text, 2), about=("technology.capture",)),) * 4,
            goals=(Remark(quote=quote(text, 2)),), targets={"technology": 3, "governance": 0}, rating=3,
        ),
    )  # fmt: skip


def partial(language: Language) -> State:
    whole = full(language)
    kept = dict(list(whole.profile.findings.items())[:6])
    return whole.model_copy(
        update={"parked": (), "profile": whole.profile.model_copy(update={"findings": kept, "barriers": {}})}
    )


def empty(language: Language) -> State:
    return State(language=language)


def declined(language: Language) -> State:
    findings = {item: finding(item, None, text="", status="declined") for item in MODEL.order}
    return State(language=language, turn=16, profile=Profile(findings=findings))


def top(language: Language) -> State:
    findings = {item: finding(item, 5, text="All perfect.") for item in MODEL.order}
    return State(language=language, turn=16, profile=Profile(findings=findings))


def hostile(language: Language) -> State:
    whole = full(language, " ".join(HOSTILE))
    known = tuple(
        fact.model_copy(update={"value": HOSTILE[at % 5]}) if fact.field in ("name", "products", "systems") else fact
        for at, fact in enumerate(whole.profile.facts)
    )
    return whole.model_copy(update={"parked": HOSTILE, "profile": whole.profile.model_copy(update={"facts": known})})


def settled(language: Language, text: str = "Ryd op på lageret") -> State:
    """The full state with every kind of decision about its plan, own hours, and version 1 approved by Karen Holm."""
    state = full(language).model_copy(update={"capacity": Capacity(hours=20, money="under_5000")})
    first, second, third, fourth = [one.action for one in current(state, MODEL, ACTIONS).planned][:4]
    for decision in (
        PlanDecision(decision="agree", action=first),
        PlanDecision(
            decision="change", action=second, owner=f"Karen {text}", month="2027-03", text=f"Kun saven. {text}"
        ),
        PlanDecision(decision="reject", action=third, reason=f"det har vi prøvet {text}", by="Ole"),
        PlanDecision(decision="done", action=fourth),
        PlanDecision(decision="add", text=text, owner="Mette", month="2027-02", stage="analyse"),
        PlanDecision(decision="move", action="own-1", before=first),
    ):
        state = advance(MODEL, state, [prepared(decision, state, MODEL, ACTIONS)])
    return advance(MODEL, state, [approval_of(state, MODEL, ACTIONS, "Karen Holm", "2027-03-01")])


def changed(language: Language) -> State:
    """Settled, and something rejected after the approval."""
    state = settled(language)
    last = current(state, MODEL, ACTIONS).planned[-1].action
    decision = PlanDecision(decision="reject", action=last, reason="ikke nu")
    return advance(MODEL, state, [prepared(decision, state, MODEL, ACTIONS)])


def again(language: Language) -> State:
    """Settled, then asked anew: one item went up, one down."""
    state = advance(MODEL, settled(language), [beginning(settled(language), "2027-09-01")])
    new = {
        "technology.capture": finding("technology.capture", 4, text="The screen at the saw counts by itself."),
        "technology.machines": finding("technology.machines", 1, text="We sold the robot."),
    }
    return state.model_copy(update={"profile": state.profile.model_copy(update={"findings": new})})


CASES: dict[str, Callable[[Language], State]] = {
    "full": full, "partial": partial, "empty": empty, "declined": declined, "top": top, "hostile": hostile,
    "settled": settled, "changed": changed, "again": again,
}  # fmt: skip
