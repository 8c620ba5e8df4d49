"""Commands over the accounts of advisers. A password is asked for or read from standard input, never an argument."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from assistant.cli.terminal import JsonOption, engine, print_json
from assistant.errors import UserError

_advisers = typer.Typer(help="Accounts of advisers: add, list, remove.", no_args_is_help=True)
NameArgument = Annotated[str, typer.Argument(help="Name of the adviser, as owners see it.")]


def register(app: typer.Typer) -> None:
    """Adds the commands to `app`."""
    app.add_typer(_advisers, name="adviser")


@_advisers.command()
def add(name: NameArgument) -> None:
    """Makes an account; the password is asked for, or read as one line from standard input.

    Example: vejviser adviser add "Karen Holm"
    """
    made = engine().accounts.add(name, _password())
    print(f"{made.name} can log in at /adviser.")


@_advisers.command("list")
def list_(as_json: JsonOption = False) -> None:
    """The accounts there are."""
    found = engine().accounts.all()
    if as_json:
        print_json([{"name": one.name, "created": one.created.date().isoformat()} for one in found])
    for one in [] if as_json else found:
        print(f"{one.created.date().isoformat()}  {one.name}")


@_advisers.command()
def remove(name: NameArgument) -> None:
    """Removes an account: its sessions end, and what was shared with it is shared with nobody."""
    if not engine().accounts.remove(name):
        raise UserError(f"adviser {name!r}: there is none by that name; see `vejviser adviser list`.")
    print(f"{name} is removed.")


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    given: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return given
