"""Commands over the library: ask, search, ingest, library."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli.terminal import (
    Coming,
    JsonOption,
    LanguageOption,
    complain,
    engine,
    json_lines,
    language_of,
    print_json,
    print_line,
)
from assistant.domain.maturity import Language
from assistant.domain.sources import Notes, parted, reference
from assistant.errors import UserError

if TYPE_CHECKING:
    from assistant.library.passages import Passage

LibraryOption = Annotated[str, typer.Option("--library", metavar="NAME", help="The library to use.")]
JsonlOption = Annotated[
    Path | None, typer.Option("--jsonl", metavar="IN", help="JSON Lines with id, question, language.")
]
_shelf = typer.Typer(help="What is indexed: list, check, rebuild, remove.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Adds the commands to `app`."""
    app.command()(ask)
    app.command()(search)
    app.command()(ingest)
    app.add_typer(_shelf, name="library")


def ask(
    question: Annotated[str | None, typer.Argument(help="The question, in quotes.")] = None,
    language: LanguageOption = None,
    as_json: JsonOption = False,
    library: LibraryOption = "shipped",
    jsonl: JsonlOption = None,
    model: Annotated[
        bool, typer.Option("--model/--no-model", help="Let the language model that is set write; without, quote.")
    ] = True,
) -> None:
    """Answers a question from the library, with its sources; says so when the material has no answer.

    Quotes, or, where VEJVISER_MODEL is set, lets the model write and shows what the passages bear out.

    Example: vejviser ask "What is MQTT?"
    """
    if (question is None) == (jsonl is None):
        raise typer.BadParameter("give either a question in quotes or --jsonl IN.")
    if jsonl is not None:
        for number, line in json_lines(jsonl):
            asked = _text(line, "question", jsonl, number)
            print_line(
                {
                    "id": line.get("id"),
                    **_answer(asked, _spoken(asked, line.get("language") or language), library, model),
                }
            )
        return
    assert question is not None
    spoken = _spoken(_not_empty(question), language)
    with Coming() as coming:
        quoted = engine().ask(question, spoken, library, model=model, shown=coming.sentence)
    if as_json:
        print_json(quoted.as_json())
        return
    from assistant.build import cited, cut

    found = cited(quoted, lambda name: cut(engine().library(library), parted(name)[1]))
    notes, texts = Notes(), engine().knowledge.replies(spoken)
    if found.answered:
        print(f"{notes.text(found.sentences)}\n")
    else:
        print(f"{texts['not_answered']}{' ' + texts['parked_near'] if found.sources else ''}")
    for row, source in zip(notes.lines(found.sources, texts["place"]), notes.sources, strict=True):
        print(f"{row}\n    {reference(library, source.reference)}")


def search(
    query: Annotated[str | None, typer.Argument(help="What to look for, in quotes.")] = None,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="Passages at the most.")] = 10,
    language: LanguageOption = None,
    as_json: JsonOption = False,
    library: LibraryOption = "shipped",
    jsonl: JsonlOption = None,
) -> None:
    """Finds passages, best first.

    Example: vejviser search "sensors on old machines" -k 3
    """
    if (query is None) == (jsonl is None):
        raise typer.BadParameter("give either a query in quotes or --jsonl IN.")
    shelf = engine().existing(library)
    if jsonl is not None:
        for number, line in json_lines(jsonl):
            key = "question" if "question" in line else "query"
            asked = _text(line, key, jsonl, number)
            hits = shelf.search(asked, k, _spoken(asked, line.get("language") or language))
            print_line({"id": line.get("id"), "passages": [hit.as_json() for hit in hits]})
        return
    assert query is not None
    found = shelf.search(_not_empty(query), k, _spoken(query, language))
    if as_json:
        print_json([hit.as_json() for hit in found])
        return
    if not found:
        complain(f"library {library!r}: nothing found; see `vejviser library list`.")
    for hit in found:
        print(
            f"{hit.score:.3f}  [{reference(library, hit.passage.id)}] {_where(hit.passage, engine().settings.language)}"
        )
        print(f"       {' '.join(hit.passage.text.split())[:160]}")


def ingest(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files or folders.")],
    library: LibraryOption = "own",
    as_json: JsonOption = False,
) -> None:
    """Takes files and folders into a library: Markdown, text, HTML, PDF, Word, PowerPoint and captions.

    What is unchanged is left alone; what is gone from a folder is removed.

    Example: vejviser ingest notes/ --library own
    """
    from assistant.cli.intake import Intake

    if library == "shipped":
        raise typer.BadParameter("the shipped library is kept by Vejviser itself; name another with --library.")
    shelf = engine().library(library)
    with Intake(quiet=as_json) as intake:
        results = shelf.ingest(paths, intake.progress, intake.each, intake.tell)
    if as_json:
        print_json([entry.as_json() for entry in results])
    else:
        print(f"library {library!r}: {intake.summary()}")
    if intake.counts["skipped"]:
        raise typer.Exit(1)


