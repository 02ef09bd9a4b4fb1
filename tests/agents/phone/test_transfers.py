"""A call is put through to a person: who hears first what it is about, who may be dialled, and what follows when nobody
takes it, in whatever order a carrier tells."""

import asyncio
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from django.http import HttpResponse
from django.utils import timezone

from agents.channels.phone.calls import Line, Session, begin_call, end_call, find_line, take_up
from agents.channels.phone.frames import Prompt, Setup
from agents.channels.phone.premium import is_dear, is_reachable
from agents.channels.phone.redirecting import redirect_call
from agents.channels.phone.session import converse
from agents.channels.phone.transfers import begin_transfer, note_leg, shortened, summary_of
from agents.channels.phone.watching import watch_calls
from agents.errors import InvalidPhoneNumber
from agents.inbox.state import hand_off
from agents.models import Call, CallTransfer, Conversation, Message
from agents.services.conversations import post_message
from agents.services.phone import NumberSettings, add_phone_number, change_phone_number
from agents.topics import CALL_COUNTED
from rapport.events.envelope import Event
from rapport.events.models import OutboxEvent
from rapport.ids import Prefix, encode
from rapport.streams.registry import get_stream_store
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tenants.models import AuditEntry
from tests.agents.phone.outgoing_carrier import OutgoingCarrier
from tests.agents.phone.peers import PEERS, TWILIO, Peer, on_both
from tests.agents.phone.scripted_wire import ScriptedWire, in_executor
from tests.cast import Cast

PERSON = "+4930765432"
Lines = Callable[..., Line]


@pytest.fixture
def lines(cast: Cast, peer: Peer) -> Lines:
    def make(**changed: Any) -> Line:
        tenant_id = cast.acme.tenant_id
        settings = peer.settings(cast.acme.agent_id, most_minutes=10, transfer_to=PERSON)
        number_id = add_phone_number(
            tenant_id=tenant_id,
            number="+493012345678",
            settings=replace(settings, **changed),
            actor=SYSTEM,
        )
        found = find_line(tenant_id=tenant_id, number_id=number_id)
        assert found
        return found

    return make


@pytest.fixture(autouse=True)
def scope(cast: Cast, request: pytest.FixtureRequest) -> Iterator[None]:
    """A scope is a transaction: where threads work, too, there is none around the test."""
    marker = request.node.get_closest_marker("django_db")
    if marker and marker.kwargs.get("transaction"):
        yield
        return
    with tenant_scope(cast.acme.tenant_id):
        yield


def talking(line: Line, name: str = "CA1") -> Session:
    _, word = begin_call(line, carrier_id=name, caller="+4915700000001")
    return take_up(line, Setup(f"VX{name}", name, line.account_id, {"token": word}))


def handed_over(line: Line, name: str = "CA1") -> Session:
    """The caller asked for somebody, and the agent handed over."""
    session = talking(line, name)
    of_it: dict[str, Any] = {"tenant_id": line.tenant_id, "conversation_id": session.conversation_id}
    post_message(**of_it, text="My parcel arrived broken.", idempotency_key="1", actor=session.actor)
    hand_off(**of_it, reason="asked", actor=SYSTEM)
    assert begin_transfer(session)
    assert not begin_transfer(session), "once"
    return session


def post(line: Line, what: str, *, is_forged: bool = False, **fields: Any) -> HttpResponse:
    company, number = encode(Prefix.TENANT, line.tenant_id), encode(Prefix.PHONE_NUMBER, line.number_id)
    form = {"CallSid": "CA1", "From": "+4915700000001", "To": line.number} | fields
    return PEERS[line.carrier].post(f"/phone/{company}/{number}/{what}", is_forged=is_forged, **form)


def document(answer: HttpResponse) -> ElementTree.Element:
    assert answer.status_code == 200
    return ElementTree.fromstring(answer.content.decode())


def said_in(answer: HttpResponse) -> str:
    return " ".join(each.text or "" for each in document(answer).iter("Say"))


def outcome(session: Session) -> tuple[str, str, str]:
    call = Call.objects.get(id=session.call_id)
    return call.state, call.ended_reason, CallTransfer.objects.get(call=call).outcome


def minutes() -> list[int]:
    rows = OutboxEvent.objects.filter(payload__type=CALL_COUNTED, payload__data__line__endswith="-outbound")
    return [Event.from_json(row.payload).data["seconds"] for row in rows]


