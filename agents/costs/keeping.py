"""The dearest of a company with many rows, kept as the clock counts them every hour."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from agents.costs.counting import Dear, Dearest, count_dearest
from agents.models import Conversation, CostRank
from billing.selectors import UsageOfDays, is_used_since, read_usage
from billing.sums import UsageSum
from ingestion.contacts.errors import ContactNotFound
from ingestion.contacts.holding import hold_contact
from rapport.days import beginning
from tenants.context import tenant_scope
from tenants.models import Tenant
from tenants.selectors import get_tenant

PERIODS = (7, 30, 90)  # days
FEW = 10_000  # rows of the ledger: they are counted while somebody waits
CONVERSATION, CONTACT = "conversation", "contact"
_SUMS = ("cost_micros", "input_tokens", "output_tokens", "embedding_tokens")


def read_dearest(*, tenant_id: UUID, used: UsageOfDays) -> Dearest:
    """Of the days that `used` is of. Counted from the rows where they are few, or nobody has counted them yet."""
    if sum(each.records for each in used.cells) > FEW and (kept := _kept(tenant_id, used.days)):
        return kept
    zone = ZoneInfo(get_tenant(tenant_id).time_zone)
    return count_dearest(tenant_id=tenant_id, since=[beginning(used.first, zone)])[0]


def keep_dearest(*, tenant_id: UUID) -> bool:
    """Count them anew when something was used since, or a day began. False where there was nothing to do."""
    used = read_usage(tenant_id=tenant_id, days=max(PERIODS))
    if sum(each.records for each in used.cells) <= FEW:
        return _keep(tenant_id, [], timezone.now()) if _counted_at(tenant_id) else False
    zone, now = ZoneInfo(get_tenant(tenant_id).time_zone), timezone.now()
    if _holds(tenant_id, zone, now):
        return False
    today = now.astimezone(zone).date()
    since = [beginning(today - timedelta(days=days - 1), zone) for days in PERIODS]
    return _keep(tenant_id, count_dearest(tenant_id=tenant_id, since=since), now)


def _holds(tenant_id: UUID, zone: ZoneInfo, now: datetime) -> bool:
    counted_at = _counted_at(tenant_id)
    if counted_at is None or counted_at.astimezone(zone).date() != now.astimezone(zone).date():
        return False
    return not is_used_since(tenant_id=tenant_id, moment=counted_at)


def _counted_at(tenant_id: UUID) -> datetime | None:
    with tenant_scope(tenant_id):
        return CostRank.objects.order_by("id").values_list("counted_at", flat=True).first()


def _keep(tenant_id: UUID, counted: Iterable[Dearest], now: datetime) -> bool:
    """Of contacts and conversations that are not being erased meanwhile."""
    periods = list(zip(PERIODS, counted, strict=False))
    with tenant_scope(tenant_id), transaction.atomic():
        Tenant.objects.select_for_update(no_key=True).get(id=tenant_id)
        contacts = {each for each in sorted(_ids(periods, CONTACT)) if _is_held(each)}
        talks = Conversation.objects.select_for_update().filter(id__in=_ids(periods, CONVERSATION)).order_by("id")
        there = contacts | set(talks.values_list("id", flat=True))
        gone, _ = CostRank.objects.all().delete()
        made = CostRank.objects.bulk_create(
            CostRank(
                kind=kind,
                days=days,
                place=place,
                subject_id=dear.id,
                counted_at=now,
                **{name: getattr(dear.usage, name) for name in _SUMS},
            )
            for days, dearest in periods
            for kind in (CONVERSATION, CONTACT)
            for place, dear in enumerate(_of(dearest, kind))
            if dear.id in there
        )
    return bool(gone or made)


def _ids(periods: Iterable[tuple[int, Dearest]], kind: str) -> set[UUID]:
    return {dear.id for _, dearest in periods for dear in _of(dearest, kind)}


def _of(dearest: Dearest, kind: str) -> tuple[Dear, ...]:
    return dearest.conversations if kind == CONVERSATION else dearest.contacts


def _is_held(contact_id: UUID) -> bool:
    try:
        hold_contact(contact_id)
    except ContactNotFound:
        return False
    return True


def _kept(tenant_id: UUID, days: int) -> Dearest | None:
    with tenant_scope(tenant_id):
        rows = list(CostRank.objects.filter(days=days).order_by("place"))
    return Dearest(_dear(rows, CONVERSATION), _dear(rows, CONTACT), rows[0].counted_at) if rows else None


def _dear(rows: list[CostRank], kind: str) -> tuple[Dear, ...]:
    return tuple(
        Dear(row.subject_id, UsageSum(**{name: getattr(row, name) for name in _SUMS}))
        for row in rows
        if row.kind == kind
    )
