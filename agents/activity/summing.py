"""Sums by day: read where they hold, counted from rows where they do not, and made by the clock.

Whoever reads asks for marks before sums: a mark that is gone by then is in the sum that is read.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from agents.activity.counting import Counted, Span, count, last_days, spans_of
from agents.activity.marking import SETTLED
from agents.models import ActivityDay, ActivityMark, Conversation
from tenants.context import tenant_scope
from tenants.models import Tenant
from tenants.selectors import get_tenant

DAYS = 31  # that are kept as sums: what a page shows, and the day that becomes another one's in another time zone
_TOGETHER = 500


def sums_of(spans: Sequence[Span]) -> list[Counted]:
    """In the open scope; `spans` in order of time. A day of another time zone than the sums are of is counted."""
    marks = set(ActivityMark.objects.filter(at__gte=spans[0].since).values_list("at", flat=True))
    kept = {
        Span(row[0], row[1]): Counted(*row[2:])
        for row in ActivityDay.objects.filter(starts_at__gte=spans[0].since).values_list(
            "starts_at", "ends_at", *Counted._fields
        )
    }
    first = _first_moment()
    return [_sum_of(span, kept.get(_utc(span)), marks, first) for span in spans]


def _sum_of(span: Span, kept: Counted | None, marks: set[datetime], first: datetime | None) -> Counted:
    if kept is not None and not _is_marked(span, marks):
        return kept
    if first is None or span.until <= first:
        return Counted()
    return count(span)


def roll_up(*, tenant_id: UUID) -> int:
    """Make the sums of days that are over and have none that holds; drop those that nobody asks for any more. Returns
    how many were made."""
    zone = ZoneInfo(get_tenant(tenant_id).time_zone)
    with tenant_scope(tenant_id), transaction.atomic():
        Tenant.objects.select_for_update(no_key=True).get(id=tenant_id)
        marks = dict(ActivityMark.objects.values_list("id", "at"))  # before anything is counted
        moments, first = set(marks.values()), _first_moment()
        over = timezone.now() - SETTLED
        wanted = {
            _utc(each)
            for each in spans_of(last_days(zone, DAYS), zone)
            if each.until <= over and first is not None and first < each.until
        }
        there = {Span(row[1], row[2]): row[0] for row in ActivityDay.objects.values_list("id", "starts_at", "ends_at")}
        holding = {span for span in there if span in wanted and not _is_marked(span, moments)}
        ActivityDay.objects.filter(id__in=[id_ for span, id_ in there.items() if span not in holding]).delete()
        missing = sorted(wanted - holding)
        ActivityDay.objects.bulk_create(
            ActivityDay(starts_at=span.since, ends_at=span.until, **count(span)._asdict()) for span in missing
        )
        ids = list(marks)
        for start in range(0, len(ids), _TOGETHER):
            ActivityMark.objects.filter(id__in=ids[start : start + _TOGETHER]).delete()
    return len(missing)


def _is_marked(span: Span, marks: set[datetime]) -> bool:
    return any(span.since <= each < span.until for each in marks)


def _first_moment() -> datetime | None:
    """When the company's first conversation began: nothing happened before."""
    return Conversation.objects.order_by("created_at").values_list("created_at", flat=True).first()


def _utc(span: Span) -> Span:
    """As the database gives it back: the same moments of two time zones are not always equal keys."""
    return Span(span.since.astimezone(UTC), span.until.astimezone(UTC))
