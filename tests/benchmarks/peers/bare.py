"""The bare side: a script of one process that parses, cuts and writes the same objects with the vendors' clients.

No rows, no events, no verification, no second version, no walls: what the stores cost when nobody looks after them.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from neo4j import Driver, GraphDatabase
from weaviate import WeaviateClient

from ingestion.chunking.chunker import chunk_document
from ingestion.graph.neo4j.address import read_address as read_graph_address
from ingestion.graph.port import VersionNodes
from ingestion.models import Chunk, Document
from ingestion.parsing.parse import parse
from ingestion.pipeline.graph_of import build_graph, link_targets
from ingestion.vectors.port import VectorChunk
from ingestion.vectors.weaviate import schema
from ingestion.vectors.weaviate.address import read_address
from ingestion.vectors.weaviate.door import Door
from ingestion.vectors.weaviate.objects import to_object
from tests.benchmarks.graph import drop_bare, erase_bare, prepare_bare, write_bare
from tests.benchmarks.peers.corpus import DIMENSIONS, Page, StubEmbedder

AT_ONCE, CONNECTIONS = 200, 2  # of Weaviate's batches


@dataclass(frozen=True, slots=True)
class Bare:
    client: WeaviateClient
    driver: Driver
    vectors_url: str
    graph_url: str
    embedder: StubEmbedder

    @property
    def collection_name(self) -> str:
        return f"{read_address(self.vectors_url).prefix}Bare"

    def shard(self, tenant: UUID) -> Any:
        return self.client.collections.use(self.collection_name).with_tenant(str(tenant))

    def ingest(self, tenant: UUID, pages: Sequence[Page]) -> int:
        """Pages go to Weaviate while later ones are parsed; the graph follows at the end. How many passages."""
        versions: list[VersionNodes] = []
        passages, writer = 0, self.shard(tenant).batch
        with writer.fixed_size(batch_size=AT_ONCE, concurrent_requests=CONNECTIONS) as batch:
            for page in pages:
                chunks, version = self.read(page)
                versions.append(version)
                passages += len(chunks)
                for chunk, vector in chunks:
                    each = to_object(chunk, vector)
                    batch.add_object(properties=each.properties, uuid=each.uuid, vector=each.vector)
        if failed := writer.failed_objects:
            raise RuntimeError(f"Weaviate refused {len(failed)} objects: {failed[0].message}")
        write_bare(self.driver, read_graph_address(self.graph_url), tenant, versions)
        return passages

    def clear(self, tenant: UUID) -> None:
        self.client.collections.use(self.collection_name).tenants.remove([str(tenant)])
        erase_bare(self.driver, read_graph_address(self.graph_url))

    def read(self, page: Page) -> tuple[list[tuple[VectorChunk, Any]], VersionNodes]:
        parsed = parse(page.content, name=page.name)
        cut = chunk_document(parsed, self.embedder.count_tokens)
        source, version, title = uuid4(), uuid4(), parsed.title or page.name
        document = Document(id=uuid4(), source_id=source, external_id=page.name)
        rows = [
            Chunk(id=uuid4(), ordinal=each.ordinal, text=each.text, heading_path=list(each.heading_path), anchor="")
            for each in cut
        ]
        graph = build_graph(document, version, title=title, targets=link_targets(document, parsed.links), chunks=rows)
        vectors = self.embedder.embed([each.embedded_text for each in cut], purpose="passage")
        chunks = [
            VectorChunk(
                row.id, document.id, version, source, each.ordinal, title, each.heading_path, each.text, parsed.language
            )
            for row, each in zip(rows, cut, strict=True)
        ]
        return list(zip(chunks, vectors, strict=True)), VersionNodes(document.id, version, graph.nodes, graph.edges)


@contextmanager
def open_bare(vectors_url: str, graph_url: str, embedder: StubEmbedder) -> Iterator[Bare]:
    """A collection like the product's, the same constraints on nodes of its own; the graph is emptied afterwards."""
    client, address = Door(read_address(vectors_url)).client(), read_graph_address(graph_url)
    with GraphDatabase.driver(address.uri, auth=(address.user, address.password)) as driver:
        bare = Bare(client, driver, vectors_url, graph_url, embedder)
        schema.create(client, bare.collection_name, model_key="stub", dimensions=DIMENSIONS)
        prepare_bare(driver, address)
        try:
            yield bare
        finally:
            erase_bare(driver, address)
            drop_bare(driver, address)
