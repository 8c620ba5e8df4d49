"""Embedding: texts to unit vectors, by the bundled model or any other sentence-transformers model. Knows no index."""

from __future__ import annotations

import hashlib
import logging
import math
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assistant.cores import cores, numbers
from assistant.errors import UserError
from assistant.library import bundled
from assistant.library.words import Bits, pooled, signs

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]
_REMEMBERED = 512
_EVEN = 8
"""Tokens that every length is filled up to a multiple of. In bfloat16 code is compiled and kept for each length and number of
texts (oneDNN): with all lengths memory grew by some 600 MB over a thousand passes, with every eighth by 40, at no cost in time."""
_WORTH_A_PASS = 10
"""Texts that a pass of their own is worth, where there are several cores: fewer are no faster in two passes."""
_LAYER = 2 / 3  # of the way up, words of two languages that mean the same lie closest
_LOWER = (
    1 / 3,
    2 / 3,
)  # of the way up, tense and person are still heard, which the vector of the whole text smooths over
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


_WORDLESS: Bits = np.zeros((0, 1), np.uint64)


def _key(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True, slots=True)
class Seen:
    """What one pass of the model sees in a text."""

    views: Vectors
    """(b, d): the vector of the whole text, unit length; of questions and utterances also the mean of its tokens on lower
    layers, where the model has any."""
    words: Bits
    """Of each word; (0, …) where the model has no words of its own."""

    @property
    def vector(self) -> Vectors:
        """Of the whole text, (d,)."""
        return np.asarray(self.views[0])


@dataclass(frozen=True, slots=True)
class _Passed:
    """What one pass of the model made of n texts."""

    vectors: Vectors
    """(n, d), unit length."""
    layers: Sequence[Any]
    """States after each layer, the embedding first, (n, tokens, d) each."""
    mask: NDArray[np.bool_]
    """(n, tokens): what is no padding."""
    offsets: NDArray[np.int64]
    """Where each token stands in its text, (n, tokens, 2)."""

    def words(self, texts: Sequence[str]) -> list[Vectors]:
        """A vector for each word of each text, from a middle layer."""
        states = self._at(_LAYER)
        rows = enumerate(zip(texts, self.mask, strict=True))
        return [pooled(text, self.offsets[row][mask], states[row][mask]) for row, (text, mask) in rows]

    def views(self) -> Vectors:
        """(n, b, d): the vector of each text, then the mean of its tokens on lower layers."""
        weights = self.mask / self.mask.sum(axis=1, keepdims=True)
        lower = [np.einsum("nt,ntd->nd", weights, self._at(height)) for height in _LOWER]
        return np.stack([self.vectors, *lower], axis=1).astype(np.float32)

    def _at(self, height: float) -> Vectors:
        return np.asarray(self.layers[round(height * (len(self.layers) - 1))].float().numpy(), np.float32)


