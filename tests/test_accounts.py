"""Accounts of advisers: what is kept of a password, how long a session holds, and who has to wait."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from postgres import everything
from typer.testing import CliRunner

from assistant import accounts as module
from assistant.accounts import LASTS, LEAST, LONGEST_WAIT, Accounts, WaitError
from assistant.cli import adviser as commands
from assistant.cli import app
from assistant.domain.acts import Consent, Signal
from assistant.errors import UserError
from assistant.store import Store, Turn

PASSWORD = "blå æbler på bordet"


class Clock:
    now = datetime(2027, 3, 1, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def store(opened: Callable[[], Store]) -> Store:
    return opened()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # what is really used has a test of its own
    monkeypatch.setattr(module, "_HASHER", quick)
    return Clock()


@pytest.fixture
def accounts(store: Store, clock: Clock) -> Accounts:
    return Accounts(store, clock)


def test_the_hash_follows_the_advice_and_says_how_it_was_made(store: Store, tmp_path: Path) -> None:
    accounts = Accounts(store)
    accounts.add("Karen", PASSWORD)
    accounts.add("Ole", PASSWORD)
    token = accounts.login("Karen", PASSWORD)
    kept = everything(store)
    assert kept.count(b"$argon2id$v=19$m=65536,t=3,p=4$") == 2
    assert PASSWORD.encode() not in kept
    assert token is not None
    assert token.encode() not in kept
    assert not any(token.encode() in path.read_bytes() for path in tmp_path.iterdir())


def test_a_password_hashed_in_the_old_way_holds_and_is_hashed_anew(accounts: Accounts, store: Store) -> None:
    made = accounts.add("Karen", PASSWORD)
    salt = bytes(range(16))
    old = hashlib.scrypt(PASSWORD.encode(), salt=salt, n=16, r=8, p=1, dklen=32).hex()
    stronger = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1).hash(PASSWORD.encode())
    for before in (f"scrypt$16$8$1${salt.hex()}${old}", stronger):
        with store.begin() as connection:
            connection.execute(sa.text("UPDATE advisers SET password = :password"), {"password": before})
        assert accounts.login("Karen", "wrong") is None
        assert kept(store) == before
        token = accounts.login("Karen", PASSWORD)
        assert token
        assert accounts.of(token) == made
        renewed = kept(store)
        assert renewed.startswith("$argon2id$v=19$m=8,t=1,p=1$")
        assert accounts.login("Karen", PASSWORD)
        assert kept(store) == renewed


def kept(store: Store) -> str:
    with store.begin() as connection:
        return str(connection.execute(sa.text("SELECT password FROM advisers")).scalar())


def test_a_name_that_no_database_takes_is_nobody(accounts: Accounts) -> None:
    accounts.add("Karen", PASSWORD)
    for name in ("Ole\0", "\ud800", "", "\U0001f600" * 400):
        assert accounts.login(name, PASSWORD) is None
    assert accounts.login("Karen\0", "\ud800\0 not it") is None


def test_many_who_try_at_once_do_not_all_go_through(opened: Callable[[], Store], clock: Clock) -> None:
    """Two processes, which do not share the lock that lets one try be looked at at a time."""
    both = [Accounts(opened(), clock) for _ in range(2)]
    both[0].add("Karen", PASSWORD)
    outcomes: list[str] = []

    def guess(accounts: Accounts) -> None:
        for _ in range(6):
            try:
                outcomes.append(str(accounts.login("Karen", "wrong")))
            except WaitError:
                outcomes.append("wait")

    threads = [threading.Thread(target=guess, args=(one,)) for one in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["None"] * 3 + ["wait"] * 9


def test_the_same_password_is_hashed_otherwise_for_each(accounts: Accounts, store: Store) -> None:
    for name in ("Karen", "Ole"):
        accounts.add(name, PASSWORD)
    with store.begin() as connection:
        hashes = connection.exec_driver_sql("SELECT password FROM advisers").scalars().all()
    assert len(set(hashes)) == 2


@pytest.mark.parametrize("name", ["", "  ", "a\nb\x00", "x" * 81])
def test_a_name_that_cannot_be_one_is_refused(accounts: Accounts, name: str) -> None:
    with pytest.raises(UserError, match="name"):
        accounts.add(name, PASSWORD)


@pytest.mark.parametrize("password", ["", "x" * (LEAST - 1), "x" * 201])
def test_a_password_too_short_or_too_long_is_refused(accounts: Accounts, password: str) -> None:
    with pytest.raises(UserError, match="password"):
        accounts.add("Karen", password)
    assert accounts.all() == []


def test_one_name_in_any_spelling_is_one_account(accounts: Accounts) -> None:
    accounts.add("Karen  Holm", PASSWORD)
    with pytest.raises(UserError, match="there is one by that name"):
        accounts.add("karen holm", PASSWORD)
    assert accounts.login(" KAREN HOLM", PASSWORD)
    assert accounts.login("Karen Holm", PASSWORD + " ") is None
    assert accounts.login("Karen Holm", PASSWORD.replace("å", "a\u030a"))


def test_a_session_ends_with_the_day_with_logout_and_with_the_account(accounts: Accounts, clock: Clock) -> None:
    made = accounts.add("Karen", PASSWORD)
    first, second, third = (accounts.login("Karen", PASSWORD) or "" for _ in range(3))
    assert [one and one.id for one in map(accounts.of, (first, second))] == [made.id, made.id]
    assert accounts.of(first + "x") is None
    assert accounts.of("") is None
    accounts.logout(second)
    assert accounts.of(first)
    assert accounts.of(second) is None
    clock.pass_by(seconds=LASTS.total_seconds() - 1)
    assert accounts.of(first)
    clock.pass_by(seconds=1)
    assert accounts.of(first) is None
    last = accounts.login("Karen", PASSWORD) or ""
    assert accounts.of(last)
    assert accounts.remove("KAREN")
    assert not accounts.remove("KAREN")
    assert [accounts.of(token) for token in (last, third)] == [None, None]
    again = accounts.add("Karen", PASSWORD)
    assert again.id != made.id
    assert accounts.of(last) is None


def test_wrong_passwords_make_waiting_longer_and_longer(accounts: Accounts, clock: Clock) -> None:
    accounts.add("Karen", PASSWORD)
    waits = []
    for _ in range(14):
        try:
            assert accounts.login("Karen", "wrong") is None
        except WaitError as error:
            waits.append(error.seconds)
            with pytest.raises(WaitError):
                accounts.login("karen ", PASSWORD)  # the right one has to wait as well
            clock.pass_by(seconds=error.seconds)
    assert waits == [2, 4, 8, 16, 32, 64]
    for _ in range(12):
        try:
            accounts.login("Karen", "wrong")
        except WaitError as error:
            longest = error.seconds
            clock.pass_by(seconds=error.seconds)
    assert longest == LONGEST_WAIT
    assert accounts.login("Karen", PASSWORD)
    for _ in range(3):
        assert accounts.login("Karen", "wrong") is None


def test_a_name_that_there_is_none_of_waits_like_any_other(accounts: Accounts) -> None:
    accounts.add("Karen", PASSWORD)
    for name in ("Nobody", "Karen"):
        for _ in range(3):
            assert accounts.login(name, "wrong") is None
        with pytest.raises(WaitError):
            accounts.login(name, "wrong")


def test_what_an_account_was_given_is_found_by_its_id_alone(store: Store) -> None:
    named, other = (store.create("en", "full").id for _ in range(2))
    given = Consent(adviser="ab_c", name="Karen", on="2027-03-01", given=True)
    store.append(named, Turn(0, "", [], None, "..."))
    store.append(named, Turn(1, "-", [given], None, "..."))
    store.append(other, Turn(0, "", [], None, "..."))
    store.append(other, Turn(1, "ab_c abxc", [Signal(signal="skip")], None, "..."))
    assert [one.id for one in store.mentioning("ab_c")] == [named]
    assert store.mentioning("abxc") == []
    assert store.mentioning("%") == []


def test_the_commands_take_the_password_from_standard_input(
    store: Store, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    accounts = Accounts(store, clock)
    monkeypatch.setattr(commands, "engine", lambda: type("Engine", (), {"accounts": accounts}))
    run = CliRunner()
    made = run.invoke(app, ["adviser", "add", "Karen Holm"], input=PASSWORD + "\n")
    assert made.exit_code == 0
    assert PASSWORD not in made.output
    assert accounts.login("Karen Holm", PASSWORD)
    assert "Karen Holm" in run.invoke(app, ["adviser", "list"]).stdout
    assert '"name": "Karen Holm"' in run.invoke(app, ["adviser", "list", "--json"]).stdout
    short = run.invoke(app, ["adviser", "add", "Ole"], input="short\n")
    assert isinstance(short.exception, UserError)
    assert run.invoke(app, ["adviser", "add", "Ole", PASSWORD], input="").exit_code == 2
    assert run.invoke(app, ["adviser", "remove", "karen holm"]).exit_code == 0
    assert isinstance(run.invoke(app, ["adviser", "remove", "karen holm"]).exception, UserError)


def test_on_a_terminal_the_password_is_asked_for_twice_and_not_shown(
    store: Store, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    accounts = Accounts(store, clock)

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    asked = {}
    monkeypatch.setattr(commands, "engine", lambda: type("Engine", (), {"accounts": accounts}))
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("typer.prompt", lambda _text, **how: asked.update(how) or PASSWORD)
    commands.add("Karen")
    assert asked["hide_input"]
    assert asked["confirmation_prompt"]
    assert accounts.login("Karen", PASSWORD)
