"""Whoever is called may say, or press, that they want no calls: it is kept at once, and said back to them."""

import re

from agents.channels.phone.calls import Session
from agents.channels.phone.permission import RefusedBy, refuse_calls
from agents.models import Conversation, MessageRole
from agents.transcript import append_message
from tenants.context import tenant_transaction

KEY = "9"
_WISHES = (
    r"\b(?:stop|quit)\s+(?:calling|phoning|ringing)(?:\s+(?:me|us|here|this number|my number)\b|(?=\s*(?:[.!?,;]|$)))",
    r"\b(?:do\s*n[o']t|don['’]t|never)\s+(?:ever\s+)?(?:call|phone|ring)\s+(?:me|us|here|this number)\b"
    r"(?!\s+(?:before|after|until|till|at|on|in|about|today|tomorrow|now|later|then|that|a)\b)",
    r"\b(?:take|remove)\s+(?:me|my number|us)\s+(?:off|from)\s+(?:your|the|this)\s+(?:call(?:ing)?\s+)?list\b",
    r"\bput\s+(?:me|my number|us)\s+on\s+(?:your|the)\s+do[\s-]*not[\s-]*call\b",
    r"\brufe?n?\s+sie\s+(?:mich|uns|hier)\s+(?:bitte\s+)?(?:nicht\s+mehr|nie\s+wieder|nie\s+mehr)\s+an\b",
    r"\b(?:hören|hoeren)\s+sie\s+(?:bitte\s+)?auf,?\s+(?:mich|uns|hier)\s+anzurufen\b",
    r"\bich\s+(?:möchte|moechte|will)\s+(?:bitte\s+)?(?:keine\s+anrufe\s+mehr|nicht\s+mehr\s+angerufen\s+werden)\b",
    r"\b(?:nehmen|streichen|löschen)\s+sie\s+(?:mich|meine\s+nummer)\s+(?:bitte\s+)?(?:von|aus)\s+(?:ihrer|der)\s+\w*liste\b",
)
_WISH = re.compile("|".join(_WISHES), re.IGNORECASE)


def wants_no_calls(said: str) -> bool:
    """ "Stop calling me"; not "don't call me before ten", which is a wish of another kind."""
    return _WISH.search(said) is not None


def stop_calling(session: Session, *, said: str, by: RefusedBy, answer: str) -> None:
    """Kept, and written down with what is said back."""
    refuse_calls(tenant_id=session.tenant_id, contact_id=session.contact_id, by=by, actor=session.actor)
    with tenant_transaction(session.tenant_id):
        conversation = Conversation.objects.select_for_update().filter(id=session.conversation_id).first()
        if conversation is None:
            return
        append_message(conversation, role=MessageRole.CONTACT, text=said)
        append_message(conversation, role=MessageRole.AGENT, text=answer)
