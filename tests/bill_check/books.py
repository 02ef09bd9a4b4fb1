"""Comparing what is in the books with what it must be: rows, hours, days, statements. A difference is a sentence."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from django.db.models import Sum

from billing.models import PlanTerm, UsageRecord, UsageRollup
from billing.periods import ClosedPeriod, close_due_periods, current_period, list_periods, statement_of
from billing.rollups import DAY, HOUR, compare, roll_up
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tests.bill_check.month import Expected, Month, expect_cost, expect_due, plan_of

Sums = Mapping[str, list[int]]


def open_books(tenant_id: UUID, company: int, month: Month) -> None:
    """On its plan since before the month began."""
    with tenant_scope(tenant_id):
        plan = plan_of(company)
        PlanTerm.objects.create(plan=plan.key, currency=plan.currency, starts_at=month.starts_at)


def close_books(tenant_id: UUID, month: Month) -> ClosedPeriod:
    from datetime import timedelta

    roll_up(tenant_id=tenant_id)
    close_due_periods(tenant_id=tenant_id, actor=SYSTEM, grace=timedelta())
    return list_periods(tenant_id=tenant_id)[0]


def differences_at_close(tenant_id: UUID, company: int, month: Month, expected: Expected) -> list[str]:
    """After the month was closed, before anything late was told."""
    closed = close_books(tenant_id, month)
    due = expect_due(plan_of(company), expected.on_time)
    return [
        *_differ("a statement's list", closed.list_micros, _total(expected.on_time, 2)),
        *_differ("a statement's cost", closed.cost_micros, expect_cost(plan_of(company), expected.on_time)),
        *_differ("a statement's sum", closed.due_micros, due),
        *_differ("the month", (closed.starts_at, closed.ends_at), (month.starts_at, month.ends_at)),
        *differences_in_sums(tenant_id, expected.on_time),
    ]


def differences_at_end(tenant_id: UUID, company: int, before: Mapping[str, object], expected: Expected) -> list[str]:
    """After all that was late: the snapshot is what it was, and the open period bears the rest."""
    roll_up(tenant_id=tenant_id)
    closed = list_periods(tenant_id=tenant_id)[0]
    with tenant_scope(tenant_id):
        running = statement_of(current_period())
    late = expected.late
    return [
        *_differ("the snapshot", closed.statement, before),
        *_differ("the open period's list", running.list_micros, _total(late, 2)),
        *_differ("the open period's cost", running.cost_micros, expect_cost(plan_of(company), late)),
        *differences_in_sums(tenant_id, expected.whole),
    ]


def differences_in_sums(tenant_id: UUID, expected: Sums) -> list[str]:
    """Rows, hours and days, each with what was expected and hours and days with the rows they are made of."""
    with tenant_scope(tenant_id):
        ledger = _by_meter(UsageRecord.objects.values_list("meter").annotate(*_SUMS))
        sums = {
            grain: _by_meter(UsageRollup.objects.filter(grain=grain).values_list("meter").annotate(*_SUMS))
            for grain in (HOUR, DAY)
        }
    found = compare(tenant_id=tenant_id, mends=False)
    return [
        *_differ("the ledger", ledger, dict(expected)),
        *_differ("the hours", sums[HOUR], ledger),
        *_differ("the days", sums[DAY], ledger),
        *_differ("hours or days that are not their rows", found.wrong, 0),
    ]


_SUMS = (Sum("quantity"), Sum("cost_micros"), Sum("price_micros"))


def _by_meter(rows: Iterable[tuple[str, int, int, int]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for meter, *sums in rows:
        found[meter] = list(sums)
    return dict(sorted(found.items()))


def _total(sums: Sums, column: int) -> int:
    return sum(each[column] for each in sums.values())


def _differ(what: str, is_: object, is_to_be: object) -> Iterator[str]:
    if is_ != is_to_be:
        yield f"{what}: {is_} instead of {is_to_be}"
