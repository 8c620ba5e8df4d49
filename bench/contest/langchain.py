"""A plain LangChain chain with Chroma, as its tutorials build it. Run by the peers' Python.

Defaults: RecursiveCharacterTextSplitter of 1,000 characters with 200 shared (the tutorials' figures), the collection's own
distance (l2).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from langchain_chroma import Chroma  # type: ignore[import-not-found]
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from bench.contest.model import Model, Piece, Text, text_files

_AT_ONCE = 5_000
"""Documents handed over at once; Chroma takes 5,461 at the most."""


class _Embedding(Embeddings):
    def __init__(self, model: Model) -> None:
        self._model = model

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return self._model.documents(texts)

    def embed_query(self, text: str) -> list[float]:
        return self._model.query(text)


class Peer:
    """See `Contestant`."""

    def __init__(self, source: str, threads: int) -> None:
        self.model = Model(source, threads)
        self._embedding = _Embedding(self.model)
        self._store: Chroma | None = None

    def passages(self, texts: Sequence[Text], folder: Path, place: Path) -> int:
        """As documents, not cut."""
        del folder
        return self._taken([Document(one.text, metadata={"source": one.name}) for one in texts], place)

    def files(self, folder: Path, place: Path) -> int:
        """Read and cut."""
        splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
        read = [
            Document(path.read_text(encoding="utf-8"), metadata={"source": path.name}) for path in text_files(folder)
        ]
        return self._taken(splitter.split_documents(read), place)

    def ask(self, question: str, k: int) -> list[Piece]:
        """By similarity search, the retriever's default."""
        assert self._store is not None
        retriever = self._store.as_retriever(search_kwargs={"k": k})
        return [Piece(one.page_content, one.metadata["source"]) for one in retriever.invoke(question)]

    def _taken(self, documents: list[Document], place: Path) -> int:
        self._store = Chroma("bench", self._embedding, persist_directory=str(place))
        for first in range(0, len(documents), _AT_ONCE):
            self._store.add_documents(documents[first : first + _AT_ONCE])
        return len(documents)
