"""Sums of the ledger: of each meter by hour, and of each meter, model, agent and step by day of the company's time
zone; and of the day that runs, up to its seam, from which on the rows are read. Derived: they can be thrown away and
made again.

`roll_up` makes anew the hours and days of everything that was written since it ran last, and a while before that: a row
is written under an id of its moment, and committed within the time that any transaction may take. Whatever comes late,
twice or out of order, the same sums come out. `compare` says where they differ from the rows.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import CharField, Count, F, Max, Q, QuerySet, Sum, UUIDField, Value
from django.db.models.functions import Coalesce, TruncDay, TruncHour
from django.utils import timezone

from billing.ledger import tenant_zone
from billing.models import Meter, UsageRecord, UsageRollup
from billing.prices import UNPRICED
from rapport.days import beginning, begins_a_day
from tenants.context import tenant_scope
from tenants.models import Tenant

HOUR, DAY, OPEN = "hour", "day", "open"
NO_AGENT = UUID(int=0)
OVERLAP = timedelta(hours=2)  # longer than a transaction lives, and clocks differ
TOGETHER = 50  # buckets in one statement
_KEYS = ("bucket", "meter", "of_model", "agent", "of_step", "currency")
_NAMES = ("starts_at", "meter", "model", "agent_id", "step", "currency")
_SUMS = ("quantity", "cost_micros", "price_micros", "records", "unpriced")
Sums = tuple[int, int, int, int, int]
# What nobody has said the cost of: a message and a conversation have none of their own.
UNPRICED_QUANTITY = Sum(
    "quantity", filter=Q(price_version=UNPRICED) & ~Q(meter__in=(Meter.MESSAGES, Meter.CONVERSATIONS)), default=0
)


@dataclass(frozen=True, slots=True)
class Compared:
    """Buckets that differ from the rows they are made of, and how many were looked at."""

    buckets: int
    wrong: int
    mended: int = 0


def roll_up(*, tenant_id: UUID) -> int:
    """What is new since the last time. Returns how many hours and days were made anew."""
    with tenant_scope(tenant_id), transaction.atomic():
        Tenant.objects.select_for_update(no_key=True).get(id=tenant_id)
        if not _are_days_of(tenant_zone()):
            return rebuild(tenant_id=tenant_id)
        last = UsageRollup.objects.aggregate(at=Max("rolled_at"))["at"]
        rows = UsageRecord.objects.all()
        if last is not None:
            rows = rows.filter(id__gte=first_id(last - OVERLAP))
        return _make_of(rows)


def rebuild(*, tenant_id: UUID) -> int:
    """All of them, from nothing. Returns how many hours and days there are."""
    with tenant_scope(tenant_id), transaction.atomic():
        Tenant.objects.select_for_update(no_key=True).get(id=tenant_id)
        UsageRollup.objects.all().delete()
        return _make_of(UsageRecord.objects.all())


def seam_of(rolled_at: datetime) -> datetime:
    """A full hour: what occurred before it and is not told very late was there when sums were made then."""
    return (rolled_at - OVERLAP).replace(minute=0, second=0, microsecond=0)


def is_rolled(since: datetime) -> bool:
    """In the open scope: the sums were made since then, so days that were over by then are whole. What is written late
    of them counts when the sums are made next."""
    rolled_at = UsageRollup.objects.aggregate(at=Max("rolled_at"))["at"]
    return rolled_at is not None and rolled_at >= since


def sums_by_day(
    zone: ZoneInfo, keys: Sequence[str], sums: Sequence[str], *, since: datetime | None, until: datetime
) -> list[tuple[date, Mapping[str, Any]]] | None:
    """In the open scope: what each day and each value of `keys` comes to, every sum under `sum_` and its
    field's name. None where a day is of another time zone, which the company had before."""
    rows = UsageRollup.objects.filter(grain=DAY, starts_at__lt=until)
    rows = rows.filter(starts_at__gte=since) if since else rows
    found = list(rows.values("starts_at", *keys).annotate(**{f"sum_{name}": Sum(name) for name in sums}).order_by())
    if not all(begins_a_day(row["starts_at"], zone) for row in found):
        return None
    return [(row["starts_at"].astimezone(zone).date(), row) for row in found]


def open_day(keys: Sequence[str], sums: Sequence[str], begins: datetime) -> tuple[list[Mapping[str, Any]], datetime]:
    """In the open scope: what the day that began then comes to for each value of `keys`, as `sums_by_day` says it, and
    the moment from which on its rows are to be added. What is written late of before counts when the sums are made
    next."""
    rows = UsageRollup.objects.filter(grain=OPEN, starts_at=begins).values(*keys)
    summed = rows.annotate(rolled=Max("rolled_at"), **{f"sum_{name}": Sum(name) for name in sums}).order_by()
    found: list[Mapping[str, Any]] = list(summed)
    return found, seam_of(found[0]["rolled"]) if found else begins


def agent_key(agent_id: UUID | None) -> str:
    """As sums are told apart by: "" where there is none."""
    return "" if agent_id in (None, NO_AGENT) else str(agent_id)


def _are_days_of(zone: ZoneInfo) -> bool:
    days = UsageRollup.objects.filter(grain=DAY).values_list("starts_at", flat=True).distinct()
    return all(begins_a_day(each, zone) for each in days)


