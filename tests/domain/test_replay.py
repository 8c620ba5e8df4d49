"""Properties of any conversation at all: acts are made up at random, and what must always hold is checked after each turn."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.content import Knowledge, root
from assistant.domain.acts import (
    AdviserFinding,
    Answer,
    AnyAct,
    BarrierSaid,
    ConflictSettled,
    Consent,
    Evidence,
    Fact,
    Goal,
    LanguageChange,
    Pain,
    Question,
    Rating,
    Remove,
    Signal,
    TargetChosen,
    TechnologySaid,
)  # fmt: skip
from assistant.domain.dialogue import CLOSING, OPENING, next_move, remaining
from assistant.domain.fold import advance
from assistant.domain.profile import Profile, Quote, score
from assistant.domain.replay import replay
from assistant.domain.sharing import shared_with
from assistant.domain.state import Asked, State, opening

MODEL = Knowledge(root()).model
ITEMS = ("technology.capture", "technology.machines", "connectivity.flow", "competence.skills")
MOST_TURNS = 160
quick = settings(max_examples=150, deadline=None, derandomize=True)

words = st.sampled_from(["we write it down", "på papir", "the big lathe", "19", "x"])
quoted = st.builds(lambda quote, start: {"quote": quote, "start": start, "end": start + len(quote)}, words, st.just(0))
spread = st.lists(st.sampled_from([0.01, 0.05, 0.2, 0.5, 1.0, 4.0]), min_size=6, max_size=6)
names = (
    "skip",
    "dont_know",
    "later",
    "agree",
    "no_evidence",
    "small_talk",
    "stop",
    "undo",
    "progress",
    "confirm",
    "nothing_more",
)


def evidence(kind: type[Evidence], **fields: st.SearchStrategy) -> st.SearchStrategy[AnyAct]:
    return st.builds(lambda q, f: kind(**q, **f), quoted, st.fixed_dictionaries(fields))


@st.composite
def answers(draw: st.DrawFn) -> tuple[bool, Answer]:
    """An answer to the asked item (True) or to the item it names."""
    weights = draw(spread)
    scores = tuple(round(weight / sum(weights), 4) for weight in weights)
    low = max(range(6), key=lambda stage: scores[stage])
    high = draw(st.sampled_from([low, low, low, 5]))
    here = draw(st.booleans())
    return here, Answer(
        **draw(quoted), item=draw(st.sampled_from(ITEMS)), low=low, high=high, scores=scores, asked=here,
        correction=draw(st.sampled_from([False, False, False, True])), clicked=draw(st.sampled_from([False, False, True])),
    )  # fmt: skip


removable = [*ITEMS, "company.employees", "company.systems", "barriers.time", "technologies.iot", "nonsense"]
about = st.sampled_from([(), ITEMS[:1], ITEMS[1:3]])
other_acts = st.one_of(
    st.builds(lambda name: Signal(signal=name), st.sampled_from(names)),
    evidence(Fact, field=st.just("employees"), value=st.sampled_from([19, 21]), correction=st.booleans()),
    evidence(Fact, field=st.just("systems"), value=st.sampled_from(["C5", "Excel"])),
    evidence(BarrierSaid, barrier=st.just("time"), status=st.sampled_from(["mentioned", "ruled_out"])),
    evidence(TechnologySaid, technology=st.just("iot"), use=st.none() | st.integers(0, 5)),
    evidence(Pain, about=about),
    evidence(Goal, about=about),
    evidence(Rating, value=st.integers(1, 4)),
    evidence(TargetChosen, dimension=st.just("technology"), stage=st.integers(0, 5)),
    evidence(Question, answered=st.booleans()),
    st.builds(LanguageChange, language=st.sampled_from(["en", "da"])),
    st.builds(Remove, what=st.sampled_from(removable)),
)
signed = {"adviser": st.sampled_from(["a", "b"]), "name": st.just("Karen"), "on": st.just("2027-03-01")}
advised = st.one_of(
    st.builds(Consent, given=st.booleans(), **signed),
    st.builds(ConflictSettled, what=st.sampled_from([*ITEMS, "company.employees"]), keep=st.sampled_from(["first", "second"]), quote=st.just("-"), **signed),
    st.builds(AdviserFinding, item=st.sampled_from(ITEMS), stage=st.none() | st.integers(0, 5), text=st.sampled_from(["", "seen"]), **signed),
)  # fmt: skip
said = st.lists(answers() | other_acts.map(lambda act: (False, act)), max_size=3)
turn_of_acts = said | advised.map(lambda act: [(False, act)])
conversations = st.lists(turn_of_acts, max_size=25)
Drawn = list[tuple[bool, AnyAct]]


def meant(drawn: Drawn, state: State) -> list[AnyAct]:
    """The acts as the reader gives them: an answer counts as asked just when it is about the asked item."""
    asked = state.asked.id if state.asked else ""
    acts = []
    for here, act in drawn:
        if isinstance(act, Answer):
            item = asked if here and asked in MODEL.items else act.item
            acts.append(act.model_copy(update={"item": item, "asked": item == asked}))
        else:
            acts.append(act)
    return acts


class Run:
    """Turns taken one after the other, and what was asked on the way."""

    def __init__(self, course: str = "short", *, told: bool = True) -> None:
        self.start = opening("en", course)
        if told:  # the story is over: most of what can go wrong comes after it
            self.start = self.start.model_copy(update={"done": frozenset(OPENING), "asked": Asked(id=ITEMS[0])})
        self.state = self.start
        self.turns: list = []
        self.texts = [""]

    def take(self, drawn: Drawn) -> None:
        acts = meant(drawn, self.state)
        if any(isinstance(act, Signal) and act.signal == "undo" for act in acts):
            self.state = replay(MODEL, self.start, [*self.turns, (acts, None)])
        else:
            self.state = advance(MODEL, self.state, acts)
        move = next_move(MODEL, self.state)
        self.state = self.state.model_copy(update={"asked": move.asked})
        self.turns.append((acts, move.asked))
        self.texts.append(" / ".join(act.quote for act in acts if isinstance(act, Evidence)))


def quotes(profile: Profile) -> list[Quote]:
    """Every quote in `profile`; whatever needs one and has none fails here."""
    found = []
    for finding in profile.findings.values():
        if finding.stage is not None:
            assert finding.quote is not None
            found.append(finding.quote)
        else:
            assert finding.status in ("declined", "unknown")
        if finding.status == "conflict":
            assert finding.against is not None
            found.append(finding.against)
    for fact in profile.facts:
        found += [fact.quote] + ([fact.conflict.quote] if fact.conflict else [])
    found += [said.quote for said in (*profile.barriers.values(), *profile.technologies.values())]
    return found + [remark.quote for remark in (*profile.pains, *profile.goals)]


@quick
@given(conversations)
def test_nothing_is_known_without_words_of_a_turn_that_exists(conversation):
    run = Run()
    for drawn in conversation:
        run.take(drawn)
        for quote in quotes(run.state.profile):
            assert 1 <= quote.turn <= run.state.turn
            assert quote.text in run.texts[quote.turn]


@quick
@given(conversations)
def test_replaying_stored_turns_gives_the_same_state(conversation):
    run = Run()
    for drawn in conversation:
        run.take(drawn)
    assert replay(MODEL, run.start, run.turns) == run.state
    assert State.model_validate_json(run.state.model_dump_json()) == run.state


@quick
@given(conversations)
def test_state_stays_sound(conversation):
    run = Run()
    for number, drawn in enumerate(conversation, 1):
        run.take(drawn)
        state = run.state
        assert state.turn == number
        assert state.misses in (0, 1)
        for finding in state.profile.findings.values():
            assert (finding.low is None) == (finding.high is None)
            assert finding.low is None or 0 <= finding.low <= finding.high <= 5
            assert 0 <= finding.confidence <= 1
        assert next_move(MODEL, state).left == remaining(MODEL, state) >= (state.asked is not None)
        overall = score(state.profile, MODEL).overall
        assert overall is None or 0 <= overall <= 5


def settles_nothing(act: AnyAct) -> bool:
    """Acts after which something may rightly be asked again."""
    again = isinstance(act, Signal) and act.signal in ("undo", "later")
    return again or isinstance(act, Remove) or (isinstance(act, Evidence) and act.correction)


@quick
@given(conversations)
def test_nothing_is_asked_again_once_it_was_left_except_to_settle_a_conflict(conversation):
    run, left, before = Run(), set(), ITEMS[0]
    for drawn in conversation:
        run.take([(here, act) for here, act in drawn if not settles_nothing(act)])
        asked = run.state.asked
        if asked is not None and asked.id != before and asked.form != "settle":
            assert asked.id not in left
        if asked is None or asked.id != before:
            left.add(before)
        before = asked.id if asked else ""


@quick
@given(conversations)
def test_never_more_than_two_extra_questions_on_an_item(conversation):
    run, forms = Run(), {ITEMS[0]: ["open"]}
    for drawn in conversation:
        run.take([(here, act) for here, act in drawn if not settles_nothing(act)])
        if (asked := run.state.asked) is not None and asked.form != "settle":
            met = forms.setdefault(asked.id, [])
            if not met or met[-1] != asked.form:
                met.append(asked.form)
    for met in forms.values():
        assert met == [form for form in ("open", "probe", "closest") if form in met]


def goes_on(act: AnyAct) -> bool:
    """Acts that cost no patience, on purpose: a person may ask and correct without end."""
    aside = isinstance(act, (Question, LanguageChange, Remove)) or (isinstance(act, Evidence) and act.correction)
    return aside or (isinstance(act, Signal) and act.signal in ("progress", "stop", "undo"))


@quick
@given(st.lists(said, min_size=1, max_size=6), st.sampled_from(["short", "full"]), st.booleans())
def test_whatever_is_said_over_and_over_the_dialogue_comes_to_its_end(conversation, course, told):
    run = Run(course, told=told)
    for number in range(MOST_TURNS):
        if run.state.asked is None:
            break
        run.take([(here, act) for here, act in conversation[number % len(conversation)] if not goes_on(act)])
    assert run.state.asked is None
    assert next_move(MODEL, run.state).kind == "finish"


@quick
@given(conversations, st.integers(0, 24), said)
def test_a_turn_taken_back_leaves_no_trace(conversation, at, extra):
    kept = [
        drawn for drawn in conversation[:at] if not any(isinstance(a, Signal) and a.signal == "undo" for _, a in drawn)
    ]
    extra = [(here, act) for here, act in extra if not (isinstance(act, Signal) and act.signal == "undo")]
    run = Run()
    for drawn in kept:
        run.take(drawn)
    before = run.state
    run.take(extra)
    run.take([(False, Signal(signal="undo"))])
    assert run.state.profile == before.profile
    assert (run.state.done, run.state.later, run.state.pending) == (before.done, before.later, before.pending)
    if not before.ended:
        assert run.state.asked == before.asked


@quick
@given(conversations, st.integers(1, 8))
def test_questions_of_the_person_change_nothing_but_the_turn(conversation, number):
    run = Run()
    for drawn in conversation:
        run.take(drawn)
    before = run.state
    ask = Question(quote="What is MQTT?", start=0, end=13, answered=True)
    for _ in range(number):
        run.take([(False, ask)])
    assert run.state.profile == before.profile
    assert run.state.asked == before.asked or before.ended
    assert run.state.done == before.done


def test_the_course_is_as_long_as_it_says():
    for course in ("short", "full"):
        run, turns = Run(course, told=False), 0
        left = next_move(MODEL, run.state).left
        while run.state.asked is not None:
            run.take([(False, Signal(signal="dont_know"))])
            turns += 1
        assert turns == left == len(OPENING) + len(CLOSING) + (8 if course == "short" else 15)


@quick
@given(conversations)
def test_what_was_withdrawn_is_not_shared_again_by_taking_back(conversation):
    run = Run()
    for drawn in conversation:
        run.take(drawn)
        if any(isinstance(act, Consent) and not act.given for _, act in drawn):
            withdrawn = {act.adviser for _, act in drawn if isinstance(act, Consent)}
            for _ in range(3):
                run.take([(False, Signal(signal="undo"))])
                assert not any(shared_with(run.state, name) for name in withdrawn)


@quick
@given(conversations)
def test_taking_back_leaves_what_advisers_added(conversation):
    run = Run()
    for drawn in conversation:
        run.take(drawn)
    advised = run.state.advised
    run.take([(False, Signal(signal="undo"))])
    assert run.state.advised == advised
