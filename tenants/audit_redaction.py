"""The one way to take something out of the audit log: what a row tells goes, that something was done stays.

The app's role may not change the log at all. This runs as DATABASE_OPS_URL's role (`manage.py redact_audit`), for what
should never have been written down, and where a company's retention period ends.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from rapport.errors import InvalidRequest
from tenants.actors import SYSTEM
from tenants.audit import record_audit
from tenants.context import tenant_scope
from tenants.models import AuditEntry

REDACTED = "redacted"
_AT_ONCE = 1_000


def redact_audit(
    *, tenant_id: UUID, subjects: Sequence[str] = (), actors: Sequence[str] = (), until: datetime | None = None
) -> int:
    """Empty the rows that match all that is given; returns how many. The redaction itself is a row.

    Action and time stay, so that the log has no gap. Raises InvalidRequest when nothing is given.
    """
    if not (subjects or actors or until):
        raise InvalidRequest("Say what: subjects, actors, or a time until which.")
    with tenant_scope(tenant_id):
        rows = AuditEntry.objects.exclude(subject=REDACTED).exclude(action="audit.redacted")
        count = 0
        while done := _redact_some(_narrowed(rows, subjects, actors, until)):
            count += done
        if count:
            with transaction.atomic():
                record_audit(actor=SYSTEM, action="audit.redacted", details={"rows": count})
    return count


def _narrowed(
    rows: QuerySet[AuditEntry], subjects: Sequence[str], actors: Sequence[str], until: datetime | None
) -> QuerySet[AuditEntry]:
    if subjects:
        rows = rows.filter(subject__in=subjects)
    if actors:
        rows = rows.filter(actor__in=actors)
    return rows.filter(created_at__lt=until) if until else rows


def _redact_some(rows: QuerySet[AuditEntry]) -> int:
    ids = list(rows.order_by("id").values_list("id", flat=True)[:_AT_ONCE])
    return AuditEntry.objects.filter(id__in=ids).update(
        actor=REDACTED, subject=REDACTED, details={}, before={}, after={}
    )
