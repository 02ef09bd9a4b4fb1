"""Notes of colleagues on a conversation. They are no messages: neither the contact nor a model is ever given one."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agents.inbox.replies import checked_text
from agents.inbox.state import held
from agents.models import ConversationNote
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import facts_of_text, record_audit
from tenants.context import tenant_scope
from tenants.selectors import list_members

MAX_NOTE_CHARACTERS = 4000
MOST_NOTES = 200


@dataclass(frozen=True, slots=True)
class NoteView:
    id: UUID
    author_name: str
    text: str
    created_at: datetime


def add_note(*, tenant_id: UUID, conversation_id: UUID, text: str, actor: Actor) -> NoteView:
    """Raises EmptyMessage, MessageTooLong, ConversationNotFound."""
    text = checked_text(text, MAX_NOTE_CHARACTERS)
    is_user = actor.kind == "user"
    author = next((each for each in list_members(tenant_id) if is_user and each.user_id == actor.id), None)
    with held(tenant_id, conversation_id) as conversation:
        note = ConversationNote.objects.create(
            conversation=conversation,
            author_id=actor.id if is_user else None,
            author_name=(author.name or author.email) if author else "API key",
            text=text,
        )
        record_audit(
            actor=actor,
            action="conversation.noted",
            subject=encode(Prefix.CONVERSATION, conversation.id),
            details=facts_of_text(text),
        )
    return _view(note)


def list_notes(*, tenant_id: UUID, conversation_id: UUID) -> list[NoteView]:
    """Oldest first."""
    with tenant_scope(tenant_id):
        rows = ConversationNote.objects.filter(conversation_id=conversation_id).order_by("-created_at")[:MOST_NOTES]
        return [_view(row) for row in reversed(rows)]


def _view(row: ConversationNote) -> NoteView:
    return NoteView(row.id, row.author_name, row.text, row.created_at)
