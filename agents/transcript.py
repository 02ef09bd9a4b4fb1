"""Appending to a conversation: the one way in which a message gets its place. Whoever calls holds the conversation."""

from django.utils import timezone

from agents.activity.marking import mark
from agents.errors import ConversationFull
from agents.models import Conversation, Message, MessageRole
from rapport.streams.changes import note_change
from tenants.live import CONVERSATIONS

MAX_MESSAGES = 2000  # in one conversation
_SUBJECT_CHARACTERS = 120


def subject_of(text: str) -> str:
    """Of a conversation that begins with it."""
    return text[:_SUBJECT_CHARACTERS]


def append_message(conversation: Conversation, *, role: MessageRole, text: str, **fields: object) -> Message:
    """The next message of a conversation whose row the caller has locked. Raises ConversationFull."""
    if conversation.message_count >= MAX_MESSAGES and role == MessageRole.CONTACT:
        raise ConversationFull("This conversation has become too long. Start a new one to go on.")
    if conversation.message_count == 0:
        mark([conversation.created_at])
    conversation.message_count += 1
    conversation.last_message_at = timezone.now()
    if not conversation.subject:
        conversation.subject = subject_of(text)
    conversation.save(update_fields=["message_count", "last_message_at", "subject"])
    note_change(conversation.tenant_id, CONVERSATIONS)
    return Message.objects.create(
        conversation=conversation, sequence=conversation.message_count, role=role, text=text, **fields
    )
