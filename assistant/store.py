"""Conversations as append-only turns, through SQLAlchemy: SQLite, or PostgreSQL by address. Knows no dialogue.

An acknowledged turn is on disk: SQLite runs in WAL mode with full synchronisation. `(conversation, number)` is unique, so two tabs
or two servers cannot both write turn 7.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, cast

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError, OperationalError

from assistant.calls import Called, Kept, Spent
from assistant.database import FILE, explained, reached, without_password
from assistant.domain.acts import AnyAct
from assistant.domain.maturity import Language
from assistant.domain.state import Asked
from assistant.errors import Conflict, StoreError
from assistant.links import digest, fresh, id_of, is_link
from assistant.schema import CALLS, CONVERSATIONS, ERASED, TURNS, NewerError, alone, forward

__all__ = ["Conversation", "Course", "Kept", "Spent", "Store", "Turn", "without_password"]
Course = Literal["short", "full"]
_ACTS: TypeAdapter[list[AnyAct]] = TypeAdapter(list[AnyAct])


@dataclass(frozen=True)
class Conversation:
    """What is known of a conversation besides its turns."""

    id: str
    language: Language
    course: Course
    created: datetime


@dataclass(frozen=True)
class Turn:
    """What was said, the acts accepted in it, and the reply. Turn 0 is the greeting, with nothing said."""

    number: int
    said: str
    acts: Sequence[AnyAct]
    asked: Asked | None
    reply: str
    cited: Sequence[str] = ()
    created: datetime = field(default_factory=lambda: datetime.now(UTC))


class Store:
    """Reads and appends. Safe to share between threads.

    Raises:
        StoreError: the database cannot be opened, read or written; the message says what to do.
    """

    def __init__(self, home: Path, url: str = "") -> None:
        self._where = without_password(url) or str(home / FILE)
        self._engine = reached(home, url)
        self._server = self._engine.dialect.name != "sqlite"
        with self._explained():
            changed = forward(self._engine)
        if changed:
            self.purge()

    def create(self, language: Language, course: Course, link: str = "") -> Conversation:
        """A new conversation, opened by `link`, which is not kept; without one, by a new link that nobody is told."""
        made = Conversation(id_of(link or fresh()), language, course, datetime.now(UTC))
        with self._explained(), self._engine.begin() as connection:
            connection.execute(sa.insert(CONVERSATIONS).values(**made.__dict__))
        return made

    def conversation(self, name: str) -> Conversation | None:
        """The conversation called `name`, or None."""
        with self._explained(), self._engine.connect() as connection:
            row = connection.execute(sa.select(CONVERSATIONS).where(CONVERSATIONS.c.id == name)).mappings().first()
        return None if row is None else Conversation(**dict(row))

    def opened(self, link: object) -> Conversation | None:
        """The conversation that `link` opens, or None. Takes anything, for it comes from a browser; an id opens nothing."""
        return self.conversation(id_of(link)) if is_link(link) else None

    def conversations(self) -> list[tuple[Conversation, int]]:
        """All conversations with the number of turns the person took, newest first."""
        turns = sa.func.count(TURNS.c.number) - 1
        query = (
            sa.select(CONVERSATIONS, turns.label("turns"))
            .outerjoin(TURNS, TURNS.c.conversation == CONVERSATIONS.c.id)
            .group_by(*CONVERSATIONS.c)
            .order_by(CONVERSATIONS.c.created.desc())
        )
        with self._explained(), self._engine.connect() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
        return [(Conversation(**row), max(0, count)) for row in rows for count in [row.pop("turns")]]

    def append(self, conversation: str, turn: Turn) -> None:
        """Writes `turn`; when this returns, it survives a crash.

        Raises:
            Conflict: the number is taken; nothing was written.
        """
        values = {
            "conversation": conversation, "number": turn.number, "said": turn.said,
            "acts": _ACTS.dump_python(list(turn.acts), mode="json"),
            "asked": None if turn.asked is None else turn.asked.model_dump(mode="json"),
            "reply": turn.reply, "cited": list(turn.cited), "created": turn.created,
        }  # fmt: skip
        with self._explained(), self._engine.begin() as connection:
            connection.execute(sa.insert(TURNS).values(**values))

    def turns(self, conversation: str, after: int = -1) -> list[Turn]:
        """The turns numbered above `after`, in order."""
        query = (
            sa.select(TURNS)
            .where(TURNS.c.conversation == conversation, TURNS.c.number > after)
            .order_by(TURNS.c.number)
        )
        with self._explained(), self._engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
        return [_turn(dict(row)) for row in rows]

    def last_number(self, conversation: str) -> int:
        """Number of the newest turn, -1 when there is none."""
        query = sa.select(sa.func.max(TURNS.c.number)).where(TURNS.c.conversation == conversation)
        with self._explained(), self._engine.connect() as connection:
            number = connection.execute(query).scalar()
        return -1 if number is None else int(number)

    def note_calls(self, conversation: str, turn: int, calls: Sequence[Called]) -> None:
        """Keeps what a language model was used for in one turn."""
        rows = [
            {
                "conversation": conversation, "turn": turn, "job": call.job, "model": call.model[:255], "sent": call.sent,
                "received": call.received, "seconds": call.seconds, "outcome": call.outcome[:255],
            }
            for call in calls
        ]  # fmt: skip
        if rows:
            with self._explained(), self._engine.begin() as connection:
                connection.execute(sa.insert(CALLS), rows)

    def calls(self, conversation: str) -> list[Kept]:
        """What a language model was used for in one conversation, call by call."""
        query = sa.select(*(CALLS.c[name] for name in Kept._fields)).where(CALLS.c.conversation == conversation)
        with self._explained(), self._engine.connect() as connection:
            return [Kept(*row) for row in connection.execute(query.order_by(CALLS.c.id)).all()]

    def spent(self, conversation: str) -> Spent:
        """What a language model was used for in one conversation."""
        return next(iter(self._spent(CALLS.c.conversation == conversation)), Spent(conversation))

    def spending(self) -> list[Spent]:
        """The same for each conversation in which one was used, the dearest first."""
        return sorted(self._spent(sa.true()), key=lambda one: -one.sent - one.received)

    def _spent(self, which: sa.ColumnElement[bool]) -> list[Spent]:
        failed = sa.func.sum(sa.case((CALLS.c.outcome == "ok", 0), else_=1))
        sums = [sa.func.sum(column) for column in (CALLS.c.sent, CALLS.c.received, CALLS.c.seconds)]
        query = (
            sa.select(CALLS.c.conversation, sa.func.count(), failed, *sums).where(which).group_by(CALLS.c.conversation)
        )
        with self._explained(), self._engine.connect() as connection:
            return [Spent(*row) for row in connection.execute(query).all()]

    def erase(self, *conversations: str) -> int:
        """Removes conversations and overwrites their bytes; how many of them there were."""
        with self._explained(), self._engine.begin() as connection:
            there = sa.select(CONVERSATIONS.c.id).where(CONVERSATIONS.c.id.in_(conversations))
            gone = list(connection.execute(there).scalars())
            for column in (CALLS.c.conversation, TURNS.c.conversation, CONVERSATIONS.c.id):
                connection.execute(sa.delete(column.table).where(column.in_(gone)))
            _remember(connection, {digest(name): datetime.now(UTC) for name in gone})
        if gone:
            self.purge()
        return len(gone)

    def erased(self) -> dict[str, datetime]:
        """SHA-256 of the id of every conversation that was erased -> when."""
        with self._explained(), self._engine.connect() as connection:
            return {row.digest: row.on for row in connection.execute(sa.select(ERASED)).all()}

    def remember(self, marks: Mapping[str, datetime]) -> None:
        """Adds to what `erased` gives; what stands there already is left as it is."""
        with self._explained(), self._engine.begin() as connection:
            _remember(connection, marks)

    def erase_marked(self, marks: Mapping[str, datetime]) -> int:
        """Erases what was erased before, according to `marks`; for a backup from before that. How many there were."""
        names = [one.id for one, _ in self.conversations() if digest(one.id) in marks]
        return self.erase(*names) if names else 0

    def purge(self) -> bool:
        """Writes the file of SQLite anew and empties its log, so that nothing deleted is left between what is kept; False when
        another program reads or writes all the while, or the disk is full, and then the next time does it.
        """
        if self._server:
            return True
        with suppress(OperationalError), self._engine.connect() as opened:
            connection = opened.execution_options(isolation_level="AUTOCOMMIT")
            connection.exec_driver_sql("VACUUM")
            for wait in (0.0, 0.05, 0.2, 0.5, 1.0):
                time.sleep(wait)
                busy, *_ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
                if not busy:
                    return True
        return False

    def silent_since(self, moment: datetime) -> list[str]:
        """The conversations in which nothing was said or added since `moment`."""
        last = sa.func.coalesce(sa.func.max(TURNS.c.created), CONVERSATIONS.c.created)
        query = (
            sa.select(CONVERSATIONS.c.id)
            .outerjoin(TURNS, TURNS.c.conversation == CONVERSATIONS.c.id)
            .group_by(CONVERSATIONS.c.id, CONVERSATIONS.c.created)
            .having(last < moment)
        )
        with self._explained(), self._engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def ready(self) -> None:
        """Whether it can be read and written.

        Raises:
            StoreError: it cannot.
        """
        one = sa.select(CONVERSATIONS.c.id).limit(1)
        with self._explained(), self._engine.connect().execution_options(writes=True) as connection:
            connection.execute(one.with_for_update(skip_locked=True) if self._server else one).first()
            connection.rollback()

    def copy(self, path: Path) -> None:
        """Writes a copy of all conversations and accounts, as they are at one moment, while others go on writing.

        Raises:
            StoreError: it is no SQLite, or the copy cannot be written.
        """
        if self._server:
            raise StoreError(
                f"{self._where}: is kept by a database server; copy it with that server's own program, such as pg_dump."
            )
        with self._explained(), self._engine.connect() as connection, closing(sqlite3.connect(path)) as made:
            source = connection.connection.driver_connection
            assert isinstance(source, sqlite3.Connection)
            source.backup(made)
            made.execute("PRAGMA journal_mode = DELETE")

    def mentioning(self, text: str) -> list[Conversation]:
        """The conversations in whose acts `text` stands, newest first: where to look for what an account was given."""
        acts = sa.cast(TURNS.c.acts, sa.Text)
        turns = sa.select(TURNS.c.conversation).where(acts.contains(text, autoescape=True))
        query = sa.select(CONVERSATIONS).where(CONVERSATIONS.c.id.in_(turns)).order_by(CONVERSATIONS.c.created.desc())
        with self._explained(), self._engine.connect() as connection:
            return [Conversation(**dict(row)) for row in connection.execute(query).mappings()]

    def last_said(self, conversation: str) -> datetime | None:
        """When the company last said something; what advisers added does not count."""
        by_adviser = sa.cast(TURNS.c.acts, sa.Text).contains('"adviser":', autoescape=True)
        query = sa.select(sa.func.max(TURNS.c.created)).where(TURNS.c.conversation == conversation, ~by_adviser)
        with self._explained(), self._engine.connect() as connection:
            found: datetime | None = connection.execute(query).scalar()
        return found

    def add(self, tables: sa.MetaData) -> None:
        """Makes the tables of somebody else who keeps things in the same database."""
        with self._explained():
            there = set(sa.inspect(self._engine).get_table_names())
            if not there.issuperset(tables.tables):
                with alone(self._engine) as connection:
                    tables.create_all(connection)

    @contextmanager
    def begin(self) -> Iterator[sa.Connection]:
        """One transaction, for those tables.

        Raises:
            Conflict: something that may stand there once stands there already.
        """
        with self._explained(), self._engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Closes all connections."""
        self._engine.dispose()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            with explained(self._where, server=self._server):
                try:
                    yield
                except IntegrityError as error:
                    raise Conflict("this turn was written by another tab or process") from error
        except NewerError as error:
            raise StoreError(
                f"{self._where}: was written by a newer Vejviser ({error}); start that one, or restore an older backup."
            ) from error


def once(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts what does not stand there yet, whoever else does the same at that moment."""
    insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert
    if rows:
        connection.execute(insert(table).on_conflict_do_nothing(), list(rows))


def _remember(connection: sa.Connection, marks: Mapping[str, datetime]) -> None:
    once(connection, ERASED, [{"digest": name, "on": on} for name, on in marks.items()])


def _turn(row: dict[str, Any]) -> Turn:
    return Turn(
        number=row["number"], said=row["said"], acts=_ACTS.validate_python(row["acts"]),
        asked=None if row["asked"] is None else Asked.model_validate(row["asked"]),
        reply=row["reply"], cited=tuple(cast("list[str]", row["cited"])), created=row["created"],
    )  # fmt: skip
