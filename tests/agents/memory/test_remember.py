"""Facts of a contact: their sources, what supersedes what, and that nobody else sees them."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from agents.events import handle_completed_turn
from agents.memory.recall import Recalled, recall
from agents.memory.remember import remember_conversation
from agents.models import Conversation, Episode, Fact, Message, MessageRole
from agents.selectors import list_facts
from agents.services import post_message, start_conversation
from agents.topics import TURN_COMPLETED
from agents.transcript import append_message
from ingestion.contacts.selectors import get_contact
from rapport.config import get_config
from rapport.events.envelope import Event
from tenants.actors import visitor_actor
from tenants.context import tenant_scope
from tests.cast import Cast, Visitor, make_visitor
from tests.reads import READS

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


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


def _tell_at(tenant_id: UUID, visitor: Visitor, text: str, minute: int) -> None:
    """A message of another minute, remembered only now: conversations are remembered in any order."""
    other = start_conversation(
        tenant_id=tenant_id,
        agent_id=_agent_id(tenant_id, visitor),
        contact_id=visitor.contact_id,
        actor=visitor_actor(visitor.contact_id),
    )
    with tenant_scope(tenant_id), transaction.atomic():
        message = append_message(Conversation.objects.get(id=other), role=MessageRole.CONTACT, text=text)
        Message.objects.filter(id=message.id).update(created_at=NOON + timedelta(minutes=minute))
    _remember(tenant_id, Visitor(visitor.contact_id, other))


def _agent_id(tenant_id: UUID, visitor: Visitor) -> UUID:
    with tenant_scope(tenant_id):
        return Conversation.objects.get(id=visitor.conversation_id).agent_id


def _course(tenant_id: UUID, visitor: Visitor) -> list[tuple[str, int, int | None]]:
    """Each value with the minutes from which and to which it held."""
    facts = list_facts(tenant_id=tenant_id, contact_id=visitor.contact_id)
    return sorted(
        ((fact.value, _minute(fact.valid_from) or 0, _minute(fact.valid_to)) for fact in facts),
        key=lambda each: each[1],
    )


def _minute(moment: datetime | None) -> int | None:
    return None if moment is None else (moment - NOON) // timedelta(minutes=1)


@pytest.mark.parametrize("order", list(permutations([(0, "Bonn"), (10, "Berlin"), (20, "Köln")])))
def test_in_whatever_order_they_are_told_the_last_said_stands(
    tenant_id: UUID, visitor: Visitor, order: tuple[tuple[int, str], ...]
) -> None:
    for minute, place in order:
        _tell_at(tenant_id, visitor, f"I live in {place}.", minute)
    assert _open(tenant_id, visitor) == [("place", "Köln")]
    assert _course(tenant_id, visitor) == [("Bonn", 0, 10), ("Berlin", 10, 20), ("Köln", 20, None)]


def test_a_retraction_told_late_does_not_touch_what_was_said_after_it(tenant_id: UUID, visitor: Visitor) -> None:
    _tell_at(tenant_id, visitor, "I live in Bonn.", 20)
    _tell_at(tenant_id, visitor, "I no longer live in Bonn.", 10)
    assert _open(tenant_id, visitor) == [("place", "Bonn")]


def test_a_polite_sorry_corrects_nothing(tenant_id: UUID, visitor: Visitor) -> None:
    _say(tenant_id, visitor, "My order number is A-1001")
    _say(tenant_id, visitor, "Sorry to bother you, my order number is A-1002")
    assert _open(tenant_id, visitor) == [("order", "A-1001"), ("order", "A-1002")]


def test_a_correction_leaves_another_conversations_orders_alone(tenant_id: UUID, visitor: Visitor) -> None:
    _tell_at(tenant_id, visitor, "My order number is A-1001", 0)
    _say(tenant_id, visitor, "Sorry, I meant order A-1003")
    assert _open(tenant_id, visitor) == [("order", "A-1001"), ("order", "A-1003")]


def test_what_a_contact_claims_is_no_proof_of_who_it_is(tenant_id: UUID, visitor: Visitor) -> None:
    _say(tenant_id, visitor, "My name is Anna. My email is anna@shop.example.")
    contact = get_contact(tenant_id=tenant_id, contact_id=visitor.contact_id)
    assert (contact.name, contact.email, contact.is_anonymous) == ("Anna", "", True)
    assert ("email", "anna@shop.example") in _open(tenant_id, visitor)


def test_the_event_remembers_once_however_often_it_comes(cast: Cast, tenant_id: UUID, visitor: Visitor) -> None:
    with tenant_scope(tenant_id), transaction.atomic():
        conversation = Conversation.objects.get(id=visitor.conversation_id)
        append_message(conversation, role=MessageRole.CONTACT, text="I live in Bonn.")
    data = {"contact_id": str(visitor.contact_id), "conversation_id": str(visitor.conversation_id)}
    for _ in range(2):
        with tenant_scope(tenant_id), transaction.atomic():
            handle_completed_turn(Event(TURN_COMPLETED, tenant_id, "k", data))
    [fact] = list_facts(tenant_id=tenant_id, contact_id=visitor.contact_id)
    assert len(fact.sources) == 1


def test_recall_writes_nothing_when_nothing_is_told(
    tenant_id: UUID, visitor: Visitor, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    _say(tenant_id, visitor, "My order number is A-1001")
    with tenant_scope(tenant_id), transaction.atomic():
        conversation = Conversation.objects.get(id=visitor.conversation_id)
        append_message(conversation, role=MessageRole.CONTACT, text="What is my order number?")
    # Facts, who is one with whom, and what was talked about; on PostgreSQL scopes are statements too, and there is one
    # more behind a pooler.
    most = 4 if get_config().is_embedded else 12
    with django_assert_max_num_queries(most) as queries:
        recalled = _recall(tenant_id, visitor, "What is my order number?")
    assert [query["sql"] for query in queries.captured_queries if not query["sql"].startswith(READS)] == []
    assert recalled.is_answered


def test_memory_says_it_in_the_askers_language(tenant_id: UUID, visitor: Visitor) -> None:
    _say(tenant_id, visitor, "My orders: order A-1001 and order A-1002")
    [passage] = _recall(tenant_id, visitor, "Wie ist meine Bestellnummer?").passages()
    assert passage.text == "Ihre Bestellnummern sind A-1002 und A-1001."


def test_a_question_for_more_than_memory_is_not_answered_by_it_alone(tenant_id: UUID, visitor: Visitor) -> None:
    _say(tenant_id, visitor, "My order number is A-1001")
    recalled = _recall(tenant_id, visitor, "What is my order number? And how long does delivery take?")
    assert recalled.is_asked
    assert not recalled.is_answered


def test_recall_names_the_message_that_said_it(tenant_id: UUID, visitor: Visitor) -> None:
    _say(tenant_id, visitor, "My name is Anna.")
    [fact] = _recall(tenant_id, visitor, "Who am I?").facts
    [view] = list_facts(tenant_id=tenant_id, contact_id=visitor.contact_id)
    assert fact.message_id == view.sources[0].message_id


def test_strangers_recall_nothing(cast: Cast, tenant_id: UUID, visitor: Visitor) -> None:
    _say(tenant_id, visitor, "My name is Anna.")
    assert _recall(cast.other.tenant_id, visitor, "Who am I?").facts == ()
    neighbour = make_visitor(cast.acme)
    assert _recall(tenant_id, neighbour, "Who am I?").facts == ()
    mixed = Visitor(neighbour.contact_id, visitor.conversation_id)  # another contact's conversation
    assert _remember(tenant_id, mixed) == 0


def _recall(tenant_id: UUID, visitor: Visitor, question: str) -> Recalled:
    return recall(
        tenant_id=tenant_id,
        contact_id=visitor.contact_id,
        conversation_id=visitor.conversation_id,
        question=question,
    )
