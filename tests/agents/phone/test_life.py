"""A call is over once and counted once, whatever is told, in whatever order and how often; and none hangs."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import permutations
from uuid import UUID

import pytest
from django.utils import timezone

from agents.channels.phone.calls import (
    Line,
    Session,
    begin_call,
    end_call,
    find_line,
    note_interruption,
    note_presence,
    note_status,
    take_up,
)
from agents.channels.phone.frames import Setup
from agents.channels.phone.watching import watch_calls
from agents.memory.remember import remember_conversation
from agents.models import Call, Conversation, Episode, Message, MessageRole, Turn
from agents.services.conversations import post_message
from agents.services.phone import NumberSettings, add_phone_number
from agents.topics import CALL_COUNTED
from agents.transcript import append_message
from billing.events import bill_call
from billing.models import UsageRecord
from billing.own_prices import set_own_price
from rapport.events.envelope import Event
from rapport.events.models import OutboxEvent
from tenants.actors import SYSTEM
from tenants.context import tenant_scope, tenant_transaction
from tests.cast import Cast


def remember(session: Session) -> None:
    remember_conversation(
        tenant_id=session.tenant_id, contact_id=session.contact_id, conversation_id=session.conversation_id
    )


TOLD = (("handed_off", None), ("completed", 61), ("completed", None), ("ringing", None))


@pytest.fixture
def line(cast: Cast) -> Line:
    tenant_id = cast.acme.tenant_id
    settings = NumberSettings(cast.acme.agent_id, "AC0123456789", "carriers-auth-token-0123456789", most_minutes=10)
    number_id = add_phone_number(tenant_id=tenant_id, number="+493012345678", settings=settings, actor=SYSTEM)
    found = find_line(tenant_id=tenant_id, number_id=number_id)
    assert found
    return found


@pytest.fixture(autouse=True)
def scope(cast: Cast) -> Iterator[None]:
    with tenant_scope(cast.acme.tenant_id):
        yield


def talking(line: Line, name: str = "CA1", session: str = "VX1") -> Session:
    _, word = begin_call(line, carrier_id=name, caller="+4915700000001")
    return take_up(line, Setup(session, name, line.account_id, {"token": word}))


def ended(call_id: UUID) -> tuple[str, str, int | None]:
    call = Call.objects.get(id=call_id)
    return call.state, call.ended_reason, call.carrier_seconds


def counted() -> list[Event]:
    return [
        Event.from_json(row.payload) for row in OutboxEvent.objects.filter(payload__type=CALL_COUNTED).order_by("id")
    ]


def aged(call_id: UUID, **ago: timedelta) -> None:
    now = timezone.now()
    Call.objects.filter(id=call_id).update(**{name: now - span for name, span in ago.items()})


def test_every_order_of_what_is_told_ends_alike_and_is_counted_once(line: Line, cast: Cast) -> None:
    set_own_price(
        tenant_id=line.tenant_id,
        model="twilio-inbound",
        meter="call_minutes",
        micros_per_million=8_500_000_000,
        actor=SYSTEM,
    )
    for place, order in enumerate(permutations(TOLD)):
        session = talking(line, f"CA{place}", f"VX{place}")
        for told, seconds in (*order, *order):
            if told == "handed_off":
                end_call(tenant_id=line.tenant_id, call_id=session.call_id, reason=told, line=session.line)
            else:
                note_status(line, carrier_id=f"CA{place}", status=told, seconds=seconds)
        assert ended(session.call_id) == ("ended", "handed_off", 61)
    events = counted()
    assert len(events) == place + 1
    for event in (*events, *events):  # the worker was killed before it said that it was done
        bill_call(event)
    rows = UsageRecord.objects.filter(meter="call_minutes")
    assert {(row.quantity, row.cost_micros, row.model) for row in rows} == {(2, 17_000, "twilio-inbound")}
    assert rows.count() == place + 1, "a begun minute is a minute, and each call is billed once"


def test_a_call_that_nobody_takes_up_costs_nothing(line: Line) -> None:
    call_id, _ = begin_call(line, carrier_id="CA1", caller="+4915700000001")
    assert note_status(line, carrier_id="CA1", status="busy", seconds=3)
    assert ended(call_id) == ("ended", "busy", 0)
    assert counted() == []
    assert not watch_calls(tenant_id=line.tenant_id)


def test_a_line_whose_process_was_killed_is_lost_and_counted_by_our_own_clock(line: Line) -> None:
    session = talking(line)
    aged(session.call_id, answered_at=timedelta(seconds=400), seen_at=timedelta(seconds=100))
    assert watch_calls(tenant_id=line.tenant_id) == 0, "its carrier may still bring it back"
    aged(session.call_id, seen_at=timedelta(seconds=200))
    assert watch_calls(tenant_id=line.tenant_id) == 1
    assert ended(session.call_id) == ("ended", "lost", None)
    assert not note_presence(session), "who comes back is told that it is over"
    assert counted() == [], "the carrier may still say how long it was"
    aged(session.call_id, answered_at=timedelta(seconds=1400), ended_at=timedelta(seconds=1200))
    assert (watch_calls(tenant_id=line.tenant_id), watch_calls(tenant_id=line.tenant_id)) == (1, 0)
    note_status(line, carrier_id="CA1", status="completed", seconds=500)
    assert [event.data["seconds"] for event in counted()] == [200], "what comes too late changes no bill"
    assert ended(session.call_id)[1] == "hung_up", "and yet says more than that nothing was heard of it"


def test_calls_that_ring_or_talk_for_ever_end(line: Line) -> None:
    ringing, _ = begin_call(line, carrier_id="CA1", caller="+4915700000001")
    session = talking(line, "CA2")
    assert 590 < session.seconds_left <= 600
    aged(ringing, created_at=timedelta(minutes=4))
    aged(session.call_id, answered_at=timedelta(minutes=13))
    assert watch_calls(tenant_id=line.tenant_id) == 2
    assert (ended(ringing)[1], ended(session.call_id)[1]) == ("lost", "too_long")


def test_a_line_that_came_back_is_not_ended_by_the_one_before(line: Line) -> None:
    _, word = begin_call(line, carrier_id="CA1", caller="+4915700000001")
    setup = Setup("VX1", "CA1", line.account_id, {"token": word})
    first, again = take_up(line, setup), take_up(line, setup)
    assert not end_call(tenant_id=line.tenant_id, call_id=first.call_id, reason="hung_up", line=first.line)
    assert end_call(tenant_id=line.tenant_id, call_id=again.call_id, reason="hung_up", line=again.line)


@pytest.mark.parametrize(("heard", "kept"), [("We deliver", ["We deliver"]), ("", [])])
def test_what_was_not_heard_is_not_remembered(line: Line, heard: str, kept: list[str]) -> None:
    """Also where the answer was written and remembered before the caller spoke: a voice is slower than a model."""
    session = talking(line)
    posted = post_message(
        tenant_id=line.tenant_id,
        conversation_id=session.conversation_id,
        text="How long?",
        idempotency_key="1",
        actor=session.actor,
    )
    assert posted.turn_id
    with tenant_transaction(line.tenant_id):
        conversation = Conversation.objects.select_for_update().get(id=session.conversation_id)
        whole = "We deliver in three days."
        answer = append_message(conversation, role=MessageRole.AGENT, text=whole, citations=[], turn_id=posted.turn_id)
        Turn.objects.filter(id=posted.turn_id).update(answer=answer, state="done")
    remember(session)
    note_interruption(session, posted.turn_id, heard)
    remember(session)
    assert Message.objects.get(id=answer.id).text == heard
    assert list(Episode.objects.filter(origin="agent").values_list("text", flat=True)) == kept
