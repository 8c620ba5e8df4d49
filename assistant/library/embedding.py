"""Embedding: texts to unit vectors, by the bundled model or any other sentence-transformers model. Knows no index."""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import UserError
from assistant.library import bundled
from assistant.library.words import Bits, pooled, signs

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]
_REMEMBERED = 512
_LAYER = 2 / 3  # of the way up, words of two languages that mean the same lie closest
_TYPICAL = (
    "The machine stood still for two hours because nobody had noticed that the material had run out.",
    "Which supplier should we ask, and what does it cost to try it for a month?",
    "A standard describes how parts are drawn, measured and tested before they leave the workshop.",
    "In 1994 the town built a new harbour, and the river was led through a tunnel under the road.",
    "The animal lives in forests and feeds on seeds, insects and the young leaves of trees.",
    "Press the button, wait until the light turns green, and then close the valve.",
    "Maskinen stod stille i to timer, fordi ingen havde set, at materialet var sluppet op.",
    "Hvilken leverandør skal vi spørge, og hvad koster det at prøve i en måned?",
    "En standard beskriver, hvordan emner bliver tegnet, målt og prøvet, før de forlader værkstedet.",
    "I 1994 byggede byen en ny havn, og åen blev ført gennem en tunnel under vejen.",
    "Dyret lever i skove og spiser frø, insekter og de unge blade på træerne.",
    "Tryk på knappen, vent, til lampen bliver grøn, og luk så for ventilen.",
)
"""Ordinary sentences of both languages; the mean of their words is what word vectors are centred on."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one pass of the model sees in a text."""

    vector: Vectors
    """Of the whole text, (d,), unit length."""
    words: Bits
    """Of each word; (0, …) where the model has no words of its own."""


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
        self._questions: OrderedDict[str, Seen] = OrderedDict()

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

    def query(self, text: str) -> Seen:
        """A question, looked at once."""
        key = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
        with self._memory:
            known = self._questions.get(key)
        if known is None:
            (known,) = self.look([text], query=True)
            with self._memory:
                self._questions[key], self._remembered[key] = known, known.vector
                for memory in (self._questions, self._remembered):
                    while len(memory) > _REMEMBERED:
                        memory.popitem(last=False)
        return known

    def forget(self) -> None:
        """Drops what is remembered, for whoever measures."""
        with self._memory:
            self._remembered.clear()
            self._questions.clear()

    def look(self, texts: Sequence[str], *, query: bool) -> list[Seen]:
        """One batch through the model: the vector of each text and the words in it."""
        model, plain = self.model, [text.encode("utf-8", "replace").decode() for text in texts]
        if self._tower is None:
            vectors = self.encode(plain, query=query)
            return [Seen(vector, np.zeros((0, 1), np.uint64)) for vector in vectors]
        states, offsets, vectors = self._through(model, plain, query=query)
        return [
            Seen(vector, signs(pooled(text, offset, state), self._centre))
            for text, offset, state, vector in zip(plain, offsets, states, vectors, strict=True)
        ]

    def encode(self, texts: Sequence[str], *, query: bool, batch: int = 32) -> Vectors:
        """Vectors straight from the model; `query` chooses the prompt for questions or for passages."""
        model = self.model
        encode = model.encode_query if query else model.encode_document
        clean = [text.encode("utf-8", "replace").decode() for text in texts]
        return np.asarray(encode(clean, batch_size=batch, show_progress_bar=False), dtype=np.float32)

    @cached_property
    def _tower(self) -> Any:
        """The layers whose states can be looked into; None where the model is of another build."""
        tower = getattr(self.model[0], "auto_model", None)
        layers = getattr(getattr(tower, "config", None), "num_hidden_layers", 0)
        return tower if layers and getattr(self.model.tokenizer, "is_fast", False) else None

    @cached_property
    def _centre(self) -> Vectors:
        """The mean word of ordinary sentences, (d,), kept in the cache folder."""
        digest = hashlib.sha256("\n".join((self.name, *_TYPICAL)).encode()).hexdigest()[:12]
        path = self._cache / f"centre-{digest}.npy"
        try:
            return np.asarray(np.load(path), np.float32)
        except (OSError, ValueError):
            states, offsets, _ = self._through(self.model, _TYPICAL, query=False)
            centre = np.concatenate([pooled(*one) for one in zip(_TYPICAL, offsets, states, strict=True)]).mean(axis=0)
            with suppress(OSError):
                part = path.with_suffix(f".{os.getpid()}.npy")
                np.save(part, centre)
                part.replace(path)
            return np.asarray(centre, np.float32)

    def _through(
        self, model: SentenceTransformer, texts: Sequence[str], *, query: bool
    ) -> tuple[list[Vectors], list[NDArray[np.int64]], Vectors]:
        """States of a middle layer for each token, their offsets in the text, and the unit vector of each text."""
        import torch

        prompts = model.prompts or {}
        names = ("query",) if query else ("document", "passage", "corpus")
        prompt: str = next((prompts[name] for name in names if prompts.get(name)), None) or ""
        batch = model.tokenizer(
            [prompt + text for text in texts], padding=True, truncation=True, max_length=model.max_seq_length,
            return_tensors="pt", return_offsets_mapping=True,
        )  # fmt: skip
        offsets = batch.pop("offset_mapping").numpy() - len(prompt)
        with torch.inference_mode():
            out = self._tower(**batch, output_hidden_states=True)
            features: dict[str, Any] = {**batch, "token_embeddings": out.last_hidden_state}
            for module in list(model)[1:]:
                features = module(features)
        middle = out.hidden_states[round(_LAYER * self._tower.config.num_hidden_layers)]
        vectors = np.asarray(features["sentence_embedding"], np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        held = [mask.numpy() for mask in batch["attention_mask"].bool()]
        states = [middle[row].numpy()[mask] for row, mask in enumerate(held)]
        return states, [offsets[row][mask] for row, mask in enumerate(held)], vectors

    def _load(self) -> SentenceTransformer:
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # waiting threads that spin slow a busy machine tenfold
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
