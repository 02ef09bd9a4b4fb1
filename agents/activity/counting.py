"""Counting what happened from the rows themselves, over one stretch of time, in the open scope."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.utils import timezone

from agents.models import Conversation, Turn
from rapport.days import beginning

AROUND = timedelta(hours=1)  # a conversation's last message may be that much before its turn began


class Span(NamedTuple):
    """`until` is not included."""

    since: datetime
    until: datetime


class Counted(NamedTuple):
    """Conversations that began then and hold a message; of them those that asked for a person or had one, and of the
    others those with a question that got no answer. Turns of then, by how they ended. Test chats are left out."""

    conversations: int = 0
    people: int = 0
    unanswered: int = 0
    answered: int = 0
    unknown: int = 0
    failed: int = 0


def count(span: Span) -> Counted:
    return Counted(*_conversations(span), _unanswered(span), *_turns(span))


def _conversations(span: Span) -> tuple[int, int]:
    rows = Conversation.objects.filter(created_at__gte=span.since, created_at__lt=span.until, message_count__gt=0)
    found = rows.exclude(channel="test").aggregate(all=Count("id"), people=Count("id", filter=Q(had_person=True)))
    return found["all"], found["people"]


def _turns(span: Span) -> tuple[int, int, int]:
    rows = Turn.objects.filter(created_at__gte=span.since, created_at__lt=span.until, is_suggestion=False)
    # (Not joined: all conversations would be read on PostgreSQL, and one for each turn of the day elsewhere.)
    tests = Conversation.objects.filter(channel="test", last_message_at__gte=span.since - AROUND).values("id")
    found = rows.exclude(conversation_id__in=tests).aggregate(
        answered=Count("id", filter=Q(state="done") & ~Q(outcome="unknown")),
        unknown=Count("id", filter=Q(outcome="unknown")),
        failed=Count("id", filter=Q(state="failed")),
    )
    return found["answered"], found["unknown"], found["failed"]


def _unanswered(span: Span) -> int:
    """From the turns, which are not before their conversation: of many answers few are missing."""
    turns = Turn.objects.filter(
        Q(outcome="unknown") | Q(state="failed"), created_at__gte=span.since, is_suggestion=False
    )
    begun = {"conversation__created_at__gte": span.since, "conversation__created_at__lt": span.until}
    rows = turns.filter(**begun, conversation__had_person=False, conversation__message_count__gt=0)
    rows = rows.exclude(conversation__channel="test")
    return rows.aggregate(count=Count("conversation_id", distinct=True))["count"] or 0


def last_days(zone: ZoneInfo, days: int) -> list[date]:
    """Oldest first, ending today."""
    today = timezone.now().astimezone(zone).date()
    return [today - timedelta(days=days - 1 - offset) for offset in range(days)]


def spans_of(days: Iterable[date], zone: ZoneInfo) -> list[Span]:
    return [Span(beginning(day, zone), beginning(day + timedelta(days=1), zone)) for day in days]
