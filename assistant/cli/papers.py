"""Commands for what a conversation leaves: profile, plan, conversations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.cli.terminal import JsonOption, engine, print_json
from assistant.errors import UserError

ConversationArgument = Annotated[str, typer.Argument(metavar="CONVERSATION", help="Id of a conversation.")]
OutOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write to FILE; its ending, .md or .json, chooses the format."),
]
_shelf = typer.Typer(help="What is stored: list, show, export, erase.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Adds the commands to `app`."""
    app.command()(profile)
    app.command()(plan)
    app.add_typer(_shelf, name="conversations")


def profile(conversation: ConversationArgument, output: OutOption = None) -> None:
    """The maturity profile of a conversation, each finding with the words it rests on.

    Example: vejviser profile 8Qh3… -o profile.json
    """
    from assistant.exports import json as export

    chosen = _format(output)
    state = engine().sessions().state(conversation)
    if chosen == "json":
        _put(json.dumps(export.profile(state, engine().knowledge.model), ensure_ascii=False, indent=2), output)
    else:
        _put(engine().markdown(state.language).profile(state), output)


def plan(conversation: ConversationArgument, output: OutOption = None) -> None:
    """The draft plan of a conversation, each action with its causes.

    Example: vejviser plan 8Qh3… -o plan.md
    """
    from assistant.exports import json as export

    chosen = _format(output)
    sessions = engine().sessions()
    state, draft = sessions.state(conversation), sessions.plan(conversation)
    if chosen == "json":
        value = export.plan(draft, engine().knowledge.actions, state.language, engine().labels(state.language))
        _put(json.dumps(value, ensure_ascii=False, indent=2), output)
    else:
        _put(engine().markdown(state.language).plan(state, draft), output)


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
    if output is not None and _format(output) != "json":
        raise typer.BadParameter(f"{output}: an export is JSON; let the name end in .json.")
    _put(json.dumps({"id": conversation, "turns": _turns(conversation)}, ensure_ascii=False, indent=2), output)


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


def _format(output: Path | None) -> str:
    if output is None or output.suffix.lower() in (".md", ".markdown"):
        return "md"
    if output.suffix.lower() == ".json":
        return "json"
    raise typer.BadParameter(f"{output}: can write .md and .json; choose one of these endings.")


def _put(text: str, output: Path | None) -> None:
    if output is None:
        print(text)
        return
    try:
        output.write_text(text.rstrip("\n") + "\n", encoding="utf-8")
    except OSError as error:
        raise UserError(f"{output}: cannot be written ({error.strerror}); name another file with -o.") from error
