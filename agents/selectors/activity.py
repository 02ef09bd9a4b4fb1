"""Sums over time for the dashboard's first page."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from agents.models import Conversation, Turn
from tenants.context import tenant_scope
from tenants.selectors import get_tenant


@dataclass(frozen=True, slots=True)
class ActivityDay:
    """`day` is in the tenant's time zone. `unknown`: answers that said that the documents do not say."""

    day: date
    conversations: int = 0
    answered: int = 0
    unknown: int = 0
    failed: int = 0


def activity_by_day(*, tenant_id: UUID, days: int = 30) -> list[ActivityDay]:
    """One entry a day, oldest first, ending today; days without anything are zeros. Test chats are left out."""
    zone = ZoneInfo(get_tenant(tenant_id).time_zone)
    today = timezone.now().astimezone(zone).date()
    first = today - timedelta(days=days - 1)
    since = datetime(first.year, first.month, first.day, tzinfo=zone)
    with tenant_scope(tenant_id):
        begun = _conversations(since, zone)
        turns = _turns(since, zone)
    every = [first + timedelta(days=offset) for offset in range(days)]
    return [ActivityDay(day, begun.get(day, 0), *turns.get(day, (0, 0, 0))) for day in every]


def _conversations(since: datetime, zone: ZoneInfo) -> dict[date, int]:
    rows = Conversation.objects.filter(created_at__gte=since, message_count__gt=0).exclude(channel="test")
    by_day = rows.annotate(day=TruncDate("created_at", tzinfo=zone)).values("day").annotate(count=Count("id"))
    return {row["day"]: row["count"] for row in by_day}


def _turns(since: datetime, zone: ZoneInfo) -> dict[date, tuple[int, int, int]]:
    rows = Turn.objects.filter(created_at__gte=since, is_suggestion=False).exclude(conversation__channel="test")
    by_day = (
        rows.annotate(day=TruncDate("created_at", tzinfo=zone))
        .values("day")
        .annotate(
            answered=Count("id", filter=Q(state="done") & ~Q(outcome="unknown")),
            unknown=Count("id", filter=Q(outcome="unknown")),
            failed=Count("id", filter=Q(state="failed")),
        )
    )
    return {row["day"]: (row["answered"], row["unknown"], row["failed"]) for row in by_day}
