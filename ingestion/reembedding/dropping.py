"""The end of a move: what other models held of a tenant goes, and with it the way back."""

import time
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ingestion.embedding.state import SECONDS_REMEMBERED, Held, lock_alone
from ingestion.models import EmbeddingState
from ingestion.pipeline.row_vectors import settle_on
from ingestion.pipeline.stores import Stores
from ingestion.reembedding.claim import take
from tenants.context import tenant_scope
from tenants.selectors import list_tenant_ids

GRACE = timedelta(seconds=5 * SECONDS_REMEMBERED)  # until no process searches in the old collection any more


def drop_old(tenant_id: UUID, stores: Stores) -> list[Held]:
    """Keep only the model that answers; returns the others. What an unfinished re-embedding had written goes too.

    Raises ReembeddingRuns. Killed and called again, it goes on.
    """
    row = take(tenant_id, stores.embedder.model, next_model=None)
    others = [Held(*each) for each in sorted(row.held.items()) if each[0] != row.model]
    if row.switched_at:
        time.sleep(max((row.switched_at + GRACE - timezone.now()).total_seconds(), 0) if others else 0)
    for each in others:
        stores.by(each).vectors.delete_tenant(tenant_id)
    settle_on(tenant_id, row.model)
    with tenant_scope(tenant_id), transaction.atomic():
        latest = lock_alone()
        assert latest is not None
        latest.held = {latest.model: latest.held[latest.model]}
        latest.runner, latest.runner_until = "", None
        latest.save()
    return others


def drop_collections(stores: Stores, *, on_drop: Callable[[str], None]) -> None:
    """Remove collections that no tenant is in; that of EMBEDDINGS_URL stays, for tenants that are new."""
    used = {stores.embedder.model.key}
    for tenant_id in list_tenant_ids():
        with tenant_scope(tenant_id):
            row = EmbeddingState.objects.first()
        used |= set(row.held) if row else set()
    for key, dimensions in sorted(stores.vectors.list_models().items()):
        collection = stores.by(Held(key, dimensions)).vectors
        if key not in used and not collection.list_tenants(limit=1):
            collection.drop()
            on_drop(key)