@on_both
def test_a_person_hears_what_it_is_about_and_takes_the_call_with_a_key(line: Line, cast: Cast) -> None:
    session = handed_over(line)
    of_it = f"calls/{encode(Prefix.CALL, session.call_id)}"
    dial = document(post(line, "ended", CallStatus="in-progress")).find("Dial")
    assert dial is not None
    assert dial.attrib["callerId"] == line.number
    assert 500 < int(dial.attrib["timeLimit"]) <= 600
    number = dial.find("Number")
    assert number is not None
    assert number.text == PERSON
    assert number.attrib["url"].endswith(f"{of_it}/whisper")
    again = document(post(line, "ended", CallStatus="in-progress"))
    assert again.find("Dial") is None, "told twice, it is dialled once"
    assert outcome(session) == ("transfer", "", "")
    whispered = post(line, f"{of_it}/whisper", CallSid="CAleg")
    assert "It is about: My parcel arrived broken." in said_in(whispered)
    gather = document(whispered).find("Gather")
    assert gather is not None
    assert gather.attrib["action"].endswith(f"{of_it}/taken")
    silent = document(post(line, f"{of_it}/taken", CallSid="CAleg", Digits=""))
    assert silent.find("Hangup") is not None, "a mailbox presses no key"
    assert list(document(post(line, f"{of_it}/taken", CallSid="CAleg", Digits="1"))) == [], "both are joined"
    assert document(post(line, f"{of_it}/taken", CallSid="CAother", Digits="1")).find("Hangup") is not None
    done: dict[str, Any] = {"DialCallSid": "CAleg", "DialCallStatus": "completed", "DialCallDuration": "75"}
    assert said_in(post(line, f"{of_it}/transferred", **done)) == ""
    post(line, "status", CallStatus="completed", CallDuration="130")
    assert outcome(session) == ("ended", "transferred", "joined")
    assert Conversation.objects.get(id=session.conversation_id).state == "closed", "nobody has to answer it again"
    assert minutes() == [75]
    actions = set(AuditEntry.objects.filter(action__startswith="call.transfer").values_list("action", flat=True))
    assert actions == {"call.transfer_begun", "call.transferred"}


@on_both
@pytest.mark.parametrize(
    ("status", "told"),
    [("no-answer", "no_answer"), ("busy", "busy"), ("failed", "failed"), ("completed", "not_taken")],
)
def test_when_nobody_takes_it_the_caller_is_called_back_and_the_inbox_has_it(
    line: Line, status: str, told: str
) -> None:
    """ "completed" without a key: a mailbox answered."""
    session = handed_over(line)
    of_it = f"calls/{encode(Prefix.CALL, session.call_id)}"
    post(line, "ended", CallStatus="in-progress")
    for _ in range(2):
        answer = post(line, f"{of_it}/transferred", DialCallSid="CAleg", DialCallStatus=status)
        assert "We will call you back" in said_in(answer)
    post(line, "status", CallStatus="completed", CallDuration="40")
    assert outcome(session) == ("ended", "handed_off", told)
    assert Conversation.objects.get(id=session.conversation_id).state == "waiting"
    told_colleagues = Message.objects.filter(conversation_id=session.conversation_id, text__contains="promised a call")
    assert told_colleagues.count() == 1
    assert minutes() == []


TOLD = (("initiated", None), ("in-progress", None), ("completed", 61), ("call is over", 130))


def test_every_order_of_what_is_told_ends_alike_and_is_counted_once(lines: Lines) -> None:
    line = lines(is_transfer_announced=False)
    for place, order in enumerate(permutations(TOLD)):
        name = f"CA{place}"
        session = handed_over(line, name)
        post(line, "ended", CallSid=name, CallStatus="in-progress")
        for status, seconds in (*order, *order):
            if status == "call is over":
                end_call(tenant_id=line.tenant_id, call_id=session.call_id, reason="hung_up", seconds=seconds)
            else:
                note_leg(line, call_id=session.call_id, leg_id=f"{name}leg", status=status, seconds=seconds)
        assert outcome(session) == ("ended", "transferred", "joined")
        assert Conversation.objects.get(id=session.conversation_id).state == "closed"
    assert minutes() == [61] * (place + 1)


