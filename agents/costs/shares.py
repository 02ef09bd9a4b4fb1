"""What the conversations and channels of a billing period come to: only its rows tell. Where they are many the clock
reads them, every hour; those of a closed period once, since they do not change.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from agents.costs.keeping import FEW
from agents.models import PeriodShare
from agents.selectors.costs import sum_channels
from billing.explained import PartSum, find_period, sum_parts
from billing.periods import list_periods, running_parts
from billing.selectors import is_used_since
from tenants.context import tenant_scope
from tenants.models import Tenant

Kept = Literal["conversation", "channel"]
PARTS: tuple[Kept, ...] = ("conversation", "channel")
MOST = 40


@dataclass(frozen=True, slots=True)
class Shares:
    """What is charged most first, then what costs most. `counted_at`: when that was, None for just now."""

    sums: Sequence[PartSum]
    counted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A period with many rows. `since`: what was counted before does not hold."""

    period_id: UUID | None
    starts_at: datetime
    since: datetime | None


def read_shares(*, tenant_id: UUID, part: Kept, period_id: UUID | None, records: int) -> Shares:
    """The `MOST` of a closed period or, None, of the running one. `records`: how many rows it has. Counted from them
    where they are few, or nobody has counted them yet. Raises NotFound."""
    if records > FEW and (
        kept := _kept(tenant_id, part, find_period(tenant_id=tenant_id, period_id=period_id).starts_at)
    ):
        return kept
    return Shares(_count(tenant_id, period_id, (part,))[part])


def keep_shares(*, tenant_id: UUID) -> int:
    """Count anew what the rows may say otherwise since. Returns of how many periods."""
    many = list(_many(tenant_id))
    with tenant_scope(tenant_id):
        PeriodShare.objects.exclude(starts_at__in=[each.starts_at for each in many]).delete()
        counted = dict(PeriodShare.objects.order_by("counted_at").values_list("starts_at", "counted_at"))
    stale = [each for each in many if not _holds(tenant_id, each, counted.get(each.starts_at))]
    for each in stale:
        now = timezone.now()
        _keep(tenant_id, each.starts_at, _count(tenant_id, each.period_id, PARTS), now)
    return len(stale)


def _many(tenant_id: UUID) -> "list[_Wanted]":
    running = sum(each.sums.records for each in running_parts(tenant_id=tenant_id))
    found = [_Wanted(None, find_period(tenant_id=tenant_id, period_id=None).starts_at, None)] if running > FEW else []
    closed = (each for each in list_periods(tenant_id=tenant_id) if each.records > FEW)
    return [*found, *(_Wanted(each.id, each.starts_at, each.closed_at) for each in closed)]


def _holds(tenant_id: UUID, wanted: _Wanted, counted_at: datetime | None) -> bool:
    if counted_at is None:
        return False
    if wanted.since is not None:
        return counted_at >= wanted.since
    return not is_used_since(tenant_id=tenant_id, moment=counted_at)


def _count(tenant_id: UUID, period_id: UUID | None, parts: Sequence[Kept]) -> dict[Kept, list[PartSum]]:
    """The rows are read once for all of them."""
    if parts == ("conversation",):
        return {"conversation": sum_parts(tenant_id=tenant_id, part="conversation", period_id=period_id, most=MOST)}
    found = sum_parts(tenant_id=tenant_id, part="conversation", period_id=period_id)
    channels = sum_channels(tenant_id=tenant_id, conversations=found)
    return {"conversation": found[:MOST], "channel": channels[:MOST]}


def _keep(tenant_id: UUID, starts_at: datetime, found: Mapping[Kept, list[PartSum]], now: datetime) -> None:
    with tenant_scope(tenant_id), transaction.atomic():
        Tenant.objects.select_for_update(no_key=True).get(id=tenant_id)
        PeriodShare.objects.filter(starts_at=starts_at).delete()
        PeriodShare.objects.bulk_create(
            PeriodShare(
                starts_at=starts_at,
                part=part,
                place=place,
                subject=each.key,
                records=each.records,
                cost_micros=each.cost_micros,
                price_micros=each.price_micros,
                counted_at=now,
            )
            for part, sums in found.items()
            for place, each in enumerate(sums)
        )


def _kept(tenant_id: UUID, part: Kept, starts_at: datetime) -> Shares | None:
    with tenant_scope(tenant_id):
        rows = list(PeriodShare.objects.filter(starts_at=starts_at, part=part).order_by("place"))
    sums = [PartSum(row.subject, row.records, row.cost_micros, row.price_micros) for row in rows]
    return Shares(sums, rows[0].counted_at) if rows else None
