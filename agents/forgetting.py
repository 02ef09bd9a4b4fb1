"""What a company decided not to keep: old conversations with all that hangs on them, and old traces.

A fact goes with the last message that said it; one that another conversation said as well stays.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Coalesce

from agents.activity.marking import mark_conversations
from agents.attachments.keeping import delete_files_of
from agents.channels.phone.recording.files import delete_sounds
from agents.memory.episodes.indexing import forget_conversations
from agents.memory.losing import lose_conversations
from agents.memory.summaries.refreshing import forget_conversation_summaries
from agents.models import (
    CachedAnswer,
    CacheLookup,
    Call,
    Conversation,
    ConversationNote,
    Episode,
    Message,
    Presence,
    Span,
    Trace,
    Turn,
)
from tenants.actors import SYSTEM
from tenants.context import require_tenant_id

CONVERSATIONS = 50
TRACES = 500


@transaction.atomic
def remove_old_conversations(before: datetime) -> int:
    """In the open scope: some of those whose last message is older; returns how many."""
    last = Coalesce("last_message_at", "created_at")
    old = Conversation.objects.select_for_update().annotate(last=last).filter(last__lt=before).order_by("last")
    ids = [row.id for row in old[:CONVERSATIONS]]
    mark_conversations(ids)
    _remove_traces(Trace.objects.filter(conversation_id__in=ids).values_list("id", flat=True))
    turns = Turn.objects.filter(conversation_id__in=ids)
    answered = list(turns.values_list("id", flat=True))
    CachedAnswer.objects.filter(turn_id__in=answered).delete()
    CacheLookup.objects.filter(turn_id__in=answered).delete()
    lose_conversations(ids, SYSTEM)
    Episode.objects.filter(conversation_id__in=ids).delete()
    forget_conversations(ids)
    forget_conversation_summaries(ids)
    calls = Call.objects.filter(conversation_id__in=ids)
    delete_sounds(require_tenant_id(), list(calls.values_list("id", flat=True)))
    delete_files_of(ids)
    turns.delete()
    ConversationNote.objects.filter(conversation_id__in=ids).delete()
    Presence.objects.filter(conversation_id__in=ids).delete()
    Message.objects.filter(conversation_id__in=ids).delete()
    Conversation.objects.filter(id__in=ids).delete()
    return len(ids)


@transaction.atomic
def remove_old_happenings(before: datetime) -> int:
    """In the open scope: some of the episodes of events that were recorded earlier; returns how many."""
    old = Episode.objects.filter(origin="event", recorded_at__lt=before).order_by("recorded_at")
    ids = list(old.values_list("id", flat=True)[:TRACES])
    Episode.objects.filter(id__in=ids).delete()
    return len(ids)


@transaction.atomic
def remove_old_traces(before: datetime) -> int:
    """In the open scope: some of those that began earlier; returns how many."""
    ids = list(Trace.objects.filter(started_at__lt=before).order_by("started_at").values_list("id", flat=True)[:TRACES])
    _remove_traces(ids)
    return len(ids)


def _remove_traces(found: Iterable[UUID]) -> None:
    ids = list(found)
    Span.objects.filter(trace_id__in=ids).delete()
    Trace.objects.filter(id__in=ids).delete()
    Turn.objects.filter(trace_id__in=ids).update(trace_id=None)
