"""Feedback in the dashboard: thumbs beside answers, a correction, its approval, the board, and who may only read."""

import pytest
from django.test import Client

from agents.feedback.selectors import list_feedback
from agents.selectors import list_messages
from ingestion.models import Document
from rapport.ids import Prefix, encode
from tenants.context import tenant_scope
from tests.agents.conftest import Ask, ask, post  # noqa: F401 - fixtures
from tests.agents.scripted import scripted_parts
from tests.cast import Cast, Visitor

PAGE = {"X-CSRFToken": "a" * 32, "Origin": "http://testserver"}


@pytest.fixture
def answer(cast: Cast, visitor: Visitor, ask: Ask) -> str:  # noqa: F811
    ask("How long does delivery take?", scripted_parts())
    said = list_messages(tenant_id=cast.acme.tenant_id, conversation_id=visitor.conversation_id)
    return encode(Prefix.MESSAGE, said[-1].id)


def send(client: Client, message: str, action: str, **form: str) -> int:
    client.cookies["csrftoken"] = "a" * 32
    return client.post(f"/feedback/{message}/{action}/", form, headers=PAGE).status_code


def test_a_thumb_in_the_conversation_goes_back_to_it(
    cast: Cast, visitor: Visitor, alice_client: Client, answer: str
) -> None:
    place = f"/conversations/{encode(Prefix.CONVERSATION, visitor.conversation_id)}/"
    assert 'aria-pressed="true"' not in alice_client.get(place).content.decode()
    alice_client.cookies["csrftoken"] = "a" * 32
    gone = alice_client.post(f"/feedback/{answer}/rate/", {"rating": "good", "back": place}, headers=PAGE)
    assert (gone.status_code, gone["Location"]) == (302, place)
    assert 'aria-pressed="true"' in alice_client.get(place).content.decode()
    away = alice_client.post(f"/feedback/{answer}/rate/", {"rating": "good", "back": "//evil.example/"}, headers=PAGE)
    assert away["Location"] == f"/feedback/{answer}/"


def test_a_correction_becomes_an_approved_answer(cast: Cast, alice_client: Client, answer: str) -> None:
    assert send(alice_client, answer, "rate", rating="bad", reason="wrong", correction="It takes four days.") == 302
    page = alice_client.get(f"/feedback/{answer}/").content.decode()
    assert page.count("It takes four days.") == 3  # in the list, in one's own form, in the answer to approve
    assert send(alice_client, answer, "approve", question="How long?", answer="It takes four days.") == 302
    with tenant_scope(cast.acme.tenant_id):
        document = Document.objects.get(source__kind="answers")
    (said,) = list_feedback(tenant_id=cast.acme.tenant_id)
    assert said.document_id == document.id
    assert "Approved already" in alice_client.get(f"/feedback/{answer}/").content.decode()
    board = alice_client.get("/feedback/?show=corrected").content.decode()
    assert ("approved" in board, "It is wrong" in board, "It takes four days." in board) == (True, True, True)
    assert "It takes four days." not in alice_client.get("/feedback/?show=good").content.decode()


def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(alice_client: Client, answer: str) -> None:
    alice_client.cookies["csrftoken"] = "a" * 32
    long = "x" * 400
    refused = alice_client.post(
        f"/feedback/{answer}/approve/", {"question": long, "answer": "Four days, I said."}, headers=PAGE
    )
    assert refused.status_code == 400
    assert "Shorten it." in refused.content.decode()
    assert "Four days, I said." in refused.content.decode()


def test_an_analyst_reads_and_a_stranger_finds_nothing(bob_client: Client, charlie_client: Client, answer: str) -> None:
    assert "Your word" not in bob_client.get(f"/feedback/{answer}/").content.decode()
    assert send(bob_client, answer, "rate", rating="good") == 403
    assert charlie_client.get(f"/feedback/{answer}/").status_code == 404
    assert send(charlie_client, answer, "rate", rating="good") == 404
