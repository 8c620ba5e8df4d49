"""Haystack with its Chroma store, as an indexing and a query pipeline. Run by the peers' Python.

Defaults: DocumentSplitter of 200 words without overlap, batches of 32 texts, the store's own distance (l2).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from haystack import Document, Pipeline, component  # type: ignore[import-not-found]
from haystack.components.converters import TextFileToDocument  # type: ignore[import-not-found]
from haystack.components.preprocessors import DocumentSplitter  # type: ignore[import-not-found]
from haystack.components.writers import DocumentWriter  # type: ignore[import-not-found]
from haystack_integrations.components.retrievers.chroma import ChromaEmbeddingRetriever  # type: ignore[import-not-found]
from haystack_integrations.document_stores.chroma import ChromaDocumentStore  # type: ignore[import-not-found]

from bench.contest.model import Model, Piece, Text, text_files


@component
class _Passages:
    def __init__(self, model: Model) -> None:
        self._model = model

    @component.output_types(documents=list[Document])  # type: ignore[untyped-decorator]
    def run(self, documents: list[Document]) -> dict[str, Any]:
        """Documents with their vectors."""
        vectors = self._model.documents([one.content for one in documents])
        return {"documents": [_with(one, vector) for one, vector in zip(documents, vectors, strict=True)]}


@component
class _Question:
    def __init__(self, model: Model) -> None:
        self._model = model

    @component.output_types(embedding=list[float])  # type: ignore[untyped-decorator]
    def run(self, text: str) -> dict[str, Any]:
        """The vector of a question."""
        return {"embedding": self._model.query(text)}


def _with(document: Any, vector: list[float]) -> Any:
    return Document(id=document.id, content=document.content, meta=document.meta, embedding=vector)


class Peer:
    """See `Contestant`."""

    def __init__(self, source: str, threads: int) -> None:
        self.model = Model(source, threads)
        self._query: Any = None

    def passages(self, texts: Sequence[Text], folder: Path, place: Path) -> int:
        """As documents, not cut."""
        del folder
        store = self._stored(place)
        pipeline = Pipeline()
        pipeline.add_component("embed", _Passages(self.model))
        pipeline.add_component("write", DocumentWriter(store))
        pipeline.connect("embed.documents", "write.documents")
        made = [Document(content=one.text, meta={"file_path": one.name}) for one in texts]
        pipeline.run({"embed": {"documents": made}})
        return int(store.count_documents())

    def files(self, folder: Path, place: Path) -> int:
        """By its text converter and splitter."""
        store = self._stored(place)
        pipeline = Pipeline()
        pipeline.add_component("read", TextFileToDocument())
        pipeline.add_component("cut", DocumentSplitter())
        pipeline.add_component("embed", _Passages(self.model))
        pipeline.add_component("write", DocumentWriter(store))
        pipeline.connect("read.documents", "cut.documents")
        pipeline.connect("cut.documents", "embed.documents")
        pipeline.connect("embed.documents", "write.documents")
        pipeline.run({"read": {"sources": text_files(folder)}})
        return int(store.count_documents())

    def ask(self, question: str, k: int) -> list[Piece]:
        """By its query pipeline."""
        found = self._query.run({"embed": {"text": question}, "find": {"top_k": k}})["find"]["documents"]
        return [Piece(one.content, one.meta["file_path"]) for one in found]

    def _stored(self, place: Path) -> Any:
        store = ChromaDocumentStore(collection_name="bench", persist_path=str(place))
        self._query = Pipeline()
        self._query.add_component("embed", _Question(self.model))
        self._query.add_component("find", ChromaEmbeddingRetriever(store))
        self._query.connect("embed.embedding", "find.query_embedding")
        return store
