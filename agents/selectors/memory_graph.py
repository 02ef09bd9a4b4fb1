"""The graph of a contact's memory, read from the rows that it follows from, each time anew."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from agents.memory.chain import key_of
from agents.memory.graph.deriving import CompanyRecord, Membership, Purchase, Told, derive
from agents.memory.graph.model import Evidence, Graph
from agents.memory.latest import Words, facts_with, latest_words, predicates_told
from agents.memory.remembered import RememberedFact
from agents.memory.traits import plain, snake
from agents.models import Stance
from agents.selectors.memory import FactSourceView, FactView, list_facts
from ingestion.contacts.merging import named_family
from ingestion.contacts.selectors import RelationView, list_relations
from ingestion.incoming.companies import CompanyEvent, OrderEvent, list_company_events, list_order_events
from tenants.context import tenant_scope

_SENTENCE_ENDS = ".!?\n"
_LONGEST_QUOTE = 300
_MOST_COMPANIES = 5


def get_memory_graph(*, tenant_id: UUID, contact_id: UUID, conversation_id: UUID | None = None) -> Graph:
    """Of all who are read as one with the contact: what held, holds, and what says so. With `conversation_id` also what
    its last words tell that is not remembered yet."""
    with tenant_scope(tenant_id):
        family = named_family(tenant_id=tenant_id, contact_id=contact_id)
        facts = list_facts(tenant_id=tenant_id, contact_id=contact_id)
        belongs = list_relations(
            tenant_id=tenant_id, contact_ids=list(family), limit=_MOST_COMPANIES, target_kind="company"
        )
        ids = [each.target_key for each in belongs]
        records = list_company_events(tenant_id=tenant_id, company_ids=ids)
        orders = list_order_events(tenant_id=tenant_id, contact_ids=list(family))
        told = [_told(each) for each in facts if not each.is_proposed]
        words = latest_words(conversation_id) if conversation_id else []
        told = list(_with(told, words, contact_id)) if words else told
    return derive(
        told,
        name=next((name for name in family.values() if name), ""),
        memberships=[_membership(each) for each in belongs],
        records=[_record(each) for each in records],
        purchases=list(_purchases(orders)),
    )


def _told(fact: FactView) -> Told:
    return Told(
        id=fact.id,
        contact_id=fact.contact_id,
        predicate=fact.predicate,
        value=fact.value,
        valid_from=fact.valid_from,
        valid_to=fact.valid_to,
        precision=fact.precision,
        evidence=tuple(_evidence(each, fact) for each in fact.sources if each.stance == Stance.SUPPORTS),
        ended_by=fact.superseded_by,
    )


def _with(told: Sequence[Told], words: Sequence[Words], contact_id: UUID) -> Iterator[Told]:
    """What is remembered, and what the last words say of the contact, though it is not written yet."""
    kinds = predicates_told(words, contact_id, is_own=True)
    news = {(each.predicate, key_of(each.value)): each for each in facts_with(words, contact_id, kinds, is_own=True)}
    for each in told:
        holds = each.contact_id == contact_id and each.predicate in kinds and each.valid_to is None
        is_known = news.pop((each.predicate, key_of(each.value)), None) if holds else None
        yield replace(each, valid_to=words[-1].origin.at) if holds and is_known is None else each
    for fact in news.values():
        evidence = tuple(_latest_evidence(fact, words))
        since = fact.said_at
        yield Told(fact.id, contact_id, fact.predicate, fact.value, since, None, "moment", evidence)


def _latest_evidence(fact: RememberedFact, words: Sequence[Words]) -> Iterator[Evidence]:
    for each in words:
        for said in each.said:
            if said.predicate == fact.predicate and key_of(said.value) == key_of(fact.value) and not said.is_retracted:
                text = _around(each.text, said.start, said.end)
                origin = each.origin
                yield Evidence("said", text, origin.at, origin.message_id, origin.conversation_id)


def _evidence(source: FactSourceView, fact: FactView) -> Evidence:
    at = source.said_at or fact.recorded_at
    if source.message_id:
        return Evidence("said", _sentence(source), at, source.message_id, source.conversation_id)
    if source.event_id:
        text = f"{source.event_title or 'Event'} – {fact.label}: {fact.value}"
        return Evidence("record", text, at, event_id=source.event_id)
    return Evidence("tool" if source.run_id else "told", "", at)


def _sentence(source: FactSourceView) -> str:
    """The one that gave the fact."""
    return _around(source.message, source.char_start, source.char_end)


def _around(text: str, char_start: int, char_end: int) -> str:
    start = max(text.rfind(end, 0, char_start) for end in _SENTENCE_ENDS) + 1
    ends = [place for end in _SENTENCE_ENDS if (place := text.find(end, char_end)) >= 0]
    return text[start : min(ends, default=len(text)) + 1].strip()[:_LONGEST_QUOTE]


def _membership(relation: RelationView) -> Membership:
    name = relation.name or relation.target_key
    record = Evidence("record", f"company: {name}", relation.last_at, event_id=relation.event_id)
    return Membership(relation.target_key, name, relation.valid_from, relation.valid_to, (record,))


def _record(event: CompanyEvent) -> CompanyRecord:
    traits = dict(_texts(event.traits))
    return CompanyRecord(event.id, event.company_id, traits, event.occurred_at, event.received_at)


def _texts(traits: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Those that have one; where a company is, is called as where a contact is."""
    address = traits.get("address")
    city = plain(traits.get("city")) or (plain(address.get("city")) if isinstance(address, Mapping) else "")
    if city:
        yield "place", city
    for name, value in traits.items():
        if name not in ("id", "name", "city", "address") and (text := plain(value)):
            yield snake(name), text


def _purchases(orders: Sequence[OrderEvent]) -> Iterable[Purchase]:
    for order in sorted(orders, key=_when):
        record = (Evidence("record", _contents(order), order.occurred_at, event_id=order.id),)
        yield Purchase("order", order.order_id, order.order_id, order.occurred_at, record)
        for key, name in order.products:
            yield Purchase("product", key, name, order.occurred_at, record, within=order.order_id)


def _when(order: OrderEvent) -> datetime:
    return order.occurred_at


def _contents(order: OrderEvent) -> str:
    products = ", ".join(name or key for key, name in order.products)
    return f"{order.order_id}: {products}" if products else order.order_id
