"""Starting conversations and posting messages. A message asks for a turn; the answer comes later, by the event."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from agents.attachments.keeping import find_unsent, send_with
from agents.errors import AgentNotFound, ConversationHeld, ConversationNotFound, EmptyMessage, MessageTooLong
from agents.inbox.addresses import note_address
from agents.inbox.ringing import ring
from agents.inbox.state import HELD, hand_off_held, reopen_held
from agents.llm.bearing import budget_of
from agents.llm.catalogue import BUILTIN, find_entry
from agents.llm.choosing import choose_models
from agents.llm.reckoning import worst_of_first_call
from agents.llm.routing import AUTO
from agents.models import Agent, Attachment, Conversation, ConversationState, Message, MessageRole, Turn
from agents.prompts.resolving import resolve_prompt
from agents.runtime.page_context import PageContext
from agents.selectors.agents import AgentView, answering_agent, get_agent
from agents.topics import TURN_REQUESTED, TURNS
from agents.transcript import append_message, subject_of
from billing.budgets import Spender, hold_budget
from billing.errors import BudgetExhausted
from billing.models import Meter
from billing.own_prices import company_prices
from billing.quotas import require_quota
from ingestion.contacts.holding import hold_contact
from ingestion.embedding.registry import get_embedders
from rapport.config import get_config
from rapport.events.envelope import Event
from rapport.events.outbox import publish
from rapport.giving_way import say_waiting
from rapport.idempotency.claims import run_once
from rapport.ids import Prefix, encode, new_id
from tenants.actors import Actor, agent_actor
from tenants.attachments import MOST_FILES
from tenants.audit import record_audit
from tenants.context import tenant_transaction
from tenants.privacy.suppression import is_contact_erased

MAX_MESSAGE_CHARACTERS = 4000


@dataclass(frozen=True, slots=True)
class PostedMessage:
    """`answering_turn_id`: None when no agent answers, because a person has the conversation. `is_replay`: the same
    Idempotency-Key came before, nothing was written now."""

    message_id: UUID
    answering_turn_id: UUID | None
    is_replay: bool = False

    @property
    def turn_id(self) -> UUID:
        """For channels on which only agents answer. Raises ConversationHeld."""
        if self.answering_turn_id is None:
            raise ConversationHeld(
                "A person answers this conversation: the message is kept for them. Read the answer among the messages."
            )
        return self.answering_turn_id


@dataclass(frozen=True, slots=True)
class Sent:
    """What the contact sends: words, and files by their ids, of which so many may go with a message."""

    text: str
    attachments: tuple[UUID, ...]
    most: int


def start_conversation(
    *,
    tenant_id: UUID,
    agent_id: UUID,
    contact_id: UUID,
    actor: Actor,
    channel: str = "chat",
    idempotency_key: str = "",
    is_remembered: bool = True,
    version: int | None = None,
) -> UUID:
    """An empty conversation between a contact and an agent. Returns its id. Raises AgentNotFound, ContactNotFound, and
    with a `version` (DRAFT for the draft) that is to answer all of it VersionNotFound, InvalidAgent.

    `channel`: "chat", "test", "phone" or "api". The same key of the same contact gives the same conversation.
    """

    def start() -> dict[str, str]:
        if version is not None:
            check_version(tenant_id=tenant_id, agent_id=agent_id, version=version)
        elif not Agent.objects.filter(id=agent_id).exists():
            raise AgentNotFound("There is no such agent.")
        hold_contact(contact_id)
        conversation = Conversation.objects.create(
            agent_id=agent_id,
            contact_id=contact_id,
            channel=channel,
            is_remembered=is_remembered,
            agent_version=version,
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

    with tenant_transaction(tenant_id):
        outcome = run_once(
            tenant_id=tenant_id,
            operation=f"start_conversation:{contact_id}",
            key=idempotency_key,
            request={
                "agent_id": str(agent_id),
                "channel": channel,
                **({} if version is None else {"version": str(version)}),
            },
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
    answers: str = "",
    page: PageContext | None = None,
    attachments: Sequence[UUID] = (),
    most_attachments: int = MOST_FILES,
    foreseen: Mapping[str, Any] | None = None,
) -> PostedMessage:
    """The contact's message, its turn, and the event that asks for the answer, in one transaction.

    Messages of a conversation are answered one after the other; while a person has it, or is waited for, the message is
    theirs and no turn is made. A closed one is opened again. `asked`: what the call gives besides, see
    `agents.runtime.asked`. `spender`: whose budget of the day bears it. `answers`: what the agent had said
    by itself, which the contact answers; it is kept as the agent's message before. `page`: what the page around the
    widget says; it may change between two attempts at one message. `attachments`: files that wait to be sent, see
    `agents.attachments`; without words the message says their names. `foreseen`: what was
    found already, see `agents.runtime.foreseeing`. `idempotency_key` "" switches replay off.
    Raises EmptyMessage, MessageTooLong, ConversationFull, ConversationNotFound, IdempotencyKeyReused,
    AttachmentNotFound, TooManyAttachments, VisitorBudgetExhausted, BudgetExhausted.
    """
    text = _checked(text, may_be_empty=bool(attachments))
    sent = Sent(text, tuple(dict.fromkeys(attachments)), most_attachments)
    say_waiting()
    with tenant_transaction(tenant_id):
        outcome = run_once(
            tenant_id=tenant_id,
            operation=f"post_message:{conversation_id}",
            key=idempotency_key,
            request={
                "text": text,
                **({"asked": json.dumps(asked, sort_keys=True)} if asked else {}),
                **({"attachments": " ".join(map(str, sent.attachments))} if sent.attachments else {}),
            },
            work=lambda: _post(tenant_id, conversation_id, sent, actor, asked, spender, answers, page, foreseen),
        )
    result = outcome.result
    turn_id = UUID(result["turn_id"]) if result["turn_id"] else None
    return PostedMessage(UUID(result["message_id"]), turn_id, outcome.is_replay)


def _checked(text: str, *, may_be_empty: bool) -> str:
    text = text.replace("\x00", "").strip()  # PostgreSQL keeps no NUL in text
    if not text and not may_be_empty:
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
    sent: Sent,
    actor: Actor,
    asked: Mapping[str, Any] | None,
    spender: Spender | None,
    answers: str,
    page: PageContext | None,
    foreseen: Mapping[str, Any] | None,
) -> dict[str, str]:
    conversation = Conversation.objects.select_for_update().filter(id=conversation_id).first()
    if conversation is None or is_contact_erased(conversation.contact_id):
        raise ConversationNotFound("There is no such conversation.")
    files = find_unsent(conversation, sent.attachments, most=sent.most) if sent.attachments else []
    text = sent.text or ", ".join(each.name for each in files)
    if answers:
        conversation.subject = conversation.subject or subject_of(text)  # the contact's words name it
        append_message(conversation, role=MessageRole.AGENT, text=answers)
    if page is not None and page != conversation.page_context:
        conversation.page_context = page
        conversation.save(update_fields=["page_context"])
    if conversation.state in HELD:
        return _keep_for_people(conversation, text, files, actor)
    if conversation.state == ConversationState.CLOSED:
        reopen_held(conversation, actor=actor)
    if conversation.agent_version is not None:
        check_version(tenant_id=tenant_id, agent_id=conversation.agent_id, version=conversation.agent_version)
    turn_id = new_id()
    message = _question_again(conversation, text, asked) or append_message(
        conversation, role=MessageRole.CONTACT, text=text, turn_id=turn_id
    )
    send_with(message, files)
    turn = _begin_turn(turn_id, conversation, message, _asked(asked, page, files, foreseen), spender)
    if turn is None:
        Message.objects.filter(id=message.id).update(turn_id=None)
        hand_off_held(conversation, reason="budget", actor=agent_actor(conversation.agent_id))
        return {"message_id": str(message.id), "turn_id": ""}
    if message.turn_id != turn.id:
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


def _asked(
    asked: Mapping[str, Any] | None,
    page: PageContext | None,
    files: Sequence[Attachment],
    foreseen: Mapping[str, Any] | None,
) -> Mapping[str, Any] | None:
    beside = {
        **({"page": page} if page else {}),
        **({"files": [str(each.id) for each in files]} if files else {}),
        **({"foreseen": foreseen} if foreseen else {}),
    }
    return {**(asked or {}), **beside} if beside else asked


def _keep_for_people(
    conversation: Conversation, text: str, files: Sequence[Attachment], actor: Actor
) -> dict[str, str]:
    """The contact writes to a person, or to whoever will come."""
    message = append_message(conversation, role=MessageRole.CONTACT, text=text)
    send_with(message, files)
    record_audit(
        actor=actor,
        action="message.posted",
        subject=encode(Prefix.MESSAGE, message.id),
        details={"conversation": encode(Prefix.CONVERSATION, conversation.id), "turn": None},
    )
    note_address(conversation, text, actor=actor)
    ring(conversation)
    return {"message_id": str(message.id), "turn_id": ""}


def _begin_turn(
    turn_id: UUID,
    conversation: Conversation,
    message: Message,
    asked: Mapping[str, Any] | None,
    spender: Spender | None,
) -> Turn | None:
    """None when the agent has no money left for it and its rules want a person then. Raises BudgetExhausted."""
    agent = answering_agent(conversation)
    is_handed_on = any(rule.when == "budget" for rule in agent.config.handoff.rules)
    try:
        with transaction.atomic(savepoint=is_handed_on):
            turn = Turn.objects.create(id=turn_id, conversation=conversation, question=message, asked=asked)
            hold_budgets(turn.id, agent, conversation, message.text, spender)
    except BudgetExhausted:
        if not is_handed_on:
            raise
        return None
    return turn


def check_version(*, tenant_id: UUID, agent_id: UUID, version: int) -> None:
    """That a version, or the draft, can answer now: nobody checked it when its prompts changed. Raises AgentNotFound,
    VersionNotFound, InvalidAgent."""
    resolve_prompt(get_agent(tenant_id=tenant_id, agent_id=agent_id, version=version).config.prompt)


def hold_budgets(
    turn_id: UUID, agent: AgentView, conversation: Conversation, question: str, spender: Spender | None
) -> None:
    """Whoever bears the turn has to have something left before anything is spent on it."""
    require_quota(Meter.MESSAGES)
    worst, budget = _worst_of(agent, conversation, question), budget_of(agent, conversation)
    hold_budget(turn_id=turn_id, micros=worst, spender=spender, agent=budget)


def _worst_of(agent: AgentView, conversation: Conversation, question: str) -> int:
    """By the models that may be asked first, whichever it will be."""
    chain = agent.config.models.answer
    named = [name or get_config().llm_model_name or BUILTIN for name in chain if name != AUTO]
    models = [(name, entry.provider if (entry := find_entry(name)) else "") for name in named]
    if AUTO in chain:
        found = choose_models(tenant_id=conversation.tenant_id, models=agent.config.models)
        models += [(each.name, each.provider) for each in found]
    return worst_of_first_call(agent.config, question, company_prices(), models, get_embedders())


def _question_again(conversation: Conversation, text: str, asked: Mapping[str, Any] | None) -> Message | None:
    """The question that is asked again with what its tools gave back: it was said once."""
    if not asked or not asked.get("exchange"):
        return None
    last = Turn.objects.select_related("question").filter(conversation=conversation).order_by("-id").first()
    is_same = last is not None and last.outcome == "tool_calls" and last.question.text == text
    return last.question if last and is_same else None
