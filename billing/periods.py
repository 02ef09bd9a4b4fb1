"""Billing periods: calendar months of the company's time zone, each beginning where the last closed one ended.

An open period's statement is reckoned from the ledger whenever it is asked for. Closing one keeps it as a snapshot. The
rows of a closed period are those that it was made of, for ever: what is told after it is borne by the next one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Min, Q, QuerySet, Sum
from django.utils import timezone

from billing.entries import Entry
from billing.errors import InvalidUsage, PeriodNotOver
from billing.ledger import insert_entries, month_start, tenant_zone
from billing.models import BillingPeriod, UsageRecord
from billing.parts import Part, meter_sums, read_parts
from billing.statements import MeterSum, Statement, make_statement
from billing.terms import load_terms
from rapport.errors import NotFound
from rapport.ids import Prefix, encode, new_id
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import require_tenant_id, tenant_scope
from tenants.models import Tenant
from tenants.selectors import read_once

GRACE = timedelta(days=3)  # what is told within it is still in its own period


@dataclass(frozen=True, slots=True)
class Period:
    starts_at: datetime
    ends_at: datetime

    def rows(self) -> QuerySet[UsageRecord]:
        """What it bears, in the open scope."""
        return UsageRecord.objects.filter(self._own | self._late)

    def rows_apart(self) -> "tuple[QuerySet[UsageRecord], QuerySet[UsageRecord]]":
        """What occurred in it, and what it bears of earlier ones: each has an index, both together have none."""
        return UsageRecord.objects.filter(self._own), UsageRecord.objects.filter(self._late)

    @property
    def _own(self) -> Q:
        return Q(billed_at=None, occurred_at__gte=self.starts_at, occurred_at__lt=self.ends_at)

    @property
    def _late(self) -> Q:
        return Q(billed_at__gte=self.starts_at, billed_at__lt=self.ends_at)

    def parts(self) -> list[Part]:
        """The same, added up, of one that is not over, in the open scope."""
        return read_parts(self.starts_at, self.ends_at, self.rows())


@dataclass(frozen=True, slots=True)
class ClosedPeriod:
    id: UUID
    starts_at: datetime
    ends_at: datetime
    closed_at: datetime
    statement: Mapping[str, Any]
    list_micros: int
    due_micros: int
    cost_micros: int
    records: int
    currency: str


def current_period() -> Period:
    """The one that is running, in the open scope."""
    now, zone = timezone.now(), tenant_zone()
    last = read_once(_last_end, require_tenant_id())
    begins = max(month_start(now, zone), last) if last else month_start(now, zone)
    return Period(begins, next_month(month_start(now, zone)))


def running_parts(*, tenant_id: UUID) -> list[Part]:
    """Of the running period, for a page that shows it in several ways."""
    with tenant_scope(tenant_id):
        return current_period().parts()


def get_statement(*, tenant_id: UUID, parts: Sequence[Part] | None = None) -> Statement:
    """Of the running period, so far. `parts`: its `running_parts`, where they are at hand."""
    with tenant_scope(tenant_id):
        period = current_period()
        return _statement(period, meter_sums(period.parts() if parts is None else parts))


def statement_of(period: Period) -> Statement:
    """By the terms that hold at its end, or now, from its very rows; in the open scope."""
    return _statement(period, sum_meters(period.rows()))


def _statement(period: Period, sums: Sequence[MeterSum]) -> Statement:
    at = min(period.ends_at - timedelta(microseconds=1), timezone.now())
    return make_statement(sums, load_terms().at(at), starts_at=period.starts_at, ends_at=period.ends_at)


def sum_meters(rows: QuerySet[UsageRecord]) -> list[MeterSum]:
    found = rows.values("meter", "currency").annotate(
        quantity=Sum("quantity"), cost=Sum("cost_micros"), price=Sum("price_micros"), records=Count("id")
    )
    return [
        MeterSum(row["meter"], row["currency"], row["quantity"], row["cost"], row["price"], row["records"])
        for row in found.order_by("meter", "currency")
    ]


def list_periods(*, tenant_id: UUID, most: int = 120) -> list[ClosedPeriod]:
    """Closed ones, latest first."""
    with tenant_scope(tenant_id):
        return [_closed(row) for row in BillingPeriod.objects.order_by("-starts_at")[:most]]


def close_due_periods(*, tenant_id: UUID, actor: Actor, grace: timedelta = GRACE) -> list[ClosedPeriod]:
    """Every period that ended long enough ago, the oldest first."""
    closed = []
    while (period := _due(tenant_id, grace)) is not None:
        closed.append(close_period(tenant_id=tenant_id, period=period, actor=actor))
    return closed


def close_period(*, tenant_id: UUID, period: Period, actor: Actor) -> ClosedPeriod:
    """Raises PeriodNotOver for one that is running, or before which another one is open. Whoever tells something late
    waits meanwhile."""
    with tenant_scope(tenant_id), transaction.atomic():
        Tenant.objects.select_for_update(no_key=True).get(id=tenant_id)
        first = _first_open()
        if period.ends_at > timezone.now() or first is None or period != first:
            raise PeriodNotOver("Periods are closed one after the other, and each when it is over.", param="period")
        statement = statement_of(period)
        row = BillingPeriod.objects.create(
            starts_at=period.starts_at,
            ends_at=period.ends_at,
            statement=statement.to_json(),
            records=statement.records,
            cost_micros=statement.cost_micros,
            list_micros=statement.list_micros,
            due_micros=statement.due_micros,
            currency=statement.currency,
        )
        record_audit(
            actor=actor,
            action="period.closed",
            subject=encode(Prefix.PERIOD, row.id),
            details={"starts_at": str(row.starts_at), "due_micros": row.due_micros, "currency": row.currency},
        )
        return _closed(row)


def correct_usage(
    *, tenant_id: UUID, record_id: UUID, quantity: int, cost_micros: int, price_micros: int, reason: str, actor: Actor
) -> UUID:
    """A new row that adds these (mostly negative) numbers to what an earlier one says; borne by the period that is
    open. Raises InvalidUsage without a reason, or when more would be taken back than there is."""
    if not reason.strip():
        raise InvalidUsage("Say why it is corrected.", param="reason")
    with tenant_scope(tenant_id), transaction.atomic():
        Tenant.objects.select_for_update(no_key=True).get(id=tenant_id)
        row = UsageRecord.objects.filter(id=record_id, corrects_id=None).first()
        if row is None:
            raise NotFound("There is no such row in the ledger.")
        added = {"quantity": quantity, "cost_micros": cost_micros, "price_micros": price_micros}
        _check_left(row, added)
        made_id = new_id()
        insert_entries([_correction(row, added, made_id)])
        record_audit(
            actor=actor,
            action="usage.corrected",
            subject=encode(Prefix.USAGE, record_id),
            details={**added, "reason": reason[:200], "by": encode(Prefix.USAGE, made_id)},
        )
        return made_id


def next_month(start: datetime) -> datetime:
    """Midnight there of the first day after this month."""
    return start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)


def _check_left(row: UsageRecord, added: Mapping[str, int]) -> None:
    before = UsageRecord.objects.filter(corrects_id=row.id).aggregate(**{name: Sum(name, default=0) for name in added})
    if any(getattr(row, name) + before[name] + number < 0 for name, number in added.items()):
        raise InvalidUsage("More would be taken back than the row and its corrections say.", param="quantity")


def _correction(row: UsageRecord, added: Mapping[str, int], made_id: UUID) -> Entry:
    same = ("meter", "model", "step", "currency", "price_version", "rate_version", "occurred_at",
            "agent_id", "conversation_id", "turn_id", "document_id")  # fmt: skip
    facts: dict[str, Any] = {name: getattr(row, name) for name in same} | dict(added)
    return Entry(id=made_id, source_event_id=new_id(), corrects_id=row.id, **facts)


def _due(tenant_id: UUID, grace: timedelta) -> Period | None:
    with tenant_scope(tenant_id):
        first = _first_open()
    return first if first is not None and first.ends_at + grace <= timezone.now() else None


def _first_open() -> Period | None:
    """None while there is nothing at all."""
    zone, last = tenant_zone(), _last_end(require_tenant_id())
    if last is None:
        earliest = UsageRecord.objects.aggregate(at=Min("occurred_at"))["at"]
        return None if earliest is None else Period(start := month_start(earliest, zone), next_month(start))
    return Period(last, next_month(month_start(last, zone)))


def _last_end(tenant_id: UUID) -> datetime | None:
    """Of the last closed period, in the company's time zone as it is now."""
    with tenant_scope(tenant_id):
        last = BillingPeriod.objects.order_by("-ends_at").values_list("ends_at", flat=True).first()
        return last.astimezone(tenant_zone()) if last else None


def _closed(row: BillingPeriod) -> ClosedPeriod:
    return ClosedPeriod(
        id=row.id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        closed_at=row.closed_at,
        statement=row.statement,
        list_micros=row.list_micros,
        due_micros=row.due_micros,
        cost_micros=row.cost_micros,
        records=row.records,
        currency=row.currency,
    )
