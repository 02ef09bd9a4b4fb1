"""The one transaction that makes versions the ones that answer, and says so."""

import time
from collections.abc import Sequence
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from ingestion.embedding.port import EmbeddingModel
from ingestion.embedding.state import ensure_state, lock_shared
from ingestion.models import Document, DocumentState, DocumentVersion, EmbeddingState, IngestStage
from ingestion.pipeline.beginning import newest_versions
from ingestion.pipeline.passages import Version
from ingestion.pipeline.work import Work, rounded
from ingestion.topics import DOCUMENTS_TOPIC, EMBEDDED, READY
from rapport.events.envelope import Event
from rapport.events.errors import LeaseLost, NotNow
from rapport.events.lease import lock_held
from rapport.events.outbox import publish_all
from rapport.ids import Prefix, encode, new_id
from tenants.actors import SYSTEM
from tenants.audit import Audited, record_audits
from tenants.context import tenant_scope

_LONGEST_WAIT_SECONDS = 60.0
_PAUSE_SECONDS = 0.2
_OF_VERSION = (
    "text", "links", "stage", "timings_ms", "done_units", "total_units", "chunk_count", "token_count", "node_count",
    "edge_count",
)  # fmt: skip
_OF_DOCUMENT = ("state", "current_version_id", "title", "language", "error_code", "error_message")


def wait_until_settled(tenant_id: UUID) -> None:
    """While the last passages move to another model, no version begins to answer: some seconds."""
    deadline = time.monotonic() + _LONGEST_WAIT_SECONDS
    while time.monotonic() < deadline:
        with tenant_scope(tenant_id):
            if not EmbeddingState.objects.filter(settles_until__gt=timezone.now()).exists():
                return
        time.sleep(_PAUSE_SECONDS)


def finish(tenant_id: UUID, works: Sequence[Work], model: EmbeddingModel) -> None:
    """A document that went meanwhile is left as it is; what another worker took over gets LeaseLost as error. When
    another model answers for the tenant by now, the next turn begins anew with that one (NotNow)."""
    with tenant_scope(tenant_id), transaction.atomic():
        if not _answers(model):
            for work in works:
                work.error = NotNow("Another embedding model answers by now; the next turn writes it there.")
            return
        ids = [work.version.document_id for work in works]
        documents = {row.id: row for row in Document.objects.select_for_update().filter(id__in=ids).order_by("id")}
        held = lock_held(str(document_id) for document_id in ids)
        newest = newest_versions(ids)
        ready = []
        for work in works:
            document = documents.get(work.version.document_id)
            if document is None or document.state == DocumentState.DELETING:
                continue
            if str(document.id) not in held:
                work.error = LeaseLost("Another worker has taken over; this one stops.")
                continue
            _complete(work, document, is_newest=newest[document.id] == work.version.version_id)
            ready.append((work, document))
        now = timezone.now()
        DocumentVersion.objects.bulk_save([work.row for work, _ in ready], _OF_VERSION, finished_at=now)
        Document.objects.bulk_save([document for _, document in ready], _OF_DOCUMENT, updated_at=now)
        _tell([work for work, _ in ready], model.key)


def _answers(model: EmbeddingModel) -> bool:
    """Whether this model answers for the tenant, and goes on to until the transaction ends."""
    ensure_state(model)
    state = lock_shared()
    is_settled = state is not None and (state.settles_until is None or state.settles_until <= timezone.now())
    return state is not None and state.model == model.key and is_settled


def _complete(work: Work, document: Document, *, is_newest: bool) -> None:
    version = work.row
    version.text, version.links = work.text.text, work.targets
    version.stage, version.timings_ms = IngestStage.READY, rounded(work.timings_ms)
    version.done_units = version.total_units = version.chunk_count = len(work.chunks)
    version.token_count = sum(chunk.token_count for chunk in work.chunks)
    version.node_count, version.edge_count = len(work.graph.nodes), len(work.graph.edges)
    document.state = DocumentState.READY if is_newest else DocumentState.QUEUED
    document.current_version_id = version.id
    document.title, document.language = work.title, work.text.language
    document.error_code = document.error_message = ""


def _tell(works: Sequence[Work], model_key: str) -> None:
    versions = DocumentVersion.objects.filter(id__in=[work.version.version_id for work in works])
    embedded = {row[0]: row[1:] for row in versions.values_list("id", "embedded_tokens", "embedded_count")}
    events: list[Event] = []
    for work in works:
        ids = work.version
        facts = _ids_of(ids)
        tokens, count = embedded[ids.version_id]
        if tokens:
            events.append(_event(EMBEDDED, ids, facts | {"model": model_key, "tokens": tokens, "chunks": count}))
        events.append(_event(READY, ids, facts | {"chunks": len(work.chunks)}))
    publish_all(DOCUMENTS_TOPIC, events)
    record_audits(SYSTEM, [_audited(work) for work in works])


def _audited(work: Work) -> Audited:
    ids = work.version
    details = {
        "source": encode(Prefix.SOURCE, ids.source_id),
        "version": encode(Prefix.VERSION, ids.version_id),
        "passages": len(work.chunks),
    }
    return Audited("document.ready", encode(Prefix.DOCUMENT, ids.document_id), details)


def tell_embedded(model_key: str, computed: Sequence[tuple[Version, int, int]]) -> None:
    """(version, tokens, passages) that were computed for versions that answer already. Belongs in the transaction that
    keeps their vectors, so that each is told once."""
    events = [
        _event(EMBEDDED, ids, {**_ids_of(ids), "model": model_key, "tokens": tokens, "chunks": chunks}, id=new_id())
        for ids, tokens, chunks in computed
    ]
    publish_all(DOCUMENTS_TOPIC, events)


def _ids_of(ids: Version) -> dict[str, object]:
    return {name: str(getattr(ids, name)) for name in ("document_id", "version_id", "source_id")}


def _event(kind: str, ids: Version, data: dict[str, object], *, id: UUID | None = None) -> Event:  # noqa: A002
    """Without `id` it has one derived from what it tells, so that telling twice is one fact."""
    return Event(
        id=id or uuid5(ids.version_id, kind),
        type=kind,
        tenant_id=ids.tenant_id,
        partition_key=str(ids.document_id),
        source="rapport/ingestion",
        subject=str(ids.document_id),
        data=data,
    )
