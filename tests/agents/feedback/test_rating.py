"""Thumbs and corrections: who may say what about which answer, and what is kept of it."""

from typing import Any
from uuid import UUID

import pytest

from agents.errors import FeedbackNotFound, MessageNotFound, MessageTooLong, NotRateable
from agents.feedback.approving import approve_answer
from agents.feedback.rating import Judge, Opinion, rate_answer, withdraw_rating
from agents.feedback.selectors import get_rated_answer, list_feedback, summarize_feedback
from agents.models import Feedback
from agents.selectors import list_messages
from agents.selectors.conversations import MessageView
from rapport.errors import InvalidRequest
from rapport.ids import new_id
from tenants.actors import user_actor, visitor_actor
from tenants.context import tenant_scope
from tests.agents.conftest import Ask
from tests.agents.scripted import scripted_parts
from tests.cast import Cast, Visitor, make_visitor

GOOD, BAD = Opinion(is_good=True), Opinion(is_good=False, reason="wrong", comment=" It is four. ", correction="4 days")


@pytest.fixture
def messages(cast: Cast, visitor: Visitor, ask: Ask) -> list[MessageView]:
    """A question and its answer."""
    ask("How long does delivery take?", scripted_parts())
    return list_messages(tenant_id=cast.acme.tenant_id, conversation_id=visitor.conversation_id)


def contact(visitor: Visitor) -> Judge:
    return Judge(visitor_actor(visitor.contact_id), contact_id=visitor.contact_id)


def member(user_id: UUID) -> Judge:
    return Judge(user_actor(user_id), staff_id=user_id)


def test_the_customer_and_colleagues_each_have_one_word(
    cast: Cast, visitor: Visitor, messages: list[MessageView]
) -> None:
    tenant_id, answer = cast.acme.tenant_id, messages[1].id
    for judge, opinion in ((contact(visitor), GOOD), (member(cast.alice.id), GOOD), (contact(visitor), BAD)):
        rate_answer(tenant_id=tenant_id, message_id=answer, judge=judge, opinion=opinion)
    said = {each.rater: each for each in list_feedback(tenant_id=tenant_id)}
    assert {rater: each.is_good for rater, each in said.items()} == {"contact": False, "staff": True}
    worst = said["contact"]
    assert (worst.reason, worst.comment, worst.correction) == ("wrong", "It is four.", "4 days")
    assert (worst.question, worst.agent_version) == (messages[0].text, 1)
    assert worst.answer == messages[1].text
    assert worst.citations == messages[1].citations
    total = summarize_feedback(tenant_id=tenant_id, days=7)
    assert (total.total.good, total.total.bad, total.reasons) == (1, 1, (("wrong", 1),))
    assert (len(total.days), total.days[-1][1].bad) == (7, 1)


def test_the_customers_word_is_seen_with_the_message_and_can_be_taken_back(
    cast: Cast, visitor: Visitor, messages: list[MessageView]
) -> None:
    about: dict[str, Any] = {"tenant_id": cast.acme.tenant_id, "message_id": messages[1].id, "judge": contact(visitor)}
    rate_answer(**about, opinion=BAD)
    again = list_messages(tenant_id=cast.acme.tenant_id, conversation_id=visitor.conversation_id)
    assert [each.is_good for each in again] == [None, False]
    withdraw_rating(**about)
    with pytest.raises(FeedbackNotFound):
        withdraw_rating(**about)
    with tenant_scope(cast.acme.tenant_id):
        assert not Feedback.objects.exists()


def test_only_answers_within_reach_are_rated(cast: Cast, visitor: Visitor, messages: list[MessageView]) -> None:
    question, answer = (each.id for each in messages)
    with pytest.raises(NotRateable):
        rate_answer(tenant_id=cast.acme.tenant_id, message_id=question, judge=contact(visitor), opinion=GOOD)
    another = contact(make_visitor(cast.acme))
    for tenant_id, message_id, judge in (
        (cast.acme.tenant_id, answer, another),  # another visitor of the same company
        (cast.other.tenant_id, answer, member(cast.charlie.id)),
        (cast.acme.tenant_id, new_id(), member(cast.alice.id)),
    ):
        with pytest.raises(MessageNotFound):
            rate_answer(tenant_id=tenant_id, message_id=message_id, judge=judge, opinion=GOOD)
    with pytest.raises(MessageNotFound):
        get_rated_answer(tenant_id=cast.other.tenant_id, message_id=answer)
    assert not list_feedback(tenant_id=cast.other.tenant_id)


@pytest.mark.parametrize(
    ("opinion", "error"),
    [
        (Opinion(is_good=True, reason="wrong"), InvalidRequest),
        (Opinion(is_good=False, reason="ugly"), InvalidRequest),
        (Opinion(is_good=False, comment="x" * 4001), MessageTooLong),
        (Opinion(is_good=False, correction="x" * 4001), MessageTooLong),
    ],
    ids=["reason-of-good", "unknown-reason", "comment", "correction"],
)
def test_what_cannot_be_kept_is_refused(
    cast: Cast, messages: list[MessageView], opinion: Opinion, error: type[Exception]
) -> None:
    with pytest.raises(error):
        rate_answer(
            tenant_id=cast.acme.tenant_id, message_id=messages[1].id, judge=member(cast.alice.id), opinion=opinion
        )


def test_another_companys_feedback_makes_no_approved_answer(
    cast: Cast, visitor: Visitor, messages: list[MessageView]
) -> None:
    judge = member(cast.alice.id)
    said = rate_answer(tenant_id=cast.acme.tenant_id, message_id=messages[1].id, judge=judge, opinion=BAD)
    with pytest.raises(FeedbackNotFound):
        approve_answer(
            tenant_id=cast.other.tenant_id,
            actor=user_actor(cast.charlie.id),
            question="How long?",
            answer="Four days.",
            feedback_id=said,
        )
