"""The audit log: one row per write, in the write's own transaction. Ids and facts, never content."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tenants.actors import Actor
from tenants.models import AuditEntry


class Audited(NamedTuple):
    """What was done to what."""

    action: str
    subject: str
    details: Mapping[str, object]


def record_audit(*, actor: Actor, action: str, subject: str = "", details: Mapping[str, object] | None = None) -> None:
    """Write one row for the open scope. `action` is `noun.verb-past`; `subject` a public id."""
    AuditEntry.objects.create(actor=actor.label, action=action, subject=subject, details=dict(details or {}))


def record_audits(actor: Actor, entries: Sequence[Audited]) -> None:
    """`record_audit` for several, in one statement."""
    AuditEntry.objects.bulk_create(
        AuditEntry(actor=actor.label, action=each.action, subject=each.subject, details=dict(each.details))
        for each in entries
    )
