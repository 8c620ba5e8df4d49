"""LlamaIndex with its Chroma store, as its documentation builds a VectorStoreIndex. Run by the peers' Python.

Defaults: SentenceSplitter of 1,024 tokens with 200 shared, batches of 10 texts, the collection's own distance (l2).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import chromadb
from llama_index.core import Document, SimpleDirectoryReader, StorageContext, VectorStoreIndex  # type: ignore[import-not-found]
from llama_index.core.embeddings import BaseEmbedding  # type: ignore[import-not-found]
from llama_index.core.schema import MetadataMode  # type: ignore[import-not-found]
from llama_index.vector_stores.chroma import ChromaVectorStore  # type: ignore[import-not-found]
from pydantic import PrivateAttr

from bench.contest.model import Model, Piece, Text


class _Embedding(BaseEmbedding):  # type: ignore[misc]
    _model: Any = PrivateAttr()

    def __init__(self, model: Model) -> None:
        super().__init__(model_name=model.name)
        self._model = model

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._model.documents([text])[0]  # type: ignore[no-any-return]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return self._model.documents(texts)  # type: ignore[no-any-return]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._model.query(query)  # type: ignore[no-any-return]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


class Peer:
    """See `Contestant`."""

    def __init__(self, source: str, threads: int) -> None:
        self.model = Model(source, threads)
        self._embedding = _Embedding(self.model)
        self._index: Any = None

    def passages(self, texts: Sequence[Text], folder: Path, place: Path) -> int:
        """As documents; none is so long that it would be cut. Their names are not embedded."""
        del folder
        hidden = ["file_name"]
        made = [
            Document(
                text=one.text, metadata={"file_name": one.name},
                excluded_embed_metadata_keys=hidden, excluded_llm_metadata_keys=hidden,
            )
            for one in texts
        ]  # fmt: skip
        return self._taken(made, place)

    def files(self, folder: Path, place: Path) -> int:
        """By its directory reader."""
        return self._taken(SimpleDirectoryReader(str(folder)).load_data(), place)

    def ask(self, question: str, k: int) -> list[Piece]:
        """By its retriever."""
        found = self._index.as_retriever(similarity_top_k=k).retrieve(question)
        return [Piece(one.node.get_content(MetadataMode.NONE), one.node.metadata["file_name"]) for one in found]

    def _taken(self, documents: Sequence[Any], place: Path) -> int:
        collection = chromadb.PersistentClient(str(place)).get_or_create_collection("bench")
        store = StorageContext.from_defaults(vector_store=ChromaVectorStore(chroma_collection=collection))
        self._index = VectorStoreIndex.from_documents(documents, storage_context=store, embed_model=self._embedding)
        return int(collection.count())
