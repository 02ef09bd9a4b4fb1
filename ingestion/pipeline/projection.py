"""Writing a version to the vector store and the graph, asking both what they hold, and taking versions out again."""

from collections.abc import Sequence
from uuid import UUID

from ingestion.errors import StoresDisagree
from ingestion.graph.port import VersionNodes
from ingestion.models import Chunk
from ingestion.pipeline.graph_of import VersionGraph
from ingestion.pipeline.passages import Version, vectors_of
from ingestion.pipeline.stores import Stores
from ingestion.vectors.port import VectorChunk

_VECTOR_BATCH = 500


def project(
    version: Version, rows: Sequence[Chunk], graph: VersionGraph, stores: Stores, *, title: str, language: str
) -> None:
    """Write everything of the version to both stores. Raises what a store raises; writing again changes nothing."""
    for start in range(0, len(rows), _VECTOR_BATCH):
        batch = rows[start : start + _VECTOR_BATCH]
        chunks = [vector_chunk(version, row, title=title, language=language) for row in batch]
        stores.vectors.upsert(version.tenant_id, chunks, vectors_of(batch, stores.embedder.model.dimensions))
    contribution = VersionNodes(version.document_id, version.version_id, graph.nodes, graph.edges)
    stores.graph.upsert_versions(version.tenant_id, [contribution])


def vector_chunk(version: Version, row: Chunk, *, title: str, language: str) -> VectorChunk:
    return VectorChunk(
        id=row.id,
        document_id=version.document_id,
        version_id=version.version_id,
        source_id=version.source_id,
        ordinal=row.ordinal,
        title=title,
        heading_path=tuple(row.heading_path),
        text=row.text,
        language=language,
    )


def verify(version: Version, rows: Sequence[Chunk], graph: VersionGraph, stores: Stores) -> None:
    """Ask each store how much of the version it holds. Raises StoresDisagree (retryable) when one has lost some."""
    passages = stores.vectors.version_ids(version.tenant_id, version.document_id).get(version.version_id, 0)
    counts = stores.graph.counts_of_versions(version.tenant_id, [version.version_id])[version.version_id]
    found = (passages, counts.nodes, counts.edges)
    wanted = (len(rows), len(graph.nodes), len(graph.edges))
    if found != wanted:
        raise StoresDisagree(
            f"The stores hold {found} passages, nodes and edges of this document instead of {wanted}. "
            "It is written again automatically; if that does not help, look at the stores' health."
        )


def remove_other_versions(version: Version, others: Sequence[UUID], stores: Stores) -> None:
    """Take every version but this one out of both stores, also such as only a store still knows."""
    held = stores.vectors.version_ids(version.tenant_id, version.document_id)
    leaving = {*held, *others} - {version.version_id}
    for other in leaving:
        stores.vectors.delete_version(version.tenant_id, version.document_id, other)
    stores.graph.delete_versions(version.tenant_id, [(version.document_id, other) for other in leaving])


def remove_document(tenant_id: UUID, document_id: UUID, stores: Stores) -> None:
    """Take the document out of both stores and ask again. Raises StoresDisagree when something is left."""
    stores.vectors.delete_document(tenant_id, document_id)
    stores.graph.delete_document(tenant_id, document_id)
    if stores.vectors.version_ids(tenant_id, document_id):
        raise StoresDisagree("The vector store still holds passages of a removed document; it is asked again.")
