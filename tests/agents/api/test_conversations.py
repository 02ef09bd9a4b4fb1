"""Talking through the API: conversations, messages, streams; as a visitor, and as a member in the test chat."""

from uuid import UUID

import pytest
from django.test import Client

from agents.api.limits import MESSAGES
from agents.api.serializers.conversations import CitationSerializer, MessageSerializer
from agents.presenting import citation_json, message_json
from agents.runtime.turn import answer_turn
from agents.selectors import list_messages
from rapport.ids import Prefix, decode, encode
from rapport.streams.registry import get_stream_store
from tests.agents.api.conftest import Caller, Json, read_stream, visitor_of
from tests.agents.scripted import WORDS, scripted_parts
from tests.cast import Cast


def _ask(caller: Caller, conversation: str, text: str = "How long does delivery take?", key: str = "") -> Json:
    headers = {"Idempotency-Key": key} if key else {}
    response = caller.post(f"/v1/conversations/{conversation}/messages", {"text": text}, **headers)
    assert response.status_code == 202, response.content
    accepted: Json = response.json()
    return accepted


def _answer(cast: Cast, accepted: Json) -> UUID:
    turn_id = decode(Prefix.TURN, accepted["turn_id"])
    answer_turn(tenant_id=cast.acme.tenant_id, turn_id=turn_id, parts=scripted_parts())
    return turn_id


def test_a_question_is_accepted_streamed_and_kept(cast: Cast, anna: Caller, conversation: str) -> None:
    accepted = _ask(anna, conversation)
    assert accepted["stream_url"] == f"/v1/turns/{accepted['turn_id']}/stream"
    _answer(cast, accepted)
    response = anna.get(accepted["stream_url"], Accept="text/event-stream")
    assert response["Content-Type"].startswith("text/event-stream")
    frames = read_stream(response)
    assert frames[-1][1] == "done"
    assert [number for number, _ in frames] == list(range(1, len(frames) + 1))
    page = anna.get(f"/v1/conversations/{conversation}/messages").json()
    assert [message["role"] for message in page["data"]] == ["contact", "agent"]
    assert page["data"][1]["text"] == f"{WORDS} [1]"
    assert page["data"][1]["citations"][0]["quote"] == WORDS
    assert (page["has_more"], page["next_cursor"]) == (False, None)


@pytest.mark.parametrize("by_header", [True, False])
def test_a_stream_goes_on_where_it_broke_off(cast: Cast, anna: Caller, conversation: str, by_header: bool) -> None:
    accepted = _ask(anna, conversation)
    _answer(cast, accepted)
    every = read_stream(anna.get(accepted["stream_url"]))
    url = accepted["stream_url"]
    resumed = anna.get(url, **{"Last-Event-ID": "3"}) if by_header else anna.get(f"{url}?after=3")
    assert read_stream(resumed) == every[3:]
    assert anna.get(url, **{"Last-Event-ID": str(len(every))}).status_code == 204


def test_a_lost_last_frame_is_said_again_from_the_database(cast: Cast, anna: Caller, conversation: str) -> None:
    accepted = _ask(anna, conversation)
    turn_id = _answer(cast, accepted)
    streams = get_stream_store()
    streams.prune(older_than_hours=-1)
    assert streams.read(cast.acme.tenant_id, turn_id) == []
    assert read_stream(anna.get(accepted["stream_url"])) == [(1, "done")]


def test_the_same_key_is_done_once_and_says_so(cast: Cast, anna: Caller, conversation: str) -> None:
    first = _ask(anna, conversation, key="k-1")
    url = f"/v1/conversations/{conversation}/messages"
    again = anna.post(url, {"text": "How long does delivery take?"}, **{"Idempotency-Key": "k-1"})
    assert (again.json(), again["Idempotent-Replayed"]) == (first, "true")
    other = anna.post(url, {"text": "Something else"}, **{"Idempotency-Key": "k-1"})
    assert (other.status_code, other.json()["error"]["code"]) == (422, "idempotency_key_reused")
    assert len(anna.get(url).json()["data"]) == 1


def test_a_conversation_is_started_once_per_key(anna: Caller) -> None:
    first = anna.post("/v1/conversations", {}, **{"Idempotency-Key": "c"}).json()
    assert anna.post("/v1/conversations", {}, **{"Idempotency-Key": "c"}).json() == first
    assert anna.post("/v1/conversations", {}).json() != first


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"text": "  "}, "message_empty"),
        ({"text": "x" * 4001}, "message_too_long"),
        ({}, "invalid_request"),
        ({"text": ["a"]}, "invalid_request"),
        ([], "invalid_request"),
    ],
)
def test_a_bad_message_gets_a_clear_error(anna: Caller, conversation: str, body: object, code: str) -> None:
    response = anna.post(f"/v1/conversations/{conversation}/messages", body)
    error = response.json()["error"]
    assert (response.status_code, error["code"]) == (400, code)
    assert error["message"]
    assert error["request_id"] == response["X-Request-Id"]


@pytest.mark.usefixtures("stopped_clock")
def test_too_many_messages_must_wait(anna: Caller, conversation: str) -> None:
    for _ in range(MESSAGES.burst):
        _ask(anna, conversation)
    response = anna.post(f"/v1/conversations/{conversation}/messages", {"text": "One more"})
    assert response.status_code == 429
    assert int(response["Retry-After"]) >= 1


