"""Who answers a conversation: one step after the other, one person at a time, and no second voice."""

import threading
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from django.db import connection

from agents.errors import (
    AssigneeNotFound,
    ConversationClosed,
    ConversationHeld,
    ConversationNotFound,
    ConversationTaken,
    WrongConversationState,
)
from agents.inbox import state
from agents.inbox.replies import post_reply
from agents.llm.port import ChatEvent, ChatRequest
from agents.models import Turn
from agents.runtime.turn import answer_turn
from rapport.events.models import OutboxEvent
from tenants.actors import user_actor
from tenants.context import tenant_scope
from tenants.models import AuditEntry, Membership, Role
from tests.agents.conftest import Ask, Post, read_frames
from tests.agents.inbox.conftest import Desk
from tests.agents.scripted import ScriptedModel, quote_first, scripted_parts
from tests.cast import Cast, make_user, make_visitor
from tests.environment import ON_POSTGRES

PostHeld = Callable[[str], UUID | None]


def _reply(desk: Desk, text: str = "Alice here: two days.") -> UUID:
    alice = desk.cast.alice.id
    return post_reply(**desk.what, member_id=alice, text=text, actor=user_actor(alice))


def test_while_a_person_has_it_messages_make_no_turn(desk: Desk, post_held: PostHeld, ask: Ask) -> None:
    ask("How long does delivery take?", scripted_parts())
    desk.take_over()
    assert post_held("And to Austria?") is None
    _reply(desk)
    with tenant_scope(desk.tenant_id):
        assert Turn.objects.count() == 1
    assert desk.said()[-3:] == [
        ("system", "Alice has joined and answers you now."),
        ("contact", "And to Austria?"),
        ("human", "Alice here: two days."),
    ]
    assert desk.messages()[-1].author_name == "Alice"


def test_given_back_the_agent_answers_with_what_people_said(desk: Desk, post_held: PostHeld, ask: Ask) -> None:
    ask("How long does delivery take?", scripted_parts())
    desk.take_over()
    post_held("And to Austria?")
    post_held("By train?")
    _reply(desk)
    desk.give_back()
    parts = scripted_parts()
    assert ask("And to Italy?", parts).frames[-1].event == "done"
    assert isinstance(parts.model, ScriptedModel)
    history = [(each.role, each.text) for each in parts.model.requests[0].history]
    assert history[0] == ("user", "How long does delivery take?")
    assert history[2:] == [("user", "And to Austria?\nBy train?"), ("assistant", "Alice here: two days.")]


def test_a_turn_that_was_queued_before_stays_silent(cast: Cast, desk: Desk, post: Post) -> None:
    turn_id = post(desk.visitor, "How long does delivery take?")
    desk.take_over()
    parts = scripted_parts()
    answer_turn(tenant_id=cast.acme.tenant_id, turn_id=turn_id, parts=parts)
    assert isinstance(parts.model, ScriptedModel)
    assert parts.model.requests == []
    assert [role for role, _ in desk.said()] == ["contact", "system"]
    last = read_frames(cast.acme, turn_id)[-1]
    assert (last.event, last.data["code"]) == ("error", "taken_over")


def test_a_turn_that_was_answering_writes_nothing_and_is_paid(cast: Cast, desk: Desk, post: Post) -> None:
    def meanwhile(request: ChatRequest) -> Iterator[ChatEvent]:
        desk.take_over()
        yield from quote_first(request)

    turn_id = post(desk.visitor, "How long does delivery take?")
    answer_turn(tenant_id=cast.acme.tenant_id, turn_id=turn_id, parts=scripted_parts(meanwhile))
    assert [role for role, _ in desk.said()] == ["contact", "system"]
    told = [row.payload for row in OutboxEvent.objects.order_by("id") if row.payload["type"].endswith("completed.v1")]
    assert told[-1]["data"]["outcome"] == "taken_over"
    assert told[-1]["data"]["usage"]


