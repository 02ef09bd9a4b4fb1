"""Reads of the audit log: who did what to what, when. Writing it is `tenants.audit`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from tenants.actors import labels_of
from tenants.context import tenant_scope
from tenants.models import AuditEntry

READ_AT_ONCE = 500
_ACTIONS = """
WITH RECURSIVE known(action) AS (
    SELECT MIN(action) FROM {entries} WHERE tenant_id = %(tenant)s
    UNION ALL
    SELECT (SELECT MIN(e.action) FROM {entries} e WHERE e.tenant_id = %(tenant)s AND e.action > known.action)
    FROM known WHERE known.action IS NOT NULL
)
SELECT action FROM known WHERE action IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class AuditView:
    """`actor` is a label ("user:usr_…", "system"); `before` and `after` hold the same names."""

    id: UUID
    actor: str
    action: str
    subject: str
    details: Mapping[str, object]
    before: Mapping[str, object]
    after: Mapping[str, object]
    at: datetime


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Empty fields say nothing; filled ones must all match.

    `actor`: a label, a public id or a kind ("user"); `action`: "agent.updated", or a noun ("agent") for all that is
    done to it; `subject`: a public id. `since` is included, `until` is not.
    """

    actor: str = ""
    action: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None


ALL = AuditFilter()


def list_audit(
    *, tenant_id: UUID, which: AuditFilter = ALL, limit: int = 50, before: UUID | None = None
) -> list[AuditView]:
    """Newest first; `before`: only older entries than this one."""
    with tenant_scope(tenant_id):
        rows = _matching(which)
        return [_view(row) for row in (rows.filter(id__lt=before) if before else rows)[:limit]]


def iterate_audit(*, tenant_id: UUID, which: AuditFilter = ALL) -> Iterator[AuditView]:
    """All of them, newest first, read some at a time: no scope stays open while they are sent to someone."""
    before = None
    while rows := list_audit(tenant_id=tenant_id, which=which, limit=READ_AT_ONCE, before=before):
        yield from rows
        before = rows[-1].id


def list_actions(*, tenant_id: UUID) -> list[str]:
    """Which actions there are in the log, to choose from. From one to the next by the index, which costs a step for
    each action, not for each entry."""
    values = {"tenant": AuditEntry._meta.pk.get_db_prep_value(tenant_id, connection)}
    with tenant_scope(tenant_id), connection.cursor() as cursor:
        cursor.execute(_ACTIONS.format(entries=AuditEntry._meta.db_table), values)
        return [action for (action,) in cursor.fetchall()]


def _matching(which: AuditFilter) -> QuerySet[AuditEntry]:
    rows = AuditEntry.objects.order_by("-id")
    if which.actor:
        label, is_kind = labels_of(which.actor)
        rows = rows.filter(actor__startswith=label) if is_kind else rows.filter(actor=label)
    if which.action:
        rows = (
            rows.filter(action=which.action)
            if "." in which.action
            else rows.filter(action__startswith=f"{which.action}.")
        )
    if which.subject:
        rows = rows.filter(subject=which.subject)
    if which.since:
        rows = rows.filter(created_at__gte=which.since)
    return rows.filter(created_at__lt=which.until) if which.until else rows


def _view(row: AuditEntry) -> AuditView:
    return AuditView(row.id, row.actor, row.action, row.subject, row.details, row.before, row.after, row.created_at)
