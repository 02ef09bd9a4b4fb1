"""Reads about erasures and exports, as frozen dataclasses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tenants.context import tenant_scope
from tenants.privacy.errors import ErasureNotFound, ExportNotFound
from tenants.privacy.models import DataExport, Erasure, ErasureState, ExportState


@dataclass(frozen=True, slots=True)
class StoreCount:
    """What a table or store held when it was first asked and since, what it holds now (None: not asked yet), and how
    often it was emptied."""

    name: str
    before: int | None
    after: int | None
    attempts: int


@dataclass(frozen=True, slots=True)
class ErasureView:
    """Of `kind` "contact", "conversation" or "message", with the id `subject_id`. `state`: "requested", "erasing",
    "done" or "stuck". `receipt` is empty until it is done."""

    id: UUID
    kind: str
    subject_id: UUID
    contact_id: UUID
    state: str
    requested_by: str
    requested_at: datetime
    suppressed_at: datetime | None
    finished_at: datetime | None
    error_code: str
    total: int
    stores: tuple[StoreCount, ...]
    receipt: Mapping[str, Any]

    @property
    def conversation_id(self) -> UUID | None:
        return self.subject_id if self.kind == "conversation" else None

    @property
    def message_id(self) -> UUID | None:
        return self.subject_id if self.kind == "message" else None

    @property
    def emptied(self) -> int:
        """How many stores counted zero."""
        return sum(each.after == 0 for each in self.stores)

    @property
    def erased(self) -> int:
        """Rows, vectors, nodes, frames and files that were there."""
        return sum(each.before or 0 for each in self.stores)

    @property
    def is_done(self) -> bool:
        return self.state == ErasureState.DONE


@dataclass(frozen=True, slots=True)
class ExportView:
    """`contact_id` None: of the whole company. `state`: "queued", "running", "ready", "failed" or "expired". `done` of
    `total` rows and files are written."""

    id: UUID
    contact_id: UUID | None
    state: str
    requested_by: str
    requested_at: datetime
    finished_at: datetime | None
    expires_at: datetime | None
    error_code: str
    done: int
    total: int
    size_bytes: int
    sha256: str

    @property
    def is_ready(self) -> bool:
        return self.state == ExportState.READY

    @property
    def is_under_way(self) -> bool:
        return self.state in (ExportState.QUEUED, ExportState.RUNNING)


def get_erasure(*, tenant_id: UUID, erasure_id: UUID) -> ErasureView:
    """Raises ErasureNotFound."""
    with tenant_scope(tenant_id):
        row = Erasure.objects.filter(id=erasure_id).first()
    if row is None:
        raise ErasureNotFound("There is no such erasure.")
    return _erasure(row)


def list_erasures(
    *, tenant_id: UUID, contact_id: UUID | None = None, limit: int = 50, before: UUID | None = None
) -> list[ErasureView]:
    """Newest first."""
    with tenant_scope(tenant_id):
        rows = Erasure.objects.order_by("-id")
        if contact_id is not None:
            rows = rows.filter(subject_id=contact_id)
        if before is not None:
            rows = rows.filter(id__lt=before)
        return [_erasure(row) for row in rows[:limit]]


def get_export(*, tenant_id: UUID, export_id: UUID) -> ExportView:
    """Raises ExportNotFound."""
    with tenant_scope(tenant_id):
        row = DataExport.objects.filter(id=export_id).first()
    if row is None:
        raise ExportNotFound("There is no such export.")
    return _export(row)


def list_exports(*, tenant_id: UUID, contact_id: UUID | None, limit: int = 5) -> list[ExportView]:
    """Of a contact, or (None) of the company itself; newest first."""
    with tenant_scope(tenant_id):
        return [_export(row) for row in DataExport.objects.filter(contact_id=contact_id).order_by("-id")[:limit]]


def _erasure(row: Erasure) -> ErasureView:
    return ErasureView(
        id=row.id,
        kind=row.kind,
        subject_id=row.subject_id,
        contact_id=row.whose_id or row.subject_id,
        state=row.state,
        requested_by=row.requested_by,
        requested_at=row.requested_at,
        suppressed_at=row.suppressed_at,
        finished_at=row.finished_at,
        error_code=row.error_code,
        total=row.total,
        stores=_counts(row),
        receipt=row.receipt,
    )


def _counts(row: Erasure) -> tuple[StoreCount, ...]:
    """As in the receipt, once there is one: it has the order in which they were emptied."""
    if row.receipt:
        listed: Sequence[Mapping[str, Any]] = row.receipt["stores"]
        return tuple(StoreCount(**each) for each in listed)
    return tuple(StoreCount(name, **counts) for name, counts in sorted(row.stores.items()))


def _export(row: DataExport) -> ExportView:
    return ExportView(
        id=row.id,
        contact_id=row.contact_id,
        state=row.state,
        requested_by=row.requested_by,
        requested_at=row.requested_at,
        finished_at=row.finished_at,
        expires_at=row.expires_at,
        error_code=row.error_code,
        done=row.done,
        total=row.total,
        size_bytes=row.size_bytes,
        sha256=row.sha256,
    )
