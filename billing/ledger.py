"""Making and adding the ledger's rows, in an open scope and transaction. Nothing else inserts into it.

A row is unique by (source, meter, model, step): told again it adds nothing, whoever tells it and in whatever order. A
fact of a period that is closed is borne by the one that follows the last closed: a snapshot stays equal to its rows.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from billing import writing
from billing.company_budget import add_spent, lock_company_budget
from billing.entries import Entry, Key
from billing.models import BillingPeriod, UsageRecord
from billing.rating import OWN_ACCOUNT
from billing.terms import Terms
from tenants.context import require_tenant_id
from tenants.models import Tenant
from tenants.selectors import get_tenant

SKEW = timedelta(minutes=5)


def add_entries(entries: Iterable[Entry], terms: Terms) -> None:
    """Charged by the terms of each one's moment, and with what is new of it counted against the company's budget."""
    insert_entries(charge_entries(entries, terms))


def charge_entries(entries: Iterable[Entry], terms: Terms) -> list[Entry]:
    """With their list prices, ready to be written; of what is told twice the first."""
    first: dict[Key, Entry] = {}
    for entry in entries:
        first.setdefault((entry.source_event_id, entry.meter, entry.model, entry.step), entry)
    now, card_at = timezone.now(), terms.cards()
    latest = now + SKEW
    for entry in first.values():
        if entry.occurred_at > latest:  # somebody's clock is wrong: it cannot be of a period that has not begun
            entry.occurred_at = now
        if entry.rate_version != OWN_ACCOUNT:
            card = card_at(entry.occurred_at)
            entry.price_micros, entry.rate_version = card.charge(
                entry.meter, entry.quantity, entry.cost_micros, entry.currency
            )
    return list(first.values())


def insert_entries(entries: Sequence[Entry]) -> None:
    """As they are; corrections too."""
    _defer_closed(entries)
    budget = lock_company_budget() if any(entry.cost_micros for entry in entries) else None
    if budget is not None:
        known = _known(entries)
        add_spent(budget, [entry for entry in entries if entry.key not in known])
    writing.insert(entries)


def month_start(moment: datetime, zone: ZoneInfo) -> datetime:
    """Midnight of the first day of its month, there."""
    here = moment.astimezone(zone)
    return datetime(here.year, here.month, 1, tzinfo=zone)


def tenant_zone() -> ZoneInfo:
    return ZoneInfo(get_tenant(require_tenant_id()).time_zone)


def _defer_closed(entries: Sequence[Entry]) -> None:
    """The company's row is held only for what is told late: periods that have not ended are never closed."""
    if not entries or min(entry.occurred_at for entry in entries) >= month_start(timezone.now(), tenant_zone()):
        return
    Tenant.objects.select_for_update(no_key=True).get(id=require_tenant_id())
    last = BillingPeriod.objects.order_by("-ends_at").values_list("ends_at", flat=True).first()
    for entry in entries:
        if last is not None and entry.occurred_at < last:
            entry.billed_at = last


def _known(entries: Sequence[Entry]) -> set[Key]:
    sources = list({entry.source_event_id for entry in entries})
    found: set[Key] = set()
    for start in range(0, len(sources), 500):
        there = UsageRecord.objects.filter(source_event_id__in=sources[start : start + 500])
        found.update(there.values_list("source_event_id", "meter", "model", "step"))
    return found
