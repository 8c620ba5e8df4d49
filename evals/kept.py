"""Outcomes kept from run to run: the same code, content and cases give the same outcome, so it is not made again.

Knows files and digests, no eval.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from assistant.build import Engine
from assistant.models import JOBS
from assistant.settings import Settings
from evals.cases import Outcome, Part, R, Task, restored, run

PROJECT = Path(__file__).parent.parent
_SHOWS = ("assistant/web/", "assistant/cli/", "evals/tasks/")
"""Code that shows results and does not make them."""
_REPORTS = (
    "report.py", "page.py", "plots.py", "compare.py", "all.py", "kept.py", "new.py", "mutants.py", "judge.py", "judging.py",
    "parallel.py", "spending.py", "roles.py", "owners.py", "acting.py", "personas.py",
)  # fmt: skip
"""Modules of evals that make no outcome of the five; what owners rest on is named by their task."""
_LIBRARIES = ("torch", "sentence-transformers", "scikit-learn", "bm25s", "chromadb", "numpy")


def digest(paths: Iterable[Path], root: Path = PROJECT) -> str:
    """First twelve hexadecimal digits of the SHA-256 of the files and their names, in order of their names."""
    made = hashlib.sha256()
    for path in sorted(set(paths)):
        made.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return made.hexdigest()[:12]


@cache
def code(root: Path = PROJECT) -> str:
    """Digest of all code that makes outcomes, as it was when first asked for."""
    found = [path for folder in ("assistant", "evals") for path in (root / folder).rglob("*.py")]
    names = {path: path.relative_to(root).as_posix() for path in found}
    return digest(
        [p for p, name in names.items()
         if not name.startswith(_SHOWS) and not (name.startswith("evals/") and p.name in _REPORTS)], root
    )  # fmt: skip


def content(patterns: Iterable[str], root: Path = PROJECT) -> str:
    """Digest of the files that match `patterns`."""
    return digest((path for pattern in patterns for path in root.glob(pattern) if path.is_file()), root)


def made(settings: Settings) -> dict[str, Any]:
    """What a run rests on: digests of code, content and prompts, names of models, versions of libraries."""
    prompts = {path.stem: digest([path])[:8] for path in sorted((PROJECT / "prompts").glob("*.md"))}
    return {
        "code": code(), "content": content(["knowledge/**/*", "prompts/*.yaml"]), "prompts": prompts,
        "embedding": settings.embedding, "model": settings.model or "none", "maturity": settings.maturity,
        "libraries": {name: version(name) for name in _LIBRARIES},
    }  # fmt: skip


def key(task: Task[R], part: Part, settings: Settings) -> str:
    """Name of the outcome of `task` on `part`: another one whenever it could come out otherwise."""
    model = settings.model if task.asks else ""
    patterns = [*task.rests_on, *([f"prompts/{job}.md" for job in JOBS] if model else [])]
    parts = [task.name, part, code(), content(patterns), settings.embedding, model, settings.maturity]
    parts += [f"reword={settings.model_reword}"] if model else []
    parts += [task.variant] if task.variant else []
    parts += [f"{name}={version(name)}" for name in _LIBRARIES]
    return f"{task.name}-{part}-{hashlib.sha256('|'.join(parts).encode()).hexdigest()[:16]}"


def there(task: Task[R], engine: Engine, part: Part) -> bool:
    """Whether an outcome is kept."""
    return _path(task, engine, part).exists()


def _path(task: Task[R], engine: Engine, part: Part) -> Path:
    return engine.settings.cache / "evals" / f"{key(task, part, engine.settings)}.json"


def outcome(
    task: Task[R], engine: Engine, part: Part, *, fresh: bool = False, sound: Callable[[], bool] = lambda: True,
    makes: Callable[[], Outcome] | None = None,
) -> Outcome:  # fmt: skip
    """The outcome that was kept, else a new one; `fresh` makes it anew.

    It is kept if it is `sound`: no model failed. `makes` makes it, where that is not done here.
    """
    path = _path(task, engine, part)
    if not fresh and path.exists():
        try:
            return restored(path.read_text(encoding="utf-8"))
        except (ValueError, KeyError, TypeError):  # written by another version: made anew
            path.unlink(missing_ok=True)
    one = makes() if makes else run(task, engine, part)
    if not sound():
        return one
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}")
    unfinished.write_text(json.dumps(one.as_json(), ensure_ascii=False), encoding="utf-8")
    unfinished.replace(path)
    return one
