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
    """`day` is in the tenant's time zone. `unknown`: answers that said that the documents do not say.

    Of the conversations that began on the day, `people` asked for a person or had one; of the others `unanswered` had a
    question that got no answer, and `alone` were the agent's alone.
    """

    day: date
    conversations: int = 0
    answered: int = 0
    unknown: int = 0
    failed: int = 0
    people: int = 0
    unanswered: int = 0

    @property
    def alone(self) -> int:
        return self.conversations - self.people - self.unanswered


def activity_by_day(*, tenant_id: UUID, days: int = 30) -> list[ActivityDay]:
    """One entry a day, oldest first, ending today; days without anything are zeros. Test chats are left out."""
    zone = ZoneInfo(get_tenant(tenant_id).time_zone)
    every = _last_days(zone, days)
    since = _beginning(every[0], zone)
    with tenant_scope(tenant_id):
        begun, turns, missed = _conversations(since, zone), _turns(since, zone), _unanswered(since, zone)
    return [_activity(day, begun.get(day, (0, 0)), turns.get(day, (0, 0, 0)), missed.get(day, 0)) for day in every]


def _activity(day: date, begun: tuple[int, int], turns: tuple[int, int, int], unanswered: int) -> ActivityDay:
    conversations, people = begun
    return ActivityDay(day, conversations, *turns, people, unanswered)


@dataclass(frozen=True, slots=True)
class Missed:
    """Questions without an answer: the documents do not say it, or it failed."""

    unknown: int
    failed: int


def count_missed(*, tenant_id: UUID, days: int) -> Missed:
    """Of the last days, today included, by indexes alone. Test chats are left out."""
    zone = ZoneInfo(get_tenant(tenant_id).time_zone)
    since = _beginning(_last_days(zone, days)[0], zone)
    with tenant_scope(tenant_id):
        turns = Turn.objects.filter(created_at__gte=since, is_suggestion=False).exclude(conversation__channel="test")
        return Missed(turns.filter(outcome="unknown").count(), turns.filter(state="failed").count())


def _last_days(zone: ZoneInfo, days: int) -> list[date]:
    today = timezone.now().astimezone(zone).date()
    return [today - timedelta(days=days - 1 - offset) for offset in range(days)]


def _beginning(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _conversations(since: datetime, zone: ZoneInfo) -> dict[date, tuple[int, int]]:
    """All of them, and those with people."""
    rows = Conversation.objects.filter(created_at__gte=since, message_count__gt=0).exclude(channel="test")
    by_day = rows.annotate(day=TruncDate("created_at", tzinfo=zone)).values("day")
    counted = by_day.annotate(count=Count("id"), people=Count("id", filter=Q(had_person=True)))
    return {row["day"]: (row["count"], row["people"]) for row in counted}


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


def _unanswered(since: datetime, zone: ZoneInfo) -> dict[date, int]:
    """From the turns: of many answers few are missing."""
    turns = Turn.objects.filter(Q(outcome="unknown") | Q(state="failed"), created_at__gte=since, is_suggestion=False)
    rows = turns.filter(
        conversation__created_at__gte=since, conversation__had_person=False, conversation__message_count__gt=0
    ).exclude(conversation__channel="test")
    by_day = rows.annotate(day=TruncDate("conversation__created_at", tzinfo=zone)).values("day")
    return {row["day"]: row["count"] for row in by_day.annotate(count=Count("conversation_id", distinct=True))}
