"""The processes of the contestants, seen from outside: start, command, end. Knows no library."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from assistant.errors import UserError
from bench.contest.model import Piece

PROJECT = Path(__file__).parents[2]
PEERS = ("LlamaIndex", "Haystack", "LangChain")
"""Those that run on the peers' Python."""
FOLDER = ".venv-bench"
_QUIET = {
    "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "OMP_WAIT_POLICY": "PASSIVE",
    "ANONYMIZED_TELEMETRY": "False", "HAYSTACK_TELEMETRY_ENABLED": "False", "DO_NOT_TRACK": "1",
}  # fmt: skip
"""Nothing is fetched and nothing is told to anybody; threads that wait do not spin."""
_TOLD = 2_000


def peers_python() -> Path:
    """The Python of the peers' environment.

    Raises:
        UserError: it is not there.
    """
    found = Path(os.environ.get("VEJVISER_BENCH_PYTHON", PROJECT / FOLDER / "bin" / "python"))
    if not found.is_file():
        raise UserError(
            f"{FOLDER}: the peers are not installed; run `make bench`, or leave them out with --without-peers."
        )
    return found


class Worker:
    """One contestant in its process."""

    def __init__(self, name: str, python: Path, threads: int) -> None:
        self.name = name
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  # closed by `close`
        environment = os.environ | _QUIET | {
            "PYTHONPATH": str(PROJECT), "OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads),
        }  # fmt: skip
        self._process = subprocess.Popen(
            [str(python), "-W", "ignore", "-m", "bench.contest.worker", name], cwd=PROJECT, env=environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, text=True, encoding="utf-8",
        )  # fmt: skip
        self._threads = threads
        self.versions: dict[str, str] = {}

    def load(self, model: str) -> None:
        """Begins to load the model and the library."""
        self._tell("load", model=model, threads=self._threads)

    def loaded(self) -> None:
        """Waits until it has done so.

        Raises:
            UserError: it could not.
        """
        self.versions = self._told("load")["versions"]

    def know(self, texts: Path, vectors: Path) -> None:
        """Vectors of texts that are not to be embedded."""
        self._done("know", texts=str(texts), vectors=str(vectors))

    def index(self, folder: Path, place: Path, texts: Path | None = None) -> dict[str, float]:
        """Takes texts in: {seconds, count, memory}; the last is the process's peak in MB."""
        return self._done("index", folder=str(folder), place=str(place), texts=str(texts or ""))

    def ask(self, question: str, k: int) -> tuple[float, list[Piece]]:
        """Seconds, and what was found."""
        answer = self._done("ask", question=question, k=k)
        return answer["seconds"], [Piece(*one) for one in answer["found"]]

    def close(self) -> None:
        """Ends the process."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._log.close()

    def _done(self, what: str, **given: Any) -> dict[str, Any]:
        self._tell(what, **given)
        return self._told(what)

    def _tell(self, what: str, **given: Any) -> None:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # told by the answer that does not come
            self._process.stdin.write(json.dumps({"do": what, **given}) + "\n")
            self._process.stdin.flush()

    def _told(self, what: str) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            self._log.seek(0)
            last = self._log.read().decode(errors="replace")[-_TOLD:].strip().splitlines() or ["it said nothing"]
            raise UserError(f"bench: {self.name} ended at `{what}` ({last[-1]}); run `make bench` to install it anew.")
        return json.loads(line)  # type: ignore[no-any-return]


@contextmanager
def started(names: Sequence[str], model: str, threads: int) -> Iterator[dict[str, Worker]]:
    """The contestants, loaded, by name.

    Raises:
        UserError: one cannot be started, or runs on other packages than the rest.
    """
    python = {name: peers_python() if name in PEERS else Path(sys.executable) for name in names}
    with ExitStack() as stack:
        workers = {}
        for name in names:
            workers[name] = Worker(name, python[name], threads)
            stack.callback(workers[name].close)
            workers[name].load(model)
        for worker in workers.values():
            worker.loaded()
        _same(workers)
        yield workers


def _same(workers: dict[str, Worker]) -> None:
    """The same packages below everybody, so that only the contestants differ."""
    for package in ("torch", "transformers", "sentence-transformers", "chromadb"):
        versions = {worker.versions.get(package, "") for worker in workers.values()}
        if len(versions) > 1:
            raise UserError(
                f"{FOLDER}: {package} is {' and '.join(sorted(versions))}; run `make bench` to make it anew from {FOLDER}."
            )
