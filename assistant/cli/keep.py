"""Commands that keep what was said: backup and restore."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.terminal import JsonOption, engine, print_json


def register(app: typer.Typer) -> None:
    """Adds the commands to `app`."""
    app.command()(backup)
    app.command()(restore)


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to; a file of that name is replaced.")],
    as_json: JsonOption = False,
) -> None:
    """Writes conversations, accounts, libraries and uploads to one file, while serving goes on. Keep it as safe as the data folder.

    Example: vejviser backup /media/safe/vejviser.zip
    """
    from assistant.backup import backup as written

    running = engine()
    held = written(running.settings.home, running.store, file)
    if as_json:
        print_json(held.__dict__)
    else:
        print(
            f"{file}: {held.conversations:,} conversations and {held.files:,} files of the library, {held.size / 1e6:,.1f} MB."
        )


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `vejviser backup` made.")],
    replace: Annotated[bool, typer.Option("--replace", help="Let go of the conversations that are there now.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Puts a backup back. Nobody may serve meanwhile; what was erased since the backup stays erased.

    Example: vejviser restore /media/safe/vejviser.zip
    """
    from assistant.backup import restore as put_back

    held = put_back(engine().settings.home, file, replace=replace)
    if as_json:
        print_json(held.__dict__)
    else:
        left = f" {held.left_out:,} that were erased since stay erased." if held.left_out else ""
        print(
            f"{held.conversations:,} conversations and {held.files:,} files of the library of {held.made} are back.{left}"
        )
