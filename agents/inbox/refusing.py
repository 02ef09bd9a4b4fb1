"""The address in a mail by which whoever got it says that they want no more: signed, for one conversation."""

from uuid import UUID

from django.core import signing

from agents.errors import ConversationNotFound
from rapport.config import get_config

_SALT = "agents.inbox.refusing"


def refusal_address(tenant_id: UUID, conversation_id: UUID) -> str:
    token = signing.dumps([tenant_id.hex, conversation_id.hex], salt=_SALT)
    return f"{get_config().public_url}/no-mail/{token}/"


def read_refusal(token: str) -> tuple[UUID, UUID]:
    """Tenant and conversation; it never ends. Raises ConversationNotFound when it was not made here."""
    try:
        tenant, conversation = signing.loads(token, salt=_SALT)
        return UUID(hex=tenant), UUID(hex=conversation)
    except (signing.BadSignature, TypeError, ValueError):
        raise ConversationNotFound("This link is not complete. Copy all of it from the mail.") from None
