"""Plays scripted dialogues: a script answers what is asked and its end is checked. Knows the script format, judges only the end state."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from assistant.content import read_yaml, validated
from assistant.domain.acts import Signal
from assistant.domain.approval import current
from assistant.domain.maturity import Content, Language, Stage
from assistant.errors import ContentError
from assistant.exports import json as export
from assistant.reading.segments import sentences
from assistant.replies import Reply
from assistant.session import Sessions

MOST_TURNS = 120
LONGEST = 120
"""Characters of what is quoted of a check."""
PHASES = frozenset({"story", "pains", "goals", "barriers", "technologies", "readback", "rating", "targets"})
"""What is asked besides items and facts."""
StageOrRange = Stage | tuple[Stage, Stage] | None


class Interjection(Content):
    """Something said instead of the answer, once, the first time `at` is asked."""

    at: str
    """Item id, fact (`company.employees`) or phase at whose question it is said."""
    say: str = ""
    kind: Literal[
        "question", "correction", "skip", "change_language", "stop_and_resume", "offtopic", "contradiction",
        "prompt_injection", "undo",
    ]  # fmt: skip
    """`undo` says `say` and takes it back again."""
    expect: dict[str, Any] = {}
    """question {answered, topic} · correction {profile} · skip {status} · change_language {language} · stop_and_resume
    {resumed} · offtopic, prompt_injection {profile_unchanged} · contradiction {conflict}."""


class TechnologyGold(Content):
    """Gold for one technology; `use` null means that it was never mentioned."""

    use: Annotated[int, Field(ge=0, le=5)] | None = None
    interested: Literal["yes", "no", "unknown"] | None = None


class End(Content):
    """Gold at the end."""

    company: dict[str, int | str | list[str]] = {}
    """Fact -> value."""
    items: dict[str, StageOrRange] = {}
    """Item id -> a stage 0 to 5, `[low, high]` where parts of the company differ, or null: not assessed."""
    barriers: dict[str, Literal["mentioned", "ruled_out", "not_mentioned"]] | None = None
    """Those that are left out must not be mentioned; without this key barriers are not judged."""
    technologies: dict[str, TechnologyGold] = {}
    evidence: dict[str, str] = {}
    """Item id -> words that must overlap the recorded quote."""


class Script(Content):
    """One scripted dialogue, answers keyed by what is asked."""

    id: str
    """The file's name without its ending."""
    language: Language
    purpose: str = ""
    """What it is there to show."""
    course: Literal["short", "full"] = "full"
    story: str
    """Answer to the opening question."""
    answers: dict[str, list[str]] = {}
    """Item id, fact or phase -> what is said when asked, in order; the last is said again when the list is used up."""
    otherwise: str
    """Said when nothing is keyed."""
    interjections: list[Interjection] = []
    end: End = End()


def load(path: Path) -> Script:
    """The script in `path`.

    Raises:
        ContentError: it is missing or malformed, or its id is not the file's name.
    """
    data = read_yaml(path)
    script = validated(Script, data, path)
    if script.id != path.stem:
        raise ContentError(f"{path}: id is {script.id!r}; it must be the file's name, {path.stem!r}.")
    return script


@dataclass
class Played:
    """A script after it was played."""

    script: Script
    conversation: str = ""
    greeting: str = ""
    turns: list[dict[str, Any]] = field(default_factory=list)
    profile: dict[str, Any] = field(default_factory=dict)
    plan: dict[str, Any] = field(default_factory=dict)
    checks: list[dict[str, Any]] = field(default_factory=list)
    error: str = ""
    timing: dict[str, float] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """All checks met and no error."""
        return not self.error and all(check["met"] for check in self.checks)

    def as_json(self) -> dict[str, Any]:
        """`{id, turns, profile, plan, checks, …}` of the command-line contract."""
        return {
            "id": self.script.id, "language": self.script.language, "passed": self.passed, "error": self.error or None,
            "turns": self.turns, "profile": self.profile, "plan": self.plan, "checks": self.checks,
            "timing": self.timing,
        }  # fmt: skip


def play(
    script: Script,
    connect: Callable[[], Sessions],
    embed: Callable[[Sequence[str]], object],
    on_turn: Callable[[str, str], None] = lambda _said, _reply: None,
    speaks: Callable[[str, str], str] | None = None,
) -> Played:
    """Plays `script` to its end.

    Args:
        script: What is said and what is expected.
        connect: Opens the engine on the same store; called again for `stop_and_resume`.
        embed: Embeds sentences without remembering them; the floor against which a turn's time is held.
        on_turn: Called with (said, reply) after each turn, first with ("", greeting).
        speaks: Gives what is said when (key, reply) asks, instead of the script's answers; what it raises ends the play.
    """
    player = _Player(script, connect, on_turn, speaks)
    player.run()
    player.time(embed)
    return player.played


