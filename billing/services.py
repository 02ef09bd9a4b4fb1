"""Writing the ledger. Rows are only ever added; the same event twice adds nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from billing.errors import InvalidUsage
from billing.ledger import add_rows, merge
from billing.models import Meter, UsageRecord
from billing.own_prices import CompanyPrices, company_prices
from billing.price import Price
from billing.prices import INCLUDED, UNPRICED, TokenCounts, cost_of, find_price, price_meter
from billing.rating import OWN_ACCOUNT
from billing.terms import load_terms
from billing.usage import UsageFact
from rapport.ids import new_id
from tenants.context import tenant_scope
from tenants.selectors import get_tenant


@dataclass(frozen=True, slots=True)
class UsageSubject:
    """What the usage was for; every field may be None."""

    agent_id: UUID | None = None
    conversation_id: UUID | None = None
    turn_id: UUID | None = None
    document_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What one event tells was used, and when it was."""

    source_event_id: UUID
    facts: Sequence[UsageFact]
    occurred_at: datetime
    subject: UsageSubject = field(default_factory=UsageSubject)


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
    record_many(tenant_id=tenant_id, told=[Told(source_event_id, facts, occurred_at, subject)])


def record_many(*, tenant_id: UUID, told: Sequence[Told]) -> None:
    """`record_usage` for several events, in one transaction."""
    with tenant_scope(tenant_id), transaction.atomic():
        add_rows((row for each in told for row in _rows_of(each)), load_terms())


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


def record_count(
    *,
    tenant_id: UUID,
    source_event_id: UUID,
    step: str,
    counts: Mapping[str, int],
    occurred_at: datetime,
    subject: UsageSubject | None = None,
    costs: Mapping[str, int] | None = None,
) -> None:
    """What is no call of a model, by meter: {"tool_calls": 2}. `step`: the component, where there are several.
    `costs`: micro-units by meter, where it costs something. Raises InvalidUsage for a number below 0."""
    if any(number < 0 for number in (*counts.values(), *(costs or {}).values())):
        raise InvalidUsage("A fact is never negative.", param="counts")
    fact = UsageFact(step, "", TokenCounts(), counts=counts, costs=costs)
    record_usage(
        tenant_id=tenant_id,
        source_event_id=source_event_id,
        facts=[fact],
        subject=subject or UsageSubject(),
        occurred_at=occurred_at,
    )


def record_conversation(*, tenant_id: UUID, agent_id: UUID, conversation_id: UUID, occurred_at: datetime) -> None:
    """Count the conversation, once in its life, whichever of its turns is told first."""
    _count_conversation(tenant_id, agent_id, conversation_id, occurred_at, Meter.CONVERSATIONS)


def record_resolution(*, tenant_id: UUID, agent_id: UUID, conversation_id: UUID, occurred_at: datetime) -> None:
    """It was closed and no person had to answer; once in its life. Nothing is ever assumed to be resolved."""
    _count_conversation(tenant_id, agent_id, conversation_id, occurred_at, Meter.RESOLUTIONS)


def record_storage(*, tenant_id: UUID, day: date, passages: int, size: int) -> None:
    """What was kept on a day of the company's time zone; `size` in bytes. The first telling of a day stands."""
    noon = datetime.combine(day, time(12), ZoneInfo(get_tenant(tenant_id).time_zone))
    record_count(
        tenant_id=tenant_id,
        source_event_id=uuid5(tenant_id, f"stored:{day.isoformat()}"),
        step="stored",
        counts={Meter.STORED_CHUNKS: passages, Meter.STORED_BYTES: size},
        occurred_at=noon,
    )


def _count_conversation(tenant_id: UUID, agent_id: UUID, conversation_id: UUID, at: datetime, meter: Meter) -> None:
    fact = UsageFact("", "", TokenCounts(), counts={meter: 1})
    subject = UsageSubject(agent_id, conversation_id)
    record_many(tenant_id=tenant_id, told=[Told(conversation_id, [fact], at, subject)])


def _rows_of(told: Told) -> list[UsageRecord]:
    prices, rows = _prices_for(told.facts, told.occurred_at), []
    for row in (row for fact in told.facts for row in _rows(fact, prices)):
        row.source_event_id, row.occurred_at = told.source_event_id, told.occurred_at
        row.agent_id, row.conversation_id = told.subject.agent_id, told.subject.conversation_id
        row.turn_id, row.document_id = told.subject.turn_id, told.subject.document_id
        rows.append(row)
    return merge(rows)


def _prices_for(facts: Sequence[UsageFact], at: datetime) -> CompanyPrices:
    """Asked for only when tokens come without their costs."""
    is_asked = any(fact.costs is None and fact.tokens.by_meter() for fact in facts)
    return company_prices(at=at) if is_asked else CompanyPrices()


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
            rate_version=OWN_ACCOUNT if fact.is_own and meter not in fact.counts else "",
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
