"""Papers of conversations and of the region as files: who asks says which paper and which format. Knows the engine and the exports.

The clock is read here alone: a paper bears the date on which it was written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Literal

from assistant.build import Engine
from assistant.domain import brief as briefs
from assistant.domain import guide as guides
from assistant.domain import region as regions
from assistant.domain.maturity import Language
from assistant.domain.plan import draft
from assistant.domain.state import State, opening
from assistant.errors import UserError
from assistant.exports import json as as_json
from assistant.exports.document import Document
from assistant.exports.writing import KINDS, Kind, written
from assistant.session import Sessions

What = Literal["profile", "plan", "guide"]
Format = Literal["md", "docx", "pdf", "json"]
FORMATS: tuple[Format, ...] = (*KINDS, "json")


class Papers:
    """Writes papers.

    Args:
        engine: The running engine.
        sessions: The conversations, when they are not the engine's own.
    """

    def __init__(self, engine: Engine, sessions: Sessions | None = None) -> None:
        self._engine, self._knowledge = engine, engine.knowledge
        self._given = sessions

    def paper(self, what: What, conversation: str, kind: Format) -> bytes:
        """Profile, plan or guide of a conversation.

        Raises:
            UserError: there is no such conversation.
        """
        state = self._sessions.state(conversation)
        return {"profile": self._profile, "plan": self._plan, "guide": self._guide}[what](state, kind)

    def first_guide(self, language: Language, sector: str | None, employees: int | None, kind: Format) -> bytes:
        """A guide from a trade and a size alone, before anything was said."""
        return self._guide(opening(language), kind, sector, employees)

    def suitable(self, conversation: str) -> list[tuple[str, str]]:
        """(id, title) of the actions of the plan that suit a student project."""
        state = self._sessions.state(conversation)
        names = briefs.suitable(self._draft(state), self._knowledge.actions)
        return [(name, self._knowledge.actions[name].title[state.language]) for name in names]

    def brief(self, conversation: str, action: str, kind: Format) -> bytes:
        """The brief of a student project.

        Raises:
            UserError: there is no such conversation or action, or the action does not suit.
        """
        from assistant.exports.papers.brief import brief

        state, knowledge = self._sessions.state(conversation), self._knowledge
        try:
            made = briefs.brief(
                action, state.profile, self._draft(state), knowledge.model, knowledge.actions, knowledge.projects
            )
        except ValueError as error:
            raise UserError(f"{error}; `vejviser brief {conversation}` lists those of the plan that do.") from error
        if kind == "json":
            return _json(
                as_json.brief(made, state, knowledge.actions, knowledge.projects, self._engine.labels(state.language))
            )
        return self._written(brief(state, made, self._engine.words(state.language), knowledge.projects), kind)

    def region(self, language: Language, kind: Format | Literal["csv"]) -> bytes:
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

    def _profile(self, state: State, kind: Format) -> bytes:
        from assistant.exports.papers.profile import profile

        if kind == "json":
            return _json(as_json.profile(state, self._knowledge.model))
        return self._written(profile(state, self._engine.words(state.language)), kind)

    def _plan(self, state: State, kind: Format) -> bytes:
        from assistant.exports.papers.plan import plan

        drafted = self._draft(state)
        if kind == "json":
            labels = self._engine.labels(state.language)
            return _json(as_json.plan(drafted, self._knowledge.actions, state.language, labels))
        return self._written(plan(state, drafted, self._engine.words(state.language)), kind)

    def _guide(self, state: State, kind: Format, sector: str | None = None, employees: int | None = None) -> bytes:
        from assistant.exports.papers.guide import guide

        knowledge = self._knowledge
        made = guides.guide(state, knowledge.model, knowledge.actions, knowledge.meeting, sector, employees)
        near = self._engine.near(made.parked, state.language)
        if kind == "json":
            return _json(as_json.guide(made, state, knowledge.model, knowledge.actions, knowledge.meeting, near))
        return self._written(guide(state, made, self._engine.words(state.language), knowledge.meeting, near), kind)

    def _draft(self, state: State) -> Any:
        return draft(state.profile, self._knowledge.model, self._knowledge.actions)

    def _cohort(self) -> Iterator[regions.Member]:
        for state in self._sessions.cohort():
            steps = self._draft(state).steps
            yield regions.Member(state.profile, tuple(one.action for step in steps for one in step.actions))

    def _written(self, document: Document, kind: Kind) -> bytes:
        return written(document, kind, datetime.now(UTC))


def _json(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
