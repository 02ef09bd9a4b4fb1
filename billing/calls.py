"""What a telephone call adds to the ledger: its minutes, begun ones whole as carriers count them, what others listened
to and spoke in it, and what all that cost."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from billing.models import Meter
from billing.own_prices import company_prices
from billing.prices import TokenCounts, price_meter
from billing.services import UsageSubject, record_usage
from billing.usage import UsageFact
from tenants.context import tenant_scope

MINUTE = 60
SPEECH = {Meter.HEARD_SECONDS: "recogniser", Meter.SPOKEN_CHARACTERS: "voice"}  # by whose step


@dataclass(frozen=True, slots=True)
class SpeechFact:
    """`is_own`: by a key of the company's, which pays its provider itself."""

    meter: Meter
    provider: str
    count: int
    is_own: bool = False


def record_call(
    *, tenant_id: UUID, call_id: UUID, line: str, seconds: int, subject: UsageSubject, occurred_at: datetime
) -> None:
    """Once in its life: told again it adds nothing. `line`: whose price of the company's own it has, for example
    "twilio-inbound"; without one the carrier's part costs nothing."""
    fact = _fact(tenant_id, "carrier", line, Meter.CALL_MINUTES, -(-seconds // MINUTE), occurred_at)
    record_usage(tenant_id=tenant_id, source_event_id=call_id, facts=[fact], subject=subject, occurred_at=occurred_at)


def record_speech(
    *, tenant_id: UUID, event_id: UUID, spent: Iterable[SpeechFact], subject: UsageSubject, at: datetime
) -> None:
    """By meter and provider ("deepgram"), once for each event; a provider without a price costs nothing."""
    facts = [
        replace(_fact(tenant_id, SPEECH[each.meter], each.provider, each.meter, each.count, at), is_own=each.is_own)
        for each in spent
        if each.count
    ]
    record_usage(tenant_id=tenant_id, source_event_id=event_id, facts=facts, subject=subject, occurred_at=at)


def _fact(tenant_id: UUID, step: str, whose: str, meter: Meter, quantity: int, at: datetime) -> UsageFact:
    with tenant_scope(tenant_id):
        price = company_prices(at=at).price_of(whose)
    cost = price_meter(price, meter, quantity) if price else 0
    return UsageFact(step, whose, TokenCounts(), counts={meter.value: quantity}, costs={meter.value: cost})
