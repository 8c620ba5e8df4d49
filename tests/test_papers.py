"""The commands for papers: which files they write, what they print, what they say when something is wrong."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from assistant.build import Engine
from assistant.cli import app, papers, talk, terminal
from assistant.domain.acts import Answer, AnyAct, Fact
from assistant.domain.maturity import Language
from assistant.errors import UserError
from assistant.store import Turn

Run = Callable[..., Result]
Tell = Callable[..., str]
MAGIC = {".md": b"# ", ".docx": b"PK\x03\x04", ".pdf": b"%PDF", ".json": b"{"}
SCRIPT = Path(__file__).parent.parent / "evals" / "scripts" / "eleven-making-windows.yaml"
SAID = "Nineteen of us weld steel. We write the hours on the job card in pencil."


@pytest.fixture
def run(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Run:
    for module in (terminal, papers, talk):
        monkeypatch.setattr(module, "engine", lambda: engine)
    return lambda *arguments: CliRunner().invoke(app, arguments)


@pytest.fixture
def tell(engine: Engine) -> Iterator[Tell]:
    """Makes conversations in which every item stands at one stage; they are erased afterwards."""
    told: list[str] = []

    def made(stage: int = 1, language: Language = "en") -> str:
        name = engine.store.create(language, "full").id
        told.append(name)
        scores = tuple(1.0 if at == stage else 0.0 for at in range(6))
        acts: list[AnyAct] = [Fact(field="employees", value=19, quote="Nineteen", start=0, end=8)]
        acts += [
            Answer(
                item=item, low=stage, high=stage, scores=scores, asked=True, quote=SAID[27:], start=27, end=len(SAID)
            )
            for item in engine.knowledge.model.order
        ]
        engine.store.append(name, Turn(0, "", [], None, "Hello."))
        engine.store.append(name, Turn(1, SAID, acts, None, "Noted."))
        return name

    yield made
    for name in told:
        engine.store.erase(name)


@pytest.mark.parametrize("ending", MAGIC)
@pytest.mark.parametrize("command", ["profile", "plan", "guide", "brief"])
def test_every_paper_is_written_in_every_format(
    run: Run, tell: Tell, tmp_path: Path, command: str, ending: str
) -> None:
    file = tmp_path / f"paper{ending}"
    arguments = [command, tell(), *(["work-out-three-jobs-again"] if command == "brief" else []), "-o", str(file)]
    result = run(*arguments)
    assert result.exit_code == 0, result.exception
    assert result.stdout == ""
    assert file.read_bytes().startswith(MAGIC[ending])


@pytest.mark.parametrize(
    ("command", "title"), [("profile", "# Modenhedsprofil"), ("plan", "# Udkast til plan"), ("guide", "# Samtaleguide")]
)
def test_without_a_file_markdown_is_printed_in_the_language_of_the_conversation(
    run: Run, tell: Tell, command: str, title: str
) -> None:
    printed = run(command, tell(language="da")).stdout
    assert printed.startswith(f"{title}\n")
    assert "19 ansatte" in printed
    assert SAID[27:] in printed
    assert not printed.endswith("\n\n")


def test_a_guide_from_trade_and_size_alone(run: Run, tmp_path: Path) -> None:
    printed = run("guide", "--sector", "metal", "--employees", "19", "--language", "da").stdout
    assert "Virksomhed inden for metal, 19 ansatte" in printed
    assert run("guide", "--sector", "Træ og møbler", "--language", "da").stdout.startswith("# Samtaleguide")
    file = tmp_path / "guide.json"
    assert run("guide", "--sector", "food", "-o", str(file)).exit_code == 0
    made = json.loads(file.read_text(encoding="utf-8"))
    assert (made["sector"], made["employees"], made["known"]) == ("food", None, [])
    assert len(made["ask"]) == 15


def test_a_brief_without_an_action_lists_those_that_suit(run: Run, tell: Tell) -> None:
    name = tell()
    listed = run("brief", name).stdout.splitlines()
    assert listed
    for line in listed:
        action = line.split()[0]
        printed = run("brief", name, action).stdout
        assert printed.startswith("# Student project: ")
        assert line.split("  ")[-1].strip() in printed.splitlines()[0]


def test_a_region_needs_five_companies_and_counts_them(run: Run, tell: Tell, tmp_path: Path) -> None:
    for _ in range(4):
        tell()
    few = run("region")
    assert isinstance(few.exception, UserError)
    assert "at least 5" in str(few.exception)
    for stage in (1, 1, 3):
        tell(stage)
    assert "7 companies" in run("region").stdout
    file = tmp_path / "region.csv"
    assert run("region", "-o", str(file), "--language", "da").exit_code == 0
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    capture = {row["cell"]: row["count"] for row in rows if (row["part"], row["id"]) == ("item", "technology.capture")}
    assert capture == {"0": "0", "1": "", "2": "0", "3": "", "4": "0", "5": "0", "not_assessed": "0"}
    assert {row["title"] for row in rows if row["id"] == "time"} == {"tid"}
    for ending, magic in MAGIC.items():
        assert run("region", "-o", str(tmp_path / f"region{ending}")).exit_code == 0
        assert (tmp_path / f"region{ending}").read_bytes().startswith(magic)
    told = json.loads((tmp_path / "region.json").read_text(encoding="utf-8"))
    assert told["companies"] == 7
    assert told["drafted"] == []


@pytest.mark.parametrize("command", ["profile", "plan", "guide", "brief"])
def test_a_conversation_that_is_not_there_is_named(run: Run, command: str) -> None:
    result = run(command, "nobody")
    assert isinstance(result.exception, UserError)
    assert "'nobody'" in str(result.exception)


@pytest.mark.parametrize("action", ["no-such-action", "stop-log-on-paper"])
def test_an_action_that_does_not_suit_is_named(run: Run, tell: Tell, action: str) -> None:
    result = run("brief", tell(), action)
    assert isinstance(result.exception, UserError)
    assert action in str(result.exception)
    assert "vejviser brief" in str(result.exception)


def test_a_file_that_cannot_be_written_is_named(run: Run, tell: Tell, tmp_path: Path) -> None:
    (tmp_path / "taken.pdf").mkdir()
    for file in (tmp_path / "no" / "where.docx", tmp_path / "taken.pdf"):
        result = run("plan", tell(), "-o", str(file))
        assert isinstance(result.exception, UserError)
        assert file.name in str(result.exception)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["guide"], "--sector"),
        (["guide", "x", "--sector", "metal"], "--sector"),
        (["guide", "--sector", "spaceships"], "wood_furniture"),
        (["guide", "--employees", "0"], "employees"),
        (["guide", "x", "-o", "guide.exe"], ".docx"),
        (["brief", "x", "-o", "brief.pdf"], "action"),
        (["region", "-o", "region.xls"], ".csv"),
        (["plan", "x", "-o", "plan.csv"], ".docx"),
    ],
)
def test_usage_errors_say_what_to_write(run: Run, arguments: list[str], told: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert told in " ".join(result.stderr.replace("│", " ").split())


def test_a_played_script_leaves_its_papers(run: Run, tmp_path: Path) -> None:
    assert run("play", str(SCRIPT), "--out", str(tmp_path / "out")).exit_code == 0
    name = SCRIPT.stem
    expected = {
        f"{name}.json",
        *(f"{name}-{what}.{kind}" for what in ("profile", "plan", "guide") for kind in ("docx", "pdf")),
    }
    assert {path.name for path in (tmp_path / "out").iterdir()} == expected
