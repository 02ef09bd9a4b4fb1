"""A change makes anew what stands above it, and nothing else; the same again changes nothing."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from agents.events import handle_changed_contact, handle_changed_memory
from agents.forgetting import remove_old_conversations
from agents.inbox import state
from agents.memory.editing import edit_fact, retract_fact
from agents.memory.summaries.catching_up import catch_up_summaries
from agents.memory.summaries.writing import summarise_again
from agents.models import Conversation, Episode, Summary
from agents.selectors import list_facts
from agents.topics import MEMORY_CHANGED
from ingestion.contacts.merging import merge_contacts, unmerge_contact
from ingestion.topics import CONTACT_MERGED, CONTACT_UNMERGED
from rapport.events.envelope import Event
from rapport.events.models import OutboxEvent
from tenants.actors import Actor, user_actor
from tenants.context import tenant_scope
from tenants.privacy.erasure import run_erasure
from tenants.privacy.models import ErasureKind
from tenants.privacy.parts import request_part_erasure
from tests.agents.memory.summaries.telling import (
    ASKED,
    again,
    another_conversation,
    belong,
    rows,
    talk,
    texts,
    visitors,
)
from tests.cast import Cast, Visitor


@pytest.fixture
def tenant_id(cast: Cast) -> UUID:
    return cast.acme.tenant_id


@pytest.fixture
def alice(cast: Cast) -> Actor:
    return user_actor(cast.alice.id)


def happen(*types: str) -> None:
    """What these events' handlers do, of those that wait."""
    handlers = {MEMORY_CHANGED: handle_changed_memory}
    for row in OutboxEvent.objects.filter(payload__type__in=types).order_by("id"):
        told = row.payload
        event = Event(told["type"], UUID(told["tenantid"]), told["partitionkey"], told["data"])
        handlers.get(told["type"], handle_changed_contact)(event)
    OutboxEvent.objects.filter(payload__type__in=types).delete()


def test_the_same_again_changes_nothing(tenant_id: UUID, visitor: Visitor) -> None:
    talk(tenant_id, visitor, "My name is Anna.", ASKED)
    before = rows(tenant_id)
    assert {level for level, _ in before.times} == {"turn", "conversation", "contact"}
    assert again(tenant_id, visitor) == again(tenant_id, visitor, is_whole=True) == 0
    assert catch_up_summaries(tenant_id=tenant_id) == 0
    assert rows(tenant_id) == before


def test_an_edit_makes_anew_where_it_was_said_and_what_stands_above(
    cast: Cast, tenant_id: UUID, visitor: Visitor, alice: Actor
) -> None:
    colleague, stranger = visitors(cast.acme, 2)
    other = another_conversation(cast.acme, visitor)
    belong(tenant_id, [visitor, colleague])
    talk(tenant_id, visitor, "I live in Bonn.", ASKED)
    talk(tenant_id, other, "Do you ship to islands?", minute=60)
    for each in (colleague, stranger):
        talk(tenant_id, each, ASKED)
    before = rows(tenant_id)
    [fact] = list_facts(tenant_id=tenant_id, contact_id=visitor.contact_id)
    edit_fact(tenant_id=tenant_id, fact_id=fact.id, value="Bern", actor=alice)
    happen(MEMORY_CHANGED)
    after = rows(tenant_id)
    assert after.made_since(before) == {
        ("conversation", visitor.conversation_id),
        ("contact", visitor.contact_id),
        ("account", "globex"),
    }
    assert "Bonn" not in texts(tenant_id, "conversation")[visitor.conversation_id]
    assert "place Bern" in texts(tenant_id, "contact")[visitor.contact_id]
    happen(MEMORY_CHANGED)
    assert rows(tenant_id) == after


def test_a_new_turn_makes_itself_and_what_stands_above(tenant_id: UUID, visitor: Visitor) -> None:
    talk(tenant_id, visitor, ASKED)
    before = rows(tenant_id)
    [_, new] = [None, *talk(tenant_id, visitor, "Do you ship to islands?", minute=30)]
    made = rows(tenant_id).made_since(before)
    assert made == {
        ("turn", new),
        ("conversation", visitor.conversation_id),
        ("contact", visitor.contact_id),
    }


def test_an_erased_episode_takes_its_words_with_it(tenant_id: UUID, visitor: Visitor) -> None:
    first, second = talk(tenant_id, visitor, "Where is my violin?", ASKED)
    with tenant_scope(tenant_id):
        sequence = Episode.objects.get(message_id=first).sequence
        Episode.objects.filter(sequence__in=[sequence, sequence + 1]).delete()
    before = rows(tenant_id)
    again(tenant_id, visitor, is_whole=True)
    after = rows(tenant_id)
    assert ("turn", first) not in after.times
    assert after.made_since(before) == {
        ("conversation", visitor.conversation_id),
        ("contact", visitor.contact_id),
    }
    assert ("turn", second) in after.times
    assert "violin" not in str([*texts(tenant_id, "conversation").values(), *texts(tenant_id, "contact").values()])


