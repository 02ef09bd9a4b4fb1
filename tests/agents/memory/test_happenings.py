"""What a company's systems send and what tools told are episodes, and say facts; again, nothing changes."""

from uuid import UUID

import pytest
from django.test import Client

from agents.memory.happenings import keep_tool_results, remember_happenings
from agents.models import Episode, ToolRun, ToolRunState, Turn
from agents.selectors import list_episodes
from agents.services import post_message
from ingestion.models import ContactEvent
from rapport.ids import Prefix, encode
from tenants.actors import visitor_actor
from tenants.context import tenant_scope
from tests.agents.memory.test_traits import contact_of, current, facts, remember
from tests.cast import Cast, Visitor
from tests.ingestion.incoming.sending import message, tell


@pytest.fixture
def tenant_id(cast: Cast) -> UUID:
    return cast.acme.tenant_id


def happen(tenant_id: UUID, name: str, **properties: object) -> None:
    tell(tenant_id, message("track", userId="u1", event=name, properties=properties))
    remember(tenant_id)


def test_an_order_is_known_until_it_is_cancelled(tenant_id: UUID) -> None:
    happen(tenant_id, "Order Completed", order_id="A-4711", total=59.5)
    assert current(tenant_id) == {"order": "A-4711"}
    [fact] = facts(tenant_id)
    assert (fact.confidence, fact.sources[0].event_title) == (1.0, "Order Completed")
    [episode] = list_episodes(tenant_id=tenant_id, contact_id=contact_of(tenant_id), origin="event")
    assert episode.text == "Order Completed; order_id: A-4711; total: 59.5"
    happen(tenant_id, "Order Cancelled", order_id="A-4711")
    assert current(tenant_id) == {}
    remember(tenant_id)
    assert [each.status for each in facts(tenant_id)] == ["retracted"]


def test_a_group_says_of_the_company(tenant_id: UUID) -> None:
    tell(tenant_id, message("group", userId="u1", groupId="c1", traits={"name": "Fjell AS", "employees": 12}))
    remember(tenant_id)
    assert current(tenant_id) == {"trait.company": "Fjell AS", "trait.company_employees": "12"}


def test_pages_that_were_looked_at_are_no_episodes(tenant_id: UUID) -> None:
    tell(tenant_id, message("page", userId="u1", name="Boots"))
    remember(tenant_id)
    with tenant_scope(tenant_id):
        assert not Episode.objects.exists()


def test_another_contacts_event_says_nothing(tenant_id: UUID) -> None:
    happen(tenant_id, "Order Completed", order_id="A-4711")
    with tenant_scope(tenant_id):
        event_id = ContactEvent.objects.get().id
    tell(tenant_id, message("identify", userId="u2", traits={"plan": "pro"}))
    remember_happenings(tenant_id=tenant_id, contact_id=contact_of(tenant_id, "u2"), event_ids=[event_id])
    assert facts(tenant_id, "u2") == []


def called(cast: Cast, visitor: Visitor) -> UUID:
    """A question for which a tool was called; returns the call's id."""
    posted = post_message(
        tenant_id=cast.acme.tenant_id,
        conversation_id=visitor.conversation_id,
        text="Where is A-7?",
        idempotency_key="",
        actor=visitor_actor(visitor.contact_id),
    )
    with tenant_scope(cast.acme.tenant_id):
        return ToolRun.objects.create(
            turn=Turn.objects.get(id=posted.turn_id),
            step=1,
            round=1,
            call_id="c1",
            tool="order_state",
            kind="http",
            arguments='{"order": "A-7"}',
            result='{"state": "sent"}',
            state=ToolRunState.DONE,
        ).id


def test_what_a_tool_told_is_an_episode_at_its_questions_place(
    cast: Cast, visitor: Visitor, alice_client: Client
) -> None:
    run_id, tenant_id = called(cast, visitor), cast.acme.tenant_id
    for _ in range(2):
        keep_tool_results(tenant_id=tenant_id, conversation_id=visitor.conversation_id)
    [episode] = list_episodes(tenant_id=tenant_id, contact_id=visitor.contact_id, origin="tool")
    assert (episode.run_id, episode.text) == (run_id, 'order_state {"order": "A-7"}: {"state": "sent"}')
    assert list_episodes(tenant_id=cast.other.tenant_id, contact_id=visitor.contact_id, origin="tool") == []
    page = alice_client.get(f"/contacts/{encode(Prefix.CONTACT, visitor.contact_id)}/").content
    assert b"What tools told" in page
    assert b"order_state" in page


def test_it_goes_with_its_question(cast: Cast, visitor: Visitor) -> None:
    from agents.memory.remember import remember_conversation
    from rapport.events.inline import deliver_now
    from tenants.privacy.models import ErasureKind
    from tenants.privacy.parts import request_part_erasure

    called(cast, visitor)
    tenant_id = cast.acme.tenant_id
    conversation_id = visitor.conversation_id
    remember_conversation(tenant_id=tenant_id, contact_id=visitor.contact_id, conversation_id=conversation_id)
    keep_tool_results(tenant_id=tenant_id, conversation_id=conversation_id)
    with tenant_scope(tenant_id):
        message_id = Turn.objects.get().question_id
        assert Episode.objects.count() == 2
    request_part_erasure(
        tenant_id=tenant_id,
        kind=ErasureKind.MESSAGE,
        part_id=message_id,
        actor=visitor_actor(visitor.contact_id),
    )
    deliver_now()
    with tenant_scope(tenant_id):
        assert not Episode.objects.exists()
