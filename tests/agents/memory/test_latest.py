"""What a turn knows before its words are remembered is what is known when they are."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction

from agents.memory.recall import Recalled, recall
from agents.memory.remember import remember_conversation
from agents.memory.remembered import RememberedFact
from agents.models import Conversation, Episode, Fact, Message, MessageRole
from agents.runtime.finishing import fail_turn
from agents.services import post_message, start_conversation
from agents.transcript import append_message
from ingestion.contacts.services import create_visitor
from tenants.actors import visitor_actor
from tenants.context import tenant_scope
from tests.benchmarks.remembering.stories import Line, make_stories
from tests.benchmarks.remembering.telling import BEGAN
from tests.cast import Cast, Visitor

pytestmark = pytest.mark.django_db

STORIES = list(make_stories(20261126, "known", 1))[::5]


@pytest.mark.parametrize("split", range(0, len(STORIES), 8))
def test_the_last_words_are_known_as_they_will_be_remembered(cast: Cast, split: int) -> None:
    """Generated stories: updates, contradictions, late arrivals, homonyms, negation, doubts, in English and German."""
    tenant_id, agent_id = cast.acme.tenant_id, cast.acme.agent_id
    changed: list[UUID] = []
    for story in STORIES[split : split + 8]:
        contacts = [create_visitor(tenant_id=tenant_id) for _ in story.lines]
        for line in sorted(story.lines, key=lambda each: each.comes):
            contact_id = contacts[max(0, line.who)]
            conversation_id = _said(tenant_id, agent_id, contact_id, line)
            before = _recalled(tenant_id, contact_id, conversation_id)
            remember_conversation(tenant_id=tenant_id, contact_id=contact_id, conversation_id=conversation_id)
            after = _recalled(tenant_id, contact_id, conversation_id)
            assert _told(before) == _told(after), line.text
            changed += [each.id for each in after.facts if each.id not in {fact.id for fact in before.facts}]
            assert [each.text for each in before.about] == [each.text for each in after.about], line.text
    assert len(changed) <= 1, "A fact keeps the id that a trace knows it by, but where an old value is told anew."


@pytest.mark.parametrize("text", ["Forget my order number.", "Please forget everything you know about me."])
def test_what_is_to_be_forgotten_is_so_at_once(cast: Cast, text: str) -> None:
    tenant_id, agent_id = cast.acme.tenant_id, cast.acme.agent_id
    contact_id = create_visitor(tenant_id=tenant_id)
    known = _said(tenant_id, agent_id, contact_id, Line(0, "My order number is A-1001. I live in Bonn."))
    remember_conversation(tenant_id=tenant_id, contact_id=contact_id, conversation_id=known)
    conversation_id = _said(tenant_id, agent_id, contact_id, Line(5, text))
    before = _recalled(tenant_id, contact_id, conversation_id)
    remember_conversation(tenant_id=tenant_id, contact_id=contact_id, conversation_id=conversation_id)
    assert _told(before) == _told(_recalled(tenant_id, contact_id, conversation_id))
    assert "order" not in {each.predicate for each in before.facts}


def test_recall_writes_nothing(cast: Cast) -> None:
    tenant_id, contact_id = cast.acme.tenant_id, create_visitor(tenant_id=cast.acme.tenant_id)
    conversation_id = _said(tenant_id, cast.acme.agent_id, contact_id, Line(0, "I live in Bonn."))
    recalled = _recalled(tenant_id, contact_id, conversation_id)
    assert [each.value for each in recalled.facts] == ["Bonn"]
    with tenant_scope(tenant_id):
        assert not Episode.objects.exists()
        assert not Fact.objects.exists()


def test_of_another_conversation_nothing_is_laid_over(cast: Cast) -> None:
    tenant_id, agent_id = cast.acme.tenant_id, cast.acme.agent_id
    theirs = create_visitor(tenant_id=tenant_id)
    _said(tenant_id, agent_id, theirs, Line(0, "I live in Bonn."))
    mine = create_visitor(tenant_id=tenant_id)
    conversation_id = _said(tenant_id, agent_id, mine, Line(0, "Where do I live?"))
    assert _recalled(tenant_id, mine, conversation_id).facts == ()
    stranger, their_tenant = create_visitor(tenant_id=cast.other.tenant_id), cast.other.tenant_id
    _said(their_tenant, cast.other.agent_id, stranger, Line(0, "Where do I live?"))
    assert _recalled(their_tenant, theirs, conversation_id).facts == ()


@pytest.mark.django_db(transaction=True)
def test_what_was_told_is_remembered_though_the_turn_fails(cast: Cast, visitor: Visitor) -> None:
    tenant_id = cast.acme.tenant_id
    turn_id = post_message(
        tenant_id=tenant_id,
        conversation_id=visitor.conversation_id,
        text="I live in Bonn.",
        idempotency_key="",
        actor=visitor_actor(visitor.contact_id),
    ).turn_id
    with tenant_scope(tenant_id), transaction.atomic():
        assert fail_turn(turn_id=turn_id, code="no_model")
    with tenant_scope(tenant_id):
        assert Fact.objects.get().value == "Bonn"


def _said(tenant_id: UUID, agent_id: UUID, contact_id: UUID, line: Line) -> UUID:
    """In a conversation of its own, that nobody has remembered yet."""
    conversation_id = start_conversation(
        tenant_id=tenant_id, agent_id=agent_id, contact_id=contact_id, actor=visitor_actor(contact_id)
    )
    role = MessageRole.AGENT if line.who < 0 else MessageRole.CONTACT
    with tenant_scope(tenant_id), transaction.atomic():
        message = append_message(Conversation.objects.get(id=conversation_id), role=role, text=line.text)
        Message.objects.filter(id=message.id).update(created_at=BEGAN + timedelta(minutes=line.minute))
    return conversation_id


def _recalled(tenant_id: UUID, contact_id: UUID, conversation_id: UUID) -> Recalled:
    return recall(
        tenant_id=tenant_id, contact_id=contact_id, conversation_id=conversation_id, question="Where is my order?"
    )


def _told(recalled: Recalled) -> list[tuple[str, str, UUID | None]]:
    return [_plain(each) for each in recalled.facts]


def _plain(fact: RememberedFact) -> tuple[str, str, UUID | None]:
    return fact.predicate, fact.value, fact.message_id
