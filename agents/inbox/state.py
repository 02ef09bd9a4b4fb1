"""Who answers a conversation: the one place that changes it.

agent → waiting (`hand_off`) → human (`take_over`) → agent (`give_back`) or closed (`close`,
`close_if_quiet`) → agent (`reopen`).
Each change locks the conversation's row, so that of two people who take over at once one wins and the other is told
who; each writes its audit row, tells the contact what happens next, and rings at the open windows.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from agents.activity.marking import mark
from agents.errors import (
    AssigneeNotFound,
    ConversationClosed,
    ConversationNotFound,
    ConversationTaken,
    WrongConversationState,
)
from agents.inbox.mailing import announce_waiting
from agents.inbox.ringing import ring
from agents.inbox.telling import tell, tell_waiting
from agents.models import Conversation, ConversationState, Turn, TurnState
from agents.topics import CONVERSATION_CLOSED, CONVERSATION_HANDED_OFF, CONVERSATIONS
from billing.services import record_resolution
from rapport.events.envelope import Event
from rapport.events.outbox import publish
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope
from tenants.permissions import Permission, is_granted
from tenants.privacy.suppression import is_contact_erased
from tenants.selectors import MemberView, list_members

HELD = (ConversationState.WAITING, ConversationState.HUMAN)


def hand_off(*, tenant_id: UUID, conversation_id: UUID, reason: str, actor: Actor) -> None:
    """A person is to answer. `reason`: see `agents.configuration.sections.handoff.Reason`, or "staff". Raises
    ConversationNotFound, ConversationClosed, WrongConversationState."""
    with held(tenant_id, conversation_id) as conversation:
        _refuse_closed(conversation)
        if conversation.state != ConversationState.AGENT:
            raise WrongConversationState("This conversation waits for a person already, or has one.")
        hand_off_held(conversation, reason=reason, actor=actor)


def hand_off_held(conversation: Conversation, *, reason: str, actor: Actor, facts: Mapping[str, float] = {}) -> None:
    """The same in the caller's transaction, in which it has locked the conversation; nothing when a person has it."""
    if conversation.state in HELD:
        return
    conversation.handoff_reason, conversation.handed_off_at = reason, timezone.now()
    conversation.handoff_summary = ""
    _move(
        conversation,
        ConversationState.WAITING,
        actor,
        "conversation.handed_off",
        {
            "agent": encode(Prefix.AGENT, conversation.agent_id),
            "contact": encode(Prefix.CONTACT, conversation.contact_id),
            "reason": reason,
            **facts,
        },
    )
    tell_waiting(conversation)
    announce_waiting(conversation)
    ask_for_summary(conversation)


def ask_for_summary(conversation: Conversation) -> None:
    """Somebody writes one, for one that has none."""
    _publish(conversation, CONVERSATION_HANDED_OFF)


def _publish(conversation: Conversation, type_: str) -> None:
    data = {"conversation_id": str(conversation.id)}
    publish(CONVERSATIONS, Event(type_, conversation.tenant_id, str(conversation.id), data))


def take_over(*, tenant_id: UUID, conversation_id: UUID, member_id: UUID, actor: Actor) -> None:
    """The member answers from now on. Whoever has it keeps it: the other one is told so.

    Raises ConversationNotFound, ConversationClosed, ConversationTaken, AssigneeNotFound.
    """
    with held(tenant_id, conversation_id) as conversation:
        _refuse_closed(conversation)
        member = member_who_answers(tenant_id, member_id)
        if conversation.state == ConversationState.HUMAN and conversation.assignee_id != member_id:
            raise ConversationTaken(f"{name_of(tenant_id, conversation.assignee_id)} has this conversation already.")
        if conversation.state == ConversationState.HUMAN:
            return
        conversation.assignee_id = member_id
        details = {"assignee": encode(Prefix.USER, member_id)}
        _move(conversation, ConversationState.HUMAN, actor, "conversation.taken_over", details)
        tell(conversation, "joined", {"name": shown_name(member)})


def give_back(*, tenant_id: UUID, conversation_id: UUID, actor: Actor) -> None:
    """The agent answers again, with what people wrote in its history. Raises ConversationNotFound, ConversationClosed,
    WrongConversationState."""
    with held(tenant_id, conversation_id) as conversation:
        _refuse_closed(conversation)
        if conversation.state not in HELD:
            raise WrongConversationState("The agent has this conversation already.")
        conversation.assignee_id, conversation.is_mail_due = None, False
        _move(conversation, ConversationState.AGENT, actor, "conversation.given_back")
        tell(conversation, "given_back")


def assign(*, tenant_id: UUID, conversation_id: UUID, member_id: UUID | None, actor: Actor) -> None:
    """Whose it is; None for nobody's. One that a person had and nobody has now waits. Raises ConversationNotFound,
    ConversationClosed, AssigneeNotFound."""
    with held(tenant_id, conversation_id) as conversation:
        _refuse_closed(conversation)
        member = member_who_answers(tenant_id, member_id) if member_id else None
        if conversation.assignee_id == member_id:
            return
        before, conversation.assignee_id = conversation.assignee_id, member_id
        is_left = conversation.state == ConversationState.HUMAN and member_id is None
        state = ConversationState.WAITING if is_left else ConversationState(conversation.state)
        details = {
            "assignee": encode(Prefix.USER, member_id) if member_id else None,
            "from": encode(Prefix.USER, before) if before else None,
        }
        _move(conversation, state, actor, "conversation.assigned", details)
        if is_left:
            tell_waiting(conversation)
        elif member and state == ConversationState.HUMAN:
            tell(conversation, "joined", {"name": shown_name(member)})


