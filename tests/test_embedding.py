"""The embedder with the bundled model: unit vectors, whatever the numbers, and many texts shared out between passes."""

import numpy as np
import pytest

from assistant.cores import numbers, quickest
from assistant.library.embedding import Embedder
from assistant.library.hashed import HashedEmbedder

TEXTS = [f"Machine {number} stood still for {number + 2} hours, and nobody had noticed." for number in range(25)]


def test_vectors_are_of_unit_length(engine):
    for query in (True, False):
        lengths = np.linalg.norm(engine.embedder.encode(TEXTS[:3], query=query), axis=1)
        assert np.allclose(lengths, 1.0, atol=1e-5)
        seen = engine.embedder.look(TEXTS[:3], query=query)
        assert np.allclose([np.linalg.norm(one.vector) for one in seen], 1.0, atol=1e-5)


@pytest.mark.parametrize("passes", [1, 2, 7])
def test_texts_that_are_shared_out_come_back_in_their_order(engine, monkeypatch, passes):
    monkeypatch.setattr(engine.embedder, "_passes", passes)
    looked = []
    whole = Embedder._look
    monkeypatch.setattr(
        Embedder, "_look", lambda self, texts, **how: looked.append(len(texts)) or whole(self, texts, **how)
    )
    together = np.stack([one.vector for one in engine.embedder.look(TEXTS, query=True)])
    assert (len(looked), sum(looked)) == (min(passes, 2), len(TEXTS))  # ten texts are worth a pass
    alone = np.stack([engine.embedder.look([text], query=True)[0].vector for text in TEXTS])
    cosines = together @ alone.T
    assert cosines.argmax(axis=1).tolist() == list(range(len(TEXTS)))
    assert np.diag(cosines).min() > 0.9995


def test_the_name_tells_the_numbers(engine):
    assert engine.embedder.name.endswith(f"-{numbers()}")
    assert str(next(engine.embedder.model.parameters()).dtype) == f"torch.{numbers()}"
    assert HashedEmbedder().name != engine.embedder.name


@pytest.mark.parametrize(
    ("has", "numbers"),
    [
        ({"cpu_name": "Intel Xeon", "avx512_bf16": True, "amx_bf16": True}, "bfloat16"),
        ({"cpu_name": "Intel Xeon", "avx512_bf16": True, "amx_bf16": False}, "float32"),
        ({"cpu_name": "AMD EPYC", "avx512_bf16": True}, "bfloat16"),
        ({"cpu_name": "AMD EPYC", "avx512_bf16": False}, "float32"),
        ({}, "float32"),
    ],
)
def test_bfloat16_only_where_it_is_quick(has, numbers):
    assert quickest(has) == numbers


def test_lengths_are_filled_up_so_that_few_shapes_are_compiled(engine, monkeypatch):
    tower, lengths = engine.embedder._tower, []
    whole = tower.forward
    monkeypatch.setattr(
        tower, "forward", lambda *a, **batch: lengths.append(batch["input_ids"].shape[1]) or whole(*a, **batch)
    )
    alone = [engine.embedder.look(["steel " * words], query=True)[0].vector for words in range(1, 40, 3)]
    assert len(lengths) == len(alone)
    assert {length % 8 for length in lengths} == {0}
    assert len(set(lengths)) < 8
    together = engine.embedder.look(["steel " * words for words in range(1, 40, 3)], query=True)
    assert min(one.vector @ vector for one, vector in zip(together, alone, strict=True)) > 0.999
