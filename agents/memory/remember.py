"""Remembering a conversation: each message becomes an episode once, and what contacts say of themselves becomes facts.

Nothing is extracted from what the agent said. A newer value supersedes an older one, nothing is deleted. Two
conversations of one contact may be remembered at once: the database allows one open value, and who comes second looks
again.
"""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from agents.memory.reading import read_episode
from agents.models import Conversation, Episode, Message, MessageRole
from ingestion.contacts.errors import ContactNotFound
from ingestion.contacts.services import describe_contact
from tenants.actors import Actor, agent_actor
from tenants.context import tenant_scope
from tenants.privacy.suppression import is_contact_erased

_ORIGINS = {
    MessageRole.CONTACT: "contact",
    MessageRole.AGENT: "agent",
    MessageRole.HUMAN: "agent",  # a person who answers in its place
    MessageRole.SYSTEM: "event",
}
_ATTEMPTS = 3


def remember_conversation(*, tenant_id: UUID, contact_id: UUID, conversation_id: UUID) -> int:
    """Take in the messages that came since the last time; returns how many. Called again it changes nothing.

    Raises IntegrityError when another conversation of the contact got in the way each time: try later.
    """
    with tenant_scope(tenant_id):
        for attempt in range(_ATTEMPTS):
            try:
                return _remember(tenant_id, contact_id, conversation_id)
            except IntegrityError:  # someone else wrote the same fact meanwhile: now it can be seen
                if attempt == _ATTEMPTS - 1:
                    raise
            except ContactNotFound:  # it is gone: nothing is remembered of it
                return 0
    return 0


def remember_rest(*, tenant_id: UUID, contact_id: UUID, conversation_id: UUID) -> int:
    """`remember_conversation` for whoever needs that it has been done: mostly it has, and then nothing is held."""
    with tenant_scope(tenant_id):
        if not _messages_after(conversation_id, _last_remembered(conversation_id)).exists():
            return 0
    return remember_conversation(tenant_id=tenant_id, contact_id=contact_id, conversation_id=conversation_id)


@transaction.atomic
def _remember(tenant_id: UUID, contact_id: UUID, conversation_id: UUID) -> int:
    rows = Conversation.objects.select_for_update()
    conversation = rows.filter(id=conversation_id, contact_id=contact_id, is_remembered=True).first()
    if conversation is None or is_contact_erased(contact_id):
        return 0
    messages = list(_messages_after(conversation_id, _last_remembered(conversation_id)))
    for message in messages:
        _learn(tenant_id, _keep_episode(conversation, message), agent_actor(conversation.agent_id))
    return len(messages)


def _last_remembered(conversation_id: UUID) -> int:
    rows = Episode.objects.filter(conversation_id=conversation_id).order_by("-sequence")
    return rows.values_list("sequence", flat=True).first() or 0


def _messages_after(conversation_id: UUID, sequence: int) -> QuerySet[Message]:
    rows = Message.objects.filter(conversation_id=conversation_id, sequence__gt=sequence).order_by("sequence")
    return rows.exclude(text="")  # an answer of which a caller heard nothing


def _keep_episode(conversation: Conversation, message: Message) -> Episode:
    return Episode.objects.create(
        contact_id=conversation.contact_id,
        conversation_id=conversation.id,
        message_id=message.id,
        sequence=message.sequence,
        channel=conversation.channel,
        origin=_origin_of(message),
        text=message.text,
        said_at=message.created_at,
    )


def _origin_of(message: Message) -> str:
    """An answer that says what is remembered, or what a file of the contact's says, is nothing new."""
    is_recalled = any(each.get("origin") in ("memory", "file") for each in message.citations or [])
    return "recalled" if is_recalled else _ORIGINS[MessageRole(message.role)]


def _learn(tenant_id: UUID, episode: Episode, actor: Actor) -> None:
    """A name is how the contact is shown from then on. An address or number that it told is no proof of who it is."""
    for said in read_episode(episode, actor):
        if said.predicate == "name":
            describe_contact(tenant_id=tenant_id, contact_id=episode.contact_id, name=said.value, actor=actor)
