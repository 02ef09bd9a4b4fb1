"""What a whole company may spend in a calendar month. A hard limit: what a turn could cost at worst is kept aside
before anything is spent, and there is no turn for which nothing is left.

One row for a company that has set a limit; whoever writes it holds it locked, and locks it before any other row of
budgets. `spent` is the ledger's sum of the month: whatever is written there is added here in the same transaction.
Months are those of the company's time zone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from billing.entries import Entry
from billing.errors import BudgetExhausted, InvalidBudget
from billing.models import BudgetHold, CompanyBudget, UsageRecord
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import require_tenant_id, tenant_scope
from tenants.models import Tenant
from tenants.selectors import get_tenant

if TYPE_CHECKING:
    from billing.cells import Cell

MOST_MICROS = 10**15
COMPANY = "company"  # among the subjects of a hold


@dataclass(frozen=True, slots=True)
class BudgetView:
    """Micro-units of this month. `limit` None: none is set, and nothing is held."""

    limit: int | None
    month: date
    spent: int
    held: int

    @property
    def left(self) -> int | None:
        return None if self.limit is None else max(0, self.limit - self.spent - self.held)


def get_company_budget(*, tenant_id: UUID, cells: "Iterable[Cell] | None" = None) -> BudgetView:
    """`cells`: those of this month at least, where they are at hand."""
    with tenant_scope(tenant_id):
        month = _month_of(timezone.now())
        row = CompanyBudget.objects.first()
        if row is None or row.month != month:
            held = row.held_micros if row else 0
            return BudgetView(row.month_micros if row else None, month, _spent_in(month, cells), held)
        return BudgetView(row.month_micros, month, row.spent_micros, row.held_micros)


def _spent_in(month: date, cells: "Iterable[Cell] | None") -> int:
    """To be shown: see `billing.cells`, which reads what this is a part of writing."""
    from billing.cells import read_cells, total

    if cells is None:
        zone = _zone()
        cells = read_cells(month, timezone.now().astimezone(zone).date(), zone)
    return total(each for each in cells if each.day >= month).cost_micros


def has_company_budget(*, tenant_id: UUID) -> bool:
    """Without the sum of the ledger that a budget would be compared with."""
    with tenant_scope(tenant_id):
        return CompanyBudget.objects.filter(month_micros__isnull=False).exists()


def set_company_budget(*, tenant_id: UUID, month_micros: int | None, actor: Actor) -> None:
    """Holds from the next message on; None lifts it. Raises InvalidBudget."""
    if month_micros is not None and not 0 <= month_micros <= MOST_MICROS:
        raise InvalidBudget(f"A budget is a whole number from 0 to {MOST_MICROS:,} micro-units.", param="month_micros")
    with tenant_scope(tenant_id), transaction.atomic():
        Tenant.objects.select_for_update().get(id=tenant_id)
        row = CompanyBudget.objects.select_for_update().first()
        before = {"month_micros": row.month_micros if row else None}
        if row is None:
            row = CompanyBudget(month=date.min)
        row.month_micros = month_micros
        _recount(row)
        row.save()
        record_audit(
            actor=actor,
            action="budget.changed",
            subject=encode(Prefix.TENANT, tenant_id),
            before=before,
            after={"month_micros": month_micros},
        )


def lock_company_budget() -> CompanyBudget | None:
    """In the open scope and transaction, before any other row of budgets; None when no limit is set."""
    row = CompanyBudget.objects.select_for_update().filter(month_micros__isnull=False).first()
    if row is not None and _begin_month(row):
        row.save(update_fields=["month", "spent_micros"])
    return row


def hold_for_company(row: CompanyBudget, micros: int) -> None:
    """Raises BudgetExhausted, having kept nothing."""
    if row.month_micros is not None and row.spent_micros + row.held_micros + micros > row.month_micros:
        raise BudgetExhausted("The company has spent its budget of the month. Its owner can raise it.")
    row.held_micros += micros
    row.save(update_fields=["held_micros"])


def give_back(row: CompanyBudget, micros: int) -> None:
    row.held_micros = max(0, row.held_micros - micros)
    row.save(update_fields=["held_micros"])


def add_spent(row: CompanyBudget, written: Sequence[Entry]) -> None:
    """What is added to the ledger, as far as it is of the row's month."""
    zone = _zone()
    micros = sum(each.cost_micros for each in written if _month_there(each.occurred_at, zone) == row.month)
    if micros:
        row.spent_micros += micros
        row.save(update_fields=["spent_micros"])


def recount_company_budget(*, tenant_id: UUID) -> None:
    """Every night: the ledger's own sum, should anything have been written while the limit was set, and that of what
    is held, should a hold have gone with its contact or ended while there was no limit."""
    with tenant_scope(tenant_id), transaction.atomic():
        row = lock_company_budget()
        if row is not None:
            _recount(row)
            row.save(update_fields=["month", "spent_micros", "held_micros"])


def _recount(row: CompanyBudget) -> None:
    _begin_month(row, force=True)
    holds = BudgetHold.objects.filter(settled_at=None, micros__gt=0).values_list("subjects", "micros")
    row.held_micros = sum(micros for subjects, micros in holds if COMPANY in subjects)


def _begin_month(row: CompanyBudget, *, force: bool = False) -> bool:
    """True when the sum was taken anew: in a new month from the ledger's rows of it."""
    month = _month_of(timezone.now())
    if row.month == month and not force:
        return False
    row.month, row.spent_micros = month, _ledger_of(month)
    return True


def _ledger_of(month: date) -> int:
    begins = datetime(month.year, month.month, 1, tzinfo=_zone())
    found = UsageRecord.objects.filter(occurred_at__gte=begins).aggregate(sum=Sum("cost_micros", default=0))
    return int(found["sum"])


def _month_of(moment: datetime) -> date:
    return _month_there(moment, _zone())


def _month_there(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date().replace(day=1)


def _zone() -> ZoneInfo:
    return ZoneInfo(get_tenant(require_tenant_id()).time_zone)
