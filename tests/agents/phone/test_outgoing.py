"""Calls that a company makes: only to who agreed, never at night, one a second, and each dialled once."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from agents.channels.phone import carriers, switchboard
from agents.channels.phone.calls import Line, Session, end_call, find_line, note_status, take_up
from agents.channels.phone.carriers import CarrierBusy
from agents.channels.phone.frames import Setup
from agents.channels.phone.outgoing import MOST_AT_ONCE, answer_outgoing, place_call, request_call
from agents.channels.phone.permission import number_to_call, refuse_calls, set_call_permission
from agents.channels.phone.quiet import is_decent
from agents.channels.phone.stopping import stop_calling, wants_no_calls
from agents.channels.phone.watching import watch_calls
from agents.channels.phone.zones import zones_of
from agents.errors import CallRefused, ConsentMissing, ContactHasNoNumber, QuietHours, WantsNoCalls
from agents.models import Call, CallPermission, Message
from agents.services.phone import add_phone_number, change_phone_number
from ingestion.contacts.services import Identity, create_contact
from rapport.config import get_config
from rapport.errors import RateLimited
from rapport.ids import Prefix, decode, encode
from rapport.ratelimits.buckets import Limit
from tenants.actors import SYSTEM, visitor_actor
from tenants.api_keys import create_api_key
from tenants.context import tenant_scope
from tests.agents.api.conftest import Caller
from tests.agents.phone.outgoing_carrier import PAUSE_SECONDS, OutgoingCarrier
from tests.agents.phone.peers import TELNYX, Peer, on_both
from tests.cast import Cast

PACE = Limit("calls-out-test", per_minute=round(60 / PAUSE_SECONDS), burst=1)


@pytest.fixture
def line(cast: Cast, peer: Peer) -> Line:
    tenant_id = cast.acme.tenant_id
    settings = peer.settings(cast.acme.agent_id, most_minutes=10)
    number_id = add_phone_number(tenant_id=tenant_id, number="+493012345678", settings=settings, actor=SYSTEM)
    found = find_line(tenant_id=tenant_id, number_id=number_id)
    assert found
    return found


def contact(line: Line, number: str = "+4915700000001", *, has_agreed: bool = True) -> UUID:
    """Where it is day now."""
    made, _ = create_contact(tenant_id=line.tenant_id, identity=Identity(phone=number), actor=SYSTEM)
    offset = 12 - timezone.now().astimezone(UTC).hour
    zone = f"Etc/GMT{-offset:+d}" if offset else "Etc/GMT"
    set_call_permission(tenant_id=line.tenant_id, contact_id=made, time_zone=zone, actor=SYSTEM)
    if has_agreed:
        set_call_permission(tenant_id=line.tenant_id, contact_id=made, consent_source="form of 3 May", actor=SYSTEM)
    return made


def asked(line: Line, contact_id: UUID) -> UUID:
    return request_call(tenant_id=line.tenant_id, number_id=line.number_id, contact_id=contact_id, actor=SYSTEM)


def place(line: Line, call_id: UUID, carrier: OutgoingCarrier) -> None:
    place_call(tenant_id=line.tenant_id, call_id=call_id, carrier=carrier.api, pace=PACE)


def state(line: Line, call_id: UUID) -> tuple[str, str]:
    with tenant_scope(line.tenant_id):
        call = Call.objects.get(id=call_id)
    return call.state, call.ended_reason


def test_without_consent_nobody_is_called_and_who_wants_no_calls_never(line: Line) -> None:
    who = contact(line, has_agreed=False)
    with pytest.raises(ConsentMissing):
        asked(line, who)
    set_call_permission(tenant_id=line.tenant_id, contact_id=who, consent_source="form of 3 May", actor=SYSTEM)
    asked(line, who)
    assert refuse_calls(tenant_id=line.tenant_id, contact_id=who, by="said", actor=visitor_actor(who))
    assert not refuse_calls(tenant_id=line.tenant_id, contact_id=who, by="key", actor=visitor_actor(who))
    with pytest.raises(WantsNoCalls):
        asked(line, who)
    nameless, _ = create_contact(tenant_id=line.tenant_id, identity=Identity(email="a@b.example"), actor=SYSTEM)
    with pytest.raises(ContactHasNoNumber):
        asked(line, nameless)


@pytest.mark.parametrize(
    ("zone", "moment", "decent"),
    [  # the same hour in UTC, the day before and after the clocks change
        ("Europe/Berlin", datetime(2026, 3, 28, 6, 30, tzinfo=UTC), False),  # 7:30
        ("Europe/Berlin", datetime(2026, 3, 29, 6, 30, tzinfo=UTC), True),  # 8:30
        ("Europe/Berlin", datetime(2026, 10, 24, 18, 59, tzinfo=UTC), True),  # 20:59
        ("Europe/Berlin", datetime(2026, 10, 24, 19, 0, tzinfo=UTC), False),  # 21:00
        ("Europe/Berlin", datetime(2026, 10, 25, 19, 30, tzinfo=UTC), True),  # 20:30
        ("America/New_York", datetime(2026, 11, 1, 12, 30, tzinfo=UTC), False),  # 7:30
        ("America/New_York", datetime(2026, 10, 31, 12, 30, tzinfo=UTC), True),  # 8:30
    ],
)
def test_quiet_hours_move_with_the_clocks(zone: str, moment: datetime, decent: bool) -> None:
    assert is_decent(zone, moment) is decent


def test_it_is_the_contact_s_own_hour_else_its_number_s_country_s(line: Line) -> None:
    told = {"tenant_id": line.tenant_id}
    at = datetime(2026, 7, 1, 7, 0, tzinfo=UTC)  # 9:00 in Berlin, 3:00 in New York
    german = contact(line)
    set_call_permission(tenant_id=line.tenant_id, contact_id=german, time_zone="", actor=SYSTEM)
    assert number_to_call(**told, contact_id=german, at=at) == "+4915700000001"
    set_call_permission(tenant_id=line.tenant_id, contact_id=german, time_zone="America/New_York", actor=SYSTEM)
    with pytest.raises(QuietHours, match="America/New_York"):
        number_to_call(**told, contact_id=german, at=at)
    american = contact(line, "+12125550100")
    set_call_permission(tenant_id=line.tenant_id, contact_id=american, time_zone="", actor=SYSTEM)
    with pytest.raises(QuietHours):  # day in New York, night in Honolulu, and the number may be of either
        number_to_call(**told, contact_id=american, at=datetime(2026, 7, 1, 14, 0, tzinfo=UTC))
    assert number_to_call(**told, contact_id=american, at=datetime(2026, 7, 1, 20, 0, tzinfo=UTC)) == "+12125550100"
    assert zones_of("+351912345678") == ("Europe/Lisbon", "Atlantic/Azores")
    assert zones_of("+9991234") == ()


@on_both
def test_calls_are_placed_one_at_a_time_at_the_carriers_pace(line: Line, carrier: OutgoingCarrier) -> None:
    calls = [asked(line, contact(line, f"+491570000000{place}")) for place in range(4)]
    for call_id in (*calls, *calls):  # told twice
        while state(line, call_id)[0] == "queued":
            try:
                place(line, call_id, carrier)
            except CarrierBusy:  # its second is not over by its own clock
                time.sleep(0.05)
    assert sorted(each["To"] for each in carrier.placed) == [f"+491570000000{place}" for place in range(4)]
    assert carrier.refused <= len(calls), "our own pace keeps to the carrier's, whose clock is another one"


@on_both
def test_it_is_dialled_once_when_nobody_knows_what_became_of_it(line: Line, carrier: OutgoingCarrier) -> None:
    call_id = asked(line, contact(line))
    carrier.does = "hang up"
    for _ in range(3):
        place(line, call_id, carrier)
    assert len(carrier.placed) == 1
    assert state(line, call_id) == ("dialling", "")
    word = answer_outgoing(line, call_id=call_id, carrier_id="CA1")  # it did ring, and somebody answers
    session = take_up(line, Setup("VX1", "CA1", line.account_id, {"token": word}))
    assert session.is_outgoing
    assert note_status(line, carrier_id="CA1", status="completed", seconds=61, call_id=call_id)
    assert state(line, call_id) == ("ended", "hung_up")


@on_both
def test_a_worker_that_is_killed_dials_nobody_twice(line: Line, carrier: OutgoingCarrier) -> None:
    """After it asked the carrier, and before it wrote down what it was told."""
    call_id = asked(line, contact(line))

    class Killed(BaseException):
        pass

    class Dies:
        def place(self, order: carriers.Order) -> str:
            carrier.api.place(order)
            raise Killed

    with pytest.raises(Killed):
        place_call(tenant_id=line.tenant_id, call_id=call_id, carrier=Dies(), pace=PACE)
    place(line, call_id, carrier)
    assert len(carrier.placed) == 1
    with tenant_scope(line.tenant_id):
        Call.objects.update(seen_at=timezone.now() - timedelta(minutes=4))
    assert watch_calls(tenant_id=line.tenant_id) == 1
    assert state(line, call_id) == ("ended", "lost")
    with pytest.raises(CallRefused):
        answer_outgoing(line, call_id=call_id, carrier_id="CA1")


@on_both
def test_what_was_certainly_not_placed_is_tried_again_or_over(line: Line, carrier: OutgoingCarrier, peer: Peer) -> None:
    call_id = asked(line, contact(line))
    with pytest.raises(CarrierBusy):
        place_call(tenant_id=line.tenant_id, call_id=call_id, carrier=peer.api("http://127.0.0.1:1"), pace=PACE)
    assert state(line, call_id) == ("queued", "")
    carrier.does = "refuse"
    place(line, call_id, carrier)
    assert state(line, call_id) == ("ended", "failed")


@on_both
def test_who_says_stop_while_a_call_waits_is_not_called(line: Line, carrier: OutgoingCarrier) -> None:
    who = contact(line)
    call_id = asked(line, who)
    refuse_calls(tenant_id=line.tenant_id, contact_id=who, by="key", actor=visitor_actor(who))
    place(line, call_id, carrier)
    assert (carrier.placed, state(line, call_id)) == ([], ("ended", "refused"))


def test_no_more_than_so_many_at_once(line: Line, carrier: OutgoingCarrier) -> None:
    calls = [asked(line, contact(line, f"+49157000000{place:02}")) for place in range(MOST_AT_ONCE + 1)]
    with tenant_scope(line.tenant_id):
        Call.objects.filter(id__in=calls[:-1]).update(state="talking", answered_at=timezone.now())
    with pytest.raises(RateLimited):
        place(line, calls[-1], carrier)
    end_call(tenant_id=line.tenant_id, call_id=calls[0], reason="hung_up")
    place(line, calls[-1], carrier)
    assert len(carrier.placed) == 1


@on_both
@pytest.mark.parametrize("does", ["", "nameless"])
def test_the_carrier_s_webhooks_of_a_call_of_ours_are_signed_and_its_own(
    line: Line, carrier: OutgoingCarrier, peer: Peer, does: str
) -> None:
    """Also where the carrier's answer names no call: then the first webhook does."""
    call_id = asked(line, contact(line))
    carrier.does = does
    place(line, call_id, carrier)
    order, name = carrier.placed[0], carrier.sids[0]
    form = {"CallSid": name, "From": line.number, "To": order["To"]}

    def post(what: str, *, is_forged: bool = False, **more: str) -> Any:
        path = order[what].removeprefix(get_config().public_url) if what in order else what
        return peer.post(path, is_forged=is_forged, **(form | more))

    assert post("Url", is_forged=True).status_code == 404
    assert post("Url", AccountSid="another-account").status_code == 404
    if peer == TELNYX:  # which signs no address: what it signs of another call is not this one's
        assert post("Url", From="+493012345670").status_code == 404
        assert post("Url", To="+4915700000099").content.decode().count("<Hangup") == 1
    answer = post("Url").content.decode()
    assert encode(Prefix.CALL, call_id) in answer
    assert 'dtmfDetection="true"' in answer
    assert post("Url", CallSid="CA2").content.decode().count("<Hangup") == 1, "another call is not this one"
    others = order["Url"].removeprefix(get_config().public_url).replace("calls/cal_", "calls/con_")
    assert post(others).status_code == 404
    assert post("StatusCallback", CallSid="CA2", CallStatus="failed").status_code == 204
    assert state(line, call_id) == ("ringing", "")
    for status in ("busy", "ringing", "busy"):
        assert post("StatusCallback", CallStatus=status).status_code == 204
    assert state(line, call_id) == ("ended", "busy")


