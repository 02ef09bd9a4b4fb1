"""Which knowledge answers now: a short text that changes whenever a document becomes ready, changes or goes, or another
embedding model begins to answer."""

from uuid import UUID

from django.db.models import Count, Max

from ingestion.models import Document, DocumentState, EmbeddingState
from tenants.context import tenant_scope


def knowledge_version(*, tenant_id: UUID) -> str:
    """Compare it for equality only."""
    with tenant_scope(tenant_id):
        ready = Document.objects.exclude(current_version_id=None).exclude(state=DocumentState.DELETING)
        found = ready.aggregate(count=Count("id"), latest=Max("updated_at"))
        model = EmbeddingState.objects.values_list("model", flat=True).first() or ""
    return f"{found['count']}:{found['latest'].timestamp() if found['latest'] else 0}:{model}"
