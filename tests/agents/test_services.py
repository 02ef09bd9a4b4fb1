"""Agents are made and changed; messages become turns and events, once per key."""

import pytest

from agents.errors import AgentNotFound, ConversationNotFound, EmptyMessage, InvalidAgent, MessageTooLong
from agents.models import Agent, Message, Turn
from agents.services import AgentChanges, PostedMessage, post_message, start_conversation, update_agent
from agents.topics import TURN_REQUESTED
from rapport.events.models import OutboxEvent
from rapport.idempotency.errors import IdempotencyKeyReused
from tenants.actors import user_actor, visitor_actor
from tenants.context import tenant_scope
from tests.cast import Cast, Visitor


def _post(cast: Cast, visitor: Visitor, text: str, key: str = "") -> PostedMessage:
    return post_message(
        tenant_id=cast.acme.tenant_id,
        conversation_id=visitor.conversation_id,
        text=text,
        idempotency_key=key,
        actor=visitor_actor(visitor.contact_id),
    )


def test_a_change_gives_the_agent_a_new_version_and_no_change_does_not(cast: Cast) -> None:
    actor = user_actor(cast.alice.id)
    change = AgentChanges(greeting="Ahoy!")
    tenant_id, agent_id = cast.acme.tenant_id, cast.acme.agent_id
    assert update_agent(tenant_id=tenant_id, agent_id=agent_id, changes=change, actor=actor) == 2
    assert update_agent(tenant_id=tenant_id, agent_id=agent_id, changes=change, actor=actor) == 2
    with tenant_scope(cast.acme.tenant_id):
        assert Agent.objects.get().draft["appearance"]["greeting"] == "Ahoy!"


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        (AgentChanges(name=" "), "name"),
        (AgentChanges(color="red"), "color"),
        (AgentChanges(suggested_questions=("a",) * 5), "suggested_questions"),
        (AgentChanges(instructions="x" * 8001), "instructions"),
    ],
)
def test_a_bad_change_names_its_field(cast: Cast, changes: AgentChanges, param: str) -> None:
    with pytest.raises(InvalidAgent) as caught:
        update_agent(
            tenant_id=cast.acme.tenant_id,
            agent_id=cast.acme.agent_id,
            changes=changes,
            actor=user_actor(cast.alice.id),
        )
    assert caught.value.param == param


def test_another_companys_agent_is_not_found(cast: Cast) -> None:
    with pytest.raises(AgentNotFound):
        update_agent(
            tenant_id=cast.other.tenant_id,
            agent_id=cast.acme.agent_id,
            changes=AgentChanges(name="Mine"),
            actor=user_actor(cast.charlie.id),
        )


def test_a_message_asks_for_a_turn_in_the_same_transaction(cast: Cast, visitor: Visitor) -> None:
    posted = _post(cast, visitor, "  Where is my parcel?  ")
    row = OutboxEvent.objects.get(payload__type=TURN_REQUESTED)
    assert row.payload["data"] == {"turn_id": str(posted.turn_id), "conversation_id": str(visitor.conversation_id)}
    assert row.key == f"{cast.acme.tenant_id}:{visitor.conversation_id}"
    with tenant_scope(cast.acme.tenant_id):
        message = Message.objects.get()
        assert (message.text, message.sequence, message.turn_id) == ("Where is my parcel?", 1, posted.turn_id)


def test_the_same_key_posts_once_and_another_text_with_it_is_refused(cast: Cast, visitor: Visitor) -> None:
    first = _post(cast, visitor, "Hello there", "k1")
    again = _post(cast, visitor, "Hello there", "k1")
    assert (again.message_id, again.turn_id, again.is_replay) == (first.message_id, first.turn_id, True)
    with pytest.raises(IdempotencyKeyReused):
        _post(cast, visitor, "Something else", "k1")
    with tenant_scope(cast.acme.tenant_id):
        assert Turn.objects.count() == 1


@pytest.mark.parametrize(("text", "error"), [(" \x00 ", EmptyMessage), ("x" * 4001, MessageTooLong)])
def test_a_bad_message_leaves_nothing_behind(cast: Cast, visitor: Visitor, text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        _post(cast, visitor, text, "k1")
    assert not OutboxEvent.objects.filter(payload__type=TURN_REQUESTED).exists()


def test_a_stranger_cannot_write_into_a_conversation(cast: Cast, visitor: Visitor) -> None:
    with pytest.raises(ConversationNotFound):
        post_message(
            tenant_id=cast.other.tenant_id,
            conversation_id=visitor.conversation_id,
            text="Let me in",
            idempotency_key="",
            actor=user_actor(cast.charlie.id),
        )


def test_a_conversation_needs_an_agent_of_the_same_company(cast: Cast, visitor: Visitor) -> None:
    with pytest.raises(AgentNotFound):
        start_conversation(
            tenant_id=cast.other.tenant_id,
            agent_id=cast.acme.agent_id,
            contact_id=visitor.contact_id,
            actor=visitor_actor(visitor.contact_id),
        )
