"""LangChain's view of a library: a retriever and an embedding for anybody's chain.

Knows nothing that `Library` does not.
"""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever

from assistant.domain.maturity import Language
from assistant.library.library import Library
from assistant.library.vectors import Encoder


class LibraryRetriever(BaseRetriever):
    """Finds `k` passages; each comes with id, document, path, locator and score in its metadata."""

    library: Any
    """A `Library`."""
    k: int = 10
    language: Language | None = None
    """Preferred language; that of the query when None."""

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002
    ) -> list[Document]:
        library: Library = self.library
        found = [hit.as_json() for hit in library.search(query, self.k, self.language)]
        return [Document(page_content=hit.pop("text"), id=hit["id"], metadata=hit) for hit in found]


class VejviserEmbeddings(Embeddings):
    """The project's embedder as LangChain's: lists of unit vectors."""

    def __init__(self, embedder: Encoder) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of passages."""
        return [vector.tolist() for vector in self._embedder.encode(texts, query=False)] if texts else []

    def embed_query(self, text: str) -> list[float]:
        """Vector of a question."""
        vector: list[float] = self._embedder.queries([text])[0].tolist()
        return vector
