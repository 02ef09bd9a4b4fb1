"""Thumbs, reasons and corrections: one word of each person about each answer, kept for evaluation."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from django.db import transaction

from agents.errors import FeedbackNotFound, MessageNotFound, MessageTooLong, NotRateable
from agents.models import Conversation, Feedback, FeedbackReason, Message, MessageRole, Rater, Turn
from rapport.errors import InvalidRequest
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope
from tenants.privacy.suppression import is_contact_erased

MAX_CHARACTERS = 4000


@dataclass(frozen=True, slots=True)
class Opinion:
    """`reason`: one of FeedbackReason or "", only of a bad answer; `correction`: what should have been said."""

    is_good: bool
    reason: str = ""
    comment: str = ""
    correction: str = ""

    def checked(self) -> Self:
        """Raises InvalidRequest, MessageTooLong."""
        if self.reason and (self.is_good or self.reason not in FeedbackReason.values):
            names = ", ".join(FeedbackReason.values)
            raise InvalidRequest(f"A reason is for a bad answer, and one of {names}.", param="reason")
        for name in ("comment", "correction"):
            if len(getattr(self, name)) > MAX_CHARACTERS:
                raise MessageTooLong(f"At most {MAX_CHARACTERS} characters are possible here. Shorten it.", param=name)
        return type(self)(self.is_good, self.reason, _plain(self.comment), _plain(self.correction))


@dataclass(frozen=True, slots=True)
class Judge:
    """Whose word it is. `staff_id`: the member's or key's; None where it is the customer's. `contact_id`: only answers
    of this contact's conversations are within reach; None for all."""

    actor: Actor
    staff_id: UUID | None = None
    contact_id: UUID | None = None

    def of(self, conversation: Conversation) -> tuple[Rater, UUID]:
        return (Rater.STAFF, self.staff_id) if self.staff_id else (Rater.CONTACT, conversation.contact_id)


def rate_answer(*, tenant_id: UUID, message_id: UUID, judge: Judge, opinion: Opinion) -> UUID:
    """Keep a word about an agent's answer; the same person's earlier one is replaced. Returns its id.

    Raises MessageNotFound, NotRateable, InvalidRequest, MessageTooLong.
    """
    opinion = opinion.checked()
    with tenant_scope(tenant_id), transaction.atomic():
        message, conversation = _held(message_id, judge.contact_id)
        if message.role != MessageRole.AGENT:
            raise NotRateable("Only an agent's answers are rated. Name the message that holds the answer.")
        turn = Turn.objects.only("agent_version").filter(answer=message).first()
        rater, rater_id = judge.of(conversation)
        feedback, _ = Feedback.objects.update_or_create(
            message=message,
            rater=rater,
            rater_id=rater_id,
            defaults={
                "conversation": conversation,
                "agent_id": conversation.agent_id,
                "agent_version": turn.agent_version if turn else None,
                "is_good": opinion.is_good,
                "reason": opinion.reason,
                "comment": opinion.comment,
                "correction": opinion.correction,
            },
        )
        record_audit(
            actor=judge.actor,
            action="answer.rated",
            subject=encode(Prefix.MESSAGE, message.id),
            details={"good": opinion.is_good, "reason": opinion.reason, "has_correction": bool(opinion.correction)},
        )
        return feedback.id


def check_message(*, tenant_id: UUID, message_id: UUID, judge: Judge) -> None:
    """That there is such a message within reach. Raises MessageNotFound."""
    with tenant_scope(tenant_id), transaction.atomic():
        _held(message_id, judge.contact_id)


def withdraw_rating(*, tenant_id: UUID, message_id: UUID, judge: Judge) -> None:
    """Take one's own word back. Raises MessageNotFound, FeedbackNotFound."""
    with tenant_scope(tenant_id), transaction.atomic():
        message, conversation = _held(message_id, judge.contact_id)
        rater, rater_id = judge.of(conversation)
        mine = Feedback.objects.filter(message=message, rater=rater, rater_id=rater_id)
        if not mine.delete()[0]:
            raise FeedbackNotFound("You have not rated this answer.")
        record_audit(actor=judge.actor, action="answer.rating_withdrawn", subject=encode(Prefix.MESSAGE, message.id))


def _held(message_id: UUID, contact_id: UUID | None) -> tuple[Message, Conversation]:
    """The message, with its conversation locked: of an erased contact nothing is written. Raises MessageNotFound."""
    whose = {"conversation__contact_id": contact_id} if contact_id else {}
    message = Message.objects.filter(id=message_id, **whose).first()
    of_it = Conversation.objects.select_for_update().filter(id=message.conversation_id) if message else None
    conversation = of_it.first() if of_it is not None else None
    if message is None or conversation is None or is_contact_erased(conversation.contact_id):
        raise MessageNotFound("There is no such message.")
    return message, conversation


def _plain(text: str) -> str:
    return text.replace("\x00", "").strip()
