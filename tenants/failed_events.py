"""Writes about a tenant's events that failed for good: someone of the company has them tried again, or drops them."""

from uuid import UUID

from django.db import transaction

from rapport.events.failed import Which, drop_failed, replay_failed
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope
from tenants.errors import FailedEventNotFound


@transaction.atomic
def replay_failed_events(*, tenant_id: UUID, which: Which, actor: Actor) -> int:
    """Handle them again, in their order; returns how many. Raises FailedEventNotFound when events were named and none
    of them is there."""
    count = replay_failed(tenant_id=tenant_id, which=which)
    _close(tenant_id, which, count, actor, "failed_events.replayed")
    return count


@transaction.atomic
def drop_failed_events(*, tenant_id: UUID, which: Which, actor: Actor) -> int:
    """Give them up; returns how many. Raises FailedEventNotFound as above."""
    count = drop_failed(tenant_id=tenant_id, which=which)
    _close(tenant_id, which, count, actor, "failed_events.dropped")
    return count


def _close(tenant_id: UUID, which: Which, count: int, actor: Actor, action: str) -> None:
    if not count:
        if which.event_ids or which.rows:
            raise FailedEventNotFound("There is no such failed event; it may have been tried again already.")
        return
    details = {"count": count, "subscription": which.subscription, "code": which.code}
    with tenant_scope(tenant_id):
        record_audit(actor=actor, action=action, details=details)
