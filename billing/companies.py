"""What every company's months come to: for whoever runs the installation, and for nobody else.

The ledger stays behind its walls: each company's sums are reckoned in its own scope, every hour and when a period is
closed, and noted in a table of sums alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, Max, Q, Sum
from django.utils import timezone

from billing.ledger import tenant_zone
from billing.models import BillingPeriod, CompanyMonth, StripeInvoice, StripePush
from billing.periods import current_period, get_statement
from billing.statements import Statement
from billing.stripe.money import to_micros
from tenants.context import tenant_scope
from tenants.models import Tenant

OWED = ("open", "uncollectible")
ASTRAY = ("unknown", "refused", "disputed")
_SUMS = ("due_micros", "list_micros", "cost_micros", "records")


@dataclass(frozen=True, slots=True)
class CompanySums:
    """A month of one company. `unpaid_micros` and `meters_astray`: see CompanyMonth, of the month that runs;
    `is_closed`: nothing changes the month any more."""

    name: str
    slug: str
    plan: str
    currency: str
    due_micros: int
    list_micros: int
    cost_micros: int
    records: int
    unpaid_micros: int
    meters_astray: int
    is_closed: bool
    noted_at: datetime

    @property
    def margin_micros(self) -> int:
        return self.due_micros - self.cost_micros

    @property
    def margin_percent(self) -> float | None:
        """None where nothing is charged."""
        return 100.0 * self.margin_micros / self.due_micros if self.due_micros else None


@dataclass(frozen=True, slots=True)
class AllSums:
    """A month of all companies that are charged in one currency."""

    currency: str
    companies: int
    paying: int
    closed: int
    due_micros: int
    cost_micros: int
    unpaid_micros: int
    meters_astray: int
    records: int
    noted_at: datetime

    @property
    def margin_micros(self) -> int:
        return self.due_micros - self.cost_micros


def note_months(*, tenant_id: UUID) -> int:
    """The running period, and those that were closed since. Returns how many."""
    with tenant_scope(tenant_id), transaction.atomic():
        Tenant.objects.select_for_update(no_key=True).get(id=tenant_id)
        zone, period = tenant_zone(), current_period()
        so_far = get_statement(tenant_id=tenant_id)
        months: dict[date, tuple[str, str, Statement | BillingPeriod, bool]] = {
            _month(period.starts_at.astimezone(zone)): (so_far.plan, so_far.currency, so_far, False)
        }
        known = set(CompanyMonth.objects.filter(tenant_id=tenant_id, is_closed=True).values_list("month", flat=True))
        for row in BillingPeriod.objects.order_by("starts_at"):
            month = _month(row.starts_at.astimezone(zone))
            if month not in known and month not in months:
                months[month] = (row.statement["plan"], row.currency, row, True)
        for month, (plan, currency, sums, is_closed) in months.items():
            values: dict[str, Any] = {name: getattr(sums, name) for name in _SUMS}
            values |= {"plan": plan, "currency": currency, "is_closed": is_closed, "noted_at": timezone.now()}
            values |= {"unpaid_micros": 0, "meters_astray": 0} if is_closed else _troubles(currency)
            CompanyMonth.objects.update_or_create(tenant_id=tenant_id, month=month, defaults=values)
        return len(months)


def _troubles(currency: str) -> dict[str, int]:
    """In the open scope."""
    owed = StripeInvoice.objects.filter(status__in=OWED, currency__iexact=currency).aggregate(due=Sum("due", default=0))
    astray = StripePush.objects.filter(state__in=ASTRAY).count()
    return {"unpaid_micros": to_micros(owed["due"], currency), "meters_astray": astray}


def list_months(*, most: int = 24) -> list[date]:
    """Of which anything is noted, latest first."""
    return list(CompanyMonth.objects.values_list("month", flat=True).distinct().order_by("-month")[:most])


def sum_companies(*, month: date) -> list[AllSums]:
    """By currency, what is charged most first."""
    found = (
        CompanyMonth.objects.filter(month=month)
        .values("currency")
        .annotate(
            companies=Count("id"),
            paying=Count("id", filter=Q(due_micros__gt=0)),
            closed=Count("id", filter=Q(is_closed=True)),
            noted=Max("noted_at"),
            due=Sum("due_micros"),
            cost=Sum("cost_micros"),
            unpaid=Sum("unpaid_micros"),
            astray=Sum("meters_astray"),
            rows=Sum("records"),
        )
    )
    return [
        AllSums(
            row["currency"], row["companies"], row["paying"], row["closed"], row["due"], row["cost"],
            row["unpaid"], row["astray"], row["rows"], row["noted"],
        )
        for row in found.order_by("-due", "currency")
    ]  # fmt: skip


def list_companies(*, month: date, limit: int, after: int = 0) -> list[CompanySums]:
    """Whoever is charged most first, then whoever costs most; `after` so many."""
    rows = CompanyMonth.objects.filter(month=month).select_related("tenant")
    rows = rows.order_by("-due_micros", F("cost_micros").desc(), "tenant__name", "tenant_id")[after : after + limit]
    return list(_shown(rows))


def _shown(rows: Iterable[CompanyMonth]) -> Iterable[CompanySums]:
    for row in rows:
        yield CompanySums(
            row.tenant.name,
            row.tenant.slug,
            row.plan,
            row.currency,
            row.due_micros,
            row.list_micros,
            row.cost_micros,
            row.records,
            row.unpaid_micros,
            row.meters_astray,
            row.is_closed,
            row.noted_at,
        )


def _month(moment: datetime) -> date:
    return moment.date().replace(day=1)
