"""A fact that a tool keeps: it has its source like every other, an episode of origin "tool" and a message that says it.

The message stands in a conversation of the channel "tool", one for each contact, which nobody can write into.
"""

from uuid import UUID

from django.db import transaction

from agents.errors import AgentNotFound
from agents.memory.extraction import Extracted
from agents.memory.predicates import PREDICATES
from agents.memory.reconciling import Origin, reconcile
from agents.models import Agent, Conversation, Episode, FactSource, Message, MessageRole
from agents.transcript import append_message
from ingestion.contacts.identities import RESERVED
from ingestion.contacts.services import ensure_contact
from rapport.errors import InvalidRequest
from tenants.actors import Actor
from tenants.context import tenant_scope

CHANNEL = "tool"
EXTRACTOR = "tool"
KINDS = tuple(PREDICATES)


def remember_for_tool(*, tenant_id: UUID, external_id: str, kind: str, value: str, actor: Actor) -> UUID:
    """Keep it; returns the fact's id. Raises InvalidRequest."""
    external_id, value = external_id.strip(), " ".join(value.split())
    if not external_id or external_id.startswith(RESERVED):
        raise InvalidRequest(
            f"contact is your own id of the customer and begins not with {RESERVED!r}.", param="contact"
        )
    if not value or kind not in PREDICATES:
        raise InvalidRequest("Name a kind of fact and its value.", param="value")
    contact_id = ensure_contact(tenant_id=tenant_id, external_id=external_id, actor=actor)
    with tenant_scope(tenant_id), transaction.atomic():
        message = _said(contact_id, f"{PREDICATES[kind].label}: {value}")
        start = len(message.text) - len(value)
        said = Extracted(kind, value, start, len(message.text), confidence=1.0)
        origin = Origin(message.created_at, EXTRACTOR, message_id=message.id, conversation_id=message.conversation_id)
        reconcile(contact_id, origin, said, actor)
        return FactSource.objects.filter(message_id=message.id).values_list("fact_id", flat=True).latest("id")


def _said(contact_id: UUID, text: str) -> Message:
    message = append_message(_conversation(contact_id), role=MessageRole.SYSTEM, text=text)
    Episode.objects.create(
        contact_id=contact_id,
        conversation_id=message.conversation_id,
        message_id=message.id,
        sequence=message.sequence,
        channel=CHANNEL,
        origin="tool",
        text=text,
        said_at=message.created_at,
    )
    return message


def _conversation(contact_id: UUID) -> Conversation:
    found = Conversation.objects.select_for_update().filter(contact_id=contact_id, channel=CHANNEL).first()
    if found is not None:
        return found
    agent = Agent.objects.order_by("id").first()
    if agent is None:
        raise AgentNotFound("There is no agent that could remember. Make one on the dashboard.")
    return Conversation.objects.create(agent=agent, contact_id=contact_id, channel=CHANNEL, is_remembered=False)