@on_both
def test_who_hangs_up_while_it_rings_is_over_and_nothing_hangs(line: Line) -> None:
    session = handed_over(line)
    post(line, "status", CallStatus="completed", CallDuration="20")
    assert document(post(line, "ended", CallStatus="in-progress")).find("Dial") is None, "nobody is dialled any more"
    watch_calls(tenant_id=line.tenant_id)
    assert outcome(session) == ("ended", "handed_off", "cancelled")
    other = handed_over(line, "CA2")  # the carrier never asks what follows
    Call.objects.filter(id=other.call_id).update(seen_at=timezone.now() - timedelta(minutes=4))
    watch_calls(tenant_id=line.tenant_id)
    assert outcome(other)[:2] == ("ended", "handed_off")


@on_both
def test_only_the_carrier_s_account_asks(line: Line) -> None:
    session = handed_over(line)
    of_it = f"calls/{encode(Prefix.CALL, session.call_id)}"
    for what in ("whisper", "taken", "leg", "transferred"):
        assert post(line, f"{of_it}/{what}", is_forged=True).status_code == 404
        assert post(line, f"{of_it}/{what}", AccountSid="AC9999999999").status_code == 404
    assert outcome(session) == ("transfer", "", "")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("can_transfer", [True, False])
def test_a_hand_over_in_a_call_puts_it_through(line: Line, can_transfer: bool) -> None:
    session = talking(line)
    hand_off(tenant_id=line.tenant_id, conversation_id=session.conversation_id, reason="asked", actor=SYSTEM)
    wire = ScriptedWire([Prompt("Are you there?", True)])

    asyncio.run(converse(session, wire, get_stream_store(), in_executor, can_transfer=can_transfer))
    spoken = "".join(str(each["token"]) for each in wire.sent if each["type"] == "text")
    with tenant_scope(line.tenant_id):
        call = Call.objects.get(id=session.call_id)
        outcome_now = outcome(session) if can_transfer else None
    if can_transfer:
        assert "I am putting you through." in spoken
        assert outcome_now == ("transfer", "", "")
    else:
        assert "putting you through" not in spoken
        assert (call.state, call.ended_reason) == ("ended", "handed_off")


@on_both
def test_a_call_whose_sound_we_have_is_redirected_once(line: Line, carrier: OutgoingCarrier) -> None:
    session = handed_over(line)
    carrier.does = "refuse"
    assert not redirect_call(line, session.call_id, "CA1", carrier.api)
    carrier.does = ""
    assert redirect_call(line, session.call_id, "CA1", carrier.api), "what was not told may be told again"
    [(which, twiml)] = carrier.redirected
    assert which == "CA1"
    assert f">{PERSON}<" in twiml
    assert not redirect_call(line, session.call_id, "CA1", carrier.api)
    assert document(post(line, "ended", CallStatus="in-progress")).find("Dial") is None


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("030 123456", "country code"),
        ("+49 900 123456", "rate of their own"),
        ("+1 900 555 0100", "rate of their own"),
        ("+881 6 12345678", "this country"),
        ("+493012345678", "An agent answers this number"),
    ],
)
def test_where_nobody_is_put_through_to(lines: Lines, number: str, said: str) -> None:
    line = lines()
    settings = NumberSettings(line.agent_id, TWILIO.account, transfer_to=number)
    with pytest.raises(InvalidPhoneNumber, match=said) as refused:
        change_phone_number(tenant_id=line.tenant_id, number_id=line.number_id, settings=settings, actor=SYSTEM)
    assert refused.value.param == "transfer_to"


def test_numbers_and_sentences() -> None:
    assert not is_dear("+4930765432")
    assert is_reachable("+12125550100")
    assert shortened("One. " * 100).endswith("One.")
    assert len(shortened("word " * 100)) <= 280


def test_a_stranger_s_line_learns_nothing(cast: Cast, line: Line) -> None:
    session = handed_over(line)
    settings = TWILIO.settings(cast.other.agent_id, transfer_to=PERSON)
    number_id = add_phone_number(
        tenant_id=cast.other.tenant_id, number="+493012345678", settings=settings, actor=SYSTEM
    )
    theirs = find_line(tenant_id=cast.other.tenant_id, number_id=number_id)
    assert theirs
    assert summary_of(theirs, call_id=session.call_id) == ("", "")
    assert note_leg(theirs, call_id=session.call_id, leg_id="CAleg", status="completed") is None
    assert post(theirs, "ended", CallStatus="in-progress").content.count(b"<Dial") == 0


@pytest.fixture
def line(lines: Lines) -> Line:
    return lines()
