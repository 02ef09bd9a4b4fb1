"""Who of the company has a conversation open, and who is writing: for some seconds, then it is forgotten."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from agents.inbox.ringing import say
from agents.inbox.state import member_who_answers, shown_name
from agents.models import Conversation, ConversationState, Presence
from tenants.context import tenant_scope

LASTS = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Present:
    member_id: UUID
    name: str
    is_typing: bool


def note_presence(*, tenant_id: UUID, conversation_id: UUID, member_id: UUID, is_typing: bool) -> None:
    """The member looks at it now. That the one who has it writes is shown to the contact too. Raises
    AssigneeNotFound."""
    name = shown_name(member_who_answers(tenant_id, member_id))
    with tenant_scope(tenant_id):
        if not _is_noted_again(conversation_id, member_id, name, is_typing=is_typing):
            _note(conversation_id, member_id, name, is_typing=is_typing)
        has_it = {"id": conversation_id, "state": ConversationState.HUMAN, "assignee_id": member_id}
        is_shown = is_typing and Conversation.objects.filter(**has_it).exists()
    if is_shown:
        say(tenant_id, conversation_id, "typing", {"name": name})


def _is_noted_again(conversation_id: UUID, member_id: UUID, name: str, *, is_typing: bool) -> bool:
    """Who looks asks every few seconds: one statement then."""
    rows = Presence.objects.filter(conversation_id=conversation_id, member_id=member_id)
    return bool(rows.update(name=name, is_typing=is_typing, seen_at=timezone.now()))


def _note(conversation_id: UUID, member_id: UUID, name: str, *, is_typing: bool) -> None:
    with transaction.atomic():
        conversation = Conversation.objects.filter(id=conversation_id).first()
        if conversation is None:
            return
        values = {"name": name, "is_typing": is_typing, "seen_at": timezone.now()}
        Presence.objects.update_or_create(conversation=conversation, member_id=member_id, defaults=values)
        Presence.objects.filter(seen_at__lt=timezone.now() - 4 * LASTS).delete()


def who_is_there(*, tenant_id: UUID, conversation_id: UUID) -> list[Present]:
    with tenant_scope(tenant_id):
        rows = Presence.objects.filter(conversation_id=conversation_id, seen_at__gt=timezone.now() - LASTS)
        return [Present(row.member_id, row.name, row.is_typing) for row in rows.order_by("name")]
