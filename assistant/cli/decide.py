"""Commands by which a company settles its plan: approve, change, reject, add, move, capacity, versions, and being asked anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.cli.papers import ConversationArgument, OutOption, format_of, papers, put
from assistant.cli.terminal import JsonOption, engine
from assistant.domain.actions import COSTS, PLAN_STAGES
from assistant.domain.acts import PlanDecision

ActionArgument = Annotated[
    str, typer.Argument(metavar="ACTION", help="Id of an action; `vejviser decide CONVERSATION` lists them.")
]
ByOption = Annotated[str, typer.Option("--by", metavar="NAME", help="Who decides.")]
OwnerOption = Annotated[str, typer.Option("--owner", metavar="NAME", help="Who does it.")]
MonthOption = Annotated[str, typer.Option("--month", metavar="YYYY-MM", help="When it is to be done.")]
OnOption = Annotated[str | None, typer.Option("--on", metavar="YYYY-MM-DD", help="The date; today if left out.")]
VersionOption = Annotated[int | None, typer.Option("--version", metavar="N", help="An approved version by its number.")]


def _one_of(known: tuple[str, ...]) -> Callable[[str | None], str | None]:
    def check(value: str | None) -> str | None:
        if value is not None and value not in known:
            raise typer.BadParameter(f"{value!r} is none of {', '.join(known)}.")
        return value

    return check


StageOption = Annotated[
    str | None,
    typer.Option("--stage", metavar="|".join(PLAN_STAGES), help="Part of the plan.", callback=_one_of(PLAN_STAGES)),
]
MoneyOption = Annotated[
    str | None,
    typer.Option("--money", metavar="|".join(COSTS), help="The dearest band, in euro.", callback=_one_of(COSTS)),
]
_decide = typer.Typer(
    help="What the company says to its plan; without a command, the plan in short with the ids of its actions.",
    invoke_without_command=True,
)


def register(app: typer.Typer) -> None:
    """Adds the commands to `app`."""
    app.add_typer(_decide, name="decide")


@_decide.callback()
def plan(context: typer.Context, conversation: ConversationArgument) -> None:
    """What the company says to its plan; without a command, the plan in short with the ids of its actions.

    Example: vejviser decide 8Qh3… reject stop-log-on-paper --reason "we did that last year"
    """
    context.obj = conversation
    if context.invoked_subcommand is None:
        _shown(conversation)


@_decide.command()
def approve(
    context: typer.Context,
    who: Annotated[str, typer.Argument(metavar="NAME", help="Who approves.")],
    on: OnOption = None,
) -> None:
    """Approves the plan as it stands and keeps it as a version."""
    _told(context, _decisions().approve(context.obj, who, on or _today()).text)


@_decide.command()
def agree(context: typer.Context, action: ActionArgument, by: ByOption = "") -> None:
    """Agrees to one action."""
    _decided(context, PlanDecision(decision="agree", action=action, by=by))


@_decide.command()
def reject(
    context: typer.Context,
    action: ActionArgument,
    reason: Annotated[str, typer.Option("--reason", help="Why; it is kept.")],
    by: ByOption = "",
) -> None:
    """Takes one action out, with the reason; it comes back only when what it rests on changes."""
    _decided(context, PlanDecision(decision="reject", action=action, reason=reason, by=by))


@_decide.command()
def done(context: typer.Context, action: ActionArgument, by: ByOption = "") -> None:
    """Marks one action as done; what needs it may go on."""
    _decided(context, PlanDecision(decision="done", action=action, by=by))


@_decide.command()
def change(
    context: typer.Context,
    action: ActionArgument,
    text: Annotated[str, typer.Option("--text", help="What is done, in the company's words.")] = "",
    owner: OwnerOption = "",
    month: MonthOption = "",
    stage: StageOption = None,
    by: ByOption = "",
) -> None:
    """Changes words, owner, month or stage of one action."""
    given: dict[str, Any] = {"text": text, "owner": owner, "month": month, "stage": stage, "by": by}
    _decided(context, PlanDecision(decision="change", action=action, **given))


@_decide.command()
def restore(context: typer.Context, action: ActionArgument, by: ByOption = "") -> None:
    """Takes back whatever was decided about one action."""
    _decided(context, PlanDecision(decision="restore", action=action, by=by))


@_decide.command()
def move(
    context: typer.Context,
    action: ActionArgument,
    before: Annotated[str, typer.Option("--before", metavar="ACTION", help="To the end if left out.")] = "",
    by: ByOption = "",
) -> None:
    """Moves one action; what has to come first still comes first, and at most three stand side by side."""
    _decided(context, PlanDecision(decision="move", action=action, before=before, by=by))


@_decide.command()
def add(
    context: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What is to be done, in the company's words.")],
    owner: OwnerOption = "",
    month: MonthOption = "",
    stage: StageOption = None,
    by: ByOption = "",
) -> None:
    """Adds an action of the company's own."""
    given: dict[str, Any] = {"owner": owner, "month": month, "stage": stage, "by": by}
    _decided(context, PlanDecision(decision="add", text=text, **given))


