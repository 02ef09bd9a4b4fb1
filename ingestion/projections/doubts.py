"""Reasons to compare a store with the rows, written down where they are noticed. Nothing is compared here."""

from uuid import UUID

from django.utils import timezone

from ingestion.models import ProjectionCheck, StoreWatch
from rapport import logs
from tenants.selectors import list_tenant_ids

log = logs.get_logger(__name__)


def ask_for_check(tenant_id: UUID) -> None:
    """This tenant's stores are in doubt."""
    now = timezone.now()
    _, is_new = ProjectionCheck.objects.get_or_create(tenant_id=tenant_id, defaults={"due_at": now})
    if not is_new:
        ProjectionCheck.objects.filter(tenant_id=tenant_id, due_at=None).update(due_at=now)


def ask_for_all_checks() -> int:
    """Every tenant's, the longest unchecked first; returns how many."""
    now = timezone.now()
    tenants = list_tenant_ids()
    ProjectionCheck.objects.bulk_create(
        [ProjectionCheck(tenant_id=each, due_at=now) for each in tenants], ignore_conflicts=True, batch_size=500
    )
    ProjectionCheck.objects.filter(due_at=None).update(due_at=now)
    return len(tenants)


def note_outage(name: str) -> None:
    """A worker could not reach the store: when it answers again, it is compared."""
    note_store(name, is_up=False)


def note_store(name: str, *, is_up: bool, incarnation: str = "") -> None:
    """One that came back since it was last asked, or is another start of itself, is compared for everybody."""
    seen = {"is_up": is_up, "changed_at": timezone.now()} | ({"incarnation": incarnation[:500]} if incarnation else {})
    watch, is_new = StoreWatch.objects.get_or_create(name=name, defaults=seen)
    was_restarted = bool(incarnation and watch.incarnation) and incarnation[:500] != watch.incarnation
    is_known = not incarnation or incarnation[:500] == watch.incarnation
    if is_new or (watch.is_up == is_up and is_known):
        return
    same = StoreWatch.objects.filter(name=name, is_up=watch.is_up, incarnation=watch.incarnation)
    if same.update(**seen) and is_up and (was_restarted or not watch.is_up):
        log.info("store_came_back", store=name, tenants=ask_for_all_checks())
