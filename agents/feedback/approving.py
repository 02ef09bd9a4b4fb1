"""Approved answers: what a person of the company says is right becomes a document of its own source.

The document is all there is of it: it is found, cited, changed, exported and deleted like any other, and a changed one
empties the cache of what cited it.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from agents.errors import FeedbackNotFound
from agents.inbox.replies import checked_text
from agents.models import Feedback, Turn
from ingestion.services.sources import ensure_answers_source
from ingestion.services.submitting import submit_document
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope

MAX_QUESTION_CHARACTERS = 300
MAX_ANSWER_CHARACTERS = 8000


@dataclass(frozen=True, slots=True)
class Approved:
    """Where the answer is now; it is found as soon as the document is ready."""

    document_id: UUID
    source_id: UUID


def approve_answer(
    *,
    tenant_id: UUID,
    actor: Actor,
    question: str,
    answer: str,
    feedback_id: UUID | None = None,
    message_id: UUID | None = None,
) -> Approved:
    """Keep an answer to a question, for every agent that may use the source "Approved answers". The same question again
    replaces the answer. `feedback_id`: what it was made of; `message_id`: the agent's answer that it is better than.

    Raises EmptyMessage, MessageTooLong, FeedbackNotFound.
    """
    question = " ".join(checked_text(question, MAX_QUESTION_CHARACTERS).split())
    answer = checked_text(answer, MAX_ANSWER_CHARACTERS)
    message_id = _rated(tenant_id, feedback_id) if feedback_id else message_id
    source_id = ensure_answers_source(tenant_id=tenant_id, actor=actor)
    submitted = submit_document(
        tenant_id=tenant_id,
        actor=actor,
        source_id=source_id,
        name=f"{question}.md",
        content=f"# {question}\n\n{answer}\n".encode(),
        content_type="text/markdown",
    )
    with tenant_scope(tenant_id), transaction.atomic():
        if feedback_id:
            Feedback.objects.filter(id=feedback_id).update(document_id=submitted.document_id)
        if message_id:
            Turn.objects.filter(answer_id=message_id).update(approved_at=timezone.now())
        record_audit(
            actor=actor,
            action="answer.approved",
            subject=encode(Prefix.DOCUMENT, submitted.document_id),
            details={"feedback": encode(Prefix.FEEDBACK, feedback_id) if feedback_id else None},
        )
    return Approved(submitted.document_id, source_id)


def _rated(tenant_id: UUID, feedback_id: UUID) -> UUID:
    """The answer that the feedback is about."""
    with tenant_scope(tenant_id):
        message_id = Feedback.objects.filter(id=feedback_id).values_list("message_id", flat=True).first()
        if message_id is None:
            raise FeedbackNotFound("There is no such feedback; it may have been taken back.")
        return message_id
