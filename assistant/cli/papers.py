"""Commands for papers (profile, plan, guide, student brief, region) and for the conversations they come from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.cli.terminal import JsonOption, LanguageOption, engine, language_of, named, print_json
from assistant.errors import UserError

ConversationArgument = Annotated[
    str, typer.Argument(metavar="CONVERSATION", help="Id of a conversation, or its private link.", callback=named)
]
OutOption = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write to FILE; its ending, .md, .docx, .pdf or .json, chooses the format.",
    ),
]
_ENDINGS = {".md": "md", ".markdown": "md", ".docx": "docx", ".pdf": "pdf", ".json": "json"}
_shelf = typer.Typer(help="What is stored: list, show, export, erase.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Adds the commands to `app`."""
    for command in (profile, plan, guide, brief, region):
        app.command()(command)
    app.add_typer(_shelf, name="conversations")


def profile(conversation: ConversationArgument, output: OutOption = None) -> None:
    """The maturity profile of a conversation, each finding with the words it rests on.

    Example: vejviser profile 8Qh3… -o profile.docx
    """
    kind = format_of(output)
    put(papers().paper("profile", conversation, kind), output)


def plan(conversation: ConversationArgument, output: OutOption = None) -> None:
    """The plan of a conversation with what the company decided, each action with its causes.

    Example: vejviser plan 8Qh3… -o plan.pdf
    """
    kind = format_of(output)
    put(papers().paper("plan", conversation, kind), output)


def guide(
    conversation: Annotated[
        str | None,
        typer.Argument(
            metavar="[CONVERSATION]", help="Id of a conversation; none for a first meeting.", callback=named
        ),
    ] = None,
    output: OutOption = None,
    sector: Annotated[
        str | None, typer.Option(metavar="S", help="Trade, such as metal or food, without a conversation.")
    ] = None,
    employees: Annotated[
        int | None, typer.Option(min=1, max=100_000, metavar="N", help="Employees, without a conversation.")
    ] = None,
    language: LanguageOption = None,
) -> None:
    """The conversation guide for a meeting of an hour, from a conversation or from a trade and a size alone.

    Example: vejviser guide 8Qh3… -o guide.docx
    Example: vejviser guide --sector metal --employees 19 --language da -o guide.pdf
    """
    kind = format_of(output)
    if conversation is not None:
        if sector is not None or employees is not None or language is not None:
            raise typer.BadParameter(
                "--sector, --employees and --language are for a guide without a conversation; leave them out."
            )
        put(papers().paper("guide", conversation, kind), output)
        return
    if sector is None and employees is None:
        raise typer.BadParameter("name a conversation, or a trade and a size with --sector and --employees.")
    spoken = language_of(language)
    put(papers().first_guide(spoken, _sector(sector), employees, kind), output)


def brief(
    conversation: ConversationArgument,
    action: Annotated[
        str | None, typer.Argument(metavar="[ACTION]", help="Id of an action; without it, those that suit are listed.")
    ] = None,
    output: OutOption = None,
) -> None:
    """The brief of a student project, from an action of the plan that suits one.

    Example: vejviser brief 8Qh3… stop-log-on-paper -o project.docx
    """
    kind = format_of(output)
    if action is not None:
        put(papers().brief(conversation, action, kind), output)
        return
    if output is not None:
        raise typer.BadParameter(f"{output}: name the action too; without -o those that suit are listed.")
    suitable = papers().suitable(conversation)
    if not suitable:
        raise UserError(
            f"conversation {conversation!r}: no action of its plan suits a student project; name another from `vejviser plan`."
        )
    for name, title in suitable:
        print(f"{name:<32}  {title}")


def region(output: OutOption = None, language: LanguageOption = None) -> None:
    """The report over all companies: distributions, barriers, technologies, plans, recommendations. At least five companies.

    The ending .csv gives the counts. Example: vejviser region -o region.pdf --language da
    """
    kind: Any = "csv" if output is not None and output.suffix.lower() == ".csv" else format_of(output, ", .csv")
    put(papers().region(language_of(language), kind), output)