class _Player:
    def __init__(
        self, script: Script, connect: Callable[[], Sessions], on_turn: Callable[[str, str], None],
        speaks: Callable[[str, str], str] | None = None,
    ) -> None:  # fmt: skip
        self.script, self.connect, self.on_turn, self.speaks = script, connect, on_turn, speaks
        self.sessions = connect()
        self.queues = {key: list(values) for key, values in script.answers.items()}
        self.waiting = list(script.interjections)
        self.played = Played(script)
        self.seconds: list[float] = []

    def run(self) -> None:
        reply = self.sessions.open(self.script.language, self.script.course)
        self.played.conversation, self.played.greeting = reply.conversation, reply.text
        self.on_turn("", reply.text)
        while reply.asked is not None and not reply.state.ended:
            if reply.turn >= MOST_TURNS:
                self.played.error = f"still asking {reply.asked.id!r} after {MOST_TURNS} turns"
                break
            key = reply.asked.id
            if key not in PHASES and key not in self.sessions.model.items and not key.startswith("company."):
                self.played.error = f"the reply asks nothing known ({key!r}): {reply.text!r}"
                break
            interjection = next((one for one in self.waiting if one.at == key), None)
            if interjection is None:
                reply = self._say(reply, self.speaks(key, reply.text) if self.speaks else self._next(key))
            else:
                self.waiting.remove(interjection)
                reply = self._interject(reply, interjection)
        self._finish(reply)

    def _next(self, key: str) -> str:
        if key == "story":
            return self.script.story
        queue = self.queues.get(key)
        if not queue:
            return self.script.otherwise
        return queue.pop(0) if len(queue) > 1 else queue[0]

    def _say(self, before: Reply, text: str) -> Reply:
        started = time.perf_counter()
        reply = self.sessions.say(before.conversation, text)
        self.seconds.append(time.perf_counter() - started)
        findings = {n.what: _finding(reply, n.what) for n in reply.state.news if n.what in self.sessions.model.items}
        self.played.turns.append(
            {
                "user": text, "reply": reply.text, "asked": reply.asked.id if reply.asked else None,
                "form": reply.asked.form if reply.asked else None, "cited": list(reply.cited), "findings": findings,
                "news": [news.model_dump() for news in reply.state.news], "dropped": reply.dropped,
                "acts": [act.model_dump(mode="json") for act in reply.acts],
                "seconds": {name: round(value, 5) for name, value in reply.seconds.items()},
            }
        )  # fmt: skip
        if reply.calls:
            self.played.turns[-1]["model"] = {
                "calls": [asdict(call) for call in reply.calls],
                "difference": asdict(reply.difference) if reply.difference else None,
                "engines": [found.engine for found in reply.answers],
            }
        self.on_turn(text, reply.text)
        return reply

    def _interject(self, before: Reply, interjection: Interjection) -> Reply:
        expect = interjection.expect
        if interjection.kind == "stop_and_resume":
            stopped = self._say(before, interjection.say) if interjection.say else before
            self.sessions = self.connect()
            back = self.sessions.resume(before.conversation)
            resumed = back.state == stopped.state and back.asked == before.asked and bool(back.text)
            self._check(f"resumed at {interjection.at}", expect.get("resumed", True), resumed)
            return Reply(
                back.conversation,
                back.turn,
                back.text,
                back.asked,
                back.state.model_copy(update={"ended": ""}),
                back.left,
            )
        reply = self._say(before, interjection.say)
        if interjection.kind == "undo":
            reply = self._say(reply, "undo")
            as_before = before.state.profile == reply.state.profile
            self._check(f"undo at {interjection.at}: profile as before", True, as_before)
        where = f"{interjection.kind} at {interjection.at}"
        left = Signal(signal="progress") in reply.acts  # "how much is left?" is told
        if "answered" in expect:
            answered = left or any(found.answered for found in reply.answers)
            self._check(f"{where}: answered", expect["answered"], answered)
        if "topic" in expect and expect["topic"] != "unanswerable":
            topics = [found.topic for found in reply.answers] or (["process"] if left else [])
            self._check(f"{where}: topic", expect["topic"], topics[0] if len(topics) == 1 else topics)
        for path, value in expect.get("profile", {}).items():
            self._check(f"{where}: {path}", value, reply.state.profile.company().get(path.removeprefix("company.")))
        if "status" in expect:
            found = reply.state.profile.findings.get(interjection.at)
            self._check(f"{where}: status", expect["status"], found.status if found else None)
        if "language" in expect:
            self._check(f"{where}: language", expect["language"], reply.state.language)
        if "profile_unchanged" in expect:
            unchanged = before.state.profile == reply.state.profile
            self._check(f"{where}: profile unchanged", expect["profile_unchanged"], unchanged)
        if "conflict" in expect:
            open_conflicts = export.profile(reply.state, self.sessions.model)["conflicts"]
            self._check(f"{where}: conflict {expect['conflict']}", True, expect["conflict"] in open_conflicts)
        if interjection.kind != "skip":
            again = reply.asked is not None and reply.asked.id in (interjection.at, expect.get("conflict"))
            self._check(f"{where}: the question is taken up again", True, again)
        return reply

    def _finish(self, last: Reply) -> None:
        state = last.state
        self.played.profile = export.profile(state, self.sessions.model)
        plan = current(state, self.sessions.model, self.sessions.actions)
        self.played.plan = export.plan(plan, self.sessions.actions, state.language)
        for interjection in self.waiting:
            self._check(f"{interjection.at} is asked, for the {interjection.kind}", True, False)
        for what, expected, got in _gold(self.script.end, self.played.profile):
            self._check(what, expected, got)
            found = self.played.profile["items"].get(what, {})
            if expected != got and found.get("quote"):
                self.played.checks[-1] |= {name: found[name] for name in ("turn", "confidence", "quote")}
        for item, words in self.script.end.evidence.items():
            quote = self.played.profile["items"].get(item, {}).get("quote") or ""
            self.played.checks.append(
                {"what": f"evidence {item}", "expected": words, "got": quote, "met": overlaps(words, quote)}
            )

    def _check(self, what: str, expected: object, got: object) -> None:
        self.played.checks.append({"what": what, "expected": expected, "got": got, "met": expected == got})

    def time(self, embed: Callable[[Sequence[str]], object]) -> None:
        """Sets each turn's time against embedding its sentences once, in the same run."""
        floors = []
        for turn in self.played.turns:
            pieces = [piece.text for piece in sentences(turn["user"])] or [turn["user"]]
            started = time.perf_counter()
            embed(pieces)
            floors.append(time.perf_counter() - started)
        ratios = sorted(took / floor for took, floor in zip(self.seconds, floors, strict=True))
        if ratios:
            self.played.timing = {
                "turns": len(ratios), "seconds": round(sum(self.seconds), 4), "floor_seconds": round(sum(floors), 4),
                "ratio": round(sum(self.seconds) / sum(floors), 3), "ratio_median": round(ratios[len(ratios) // 2], 3),
                "ratio_p95": round(ratios[int(0.95 * (len(ratios) - 1))], 3),
            }  # fmt: skip


def _finding(reply: Reply, item: str) -> dict[str, Any]:
    return export.finding(reply.state.profile.findings.get(item))


def _gold(end: End, profile: dict[str, Any]) -> Iterator[tuple[str, object, object]]:
    for field_, value in end.company.items():
        yield f"company.{field_}", value, profile["company"].get(field_)
    for item, stage in end.items.items():
        expected = list(stage) if isinstance(stage, tuple) else stage
        yield item, expected, profile["items"].get(item, {}).get("stage")
    if end.barriers is not None:
        for barrier, got in profile["barriers"].items():
            yield f"barriers.{barrier}", end.barriers.get(barrier, "not_mentioned"), got
    for technology, gold in end.technologies.items():
        said = profile["technologies"].get(technology, {})
        yield f"technologies.{technology}.use", gold.use, said.get("use")
        if gold.interested is not None:
            yield f"technologies.{technology}.interested", gold.interested, said.get("interested")


def told(check: Mapping[str, Any]) -> str:
    """What was expected and what came, and where an item was read: its turn (the first is 1), how surely, from which words."""
    said = f"{check['what']}: expected {_short(check['expected'])}, got {_short(check['got'])}"
    if check.get("quote"):
        said += f" (turn {check['turn']}, sure {check['confidence']:.2f}: “{_short(check['quote'], '')}”)"
    return said


def _short(value: object, mark: str = "'") -> str:
    if not isinstance(value, str):
        return str(value)
    return f"{mark}{value if len(value) <= LONGEST else value[: LONGEST - 2] + ' …'}{mark}"


def overlaps(words: str, quote: str) -> bool:
    """Whether the recorded quote holds the expected words, or at least half of them."""
    expected, got = re.findall(r"\w+", words.casefold()), set(re.findall(r"\w+", quote.casefold()))
    return bool(expected) and sum(word in got for word in expected) >= len(expected) / 2
