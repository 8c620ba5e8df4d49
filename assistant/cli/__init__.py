"""The command line. Shows; decides nothing. Standard output carries results, standard error everything said beside them.

Exit codes: 0 ok, 1 a check fell short, 2 usage, 3 something the user can mend (one line says what and how).
"""

from __future__ import annotations

import os
import sys

import typer

from assistant.cli import adviser, decide, house, keep, library, measure, papers, talk
from assistant.cli.terminal import complain
from assistant.errors import Conflict, UserError

app = typer.Typer(
    name="vejviser",
    help="Vejviser (signpost): guided digital-maturity dialogues with small manufacturers, in English and Danish.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for part in (talk, library, papers, decide, adviser, keep, house, measure):
    part.register(app)


def main() -> None:
    """Runs the command line and turns errors into one sentence and an exit code."""
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    try:
        app()
    except (UserError, Conflict) as error:
        complain(str(error))
        sys.exit(3)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KeyboardInterrupt:
        complain("stopped; nothing acknowledged is lost.")
        sys.exit(130)
