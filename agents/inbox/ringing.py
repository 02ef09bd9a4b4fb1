"""Telling open windows that a conversation changed: a doorbell on the conversation's own stream, without any content.

Whoever hears it reads what is new from the database, so that a lost one costs latency and nothing else.
"""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from agents.models import Conversation
from rapport import logs
from rapport.streams.errors import StreamsUnavailable
from rapport.streams.registry import get_stream_store

log = logs.get_logger(__name__)

CHANGED = "changed"


def ring(conversation: Conversation) -> None:
    """When the open transaction is committed."""
    tenant_id, conversation_id = conversation.tenant_id, conversation.id
    data = {"state": conversation.state, "messages": conversation.message_count}
    transaction.on_commit(lambda: say(tenant_id, conversation_id, CHANGED, data))


def say(tenant_id: UUID, conversation_id: UUID, event: str, data: Mapping[str, object]) -> None:
    """Now, to whoever listens; nobody may."""
    try:
        get_stream_store().append(tenant_id, conversation_id, [(event, dict(data))])
    except StreamsUnavailable as error:
        log.warning("doorbell_not_rung", code=error.code)
