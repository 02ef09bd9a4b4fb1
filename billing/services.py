"""Writing the ledger. Rows are only ever added; the same event twice adds nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from billing.models import Meter, UsageRecord
from billing.prices import INCLUDED, UNPRICED, find_price, price_meter
from billing.usage import UsageFact
from tenants.context import tenant_scope


@dataclass(frozen=True, slots=True)
class UsageSubject:
    """What the usage was for; every field may be None."""

    agent_id: UUID | None = None
    conversation_id: UUID | None = None
    turn_id: UUID | None = None
    document_id: UUID | None = None


def record_usage(
    *,
    tenant_id: UUID,
    source_event_id: UUID,
    facts: Sequence[UsageFact],
    subject: UsageSubject,
    occurred_at: datetime,
) -> None:
    """One row per meter, model and step, priced by the version the facts name.

    The same source again, also at the same moment, adds nothing: the first telling stands. No audit row: the ledger is
    one itself.
    """
    rows = _merged(row for fact in facts for row in _rows(fact))
    for row in rows:
        row.source_event_id, row.occurred_at = source_event_id, occurred_at
        row.agent_id, row.conversation_id = subject.agent_id, subject.conversation_id
        row.turn_id, row.document_id = subject.turn_id, subject.document_id
    with tenant_scope(tenant_id):
        UsageRecord.objects.bulk_create(rows, ignore_conflicts=True)


def _merged(rows: Iterable[UsageRecord]) -> list[UsageRecord]:
    """Two calls of one model in one step are one row. Costs are added after rounding, as they are on the spans."""
    merged: dict[tuple[str, str, str], UsageRecord] = {}
    for row in rows:
        known = merged.setdefault((row.meter, row.model, row.step), row)
        if known is not row:
            known.quantity += row.quantity
            known.cost_micros += row.cost_micros
    return list(merged.values())


def _rows(fact: UsageFact) -> list[UsageRecord]:
    price = find_price(fact.model, version=fact.price_version)
    version, currency = (price.version, price.currency) if price else (UNPRICED, "USD")
    quantities = fact.tokens.by_meter() | {Meter(name): count for name, count in fact.counts.items() if count}
    return [
        UsageRecord(
            meter=meter,
            model=fact.model,
            step=fact.step,
            quantity=quantity,
            cost_micros=price_meter(price, meter, quantity) if price else 0,
            currency=currency,
            price_version=INCLUDED if meter in fact.counts else version,
        )
        for meter, quantity in quantities.items()
    ]


def record_conversation(*, tenant_id: UUID, agent_id: UUID, conversation_id: UUID, occurred_at: datetime) -> None:
    """Count the conversation, once in its life, whichever of its turns is told first."""
    row = UsageRecord(
        source_event_id=conversation_id,
        meter=Meter.CONVERSATIONS,
        quantity=1,
        cost_micros=0,
        currency="USD",
        price_version=INCLUDED,
        agent_id=agent_id,
        conversation_id=conversation_id,
        occurred_at=occurred_at,
    )
    with tenant_scope(tenant_id):
        UsageRecord.objects.bulk_create([row], ignore_conflicts=True)
