"""People in the loop through the API: the steps, who may take them, and what a visitor's open window hears."""

import asyncio
import json
from typing import Any

import pytest
from django.test import Client

from agents.api.views import inbox
from agents.models import Conversation
from agents.runtime.turn import answer_turn
from rapport.ids import Prefix, decode, encode
from tenants.actors import user_actor
from tenants.api_keys import create_api_key
from tenants.context import tenant_scope
from tenants.permissions import Permission
from tests.agents.api.conftest import Caller
from tests.agents.scripted import WORDS, scripted_parts
from tests.cast import Cast


def _act(caller: Caller, conversation: str, step: str, body: object = None) -> Any:
    return caller.post(f"/v1/conversations/{conversation}/{step}", body or {})


def test_a_person_takes_over_answers_and_gives_back(cast: Cast, anna: Caller, alice: Caller, conversation: str) -> None:
    taken = _act(alice, conversation, "takeover")
    assert (taken.status_code, taken.json()["state"], taken.json()["assignee_name"]) == (200, "human", "Alice")
    shown = anna.get(f"/v1/conversations/{conversation}").json()
    assert (shown["state"], shown["assignee_id"], shown["assignee_name"]) == ("human", None, "")
    asked = _act(anna, conversation, "messages", {"text": "Are you there?"})
    assert (asked.status_code, asked.json()["turn_id"], asked.json()["stream_url"]) == (202, None, None)
    assert _act(alice, conversation, "replies", {"text": "Yes, I am."}).status_code == 201
    last = anna.get(f"/v1/conversations/{conversation}/messages").json()["data"][-1]
    assert (last["role"], last["author_name"], last["text"]) == ("human", "Alice", "Yes, I am.")
    assert _act(alice, conversation, "giveback").json()["state"] == "agent"
    assert _act(anna, conversation, "messages", {"text": "Thanks"}).json()["turn_id"]
    refused = _act(alice, conversation, "replies", {"text": "One more"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "conversation_state")


def test_an_analyst_and_a_visitor_may_not(anna: Caller, bob: Caller, conversation: str) -> None:
    for caller in (anna, bob):
        for step in ("handoff", "takeover", "giveback", "assign", "close", "reopen", "replies"):
            assert _act(caller, conversation, step).status_code == 403


def test_a_key_names_the_member_in_whose_name_it_acts(cast: Cast, conversation: str) -> None:
    scopes = [Permission.INBOX_WRITE, Permission.CONVERSATIONS_READ]
    made = create_api_key(tenant_id=cast.acme.tenant_id, name="desk", scopes=scopes, actor=user_actor(cast.alice.id))
    desk = Caller(Client(), Authorization=f"Bearer {made.secret}")
    unnamed = _act(desk, conversation, "takeover")
    assert (unnamed.status_code, unnamed.json()["error"]["param"]) == (400, "member_id")
    alice = {"member_id": encode(Prefix.USER, cast.alice.id)}
    assert _act(desk, conversation, "takeover", alice).json()["assignee_id"] == alice["member_id"]
    assert _act(desk, conversation, "replies", {"text": "Hello", **alice}).status_code == 201
    assert _act(desk, conversation, "assign", {"member_id": None}).json()["state"] == "waiting"
    assert _act(desk, conversation, "close").json()["state"] == "closed"
    again = _act(desk, conversation, "close")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "conversation_closed")


@pytest.mark.django_db(transaction=True)
def test_an_open_window_hears_that_something_changed(
    anna: Caller, alice: Caller, conversation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _act(alice, conversation, "takeover")
    monkeypatch.setattr(inbox, "LONGEST_SECONDS", 0.0)  # ends after the first thing that happens
    response = anna.get(f"/v1/conversations/{conversation}/stream", Accept="text/event-stream")

    async def hear() -> list[str]:
        parts = aiter(response.streaming_content)
        first = [await anext(parts), await anext(parts)]
        await asyncio.to_thread(_act, alice, conversation, "replies", {"text": "Hello"})
        return [part.decode() for part in [*first, *[part async for part in parts]]]

    heard = [json.loads(part.split("data: ")[1]) for part in asyncio.run(hear()) if "data: " in part]
    assert heard == [{"state": "human", "messages": 1}, {"state": "human", "messages": 2}]


def test_another_visitor_hears_nothing(stranger: Caller, conversation: str) -> None:
    assert stranger.get(f"/v1/conversations/{conversation}/stream").status_code == 404


def test_an_answer_is_suggested_to_colleagues_alone(
    cast: Cast, anna: Caller, alice: Caller, bob: Caller, charlie: Caller, conversation: str
) -> None:
    _act(alice, conversation, "takeover")
    assert _act(alice, conversation, "suggestion").json()["error"]["code"] == "nothing_to_suggest"
    assert alice.get(f"/v1/conversations/{conversation}/suggestion").status_code == 404
    _act(anna, conversation, "messages", {"text": "How long does delivery take?"})
    asked = _act(alice, conversation, "suggestion")
    assert asked.status_code == 202
    turn = decode(Prefix.TURN, asked.json()["turn_id"])
    answer_turn(tenant_id=cast.acme.tenant_id, turn_id=turn, parts=scripted_parts())
    found = alice.get(f"/v1/conversations/{conversation}/suggestion").json()
    assert (found["state"], found["is_current"], WORDS in found["text"]) == ("done", True, True)
    assert found["citations"][0]["quote"] == WORDS
    assert alice.get(asked.json()["stream_url"]).status_code == 200
    assert anna.get(asked.json()["stream_url"]).status_code == 404
    assert anna.get(f"/v1/conversations/{conversation}/suggestion").status_code == 403
    assert _act(bob, conversation, "suggestion").status_code == 403
    assert _act(charlie, conversation, "suggestion").status_code == 404


def test_a_visitor_leaves_an_address_and_reading_spares_the_mail(
    cast: Cast, anna: Caller, alice: Caller, bob: Caller, conversation: str
) -> None:
    at = f"/v1/conversations/{conversation}"

    def leave(caller: Caller, email: str) -> Any:
        return caller.client.put(
            f"{at}/reply-address", {"email": email}, content_type="application/json", headers=caller.headers
        )

    assert leave(anna, "anna@customer.example").json()["error"]["code"] == "conversation_state"
    _act(alice, conversation, "takeover")
    assert leave(anna, "anna").json()["error"]["code"] == "invalid_reply_address"
    assert leave(anna, "anna@customer.example").status_code == 204
    assert anna.get(at).json()["reply_to"] == "anna@customer.example"
    assert leave(bob, "bob@acme.example").status_code == 403
    _act(alice, conversation, "replies", {"text": "Yes, I am."})
    with tenant_scope(cast.acme.tenant_id):
        row = Conversation.objects.get(id=decode(Prefix.CONVERSATION, conversation))
        assert (row.reached, row.mail_answer_at is not None) == (0, True)
    alice.get(f"{at}/messages")
    anna.get(f"{at}/messages")
    with tenant_scope(cast.acme.tenant_id):
        row.refresh_from_db()
    assert row.reached == row.message_count, "A colleague who looks does not count, the contact does."
    assert anna.delete(f"{at}/reply-address").status_code == 204
    assert anna.get(at).json()["reply_to"] == ""
