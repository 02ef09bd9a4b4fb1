"""When nobody is there, the agent's fall-back address gets one mail about a conversation that waits, in the company's
language.

It goes out as soon as there is an address to answer to. The mail holds no word of the contact's but where to answer.
What people then answer goes to that address by `agents.inbox.answer_mail`.
"""

from uuid import UUID

from django.core.mail import send_mail
from django.db import transaction

from agents.inbox.telling import handoff_of
from agents.models import Conversation, ConversationState
from agents.topics import CONVERSATION_WAITS, CONVERSATIONS
from rapport.config import get_config
from rapport.events.envelope import Event
from rapport.events.outbox import publish
from rapport.ids import Prefix, encode
from tenants.context import tenant_scope
from tenants.selectors import get_tenant

SUBJECT = {"en": "A customer is waiting for an answer", "de": "Ein Kunde wartet auf eine Antwort"}
TEXT = {
    "en": """{agent} handed a conversation over while nobody was there.

Why: {reason}
Answer to: {address}
Read and answer it here: {link}
""",
    "de": """{agent} hat ein Gespräch übergeben, als niemand da war.

Warum: {reason}
Antwort an: {address}
Hier lesen und antworten: {link}
""",
}
_REASONS_DE = {
    "asked": "wollte mit einem Menschen sprechen",
    "low_grounding": "der Agent war nicht sicher",
    "tool_failure": "ein Werkzeug hat versagt",
    "budget": "das Budget ist verbraucht",
    "phrase": "sagte, worauf eine Regel wartet",
    "topic": "ein Thema für Menschen",
    "staff": "von jemandem aus dem Team übergeben",
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
        language, reason = get_tenant(tenant_id).locale, conversation.handoff_reason.replace("_", " ")
        text = TEXT[language].format(
            agent=conversation.agent.name,
            reason=_REASONS_DE.get(conversation.handoff_reason, reason) if language == "de" else reason,
            address=conversation.reply_to,
            link=f"{get_config().public_url}/inbox/{encode(Prefix.CONVERSATION, conversation.id)}/",
        )
        send_mail(SUBJECT[language], text, None, [address])
