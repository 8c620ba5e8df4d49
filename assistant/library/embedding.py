"""Embedding: texts to unit vectors, by the bundled model or any other sentence-transformers model. Knows no index."""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.errors import UserError
from assistant.library import bundled

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]
_REMEMBERED = 512


class Embedder:
    """Maps n texts to (n, d) unit vectors of float32. Loads the model on first use; safe to share between threads.

    What was embedded last is remembered, so that a sentence is never embedded twice in one turn.
    """

    def __init__(self, name: str, cache: Path, threads: int, progress: Callable[[str], None] = lambda _: None) -> None:
        self.name = bundled.FOLDER if name == "bundled" else name
        """What the vectors depend on: the bundled model with its digest, or the name or folder that was set."""
        self._bundled, self._cache, self._threads, self._progress = name == "bundled", cache, threads, progress
        self._model: SentenceTransformer | None = None
        self._lock, self._memory = threading.Lock(), threading.Lock()
        self._remembered: OrderedDict[str, Vectors] = OrderedDict()

    @property
    def model(self) -> SentenceTransformer:
        """The loaded model.

        Raises:
            UserError: it cannot be unpacked or loaded.
        """
        with self._lock:
            if self._model is None:
                self._model = self._load()
        return self._model

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions and utterances."""
        keys = [hashlib.sha256(text.encode("utf-8", "replace")).hexdigest() for text in texts]
        with self._memory:
            found = {key: vector for key in keys if (vector := self._remembered.get(key)) is not None}
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
        if missing:
            fresh = dict(zip(missing, self.encode(list(missing.values()), query=True), strict=True))
            found |= fresh
            with self._memory:
                self._remembered |= fresh
                while len(self._remembered) > _REMEMBERED:
                    self._remembered.popitem(last=False)
        return np.stack([found[key] for key in keys]) if keys else np.zeros((0, 0), np.float32)

    def encode(self, texts: Sequence[str], *, query: bool, batch: int = 32) -> Vectors:
        """Vectors straight from the model; `query` chooses the prompt for questions or for passages."""
        model = self.model
        encode = model.encode_query if query else model.encode_document
        clean = [text.encode("utf-8", "replace").decode() for text in texts]
        return np.asarray(encode(clean, batch_size=batch, show_progress_bar=False), dtype=np.float32)

    def _load(self) -> SentenceTransformer:
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as chatter

        torch.set_num_threads(self._threads)
        chatter.set_verbosity_error()  # type: ignore[no-untyped-call]
        chatter.disable_progress_bar()  # type: ignore[no-untyped-call]
        logging.getLogger("sentence_transformers").setLevel(logging.WARNING)
        source = str(bundled.unpacked(self._cache, self._progress)) if self._bundled else self.name
        try:
            return SentenceTransformer(source, device="cpu", local_files_only=self._bundled)
        except (OSError, ValueError) as error:
            remedy = (
                f"delete {source} and start again"
                if self._bundled
                else "set VEJVISER_EMBEDDING to `bundled` or a folder"
            )
            raise UserError(
                f"{source}: the embedding model cannot be loaded ({type(error).__name__}); {remedy}."
            ) from error
