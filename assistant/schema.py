"""The tables of conversations, their versions, and the way forward from each. Knows SQL; knows no turns.

| version | since then |
|---|---|
| 1 | conversations, turns |
| 2 | model_calls |
| 3 | advisers, adviser_sessions, adviser_tries (see `accounts.py`) |
| 4 | schema_version, erased |
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

VERSION = 4
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
    sa.Column("created", sa.DateTime(timezone=True), nullable=False),
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
    sa.Column("created", sa.DateTime(timezone=True), nullable=False),
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
    sa.Column("on", sa.DateTime(timezone=True), nullable=False),
)
"""SHA-256 of the ids of what was erased, so that a backup from before does not bring it back."""
_VERSION = sa.Table("schema_version", METADATA, sa.Column("version", sa.Integer, primary_key=True, autoincrement=False))


class NewerError(Exception):
    """The tables were written by a newer program."""

    def __init__(self, version: int) -> None:
        super().__init__(f"version {version}, this program knows {VERSION}")
        self.version = version


def sqlite_tuned(connection: Any, _record: object) -> None:
    """Set on every connection to SQLite: nothing acknowledged is lost, what is deleted is overwritten."""
    connection.isolation_level = None  # transactions are begun by `sqlite_begun`, so that tables change in them too
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout = 5000")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.execute("PRAGMA temp_store = MEMORY")
    cursor.close()


def sqlite_begun(connection: sa.Connection) -> None:
    """Begins a transaction of SQLite, one that writes at once where that is wished for."""
    options = connection.get_execution_options()
    if options.get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")


def version(connection: sa.Connection) -> int:
    """Which version the tables are of; 0 where there are none."""
    tables = set(sa.inspect(connection).get_table_names())
    if "schema_version" in tables:
        return int(connection.execute(sa.select(sa.func.max(_VERSION.c.version))).scalar() or _UNNUMBERED)
    return _UNNUMBERED if "conversations" in tables else 0


def forward(engine: sa.Engine) -> None:
    """Makes what is missing and changes what is older, in one transaction: a program killed in it left all as it was.

    Raises:
        NewerError: the tables are of a later version; nothing was changed.
    """
    with engine.connect() as connection:
        if (found := version(connection)) == VERSION:
            return
    if found > VERSION:
        raise NewerError(found)
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        if version(connection) == VERSION:  # another process was quicker
            return
        METADATA.create_all(connection)  # all that ever came were tables; a change of one goes here, by version
        connection.execute(sa.delete(_VERSION))
        connection.execute(sa.insert(_VERSION).values(version=VERSION))


def remedy(told: str) -> str:
    """What to do about what the database told."""
    told = told.lower()
    if "locked" in told:
        return "another program holds it; close that program or wait, then try again"
    if "readonly" in told or "read-only" in told:
        return "it is read-only; give write permission or set VEJVISER_HOME to another folder"
    if "full" in told:
        return "the disk is full; free space and try again"
    return "check that the folder exists and can be written, or set VEJVISER_HOME to another one"
