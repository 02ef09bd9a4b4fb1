"""Questions and their answers: what the generated `Conversations` has, and `ask`, `stream` and `follow`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from rapport_sdk import _resources
from rapport_sdk._calls import new_id
from rapport_sdk.answers import Answer, AnswerEvent, DoneEvent, StartedEvent, follow, follow_async
from rapport_sdk.errors import AnswerFailedError, UnexpectedAnswerError
from rapport_sdk.models import ContactRequest, MessageAccepted


class Conversations(_resources.Conversations):
    def ask(
        self,
        agent_id: str,
        text: str,
        *,
        contact: str | ContactRequest | None = None,
        conversation_id: str | None = None,
    ) -> Answer:
        """Ask, and wait for the whole answer.

        contact: Your own id of the customer who asks, or {"external_id": …, "name": …, "email": …}.
        conversation_id: Go on with this conversation; the contact is known then.

        Raises AnswerFailedError.
        """
        started, done = None, None
        for event in self.stream(agent_id, text, contact=contact, conversation_id=conversation_id):
            started = event if isinstance(event, StartedEvent) else started
            done = event if isinstance(event, DoneEvent) else done
        return _answer(started, done)

    def stream(
        self,
        agent_id: str,
        text: str,
        *,
        contact: str | ContactRequest | None = None,
        conversation_id: str | None = None,
    ) -> Iterator[AnswerEvent]:
        """Ask, and see the answer while it is written. A connection that breaks is taken up where it broke."""
        _check_who(contact, conversation_id)
        key = new_id()
        if conversation_id is None:
            conversation_id = self.start(agent_id=agent_id, contact=_contact(contact), idempotency_key=key).id
        posted = self.post_message(conversation_id, text=text, idempotency_key=key)
        turn_id = _answering(posted)
        yield StartedEvent(conversation_id, turn_id)
        yield from self.follow(turn_id)

    def follow(self, turn_id: str, *, after: str = "") -> Iterator[AnswerEvent]:
        """The events of an answer from its beginning, or `after` an event's id."""
        return follow(self._transport, turn_id, after=after)


class AsyncConversations(_resources.AsyncConversations):
    async def ask(
        self,
        agent_id: str,
        text: str,
        *,
        contact: str | ContactRequest | None = None,
        conversation_id: str | None = None,
    ) -> Answer:
        """Ask, and wait for the whole answer. See `Conversations.ask`."""
        started, done = None, None
        async for event in self.stream(agent_id, text, contact=contact, conversation_id=conversation_id):
            started = event if isinstance(event, StartedEvent) else started
            done = event if isinstance(event, DoneEvent) else done
        return _answer(started, done)

    async def stream(
        self,
        agent_id: str,
        text: str,
        *,
        contact: str | ContactRequest | None = None,
        conversation_id: str | None = None,
    ) -> AsyncIterator[AnswerEvent]:
        """Ask, and see the answer while it is written. See `Conversations.stream`."""
        _check_who(contact, conversation_id)
        key = new_id()
        if conversation_id is None:
            started = await self.start(agent_id=agent_id, contact=_contact(contact), idempotency_key=key)
            conversation_id = started.id
        posted = await self.post_message(conversation_id, text=text, idempotency_key=key)
        turn_id = _answering(posted)
        yield StartedEvent(conversation_id, turn_id)
        async for event in self.follow(turn_id):
            yield event

    def follow(self, turn_id: str, *, after: str = "") -> AsyncIterator[AnswerEvent]:
        """The events of an answer from its beginning, or `after` an event's id."""
        return follow_async(self._transport, turn_id, after=after)


def _answering(posted: MessageAccepted) -> str:
    """The turn that will answer; a person who has the conversation answers without one."""
    if posted.turn_id is None:
        raise AnswerFailedError(
            "conversation_held", "A person has this conversation: the message is kept for them.", ""
        )
    return posted.turn_id


def _check_who(contact: str | ContactRequest | None, conversation_id: str | None) -> None:
    if (contact is None) == (conversation_id is None):
        raise ValueError("Say who asks (contact), or which conversation goes on (conversation_id).")


def _contact(contact: str | ContactRequest | None) -> ContactRequest | None:
    return {"external_id": contact} if isinstance(contact, str) else contact


def _answer(started: StartedEvent | None, done: DoneEvent | None) -> Answer:
    if started is None or done is None:
        raise UnexpectedAnswerError("The answer ended without its last event.")
    return Answer(started.conversation_id, started.turn_id, done.message)
