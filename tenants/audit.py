"""The audit log: one row per write, in the write's own transaction. Ids and facts, never content."""

from collections.abc import Mapping

from tenants.actors import Actor
from tenants.models import AuditEntry


def record_audit(*, actor: Actor, action: str, subject: str = "", details: Mapping[str, object] | None = None) -> None:
    """Write one row for the open scope. `action` is `noun.verb-past`; `subject` a public id."""
    AuditEntry.objects.create(actor=actor.label, action=action, subject=subject, details=dict(details or {}))
