"""An answer that a person approved is found like any document, under its question, and replaced by the next one."""

import pytest

from agents.errors import EmptyMessage, MessageTooLong
from agents.feedback.approving import Approved, approve_answer
from ingestion.selectors import list_sources
from rapport.events.inline import deliver_now
from tenants.actors import user_actor
from tests.cast import Cast
from tests.ingestion.knowledge import Knowledge

QUESTION = "How long does delivery to Crete take?"


def approve(cast: Cast, answer: str, question: str = QUESTION) -> Approved:
    approved = approve_answer(
        tenant_id=cast.acme.tenant_id, actor=user_actor(cast.alice.id), question=question, answer=answer
    )
    deliver_now()
    return approved


def test_it_is_found_and_the_same_question_replaces_it(cast: Cast, acme: Knowledge, stranger: Knowledge) -> None:
    acme.ingest("delivery.md", "# Delivery\n\nDelivery within Germany takes 3 days.\n")
    first = approve(cast, "Delivery to Crete takes eleven days.")
    assert acme.document(first.document_id).title == QUESTION
    assert "eleven days" in acme.found(QUESTION)[0]
    second = approve(cast, "Delivery to Crete takes nine days.", f"  {QUESTION.replace(' ', '  ')} ")
    assert second == first
    assert "nine days" in acme.found(QUESTION)[0]
    assert not any("eleven" in each for each in acme.found(QUESTION))
    assert not stranger.found(QUESTION)
    kinds = [each.kind for each in list_sources(tenant_id=cast.acme.tenant_id) if each.id == first.source_id]
    assert kinds == ["answers"]


@pytest.mark.parametrize(
    ("question", "answer", "error"),
    [
        ("", "Nine days.", EmptyMessage),
        (QUESTION, " ", EmptyMessage),
        ("x" * 301, "Nine days.", MessageTooLong),
        (QUESTION, "x" * 8001, MessageTooLong),
    ],
    ids=["no-question", "no-answer", "long-question", "long-answer"],
)
def test_what_is_no_answer_is_refused(cast: Cast, question: str, answer: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        approve(cast, answer, question)
