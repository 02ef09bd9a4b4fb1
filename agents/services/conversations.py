"""Starting conversations and posting messages. A message asks for a turn; the answer comes later, by the event."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from agents.errors import AgentNotFound, ConversationFull, ConversationNotFound, EmptyMessage, MessageTooLong
from agents.models import Agent, Conversation, Message, MessageRole, Turn
from agents.topics import TURN_REQUESTED, TURNS
from billing.visitor_budgets import Spender, hold_budget
from ingestion.contacts.holding import hold_contact
from rapport.config import get_config
from rapport.events.envelope import Event
from rapport.events.outbox import publish
from rapport.giving_way import say_waiting
from rapport.idempotency.claims import run_once
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope
from tenants.privacy.suppression import is_contact_erased

MAX_MESSAGE_CHARACTERS = 4000
MAX_MESSAGES = 2000  # in one conversation
_SUBJECT_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class PostedMessage:
    """`is_replay`: the same Idempotency-Key came before, nothing was written now."""

    message_id: UUID
    turn_id: UUID
    is_replay: bool = False


def start_conversation(
    *,
    tenant_id: UUID,
    agent_id: UUID,
    contact_id: UUID,
    actor: Actor,
    channel: str = "chat",
    idempotency_key: str = "",
    is_remembered: bool = True,
) -> UUID:
    """An empty conversation between a contact and an agent. Returns its id. Raises AgentNotFound, ContactNotFound.

    `channel`: "chat", "test", "phone" or "api". The same key of the same contact gives the same conversation.
    """

    def start() -> dict[str, str]:
        if not Agent.objects.filter(id=agent_id).exists():
            raise AgentNotFound("There is no such agent.")
        hold_contact(contact_id)
        conversation = Conversation.objects.create(
            agent_id=agent_id, contact_id=contact_id, channel=channel, is_remembered=is_remembered
        )
        record_audit(
            actor=actor,
            action="conversation.started",
            subject=encode(Prefix.CONVERSATION, conversation.id),
            details={
                "agent": encode(Prefix.AGENT, agent_id),
                "contact": encode(Prefix.CONTACT, contact_id),
                "channel": channel,
            },
        )
        return {"conversation_id": str(conversation.id)}

    with tenant_scope(tenant_id), transaction.atomic():
        outcome = run_once(
            tenant_id=tenant_id,
            operation=f"start_conversation:{contact_id}",
            key=idempotency_key,
            request={"agent_id": str(agent_id), "channel": channel},
            work=start,
        )
    return UUID(outcome.result["conversation_id"])


def post_message(
    *,
    tenant_id: UUID,
    conversation_id: UUID,
    text: str,
    idempotency_key: str,
    actor: Actor,
    asked: Mapping[str, Any] | None = None,
    spender: Spender | None = None,
) -> PostedMessage:
    """The contact's message, its turn, and the event that asks for the answer, in one transaction.

    Messages of a conversation are answered one after the other. `asked`: what the call gives besides, see
    `agents.runtime.asked`. `spender`: whose budget of the day bears it. `idempotency_key` "" switches replay off.
    Raises EmptyMessage, MessageTooLong, ConversationFull, ConversationNotFound, IdempotencyKeyReused,
    VisitorBudgetExhausted.
    """
    text = _checked(text)
    say_waiting()
    with tenant_scope(tenant_id), transaction.atomic():
        outcome = run_once(
            tenant_id=tenant_id,
            operation=f"post_message:{conversation_id}",
            key=idempotency_key,
            request={"text": text, **({"asked": json.dumps(asked, sort_keys=True)} if asked else {})},
            work=lambda: _post(tenant_id, conversation_id, text, actor, asked, spender),
        )
    result = outcome.result
    return PostedMessage(UUID(result["message_id"]), UUID(result["turn_id"]), outcome.is_replay)


def _checked(text: str) -> str:
    text = text.replace("\x00", "").strip()  # PostgreSQL keeps no NUL in text
    if not text:
        raise EmptyMessage("The message is empty. Write your question and send it again.", param="text")
    if len(text) > MAX_MESSAGE_CHARACTERS:
        raise MessageTooLong(
            f"The message has {len(text)} characters; at most {MAX_MESSAGE_CHARACTERS} are possible. Shorten it.",
            param="text",
        )
    return text


def _post(
    tenant_id: UUID,
    conversation_id: UUID,
    text: str,
    actor: Actor,
    asked: Mapping[str, Any] | None,
    spender: Spender | None,
) -> dict[str, str]:
    conversation = Conversation.objects.select_for_update().filter(id=conversation_id).first()
    if conversation is None or is_contact_erased(conversation.contact_id):
        raise ConversationNotFound("There is no such conversation.")
    message = _question_again(conversation, text, asked) or append_message(
        conversation, role=MessageRole.CONTACT, text=text
    )
    turn = Turn.objects.create(conversation=conversation, question=message, asked=asked)
    if spender is not None:
        hold_budget(turn_id=turn.id, spender=spender, model=_model_of(conversation))
    Message.objects.filter(id=message.id).update(turn_id=turn.id)
    subject = encode(Prefix.TURN, turn.id)
    data = {"turn_id": str(turn.id), "conversation_id": str(conversation.id)}
    publish(TURNS, Event(TURN_REQUESTED, tenant_id, str(conversation.id), data, subject=subject))
    record_audit(
        actor=actor,
        action="message.posted",
        subject=encode(Prefix.MESSAGE, message.id),
        details={"conversation": encode(Prefix.CONVERSATION, conversation.id), "turn": subject},
    )
    return {"message_id": str(message.id), "turn_id": str(turn.id)}


def _model_of(conversation: Conversation) -> str:
    """By whose price a turn is reckoned before it runs."""
    return conversation.agent.model or get_config().llm_model_name or "builtin-"


def _question_again(conversation: Conversation, text: str, asked: Mapping[str, Any] | None) -> Message | None:
    """The question that is asked again with what its tools gave back: it was said once."""
    if not asked or not asked.get("exchange"):
        return None
    last = Turn.objects.select_related("question").filter(conversation=conversation).order_by("-id").first()
    is_same = last is not None and last.outcome == "tool_calls" and last.question.text == text
    return last.question if last and is_same else None


def append_message(conversation: Conversation, *, role: MessageRole, text: str, **fields: object) -> Message:
    """The next message of a conversation whose row the caller has locked. Raises ConversationFull."""
    if conversation.message_count >= MAX_MESSAGES and role == MessageRole.CONTACT:
        raise ConversationFull("This conversation has become too long. Start a new one to go on.")
    conversation.message_count += 1
    conversation.last_message_at = timezone.now()
    if not conversation.subject:
        conversation.subject = text[:_SUBJECT_CHARACTERS]
    conversation.save(update_fields=["message_count", "last_message_at", "subject"])
    return Message.objects.create(
        conversation=conversation, sequence=conversation.message_count, role=role, text=text, **fields
    )
