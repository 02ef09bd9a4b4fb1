"""Cancelling: the model is cut off where it is, over real HTTP, and what was said by then is the answer."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from django.db import connection, connections
from django.test import Client

from agents.llm.dialects.openai import OpenAIDialect
from agents.llm.http_model import ANYWHERE, HttpModel
from agents.models import Turn
from agents.runtime import stopping
from agents.runtime.context import begin_turn
from agents.runtime.parts import Parts
from agents.runtime.turn import answer_turn
from agents.selectors import get_trace_of_turn, list_messages
from agents.services.turns import cancel_turn
from billing.budgets import Spender, SpendLimit
from billing.models import UsageRecord
from rapport.events.inline import deliver_now
from rapport.streams.registry import get_stream_store
from tenants.actors import visitor_actor
from tenants.context import tenant_scope
from tenants.models import AuditEntry
from tests.agents.conftest import Post, read_frames
from tests.agents.scripted import ScriptedModel, scripted_parts
from tests.cast import Cast, Visitor
from tests.providers.running import Running, providers_running
from tests.running import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _its_reader_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads of Django's database in memory refuse each other a table instead of waiting for it."""

    def look() -> None:
        if connection.vendor == "sqlite":
            connection.cursor().execute("PRAGMA read_uncommitted = 1")
        stop_cancelled()

    stop_cancelled = stopping._stop_cancelled
    monkeypatch.setattr(stopping, "_stop_cancelled", look)


QUESTION = "How long does delivery take?"


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with providers_running() as running:
        yield running


@pytest.fixture
def cancel(cast: Cast, visitor: Visitor) -> Callable[[UUID], None]:
    def cancelled(turn_id: UUID) -> None:
        cancel_turn(
            tenant_id=cast.acme.tenant_id,
            turn_id=turn_id,
            actor=visitor_actor(visitor.contact_id),
            streams=get_stream_store(),
        )

    return cancelled


def _parts(server: Running, model: str) -> Parts:
    server.providers.forget()
    client = HttpModel(OpenAIDialect(), server.openai, model=model, api_key="sk-test", allowed=ANYWHERE)
    return replace(scripted_parts(), model=client)


def _begun(cast: Cast, turn_id: UUID, parts: Parts) -> threading.Thread:
    """The turn at work in a thread, as in a worker."""

    def work() -> None:
        try:
            answer_turn(tenant_id=cast.acme.tenant_id, turn_id=turn_id, parts=parts)
        finally:
            connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def _turn(cast: Cast, turn_id: UUID) -> Turn:
    with tenant_scope(cast.acme.tenant_id):
        return Turn.objects.get(id=turn_id)


def _ended_by_us(server: Running) -> bool:
    return [each.ended for each in server.providers.served] == ["left"]


def test_a_model_that_says_nothing_yet_is_left_at_once(
    cast: Cast, visitor: Visitor, post: Post, server: Running, cancel: Callable[[UUID], None]
) -> None:
    turn_id = post(visitor, QUESTION)
    thread = _begun(cast, turn_id, _parts(server, "mock-ttft60000"))
    wait_until(lambda: bool(server.providers.asked), seconds=30)
    cancel(turn_id)
    wait_until(lambda: _ended_by_us(server), seconds=30)  # it would have spoken after a minute
    thread.join(30)
    turn = _turn(cast, turn_id)
    assert (turn.state, turn.outcome, turn.answer_id) == ("done", "cancelled", None)
    last = read_frames(cast.acme, turn_id)[-1]
    assert (last.event, last.data["code"]) == ("error", "cancelled")
    assert len(server.providers.asked) == 1  # nor is it asked again