@on_both
def test_what_an_order_says(line: Line, carrier: OutgoingCarrier, peer: Peer) -> None:
    settings = peer.settings(line.agent_id, most_minutes=10, voicemail="message", voicemail_message="Call us.")
    change_phone_number(tenant_id=line.tenant_id, number_id=line.number_id, settings=settings, actor=SYSTEM)
    place(line, asked(line, contact(line)), carrier)
    order = carrier.placed[0]
    expected = {"From": line.number, "To": "+4915700000001", "TimeLimit": "600", "Timeout": "40"}
    assert expected.items() <= order.items()
    assert (order["MachineDetection"], order["AsyncAmd"].lower()) == ("DetectMessageEnd", "true")
    addresses = [order[each] for each in ("Url", "StatusCallback", "AsyncAmdStatusCallback")]
    assert [each.rpartition("/")[2] for each in addresses] == ["voice", "status", "machine"]


@on_both
def test_a_mailbox_is_told_of_and_hung_up_on(
    line: Line, carrier: OutgoingCarrier, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = peer.settings(line.agent_id, voicemail="hang_up")
    change_phone_number(tenant_id=line.tenant_id, number_id=line.number_id, settings=settings, actor=SYSTEM)
    monkeypatch.setattr(switchboard, "_carrier_of", lambda account: carrier.api)
    call_id = asked(line, contact(line))
    place(line, call_id, carrier)
    order, name = carrier.placed[0], carrier.sids[0]
    assert order["MachineDetection"] == "Enable"
    path = order["AsyncAmdStatusCallback"].removeprefix(get_config().public_url)
    told: dict[str, Any] = {"CallSid": name, "AnsweredBy": "machine_start"}
    assert peer.post(path, is_forged=True, **told).status_code == 404
    for _ in range(2):
        assert peer.post(path, **told).status_code == 204
    assert state(line, call_id) == ("ended", "voicemail")
    [(which, document)] = carrier.redirected
    assert (which, "<Hangup" in document) == (name, True)


@pytest.mark.parametrize(
    ("said", "is_wish"),
    [
        ("Please stop calling me.", True),
        ("Don't ever call me!", True),
        ("never call this number again", True),
        ("Take me off your list", True),
        ("Rufen Sie mich bitte nicht mehr an.", True),
        ("Hören Sie auf, mich anzurufen!", True),
        ("Don't call me before ten", False),
        ("Don't call me at work", False),
        ("Stop calling it a phone", False),
        ("I will call you again", False),
        ("Rufen Sie mich bitte morgen an.", False),
    ],
)
def test_that_somebody_wants_no_calls_is_understood(said: str, is_wish: bool) -> None:
    assert wants_no_calls(said) is is_wish


def test_what_was_said_and_said_back_is_written_down(line: Line) -> None:
    who = contact(line)
    with tenant_scope(line.tenant_id):
        call = Call.objects.get(id=asked(line, who))
    session = Session(line.tenant_id, call.id, call.conversation_id, who, "en-US")
    stop_calling(session, said="Stop calling me.", by="said", answer="Noted.")
    with tenant_scope(line.tenant_id):
        assert CallPermission.objects.get(contact_id=who).refused_by == "said"
        assert list(Message.objects.order_by("sequence").values_list("role", "text")) == [
            ("contact", "Stop calling me."),
            ("agent", "Noted."),
        ]


def test_by_api(cast: Cast, line: Line) -> None:
    who = contact(line, has_agreed=False)
    public, number = encode(Prefix.CONTACT, who), encode(Prefix.PHONE_NUMBER, line.number_id)
    scopes = ["contacts.read", "contacts.write", "conversations.read", "conversations.write"]
    made = create_api_key(tenant_id=line.tenant_id, name="Phone", scopes=scopes, actor=SYSTEM)
    api = Caller(Client(), Authorization=f"Bearer {made.secret}")
    body = {"phone_number_id": number, "contact_id": public}
    refused = api.post("/v1/calls", body)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "call_consent_missing")
    permission = f"/v1/contacts/{public}/call-permission"
    given = api.patch(permission, {"consent_source": "form of 3 May"})
    assert (given.status_code, given.json()["consent_source"]) == (200, "form of 3 May")
    assert api.patch(permission, {"time_zone": "Berlin"}).json()["error"]["param"] == "time_zone"
    once = Caller(Client(), **{"Authorization": f"Bearer {made.secret}", "Idempotency-Key": "a-call"})
    first, again = once.post("/v1/calls", body), once.post("/v1/calls", body)
    assert (first.status_code, first.json()["state"], first.json()["direction"]) == (201, "queued", "outbound")
    assert again.json()["id"] == first.json()["id"]
    with tenant_scope(line.tenant_id):
        assert Call.objects.count() == 1
    assert api.patch(permission, {"wants_no_calls": True}).json()["refused_by"] == "company"
    assert api.post("/v1/calls", body).json()["error"]["code"] == "do_not_call"
    stranger = create_api_key(tenant_id=cast.other.tenant_id, name="Other", scopes=scopes, actor=SYSTEM)
    other = Caller(Client(), Authorization=f"Bearer {stranger.secret}")
    assert other.post("/v1/calls", body).status_code == 404
    assert other.get(permission).status_code == 404
    assert decode(Prefix.CALL, first.json()["id"])
