"""How a database is reached: SQLite in the data folder, or a server by address; and what went wrong with it, in one sentence.

| | SQLite | PostgreSQL |
|---|---|---|
| nothing acknowledged is lost | WAL, full synchronisation | the server's own (`synchronous_commit` on, as it comes) |
| gone and back | looked at anew each time | each connection is tried before it is used (`pool_pre_ping`) |
| waits for another writer | 5 seconds | 5 seconds (`lock_timeout`); for one that brings tables forward, as long as that takes |

Knows addresses and drivers; knows no tables.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from assistant.errors import StoreError

WAIT = 5
"""Seconds for which another writer, or a server that does not answer, is waited for."""
CONNECTIONS, MORE = 10, 20
"""Kept open to a server by one process, and opened besides when many turns come at once."""
FILE = "conversations.sqlite3"
_DRIVERS = {
    "sqlite": "sqlite", "sqlite+pysqlite": "sqlite",
    **dict.fromkeys(("postgres", "postgresql", "postgresql+psycopg"), "postgresql+psycopg"),
}  # fmt: skip
"""How an address may begin -> what it is reached by."""
_STATES = {"55P03": "locked", "25006": "read-only", "53100": "disk full"}
"""PostgreSQL's codes of what SQLite tells in words; its own words may be in any language."""
_NAMED = re.compile(r"((?:^|[?&\s])[^=&\s]*(?:password|secret)[^=&\s]*\s*=)[^&]*", re.IGNORECASE)
_BEFORE_HOST = re.compile(r"(?:(?<=://)([^/@:]*):|^([^/@:]*):(?!//)).*@")
_SERVER = "check that the database server runs and that VEJVISER_DATABASE_URL is right, then try again"


class Moment(sa.TypeDecorator[datetime]):
    """A point in time; comes back in UTC and says so, whatever the database made of it."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        """Into the database, in UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        """Out of it; SQLite keeps no zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def reached(home: Path, url: str = "") -> sa.Engine:
    """The database at `url`, else the file in `home`, which is made when missing. Nothing is connected to yet.

    Raises:
        StoreError: the folder cannot be made, the address is none, it is of another kind of database, or the driver is not installed.
    """
    if not url:
        try:
            home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"{home}: the data folder cannot be made ({error.strerror}); set VEJVISER_HOME to one that can be written."
            ) from error
        url = f"sqlite:///{home / FILE}"
    where = without_password(url)
    try:
        address = sa.make_url(url)
        if address.drivername not in _DRIVERS:
            raise StoreError(
                f"VEJVISER_DATABASE_URL={where!r}: is reached by {address.drivername!r}, but conversations are kept in PostgreSQL or SQLite"
                " alone; give postgresql://… or sqlite:///…, or leave it empty for a file in the data folder."
            )
        address = address.set(drivername=_DRIVERS[address.drivername])
        engine = sa.create_engine(
            address, hide_parameters=True, **_options(address)
        )  # else errors repeat what was said
    except ModuleNotFoundError as error:
        raise StoreError(
            f"VEJVISER_DATABASE_URL={where!r}: needs the package {error.name}; for PostgreSQL `pip install vejviser[postgres]`."
        ) from error
    except (SQLAlchemyError, ValueError, ImportError) as error:
        raise StoreError(f"VEJVISER_DATABASE_URL={where!r}: is no address of a database; correct it.") from error
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _tuned)
        sa.event.listen(engine, "begin", _begun)
    return engine


def _options(address: sa.URL) -> dict[str, Any]:
    if address.get_backend_name() != "postgresql":
        return {}
    given: dict[str, Any] = {"connect_timeout": WAIT, "options": f"-c lock_timeout={WAIT}s -c timezone=UTC"}
    return {
        "connect_args": {name: value for name, value in given.items() if name not in address.query},
        "pool_pre_ping": True, "pool_size": CONNECTIONS, "max_overflow": MORE, "pool_timeout": WAIT * 2,
    }  # fmt: skip


def without_password(url: str) -> str:
    """`url` as it may stand in messages and logs; also what was meant for one and is none."""
    url = _NAMED.sub(r"\1***", url)  # first, for one may hold an @
    return _BEFORE_HOST.sub(r"\1\2:***@", url)


@contextmanager
def explained(where: str, *, server: bool) -> Iterator[None]:
    """What a database complains of, as a sentence.

    Args:
        where: The file, or the address without its password.
        server: Whether it is one that runs by itself.

    Raises:
        StoreError: in the place of what the driver raised.
    """
    try:
        yield
    except PoolTimeout as error:
        raise StoreError(f"{where}: all connections are in use; wait a little, then try again.") from error
    except DBAPIError as error:
        told = _sentence(error.orig)
        if what := _remedy(error, server=server):
            raise StoreError(f"{where}: conversations cannot be read or written ({told}); {what}.") from error
        raise StoreError(f"{where}: is not a usable database ({told}); move it away or restore a backup.") from error


def _sentence(told: object) -> str:
    """The first line of what a driver tells; the next ones may repeat values."""
    return next(iter(str(told).strip().splitlines()), "no reason given").strip()


def _remedy(error: DBAPIError, *, server: bool) -> str:
    """What to do about it; nothing where what is there is no database that can be used."""
    told = _STATES.get(str(getattr(error.orig, "sqlstate", "")), "") if server else _sentence(error.orig).lower()
    if "locked" in told:
        return "another program holds it; close that program or wait, then try again"
    if "readonly" in told or "read-only" in told:
        other = "set VEJVISER_DATABASE_URL to another server" if server else "set VEJVISER_HOME to another folder"
        return f"it is read-only; give write permission or {other}"
    if "full" in told:
        return "the disk is full; free space and try again"
    if not (error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)):
        return ""
    return _SERVER if server else "check that the folder exists and can be written, or set VEJVISER_HOME to another one"


def _tuned(connection: Any, _record: object) -> None:
    """Set on every connection to SQLite: nothing acknowledged is lost, what is deleted is overwritten."""
    assert isinstance(connection, sqlite3.Connection)
    connection.isolation_level = None  # transactions are begun by `_begun`, so that tables change in them too
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {WAIT * 1000}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.execute("PRAGMA temp_store = MEMORY")
    cursor.close()


def _begun(connection: sa.Connection) -> None:
    """Begins a transaction of SQLite, one that writes at once where that is wished for."""
    options = connection.get_execution_options()
    if options.get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")