@_decide.command()
def capacity(
    context: typer.Context,
    hours: Annotated[int | None, typer.Option("--hours", min=1, max=2000, help="Own hours a month.")] = None,
    money: MoneyOption = None,
) -> None:
    """Sets own hours a month and the dearest money band.

    Example: vejviser decide 8Qh3… capacity --hours 20 --money under_5000
    """
    if hours is None and money is None:
        raise typer.BadParameter("give --hours, --money or both.")
    _told(context, _decisions().capacity(context.obj, hours, money).text)


@_decide.command()
def undo(context: typer.Context) -> None:
    """Takes back the last turn, whatever it was."""
    from assistant.domain.acts import Signal

    _told(context, engine().sessions().settle(context.obj, lambda _: [Signal(signal="undo")]).text)


@_decide.command()
def versions(
    context: typer.Context, version: VersionOption = None, output: OutOption = None, as_json: JsonOption = False
) -> None:
    """The approved versions, or one of them whole with --version N."""
    kind = _kind(output, as_json)
    made = papers()
    put(made.versions(context.obj, kind) if version is None else made.version(context.obj, version, kind), output)


@_decide.command()
def compare(
    context: typer.Context, version: VersionOption = None, output: OutOption = None, as_json: JsonOption = False
) -> None:
    """What is different from the last approved version, or from --version N."""
    put(papers().changes(context.obj, version, _kind(output, as_json)), output)


@_decide.command()
def again(
    context: typer.Context,
    on: OnOption = None,
    label: Annotated[str, typer.Option("--label", help="Name of the time that begins; T1, T2 if left out.")] = "",
) -> None:
    """Asks the company anew: what is known so far stays as the earlier time; go on with `vejviser chat --resume`."""
    print(_decisions().begin(context.obj, on or _today(), label).text)


@_decide.command()
def times(context: typer.Context, output: OutOption = None, as_json: JsonOption = False) -> None:
    """Every item at every time that the company was asked, with the words of each time."""
    put(papers().times(context.obj, _kind(output, as_json)), output)


def _decided(context: typer.Context, decision: PlanDecision) -> None:
    _told(context, _decisions().decide(context.obj, [decision]).text)


def _told(context: typer.Context, text: str) -> None:
    """What the turn settled, without the question that the dialogue goes on with; then the plan."""
    print(f"{text.split(chr(10) + chr(10), maxsplit=1)[0]}\n")
    _shown(context.obj)


def _shown(conversation: str) -> None:
    running = engine()
    sessions = running.sessions()
    language, known = sessions.state(conversation).language, running.knowledge
    plan, names = sessions.plan(conversation), known.replies(language)["plan_stage"]
    for number, step in enumerate(plan.steps, 1):
        print(f"{number}. {names[step.stage]}")
        own, of_library = {one.id: one for one in step.own}, {one.action: one.decided for one in step.actions}
        for name in step.order:
            settled = own.get(name) or of_library[name]
            _line(
                name, settled.text or known.actions[name].title[language], settled.agreed, settled.owner, settled.month
            )
    words = running.words(language)
    for waits in plan.put_off:
        print(f"   {waits.action:<36} {known.actions[waits.action].title[language]} ({words.waits(waits)})")


def _line(name: str, title: str, agreed: bool, owner: str, month: str) -> None:
    settled = ", ".join(part for part in (owner, month) if part)
    print(f" {'*' if agreed else ' '} {name:<36} {title}{f' ({settled})' if settled else ''}")


def _today() -> str:
    return datetime.now(UTC).astimezone().date().isoformat()


def _kind(output: Path | None, as_json: bool) -> Any:
    """The format that a file's ending and `--json` ask for."""
    kind = format_of(output)
    if as_json and output is not None and kind != "json":
        raise typer.BadParameter(f"{output}: --json is written to a file that ends in .json; choose that ending.")
    return "json" if as_json else kind


def _decisions() -> Any:
    from assistant.decisions import Decisions

    return Decisions(engine().sessions())
