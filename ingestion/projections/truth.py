"""What the stores should hold, read from PostgreSQL. Scopes are opened here and closed before a store is asked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, QuerySet

from ingestion.blobs import read_blob
from ingestion.contacts.graph import related_among
from ingestion.graph.port import VersionNodes
from ingestion.models import Chunk, Document, DocumentState, DocumentVersion, IngestStage
from ingestion.parsing.sandbox import parse_limited
from ingestion.pipeline.graph_of import build_graph, link_targets
from ingestion.pipeline.passages import Version
from ingestion.pipeline.row_vectors import has_vector_of, with_vectors_of
from rapport.errors import RapportError
from tenants.context import tenant_scope

QUERY_ROWS = 500
IN_FLIGHT = (
    IngestStage.QUEUED,
    IngestStage.PARSING,
    IngestStage.CHUNKING,
    IngestStage.EMBEDDING,
    IngestStage.STORING,
    IngestStage.VERIFYING,
)


@dataclass(frozen=True, slots=True)
class Answering:
    """A document and its version that answers."""

    ids: Version
    document: Document
    links: list[str] | None


def list_answering(
    tenant_id: UUID, *, after: UUID | None, limit: int, versions: Collection[UUID] | None = None
) -> list[Answering]:
    """In the order of the documents' ids, beginning after `after`; with `versions`, only of these."""
    with tenant_scope(tenant_id):
        rows = _answering_documents().order_by("id")
        rows = rows.filter(id__gt=after) if after else rows
        rows = rows if versions is None else rows.filter(current_version_id__in=list(versions))
        documents = list(rows[:limit])
        links = dict(
            DocumentVersion.objects.filter(id__in=[each.current_version_id for each in documents]).values_list(
                "id", "links"
            )
        )
    return [
        Answering(
            Version(tenant_id, each.source_id, each.id, each.current_version_id), each, links[each.current_version_id]
        )
        for each in documents
        if each.current_version_id in links
    ]


def count_answering(tenant_id: UUID, *, after: UUID | None = None) -> int:
    with tenant_scope(tenant_id):
        rows = _answering_documents()
        return (rows.filter(id__gt=after) if after else rows).count()


def load_passages(tenant_id: UUID, version_ids: Collection[UUID], *, with_vectors: bool) -> dict[UUID, list[Chunk]]:
    """The passages of each version, in order; with vectors also with their documents."""
    rows: dict[UUID, list[Chunk]] = {each: [] for each in version_ids}
    with tenant_scope(tenant_id):
        found = Chunk.objects.filter(version_id__in=list(version_ids)).order_by("version_id", "ordinal")
        for row in found.select_related("document") if with_vectors else found.defer("embedding"):
            rows[row.version_id].append(row)
    return rows


def answering_chunks(
    tenant_id: UUID, model_key: str, *, after: UUID | None, until: UUID | None
) -> dict[UUID, tuple[UUID, UUID]]:
    """Chunks with a vector of this model of versions that answer, by id: (document, version). `until` included."""
    with tenant_scope(tenant_id):
        rows = Chunk.objects.filter(has_vector_of(model_key), document__current_version_id=F("version_id")).exclude(
            document__state=DocumentState.DELETING
        )
        rows = rows.filter(id__gt=after) if after else rows
        rows = rows.filter(id__lte=until) if until else rows
        return {row[0]: (row[1], row[2]) for row in rows.values_list("id", "document_id", "version_id")}


def chunks_by_id(tenant_id: UUID, ids: Collection[UUID], model_key: str) -> list[Chunk]:
    """With vectors of this model; those that have one and still exist, of versions that answer."""
    wanted, found = sorted(ids), list[Chunk]()
    with tenant_scope(tenant_id):
        for start in range(0, len(wanted), QUERY_ROWS):
            rows = Chunk.objects.filter(
                id__in=wanted[start : start + QUERY_ROWS], document__current_version_id=F("version_id")
            ).exclude(document__state=DocumentState.DELETING)
            found += rows.select_related("document")
    return with_vectors_of(tenant_id, found, model_key)


def existing_chunks(tenant_id: UUID, ids: Collection[UUID]) -> set[UUID]:
    """Those of these chunks that still exist, of versions that answer."""
    wanted, found = sorted(ids), set[UUID]()
    with tenant_scope(tenant_id):
        for start in range(0, len(wanted), QUERY_ROWS):
            rows = Chunk.objects.filter(
                id__in=wanted[start : start + QUERY_ROWS], document__current_version_id=F("version_id")
            ).exclude(document__state=DocumentState.DELETING)
            found |= set(rows.values_list("id", flat=True))
    return found


def still_answering(tenant_id: UUID, version_ids: Collection[UUID]) -> set[UUID]:
    """Those of the versions that answer now."""
    with tenant_scope(tenant_id):
        rows = _answering_documents().filter(current_version_id__in=list(version_ids))
        return {each for each in rows.values_list("current_version_id", flat=True) if each is not None}


def leftovers(tenant_id: UUID, version_ids: Collection[UUID]) -> set[UUID]:
    """Those of the versions that no one answers with and no one works on: gone, given up, or replaced.

    Ask after the store: what began to be written later is not among what the store has named.
    """
    wanted = sorted(set(version_ids))
    kept: set[UUID] = set()
    with tenant_scope(tenant_id):
        for start in range(0, len(wanted), QUERY_ROWS):
            some = wanted[start : start + QUERY_ROWS]
            versions = DocumentVersion.objects.filter(id__in=some)
            kept |= set(versions.filter(stage__in=IN_FLIGHT).values_list("id", flat=True))
            kept |= set(versions.filter(document__current_version_id=F("id")).values_list("id", flat=True))
            kept |= related_among(some)  # what a contact has to do with stands under the contact's id
    return set(wanted) - kept


def graph_of(answering: Answering, passages: Sequence[Chunk]) -> VersionNodes | None:
    """The version as ingest wrote it to the graph; None when its links are not known and its file cannot be read."""
    links = answering.links if answering.links is not None else _links_from_file(answering)
    if links is None:
        return None
    document, ids = answering.document, answering.ids
    graph = build_graph(document, ids.version_id, title=document.title, targets=links, chunks=passages)
    return VersionNodes(ids.document_id, ids.version_id, graph.nodes, graph.edges)


def _links_from_file(answering: Answering) -> list[str] | None:
    """Versions from before links were kept: read from the file once more, and kept from now on."""
    ids, document = answering.ids, answering.document
    with tenant_scope(ids.tenant_id):
        version = DocumentVersion.objects.only("id", "tenant_id", "blob_key").get(id=ids.version_id)
    try:
        content = read_blob(ids.tenant_id, version.blob_key)
        parsed = parse_limited(content, name=document.external_id, content_type=document.media_type)
    except RapportError:
        return None
    links = link_targets(document, parsed.links)
    with tenant_scope(ids.tenant_id):
        DocumentVersion.objects.filter(id=ids.version_id).update(links=links)
    return links


def _answering_documents() -> "QuerySet[Document]":
    return Document.objects.exclude(current_version_id=None).exclude(state=DocumentState.DELETING)
