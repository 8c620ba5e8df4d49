"""Commands that keep the house: setup, serve, check, doctor."""

from __future__ import annotations

import importlib.metadata
import os
import webbrowser
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.calls import Price, Spent
from assistant.cli.terminal import STDERR, JsonOption, engine, print_json
from assistant.database import without_password
from assistant.errors import ModelError, UserError

if TYPE_CHECKING:
    from assistant.build import Engine

_MOST_SHOWN = 11
_PACKAGES = ("langchain", "chromadb", "sentence-transformers", "gradio", "pydantic", "tiktoken", "torch")


def register(app: typer.Typer) -> None:
    """Adds the commands to `app`."""
    app.command()(serve)
    app.command()(check)
    app.command()(doctor)
    app.command()(setup)


def serve(
    host: Annotated[
        str, typer.Option(help="Address to listen on; keep to this machine unless a proxy stands before it.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 7860,
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in the browser.")] = False,
) -> None:
    """The web app: /en and /da."""
    from assistant.web.serve import serve as run

    def ready(address: str) -> None:
        print(
            f"Vejviser answers at {address} (English: {address}/en, Danish: {address}/da). Stop with Ctrl-C.",
            flush=True,
        )
        if open_browser:
            webbrowser.open(address)

    run(engine(), host, port, ready)


def check(as_json: JsonOption = False) -> None:
    """Proves that all content files load and that every reference resolves."""
    from assistant.check import check as look

    parts = look(engine().knowledge)
    if as_json:
        print_json([part.__dict__ for part in parts])
    else:
        for part in parts:
            print(f"{part.name}: {'ok' if not part.problems else 'falls short'}, {part.looked_at} looked at")
            for problem in part.problems:
                print(f"  {problem}")
    if any(part.problems for part in parts):
        raise typer.Exit(1)


def doctor(as_json: JsonOption = False) -> None:
    """What is configured, and whether it works."""
    from assistant.settings import Settings

    running = engine()
    settings = {
        f"VEJVISER_{name.upper()}": {
            "value": without_password(str(getattr(running.settings, name))),
            "meaning": field.description or "",
        }
        for name, field in Settings.model_fields.items()
    }
    versions = {name: importlib.metadata.version(name) for name in _PACKAGES}
    works: dict[str, str] = {}

    def look(name: str, done: object) -> None:
        try:
            works[name] = str(done() if callable(done) else done)
        except UserError as error:
            works[name] = f"FAILS: {error}"

    look(
        "embedding model", lambda: f"ok, {running.embedder.queries(['a']).shape[1]} dimensions, {running.embedder.name}"
    )
    look("reader", lambda: f"ok, {len(running.head.items)} items")
    look(
        "library",
        lambda: (
            f"ok, {len(running.shipped.documents())} documents"
            if not running.shipped.check()
            else "FAILS: run `vejviser library rebuild`"
        ),
    )
    look("conversations", lambda: f"ok, {len(running.store.conversations())} stored")
    look("language model", lambda: _reached(running))
    spent = _spending(running)
    if as_json:
        print_json({"settings": settings, "versions": versions, "works": works, "model_usage": spent})
    else:
        for name, setting in settings.items():
            print(f"{name:<24} {setting['value'] or '(not set)'}\n{'':<24} {setting['meaning']}")
        print()
        for name, outcome in works.items():
            print(f"{name:<24} {outcome}")
        for row in spent[:_MOST_SHOWN]:
            cost = "" if row["cost"] is None else f", cost {row['cost']:.4f}"
            print(
                f"{row['conversation'] or 'all conversations':<24} {row['calls']} calls of the model, {row['failed']} without an "
                f"answer, {row['sent']:,} tokens sent, {row['received']:,} received{cost}"
            )
        print("\n" + ", ".join(f"{name} {version}" for name, version in versions.items()))
    if any(outcome.startswith("FAILS") for outcome in works.values()):
        raise typer.Exit(1)


def _reached(running: Engine) -> str:
    """Whether the model that is set answers."""
    if running.models is None:
        return "none configured; everything works without one"
    try:
        return f"ok, {running.models.patience.name} answered in {running.models.reach():.1f} s"
    except ModelError as error:
        return f"FAILS: {running.settings.model} does not answer, {error}; until it does, the rules serve every turn"


def _spending(running: Engine) -> list[dict[str, Any]]:
    """What the model was used for, all together first; nothing where it never was."""
    try:
        each = running.store.spending()
    except UserError:
        return []
    if not each:
        return []
    names = ("calls", "failed", "sent", "received", "seconds")
    total = Spent("", *(sum(getattr(one, name) for one in each) for name in names))
    return [
        {"conversation": one.conversation, **{name: getattr(one, name) for name in names}, "cost": _cost(running, one)}
        for one in (total, *each)
    ]


def _cost(running: Engine, spent: Spent) -> float | None:
    """In the currency of VEJVISER_MODEL_PRICE; None where no price is set."""
    price = Price.of(running.settings.model_price)
    return None if price is None else round(price.cost(spent.sent, spent.received), 6)


def setup() -> None:
    """Prepares what takes long once: unpacks the model, teaches the reader, indexes the library. Safe to repeat."""
    os.environ["PYTHONWARNINGS"] = "ignore"
    engine().warm()
    STDERR.print("ready", style="green")
