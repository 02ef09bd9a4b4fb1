"""Writing the ledger. Rows are only ever added; the same event twice adds nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from billing.company_budget import add_spent, lock_company_budget
from billing.models import Meter, UsageRecord
from billing.own_prices import CompanyPrices, company_prices
from billing.price import Price
from billing.prices import INCLUDED, UNPRICED, TokenCounts, cost_of, find_price, price_meter
from billing.usage import UsageFact
from rapport.ids import new_id
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
    with tenant_scope(tenant_id), transaction.atomic():
        prices = _prices_for(facts, occurred_at)
        rows = _merged(row for fact in facts for row in _rows(fact, prices))
        for row in rows:
            row.source_event_id, row.occurred_at = source_event_id, occurred_at
            row.agent_id, row.conversation_id = subject.agent_id, subject.conversation_id
            row.turn_id, row.document_id = subject.turn_id, subject.document_id
        _write(rows, source_event_id)


def record_embedding(
    *,
    tenant_id: UUID,
    step: str,
    model: str,
    tokens: int,
    source_event_id: UUID | None = None,
    subject: UsageSubject | None = None,
) -> None:
    """One call of an embedder, now, at today's price. `source_event_id` None: it is told once."""
    counts = TokenCounts(embedding=tokens)
    record_usage(
        tenant_id=tenant_id,
        source_event_id=source_event_id or new_id(),
        facts=[UsageFact(step, model, counts, cost_of(model, counts).version)],
        subject=subject or UsageSubject(),
        occurred_at=timezone.now(),
    )


def _prices_for(facts: Sequence[UsageFact], at: datetime) -> CompanyPrices:
    """Asked for only when a fact comes without its costs."""
    return company_prices(at=at) if any(fact.costs is None for fact in facts) else CompanyPrices()


def _write(rows: list[UsageRecord], source_event_id: UUID) -> None:
    """In the open scope and transaction, with what is new of it counted against the company's budget."""
    budget = lock_company_budget() if any(row.cost_micros for row in rows) else None
    if budget is not None:
        known = set(UsageRecord.objects.filter(source_event_id=source_event_id).values_list("meter", "model", "step"))
        add_spent(budget, [row for row in rows if (row.meter, row.model, row.step) not in known])
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


def _rows(fact: UsageFact, prices: CompanyPrices) -> list[UsageRecord]:
    price = None if fact.costs is not None else _price_of(fact, prices)
    version = fact.price_version if fact.costs is not None else price.version if price else UNPRICED
    quantities = fact.tokens.by_meter() | {Meter(name): count for name, count in fact.counts.items() if count}
    return [
        UsageRecord(
            meter=meter,
            model=fact.model,
            step=fact.step,
            quantity=quantity,
            cost_micros=_cost(fact, price, meter, quantity),
            currency=price.currency if price else "USD",
            price_version=INCLUDED if meter in fact.counts else version or UNPRICED,
        )
        for meter, quantity in quantities.items()
    ]


def _price_of(fact: UsageFact, prices: CompanyPrices) -> Price | None:
    """The company's own before the one that the fact names."""
    own = prices.price_of(fact.model, reading=fact.tokens.total_input) if prices.rows else None
    return own or find_price(fact.model, version=fact.price_version)


def _cost(fact: UsageFact, price: Price | None, meter: Meter, quantity: int) -> int:
    """What was reckoned when the call was made: prices may have changed since."""
    if fact.costs is not None:
        return fact.costs.get(meter, 0)
    return price_meter(price, meter, quantity) if price else 0


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