@_shelf.command("list")
def list_(as_json: JsonOption = False) -> None:
    """All conversations, newest first."""
    rows: list[dict[str, Any]] = [
        {"id": c.id, "language": c.language, "course": c.course, "created": c.created.isoformat(), "turns": turns}
        for c, turns in engine().store.conversations()
    ]
    if as_json:
        print_json(rows)
    else:
        for row in rows:
            print(f"{row['id']}  {row['language']}  {row['course']:<5}  {row['turns']:>3} turns  {row['created'][:16]}")


@_shelf.command()
def show(conversation: ConversationArgument) -> None:
    """The transcript."""
    for turn in _turns(conversation):
        if turn["said"]:
            print(f"> {turn['said']}\n")
        print(f"{turn['reply']}\n")


@_shelf.command()
def export(conversation: ConversationArgument, output: OutOption = None) -> None:
    """Everything stored of a conversation, as JSON."""
    if output is not None and format_of(output) != "json":
        raise typer.BadParameter(f"{output}: an export is JSON; let the name end in .json.")
    put(json.dumps({"id": conversation, "turns": _turns(conversation)}, ensure_ascii=False, indent=2), output)


@_shelf.command()
def erase(
    conversation: ConversationArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
) -> None:
    """Erases a conversation and its bytes; this cannot be undone."""
    if not yes:
        typer.confirm(f"Erase conversation {conversation} for good?", abort=True)
    if not engine().store.erase(conversation):
        raise UserError(f"conversation {conversation!r}: there is none by that id; see `vejviser conversations list`.")
    print(f"erased     {conversation}")


def _turns(conversation: str) -> list[dict[str, Any]]:
    store = engine().store
    if store.conversation(conversation) is None:
        raise UserError(f"conversation {conversation!r}: there is none by that id; see `vejviser conversations list`.")
    return [
        {
            "number": turn.number, "said": turn.said, "acts": [act.model_dump(mode="json") for act in turn.acts],
            "asked": turn.asked.model_dump(mode="json") if turn.asked else None, "reply": turn.reply,
            "cited": list(turn.cited), "created": turn.created.isoformat(),
        }
        for turn in store.turns(conversation)
    ]  # fmt: skip


def papers() -> Any:
    """What writes papers, on the running engine."""
    from assistant.papers import Papers

    return Papers(engine())


def _sector(given: str | None) -> str | None:
    """Id of a trade that was named by its id or by its title in either language."""
    if given is None:
        return None
    wanted, known = given.strip().casefold(), engine().knowledge
    for name in known.replies("en")["sector"]:
        if wanted in (name, *(known.replies(language)["sector"][name].casefold() for language in ("en", "da"))):
            return str(name)
    raise typer.BadParameter(
        f"--sector {given!r}: is not known; choose one of {', '.join(known.replies('en')['sector'])}."
    )


def format_of(output: Path | None, more: str = "") -> Any:
    """The format that the ending of `output` asks for, Markdown without a file; `more` endings are named in the error."""
    if output is None:
        return "md"
    if output.suffix.lower() in _ENDINGS:
        return _ENDINGS[output.suffix.lower()]
    raise typer.BadParameter(f"{output}: can write .md, .docx, .pdf, .json{more}; choose one of these endings.")


def put(content: bytes | str, output: Path | None) -> None:
    """Prints `content`, or writes it to `output`."""
    text = content if isinstance(content, str) else ""
    if output is None:
        print(text or content.decode().rstrip("\n"))  # type: ignore[union-attr]
        return
    try:
        output.write_bytes(content if isinstance(content, bytes) else f"{text}\n".encode())
    except OSError as error:
        raise UserError(f"{output}: cannot be written ({error.strerror}); name another file with -o.") from error