def compare(*, tenant_id: UUID, mends: bool) -> Compared:
    """Every bucket with the rows it is made of."""
    with tenant_scope(tenant_id), transaction.atomic():
        Tenant.objects.select_for_update(no_key=True).get(id=tenant_id)
        wrong, seen, now = {}, 0, timezone.now()
        for grain in (HOUR, DAY):
            is_, is_to_be = _stored(grain), _reckoned(UsageRecord.objects.all(), grain)
            keys = is_.keys() | is_to_be.keys()
            seen += len(keys)
            wrong[grain] = {key[0] for key in keys if is_.get(key) != is_to_be.get(key)}
        is_, is_to_be = _stored(OPEN), _reckoned(_rows_of_open(), OPEN)
        count = sum(map(len, wrong.values())) + (is_ != is_to_be)
        if mends:
            for grain, buckets in wrong.items():
                _make(grain, buckets, now)
            _make_open(now)
        return Compared(seen, count, count if mends else 0)


def _make_of(rows: QuerySet[UsageRecord]) -> int:
    """Anew what these rows are in."""
    now = timezone.now()
    made = sum(_make(grain, _buckets_of(rows, grain), now) for grain in (HOUR, DAY))
    _make_open(now)
    return made


def _make_open(now: datetime) -> None:
    UsageRollup.objects.filter(grain=OPEN).delete()
    begins = beginning(now.astimezone(tenant_zone()).date(), tenant_zone())
    rows = UsageRecord.objects.filter(occurred_at__gte=begins, occurred_at__lt=seam_of(now))
    UsageRollup.objects.bulk_create(_rollups(OPEN, rows, now))


def _rows_of_open() -> QuerySet[UsageRecord]:
    """Which the stored sums of a day that runs are made of; none where none are stored."""
    found = UsageRollup.objects.filter(grain=OPEN).aggregate(begins=Max("starts_at"), rolled=Max("rolled_at"))
    if found["rolled"] is None:
        return UsageRecord.objects.none()
    return UsageRecord.objects.filter(occurred_at__gte=found["begins"], occurred_at__lt=seam_of(found["rolled"]))


def _make(grain: str, buckets: Iterable[datetime], now: datetime) -> int:
    """These hours or days anew, in the open scope, the company's row being held."""
    chosen = sorted(buckets)
    for start in range(0, len(chosen), TOGETHER):
        part = chosen[start : start + TOGETHER]
        UsageRollup.objects.filter(grain=grain, starts_at__in=part).delete()
        UsageRollup.objects.bulk_create(_rows_of(grain, part, now))
    return len(chosen)


def _rows_of(grain: str, buckets: Sequence[datetime], now: datetime) -> Iterator[UsageRollup]:
    """`buckets` in order of time; what lies between them is passed over."""
    ends = buckets[-1] + timedelta(hours=1 if grain == HOUR else 26)  # a day may have 25 hours
    rows, wanted = UsageRecord.objects.filter(occurred_at__gte=buckets[0], occurred_at__lt=ends), set(buckets)
    return (each for each in _rollups(grain, rows, now) if each.starts_at in wanted)


def _rollups(grain: str, rows: QuerySet[UsageRecord], now: datetime) -> Iterator[UsageRollup]:
    for key, sums in _reckoned(rows, grain).items():
        values = dict(zip((*_NAMES, *_SUMS), (*key, *sums), strict=True))
        yield UsageRollup(grain=grain, rolled_at=now, **values)


def _reckoned(rows: QuerySet[UsageRecord], grain: str) -> dict[Any, Sums]:
    found = (
        _bucketed(rows, grain)
        .values(*_KEYS)
        .annotate(q=Sum("quantity"), c=Sum("cost_micros"), p=Sum("price_micros"), n=Count("id"), u=UNPRICED_QUANTITY)
    )
    return {
        (row["bucket"].astimezone(UTC), *(row[each] for each in _KEYS[1:])): (
            *(row["q"], row["c"], row["p"]),
            *(row["n"], row["u"]),
        )
        for row in found.order_by()
    }


def _stored(grain: str) -> dict[Any, Sums]:
    rows = UsageRollup.objects.filter(grain=grain).values_list(*_NAMES, *_SUMS)
    return {(row[0].astimezone(UTC), *row[1 : len(_NAMES)]): row[len(_NAMES) :] for row in rows}


def _bucketed(rows: QuerySet[UsageRecord], grain: str) -> Any:
    nobody = Value(NO_AGENT, output_field=UUIDField())
    if grain == HOUR:
        hour = TruncHour("occurred_at", tzinfo=UTC)
        no_name = Value("", output_field=CharField())
        return rows.annotate(bucket=hour, of_model=no_name, agent=nobody, of_step=no_name)
    day = TruncDay("occurred_at", tzinfo=tenant_zone())
    agent = Coalesce("agent_id", nobody, output_field=UUIDField())
    return rows.annotate(bucket=day, of_model=F("model"), agent=agent, of_step=F("step"))


def _buckets_of(rows: QuerySet[UsageRecord], grain: str) -> set[datetime]:
    return {each.astimezone(UTC) for each in _bucketed(rows, grain).values_list("bucket", flat=True).distinct()}


def first_id(moment: datetime) -> UUID:
    """The smallest that a row of this moment can have."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)
