"""Which knowledge answers now: a short text that changes whenever a document becomes ready, changes or goes, or another
embedding model begins to answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, Max

from ingestion.models import Chunk, Document, DocumentState, EmbeddingState
from tenants.context import tenant_scope


@dataclass(frozen=True, slots=True)
class KnownText:
    """A passage, with the titles that it stands under."""

    title: str
    heading_path: tuple[str, ...]
    text: str


def list_texts(*, tenant_id: UUID, source_ids: Sequence[UUID] = (), limit: int) -> list[KnownText]:
    """Passages that answer now, those at documents' beginnings first. `source_ids` empty: of all sources."""
    with tenant_scope(tenant_id):
        rows = Chunk.objects.filter(version=F("document__current_version_id"))
        rows = rows.exclude(document__state=DocumentState.DELETING)
        if source_ids:
            rows = rows.filter(document__source_id__in=source_ids)
        found = rows.order_by("ordinal", "document_id").values_list("document__title", "heading_path", "text")
        return [KnownText(title, tuple(path), text) for title, path, text in found[:limit]]


def knowledge_version(*, tenant_id: UUID) -> str:
    """Compare it for equality only."""
    with tenant_scope(tenant_id):
        ready = Document.objects.exclude(current_version_id=None).exclude(state=DocumentState.DELETING)
        found = ready.aggregate(count=Count("id"), latest=Max("updated_at"))
        model = EmbeddingState.objects.values_list("model", flat=True).first() or ""
    return f"{found['count']}:{found['latest'].timestamp() if found['latest'] else 0}:{model}"
