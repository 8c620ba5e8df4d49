"""Papers of conversations and of the region as files: who asks says which paper and which format. Knows the engine and the exports.

The clock is read here alone: a paper bears the date on which it was written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from assistant.build import Engine
from assistant.decisions import Decisions
from assistant.domain import brief as briefs
from assistant.domain import guide as guides
from assistant.domain import region as regions
from assistant.domain.actions import Action
from assistant.domain.approval import current
from assistant.domain.maturity import Language
from assistant.domain.planned import Approval, Plan
from assistant.domain.state import State, opening
from assistant.domain.times import latest
from assistant.errors import UserError
from assistant.exports import json as as_json
from assistant.exports.document import Document
from assistant.exports.writing import KINDS, Kind, written
from assistant.session import Sessions

What = Literal["profile", "plan", "guide"]
Format = Literal["md", "docx", "pdf", "json"]
FORMATS: tuple[Format, ...] = (*KINDS, "json")
Shape = Format | Literal["html"]
"""A file, or HTML to be read inside a page."""


class Papers:
    """Writes papers.

    Args:
        engine: The running engine.
        sessions: The conversations, when they are not the engine's own.
    """

    def __init__(self, engine: Engine, sessions: Sessions | None = None) -> None:
        self._engine, self._knowledge = engine, engine.knowledge
        self._given = sessions

    def paper(self, what: What, conversation: str, kind: Shape) -> bytes:
        """Profile, plan or guide of a conversation.

        Raises:
            UserError: there is no such conversation.
        """
        state = self._sessions.state(conversation)
        if what == "profile":
            return self._profile(conversation, state, kind)
        return self._guide(state, kind) if what == "guide" else self._plan(state, self._current(state), kind)

    def version(self, conversation: str, number: int | None, kind: Shape) -> bytes:
        """An approved version of the plan, the last one without a number, with the texts that its actions had then.

        Raises:
            UserError: there is no such conversation or version.
        """
        found = self._decisions.version(conversation, number)
        approved = Approval(version=found.number, who=found.who, on=found.on)
        actions = {**self._knowledge.actions, **{action.id: action for action in found.actions}}
        state = self._sessions.state(conversation)
        return self._plan(state, found.plan.model_copy(update={"approved": approved}), kind, actions)

    def versions(self, conversation: str, kind: Shape) -> bytes:
        """The list of approved versions.

        Raises:
            UserError: there is no such conversation.
        """
        from assistant.exports.papers.decided import versions

        state = self._sessions.state(conversation)
        if kind == "json":
            return _json([{"version": v.number, "who": v.who, "on": v.on, "turn": v.turn} for v in state.versions])
        return self._written(versions(state, self._engine.words(state.language)), kind)

    def changes(self, conversation: str, since: int | None, kind: Shape) -> bytes:
        """What is different in the plan from an approved version, from the last one without a number.

        Raises:
            UserError: there is no such conversation or version.
        """
        from assistant.exports.papers.decided import changes

        old, found = self._decisions.version(conversation, since), self._decisions.changes(conversation, since)
        if kind == "json":
            return _json({"version": old.number, **found.model_dump(mode="json")})
        state = self._sessions.state(conversation)
        return self._written(changes(state, found, old, self._engine.words(state.language)), kind)

    def times(self, conversation: str, kind: Shape) -> bytes:
        """Every item at every time that the company was asked.

        Raises:
            UserError: there is no such conversation.
        """
        from assistant.exports.papers.times import times

        state, found = self._sessions.state(conversation), self._decisions.times(conversation)
        if kind == "json":
            return _json(as_json.times(found, state.language))
        return self._written(times(state, found, self._engine.words(state.language)), kind)

    def first_guide(self, language: Language, sector: str | None, employees: int | None, kind: Shape) -> bytes:
        """A guide from a trade and a size alone, before anything was said."""
        return self._guide(opening(language), kind, sector, employees)

    def suitable(self, conversation: str) -> list[tuple[str, str]]:
        """(id, title) of the actions of the plan that suit a student project."""
        state = self._sessions.state(conversation)
        names = briefs.suitable(self._current(state), self._knowledge.actions)
        return [(name, self._knowledge.actions[name].title[state.language]) for name in names]

    def brief(self, conversation: str, action: str, kind: Shape) -> bytes:
        """The brief of a student project.

        Raises:
            UserError: there is no such conversation or action, or the action does not suit.
        """
        from assistant.exports.papers.brief import brief

        state, knowledge = self._sessions.state(conversation), self._knowledge
        try:
            made = briefs.brief(
                action, latest(state), self._current(state), knowledge.model, knowledge.actions, knowledge.projects
            )
        except ValueError as error:
            raise UserError(f"{error}; `vejviser brief {conversation}` lists those of the plan that do.") from error
        if kind == "json":
            return _json(
                as_json.brief(made, state, knowledge.actions, knowledge.projects, self._engine.labels(state.language))
            )
        return self._written(brief(state, made, self._engine.words(state.language), knowledge.projects), kind)

    def region(self, language: Language, kind: Shape | Literal["csv"]) -> bytes:
        """The report over all conversations in which at least one item is assessed.

        Raises:
            UserError: there are fewer than five.
        """
        from assistant.exports.papers.region import as_csv, region

        try:
            report = regions.report(self._cohort(), self._knowledge.model, self._knowledge.actions)
        except regions.TooFewError as error:
            raise UserError(
                f"region: {error}; wait until more companies have talked with Vejviser, nothing is told of fewer."
            ) from error
        if kind == "json":
            return _json(as_json.region(report, language))
        words = self._engine.words(language)
        if kind == "csv":
            return as_csv(report, words).encode("utf-8-sig")  # with the mark that spreadsheets need for æ, ø and å
        return self._written(region(report, words), kind)

    @property
    def _sessions(self) -> Sessions:
        if self._given is None:
            self._given = self._engine.sessions()
        return self._given

    @property
    def _decisions(self) -> Decisions:
        return Decisions(self._sessions)

    def _profile(self, conversation: str, state: State, kind: Shape) -> bytes:
        from assistant.exports.papers.profile import profile

        if kind == "json":
            return _json(as_json.profile(state, self._knowledge.model))
        times = self._decisions.times(conversation)
        return self._written(profile(state, self._engine.words(state.language), times), kind)

    def _plan(self, state: State, shown: Plan, kind: Shape, actions: Mapping[str, Action] | None = None) -> bytes:
        """The plan over `actions`, else over the library."""
        from assistant.exports.papers.plan import plan

        actions = actions or self._knowledge.actions
        if kind == "json":
            return _json(as_json.plan(shown, actions, state.language, self._engine.labels(state.language)))
        return self._written(plan(state, shown, self._engine.words(state.language).with_actions(actions)), kind)

    def _guide(self, state: State, kind: Shape, sector: str | None = None, employees: int | None = None) -> bytes:
        from assistant.exports.papers.guide import guide

        knowledge = self._knowledge
        made = guides.guide(state, knowledge.model, knowledge.actions, knowledge.meeting, sector, employees)
        near = self._engine.near(made.parked, state.language)
        if kind == "json":
            return _json(as_json.guide(made, state, knowledge.model, knowledge.actions, knowledge.meeting, near))
        return self._written(guide(state, made, self._engine.words(state.language), knowledge.meeting, near), kind)

    def _current(self, state: State) -> Plan:
        return current(state, self._knowledge.model, self._knowledge.actions)

    def _cohort(self) -> Iterator[regions.Member]:
        for state in self._sessions.cohort():
            yield regions.member(latest(state), self._current(state))

    def _written(self, document: Document, kind: Kind) -> bytes:
        return written(document, kind, datetime.now(UTC))


def _json(value: dict[str, Any] | list[Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
