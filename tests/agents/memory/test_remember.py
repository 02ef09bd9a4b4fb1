"""Facts of a contact: their sources, what supersedes what, and that nobody else sees them."""

from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from agents.memory.recall import recall
from agents.memory.remember import remember_conversation
from agents.models import Conversation, Episode, Fact, MessageRole
from agents.selectors import list_facts
from agents.services import post_message
from agents.services.conversations import append_message
from ingestion.contacts.selectors import get_contact
from tenants.actors import visitor_actor
from tenants.context import tenant_scope
from tests.cast import Cast, Visitor, make_visitor


@pytest.fixture
def tenant_id(cast: Cast) -> UUID:
    return cast.acme.tenant_id


def _say(tenant_id: UUID, visitor: Visitor, text: str) -> None:
    post_message(
        tenant_id=tenant_id,
        conversation_id=visitor.conversation_id,
        text=text,
        idempotency_key="",
        actor=visitor_actor(visitor.contact_id),
    )
    _remember(tenant_id, visitor)


def _remember(tenant_id: UUID, visitor: Visitor) -> int:
    return remember_conversation(
        tenant_id=tenant_id, contact_id=visitor.contact_id, conversation_id=visitor.conversation_id
    )


def _open(tenant_id: UUID, visitor: Visitor) -> list[tuple[str, str]]:
    facts = list_facts(tenant_id=tenant_id, contact_id=visitor.contact_id, with_superseded=False)
    return sorted((fact.predicate, fact.value) for fact in facts)


def test_a_fact_names_the_words_it_came_from(tenant_id: UUID, visitor: Visitor) -> None:
    _say(tenant_id, visitor, "Hello! My name is Anna.")
    [fact] = list_facts(tenant_id=tenant_id, contact_id=visitor.contact_id)
    [source] = fact.sources
    assert (source.before, source.quote, source.after) == ("Hello! My name is ", "Anna", ".")
    assert get_contact(tenant_id=tenant_id, contact_id=visitor.contact_id).display_name == "Anna"


def test_remembering_twice_changes_nothing(tenant_id: UUID, visitor: Visitor) -> None:
    _say(tenant_id, visitor, "My name is Anna.")
    assert _remember(tenant_id, visitor) == 0
    assert len(list_facts(tenant_id=tenant_id, contact_id=visitor.contact_id)) == 1


def test_saying_it_again_adds_a_source_and_no_fact(tenant_id: UUID, visitor: Visitor) -> None:
    _say(tenant_id, visitor, "My order number is A-4711")
    _say(tenant_id, visitor, "As I said, order A-4711")
    [fact] = list_facts(tenant_id=tenant_id, contact_id=visitor.contact_id)
    assert len(fact.sources) == 2


def test_a_newer_value_supersedes_and_the_older_one_stays_visible(tenant_id: UUID, visitor: Visitor) -> None:
    _say(tenant_id, visitor, "I live in Bonn.")
    _say(tenant_id, visitor, "I moved to Berlin.")
    now, before = list_facts(tenant_id=tenant_id, contact_id=visitor.contact_id)
    assert (now.value, now.is_current, before.value, before.is_current) == ("Berlin", True, "Bonn", False)
    assert before.superseded_by == now.id
    assert before.valid_to == now.valid_from


def test_several_orders_may_stand_but_a_correction_replaces_the_last(tenant_id: UUID, visitor: Visitor) -> None:
    _say(tenant_id, visitor, "My orders: order A-1001 and order A-1002")
    assert _open(tenant_id, visitor) == [("order", "A-1001"), ("order", "A-1002")]
    _say(tenant_id, visitor, "Sorry, I meant order A-1003")
    assert len(_open(tenant_id, visitor)) == 2
    assert ("order", "A-1003") in _open(tenant_id, visitor)


def test_a_retraction_closes_the_fact(tenant_id: UUID, visitor: Visitor) -> None:
    _say(tenant_id, visitor, "I live in Bonn.")
    _say(tenant_id, visitor, "I no longer live in Bonn.")
    assert _open(tenant_id, visitor) == []
    assert len(list_facts(tenant_id=tenant_id, contact_id=visitor.contact_id)) == 1


def test_nothing_is_taken_from_what_the_agent_said(tenant_id: UUID, visitor: Visitor) -> None:
    with tenant_scope(tenant_id), transaction.atomic():
        conversation = Conversation.objects.get(id=visitor.conversation_id)
        append_message(conversation, role=MessageRole.AGENT, text="My name is Robo. Your order number is A-9999.")
    assert _remember(tenant_id, visitor) == 1
    assert _open(tenant_id, visitor) == []
    with tenant_scope(tenant_id):
        assert Episode.objects.get().origin == "agent"


def test_the_database_allows_one_open_value_only(tenant_id: UUID, visitor: Visitor) -> None:
    facts = [
        Fact(contact_id=visitor.contact_id, predicate="place", value=value, is_single_valued=True, confidence=1)
        for value in ("Bonn", "Berlin")
    ]
    with tenant_scope(tenant_id), pytest.raises(IntegrityError), transaction.atomic():
        Fact.objects.bulk_create(facts)


def test_recall_knows_the_very_last_words(tenant_id: UUID, visitor: Visitor) -> None:
    question = "My order number is A-4711. What is my order number?"
    post_message(
        tenant_id=tenant_id,
        conversation_id=visitor.conversation_id,
        text=question,
        idempotency_key="",
        actor=visitor_actor(visitor.contact_id),
    )
    recalled = recall(
        tenant_id=tenant_id,
        contact_id=visitor.contact_id,
        conversation_id=visitor.conversation_id,
        question=question,
    )
    assert recalled.is_answered
    assert [passage.text for passage in recalled.passages()] == ["Your order number is A-4711."]


@pytest.mark.parametrize(
    ("question", "is_asked"),
    [
        ("What is my order number?", True),
        ("Do you remember my e-mail address?", True),
        ("Who am I?", True),
        ("What do you know about me?", True),
        ("What is the delivery time?", False),
        ("Where is my order status shown?", False),
        ("Cancel my order", False),
    ],
)
def test_only_questions_about_oneself_ask_memory(
    tenant_id: UUID, visitor: Visitor, question: str, is_asked: bool
) -> None:
    recalled = recall(
        tenant_id=tenant_id,
        contact_id=visitor.contact_id,
        conversation_id=visitor.conversation_id,
        question=question,
    )
    assert recalled.is_asked is is_asked


def test_another_contact_and_another_company_recall_nothing(cast: Cast, tenant_id: UUID, visitor: Visitor) -> None:
    _say(tenant_id, visitor, "My name is Anna.")
    other = make_visitor(cast.acme)
    assert _open(tenant_id, other) == []
    assert list_facts(tenant_id=cast.other.tenant_id, contact_id=visitor.contact_id) == []
    assert (
        remember_conversation(
            tenant_id=cast.other.tenant_id, contact_id=visitor.contact_id, conversation_id=visitor.conversation_id
        )
        == 0
    )
