"""Chroma over the vectors of one library, in a folder that is written once.

Knows numbers and vectors, no texts and no documents. Chroma does not survive kill -9 while it writes. So a folder is
written and verified elsewhere, sealed with the digests of its files and only then used; it is opened only while the
seal holds, and whoever opens it has the vectors to build it again.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import chromadb
import numpy as np
from chromadb.api import ClientAPI
from chromadb.config import Settings
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
_NAME, _SEAL, _AT_ONCE, _CANARIES, _EFFORT = "passages", ".ok", 5000, 5, 200
_SAME = 0.999  # cosine of a vector with its twin, or with itself after a round trip


class Broken(Exception):
    """The folder is not what was sealed, or does not find its own vectors."""


class Dense:
    """An opened folder.

    Raises:
        Broken: the folder is not whole.
    """

    def __init__(self, folder: Path, canaries: Vectors, numbers: Sequence[int], count: int) -> None:
        _check_seal(folder)
        self.count = count
        with _broken_if_it_fails(f"{folder}: cannot be opened"):
            (inside,) = folder.glob("chroma-*")
            self._client = chromadb.PersistentClient(inside, settings=Settings(anonymized_telemetry=False))
        try:
            with _broken_if_it_fails(f"{folder}: cannot be read"):
                self._collection = self._client.get_collection(_NAME, embedding_function=None)
                found = self._collection.count()
            if found != count:
                raise Broken(f"{folder}: holds {found} vectors instead of {count}")
            for canary, number in zip(canaries, numbers, strict=True):
                nearest = self.nearest(canary, 10)
                if all(score < _SAME for _, score in nearest) and number not in {found for found, _ in nearest}:
                    raise Broken(f"{folder}: does not find its own vectors")
        except Broken:
            self.close()
            raise

    def nearest(self, vector: Vectors, k: int) -> list[tuple[int, float]]:
        """The `k` nearest as (number, cosine), nearest first. Safe to call from several threads.

        Raises:
            Broken: Chroma fails.
        """
        with _broken_if_it_fails("the index cannot be searched"):
            found = self._collection.query(
                query_embeddings=vector[None, :], n_results=min(k, self.count), include=["distances"]
            )
            distances = (found["distances"] or [[]])[0]
            return [(int(number), 1.0 - float(far)) for number, far in zip(found["ids"][0], distances, strict=True)]

    def close(self) -> None:
        """Lets go of the folder."""
        _close(self._client)


@contextmanager
def _broken_if_it_fails(what: str) -> Iterator[None]:
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # Chroma's Rust side panics with a BaseException of its own
        raise Broken(f"{what} ({error})") from error


def _close(client: ClientAPI) -> None:
    client.close()  # type: ignore[attr-defined]  # the protocol does not name it, the client has it


def canaries(count: int) -> list[int]:
    """The numbers of a few vectors, spread over all, by which a folder is tried."""
    return sorted({round(place) for place in np.linspace(0, count - 1, min(count, _CANARIES))})


def write(folder: Path, vectors: Vectors) -> None:
    """A new folder below `folder` with `vectors` of shape (n, d), numbered from 0.

    Raises OSError when it cannot be written.
    """
    # Chroma remembers what it opened by path, so that a folder built again needs a name of its own
    client = chromadb.PersistentClient(
        folder / f"chroma-{secrets.token_hex(4)}", settings=Settings(anonymized_telemetry=False)
    )
    try:
        collection = client.create_collection(
            _NAME,
            embedding_function=None,
            configuration={
                "hnsw": {
                    "space": "cosine", "ef_construction": _EFFORT, "ef_search": _EFFORT, "max_neighbors": 24,
                    "batch_size": max(2, min(100, len(vectors))),
                    "sync_threshold": max(2, len(vectors)),  # all in the vector files, nothing left in the log
                }
            },
        )  # fmt: skip
        for first in range(0, len(vectors), _AT_ONCE):
            part = vectors[first : first + _AT_ONCE]
            collection.upsert(ids=[str(number) for number in range(first, first + len(part))], embeddings=part)
        if len(vectors) == 1:  # Chroma syncs at two entries at the earliest
            collection.upsert(ids=["0"], embeddings=vectors)
    finally:
        _close(client)


def seal(folder: Path) -> None:
    """Flushes every file below `folder` to disk and writes down what they hold, last of all."""
    digests = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
                digests[path.relative_to(folder).as_posix()] = _digest(path)
    marker = folder / _SEAL
    marker.write_text(json.dumps(digests), encoding="utf-8")
    with marker.open("rb") as file:
        os.fsync(file.fileno())


def _check_seal(folder: Path) -> None:
    try:
        digests = json.loads((folder / _SEAL).read_text(encoding="utf-8"))
        wrong = [name for name, digest in digests.items() if _digest(folder / name) != digest]
    except (OSError, ValueError) as error:
        raise Broken(f"{folder}: is not sealed ({error})") from error
    if wrong:
        raise Broken(f"{folder}: {wrong[0]} has changed")


def _digest(path: Path) -> str:
    """Of a file's content; of Chroma's own database, which it writes to when opened, only that it begins as one."""
    with path.open("rb") as file:
        if path.suffix == ".sqlite3":
            return file.read(16).hex()
        return hashlib.file_digest(file, "sha256").hexdigest()
