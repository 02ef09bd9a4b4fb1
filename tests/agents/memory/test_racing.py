"""Two conversations of one contact remembered at the same moment: one open value, every source, nothing twice."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connections, transaction

from agents.memory.remember import remember_conversation
from agents.models import Conversation, Episode, MessageRole
from agents.selectors import list_facts
from agents.services import start_conversation
from agents.transcript import append_message
from tenants.actors import visitor_actor
from tenants.context import tenant_scope
from tests.cast import Company, Visitor, assemble, make_visitor
from tests.file_database import file_database as file_database

pytestmark = pytest.mark.usefixtures("file_database")
RACERS = 4


def _conversation(company: Company, visitor: Visitor, text: str) -> UUID:
    conversation_id = start_conversation(
        tenant_id=company.tenant_id,
        agent_id=company.agent_id,
        contact_id=visitor.contact_id,
        actor=visitor_actor(visitor.contact_id),
    )
    with tenant_scope(company.tenant_id), transaction.atomic():
        append_message(Conversation.objects.get(id=conversation_id), role=MessageRole.CONTACT, text=text)
    return conversation_id


def _race(company: Company, visitor: Visitor, conversations: list[UUID]) -> list[int]:
    start = Barrier(len(conversations))

    def remember(conversation_id: UUID) -> int:
        try:
            start.wait(timeout=30)
            return remember_conversation(
                tenant_id=company.tenant_id, contact_id=visitor.contact_id, conversation_id=conversation_id
            )
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(conversations)) as threads:
        return list(threads.map(remember, conversations))


def test_many_tell_the_same() -> None:
    cast = assemble()
    visitor = make_visitor(cast.acme)
    told = [_conversation(cast.acme, visitor, "My order number is A-1001. I live in Bonn.") for _ in range(RACERS)]
    assert _race(cast.acme, visitor, told) == [1] * RACERS
    facts = list_facts(tenant_id=cast.acme.tenant_id, contact_id=visitor.contact_id)
    assert sorted((fact.value, len(fact.sources)) for fact in facts) == [("A-1001", RACERS), ("Bonn", RACERS)]


def test_many_contradict_each_other() -> None:
    cast = assemble()
    visitor = make_visitor(cast.acme)
    places = ["Bonn", "Berlin", "Köln", "Ulm"]
    _race(cast.acme, visitor, [_conversation(cast.acme, visitor, f"I live in {place}.") for place in places])
    facts = list_facts(tenant_id=cast.acme.tenant_id, contact_id=visitor.contact_id)
    assert [fact.value for fact in facts if fact.is_current] == [places[-1]]
    assert sorted(fact.value for fact in facts) == sorted(places)


def test_one_conversation_is_remembered_once() -> None:
    cast = assemble()
    visitor = make_visitor(cast.acme)
    conversation_id = _conversation(cast.acme, visitor, "My name is Anna.")
    assert sorted(_race(cast.acme, visitor, [conversation_id] * RACERS)) == [0] * (RACERS - 1) + [1]
    with tenant_scope(cast.acme.tenant_id):
        assert Episode.objects.count() == 1
