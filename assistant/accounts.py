"""Accounts of advisers: names, hashed passwords, sessions, and how often somebody may try. Knows no pages and no conversations.

Passwords are hashed with Argon2id, with the parameters that argon2-cffi advises (RFC 9106: 64 MiB, hence one try at a time). They
stand in the hash, so that they can be raised: a hash with others, or of scrypt, as it was before, still holds and is renewed at the
next login. Of a session only the hash of its token is kept.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import threading
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from assistant.database import Moment
from assistant.domain.strings import storable
from assistant.errors import Conflict, UserError
from assistant.store import Store, once

LEAST, MOST = 15, 200
"""Characters of a password. Fifteen is what NIST SP 800-63B-4 asks for where nothing but the password is checked."""
LONGEST_NAME = 80
LASTS = timedelta(hours=10)
"""How long a login holds: a working day."""
FREE_TRIES = 3
"""Wrong passwords before somebody has to wait, twice as long each time."""
LONGEST_WAIT = 300
"""Seconds."""
_HASHER = PasswordHasher()
_OLD = "scrypt$"
_TABLES = sa.MetaData()
_ADVISERS = sa.Table(
    "advisers",
    _TABLES,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("name", sa.String(LONGEST_NAME), nullable=False),
    sa.Column("key", sa.String(LONGEST_NAME * 2), nullable=False, unique=True),
    sa.Column("password", sa.String(255), nullable=False),
    sa.Column("created", Moment, nullable=False),
)
_SHOWN = (_ADVISERS.c.id, _ADVISERS.c.name, _ADVISERS.c.created)
_SESSIONS = sa.Table(
    "adviser_sessions",
    _TABLES,
    sa.Column("token", sa.String(64), primary_key=True),
    sa.Column("adviser", sa.ForeignKey("advisers.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("expires", sa.Float, nullable=False),
)
_TRIES = sa.Table(
    "adviser_tries",
    _TABLES,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("wrong", sa.Integer, nullable=False),
    sa.Column("last", sa.Float, nullable=False),
)


@dataclass(frozen=True)
class Adviser:
    """One account."""

    id: str
    name: str
    created: datetime


class WaitError(UserError):
    """Too many wrong passwords; `seconds` until the next try."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"login: too many wrong passwords; try again in {seconds} seconds.")
        self.seconds = seconds


def _now() -> datetime:
    return datetime.now(UTC)


