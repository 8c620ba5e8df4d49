"""Simple readers to hold the real one against: most frequent stage, keywords, nearest descriptor, nearest exemplar.

They see the exemplars and descriptors of the asked item in the language of the answer, and none of the labelled answers.
"""

from __future__ import annotations

import hashlib
import math
import os
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from assistant.answering.terms import terms
from assistant.build import Engine
from assistant.domain.maturity import STAGES, Item, Language
from assistant.library.embedding import Vectors
from evals.labelled import Labelled


def all_of(engine: Engine, rows: Sequence[Labelled]) -> dict[str, list[int]]:
    """Name of the baseline -> a stage for each row."""
    items = engine.knowledge.model.items
    frequent = Counter(row.stage for row in rows if isinstance(row.stage, int)).most_common(1)[0][0]
    vectors = engine.embedder.encode([row.text for row in rows], query=True)
    texts: dict[str, Callable[[Item, Language], list[tuple[int, str]]]] = {
        "nearest descriptor": lambda item, language: [(s, item.descriptors[s][language]) for s in STAGES],
        "nearest single exemplar": lambda item, language: [(s, t) for s in STAGES for t in item.exemplars[s][language]],
    }
    found = {
        "most frequent stage": [int(frequent)] * len(rows),
        "keywords": [_by_words(items[row.item], row) for row in rows],
    }
    for name, of in texts.items():
        known: dict[tuple[str, Language], tuple[list[int], Vectors]] = {}
        stages = []
        for row, vector in zip(rows, vectors, strict=True):
            key = row.item, row.language
            if key not in known:
                held = of(items[row.item], row.language)
                known[key] = [s for s, _ in held], _seen(engine, [t for _, t in held])
            order, matrix = known[key]
            stages.append(order[int((matrix @ vector).argmax())])
        found[name] = stages
    return found


def _seen(engine: Engine, texts: Sequence[str]) -> Vectors:
    """Vectors of `texts`, kept in the cache folder: they change with the texts and the model alone, and take minutes."""
    digest = hashlib.sha256("\n".join((engine.embedder.name, *texts)).encode()).hexdigest()[:20]
    path = engine.settings.cache / "evals" / f"vectors-{digest}.npy"
    try:
        return np.asarray(np.load(path), np.float32)
    except (OSError, ValueError):
        vectors = engine.embedder.encode(texts, query=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}.npy")
        np.save(unfinished, vectors)
        unfinished.replace(path)
        return vectors


def _by_words(item: Item, row: Labelled) -> int:
    """The stage whose exemplars share most stems with the answer, rare ones counting more (inverse document frequency)."""
    held = [set(terms(" ".join(item.exemplars[s][row.language]), row.language)) for s in STAGES]
    rarity = Counter(word for words in held for word in words)
    said = terms(row.text, row.language)
    shares = [sum(math.log(len(STAGES) / rarity[word]) + 0.01 for word in said if word in words) for words in held]
    return max(STAGES, key=lambda stage: shares[stage])
