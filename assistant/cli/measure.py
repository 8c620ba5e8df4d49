"""Commands that measure: eval, bench. What they run lies in the project beside this package, not in it.

So it is loaded by name when it is called for, and an installation without the project says that it is not there.
"""

from __future__ import annotations

import ast
import importlib
import sys
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from assistant.errors import UserError

_PROJECT = Path(__file__).parents[2]
_AS_GIVEN = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


def register(app: typer.Typer) -> None:
    """Adds the commands to `app`."""
    for folder, group, help_ in (
        ("evals", _Evals, "Measures how well it works: `vejviser eval retrieval`."),
        ("bench", _Benches, "Measures how fast it works: `vejviser bench library`."),
    ):
        shelf = typer.Typer(cls=group, help=help_, invoke_without_command=True)
        shelf.callback()(_lister(folder))
        app.add_typer(shelf, name=group.called)


class _Programs(TyperGroup):
    """Every module of a folder whose `main` takes arguments is a command; it gets them as they were given."""

    folder = called = ""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        """See click."""
        return list(_programs(self.folder))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """See click."""
        found = _programs(self.folder)
        if cmd_name not in found:
            return None
        one = typer.Typer()

        @one.command(cmd_name, help=found[cmd_name], context_settings=_AS_GIVEN, add_help_option=False)
        def run(context: typer.Context) -> None:
            raise typer.Exit(_main(self.folder, cmd_name)(context.args))

        return get_command(one)


class _Evals(_Programs):
    folder, called = "evals", "eval"


class _Benches(_Programs):
    folder, called = "bench", "bench"


def _lister(folder: str) -> Any:
    def show(context: typer.Context) -> None:
        found = _programs(folder)
        if context.invoked_subcommand is None:
            for name, summary in found.items():
                print(f"{context.command_path} {name:<12} {summary}")

    return show


def _programs(folder: str) -> dict[str, str]:
    """Name of each program in the folder with the first sentence of what it says of itself; nothing is imported.

    Raises:
        UserError: the folder is not there.
    """
    where = _PROJECT / folder
    if not (where / "__init__.py").is_file():
        raise UserError(
            f"{folder}/: belongs to the project's source and is not in this installation; "
            "call the command in a checkout of the project."
        )
    found = {}
    for path in sorted(where.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if any(isinstance(part, ast.FunctionDef) and part.name == "main" and part.args.args for part in tree.body):
            found[path.stem] = (ast.get_docstring(tree) or "").split("\n")[0]
    return found


def _main(folder: str, name: str) -> Any:
    if str(_PROJECT) not in sys.path:
        sys.path.insert(0, str(_PROJECT))
    return importlib.import_module(f"{folder}.{name}").main