def test_a_message_that_is_erased_alone_is_summed_up_no_more(tenant_id: UUID, visitor: Visitor, alice: Actor) -> None:
    first, second = talk(tenant_id, visitor, "Where is my violin?", ASKED)
    erasure = request_part_erasure(tenant_id=tenant_id, kind=ErasureKind.MESSAGE, part_id=first, actor=alice)
    run_erasure(tenant_id=tenant_id, erasure_id=erasure)
    left = texts(tenant_id, "conversation")[visitor.conversation_id]
    assert "delivery" in left
    assert "violin" not in str([left, *texts(tenant_id, "turn").values(), *texts(tenant_id, "contact").values()])
    assert ("turn", second) in rows(tenant_id).times
    assert again(tenant_id, visitor, is_whole=True) == 0


def test_an_erased_conversation_leaves_nothing(cast: Cast, tenant_id: UUID, visitor: Visitor) -> None:
    other = another_conversation(cast.acme, visitor)
    talk(tenant_id, visitor, "Where is my violin?")
    talk(tenant_id, other, ASKED, minute=60)
    before = rows(tenant_id)
    with tenant_scope(tenant_id):
        old = timezone.now() - timedelta(days=400)
        Conversation.objects.filter(id=visitor.conversation_id).update(last_message_at=old)
        assert remove_old_conversations(timezone.now() - timedelta(days=365)) == 1
        assert not Summary.objects.filter(conversation_id=visitor.conversation_id).exists()
    happen(MEMORY_CHANGED)
    assert rows(tenant_id).made_since(before) == {("contact", visitor.contact_id)}
    assert "violin" not in str(texts(tenant_id, "contact"))


def test_how_it_ended_is_part_of_it(tenant_id: UUID, visitor: Visitor, alice: Actor) -> None:
    talk(tenant_id, visitor, ASKED)
    before = rows(tenant_id)
    state.close(tenant_id=tenant_id, conversation_id=visitor.conversation_id, actor=alice)
    summarise_again(tenant_id=tenant_id, conversation_id=visitor.conversation_id)
    assert rows(tenant_id).made_since(before) == {
        ("conversation", visitor.conversation_id),
        ("contact", visitor.contact_id),
    }
    assert texts(tenant_id, "conversation")[visitor.conversation_id].endswith("Closed.")


def test_two_who_are_one_have_one_summary_until_they_are_two(cast: Cast, tenant_id: UUID, alice: Actor) -> None:
    one, two = visitors(cast.acme, 2)
    talk(tenant_id, one, "Do you sell violins?")
    talk(tenant_id, two, ASKED, minute=60)
    before = rows(tenant_id)
    merge_contacts(tenant_id=tenant_id, contact_id=one.contact_id, into_id=two.contact_id, actor=alice)
    happen(CONTACT_MERGED)
    merged = texts(tenant_id, "contact")
    assert merged.keys() == {two.contact_id}
    assert "violins" in merged[two.contact_id]
    assert rows(tenant_id).made_since(before) == {("contact", two.contact_id)}
    unmerge_contact(tenant_id=tenant_id, contact_id=one.contact_id, actor=alice)
    happen(CONTACT_UNMERGED)
    apart = texts(tenant_id, "contact")
    assert apart.keys() == {one.contact_id, two.contact_id}
    assert "violins" not in apart[two.contact_id]


def test_what_was_taken_back_is_not_told(tenant_id: UUID, visitor: Visitor, alice: Actor) -> None:
    talk(tenant_id, visitor, "My phone number is +49 30 123456. Do you call back?")
    [fact] = list_facts(tenant_id=tenant_id, contact_id=visitor.contact_id)
    assert "123456" in texts(tenant_id, "conversation")[visitor.conversation_id]
    retract_fact(tenant_id=tenant_id, fact_id=fact.id, actor=alice)
    happen(MEMORY_CHANGED)
    assert "123456" not in str([texts(tenant_id, level) for level in ("conversation", "contact")])
    assert "Do you call back?" in texts(tenant_id, "conversation")[visitor.conversation_id]


def test_what_is_behind_is_caught_up_with(tenant_id: UUID, visitor: Visitor) -> None:
    talk(tenant_id, visitor, ASKED, refresh=False)
    assert rows(tenant_id).times == {}
    assert catch_up_summaries(tenant_id=tenant_id) == 3
    with tenant_scope(tenant_id):
        Summary.objects.update(version=0, digest="")
    assert catch_up_summaries(tenant_id=tenant_id) == 3
    assert catch_up_summaries(tenant_id=tenant_id) == 0


def test_what_is_not_to_be_remembered_has_none(tenant_id: UUID, visitor: Visitor) -> None:
    with tenant_scope(tenant_id):
        Conversation.objects.filter(id=visitor.conversation_id).update(is_remembered=False)
    talk(tenant_id, visitor, ASKED)
    assert rows(tenant_id).times == {}
