"""Saying that the sum of a day holds no longer, in the transaction that changes what it counts.

A mark is written beside the change and waits for nobody. Days are summed when they have been over for `SETTLED`
(`agents.activity.summing`), so what changes within an hour of its moment needs no mark: its transaction has ended by
then.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from agents.models import ActivityMark, Conversation, Turn

FRESH = timedelta(hours=1)
SETTLED = timedelta(hours=2)  # FRESH, and longer than a transaction lives
_QUARTER_HOUR = 900  # seconds; a day of any time zone begins with one


def mark(moments: Iterable[datetime]) -> None:
    """In the open scope and transaction."""
    before = timezone.now() - FRESH
    late = {_quarter(each) for each in moments if each < before}
    ActivityMark.objects.bulk_create(ActivityMark(at=each) for each in sorted(late))


def mark_turn(turn: Turn) -> None:
    """It ended, or begins again. Nobody counts a suggestion."""
    if not turn.is_suggestion:
        mark((turn.created_at, turn.conversation.created_at))


def mark_conversations(ids: Sequence[UUID]) -> None:
    """They go, with their turns."""
    mark(Conversation.objects.filter(id__in=ids).values_list("created_at", flat=True))
    mark(Turn.objects.filter(conversation_id__in=ids).values_list("created_at", flat=True))


def mark_turns(ids: Sequence[UUID]) -> None:
    for moments in Turn.objects.filter(id__in=ids).values_list("created_at", "conversation__created_at"):
        mark(moments)


def mark_messages(ids: Sequence[UUID]) -> None:
    """They go, with the turns that they asked for."""
    mark_turns(list(Turn.objects.filter(question_id__in=ids).values_list("id", flat=True)))


def _quarter(moment: datetime) -> datetime:
    return moment - timedelta(seconds=moment.timestamp() % _QUARTER_HOUR)
