"""Reads: pages hold every row once, sums are by the tenant's own days, and strangers find nothing."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from agents.errors import ConversationNotFound, TraceNotFound, TurnNotFound
from agents.models import Conversation
from agents.selectors import (
    activity_by_day,
    get_conversation,
    get_trace_of_turn,
    get_turn,
    latest_conversation_id,
    list_conversations,
    list_messages,
    list_traces,
    list_turns,
)
from tenants.context import tenant_scope
from tests.agents.conftest import Ask, Post
from tests.agents.scripted import scripted_parts
from tests.cast import Cast, make_visitor


def _page_through(tenant_id: UUID, *, limit: int) -> list[UUID]:
    seen: list[UUID] = []
    while True:
        page = list_conversations(tenant_id=tenant_id, limit=limit, before=seen[-1] if seen else None)
        if not page:
            return seen
        seen += [row.id for row in page]


@pytest.mark.parametrize("limit", [1, 2, 10])
def test_pages_hold_every_conversation_once_also_those_of_one_moment(cast: Cast, post: Post, limit: int) -> None:
    visitors = [make_visitor(cast.acme) for _ in range(5)]
    for visitor in visitors:
        post(visitor, "Hello")
    with tenant_scope(cast.acme.tenant_id):
        moment = timezone.now()
        Conversation.objects.filter(id__in=[each.conversation_id for each in visitors[:4]]).update(
            last_message_at=moment
        )
    seen = _page_through(cast.acme.tenant_id, limit=limit)
    assert sorted(seen) == sorted(visitor.conversation_id for visitor in visitors)


def test_conversations_without_a_message_are_not_listed(cast: Cast) -> None:
    visitor = make_visitor(cast.acme)
    tenant_id, contact_id = cast.acme.tenant_id, visitor.contact_id
    assert list_conversations(tenant_id=tenant_id, contact_id=contact_id) == []
    agent_id = cast.acme.agent_id
    assert latest_conversation_id(tenant_id=tenant_id, contact_id=contact_id, agent_id=agent_id) is None


def test_activity_counts_answers_by_day_and_leaves_old_ones_out(cast: Cast, ask: Ask) -> None:
    ask("How long does delivery take?", scripted_parts())
    ask("And why?", scripted_parts(texts=()))
    days = activity_by_day(tenant_id=cast.acme.tenant_id, days=7)
    assert len(days) == 7
    assert (days[-1].conversations, days[-1].answered, days[-1].unknown, days[-1].failed) == (1, 1, 1, 0)
    with tenant_scope(cast.acme.tenant_id):
        Conversation.objects.update(created_at=timezone.now() - timedelta(days=8))
    assert activity_by_day(tenant_id=cast.acme.tenant_id, days=7)[-1].conversations == 0


def test_a_stranger_finds_nothing(cast: Cast, ask: Ask) -> None:
    asked = ask("How long?", scripted_parts())
    stranger = cast.other.tenant_id
    [conversation] = list_conversations(tenant_id=cast.acme.tenant_id)
    assert list_conversations(tenant_id=stranger) == []
    assert list_messages(tenant_id=stranger, conversation_id=conversation.id) == []
    assert list_turns(tenant_id=stranger, conversation_id=conversation.id) == []
    assert list_traces(tenant_id=stranger) == []
    assert sum(day.conversations for day in activity_by_day(tenant_id=stranger)) == 0
    with pytest.raises(ConversationNotFound):
        get_conversation(tenant_id=stranger, conversation_id=conversation.id)
    with pytest.raises(TurnNotFound):
        get_turn(tenant_id=stranger, turn_id=asked.turn_id)
    with pytest.raises(TraceNotFound):
        get_trace_of_turn(tenant_id=stranger, turn_id=asked.turn_id)
