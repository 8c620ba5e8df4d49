"""A PostgreSQL of the tests' own: Debian's, installed where that is allowed, in a folder of its own, reached by a socket in it.

No port, no password, no other cluster is touched. PostgreSQL refuses to run as root, so root's tests run it as `postgres`, whom
Debian's package makes.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from programs import program

from assistant.store import Store

_ROOT = "postgres"
_PREFIX = "vejviser-pg-"
_PLACES = "/usr/lib/postgresql/*/bin"
_TUNED = ("fsync=off", "full_page_writes=off", "shared_buffers=32MB", "max_connections=120", "listen_addresses=")
"""A crash of the server alone loses nothing without fsync; only one of the machine would."""


class Postgres:
    """One server, which can be stopped and started."""

    def __init__(self) -> None:
        self._bin = _programs()
        self._as: dict[str, Any] = {}
        _tidy(self._bin)
        # in /tmp, for a socket's path has to be short, and postgres may go there
        self.folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir="/tmp"))
        if os.geteuid() == 0:
            who = pwd.getpwnam(_ROOT)
            os.chown(self.folder, who.pw_uid, who.pw_gid)
            self._as = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}
        self._data = self.folder / "data"
        self._run("initdb", "-D", self._data, "-U", _ROOT, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        self._made = 0
        self.start()

    def start(self) -> None:
        """Starts it; returns when it answers."""
        options = " ".join(f"-c {one}" for one in (*_TUNED, f"unix_socket_directories={self.folder}"))
        self._run("pg_ctl", "-D", self._data, "-w", "-t", 60, "-l", self.folder / "log", "-o", options, "start")

    def stop(self) -> None:
        """Ends it at once, as a crash would; whoever is connected is cut off."""
        self._run("pg_ctl", "-D", self._data, "-w", "-m", "immediate", "stop")

    def database(self) -> str:
        """The address of a new and empty database."""
        import psycopg

        self._made += 1
        with psycopg.connect(host=str(self.folder), user=_ROOT, dbname="postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE d{self._made} TEMPLATE template0")  # type: ignore[call-overload]
        return f"postgresql://{_ROOT}@/d{self._made}?host={self.folder}"

    def close(self) -> None:
        """Stops it and removes its folder."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, name: str, *arguments: object) -> None:
        command: Sequence[str] = [str(self._bin / name), *map(str, arguments)]
        log = self.folder / "log"
        done = subprocess.run(
            command, cwd="/", check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **self._as
        )  # fmt: skip
        if done.returncode:
            raise AssertionError(f"{name}: {done.stderr}\n{log.read_text() if log.exists() else ''}")


def _tidy(programs: Path) -> None:
    """Ends and removes what tests left that were killed."""
    for left in Path("/tmp").glob(f"{_PREFIX}*-*"):
        number = left.name.removeprefix(_PREFIX).split("-")[0]
        if not number.isdigit() or Path("/proc", number).exists():
            continue
        with contextlib.suppress(OSError, ValueError, IndexError):
            server = int((left / "data" / "postmaster.pid").read_text().split()[0])
            if Path(f"/proc/{server}/exe").resolve() == (programs / "postgres").resolve():
                os.kill(server, signal.SIGQUIT)  # at once
                while Path("/proc", str(server)).exists():
                    time.sleep(0.05)
        shutil.rmtree(left, ignore_errors=True)


def _programs() -> Path:
    """The folder of `initdb` and `pg_ctl`; Debian keeps it out of PATH."""
    return Path(program(["initdb"], ["postgresql"], "PostgreSQL", _PLACES)).resolve().parent


def everything(store: Store) -> bytes:
    """All that stands in the tables."""
    with store.begin() as connection:
        tables = sa.inspect(connection).get_table_names()
        rows = [connection.exec_driver_sql(f'SELECT * FROM "{name}"').all() for name in tables]
    return repr(rows).encode()
