"""Writing the ledger. Rows are only ever added; the same event twice adds nothing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from billing.entries import Entry, merge
from billing.errors import InvalidUsage
from billing.ledger import add_entries
from billing.models import Meter
from billing.own_prices import CompanyPrices, company_prices
from billing.price import Price
from billing.prices import INCLUDED, UNPRICED, TokenCounts, cost_of, find_price, price_meter
from billing.rating import OWN_ACCOUNT, SPEECH
from billing.terms import load_terms
from billing.usage import UsageFact
from rapport.ids import new_id
from tenants.context import tenant_scope
from tenants.selectors import get_tenant

_Prices = dict[tuple[str, str], Price | None]  # by model and version


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
        add_entries(entries_of(told), load_terms())


def entries_of(told: Iterable[Told]) -> Iterator[Entry]:
    """What comes of it, with its costs; in an open scope."""
    prices: _Prices = {}
    for each in told:
        yield from _entries_of(each, prices)


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


def _entries_of(told: Told, prices: _Prices) -> list[Entry]:
    own = _own_prices(told)
    entries = [entry for fact in told.facts for entry in _entries(told, fact, own, prices)]
    return merge(entries) if len(told.facts) > 1 else entries


def _own_prices(told: Told) -> CompanyPrices:
    """Asked for only when tokens come without their costs."""
    is_asked = any(fact.costs is None and fact.tokens.by_meter() for fact in told.facts)
    return company_prices(at=told.occurred_at) if is_asked else CompanyPrices()


def _entries(told: Told, fact: UsageFact, own: CompanyPrices, prices: _Prices) -> list[Entry]:
    price = None if fact.costs is not None else _price_of(fact, own, prices)
    version = fact.price_version if fact.costs is not None else price.version if price else UNPRICED
    quantities = fact.tokens.by_meter()
    if fact.counts:
        quantities |= {Meter(name): count for name, count in fact.counts.items() if count}
    subject = told.subject
    return [
        Entry(
            told.source_event_id,
            meter.value,
            fact.model,
            fact.step,
            quantity,
            _cost(fact, price, meter, quantity),
            price.currency if price else "USD",
            INCLUDED if meter in fact.counts else version or UNPRICED,
            OWN_ACCOUNT if fact.is_own and (meter not in fact.counts or meter in SPEECH) else "",
            told.occurred_at,
            subject.agent_id,
            subject.conversation_id,
            subject.turn_id,
            subject.document_id,
        )
        for meter, quantity in quantities.items()
    ]


def _price_of(fact: UsageFact, own: CompanyPrices, prices: _Prices) -> Price | None:
    """The company's own before the one that the fact names, which is looked up once for many facts."""
    found = own.price_of(fact.model, reading=fact.tokens.total_input) if own.rows else None
    if found is not None:
        return found
    key = fact.model, fact.price_version
    if key not in prices:
        prices[key] = find_price(fact.model, version=fact.price_version)
    return prices[key]


def _cost(fact: UsageFact, price: Price | None, meter: Meter, quantity: int) -> int:
    """What was reckoned when the call was made: prices may have changed since."""
    if fact.costs is not None:
        return fact.costs.get(meter, 0)
    return price_meter(price, meter, quantity) if price else 0