@_shelf.command("list")
def list_(library: LibraryOption = "shipped", as_json: JsonOption = False) -> None:
    """The documents of a library: what each is, who speaks, when, and with which rights."""
    from assistant.library.loaders.source import shown

    shelf = engine().existing(library)
    paths = shelf.paths()
    documents = [
        {
            "id": d.id, "key": d.key, "title": d.title, "speaker": d.speaker, "date": d.date, "language": d.language,
            "rights": d.rights, "kind": d.kind, "topic": d.topic, "path": str(paths.get(d.key, "")),
        }
        for d in shelf.documents()
    ]  # fmt: skip
    if as_json:
        print_json(documents)
        return
    for document in documents:
        print(f"{document['key']:<44} {document['kind']:<6} {document['title']}")
        about = (document["speaker"], document["date"], document["rights"], shown(Path(document["path"])))
        print(f"{'':<51} {' · '.join(part for part in about if part)}")


@_shelf.command("open")
def open_(
    passage: Annotated[str, typer.Argument(metavar="PASSAGE-ID", help="As `ask` and `search` print it.")],
    library: LibraryOption = "shipped",
) -> None:
    """Shows the place of a citation: the passage with a bar, and the one before and after.

    Example: vejviser library open iot-from-machine-to-phone.en#what-mqtt-is-1
    """
    from assistant.build import cut
    from assistant.library.places import found

    named, key, at = parted(passage)
    shelf = engine().existing(library if named == "shipped" else named)
    there = cut(shelf, key)
    here = found(there[1], there[0], at) if there else None
    if there is None or here is None:
        raise UserError(
            f"passage {passage!r}: library {shelf.name!r} holds none by that id; find one with `vejviser search`."
        )
    document, parts = there
    print(f"{document.title}\n{_where(parts[here].passage, engine().settings.language)}\n")
    for number in range(max(0, here - 1), min(len(parts), here + 2)):
        bar = "┃ " if number == here else "  "
        print("\n".join(bar + line for line in parts[number].passage.text.split("\n")) + "\n")


@_shelf.command()
def check(library: LibraryOption = "shipped") -> None:
    """Proves that the index finds what the catalogue holds."""
    problems = engine().existing(library).check()
    for problem in problems:
        print(problem)
    if problems:
        raise typer.Exit(1)
    print(f"library {library!r}: ok, {len(engine().existing(library).documents())} documents")


@_shelf.command()
def rebuild(library: LibraryOption = "shipped") -> None:
    """Builds the index anew from the catalogue; nothing is embedded again."""
    print(f"library {library!r}: {engine().existing(library).rebuild()} passages indexed")


@_shelf.command()
def remove(
    document: Annotated[str, typer.Argument(metavar="ID", help="Document id, or id.language.")],
    library: LibraryOption = "own",
) -> None:
    """Takes a document out of a library."""
    shelf = engine().existing(library)
    keys = [d.key for d in shelf.documents() if document in (d.id, d.key)]
    if not keys:
        raise UserError(
            f"document {document!r}: library {library!r} holds none by that id; see `vejviser library list`."
        )
    for key in keys:
        shelf.remove(key)
        print(f"removed    {key}")


def _where(passage: Passage, language: Language) -> str:
    """Headings, and page, slide or minute."""
    from assistant.library.places import source_of

    place = source_of(passage).place(engine().knowledge.replies(language)["place"])
    return " · ".join(part for part in (" > ".join(passage.locator.heading), place) if part)


def _answer(question: str, language: Language, library: str, model: bool) -> dict[str, Any]:
    return engine().ask(question, language, library, model=model).as_json()


def _spoken(text: str, given: object) -> Language:
    from assistant.library.language import detect

    if given in ("en", "da"):
        return given
    if given is not None:
        raise UserError(f"language {given!r}: is not spoken here; use en or da.")
    return detect(text) or language_of(None)


def _not_empty(text: str) -> str:
    if not text.strip():
        raise UserError("question: it is empty; write what you want to know.")
    return text


def _text(line: dict[str, Any], key: str, path: Path, number: int) -> str:
    value = line.get(key)
    if not isinstance(value, str) or not value.strip():
        raise UserError(f"{path}: line {number}: {key!r} is missing or empty; mend that line.")
    return value
