"""The same knowledge over the embedded stores, and over Neo4j where it runs. `vandal` damages Acme's graph."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ingestion.embedding.minilm import MiniLM
from ingestion.graph.embedded import EmbeddedGraphStore
from ingestion.graph.neo4j.store import Neo4jGraphStore
from ingestion.pipeline import stores as pipeline_stores
from ingestion.pipeline.stores import Stores
from tests.cast import Cast
from tests.ingestion.knowledge import InProcessEmbedder, Knowledge, open_stores
from tests.ingestion.projections.damage import EmbeddedVandal, Neo4jVandal, Vandal


@pytest.fixture(params=["embedded", pytest.param("neo4j", marks=pytest.mark.server)])
def opened(
    request: pytest.FixtureRequest, tmp_path: Path, minilm: MiniLM, monkeypatch: pytest.MonkeyPatch, cast: Cast
) -> Iterator[tuple[Stores, InProcessEmbedder]]:
    stores, embedder = open_stores(tmp_path, minilm)
    if request.param == "neo4j":
        stores = replace(stores, graph=Neo4jGraphStore(request.getfixturevalue("neo4j_url")))
        stores.graph.prepare()
    monkeypatch.setattr(pipeline_stores, "get_stores", lambda: stores)
    yield stores, embedder
    for tenant_id in (cast.acme.tenant_id, cast.other.tenant_id):
        stores.graph.delete_tenant(tenant_id)


@pytest.fixture
def vandal(acme: Knowledge) -> Vandal:
    graph = acme.stores.graph
    if isinstance(graph, Neo4jGraphStore):
        return Neo4jVandal(graph, acme.tenant_id)
    assert isinstance(graph, EmbeddedGraphStore)
    return EmbeddedVandal(graph, acme.tenant_id)
