"""Traits from the tenant's own systems become facts with the event as their source; the newest holds."""

from uuid import UUID

import pytest

from agents.events import handle_described_contact
from agents.memory.recall import recall
from agents.memory.traits import facts_in
from agents.models import FactSource
from agents.selectors import FactView, list_facts
from ingestion.contacts.merging import merge_contacts, unmerge_contact
from ingestion.models import Contact
from rapport.events.envelope import Event
from rapport.events.models import OutboxEvent
from rapport.ids import new_id
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tests.cast import Cast
from tests.ingestion.incoming.sending import NOON, message, tell


@pytest.fixture
def tenant_id(cast: Cast) -> UUID:
    return cast.acme.tenant_id


def remember(tenant_id: UUID) -> None:
    """Whatever was told, once more too."""
    for row in OutboxEvent.objects.filter(tenant_id=tenant_id, topic="ingestion.contacts").order_by("id"):
        event = Event.from_json(row.payload)
        if event.type.endswith("described.v1"):
            with tenant_scope(tenant_id):
                handle_described_contact(event)


def contact_of(tenant_id: UUID, external_id: str = "u1") -> UUID:
    with tenant_scope(tenant_id):
        return Contact.objects.get(external_id=external_id).id


def facts(tenant_id: UUID, external_id: str = "u1") -> list[FactView]:
    return list_facts(tenant_id=tenant_id, contact_id=contact_of(tenant_id, external_id))


def current(tenant_id: UUID, external_id: str = "u1") -> dict[str, str]:
    return {fact.predicate: fact.value for fact in facts(tenant_id, external_id) if fact.is_current}


TRAITS = {
    "firstName": "Mara",
    "lastName": "Lind",
    "email": "Mara@Customer.example",
    "address": {"city": "Bergen", "street": "x"},
    "lifetimeValue": 1200.5,
    "newsletter": True,
    "tags": ["boots", "vip"],
    "nested": {"is": "ignored"},
    "company": {"id": "c1", "name": "Fjell AS"},
}


def test_traits_are_facts_with_their_event(tenant_id: UUID) -> None:
    tell(tenant_id, message("identify", userId="u1", traits=TRAITS))
    remember(tenant_id)
    assert current(tenant_id) == {
        "name": "Mara Lind",
        "email": "mara@customer.example",
        "place": "Bergen",
        "trait.lifetime_value": "1200.5",
        "trait.newsletter": "yes",
        "trait.tags": "boots, vip",
        "trait.company": "Fjell AS",
    }
    for fact in facts(tenant_id):
        (source,) = fact.sources
        assert (source.event_title, source.event_source, source.said_at) == ("Identified", "customer-data", NOON)
        assert (fact.valid_from, fact.confidence, source.message_id) == (NOON, 1.0, None)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_newest_holds_in_whatever_order_they_come(tenant_id: UUID, order: tuple[int, ...]) -> None:
    told = [message("identify", minutes=each, userId="u1", traits={"plan": f"plan {each}"}) for each in range(3)]
    tell(tenant_id, *(told[each] for each in order))
    remember(tenant_id)
    assert current(tenant_id) == {"trait.plan": "plan 2"}
    assert len(facts(tenant_id)) == 3


def test_a_trait_that_is_null_is_taken_back(tenant_id: UUID) -> None:
    tell(
        tenant_id,
        message("identify", userId="u1", traits={"plan": "pro"}),
        message("identify", minutes=1, userId="u1", traits={"plan": None}),
    )
    remember(tenant_id)
    assert current(tenant_id) == {}
    assert [fact.value for fact in facts(tenant_id)] == ["pro"]


def test_remembering_again_changes_nothing(tenant_id: UUID) -> None:
    tell(tenant_id, message("identify", userId="u1", traits=TRAITS))
    for _ in range(3):
        remember(tenant_id)
    with tenant_scope(tenant_id):
        assert FactSource.objects.count() == len(facts(tenant_id)) == 7


def test_the_same_said_twice_is_one_fact_with_two_sources(tenant_id: UUID) -> None:
    for minutes in (0, 1):
        tell(tenant_id, message("identify", minutes=minutes, userId="u1", traits={"plan": "pro"}))
    remember(tenant_id)
    (fact,) = facts(tenant_id)
    assert len(fact.sources) == 2


def test_two_who_are_one_are_remembered_as_one(tenant_id: UUID) -> None:
    tell(
        tenant_id,
        message("identify", userId="u1", traits={"name": "M. Lind", "plan": "pro"}),
        message("identify", minutes=5, userId="u2", traits={"name": "Mara Lind"}),
    )
    remember(tenant_id)
    first, second = contact_of(tenant_id, "u1"), contact_of(tenant_id, "u2")
    merge_contacts(tenant_id=tenant_id, contact_id=second, into_id=first, actor=SYSTEM)
    assert current(tenant_id) == current(tenant_id, "u2") == {"name": "Mara Lind", "trait.plan": "pro"}
    for contact_id in (first, second):
        recalled = recall(
            tenant_id=tenant_id, contact_id=contact_id, conversation_id=new_id(), question="What is my name?"
        )
        assert [fact.value for fact in recalled.facts] == ["Mara Lind"]
    unmerge_contact(tenant_id=tenant_id, contact_id=second, actor=SYSTEM)
    assert current(tenant_id) == {"name": "M. Lind", "trait.plan": "pro"}


def test_a_stranger_is_told_nothing(cast: Cast) -> None:
    tell(cast.acme.tenant_id, message("identify", userId="u1", traits=TRAITS))
    remember(cast.acme.tenant_id)
    stranger = list_facts(tenant_id=cast.other.tenant_id, contact_id=contact_of(cast.acme.tenant_id))
    assert stranger == []


def test_long_and_strange_traits() -> None:
    found = dict(facts_in({"x" * 100: "y" * 900, "": "a", "Ünï cödé": 1, "n": float("1e300"), "list": [{}]}))
    assert all(len(predicate) <= 60 and len(value) <= 500 for predicate, value in found.items())
