"""An answer while it is written, over connections that break."""

import asyncio
import json

import pytest

from rapport_sdk import (
    Answer,
    AnswerEvent,
    AnswerFailedError,
    APIConnectionError,
    AsyncRapport,
    DoneEvent,
    Rapport,
    UnexpectedAnswerError,
)
from tests.sdks.naughty import Naughty, drops, hangs, refuses, says, streams
from tests.sdks.samples import CITATION, MESSAGE, POSTED


def _event(number: int, name: str, data: object) -> str:
    return f"id: {number}\nevent: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


OPENING = "retry: 1000\n\n: \n\n"
FIRST = _event(1, "status", {"stage": "searching"}) + _event(2, "token", {"text": "Thirty\u2028days"})
REST = _event(3, "token", {"text": " [1]."}) + _event(4, "citation", CITATION)
DONE = _event(5, "done", {"message": MESSAGE})
STARTED = (says({"id": "cnv_1"}, 201), says(POSTED, 202))
KINDS = ["started", "status", "token", "token", "citation", "done"]


def _kinds(events: list[AnswerEvent]) -> list[str]:
    return [event.type for event in events]


def _ask(client: Rapport) -> list[AnswerEvent]:
    return list(client.conversations.stream("agt_1", "How long?", contact="customer-4711"))


def test_an_answer_comes_piece_by_piece(server: Naughty, client: Rapport) -> None:
    server.will(*STARTED, streams(OPENING, FIRST[:30], FIRST[30:], REST, ": \n\n", DONE))
    events = _ask(client)
    assert _kinds(events) == KINDS
    assert "".join(event.text for event in events if event.type == "token") == "Thirty\u2028days [1]."
    start, post, stream = server.asked
    assert start.json == {"agent_id": "agt_1", "contact": {"external_id": "customer-4711"}}
    assert (post.path, post.json) == ("/v1/conversations/cnv_1/messages", {"text": "How long?"})
    assert (stream.path, stream.headers["accept"]) == ("/v1/turns/trn_1/stream", "text/event-stream")
    assert "last-event-id" not in stream.headers


@pytest.mark.parametrize("cut", [FIRST, FIRST + REST[:20], FIRST[:-1] + "\n" + "id: 9\nevent: done\ndata: {"])
def test_a_cut_stream_goes_on_where_it_was_cut(server: Naughty, client: Rapport, cut: str) -> None:
    server.will(*STARTED, streams(OPENING, cut), drops, refuses(503), streams(OPENING, REST, DONE))
    assert _kinds(_ask(client)) == KINDS
    assert server.asked[-1].headers["last-event-id"] == "2"


def test_a_stream_that_falls_silent_is_taken_up_again(server: Naughty) -> None:
    server.will(*STARTED, streams(FIRST, then=hangs), streams(REST, DONE))
    with Rapport("rp_sk_test_x", base_url=server.url, timeout=0.3) as client:
        assert _kinds(_ask(client)) == KINDS


def test_a_stream_that_brings_nothing_is_given_up(server: Naughty, client: Rapport) -> None:
    server.will(*STARTED, streams(OPENING))
    with pytest.raises(APIConnectionError, match="trn_1 broke off 4 times"):
        _ask(client)


def test_an_answer_that_begins_anew_says_so(server: Naughty, client: Rapport) -> None:
    server.will(*STARTED, streams(FIRST, _event(3, "restart", {}), _event(4, "token", {"text": "No."}), DONE))
    assert _kinds(_ask(client)) == ["started", "status", "token", "restart", "token", "done"]


def test_what_is_new_in_the_stream_is_passed_over(server: Naughty, client: Rapport) -> None:
    server.will(*STARTED, streams(_event(1, "of_next_year", {}), DONE))
    assert _kinds(_ask(client)) == ["started", "done"]


def test_an_answer_that_failed_is_an_exception(server: Naughty, client: Rapport) -> None:
    server.will(*STARTED, streams(FIRST, _event(3, "error", {"code": "model_failed", "message": "Later."})))
    with pytest.raises(AnswerFailedError, match="Later") as caught:
        _ask(client)
    assert (caught.value.code, caught.value.turn_id) == ("model_failed", "trn_1")


def test_a_stream_that_is_over_says_where_the_answer_is(server: Naughty, client: Rapport) -> None:
    server.will(says(None, 204))
    with pytest.raises(UnexpectedAnswerError, match="messages"):
        list(client.conversations.follow("trn_1", after="5"))
    assert server.asked[0].headers["last-event-id"] == "5"


@pytest.mark.parametrize("data", ["{", "[]"])
def test_what_is_no_json_is_said(server: Naughty, client: Rapport, data: str) -> None:
    server.will(*STARTED, streams(f"id: 1\nevent: token\ndata: {data}\n\n"))
    with pytest.raises(UnexpectedAnswerError, match="JSON"):
        _ask(client)


def test_asking_gives_the_whole_answer(server: Naughty, client: Rapport) -> None:
    server.will(*STARTED, streams(FIRST, REST, DONE))
    answer = client.conversations.ask("agt_1", "How long?", contact={"external_id": "4711", "name": "Mara"})
    assert (answer.conversation_id, answer.turn_id, answer.text) == ("cnv_1", "trn_1", "Thirty days [1].")
    assert answer.citations[0].title == "Returns"


def test_a_conversation_goes_on(server: Naughty, client: Rapport) -> None:
    server.will(STARTED[1], streams(DONE))
    assert client.conversations.ask("agt_1", "And?", conversation_id="cnv_1").conversation_id == "cnv_1"
    assert [asked.method for asked in server.asked] == ["POST", "GET"]


def test_nobody_asks_nothing(client: Rapport) -> None:
    with pytest.raises(ValueError, match="contact"):
        client.conversations.ask("agt_1", "How long?")


def test_leaving_early_closes_the_connection(server: Naughty, client: Rapport) -> None:
    server.will(*STARTED, streams(FIRST, then=hangs))
    for event in client.conversations.stream("agt_1", "How long?", contact="x"):
        if event.type == "token":
            break


async def _await(url: str) -> tuple[list[AnswerEvent], Answer]:
    async with AsyncRapport("rp_sk_test_x", base_url=url) as client:
        events = [each async for each in client.conversations.stream("agt_1", "How long?", contact="x")]
        return events, await client.conversations.ask("agt_1", "How long?", contact="x")


def test_the_same_can_be_awaited(server: Naughty) -> None:
    broken = (*STARTED, streams(OPENING, FIRST), drops, streams(REST, DONE))
    server.will(*broken, *broken)
    events, answer = asyncio.run(_await(server.url))
    assert _kinds(events) == KINDS
    assert isinstance(events[-1], DoneEvent)
    assert answer.text == "Thirty days [1]."
