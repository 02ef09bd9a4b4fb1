"""Exports: what is held of a contact, or of the whole company, as one archive that is there for some days.

A worker makes it. Its file appears under its name only when it is whole; a contact that is erased meanwhile takes the
row away, and the worker that finds it gone leaves no file.
"""

import os
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from rapport import logs
from rapport.config import get_config
from rapport.events.envelope import Event
from rapport.events.lease import current_lease
from rapport.events.outbox import publish
from rapport.idempotency.claims import run_once
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope
from tenants.privacy.archive import count_of, hash_file, write_archive
from tenants.privacy.directory import find_someone
from tenants.privacy.errors import ExportNotReady
from tenants.privacy.holdings import Company, Person, Store, Subject, gather_links
from tenants.privacy.models import DataExport, ExportState
from tenants.topics import EXPORT_REQUESTED, PRIVACY

KEPT = timedelta(days=7)

log = logs.get_logger(__name__)


class ExportGone(Exception):
    """The contact was erased while its archive was written: the worker stops, and no one is told."""


def request_export(*, tenant_id: UUID, contact_id: UUID | None, actor: Actor, idempotency_key: str = "") -> UUID:
    """Have an archive made, of the contact or (None) of the whole company; returns the export's id.

    Raises ContactUnknown, IdempotencyKeyReused.
    """
    with tenant_scope(tenant_id), transaction.atomic():
        outcome = run_once(
            tenant_id=tenant_id,
            operation="request_export",
            key=idempotency_key,
            request={"contact_id": str(contact_id or "")},
            work=lambda: {"export_id": str(_request(tenant_id, contact_id, actor))},
        )
    return UUID(outcome.result["export_id"])


def _request(tenant_id: UUID, contact_id: UUID | None, actor: Actor) -> UUID:
    if contact_id:
        find_someone(contact_id)
    row = DataExport.objects.create(contact_id=contact_id, requested_by=actor.label)
    whose = encode(Prefix.CONTACT, contact_id) if contact_id else encode(Prefix.TENANT, tenant_id)
    action = "contact.export_requested" if contact_id else "tenant.export_requested"
    export = encode(Prefix.EXPORT, row.id)
    record_audit(actor=actor, action=action, subject=whose, details={"export": export})
    publish(PRIVACY, Event(EXPORT_REQUESTED, tenant_id, str(row.id), {"export_id": str(row.id)}, subject=export))
    return row.id


def make_export(*, tenant_id: UUID, export_id: UUID) -> None:
    """Write the archive from the beginning, whatever an earlier attempt left. Done before, it does nothing."""
    with tenant_scope(tenant_id), transaction.atomic():
        row = DataExport.objects.select_for_update().filter(id=export_id).first()
        if row is None or row.state in (ExportState.READY, ExportState.EXPIRED):
            return
        subject = _subject(row)
        DataExport.objects.filter(id=export_id).update(state=ExportState.RUNNING, done=0, error_code="")
    draft = path_of(tenant_id, export_id).with_suffix(".part")
    draft.parent.mkdir(parents=True, exist_ok=True)
    try:
        _write(draft, row, subject)
        _finish(draft, row)
    except ExportGone:
        log.info("export_given_up", export_id=str(export_id))
    finally:
        draft.unlink(missing_ok=True)


def _subject(row: DataExport) -> Subject:
    if row.contact_id is None:
        return Company(row.tenant_id)
    someone = find_someone(row.contact_id)
    return Person(row.tenant_id, someone.contacts, gather_links(someone))


def _write(draft: Path, row: DataExport, subject: Subject) -> None:
    _note(row, total=count_of(subject))
    about = {
        "id": encode(Prefix.EXPORT, row.id),
        "company": encode(Prefix.TENANT, row.tenant_id),
        "contact": encode(Prefix.CONTACT, row.contact_id) if row.contact_id else None,
        "made_at": timezone.now(),
    }
    write_archive(draft, subject, about, lambda count: _note(row, done=F("done") + count))


def _note(row: DataExport, **fields: object) -> None:
    """Raises ExportGone, and LeaseLost when another worker has taken over."""
    current_lease().check()
    with tenant_scope(row.tenant_id):
        if not DataExport.objects.filter(id=row.id).update(**fields):
            raise ExportGone


def _finish(draft: Path, row: DataExport) -> None:
    """The file gets its name while the row is locked: an erasure that comes then finds both, or neither."""
    size, digest, now = draft.stat().st_size, hash_file(draft), timezone.now()
    with tenant_scope(row.tenant_id), transaction.atomic():
        current_lease().check_locked()
        if DataExport.objects.select_for_update().filter(id=row.id).first() is None:
            raise ExportGone
        os.replace(draft, path_of(row.tenant_id, row.id))  # noqa: PTH105  the atomic rename is the point
        DataExport.objects.filter(id=row.id).update(
            state=ExportState.READY,
            finished_at=now,
            expires_at=now + KEPT,
            size_bytes=size,
            sha256=digest,
            done=F("total"),
        )


def mark_failed(*, export_id: UUID, code: str) -> None:
    """In the open scope: every attempt failed."""
    DataExport.objects.filter(id=export_id, state__in=[ExportState.QUEUED, ExportState.RUNNING]).update(
        state=ExportState.FAILED, error_code=code[:80], finished_at=timezone.now()
    )


def path_of(tenant_id: UUID, export_id: UUID) -> Path:
    return _folder(tenant_id) / f"{export_id}.zip"


def open_export(*, tenant_id: UUID, export_id: UUID) -> Path:
    """Where the archive is. Raises ExportNotReady when it is not there yet, or any more."""
    with tenant_scope(tenant_id):
        row = DataExport.objects.filter(id=export_id).first()
    path = path_of(tenant_id, export_id)
    if row is None or row.state != ExportState.READY or not path.exists():
        raise ExportNotReady("The archive is not there: it is still being made, or its days are over. Ask for another.")
    return path


def expire_exports(*, tenant_id: UUID) -> int:
    """Remove archives whose days are over; returns how many."""
    with tenant_scope(tenant_id):
        over = DataExport.objects.filter(state=ExportState.READY, expires_at__lte=timezone.now())
        ids = list(over.values_list("id", flat=True))
        DataExport.objects.filter(id__in=ids).update(state=ExportState.EXPIRED)
    for export_id in ids:
        path_of(tenant_id, export_id).unlink(missing_ok=True)
    return len(ids)


def _folder(tenant_id: UUID) -> Path:
    return get_config().data_dir / "exports" / str(tenant_id)


def _files_of(subject: Subject) -> Iterator[Path]:
    """Archives, whole or in the making."""
    wanted = {str(each) for each in subject.linked("exports")} if isinstance(subject, Person) else None
    folder = _folder(subject.tenant_id)
    found: Iterable[Path] = folder.iterdir() if folder.exists() else ()
    return (path for path in found if wanted is None or path.stem in wanted)


def _count_files(subject: Subject) -> int:
    return sum(1 for _ in _files_of(subject))


def _erase_files(subject: Subject) -> None:
    for path in list(_files_of(subject)):
        path.unlink(missing_ok=True)


EXPORTS = Store("exports", "Archives that were made of what is held, for some days", _count_files, _erase_files)