def test_what_was_said_by_then_is_the_answer_and_is_paid(
    cast: Cast, visitor: Visitor, post: Post, server: Running, cancel: Callable[[UUID], None]
) -> None:
    turn_id = post(visitor, QUESTION)
    thread = _begun(cast, turn_id, _parts(server, "mock-itl50-len1000"))
    wait_until(lambda: any(each.event == "token" for each in read_frames(cast.acme, turn_id)), seconds=30)
    cancel(turn_id)
    wait_until(lambda: _ended_by_us(server), seconds=30)  # it would have gone on for most of a minute
    thread.join(30)
    frames = read_frames(cast.acme, turn_id)
    shown = "".join(frame.data.get("text", "") for frame in frames)
    answer = list_messages(tenant_id=cast.acme.tenant_id, conversation_id=visitor.conversation_id)[-1]
    assert (answer.role, answer.text) == ("agent", shown.strip())
    assert frames[-1].data["message"]["text"] == answer.text
    trace = get_trace_of_turn(tenant_id=cast.acme.tenant_id, turn_id=turn_id)
    assert trace.outcome == "cancelled"
    assert 0 < trace.output_tokens < 1000
    deliver_now()
    with tenant_scope(cast.acme.tenant_id):
        paid = UsageRecord.objects.get(turn_id=turn_id, step="chat", meter="output_tokens")
        assert AuditEntry.objects.filter(action="turn.cancelled").count() == 1
    assert paid.quantity == trace.output_tokens


def test_a_turn_that_waits_is_over_and_no_model_is_asked(
    cast: Cast, visitor: Visitor, post: Post, cancel: Callable[[UUID], None]
) -> None:
    turn_id = post(visitor, QUESTION)
    cancel(turn_id)
    assert read_frames(cast.acme, turn_id)[-1].data["code"] == "cancelled"
    parts = scripted_parts()
    answer_turn(tenant_id=cast.acme.tenant_id, turn_id=turn_id, parts=parts)
    assert isinstance(parts.model, ScriptedModel)
    assert parts.model.requests == []
    answered = post(visitor, "And to Austria?")
    answer_turn(tenant_id=cast.acme.tenant_id, turn_id=answered, parts=parts)
    assert read_frames(cast.acme, answered)[-1].event == "done"


def test_a_turn_that_has_ended_stays_as_it_is(
    cast: Cast, visitor: Visitor, post: Post, cancel: Callable[[UUID], None]
) -> None:
    turn_id = post(visitor, QUESTION)
    answer_turn(tenant_id=cast.acme.tenant_id, turn_id=turn_id, parts=scripted_parts())
    cancel(turn_id)
    assert (_turn(cast, turn_id).outcome, _turn(cast, turn_id).cancelled_at) == ("answered", None)


def test_a_cancelled_turn_whose_worker_died_is_not_begun_again(
    cast: Cast, visitor: Visitor, post: Post, cancel: Callable[[UUID], None]
) -> None:
    turn_id = post(visitor, QUESTION)
    assert begin_turn(tenant_id=cast.acme.tenant_id, turn_id=turn_id) is not None  # and then it was gone
    cancel(turn_id)
    answer_turn(tenant_id=cast.acme.tenant_id, turn_id=turn_id, parts=scripted_parts())
    assert (_turn(cast, turn_id).state, _turn(cast, turn_id).outcome) == ("done", "cancelled")
    assert read_frames(cast.acme, turn_id)[-1].data["code"] == "cancelled"


def test_what_was_kept_aside_for_it_is_given_back(cast: Cast, visitor: Visitor, cancel: Callable[[UUID], None]) -> None:
    from agents.services import post_message
    from billing.models import Spend

    posted = post_message(
        tenant_id=cast.acme.tenant_id,
        conversation_id=visitor.conversation_id,
        text=QUESTION,
        idempotency_key="",
        actor=visitor_actor(visitor.contact_id),
        spender=Spender(visitor.contact_id, SpendLimit(100_000, None), ""),
    )
    cancel(posted.turn_id)
    with tenant_scope(cast.acme.tenant_id):
        assert [row.held_tokens for row in Spend.objects.all()] == [0]


def _sent(client: Client, path: str, token: str) -> int:
    headers = {"X-CSRFToken": token, "Origin": "http://testserver"}
    return client.post(path, {}, content_type="application/json", headers=headers).status_code


def test_a_member_stops_an_answer_if_it_may_answer_itself(
    cast: Cast, visitor: Visitor, post: Post, alice_client: Client, bob_client: Client
) -> None:
    from rapport.ids import Prefix, encode

    path = f"/v1/turns/{encode(Prefix.TURN, post(visitor, QUESTION))}/cancel"
    for client, status in ((bob_client, 403), (alice_client, 202)):  # an analyst only reads
        token = client.cookies["csrftoken"] = "a" * 32
        assert _sent(client, path, token) == status
