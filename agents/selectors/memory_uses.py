"""In which answers what is remembered was used: from the traces, which say of each answer what it was given."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models.fields.json import KeyTransform

from agents.models import Span, Turn, TurnState
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
    """By the id of the fact, message or event that an answer was given or says; the latest first."""
    with tenant_scope(tenant_id):
        family = family_of(tenant_id=tenant_id, contact_id=contact_id)
        rows = Turn.objects.filter(conversation__contact_id__in=family, state=TurnState.DONE, is_suggestion=False)
        rows = rows.exclude(answer=None).exclude(trace_id=None).select_related("question").order_by("-created_at")
        turns = {row.trace_id: row for row in rows[:MOST_TURNS] if row.trace_id}
        spans = Span.objects.filter(trace_id__in=list(turns), name__in=_STEPS)
        used = spans.annotate(used=KeyTransform(names.MEMORY_USED, "attributes")).exclude(used=None)
        given: dict[UUID, set[str]] = {}
        for trace_id, ids in used.values_list("trace_id", "used"):
            given.setdefault(trace_id, set()).update(ids)
    found: dict[UUID, list[Use]] = {}
    for trace_id, row in turns.items():
        if row.answer_id is not None:
            use = Use(row.conversation_id, row.answer_id, row.question.text, row.finished_at or row.created_at)
            for each in sorted(given.get(trace_id, ())):
                found.setdefault(UUID(each), []).append(use)
    return found
