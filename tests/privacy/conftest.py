"""Contacts who said something, with traces of it in every table and store that can hold any."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

import numpy as np
import pytest
from django.apps import apps
from django.db.models import Model

from agents.api.limits import MESSAGES
from agents.memory.remember import remember_conversation
from agents.models import CachedAnswer, Fact
from agents.runtime.turn import answer_turn
from agents.services import post_message, start_conversation
from ingestion.contacts.services import ensure_contact
from ingestion.graph.port import Edge, Node, VersionNodes
from ingestion.graph.registry import get_graph_store
from ingestion.vectors.port import VectorChunk, VectorStore
from ingestion.vectors.registry import get_collection
from rapport.events.inline import deliver_now
from rapport.ids import new_id
from rapport.ratelimits.buckets import take
from rapport.streams.registry import get_stream_store
from tenants.actors import visitor_actor
from tenants.context import tenant_scope
from tests.agents.scripted import scripted_parts
from tests.cast import Cast, Company

SECRET = "quokka"  # in everything that a contact says and is told
DIMENSIONS = 8


@dataclass(frozen=True)
class Talker:
    """A contact, and what it left."""

    tenant_id: UUID
    contact_id: UUID
    conversation_id: UUID
    turn_id: UUID
    external_id: str

    def say(self, text: str) -> UUID:
        """Returns the turn's id; nobody answers yet."""
        return post_message(
            tenant_id=self.tenant_id,
            conversation_id=self.conversation_id,
            text=text,
            idempotency_key=str(new_id()),
            actor=visitor_actor(self.contact_id),
        ).turn_id


Talk = Callable[..., Talker]


@pytest.fixture
def talk(cast: Cast) -> Talk:
    return lambda company=cast.acme, name=f"{SECRET}-1": make_talker(company, name)


def make_talker(company: Company, external_id: str) -> Talker:
    tenant_id = company.tenant_id
    contact_id = ensure_contact(
        tenant_id=tenant_id, external_id=external_id, name=f"Ms {SECRET}", email=f"{external_id}@{SECRET}.example"
    )
    conversation_id = start_conversation(
        tenant_id=tenant_id,
        agent_id=company.agent_id,
        contact_id=contact_id,
        actor=visitor_actor(contact_id),
        idempotency_key=f"{external_id}-begin",
    )
    talker = Talker(tenant_id, contact_id, conversation_id, new_id(), external_id)
    turn_id = talker.say(f"My name is {SECRET.title()}. My order number is {SECRET.upper()}-4711.")
    answer_turn(tenant_id=tenant_id, turn_id=turn_id, parts=scripted_parts(texts=(f"The {SECRET} is sent.",)))
    remember_conversation(tenant_id=tenant_id, contact_id=contact_id, conversation_id=conversation_id)
    take(MESSAGES, f"contact:{contact_id.hex}")
    with tenant_scope(tenant_id):
        assert Fact.objects.filter(contact_id=contact_id).exists()
        CachedAnswer.objects.create(
            key=f"{external_id:0<64}"[:64], turn_id=turn_id, agent_id=company.agent_id, text=SECRET
        )
    deliver_now()
    _in_the_stores(tenant_id, contact_id)
    return Talker(tenant_id, contact_id, conversation_id, turn_id, external_id)


def _in_the_stores(tenant_id: UUID, contact_id: UUID) -> None:
    """As one that keeps memories beside passages, and contacts in the graph, would write them."""
    with tenant_scope(tenant_id):
        fact = Fact.objects.filter(contact_id=contact_id).first()
    assert fact
    chunk = VectorChunk(fact.id, contact_id, contact_id, contact_id, 0, SECRET, (), SECRET, "en")
    vectors().upsert(tenant_id, [chunk], np.ones((1, DIMENSIONS), dtype=np.float32) / DIMENSIONS**0.5)
    nodes = [Node(f"contact:{contact_id}", "contact", SECRET), Node(f"product:{SECRET}", "product", SECRET)]
    edge = Edge(new_id(), nodes[0].key, nodes[1].key, "ordered")
    graph = get_graph_store()
    graph.prepare()
    graph.upsert_versions(tenant_id, [VersionNodes(contact_id, contact_id, nodes, [edge])])


def vectors() -> VectorStore:
    return get_collection("tests-of-privacy", DIMENSIONS)


def places_with(word: str, tenant_id: UUID) -> set[str]:
    """Every table and store that still holds the word: rows whole, as text; stores through their ports."""
    found = {model._meta.label for model in apps.get_models() if _rows_hold(model, word, tenant_id)}
    graph = get_graph_store()
    if graph.find(tenant_id, [f"product:{word}"]):
        found.add("graph")
    if vectors().search_words(tenant_id, word, limit=1):
        found.add("vectors")
    return found


def _rows_hold(model: type[Model], word: str, tenant_id: UUID) -> bool:
    has_tenant = any(field.attname == "tenant_id" for field in model._meta.concrete_fields)
    with tenant_scope(tenant_id):
        rows = model._default_manager.filter(**({"tenant_id": tenant_id} if has_tenant else {}))
        return any(word in _text(row).lower() for row in rows.values())


def _text(row: Mapping[str, object]) -> str:
    return " ".join(
        bytes(each).decode(errors="ignore") if isinstance(each, bytes | memoryview) else str(each)
        for each in row.values()
    )


def frames_of(talker: Talker) -> int:
    return get_stream_store().count_frames(talker.tenant_id, [talker.turn_id])
