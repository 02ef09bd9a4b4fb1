"""Feedback through the API: a visitor's thumb, a key in a customer's name, lists for evaluation."""

import pytest
from django.test import Client

from agents.runtime.turn import answer_turn
from rapport.ids import Prefix, decode
from tenants.actors import user_actor
from tenants.api_keys import create_api_key
from tenants.permissions import Permission
from tests.agents.api.conftest import Caller
from tests.agents.scripted import scripted_parts
from tests.cast import Cast


@pytest.fixture
def answer(cast: Cast, anna: Caller, conversation: str) -> str:
    """The answer to Anna's question."""
    asked = anna.post(f"/v1/conversations/{conversation}/messages", {"text": "How long does delivery take?"}).json()
    answer_turn(tenant_id=cast.acme.tenant_id, turn_id=decode(Prefix.TURN, asked["turn_id"]), parts=scripted_parts())
    listed = anna.get(f"/v1/conversations/{conversation}/messages").json()["data"]
    return str(listed[-1]["id"])


def put(caller: Caller, message: str, body: object) -> tuple[int, dict[str, object]]:
    path = f"/v1/messages/{message}/feedback"
    found = caller.client.put(path, body, content_type="application/json", headers=caller.headers)
    return found.status_code, found.json()


def delete(caller: Caller, message: str) -> int:
    return caller.client.delete(f"/v1/messages/{message}/feedback", headers=caller.headers).status_code


def test_a_visitor_rates_and_takes_it_back(anna: Caller, alice: Caller, conversation: str, answer: str) -> None:
    status, kept = put(anna, answer, {"rating": "bad", "reason": "incomplete", "comment": "And to Crete?"})
    assert status == 200
    assert anna.get(f"/v1/conversations/{conversation}/messages").json()["data"][-1]["rating"] == "bad"
    (listed,) = alice.get("/v1/feedback?rating=bad").json()["data"]
    assert (listed["id"], listed["message_id"], listed["rater"]) == (kept["id"], answer, "contact")
    assert (listed["question"], listed["comment"]) == ("How long does delivery take?", "And to Crete?")
    assert alice.get(f"/v1/feedback/{kept['id']}").json() == listed
    assert alice.get("/v1/feedback?rating=good").json()["data"] == []
    assert (delete(anna, answer), delete(anna, answer)) == (204, 404)


def test_who_may_not_is_told_so(anna: Caller, bob: Caller, stranger: Caller, charlie: Caller, answer: str) -> None:
    good = {"rating": "good"}
    assert put(bob, answer, good)[0] == 403  # an analyst reads
    assert put(stranger, answer, good)[0] == 404
    assert put(charlie, answer, good)[0] == 404
    assert anna.get("/v1/feedback").status_code == 403
    assert anna.post("/v1/approved-answers", {"question": "a", "answer": "b"}).status_code == 403
    assert bob.post("/v1/approved-answers", {"question": "a", "answer": "b"}).status_code == 403


def test_a_key_speaks_for_its_customers_unless_it_says_otherwise(cast: Cast, alice: Caller, answer: str) -> None:
    scopes = [Permission.INBOX_WRITE, Permission.CONVERSATIONS_READ]
    made = create_api_key(tenant_id=cast.acme.tenant_id, name="desk", scopes=scopes, actor=user_actor(cast.alice.id))
    desk = Caller(Client(), Authorization=f"Bearer {made.secret}")
    assert put(desk, answer, {"rating": "good"})[0] == 200
    assert put(desk, answer, {"rating": "bad", "correction": "Four days.", "rater": "staff"})[0] == 200
    listed = desk.get("/v1/feedback").json()["data"]
    assert {(each["rater"], each["rating"]) for each in listed} == {("contact", "good"), ("staff", "bad")}
    refused = put(alice, answer, {"rating": "good", "rater": "contact"})
    assert (refused[0], refused[1]["error"]["param"]) == (400, "rater")  # type: ignore[index]


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({}, "rating"),
        ({"rating": "meh"}, "rating"),
        ({"rating": "good", "reason": "wrong"}, "reason"),
        ({"rating": "bad", "comment": "x" * 5000}, "comment"),
    ],
    ids=["nothing", "unknown", "reason-of-good", "long"],
)
def test_a_wrong_body_is_named(anna: Caller, answer: str, body: object, param: str) -> None:
    status, refused = put(anna, answer, body)
    assert (status, refused["error"]["param"]) == (400, param)  # type: ignore[index]


def test_an_approved_answer_names_its_document(alice: Caller, anna: Caller, answer: str) -> None:
    _, kept = put(anna, answer, {"rating": "bad"})
    made = alice.post(
        "/v1/approved-answers",
        {"question": "How long does delivery take?", "answer": "Four days.", "feedback_id": kept["id"]},
    )
    assert made.status_code == 201
    assert alice.get(f"/v1/feedback/{kept['id']}").json()["document_id"] == made.json()["document_id"]
    assert alice.get(f"/v1/documents/{made.json()['document_id']}").json()["source_id"] == made.json()["source_id"]
