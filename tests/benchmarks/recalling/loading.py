"""A dialogue as the product knows it: a contact and an agent, a conversation a session, remembered and indexed."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from tests.benchmarks.recalling.dialogues import Dialogue, Turn


@dataclass(frozen=True, slots=True)
class Loaded:
    """`turns`: each message's id → the turn's."""

    tenant_id: UUID
    contact_id: UUID
    agent_id: UUID
    turns: dict[UUID, str]

    def episodes(self) -> dict[UUID, str]:
        """Each episode's id → the turn's."""
        from agents.models import Episode
        from tenants.context import tenant_scope

        with tenant_scope(self.tenant_id):
            rows = Episode.objects.filter(contact_id=self.contact_id).values_list("id", "message_id")
            return {each: self.turns[message_id] for each, message_id in rows if message_id}


def make_company(name: str) -> UUID:
    from tenants.services import create_tenant, create_user

    owner = create_user(email=f"{name}@rapport.example", password="bench bench bench")
    return create_tenant(name=name, owner_id=owner)


def load(tenant_id: UUID, dialogue: Dialogue) -> Loaded:
    """The first speaker is the contact, the second answers in the agent's name."""
    from agents.memory.episodes.indexing import index_conversation
    from agents.memory.remember import remember_conversation
    from agents.services import create_agent
    from ingestion.contacts.services import ensure_contact
    from tenants.actors import SYSTEM

    contact_name, agent_name = dialogue.names
    agent_id = create_agent(tenant_id=tenant_id, actor=SYSTEM, name=agent_name)
    contact_id = ensure_contact(tenant_id=tenant_id, external_id=f"{agent_id}", name=contact_name)
    loaded = Loaded(tenant_id, contact_id, agent_id, {})
    for session in dialogue.sessions:
        conversation_id = _say(loaded, session)
        remember_conversation(tenant_id=tenant_id, contact_id=contact_id, conversation_id=conversation_id)
        index_conversation(tenant_id=tenant_id, conversation_id=conversation_id)
    return loaded


def _say(loaded: Loaded, session: Sequence[Turn]) -> UUID:
    from django.db import transaction

    from agents.models import Conversation, Message, MessageRole
    from agents.services import start_conversation
    from agents.transcript import append_message
    from tenants.actors import SYSTEM
    from tenants.context import tenant_scope

    conversation_id = start_conversation(
        tenant_id=loaded.tenant_id, agent_id=loaded.agent_id, contact_id=loaded.contact_id, actor=SYSTEM
    )
    with tenant_scope(loaded.tenant_id), transaction.atomic():
        conversation = Conversation.objects.select_for_update().get(id=conversation_id)
        for turn in session:
            role = (MessageRole.CONTACT, MessageRole.AGENT)[turn.speaker]
            message = append_message(conversation, role=role, text=turn.text)
            Message.objects.filter(id=message.id).update(created_at=turn.said_at)
            loaded.turns[message.id] = turn.id
        Conversation.objects.filter(id=conversation_id).update(last_message_at=session[-1].said_at)
    return conversation_id
