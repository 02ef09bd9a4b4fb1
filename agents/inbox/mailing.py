"""When nobody is there, the agent's fall-back address gets one mail about a conversation that waits, in the company's
language.

It goes out as soon as there is an address to answer to. The mail holds no word of the contact's but where to answer.
What people then answer goes to that address by `agents.inbox.answer_mail`.
"""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from agents.inbox.telling import handoff_of
from agents.models import Conversation, ConversationState
from agents.topics import CONVERSATION_WAITS, CONVERSATIONS
from rapport.config import get_config
from rapport.events.envelope import Event
from rapport.events.outbox import publish
from rapport.ids import Prefix, encode
from tenants.context import tenant_scope
from tenants.mail import Mail, Reader, reading_language, send_each
from tenants.selectors import get_tenant

SUBJECT = gettext_noop("A customer is waiting for an answer")
TEXT = gettext_noop("""\
{agent} handed a conversation over while nobody was there.

Why: {reason}
Answer to: {address}
Read and answer it here: {link}
""")
REASONS = {
    "asked": gettext_noop("they asked for a person"),
    "low_grounding": gettext_noop("the agent was not sure"),
    "tool_failure": gettext_noop("a tool failed"),
    "budget": gettext_noop("the budget is used up"),
    "phrase": gettext_noop("they said what a rule waits for"),
    "topic": gettext_noop("a topic for people"),
    "staff": gettext_noop("handed over by somebody of the team"),
}


def announce_waiting(conversation: Conversation) -> None:
    """Ask for the mail, in the caller's transaction, if one is due and somebody could be answered."""
    if not (conversation.is_mail_due and conversation.reply_to):
        return
    data = {"conversation_id": str(conversation.id)}
    event = Event(CONVERSATION_WAITS, conversation.tenant_id, str(conversation.id), data)
    publish(CONVERSATIONS, event)


def _take_due(conversation_id: UUID) -> Conversation | None:
    rows = Conversation.objects.select_for_update(of=("self",)).select_related("agent")
    conversation = rows.filter(id=conversation_id).first()
    is_due = conversation is not None and conversation.is_mail_due and conversation.state == ConversationState.WAITING
    if conversation is None or not is_due:
        return None
    Conversation.objects.filter(id=conversation_id).update(is_mail_due=False)
    return conversation


def mail_fallback(*, tenant_id: UUID, conversation_id: UUID) -> None:
    """Send the mail that is due; told again it sends none. A mail that cannot be sent stays due."""
    with tenant_scope(tenant_id), transaction.atomic():
        conversation = _take_due(conversation_id)
        if conversation is None:
            return
        address = handoff_of(conversation).fallback_email
        if not address:
            return
        link = f"{get_config().public_url}/inbox/{encode(Prefix.CONVERSATION, conversation.id)}/"

        def write() -> Mail:
            reason = REASONS.get(conversation.handoff_reason)
            said = gettext(reason) if reason else conversation.handoff_reason.replace("_", " ")
            text = gettext(TEXT).format(
                agent=conversation.agent.name, reason=said, address=conversation.reply_to, link=link
            )
            return Mail(gettext(SUBJECT), text)

        reader = Reader(address, reading_language(get_tenant(tenant_id).locale))
        send_each([reader], write, fail_silently=False)
