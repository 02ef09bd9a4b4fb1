"""Making and adding the ledger's rows, in an open scope and transaction. Nothing else inserts into it.

A row is unique by (source, meter, model, step): told again it adds nothing, whoever tells it and in whatever order. A
fact of a period that is closed is borne by the one that follows the last closed: a snapshot stays equal to its rows.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

from billing.company_budget import add_spent, lock_company_budget
from billing.models import BillingPeriod, Meter, UsageRecord
from billing.rating import OWN_ACCOUNT
from billing.terms import Terms
from tenants.context import require_tenant_id
from tenants.models import Tenant
from tenants.selectors import get_tenant

Key = tuple[UUID, str, str, str]
SKEW = timedelta(minutes=5)
TOGETHER = 2_000  # rows of one statement; SQLite takes only so many parameters, Django cuts it there


def add_rows(rows: Iterable[UsageRecord], terms: Terms) -> None:
    """Charged by the terms of each one's moment, and with what is new of it counted against the company's budget."""
    insert_rows(charge_rows(rows, terms))


def charge_rows(rows: Iterable[UsageRecord], terms: Terms) -> list[UsageRecord]:
    """With their list prices, ready to be written; of what is told twice the first."""
    first: dict[Key, UsageRecord] = {}
    for row in rows:
        first.setdefault(_key(row), row)
    now = timezone.now()
    for row in first.values():
        if row.occurred_at > now + SKEW:  # somebody's clock is wrong: it cannot be of a period that has not begun
            row.occurred_at = now
        row.unit = Meter(row.meter).unit
        if row.rate_version == OWN_ACCOUNT:
            continue
        card = terms.at(row.occurred_at).card
        row.price_micros, row.rate_version = card.charge(row.meter, row.quantity, row.cost_micros, row.currency)
    return list(first.values())


def insert_rows(rows: Sequence[UsageRecord]) -> None:
    """As they are; corrections too."""
    _defer_closed(rows)
    budget = lock_company_budget() if any(row.cost_micros for row in rows) else None
    if budget is not None:
        known = _known(rows)
        add_spent(budget, [row for row in rows if _key(row) not in known])
    UsageRecord.objects.bulk_create(rows, batch_size=TOGETHER, ignore_conflicts=True)


def merge(rows: Iterable[UsageRecord]) -> list[UsageRecord]:
    """Of one event: two calls of one model in one step are one row. Costs are added after rounding, as they are on the
    spans."""
    merged: dict[Key, UsageRecord] = {}
    for row in rows:
        known = merged.setdefault(_key(row), row)
        if known is not row:
            known.quantity += row.quantity
            known.cost_micros += row.cost_micros
            known.rate_version = known.rate_version or row.rate_version  # what is mixed is not charged
    return list(merged.values())


def month_start(moment: datetime, zone: ZoneInfo) -> datetime:
    """Midnight of the first day of its month, there."""
    here = moment.astimezone(zone)
    return datetime(here.year, here.month, 1, tzinfo=zone)


def tenant_zone() -> ZoneInfo:
    return ZoneInfo(get_tenant(require_tenant_id()).time_zone)


def _defer_closed(rows: Sequence[UsageRecord]) -> None:
    """The company's row is held only for what is told late: periods that have not ended are never closed."""
    if not rows or min(row.occurred_at for row in rows) >= month_start(timezone.now(), tenant_zone()):
        return
    Tenant.objects.select_for_update(no_key=True).get(id=require_tenant_id())
    last = BillingPeriod.objects.order_by("-ends_at").values_list("ends_at", flat=True).first()
    for row in rows:
        if last is not None and row.occurred_at < last:
            row.billed_at = last


def _key(row: UsageRecord) -> Key:
    return row.source_event_id, str(row.meter), row.model, row.step


def _known(rows: Sequence[UsageRecord]) -> set[Key]:
    sources = list({row.source_event_id for row in rows})
    found: set[Key] = set()
    for start in range(0, len(sources), 500):
        there = UsageRecord.objects.filter(source_event_id__in=sources[start : start + 500])
        found.update(there.values_list("source_event_id", "meter", "model", "step"))
    return found
