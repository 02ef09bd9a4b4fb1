"""The address that a contact leaves for an answer. Nobody proved that it is theirs: it finds no contact, is limited in
number, and whoever gets mail there may end it with one click, which then holds for the whole company.
"""

import re
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet

from agents.errors import InvalidReplyAddress, MailRefused, WrongConversationState
from agents.inbox.mail_limits import check_naming
from agents.inbox.mailing import announce_waiting
from agents.inbox.ringing import ring
from agents.inbox.state import HELD, held
from agents.inbox.telling import tell
from agents.models import Conversation
from rapport.emails import is_email
from rapport.errors import RateLimited
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import record_audit

LONGEST = 254
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}")


def leave_address(*, tenant_id: UUID, conversation_id: UUID, address: str, actor: Actor) -> None:
    """People's answers go there when the contact is gone. Raises InvalidReplyAddress, ConversationNotFound,
    WrongConversationState, MailRefused, RateLimited."""
    address = _checked(address)
    with held(tenant_id, conversation_id) as conversation:
        if conversation.state not in HELD:
            raise WrongConversationState("No person answers here now. Ask for one first.")
        if conversation.reply_to == address:
            return
        refuse_unwanted(conversation, address)
        check_naming(tenant_id=tenant_id, contact_id=conversation.contact_id, address=address)
        keep_address(conversation, address, actor=actor)


def keep_address(conversation: Conversation, address: str, *, actor: Actor) -> None:
    """In the caller's transaction, which has locked the conversation."""
    conversation.reply_to = address
    conversation.save(update_fields=["reply_to"])
    _record(conversation, "conversation.address_left", actor)
    tell(conversation, "address_noted", {"address": address})
    announce_waiting(conversation)
    ring(conversation)


def note_address(conversation: Conversation, text: str, *, actor: Actor) -> None:
    """The contact wrote into a conversation that waits, after it was asked for an address: one in it is where the
    answer goes. In the caller's transaction, which has locked the conversation."""
    if not conversation.is_mail_due or conversation.reply_to:
        return
    found = _ADDRESS.search(text)
    if found is None or not is_email(found[0]):
        return
    try:
        refuse_unwanted(conversation, found[0])
        check_naming(tenant_id=conversation.tenant_id, contact_id=conversation.contact_id, address=found[0])
    except (MailRefused, RateLimited):
        return  # what it wrote is kept, and people read it
    keep_address(conversation, found[0], actor=actor)


def refuse_unwanted(conversation: Conversation, address: str) -> None:
    """Raises MailRefused."""
    if conversation.refuses_mail or _refusing(address).exists():
        raise MailRefused("This address wants no mail from this chat. The answer comes here.", param="email")


def remove_address(*, tenant_id: UUID, conversation_id: UUID, actor: Actor) -> None:
    """The contact wants no mail after all. Raises ConversationNotFound."""
    with held(tenant_id, conversation_id) as conversation:
        if not conversation.reply_to or conversation.refuses_mail:
            return
        conversation.reply_to, conversation.mail_answer_at = "", None
        conversation.save(update_fields=["reply_to", "mail_answer_at"])
        _record(conversation, "conversation.address_removed", actor)


def refuse_mail(*, tenant_id: UUID, conversation_id: UUID, actor: Actor) -> None:
    """Whoever reads the mails of this conversation wants none any more, of none of the company's conversations. Raises
    ConversationNotFound."""
    with held(tenant_id, conversation_id) as conversation:
        if conversation.refuses_mail or not conversation.reply_to:
            return
        rows = Conversation.objects.filter(reply_to__iexact=conversation.reply_to)
        rows.update(refuses_mail=True, mail_answer_at=None)
        _record(conversation, "conversation.mail_refused", actor)


def _refusing(address: str) -> QuerySet[Conversation]:
    return Conversation.objects.filter(refuses_mail=True, reply_to__iexact=address)


def _record(conversation: Conversation, action: str, actor: Actor) -> None:
    """Without the address: an audit row outlives the contact."""
    record_audit(actor=actor, action=action, subject=encode(Prefix.CONVERSATION, conversation.id))


def _checked(address: str) -> str:
    address = address.strip()
    try:
        if len(address) > LONGEST:
            raise ValidationError("too long")
        validate_email(address)
    except ValidationError as error:
        raise InvalidReplyAddress("Write an e-mail address, for example name@example.com.", param="email") from error
    return address
