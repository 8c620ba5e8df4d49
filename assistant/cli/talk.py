"""Commands that talk and read: chat, read, play, lint."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markdown import Markdown
from rich.rule import Rule

from assistant.cli.terminal import (
    STDERR,
    Coming,
    JsonOption,
    LanguageOption,
    complain,
    engine,
    json_lines,
    language_of,
    named,
    print_json,
    print_line,
)
from assistant.errors import UserError


def register(app: typer.Typer) -> None:
    """Adds the commands to `app`."""
    app.command()(chat)
    app.command()(read)
    app.command()(play)
    app.command()(lint)


def chat(
    language: LanguageOption = None,
    short: Annotated[bool, typer.Option("--short", help="The short course: 8 of the 15 items.")] = False,
    resume: Annotated[
        str | None, typer.Option("--resume", metavar="ID", help="Go on with a conversation.", callback=named)
    ] = None,
) -> None:
    """The dialogue in the terminal. End with Ctrl-D; go on later with --resume ID."""
    sessions = engine().sessions()
    opened = sessions.resume(resume) if resume else sessions.open(language_of(language), "short" if short else "full")
    conversation = opened.conversation
    print(opened.text, flush=True)
    while True:
        try:
            said = input("\n> ")
        except EOFError:
            break
        try:
            with Coming() as coming:
                reply = sessions.say(conversation, said, stream=coming.sentence)
        except UserError as error:
            complain(str(error))
            continue
        print(f"\n{reply.text}", flush=True)
        if reply.state.ended:
            break
    STDERR.print(f"\nvejviser chat --resume {conversation}", style="dim")


def read(
    jsonl: Annotated[
        Path,
        typer.Option(
            "--jsonl",
            metavar="IN",
            help="JSON Lines with id, text and, if known, language, item, question; - reads standard input.",
        ),
    ],
) -> None:
    """Reads answers without a dialogue: what each one says, and the stage of the item that was asked.

    Example: echo '{"id": 1, "item": "technology.capture", "text": "On paper."}' | vejviser read --jsonl -
    """
    from assistant.domain.acts import Answer
    from assistant.reading.rules import spoken_language
    from assistant.session import LONGEST_TURN

    running = engine()
    failed = False
    for number, line in json_lines(jsonl):
        item, text, language = line.get("item"), line.get("text"), line.get("language") or None
        problem = None
        if not isinstance(text, str) or not text.strip():
            problem = "text is missing or empty"
        elif len(text) > LONGEST_TURN:
            problem = f"text has more than {LONGEST_TURN:,} characters"
        elif item is not None and item not in running.knowledge.model.items:
            problem = f"item {item!r} is unknown"
        elif language not in (None, "en", "da"):
            problem = f"language {language!r} is unknown; use en or da"
        if problem:
            complain(f"{jsonl}: line {number}: {problem}; mend that line.")
            print_line({"id": line.get("id"), "error": problem})
            failed = True
            continue
        assert isinstance(text, str)
        spoken = language or spoken_language(text, language_of(None))
        guarded = running.read(text, spoken, item)
        answer = next((a for a in guarded.accepted if isinstance(a, Answer) and a.item == item), None)
        stage: int | list[int] | None = None
        if answer is not None:
            stage = answer.low if answer.low == answer.high else [answer.low, answer.high]
        print_line(
            {
                "id": line.get("id"),
                "acts": [act.model_dump(mode="json") for act in guarded.accepted],
                "item_stage": stage,
                "confidence": round(min(1.0, sum(answer.scores[answer.low : answer.high + 1])), 4) if answer else None,
                "quote": answer.quote if answer else None,
            }
        )
    if failed:
        raise typer.Exit(3)


def play(
    scripts: Annotated[list[Path], typer.Argument(metavar="SCRIPT.yaml...", help="Scripts to play.")],
    as_json: JsonOption = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Write there what was played as JSON, and profile, plan and guide as Word and PDF.",
        ),
    ] = None,
    show: Annotated[bool, typer.Option("--show", help="Print dialogue, profile and plan.")] = False,
) -> None:
    """Plays scripted dialogues and checks where they end. Nothing is left in the store.

    Example: vejviser play evals/scripts/*.yaml --show
    """
    from assistant import play as playing

    loaded = [playing.load(path) for path in scripts]
    running = engine()
    running.warm()
    results: list[dict[str, Any]] = []
    for script in loaded:
        with tempfile.TemporaryDirectory(prefix="vejviser-") as folder:
            from assistant.store import Store

            store = Store(Path(folder))
            played = playing.play(
                script, lambda store=store: running.sessions(store),  # type: ignore[misc]
                lambda texts: running.embedder.encode(texts, query=True), _shown if show and not as_json else _silent,
            )  # fmt: skip
            if show and not as_json:
                _print_papers(played.conversation, store)
            if out is not None:
                _write_papers(out, script.id, played.conversation, store)
            store.close()
        results.append(played.as_json())
        if out is not None:
            _write(out, script.id, results[-1])
        if not as_json:
            _summary(played)
    if as_json:
        print_json(results[0] if len(results) == 1 else results)
    if not all(result["passed"] for result in results):
        raise typer.Exit(1)


def lint(
    scripts: Annotated[list[Path], typer.Argument(metavar="SCRIPT.yaml...", help="Scripts, or folders of them.")],
    as_json: JsonOption = False,
) -> None:
    """Looks through scripts of dialogues without playing them: each fault with its line and what to do.

    Example: vejviser lint evals/scripts
    """
    from assistant.content import Knowledge, root
    from assistant.linting import lint as look
    from assistant.settings import load

    model = Knowledge(root(), load().maturity).model
    paths = [path for given in scripts for path in (sorted(given.rglob("*.yaml")) if given.is_dir() else [given])]
    faults = {path: look(path, model) for path in paths}
    if as_json:
        print_json([{"path": str(path), **fault.as_json()} for path, those in faults.items() for fault in those])
    else:
        for path, those in faults.items():
            for fault in those:
                print(f"{path}:{fault.line}: {fault.where}{': ' if fault.where else ''}{fault.what}")
        wrong = sum(map(len, faults.values()))
        print(f"{len(paths)} script{'s' * (len(paths) != 1)}, {wrong} fault{'s' * (wrong != 1)}", file=sys.stderr)
    if any(faults.values()):
        raise typer.Exit(1)


def _silent(_said: str, _reply: str) -> None:
    return


def _shown(said: str, reply: str) -> None:
    if said:
        print(f"\n> {said.strip()}\n")
    print(reply)


def _print_papers(conversation: str, store: Any) -> None:
    from assistant.papers import Papers

    papers = Papers(engine(), engine().sessions(store))
    for text in (papers.paper(what, conversation, "md").decode() for what in ("profile", "plan")):
        if STDERR.is_terminal:
            from rich.console import Console

            Console().print(Rule(), Markdown(text))
        else:
            print(f"\n{text}")


def _write_papers(folder: Path, name: str, conversation: str, store: Any) -> None:
    from assistant.papers import Papers

    papers = Papers(engine(), engine().sessions(store))
    for what in ("profile", "plan", "guide"):
        for kind in ("docx", "pdf"):
            _keep(folder / f"{name}-{what}.{kind}", papers.paper(what, conversation, kind))


def _summary(played: Any) -> None:
    from assistant.play import told

    missed = [check for check in played.checks if not check["met"]]
    timing = played.timing
    print(
        f"{played.script.id}: {len(played.turns)} turns, {len(played.checks) - len(missed)} of {len(played.checks)} checks met, "
        f"{timing.get('seconds', 0):.2f} s, {timing.get('ratio', 0):.2f} x embedding the sentences"
    )
    if played.error:
        print(f"  error: {played.error}")
    for check in missed:
        print(f"  {told(check)}")


def _write(folder: Path, name: str, result: dict[str, Any]) -> None:
    _keep(folder / f"{name}.json", (json.dumps(result, ensure_ascii=False, indent=2) + "\n").encode())


def _keep(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise UserError(
            f"{path.parent}: cannot be written ({error.strerror}); name another folder with --out."
        ) from error
