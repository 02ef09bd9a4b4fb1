"""The audit log: one row per write, in the write's own transaction. Ids and facts, never content or secrets.

`before` and `after` hold the same names: what a write changed, as it was and as it is. What is long or someone's words
goes in as `facts_of_text`.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from tenants.actors import Actor
from tenants.context import require_tenant_id
from tenants.live import tell_written
from tenants.models import AuditEntry
from tenants.webhooks.announcing import announce

Facts = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Audited:
    """What was done to what: `action` is `noun.verb-past`, `subject` a public id."""

    action: str
    subject: str = ""
    details: Facts = field(default_factory=dict)
    before: Facts = field(default_factory=dict)
    after: Facts = field(default_factory=dict)


def record_audit(
    *,
    actor: Actor,
    action: str,
    subject: str = "",
    details: Facts | None = None,
    before: Facts | None = None,
    after: Facts | None = None,
) -> None:
    """Write one row for the open scope, in the caller's transaction."""
    record_audits(actor, [Audited(action, subject, details or {}, before or {}, after or {})])


def record_audits(actor: Actor, entries: Sequence[Audited]) -> None:
    """`record_audit` for several, in one statement. Those of the catalogue become webhooks' deliveries as well."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("An audit row belongs in the transaction of what it tells of.")
    AuditEntry.objects.bulk_create(
        AuditEntry(
            actor=actor.label,
            action=each.action,
            subject=each.subject,
            details=dict(each.details),
            before=dict(each.before),
            after=dict(each.after),
        )
        for each in entries
    )
    announce(actor.label, entries)
    tell_written(require_tenant_id(), [each.action for each in entries])


def facts_of_text(text: str) -> dict[str, object]:
    """That a text is another one, without the text."""
    return {"characters": len(text), "sha256": hashlib.sha256(text.encode()).hexdigest()[:16]}
