"""A tenant's re-embedding in its row: who does it, how far it is, and the one change that it is all for."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ingestion.embedding.port import EmbeddingModel
from ingestion.embedding.state import Held, ensure_state, forget, lock_alone
from ingestion.models import Document, DocumentState, EmbeddingState
from ingestion.reembedding.errors import ReembeddingRuns
from ingestion.vectors.errors import VectorSchemaMismatch
from rapport.events.identity import is_known_dead, process_name
from tenants.actors import SYSTEM
from tenants.audit import record_audit
from tenants.context import tenant_scope

LEASE = timedelta(minutes=5)  # of one that runs on another machine; on this one it is seen at once that it died
SETTLING = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Claim:
    """That this process moves this tenant to this model."""

    tenant_id: UUID
    model: Held
    runner: str


def begin(tenant_id: UUID, model: Held, default: EmbeddingModel, *, total: int) -> Claim:
    """From now on what is removed leaves this model's collection too. Raises ReembeddingRuns."""
    row = take(tenant_id, default, next_model=model)
    now = timezone.now()
    with tenant_scope(tenant_id):
        EmbeddingState.objects.filter(id=row.id).update(
            done=0, total=total, embedded=0, started_at=now, progress_at=now
        )
    return Claim(tenant_id, model, row.runner)


def take(tenant_id: UUID, default: EmbeddingModel, *, next_model: Held | None) -> EmbeddingState:
    """Be the one process that changes where the tenant's passages are held. Raises ReembeddingRuns."""
    with tenant_scope(tenant_id), transaction.atomic():
        ensure_state(default)
        row = lock_alone()
        assert row is not None
        _refuse_another(row)
        row.runner, row.runner_until, row.settles_until = process_name(), timezone.now() + LEASE, None
        row.next_model = next_model.key if next_model else ""
        if next_model:
            _refuse_other_width(row, next_model)
            row.held = {**row.held, next_model.key: next_model.dimensions}
        row.save()
    return row


def _refuse_another(row: EmbeddingState) -> None:
    if is_running(row) and row.runner != process_name():
        raise ReembeddingRuns(f"This company is being re-embedded by {row.runner}. Wait for it, or stop it first.")


def is_running(row: EmbeddingState) -> bool:
    """Whether the process that began it lives, as far as can be seen from here."""
    is_held = bool(row.runner) and row.runner_until is not None and row.runner_until >= timezone.now()
    return is_held and not is_known_dead(row.runner)


def _refuse_other_width(row: EmbeddingState, model: Held) -> None:
    width = row.held.get(model.key, model.dimensions)
    if width != model.dimensions:
        raise VectorSchemaMismatch(
            f"{model.key} is known here with {width} dimensions, EMBEDDINGS_URL says {model.dimensions}. Correct "
            "dimensions in the URL, or give the model another name."
        )


def lock_claimed(claim: Claim) -> EmbeddingState:
    """Inside a scope and a transaction. Raises ReembeddingRuns when another process has taken over."""
    row = lock_alone()
    if row is None or row.runner != claim.runner or row.next_model != claim.model.key:
        raise ReembeddingRuns("Another process has taken this re-embedding over; this one stops.")
    return row


def tell_progress(claim: Claim, *, done: int, total: int, embedded: int, settles: bool = False) -> None:
    """That it lives, and how far it is. `settles`: no version begins to answer for some seconds from now on."""
    now = timezone.now()
    with tenant_scope(claim.tenant_id), transaction.atomic():
        row = lock_claimed(claim)
        row.done, row.total, row.embedded = done, max(total, done), embedded
        row.progress_at, row.runner_until = now, now + LEASE
        row.settles_until = now + SETTLING if settles else None
        row.save()


def switch(claim: Claim, filled: Collection[UUID]) -> set[UUID]:
    """Make the new model the one that answers, unless versions answer that are not among `filled`: returns those.

    Whoever makes a version answer holds the row too: it comes before, and is seen here, or after, and sees the change.
    """
    with tenant_scope(claim.tenant_id), transaction.atomic():
        row = lock_claimed(claim)
        missing = answering_versions() - set(filled)
        if missing:
            return missing
        record_audit(actor=SYSTEM, action="embedding_model.switched", details={"from": row.model, "to": row.next_model})
        row.switched_at = timezone.now()
        row.model, row.next_model = row.next_model, ""
        row.runner, row.runner_until, row.settles_until = "", None, None
        row.save()
    forget(claim.tenant_id)
    return set()


def answering_versions() -> set[UUID]:
    """Inside a scope."""
    documents = Document.objects.exclude(current_version_id=None).exclude(state=DocumentState.DELETING)
    return {each for each in documents.values_list("current_version_id", flat=True) if each is not None}
