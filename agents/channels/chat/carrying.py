"""A visitor who signs in while chatting: the conversation under way becomes the customer's, if the page asks for it.

Only the newest conversation of the anonymous session goes over, and only while it is fresh: what somebody else said
earlier in the same browser stays that visitor's. Facts remembered of the anonymous visitor stay with it: who said them
was not known.
"""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from agents.channels.chat.tokens import VisitorSession
from agents.models import Conversation
from rapport.ids import Prefix, encode
from tenants.actors import visitor_actor
from tenants.audit import record_audit
from tenants.context import tenant_scope

FRESH = timedelta(minutes=30)  # since the last message


def carry_conversation(session: VisitorSession, *, from_contact_id: UUID) -> None:
    """Make the anonymous contact's fresh conversation the identified one's; nothing when there is none."""
    with tenant_scope(session.tenant_id), transaction.atomic():
        rows = Conversation.objects.select_for_update().filter(
            contact_id=from_contact_id, agent_id=session.agent_id, channel="chat"
        )
        newest = rows.exclude(last_message_at=None).order_by("-id").first()
        if newest is None or newest.last_message_at is None or newest.last_message_at < timezone.now() - FRESH:
            return
        newest.contact_id = session.contact_id
        newest.save(update_fields=["contact_id"])
        record_audit(
            actor=visitor_actor(session.contact_id),
            action="conversation.carried_over",
            subject=encode(Prefix.CONVERSATION, newest.id),
            details={"from": encode(Prefix.CONTACT, from_contact_id)},
        )
