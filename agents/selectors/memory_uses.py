"""In which answers what is remembered was used: from the traces, which say of each answer what it was given."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models.fields.json import KeyTransform

from agents.models import Conversation, FactSource, Span, Turn, TurnState
from agents.tracing import names
from ingestion.contacts.merging import family_of
from tenants.context import tenant_scope

MOST_TURNS = 200  # the latest of the contact
_STEPS = (names.CHAT, names.SEARCH_MEMORY)


@dataclass(frozen=True, slots=True)
class Use:
    """An answer, and the question that it was given to."""

    conversation_id: UUID
    answer_id: UUID
    question: str
    at: datetime


def list_uses(*, tenant_id: UUID, contact_id: UUID) -> Mapping[UUID, list[Use]]:
    """By the id of the fact, message or event that an answer was given or says; the latest first. A message counts as
    used where a fact that it said was."""
    with tenant_scope(tenant_id):
        family = family_of(tenant_id=tenant_id, contact_id=contact_id)
        # In one question SQLite looks through all that the company was answered, newest first, for this contact's.
        talks = Conversation.objects.filter(contact_id__in=family, last_message_at__isnull=False)
        latest = list(talks.order_by("-last_message_at").values_list("id", flat=True)[:MOST_TURNS])
        rows = Turn.objects.filter(conversation_id__in=latest, state=TurnState.DONE, is_suggestion=False)
        rows = rows.exclude(answer=None).exclude(trace_id=None).select_related("question").order_by("-created_at")
        turns = {row.trace_id: row for row in rows[:MOST_TURNS] if row.trace_id}
        spans = Span.objects.filter(trace_id__in=list(turns), name__in=_STEPS)
        used = spans.annotate(used=KeyTransform(names.MEMORY_USED, "attributes")).exclude(used=None)
        given: dict[UUID, set[str]] = {}
        for trace_id, ids in used.values_list("trace_id", "used"):
            given.setdefault(trace_id, set()).update(ids)
        said_in = _messages_of({UUID(each) for ids in given.values() for each in ids})
    found: dict[UUID, list[Use]] = {}
    for trace_id, row in turns.items():
        if row.answer_id is not None:
            use = Use(row.conversation_id, row.answer_id, row.question.text, row.finished_at or row.created_at)
            ids = {UUID(each) for each in given.get(trace_id, ())}
            for each in sorted(ids.union(*(said_in.get(one, ()) for one in ids))):
                found.setdefault(each, []).append(use)
    return found


def _messages_of(fact_ids: Set[UUID]) -> Mapping[UUID, set[UUID]]:
    """Which messages say each of these facts."""
    sources = FactSource.objects.filter(fact_id__in=fact_ids, withdrawn_at=None).exclude(message_id=None)
    found: dict[UUID, set[UUID]] = {}
    for fact_id, message_id in sources.values_list("fact_id", "message_id"):
        if message_id is not None:
            found.setdefault(fact_id, set()).add(message_id)
    return found