class Embedder:
    """Maps n texts to (n, d) unit vectors of float32. Loads the model on first use; safe to share between threads.

    What was embedded last is remembered, so that a sentence is never embedded twice in one turn. No more passes of the model
    are under way than there are cores for: fifty side by side take five times as long as one after the other, and twice the
    memory. Many texts are shared out between the cores.
    """

    def __init__(self, name: str, cache: Path, threads: int, progress: Callable[[str], None] = lambda _: None) -> None:
        self._name, self._bundled = name, name == "bundled"
        self._cache, self._threads, self._progress = cache, threads, progress
        self._model: SentenceTransformer | None = None
        self._lock, self._memory = threading.Lock(), threading.Lock()
        self._passes = max(1, cores() // max(1, threads))
        self._at_once = threading.Semaphore(self._passes)
        self._remembered: OrderedDict[str, Vectors] = OrderedDict()
        self._seen: OrderedDict[str, Seen] = OrderedDict()

    @cached_property
    def name(self) -> str:
        """What the vectors depend on: the bundled model with its digest, or the name or folder that was set, and its numbers."""
        return f"{bundled.NAME if self._bundled else self._name}-{numbers()}"

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
        keys = list(map(_key, texts))
        with self._memory:
            found = {key: one.vector for key in keys if (one := self._seen.get(key)) is not None}
            found |= {key: vector for key in keys if (vector := self._remembered.get(key)) is not None}
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
        if missing:
            found |= (fresh := dict(zip(missing, self.encode(list(missing.values()), query=True), strict=True)))
            self._remember(self._remembered, fresh)
        return np.stack([found[key] for key in keys]) if keys else np.zeros((0, 0), np.float32)

    def query(self, text: str) -> Seen:
        """A question, looked at once."""
        return self.through([text])[0]

    def utterances(self, texts: Sequence[str]) -> Vectors:
        """Utterances, looked at once, (n, b, d): the vector of each, as `queries`, then the mean of its tokens on lower layers.

        Where the model is of another build there are no lower layers, and b is 1.
        """
        return np.stack([one.views for one in self.through(texts)]) if texts else np.zeros((0, 1, 0), np.float32)

    def through(self, texts: Sequence[str]) -> list[Seen]:
        """All that there is to see in questions and utterances; those that are not remembered go through the model together."""
        keys = list(map(_key, texts))
        with self._memory:
            found = {key: one for key in keys if (one := self._seen.get(key)) is not None}
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
        if missing:
            found |= (fresh := dict(zip(missing, self._all(list(missing.values())), strict=True)))
            self._remember(self._seen, fresh)
        return [found[key] for key in keys]

    def _remember(self, memory: OrderedDict[str, Any], fresh: dict[str, Any]) -> None:
        with self._memory:
            memory |= fresh
            while len(memory) > _REMEMBERED:
                memory.popitem(last=False)

    def hear(self, texts: Sequence[str]) -> Vectors:
        """As `utterances`, straight from the model."""
        return np.stack([one.views for one in self._all(texts)])

    def _all(self, texts: Sequence[str], batch: int = 64) -> list[Seen]:
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))  # texts of a length need no padding
        seen: dict[int, Seen] = {}
        for start in range(0, len(order), batch):
            numbers = order[start : start + batch]
            seen |= zip(numbers, self.look([texts[number] for number in numbers], query=True), strict=True)
        return [seen[number] for number in range(len(texts))]

    def forget(self) -> None:
        """Drops what is remembered, for whoever measures."""
        with self._memory:
            self._remembered.clear()
            self._seen.clear()

    @cached_property
    def _side_by_side(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self._passes, "embedding")

    def look(self, texts: Sequence[str], *, query: bool) -> list[Seen]:
        """A batch through the model, in as many passes as are worth it."""
        passes = min(self._passes, len(texts) // _WORTH_A_PASS)
        if passes < 2:
            return self._look(texts, query=query)
        size = math.ceil(len(texts) / passes)
        parts = [texts[start : start + size] for start in range(0, len(texts), size)]
        return [one for seen in self._side_by_side.map(partial(self._look, query=query), parts) for one in seen]

    def _look(self, texts: Sequence[str], *, query: bool) -> list[Seen]:
        plain = [text.encode("utf-8", "replace").decode() for text in texts]
        if self._tower is None:
            return [Seen(vector[None], _WORDLESS) for vector in self.encode(plain, query=query)]
        passed = self._through(self.model, plain, query=query)
        views = passed.views() if query else passed.vectors[:, None]
        words = [signs(vectors, self._centre) for vectors in passed.words(plain)]
        return list(map(Seen, views, words))

    def encode(self, texts: Sequence[str], *, query: bool, batch: int = 32) -> Vectors:
        """Vectors straight from the model; `query` chooses the prompt for questions or for passages."""
        model = self.model
        encode = model.encode_query if query else model.encode_document
        clean = [text.encode("utf-8", "replace").decode() for text in texts]
        with self._at_once:
            vectors = np.asarray(encode(clean, batch_size=batch, show_progress_bar=False), dtype=np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)  # in bfloat16 a unit is one within 3 in 1,000
        return vectors

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
            words = self._through(self.model, _TYPICAL, query=False).words(_TYPICAL)
            centre = np.concatenate(words).mean(axis=0)
            with suppress(OSError):
                part = path.with_suffix(f".{os.getpid()}.npy")
                np.save(part, centre)
                part.replace(path)
            return np.asarray(centre, np.float32)

    def _through(self, model: SentenceTransformer, texts: Sequence[str], *, query: bool) -> _Passed:
        import torch

        prompts = model.prompts or {}
        names = ("query",) if query else ("document", "passage", "corpus")
        prompt: str = next((prompts[name] for name in names if prompts.get(name)), None) or ""
        batch = model.tokenizer(
            [prompt + text for text in texts], padding=True, truncation=True, max_length=model.max_seq_length,
            pad_to_multiple_of=_EVEN, return_tensors="pt", return_offsets_mapping=True,
        )  # fmt: skip
        offsets = batch.pop("offset_mapping").numpy() - len(prompt)
        with self._at_once, torch.inference_mode():
            out = self._tower(**batch, output_hidden_states=True)
            features: dict[str, Any] = {**batch, "token_embeddings": out.last_hidden_state}
            for module in list(model)[1:]:
                features = module(features)
        vectors = features["sentence_embedding"].float().numpy()
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return _Passed(vectors, out.hidden_states, batch["attention_mask"].bool().numpy(), offsets)

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
        source = str(bundled.unpacked(self._cache, self._progress)) if self._bundled else self._name
        try:
            return SentenceTransformer(
                source, device="cpu", local_files_only=self._bundled, model_kwargs={"dtype": numbers()}
            )
        except (OSError, ValueError) as error:
            remedy = (
                f"delete {source} and start again"
                if self._bundled
                else "set VEJVISER_EMBEDDING to `bundled` or a folder"
            )
            raise UserError(
                f"{source}: the embedding model cannot be loaded ({type(error).__name__}); {remedy}."
            ) from error