def test_two_take_over_and_the_second_is_told_who_has_it(cast: Cast, desk: Desk) -> None:
    Membership.objects.filter(tenant_id=cast.acme.tenant_id, user=cast.bob).update(role=Role.DEVELOPER)
    desk.take_over()
    desk.take_over()  # the same person again changes nothing
    with pytest.raises(ConversationTaken, match="Alice has this conversation"):
        desk.take_over(cast.bob.id)
    assert [role for role, _ in desk.said()] == ["system"]


@pytest.mark.skipif(not ON_POSTGRES, reason="SQLite has one writer at a time: RAPPORT_TEST_DATABASE=postgres")
@pytest.mark.django_db(transaction=True)
def test_of_many_who_take_over_at_once_one_wins(cast: Cast, desk: Desk) -> None:
    people = [make_user(f"p{number}@acme.example") for number in range(4)]
    for each in people:
        Membership.objects.create(tenant_id=cast.acme.tenant_id, user=each, role=Role.ADMIN)
    lost: list[str] = []

    def take(member_id: UUID) -> None:
        try:
            desk.take_over(member_id)
        except ConversationTaken as error:
            lost.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(each.id,)) for each in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert lost == ["conversation_taken"] * 3
    assert [role for role, _ in desk.said()] == ["system"]


def test_only_members_who_may_answer_can_have_one(cast: Cast, desk: Desk) -> None:
    for nobody in (cast.bob.id, cast.charlie.id):  # an analyst, and another company's owner
        with pytest.raises(AssigneeNotFound):
            desk.take_over(nobody)
        with pytest.raises(AssigneeNotFound):
            state.assign(**desk.what, member_id=nobody, actor=user_actor(cast.alice.id))
    assert desk.state == "agent"


def test_a_closed_one_is_left_alone_until_it_is_opened(cast: Cast, desk: Desk, post_held: PostHeld) -> None:
    actor = user_actor(cast.alice.id)
    state.close(**desk.what, actor=actor)
    for step in (desk.hand_off, desk.take_over, desk.give_back):
        with pytest.raises(ConversationClosed):
            step()
    state.reopen(**desk.what, actor=actor)
    with pytest.raises(WrongConversationState):
        state.reopen(**desk.what, actor=actor)
    state.close(**desk.what, actor=actor)
    assert post_held("One more thing.") is not None  # the contact's own word opens it again, for the agent
    assert desk.state == "agent"


def test_what_nobody_has_any_more_waits(cast: Cast, desk: Desk) -> None:
    desk.take_over()
    state.assign(**desk.what, member_id=None, actor=user_actor(cast.alice.id))
    assert (desk.state, desk.row().assignee_id) == ("waiting", None)
    with pytest.raises(WrongConversationState):
        _reply(desk)


def test_each_step_leaves_its_audit_row(cast: Cast, desk: Desk) -> None:
    desk.hand_off()
    desk.take_over()
    desk.give_back()
    state.close(**desk.what, actor=user_actor(cast.alice.id))
    with tenant_scope(cast.acme.tenant_id):
        rows = AuditEntry.objects.filter(action__startswith="conversation.").order_by("id")
        actions = [row.action.partition(".")[2] for row in rows]
    assert actions[-4:] == ["handed_off", "taken_over", "given_back", "closed"]


def test_a_channel_without_people_is_told_that_one_has_it(cast: Cast, desk: Desk, post: Post) -> None:
    desk.take_over()
    with pytest.raises(ConversationHeld):
        post(desk.visitor, "How long does delivery take?")


def test_another_companys_conversation_is_not_found(cast: Cast, desk: Desk) -> None:
    theirs = make_visitor(cast.other)
    with pytest.raises(ConversationNotFound):
        state.hand_off(
            tenant_id=cast.acme.tenant_id,
            conversation_id=theirs.conversation_id,
            reason="staff",
            actor=user_actor(cast.alice.id),
        )
