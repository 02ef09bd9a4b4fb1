"""What people of the company write into a conversation: answers, which the contact reads."""

from uuid import UUID

from agents.errors import ConversationTaken, EmptyMessage, MessageTooLong, WrongConversationState
from agents.inbox.answer_mail import await_reading
from agents.inbox.ringing import ring
from agents.inbox.state import held, member_who_answers, name_of, shown_name
from agents.models import Conversation, ConversationState, MessageRole
from agents.transcript import append_message
from rapport.idempotency.claims import run_once
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import record_audit

MAX_REPLY_CHARACTERS = 8000


def post_reply(
    *, tenant_id: UUID, conversation_id: UUID, member_id: UUID, text: str, actor: Actor, idempotency_key: str = ""
) -> UUID:
    """A message in the member's name, who has the conversation. Returns its id.

    Raises EmptyMessage, MessageTooLong, ConversationNotFound, ConversationTaken, WrongConversationState,
    AssigneeNotFound, IdempotencyKeyReused.
    """
    text = checked_text(text, MAX_REPLY_CHARACTERS)
    with held(tenant_id, conversation_id) as conversation:
        outcome = run_once(
            tenant_id=tenant_id,
            operation=f"post_reply:{conversation_id}",
            key=idempotency_key,
            request={"text": text, "member_id": str(member_id)},
            work=lambda: _post(conversation, member_id, text, actor),
        )
    return UUID(outcome.result["message_id"])


def _post(conversation: Conversation, member_id: UUID, text: str, actor: Actor) -> dict[str, str]:
    if conversation.state != ConversationState.HUMAN:
        raise WrongConversationState("Take the conversation over before you answer: the agent would speak as well.")
    if conversation.assignee_id != member_id:
        raise ConversationTaken(f"{name_of(conversation.tenant_id, conversation.assignee_id)} has this conversation.")
    member = member_who_answers(conversation.tenant_id, member_id)
    message = append_message(
        conversation, role=MessageRole.HUMAN, text=text, author_id=member_id, author_name=shown_name(member)
    )
    record_audit(
        actor=actor,
        action="message.replied",
        subject=encode(Prefix.MESSAGE, message.id),
        details={"conversation": encode(Prefix.CONVERSATION, conversation.id)},
    )
    await_reading(conversation)
    ring(conversation)
    return {"message_id": str(message.id)}


def checked_text(text: str, most: int) -> str:
    """Without what PostgreSQL does not keep. Raises EmptyMessage, MessageTooLong."""
    text = text.replace("\x00", "").strip()
    if not text:
        raise EmptyMessage("This is empty. Write something first.", param="text")
    if len(text) > most:
        raise MessageTooLong(f"This has {len(text)} characters; at most {most} are possible. Shorten it.", param="text")
    return text