def test_messages_come_in_pages(anna: Caller, conversation: str) -> None:
    for number in range(5):
        _ask(anna, conversation, text=f"Question {number}")
    url, seen = f"/v1/conversations/{conversation}/messages?limit=2", []
    page = anna.get(url).json()
    while True:
        seen += [message["text"] for message in page["data"]]
        if not page["has_more"]:
            break
        page = anna.get(f"{url}&cursor={page['next_cursor']}").json()
    assert seen == [f"Question {number}" for number in range(5)]


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=%%%", "cursor=eHg"])
def test_a_bad_page_is_refused(anna: Caller, conversation: str, query: str) -> None:
    response = anna.get(f"/v1/conversations/{conversation}/messages?{query}")
    assert response.status_code == 400


def test_a_member_tries_the_agent_and_reads_conversations(
    cast: Cast, alice: Caller, anna: Caller, conversation: str
) -> None:
    _ask(anna, conversation)
    agent_id = encode(Prefix.AGENT, cast.acme.agent_id)
    mine = alice.post("/v1/conversations", {"agent_id": agent_id}).json()["id"]
    accepted = _ask(alice, mine)
    _answer(cast, accepted)
    assert read_stream(alice.get(accepted["stream_url"]))[-1][1] == "done"
    listed = alice.get("/v1/conversations").json()["data"]
    assert {(each["id"], each["channel"]) for each in listed} == {(mine, "test"), (conversation, "chat")}
    assert len(alice.get("/v1/conversations?channel=test").json()["data"]) == 1
    assert alice.get(f"/v1/conversations/{conversation}").json()["subject"] == "How long does delivery take?"


def test_a_member_cannot_speak_in_a_customers_place(alice: Caller, conversation: str) -> None:
    response = alice.post(f"/v1/conversations/{conversation}/messages", {"text": "I am the customer"})
    assert response.status_code == 403


def test_an_analyst_reads_but_does_not_write(cast: Cast, bob: Caller, anna: Caller, conversation: str) -> None:
    _ask(anna, conversation)
    assert bob.get(f"/v1/conversations/{conversation}").status_code == 200
    response = bob.post("/v1/conversations", {"agent_id": encode(Prefix.AGENT, cast.acme.agent_id)})
    assert (response.status_code, response.json()["error"]["code"]) == (403, "permission_denied")


def test_a_member_without_the_csrf_token_is_refused(cast: Cast, alice_client: Client) -> None:
    body = {"agent_id": encode(Prefix.AGENT, cast.acme.agent_id)}
    response = alice_client.post("/v1/conversations", body, content_type="application/json")
    assert (response.status_code, response.json()["error"]["code"]) == (403, "csrf_failed")


@pytest.mark.parametrize("path", ["/v1/", "/v1/nothing", "/v1/agents/", "/v1/conversations/x/y/z"])
def test_an_address_that_does_not_exist_says_so_as_json(db: None, path: str) -> None:
    for response in (Client().get(path), Client(enforce_csrf_checks=True).post(path)):
        assert (response.status_code, response.json()["error"]["code"]) == (404, "not_found")


def test_nobody_is_told_to_sign_in(db: None) -> None:
    response = Client().get("/v1/agents")
    assert (response.status_code, response.json()["error"]["code"]) == (401, "not_authenticated")


def test_a_method_that_an_address_does_not_know_is_refused_by_name(alice: Caller) -> None:
    response = alice.client.delete("/v1/agents", headers=alice.headers)
    assert (response.status_code, response.json()["error"]["code"]) == (405, "method_not_allowed")


def test_broken_json_is_the_callers_to_mend(anna: Caller) -> None:
    response = anna.client.post("/v1/conversations", "{not json", content_type="application/json", headers=anna.headers)
    assert (response.status_code, response.json()["error"]["type"]) == (400, "invalid_request_error")


def test_one_visitor_cannot_reach_anothers_conversation(
    cast: Cast, anna: Caller, stranger: Caller, conversation: str
) -> None:
    accepted = _ask(anna, conversation)
    neighbour = visitor_of(cast.acme)
    for caller in (neighbour, stranger):
        assert caller.get(f"/v1/conversations/{conversation}/messages").status_code == 404
        assert caller.post(f"/v1/conversations/{conversation}/messages", {"text": "Hi"}).status_code == 404
        assert caller.get(accepted["stream_url"]).status_code == 404
        assert caller.get(f"/v1/conversations/{conversation}").status_code == 404


@pytest.mark.parametrize("path", ["/v1/conversations", "/v1/agents", "/v1/documents", "/v1/sources", "/v1/usage"])
def test_a_visitor_reads_nothing_of_the_company(anna: Caller, path: str) -> None:
    assert anna.get(path).status_code == 403


def test_the_live_frames_and_the_api_show_messages_alike(cast: Cast, anna: Caller, conversation: str) -> None:
    _answer(cast, _ask(anna, conversation))
    views = list_messages(tenant_id=cast.acme.tenant_id, conversation_id=decode(Prefix.CONVERSATION, conversation))
    assert set(message_json(views[1])) == set(MessageSerializer().fields)
    assert set(citation_json(views[1].citations[0])) == set(CitationSerializer().fields)
