"""One contestant in a process of its own: `python -m bench.contest.worker NAME`, commands and answers as lines of JSON.

Commands: load, know, index, ask. What libraries print goes to standard error, so that nothing stands between the answers.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import os
import re
import resource
import sys
import time
from pathlib import Path
from typing import Any

from bench.contest.model import Contestant, Model, read

CONTESTANTS = {
    "vejviser": "bench.contest.ours:Ours",
    "vejviser without noted questions": "bench.contest.ours:Unnoted",
    "model alone": "bench.contest.ours:Raw",
    "BM25": "bench.contest.ours:Bm25",
    "LlamaIndex": "bench.contest.llamaindex:Peer",
    "Haystack": "bench.contest.haystack:Peer",
    "LangChain": "bench.contest.langchain:Peer",
}
"""Name -> where its class is."""
PACKAGES = (
    "torch", "transformers", "sentence-transformers", "chromadb", "llama-index-core", "llama-index-vector-stores-chroma",
    "haystack-ai", "chroma-haystack", "langchain-core", "langchain-chroma",
)  # fmt: skip


def peak() -> float:
    """The most memory that this process has held so far, in megabytes."""
    try:
        status = Path("/proc/self/status").read_text(encoding="utf-8")
    except OSError:  # elsewhere than on Linux
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most / (1e6 if sys.platform == "darwin" else 1e3)
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found.group(1)) / 1000 if found else 0.0


class Session:
    """What one process does, command by command."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.contestant: Contestant | None = None

    def load(self, model: str, threads: int) -> dict[str, Any]:
        """Loads the embedding model and the contestant's library."""
        module, _, name = CONTESTANTS[self.name].partition(":")
        self.contestant = contestant = getattr(importlib.import_module(module), name)(model, threads)
        if contestant.model is not None:
            contestant.model.query("Is it warm?")
        return {"versions": _versions(), "memory": peak()}

    def know(self, texts: str, vectors: str) -> dict[str, Any]:
        """Vectors of texts that are not to be embedded."""
        assert self.contestant is not None
        assert isinstance(self.contestant.model, Model)
        self.contestant.model.know([one.text for one in read(Path(texts))], Path(vectors))
        return {}

    def index(self, folder: str, place: str, texts: str = "") -> dict[str, Any]:
        """Takes ready passages in, or files where `texts` is empty."""
        assert self.contestant is not None
        given = read(Path(texts)) if texts else []
        Path(place).mkdir(parents=True)
        began = time.perf_counter()
        if given:
            count = self.contestant.passages(given, Path(folder), Path(place))
        else:
            count = self.contestant.files(Path(folder), Path(place))
        return {"seconds": time.perf_counter() - began, "count": count, "memory": peak()}

    def ask(self, question: str, k: int) -> dict[str, Any]:
        """One question."""
        assert self.contestant is not None
        began = time.perf_counter()
        found = self.contestant.ask(question, k)
        return {"seconds": time.perf_counter() - began, "found": [[one.text, one.document] for one in found]}


def _versions() -> dict[str, str]:
    found = {}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def main() -> None:
    """Reads commands until there are no more."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    session = Session(sys.argv[1])
    for line in sys.stdin:
        command = json.loads(line)
        answer = getattr(session, command.pop("do"))(**command)
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
