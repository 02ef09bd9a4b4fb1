"""Writing versions to the vector store and the graph, asking both what they hold, and taking versions out again."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from ingestion.errors import StoresDisagree
from ingestion.graph.port import GraphCounts, VersionNodes
from ingestion.models import Chunk
from ingestion.pipeline.passages import Version, vectors_of
from ingestion.pipeline.stores import Stores
from ingestion.pipeline.work import Work
from ingestion.vectors.port import VectorChunk

_VECTOR_BATCH = 500

Held = Mapping[UUID, Mapping[UUID, int]]  # document → version → passages, as the vector store has them


def project(tenant_id: UUID, works: Sequence[Work], stores: Stores) -> None:
    """Write everything of the versions to both stores. Raises what a store raises; writing again changes nothing."""
    rows = [(work, row) for work in works for row in work.rows]
    for start in range(0, len(rows), _VECTOR_BATCH):
        batch = rows[start : start + _VECTOR_BATCH]
        chunks = [vector_chunk(work.version, row, title=work.title, language=work.text.language) for work, row in batch]
        vectors = vectors_of([row for _, row in batch], stores.embedder.model.dimensions)
        stores.vectors.upsert(tenant_id, chunks, vectors)
    stores.graph.upsert_versions(
        tenant_id,
        [
            VersionNodes(work.version.document_id, work.version.version_id, work.graph.nodes, work.graph.edges)
            for work in works
        ],
    )


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


def verify(tenant_id: UUID, works: Sequence[Work], stores: Stores) -> Held:
    """Ask each store how much of the versions it holds; one of which something is missing gets StoresDisagree
    (retryable) as its error. Returns what the vector store holds of these documents."""
    held = stores.vectors.version_counts(tenant_id, [work.version.document_id for work in works])
    graphs = stores.graph.counts_of_versions(tenant_id, [work.version.version_id for work in works])
    for work in works:
        passages = held.get(work.version.document_id, {}).get(work.version.version_id, 0)
        counts = graphs.get(work.version.version_id, GraphCounts(0, 0))
        found = (passages, counts.nodes, counts.edges)
        wanted = (len(work.rows), len(work.graph.nodes), len(work.graph.edges))
        if found != wanted:
            work.error = StoresDisagree(
                f"The stores hold {found} passages, nodes and edges of this document instead of {wanted}. "
                "It is written again automatically; if that does not help, look at the stores' health."
            )
    return held


def remove_other_versions(
    tenant_id: UUID, works: Sequence[Work], older: Mapping[UUID, UUID], stores: Stores, held: Held | None = None
) -> None:
    """Take every version but the works' own out of all stores: `older` (version → document), and such as only a store
    still knows."""
    if held is None:
        held = stores.vectors.version_counts(tenant_id, [work.version.document_id for work in works])
    others = dict(older)
    for work in works:
        others |= dict.fromkeys(held.get(work.version.document_id, {}), work.version.document_id)
    for work in works:
        others.pop(work.version.version_id, None)
    if others:
        pairs = [(document_id, version_id) for version_id, document_id in others.items()]
        for vectors in stores.holding(tenant_id):
            vectors.delete_versions(tenant_id, pairs)
        stores.graph.delete_versions(tenant_id, pairs)


def remove_document(tenant_id: UUID, document_id: UUID, stores: Stores) -> None:
    """Take the document out of all stores and ask again. Raises StoresDisagree when something is left."""
    holding = stores.holding(tenant_id)
    for vectors in holding:
        vectors.delete_document(tenant_id, document_id)
    stores.graph.delete_document(tenant_id, document_id)
    if any(vectors.version_counts(tenant_id, [document_id]) for vectors in holding):
        raise StoresDisagree("The vector store still holds passages of a removed document; it is asked again.")
