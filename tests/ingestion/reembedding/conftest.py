"""Acme's and a stranger's knowledge, embedded by the built-in model, with a small model of other dimensions to move to:
on the embedded vector store, and on Weaviate where it runs."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ingestion.embedding import state
from ingestion.embedding.minilm import MiniLM
from ingestion.embedding.port import Embedder
from ingestion.embedding.state import Held
from ingestion.pipeline import stores as pipeline_stores
from ingestion.pipeline.stores import Models, Stores
from ingestion.vectors.embedded import EmbeddedVectorStore
from ingestion.vectors.port import VectorStore
from ingestion.vectors.weaviate.store import WeaviateVectorStore
from rapport.events.inline import deliver_now
from tests.ingestion.knowledge import InProcessEmbedder, Knowledge, open_stores
from tests.ingestion.reembedding.hashed import HashedWords
from tests.ingestion.reembedding.moving import Moving

TEXT = "# Lamps {n}\n\nThe lamp Aurora {n} needs AURORA_SETTING_{n} and two batteries.\n\n## Care\n\nDust it weekly."
PAGES = 5


@pytest.fixture(params=["embedded", pytest.param("weaviate", marks=pytest.mark.server)])
def open_collection(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Held], VectorStore]:
    opened: dict[str, VectorStore] = {}

    def collection(model: Held) -> VectorStore:
        if model.key not in opened:
            store: VectorStore = EmbeddedVectorStore(tmp_path / "vectors.sqlite3")
            if request.param == "weaviate":
                store = WeaviateVectorStore(request.getfixturevalue("weaviate_url"))
            store.prepare(model_key=model.key, dimensions=model.dimensions)
            opened[model.key] = store
        return opened[model.key]

    return collection


@pytest.fixture
def small() -> HashedWords:
    return HashedWords()


@pytest.fixture
def opened(
    open_collection: Callable[[Held], VectorStore],
    small: HashedWords,
    tmp_path: Path,
    minilm: MiniLM,
    monkeypatch: pytest.MonkeyPatch,
) -> tuple[Stores, InProcessEmbedder]:
    stores, embedder = open_stores(tmp_path / "beside", minilm)
    embedders: dict[str, Embedder] = {each.model.key: each for each in (embedder, small)}
    models = Models(lambda model: embedders[model.key], open_collection)
    first = Held(embedder.model.key, embedder.model.dimensions)
    stores = replace(stores, vectors=open_collection(first), models=models)
    monkeypatch.setattr(pipeline_stores, "get_stores", lambda: stores)
    state._remembered.clear()
    return stores, embedder


@pytest.fixture
def moving(acme: Knowledge, stranger: Knowledge, small: HashedWords) -> Moving:
    for number in range(PAGES):
        acme.submit(f"lamps-{number}.md", TEXT.format(n=number))
    stranger.submit("lamps-0.md", TEXT.format(n=0))
    deliver_now()
    return Moving(acme, small)
