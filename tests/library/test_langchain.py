"""The library in anybody's chain."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from assistant.library.hashed import HashedEmbedder
from assistant.library.langchain import LibraryRetriever, VejviserEmbeddings
from assistant.library.library import Library


def test_the_retriever_finds_what_the_library_finds(opened: Callable[..., Library], sources: Path) -> None:
    library = opened()
    library.ingest([sources])
    found = LibraryRetriever(library=library, k=2).invoke("lathe oil")
    assert [document.id for document in found] == [hit.passage.id for hit in library.search("lathe oil", 2)]
    assert found[0].page_content == "The lathe needs oil."
    assert found[0].metadata["locator"] == {"heading": ["Oil"]}


def test_the_embeddings_are_those_of_the_library(embedder: HashedEmbedder) -> None:
    embeddings = VejviserEmbeddings(embedder)
    assert len(embeddings.embed_query("lathe")) == 64
    assert embeddings.embed_documents(["lathe", "press"])[0] == embeddings.embed_query("lathe")
    assert embeddings.embed_documents([]) == []
