"""The tables of conversations, their versions, and the way forward from each. Knows SQL; knows no turns.

| version | since then |
|---|---|
| 1 | conversations, turns |
| 2 | model_calls |
| 3 | advisers, adviser_sessions, adviser_tries (see `accounts.py`) |
| 4 | schema_version, erased |
| 5 | the id of a conversation is made of its link; before, it was the link (see `links.py`) |
| 6 | no link stands in the words of a turn; before, the reply to "stop" told the id, which had been the link |
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from assistant.database import Moment
from assistant.domain.strings import changed
from assistant.links import digest, id_of, unlinked

VERSION = 6
"""Of the tables that this program writes."""
_UNNUMBERED = 3
"""The newest version that did not say which it is."""
_LOCK = 7_046_029
"""Number of the advisory lock under which PostgreSQL's tables are changed."""
METADATA = sa.MetaData()
CONVERSATIONS = sa.Table(
    "conversations",
    METADATA,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("language", sa.String(2), nullable=False),
    sa.Column("course", sa.String(8), nullable=False),
    sa.Column("created", Moment, nullable=False),
)
TURNS = sa.Table(
    "turns",
    METADATA,
    sa.Column("conversation", sa.ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("said", sa.Text, nullable=False),
    sa.Column("acts", sa.JSON, nullable=False),
    sa.Column("asked", sa.JSON, nullable=True),
    sa.Column("reply", sa.Text, nullable=False),
    sa.Column("cited", sa.JSON, nullable=False),
    sa.Column("created", Moment, nullable=False),
)
CALLS = sa.Table(
    "model_calls",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("conversation", sa.ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("turn", sa.Integer, nullable=False),
    sa.Column("job", sa.String(64), nullable=False),
    sa.Column("model", sa.String(255), nullable=False),
    sa.Column("sent", sa.Integer, nullable=False),
    sa.Column("received", sa.Integer, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("outcome", sa.String(255), nullable=False),
)
ERASED = sa.Table(
    "erased",
    METADATA,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("on", Moment, nullable=False),
)
"""SHA-256 of the ids of what was erased, so that a backup from before does not bring it back."""
_VERSION = sa.Table("schema_version", METADATA, sa.Column("version", sa.Integer, primary_key=True, autoincrement=False))


class NewerError(Exception):
    """The tables were written by a newer program."""

    def __init__(self, version: int) -> None:
        super().__init__(f"version {version}, this program knows {VERSION}")
        self.version = version


def version(connection: sa.Connection) -> int:
    """Which version the tables are of; 0 where there are none."""
    tables = set(sa.inspect(connection).get_table_names())
    if "schema_version" in tables:
        return int(connection.execute(sa.select(sa.func.max(_VERSION.c.version))).scalar() or _UNNUMBERED)
    return _UNNUMBERED if "conversations" in tables else 0


def forward(engine: sa.Engine) -> bool:
    """Makes what is missing and changes what is older, in one transaction: a program killed in it left all as it was. Whether
    anything that was there was changed.

    Raises:
        NewerError: the tables are of a later version; nothing was changed.
    """
    with engine.connect() as connection:
        if (found := version(connection)) == VERSION:
            return False
    if found > VERSION:
        raise NewerError(found)
    with alone(engine) as connection:
        if (found := version(connection)) == VERSION:  # another process was quicker
            return False
        METADATA.create_all(connection)
        if 0 < found < 5:
            _hashed(connection)
        if 0 < found < 6:
            _unlinked(connection)
        connection.execute(sa.delete(_VERSION))
        connection.execute(sa.insert(_VERSION).values(version=VERSION))
    return found > 0


@contextmanager
def alone(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction in which nobody else changes tables."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL lock_timeout = 0")  # bringing tables forward may take long
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            connection.exec_driver_sql("SET LOCAL lock_timeout TO DEFAULT")
        yield connection


def _hashed(connection: sa.Connection) -> None:
    """Ids that were links become ids, so that no link stands in the database; each link goes on opening its conversation."""
    for row in connection.execute(sa.select(CONVERSATIONS)).mappings().all():
        link, name = row["id"], id_of(row["id"])
        connection.execute(sa.insert(CONVERSATIONS).values({**row, "id": name}))
        for column in (TURNS.c.conversation, CALLS.c.conversation):
            connection.execute(sa.update(column.table).where(column == link).values({column.name: name}))
        connection.execute(sa.delete(CONVERSATIONS).where(CONVERSATIONS.c.id == link))
    for mark in connection.execute(sa.select(ERASED.c.digest)).scalars().all():
        update = sa.update(ERASED).where(ERASED.c.digest == mark)
        connection.execute(update.values(digest=digest(mark[:32])))  # of the id that the link would have now


def _unlinked(connection: sa.Connection) -> None:
    """Links leave the words of turns. A reply gets the id in their place, and goes on telling how to come back."""
    names = set(connection.execute(sa.select(CONVERSATIONS.c.id)).scalars())
    for name in names:  # one conversation at a time, for all of them may be more than memory holds
        for row in connection.execute(sa.select(TURNS).where(TURNS.c.conversation == name)).mappings().all():
            values = {
                "said": unlinked(row["said"], names),
                "acts": changed(row["acts"], lambda text: unlinked(text, names)),
                "reply": unlinked(row["reply"], names, id_of),
            }
            if any(row[column] != value for column, value in values.items()):
                where = (TURNS.c.conversation == name, TURNS.c.number == row["number"])
                connection.execute(sa.update(TURNS).where(*where).values(values))
