"""The call of a member who tries an agent: begun on the dashboard, and taken up by the line that has its word.

It is a test conversation with the member's own contact, as a test chat is, and costs what speech and models cost.
"""

import secrets
from dataclasses import dataclass
from uuid import UUID

from agents.channels.phone.audio.choosing import check_speech
from agents.channels.phone.calls import Line, digest_of, ring
from agents.errors import AgentNotFound, CallRefused
from agents.models import Call, CallCarrier, CallState, Conversation
from agents.selectors.agents import get_agent
from agents.services.conversations import start_conversation
from billing.models import Meter
from billing.quotas import CALLS, check_quota
from rapport.errors import InvalidRequest
from rapport.ratelimits.buckets import Limit, take
from tenants.actors import Actor
from tenants.context import tenant_scope
from tenants.models import Tenant

LANGUAGES = ("en-US", "en-GB", "de-DE", "fr-FR", "es-ES", "it-IT", "nl-NL", "pl-PL", "pt-BR", "tr-TR")
MOST_SECONDS = 15 * 60
_BEGUN = Limit("browser_calls", per_minute=6, burst=6)  # of a member


@dataclass(frozen=True, slots=True)
class BegunCall:
    """`carrier_id` and `word` are what the line says first."""

    call_id: UUID
    conversation_id: UUID
    carrier_id: str
    word: str
    greeting: str


def begin_browser_call(
    *, tenant_id: UUID, agent_id: UUID, contact_id: UUID, language: str, actor: Actor, caller: str
) -> BegunCall:
    """`caller`: whose calls are limited. Raises InvalidRequest, SpeechUnavailable, RateLimited, QuotaExhausted,
    PaymentOverdue, AgentNotFound, ContactNotFound."""
    if language not in LANGUAGES:
        raise InvalidRequest("Choose a language from the list.", param="language")
    check_quota(Meter.MESSAGES, *CALLS, tenant_id=tenant_id)
    check_speech(tenant_id, language)
    take(_BEGUN, caller)
    line = _line(tenant_id, agent_id, language)
    conversation_id = start_conversation(
        tenant_id=tenant_id, agent_id=agent_id, contact_id=contact_id, actor=actor, channel="test"
    )
    carrier_id = f"BRW{secrets.token_hex(20)}"
    call_id, word = ring(line, carrier_id=carrier_id, conversation_id=conversation_id, contact_id=contact_id)
    return BegunCall(call_id, conversation_id, carrier_id, word, line.greeting)


def find_browser_line(tenant_id: UUID, carrier_id: str, word: str, language: str) -> Line:
    """Of a call that rings. Raises CallRefused: nobody is told whether there is such a call."""
    with tenant_scope(tenant_id):
        begun = Call.objects.filter(carrier=CallCarrier.BROWSER, carrier_id=carrier_id, state=CallState.RINGING)
        call = begun.first()
        is_known = call is not None and secrets.compare_digest(call.token_digest, digest_of(word))
        if call is None or not is_known or language not in LANGUAGES:
            raise CallRefused("There is no such call.")
        agent_id = Conversation.objects.values_list("agent_id", flat=True).get(id=call.conversation_id)
    if not Tenant.objects.filter(id=tenant_id, deletion_due_at=None).exists():
        raise CallRefused("There is no such call.")
    try:
        return _line(tenant_id, agent_id, language)
    except AgentNotFound:
        raise CallRefused("There is no such call.") from None


def _line(tenant_id: UUID, agent_id: UUID, language: str) -> Line:
    with tenant_scope(tenant_id):
        config = get_agent(tenant_id=tenant_id, agent_id=agent_id).config
    return Line(
        tenant_id=tenant_id,
        phone_id=None,
        number="",
        agent_id=agent_id,
        account_id="",
        secret="",
        language=language,
        greeting=config.appearance.greeting,
        carrier=CallCarrier.BROWSER,
        most_seconds=MOST_SECONDS,
    )
