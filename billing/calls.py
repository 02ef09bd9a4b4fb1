"""What a telephone call adds to the ledger: its minutes, begun ones whole as carriers count them, and their cost."""

from datetime import datetime
from uuid import UUID

from billing.models import Meter
from billing.own_prices import company_prices
from billing.prices import TokenCounts, price_meter
from billing.services import UsageSubject, record_usage
from billing.usage import UsageFact
from tenants.context import tenant_scope

MINUTE = 60


def record_call(
    *, tenant_id: UUID, call_id: UUID, line: str, seconds: int, subject: UsageSubject, occurred_at: datetime
) -> None:
    """Once in its life: told again it adds nothing. `line`: whose price of the company's own it has, for example
    "twilio-inbound"; without one the carrier's part costs nothing."""
    with tenant_scope(tenant_id):
        price = company_prices(at=occurred_at).price_of(line)
    minutes = -(-seconds // MINUTE)
    cost = price_meter(price, Meter.CALL_MINUTES, minutes) if price else 0
    counted = {Meter.CALL_MINUTES.value: minutes}
    fact = UsageFact("carrier", line, TokenCounts(), counts=counted, costs={Meter.CALL_MINUTES.value: cost})
    record_usage(tenant_id=tenant_id, source_event_id=call_id, facts=[fact], subject=subject, occurred_at=occurred_at)
