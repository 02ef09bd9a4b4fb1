"""Conversations in the hands of people: the steps as Acme's members do them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from agents.inbox import state
from agents.models import Conversation, Message
from agents.selectors import get_conversation, list_messages
from agents.services import post_message
from tenants.actors import user_actor, visitor_actor
from tenants.context import tenant_scope
from tests.cast import Cast, Visitor

Said = list[tuple[str, str]]


class Desk:
    """Acme's inbox, for one conversation."""

    def __init__(self, cast: Cast, visitor: Visitor) -> None:
        self.cast, self.visitor, self.tenant_id = cast, visitor, cast.acme.tenant_id
        self.what: dict[str, Any] = {"tenant_id": self.tenant_id, "conversation_id": visitor.conversation_id}

    def hand_off(self) -> None:
        state.hand_off(**self.what, reason="staff", actor=user_actor(self.cast.alice.id))

    def take_over(self, member_id: UUID | None = None) -> None:
        member_id = member_id or self.cast.alice.id
        state.take_over(**self.what, member_id=member_id, actor=user_actor(member_id))

    def give_back(self) -> None:
        state.give_back(**self.what, actor=user_actor(self.cast.alice.id))

    @property
    def state(self) -> str:
        return get_conversation(**self.what).state

    def said(self) -> Said:
        return [(each.role, each.text) for each in list_messages(**self.what)]

    def row(self) -> Conversation:
        with tenant_scope(self.tenant_id):
            return Conversation.objects.get(id=self.visitor.conversation_id)

    def messages(self) -> list[Message]:
        with tenant_scope(self.tenant_id):
            rows = Message.objects.filter(conversation_id=self.visitor.conversation_id)
            return list(rows.order_by("sequence"))


@pytest.fixture
def desk(cast: Cast, visitor: Visitor) -> Desk:
    return Desk(cast, visitor)


@pytest.fixture
def post_held(cast: Cast, visitor: Visitor) -> Callable[[str], UUID | None]:
    """Post as the visitor; gives the turn that will answer, None when a person has the conversation."""

    def posted(text: str) -> UUID | None:
        return post_message(
            tenant_id=cast.acme.tenant_id,
            conversation_id=visitor.conversation_id,
            text=text,
            idempotency_key="",
            actor=visitor_actor(visitor.contact_id),
        ).answering_turn_id

    return posted
