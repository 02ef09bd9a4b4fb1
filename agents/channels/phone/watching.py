"""Calls of which nothing is heard any more are ended, so that none hangs; and what the carrier did not tell is counted.

A line says every `SEEN_SECONDS` that it is there (`agents.channels.phone.session`). One whose process was killed says
nothing: the carrier may bring it back for a while, after that it is lost.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Q
from django.utils import timezone

from agents.channels.phone.calls import end_call
from agents.channels.phone.counting import count_call
from agents.channels.phone.transfers import close_transfers
from agents.models import Call, CallState
from tenants.context import tenant_scope, tenant_transaction

SEEN_SECONDS = 30.0
RINGS = timedelta(minutes=3)  # no carrier lets a call ring longer
UNSEEN = timedelta(seconds=150)
OVERTIME = timedelta(minutes=2)  # past what a call may last: its own line should have ended it
WAITS_FOR_CARRIER = timedelta(minutes=15)  # for the seconds that it counted
MOST = 500  # of a tenant at once; the next minute has the rest


def watch_calls(*, tenant_id: UUID) -> int:
    """How many were ended or counted."""
    now = timezone.now()
    ended = [
        end_call(tenant_id=tenant_id, call_id=call_id, reason=reason, at=at)
        for call_id, reason, at in _hanging(tenant_id, now)
    ]
    counted = [count_by_clock(tenant_id=tenant_id, call_id=each) for each in _uncounted(tenant_id, now)]
    transfers = close_transfers(tenant_id=tenant_id, at=now, waits_until=now - WAITS_FOR_CARRIER)
    return sum(ended) + sum(counted) + transfers


def _hanging(tenant_id: UUID, now: datetime) -> list[tuple[UUID, str, datetime]]:
    """With the reason, and when each was last known to go on."""
    unseen = Q(state=CallState.TALKING) & (Q(seen_at__lt=now - UNSEEN) | Q(seen_at=None, answered_at__lt=now - UNSEEN))
    rings = Q(state=CallState.RINGING, seen_at=None, created_at__lt=now - RINGS)
    dialled = Q(state__in=[CallState.DIALLING, CallState.RINGING], seen_at__lt=now - RINGS)
    unjoined = Q(state=CallState.TRANSFER, seen_at__lt=now - RINGS, transfer__joined_at=None)
    silent = rings | dialled | unseen | unjoined
    with tenant_scope(tenant_id):
        open_calls = Call.objects.filter(counted_at=None).exclude(state=CallState.ENDED)
        lost = [(each.id, "lost", each.seen_at or each.answered_at or now) for each in open_calls.filter(silent)[:MOST]]
        talks = Q(state=CallState.TALKING) & ~unseen | Q(state=CallState.TRANSFER, transfer__joined_at__isnull=False)
        talking = open_calls.filter(talks).annotate(minutes=F("phone__most_minutes"))
        late = [each for each in talking[:MOST] if _is_late(each, now)]
    return lost + [(each.id, "too_long", now) for each in late]


def _is_late(call: Call, now: datetime) -> bool:
    """A number that was removed sets no limit: its lines had theirs when they began."""
    minutes: int | None = getattr(call, "minutes", None)
    return bool(minutes and call.answered_at and call.answered_at + timedelta(minutes=minutes) + OVERTIME < now)


def _uncounted(tenant_id: UUID, now: datetime) -> list[UUID]:
    with tenant_scope(tenant_id):
        over = Call.objects.filter(counted_at=None, state=CallState.ENDED, ended_at__lt=now - WAITS_FOR_CARRIER)
        return list(over.values_list("id", flat=True)[:MOST])


def count_by_clock(*, tenant_id: UUID, call_id: UUID) -> bool:
    """Of a call that is over, for which no carrier tells seconds, or told none in time: by our own clock."""
    with tenant_transaction(tenant_id):
        over = Call.objects.select_for_update().filter(id=call_id, counted_at=None, state=CallState.ENDED)
        call = over.first()
        if call is None:
            return False
        count_call(call)
        call.save(update_fields=["counted_at"])
    return True
