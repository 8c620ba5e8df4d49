"""What every contestant is given: the embedding model, the texts, and the shape in which it answers. Knows no contestant."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from assistant.cores import cores, numbers


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that was found."""

    text: str
    document: str
    """Name of the file that it stands in, or of the text that was given."""


@dataclass(frozen=True, slots=True)
class Text:
    """A passage that is given ready."""

    name: str
    text: str


class Contestant(Protocol):
    """Takes texts in and finds them. Made of the embedding model's folder or name and the number of threads."""

    model: Any
    """What embeds, with a method `query`; None where nothing does."""

    def passages(self, texts: Sequence[Text], folder: Path, place: Path) -> int:
        """Takes ready passages into a new index in `place`; `folder` holds the same as files. Returns how many it holds."""

    def files(self, folder: Path, place: Path) -> int:
        """Takes UTF-8 text files in, cut by its own defaults; returns how many pieces it holds."""

    def ask(self, question: str, k: int) -> list[Piece]:
        """The best `k`, best first."""


class Model:
    """The embedding model by its folder or name; every contestant embeds through these two methods: passages on all
    cores at once, as the product does, and a question on as many threads as it.

    They call `encode_document` and `encode_query` of sentence-transformers, whose prompts come with the model.
    """

    def __init__(self, source: str, threads: int) -> None:
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(threads)
        self.name = source
        wanted = {"dtype": numbers()}  # as the product
        self._model: Any = SentenceTransformer(source, device="cpu", local_files_only=True, model_kwargs=wanted)
        self._known: dict[str, Any] = {}

    def know(self, texts: Sequence[str], vectors: Path) -> None:
        """From now on these texts need no embedding; `vectors` is a .npy file of (n, d), float32."""
        self._known = dict(zip(map(_plain, texts), np.load(vectors), strict=True))

    def documents(self, texts: Sequence[str], batch: int = 32) -> list[list[float]]:
        """Unit vectors of passages."""
        if self._known:
            return [self._known[_plain(text)].tolist() for text in texts]
        with all_cores():
            vectors = self._model.encode_document(list(texts), batch_size=batch, show_progress_bar=False)
        return np.asarray(vectors, np.float32).tolist()  # type: ignore[no-any-return]

    def query(self, text: str) -> list[float]:
        """The unit vector of a question."""
        vectors = self._model.encode_query([text], show_progress_bar=False)
        return np.asarray(vectors, np.float32)[0].tolist()  # type: ignore[no-any-return]


@contextmanager
def all_cores() -> Iterator[None]:
    """As many threads for one pass of the model as there are cores."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(cores())
    try:
        yield
    finally:
        torch.set_num_threads(before)


def written(texts: Sequence[Text], path: Path) -> Path:
    """The texts as JSON Lines."""
    lines = [json.dumps({"name": one.name, "text": one.text}, ensure_ascii=False) for one in texts]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def read(path: Path) -> list[Text]:
    """The texts that `written` wrote."""
    rows = map(json.loads, path.read_text(encoding="utf-8").split("\n")[:-1])
    return [Text(row["name"], row["text"]) for row in rows]


def text_files(folder: Path) -> list[Path]:
    """The files of a folder that was written for the contest."""
    return sorted(path for path in folder.iterdir() if path.is_file())


def _plain(text: str) -> str:
    return " ".join(text.split())