def close(*, tenant_id: UUID, conversation_id: UUID, actor: Actor) -> None:
    """Nothing more is to be done; the contact's next message opens it again, for the agent. Raises
    ConversationNotFound, ConversationClosed."""
    with held(tenant_id, conversation_id) as conversation:
        _refuse_closed(conversation)
        was_held = conversation.state in HELD
        conversation.is_mail_due = False
        _move(conversation, ConversationState.CLOSED, actor, "conversation.closed")
        _count_resolved(conversation)
        if was_held:
            tell(conversation, "closed")
        _publish(conversation, CONVERSATION_CLOSED)


def close_if_quiet(*, tenant_id: UUID, conversation_id: UUID, since: datetime, actor: Actor) -> bool:
    """Close it where the agent answers alone and nothing was said since then; whether that was so."""
    try:
        with held(tenant_id, conversation_id) as conversation:
            if not _is_quiet(conversation, since):
                return False
            _move(conversation, ConversationState.CLOSED, actor, "conversation.closed", {"reason": "quiet"})
            _publish(conversation, CONVERSATION_CLOSED)
            return True
    except ConversationNotFound:
        return False


def _is_quiet(conversation: Conversation, since: datetime) -> bool:
    is_agents = conversation.state == ConversationState.AGENT
    if not is_agents or conversation.last_message_at is None or conversation.last_message_at >= since:
        return False
    running = Turn.objects.filter(conversation_id=conversation.id, state__in=(TurnState.QUEUED, TurnState.RUNNING))
    return not running.exists()


def _count_resolved(conversation: Conversation) -> None:
    """Where the agent has answered, and no person had to. One that was only left alone counts as none."""
    if not conversation.had_person and Turn.objects.filter(conversation=conversation, outcome="answered").exists():
        record_resolution(
            tenant_id=conversation.tenant_id,
            agent_id=conversation.agent_id,
            conversation_id=conversation.id,
            occurred_at=timezone.now(),
        )


def reopen(*, tenant_id: UUID, conversation_id: UUID, actor: Actor) -> None:
    """The agent answers again. Raises ConversationNotFound, WrongConversationState."""
    with held(tenant_id, conversation_id) as conversation:
        if conversation.state != ConversationState.CLOSED:
            raise WrongConversationState("This conversation is open already.")
        reopen_held(conversation, actor=actor)


def reopen_held(conversation: Conversation, *, actor: Actor) -> None:
    """The same in the caller's transaction, in which it has locked the conversation."""
    conversation.assignee_id = None
    _move(conversation, ConversationState.AGENT, actor, "conversation.reopened")


@contextmanager
def held(tenant_id: UUID, conversation_id: UUID) -> Iterator[Conversation]:
    """The conversation, locked in a transaction of its own. Raises ConversationNotFound; of an erased contact too."""
    with tenant_scope(tenant_id), transaction.atomic():
        conversation = Conversation.objects.select_for_update().filter(id=conversation_id).first()
        if conversation is None or is_contact_erased(conversation.contact_id):
            raise ConversationNotFound("There is no such conversation.")
        yield conversation


def _move(
    conversation: Conversation,
    state: ConversationState,
    actor: Actor,
    action: str,
    details: Mapping[str, object] | None = None,
) -> None:
    before, conversation.state = conversation.state, state
    if state in HELD and not conversation.had_person:
        conversation.had_person = True
        mark([conversation.created_at])
    conversation.save(
        update_fields=[
            "state", "assignee_id", "handoff_reason", "handed_off_at", "handoff_summary", "had_person", "is_mail_due"
        ]
    )  # fmt: skip
    record_audit(
        actor=actor,
        action=action,
        subject=encode(Prefix.CONVERSATION, conversation.id),
        details=details,
        before={"state": before},
        after={"state": str(state)},
    )
    ring(conversation)


def _refuse_closed(conversation: Conversation) -> None:
    if conversation.state == ConversationState.CLOSED:
        raise ConversationClosed("This conversation is closed. Open it again first.")


def member_who_answers(tenant_id: UUID, member_id: UUID) -> MemberView:
    """Someone who may answer customers. Raises AssigneeNotFound."""
    found = next((each for each in list_members(tenant_id) if each.user_id == member_id), None)
    if found is None or not may_answer(found.role):
        raise AssigneeNotFound("Name a member of the company whose role may answer customers.", param="member_id")
    return found


def may_answer(role: str) -> bool:
    return is_granted(role, Permission.INBOX_WRITE)


def shown_name(member: MemberView) -> str:
    """What contacts are shown: never an address."""
    return member.name.strip() or "Someone from the team"


def name_of(tenant_id: UUID, member_id: UUID | None) -> str:
    """For colleagues."""
    found = next((each for each in list_members(tenant_id) if each.user_id == member_id), None)
    return (found.name or found.email) if found else "Somebody else"