class Accounts:
    """The advisers, in the database of the conversations. Safe to share between threads.

    Raises:
        StoreError: the database cannot be read or written.
    """

    def __init__(self, store: Store, clock: Callable[[], datetime] = _now) -> None:
        self._store, self._clock = store, clock
        self._one_at_a_time = threading.Lock()
        store.add(_TABLES)

    def add(self, name: str, password: str) -> Adviser:
        """A new account.

        Raises:
            UserError: a name or password that cannot be one, or the name is taken.
        """
        shown = " ".join(unicodedata.normalize("NFC", name).split())
        if not 0 < len(shown) <= LONGEST_NAME or not shown.isprintable():
            raise UserError(f"name {name!r}: give one of at most {LONGEST_NAME} characters.")
        if not LEAST <= len(password) <= MOST:
            raise UserError(
                f"password: has {len(password)} characters; take {LEAST} to {MOST}, a few words in a row for example."
            )
        made = Adviser(secrets.token_hex(16), shown, self._clock())
        values = {**made.__dict__, "key": _key(shown), "password": _hashed(password)}
        try:
            with self._store.begin() as connection:
                connection.execute(sa.insert(_ADVISERS).values(**values))
        except Conflict as error:
            raise UserError(f"adviser {shown!r}: there is one by that name; choose another.") from error
        return made

    def all(self) -> list[Adviser]:
        """All accounts, by name."""
        with self._store.begin() as connection:
            rows = connection.execute(sa.select(*_SHOWN).order_by(_ADVISERS.c.key)).all()
        return [Adviser(*row) for row in rows]

    def one(self, adviser: str) -> Adviser | None:
        """The account with that id, or None."""
        return next((one for one in self.all() if one.id == adviser), None)

    def remove(self, name: str) -> bool:
        """Removes an account and ends its sessions; what was shared with it is shared with nobody. False when there is none."""
        with self._store.begin() as connection:
            found = connection.execute(sa.select(_ADVISERS.c.id).where(_ADVISERS.c.key == _key(name))).scalar()
            connection.execute(sa.delete(_SESSIONS).where(_SESSIONS.c.adviser == found))
            connection.execute(sa.delete(_ADVISERS).where(_ADVISERS.c.id == found))
        return found is not None

    def login(self, name: str, password: str) -> str | None:
        """The token of a new session, or None when name and password do not go together.

        A name that there is none of takes as long as one with a wrong password, unless that one's hash is still an old one. One try
        is looked at at a time.

        Raises:
            WaitError: too many wrong ones came before.
        """
        key, now = _key(name), self._clock().timestamp()
        with self._one_at_a_time:
            tried = hashlib.sha256(key.encode()).hexdigest()
            self._count(tried, now)
            with self._store.begin() as connection:
                row = connection.execute(
                    sa.select(_ADVISERS.c.id, _ADVISERS.c.password).where(_ADVISERS.c.key == key)
                ).first()
            right = _matches(password[: MOST + 1], row.password if row else _nobody())
            if row is None or not right:
                return None
            token = secrets.token_urlsafe(32)
            with self._store.begin() as connection:
                if _is_old(row.password):
                    changed = sa.update(_ADVISERS).where(_ADVISERS.c.id == row.id)
                    connection.execute(changed.values(password=_hashed(password)))
                connection.execute(sa.delete(_TRIES).where(_TRIES.c.name == tried))
                connection.execute(sa.delete(_SESSIONS).where(_SESSIONS.c.expires < now))
                values = {"token": _digest(token), "adviser": row.id, "expires": now + LASTS.total_seconds()}
                connection.execute(sa.insert(_SESSIONS).values(**values))
        return token

    def of(self, token: str) -> Adviser | None:
        """Whose session that is; None when there is none or it is over."""
        query = (
            sa.select(*_SHOWN)
            .join(_SESSIONS, _SESSIONS.c.adviser == _ADVISERS.c.id)
            .where(_SESSIONS.c.token == _digest(token), _SESSIONS.c.expires > self._clock().timestamp())
        )
        with self._store.begin() as connection:
            row = connection.execute(query).first()
        return None if row is None else Adviser(*row)

    def logout(self, token: str) -> None:
        """Ends a session."""
        with self._store.begin() as connection:
            connection.execute(sa.delete(_SESSIONS).where(_SESSIONS.c.token == _digest(token)))

    def _count(self, tried: str, now: float) -> None:
        """Counts a try before it is looked at, so that many at once do not all go through.

        Raises:
            WaitError: it comes too soon.
        """
        with self._store.begin() as connection:
            connection.execute(sa.delete(_TRIES).where(_TRIES.c.last < now - 3600))
            once(connection, _TRIES, [{"name": tried, "wrong": 0, "last": now}])
            kept = sa.select(_TRIES.c.wrong, _TRIES.c.last).where(_TRIES.c.name == tried).with_for_update()
            row = connection.execute(kept).one()  # other processes wait here
            over = row.wrong - FREE_TRIES
            wait = row.last + min(2 ** min(over + 1, 20), LONGEST_WAIT) - now if over >= 0 else 0
            if wait > 0:
                raise WaitError(max(1, round(wait)))
            changed = sa.update(_TRIES).where(_TRIES.c.name == tried)
            connection.execute(changed.values(wrong=row.wrong + 1, last=now))


def _key(name: str) -> str:
    """What two spellings of one name have in common; what no database takes is replaced."""
    text = storable(name[: LONGEST_NAME * 2])
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())[: LONGEST_NAME * 2]


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _hashed(password: str) -> str:
    return _HASHER.hash(_bytes(password))


def _matches(password: str, kept: str) -> bool:
    if kept.startswith(_OLD):
        _, n, r, p, salt, hashed = kept.split("$")
        found = hashlib.scrypt(
            _bytes(password), salt=bytes.fromhex(salt), n=int(n), r=int(r), p=int(p), maxmem=256 * int(n) * int(r), dklen=32
        )  # fmt: skip
        return hmac.compare_digest(found.hex(), hashed)
    try:
        return _HASHER.verify(kept, _bytes(password))
    except (Argon2Error, InvalidHashError):
        return False


def _is_old(kept: str) -> bool:
    return kept.startswith(_OLD) or _HASHER.check_needs_rehash(kept)


def _bytes(password: str) -> bytes:
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def _nobody() -> str:
    """A hash that no password has, as dear to compare with as any."""
    salt, hashed = (
        base64.b64encode(bytes(length)).decode().rstrip("=") for length in (_HASHER.salt_len, _HASHER.hash_len)
    )
    cost = f"m={_HASHER.memory_cost},t={_HASHER.time_cost},p={_HASHER.parallelism}"
    return f"$argon2id$v=19${cost}${salt}${hashed}"
