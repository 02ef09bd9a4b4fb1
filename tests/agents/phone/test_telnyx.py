"""A number at Telnyx: what its account signed counts once and in time, by its own rules alone; and what such a number
cannot do yet is refused where it is asked for."""

import base64
import json
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client

from agents.channels.phone import telnyx
from agents.channels.phone.addresses import webhook_url
from agents.channels.phone.calls import Line, begin_call, end_call, find_line, is_expected, take_up
from agents.channels.phone.carriers import Account, Order
from agents.channels.phone.frames import Setup
from agents.channels.phone.outgoing import place_call, request_call
from agents.channels.phone.signature import HEADER, sign
from agents.errors import CarrierCannotCall, InvalidPhoneNumber
from agents.models import Call, PhoneNumber
from agents.services.phone import NumberSettings, add_phone_number, change_phone_number
from agents.topics import CALL_COUNTED
from ingestion.contacts.services import Identity, create_contact
from rapport.encryption import decrypt
from rapport.events.models import OutboxEvent
from rapport.ids import Prefix, encode
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tenants.models import AuditEntry
from tests.agents.phone.telnyx_carrier import ACCOUNT, TelnyxCarrier, Webhook, key_of, new_call, public_of
from tests.cast import Cast, Company

NUMBER, TWILIO_NUMBER = "+493012345678", "+493012345679"
API_KEY = "KEY0123456789ABCDEF_0123456789"
TWILIO_ACCOUNT, TOKEN = "AC0123456789", "carriers-auth-token-0123456789"
KEY = key_of(1)


def add(company: Company, number: str = NUMBER, key: Ed25519PrivateKey = KEY) -> Line:
    settings = NumberSettings(company.agent_id, ACCOUNT, public_of(key), carrier="telnyx", greeting="Hello.")
    return found(company, add_phone_number(tenant_id=company.tenant_id, number=number, settings=settings, actor=SYSTEM))


def found(company: Company, number_id: UUID) -> Line:
    line = find_line(tenant_id=company.tenant_id, number_id=number_id)
    assert line
    return line


@pytest.fixture
def line(cast: Cast) -> Line:
    return add(cast.acme)


@pytest.fixture
def twilio_line(cast: Cast) -> Line:
    settings = NumberSettings(cast.acme.agent_id, TWILIO_ACCOUNT, TOKEN)
    tenant_id = cast.acme.tenant_id
    return found(
        cast.acme, add_phone_number(tenant_id=tenant_id, number=TWILIO_NUMBER, settings=settings, actor=SYSTEM)
    )


def address(line: Line, what: str = "voice") -> str:
    return webhook_url(encode(Prefix.TENANT, line.tenant_id), encode(Prefix.PHONE_NUMBER, line.number_id), what)


def send(url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
    path = url[url.index("/phone/") :]
    answer: Any = Client().post(path, body, content_type="application/x-www-form-urlencoded", headers=dict(headers))
    return answer.status_code, answer.content.decode()


def tell(line: Line, webhook: Webhook, what: str = "voice") -> tuple[int, str]:
    return send(address(line, what), webhook.body, webhook.headers)


def calling(line: Line, call: str, **more: Any) -> Webhook:
    return TelnyxCarrier("", line.number).webhook(CallSid=call, From="+4915112345678", CallStatus="ringing", **more)


def twilio_headers(url: str, form: Mapping[str, str], secret: str) -> dict[str, str]:
    return {HEADER: sign(url + "".join(name + value for name, value in sorted(form.items())), secret)}


def calls(line: Line) -> list[Call]:
    with tenant_scope(line.tenant_id):
        return list(Call.objects.all())


def test_a_call_that_the_account_signed_is_answered_with_texml(line: Line) -> None:
    call = new_call()
    status, document = tell(line, calling(line, call))
    assert status == 200
    assert 'welcomeGreeting="Hello."' in document
    assert "applicationReconnect" not in document, "Telnyx has no such word"
    [row] = calls(line)
    assert (row.carrier_id, row.carrier, row.state) == (call, "telnyx", "ringing")
    done = TelnyxCarrier("", NUMBER).webhook(CallSid=call, CallStatus="completed", CallDuration="61")
    assert tell(line, done, "status")[0] == 204
    assert calls(line)[0].ended_reason == "hung_up"


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda it: Webhook(it.body, {}), id="unsigned"),
        pytest.param(lambda it: Webhook(it.body + b"&x=1", it.headers), id="another body"),
        pytest.param(lambda it: Webhook(it.body, {**it.headers, telnyx.SIGNATURE: ""}), id="no signature"),
        pytest.param(lambda it: Webhook(it.body, {**it.headers, telnyx.SIGNATURE: "*"}), id="no base64"),
        pytest.param(
            lambda it: Webhook(it.body, {**it.headers, telnyx.SIGNATURE: base64.b64encode(bytes(64)).decode()}),
            id="zeros",
        ),
        pytest.param(lambda it: Webhook(it.body, {telnyx.SIGNATURE: it.headers[telnyx.SIGNATURE]}), id="no time"),
        pytest.param(
            lambda it: Webhook(it.body, {**it.headers, telnyx.TIME: str(int(it.headers[telnyx.TIME]) + 1)}),
            id="another time",
        ),
        pytest.param(lambda it: Webhook(it.body, {**it.headers, telnyx.TIME: "1e9"}), id="no number"),
    ],
)
def test_what_is_spoilt_is_not_there_and_leaves_nothing(line: Line, spoil: Any) -> None:
    webhook = calling(line, "v3:one")
    assert tell(line, spoil(webhook))[0] == 404
    assert calls(line) == []
    assert tell(line, webhook)[0] == 200, "and does not use the true one up"


@pytest.mark.parametrize(("at", "status"), [(-290, 200), (290, 200), (-310, 404), (310, 404), (-1e9, 404), (9e9, 404)])
def test_old_and_future_times_are_refused(line: Line, at: float, status: int) -> None:
    assert tell(line, calling(line, "v3:one", at=at))[0] == status


def test_what_was_signed_counts_once_wherever_it_comes(cast: Cast, line: Line) -> None:
    same_account = add(cast.acme, "+493012345670")
    webhook = calling(line, "v3:one")
    assert tell(line, webhook)[0] == 200
    for other, what in ((line, "voice"), (line, "status"), (same_account, "voice")):
        assert tell(other, webhook, what)[0] == 404
    spelled = {**webhook.headers, telnyx.TIME: f"0{webhook.headers[telnyx.TIME]}"}
    assert tell(line, Webhook(webhook.body, spelled))[0] == 404, "the same time in other digits is not what was signed"
    elsewhere = calling(line, "v3:two")
    assert tell(same_account, elsewhere)[0] == 404, "nobody called this number"
    assert [row.carrier_id for row in calls(line)] == ["v3:one"]


def test_another_account_is_refused(line: Line) -> None:
    form: dict[str, Any] = {"AccountSid": "2f1a8b6f-1234-4abc-9def-1234567890ab", "CallSid": "v3:one"}
    assert tell(line, calling(line, "v3:one", key=key_of(2)))[0] == 404
    assert tell(line, TelnyxCarrier("", NUMBER).webhook(**form))[0] == 404


def test_each_carrier_s_signature_is_nothing_on_the_other_s_number(line: Line, twilio_line: Line) -> None:
    form = {"AccountSid": ACCOUNT, "CallSid": "CA1", "From": "+4915112345678", "To": NUMBER}
    for secret in (TOKEN, public_of(KEY)):  # the public key is known to everybody
        headers = twilio_headers(address(line), form, secret)
        assert send(address(line), urlencode(form).encode(), headers)[0] == 404
    crossed = TelnyxCarrier("", TWILIO_NUMBER, account=TWILIO_ACCOUNT).webhook(CallSid="v3:one", From="+4915112345678")
    assert tell(twilio_line, crossed)[0] == 404
    form |= {"AccountSid": TWILIO_ACCOUNT, "To": TWILIO_NUMBER}
    headers = twilio_headers(address(twilio_line), form, TOKEN)
    assert send(address(twilio_line), urlencode(form).encode(), headers)[0] == 200


def test_a_stranger_s_key_opens_nothing(cast: Cast, line: Line) -> None:
    """By another company's number, and by its key; also where the other company claims this one's key."""
    theirs = add(cast.other, key=key_of(2))
    assert tell(line, calling(theirs, "v3:one", key=key_of(2)))[0] == 404
    claimed = add(cast.other, "+493012345671")
    assert tell(claimed, calling(line, "v3:two"))[0] == 404, "it was called at another number"
    crossed = address(line).replace(encode(Prefix.TENANT, line.tenant_id), encode(Prefix.TENANT, theirs.tenant_id))
    webhook = calling(line, "v3:three")
    assert send(crossed, webhook.body, webhook.headers)[0] == 404
    assert calls(line) == calls(theirs) == []


def test_a_line_is_opened_to_the_word_of_a_call_that_rings(cast: Cast, line: Line, twilio_line: Line) -> None:
    _, word = begin_call(line, carrier_id="v3:one", caller="+4915112345678")
    assert is_expected(line, word)
    assert not is_expected(line, "x" * 32)
    assert not is_expected(add(cast.acme, "+493012345670"), word)
    assert not is_expected(add(cast.other), word)
    take_up(line, Setup("session", "v3:one", ACCOUNT, {"token": word}))
    assert not is_expected(line, word), "Telnyx never comes back to a line"


def test_its_minutes_have_a_price_of_their_own(cast: Cast, line: Line) -> None:
    call_id, _ = begin_call(line, carrier_id="v3:one", caller="+4915112345678")
    with tenant_scope(cast.acme.tenant_id):
        PhoneNumber.objects.all().delete()
    end_call(tenant_id=cast.acme.tenant_id, call_id=call_id, reason="hung_up", seconds=61)
    [event] = OutboxEvent.objects.filter(payload__type=CALL_COUNTED)
    assert event.payload["data"]["line"] == "telnyx-inbound"


def test_the_sound_of_a_call_is_not_taken(line: Line) -> None:
    status, document = tell(line, calling(line, "v3:one"), "stream")
    assert (status, "<Hangup" in document, "<Stream" in document) == (200, True, False)
    assert calls(line) == []


class NobodyCalls:
    def place(self, order: Order) -> str:
        raise AssertionError("nobody is called")


def test_no_call_is_made_without_a_key_and_an_application(cast: Cast, line: Line, twilio_line: Line) -> None:
    tenant_id = cast.acme.tenant_id
    who, _ = create_contact(tenant_id=tenant_id, identity=Identity(phone="+4915112345678"), actor=SYSTEM)
    without = NumberSettings(cast.acme.agent_id, ACCOUNT, public_of(KEY), carrier="telnyx")
    halves = without, replace(without, api_key=API_KEY), replace(without, application_id="1773070540731319841")
    for place, half in enumerate(halves):
        number = f"+4930123457{place}"
        number_id = add_phone_number(tenant_id=tenant_id, number=number, settings=half, actor=SYSTEM)
        with pytest.raises(CarrierCannotCall, match="TeXML application"):
            request_call(tenant_id=tenant_id, number_id=number_id, contact_id=who, actor=SYSTEM)
    call_id, _ = begin_call(twilio_line, carrier_id="CA1", caller="+4915112345678")
    settings = NumberSettings(cast.acme.agent_id, ACCOUNT, public_of(KEY), carrier="telnyx")
    change_phone_number(tenant_id=tenant_id, number_id=twilio_line.number_id, settings=settings, actor=SYSTEM)
    with tenant_scope(tenant_id):
        Call.objects.filter(id=call_id).update(direction="outbound", state="queued")  # asked for before the move
    place_call(tenant_id=tenant_id, call_id=call_id, carrier=NobodyCalls())
    assert [row.ended_reason for row in calls(line)] == ["refused"]


def test_its_api_key_is_kept_unseen_and_is_the_account_s(cast: Cast, line: Line) -> None:
    tenant_id, number_id = cast.acme.tenant_id, line.number_id
    asked = NumberSettings(cast.acme.agent_id, ACCOUNT, carrier="telnyx", api_key=API_KEY, application_id="17730")
    change(tenant_id, number_id, asked)
    change(tenant_id, number_id, replace(asked, api_key=""))
    assert found(cast.acme, number_id).account == Account(ACCOUNT, API_KEY, "telnyx", "17730"), "left out, it stays"
    with tenant_scope(tenant_id):
        assert API_KEY not in PhoneNumber.objects.get(id=number_id).api_key
        entries = AuditEntry.objects.filter(action="phone_number.changed")
        told = json.dumps([[each.before, each.after, each.details] for each in entries])
    assert API_KEY not in told
    assert '"api_key_replaced": true' in told
    change(tenant_id, number_id, replace(asked, account_id=f"{ACCOUNT}0", secret=public_of(KEY), api_key=""))
    assert not found(cast.acme, number_id).can_call, "another account has another key"


@pytest.mark.parametrize(
    ("changed", "param", "said"),
    [
        ({"secret": TOKEN}, "secret", "no public key"),
        ({"secret": base64.b64encode(b"x" * 31).decode()}, "secret", "no public key"),
        ({"secret": ""}, "secret", "public key"),
        ({"carrier": "twilio"}, "secret", "no secret"),
        ({"carrier": "vonage"}, "carrier", "Twilio or Telnyx"),
        ({"api_key": "short"}, "api_key", "no API key"),
        ({"application_id": "my-app"}, "application_id", "digits"),
        ({"is_recorded": True}, "carrier", "recorded"),
    ],
)
def test_what_it_cannot_be_is_refused_at_its_field(cast: Cast, changed: dict[str, Any], param: str, said: str) -> None:
    fields: dict[str, Any] = {"account_id": ACCOUNT, "secret": public_of(KEY), "carrier": "telnyx"} | changed
    settings = NumberSettings(cast.acme.agent_id, **fields)
    with pytest.raises(InvalidPhoneNumber, match=said) as refused:
        add_phone_number(tenant_id=cast.acme.tenant_id, number=NUMBER, settings=settings, actor=SYSTEM)
    assert refused.value.param == param


def test_a_number_moves_with_the_other_carrier_s_credential_only(cast: Cast, twilio_line: Line) -> None:
    """An auth token is never taken for a key, nor a key for a token; and who moved it is in the audit log."""
    tenant_id, number_id = cast.acme.tenant_id, twilio_line.number_id
    wrapped = base64.b64encode(bytes.fromhex("302a300506032b6570032100") + KEY.public_key().public_bytes_raw()).decode()
    for secret, account in (("", TWILIO_ACCOUNT), ("", ACCOUNT), (TOKEN, ACCOUNT)):
        with pytest.raises(InvalidPhoneNumber):
            change(tenant_id, number_id, NumberSettings(cast.acme.agent_id, account, secret, carrier="telnyx"))
    change(tenant_id, number_id, NumberSettings(cast.acme.agent_id, ACCOUNT, wrapped, carrier="telnyx"))
    with tenant_scope(tenant_id):
        assert decrypt(PhoneNumber.objects.get(id=number_id).secret) == public_of(KEY)
        entry = AuditEntry.objects.filter(action="phone_number.changed").latest("id")
    assert (entry.before["carrier"], entry.after["carrier"]) == ("twilio", "telnyx")
    assert public_of(KEY) not in json.dumps([entry.before, entry.after, entry.details])
    with pytest.raises(InvalidPhoneNumber, match="auth token"):
        change(tenant_id, number_id, NumberSettings(cast.acme.agent_id, ACCOUNT))


def change(tenant_id: UUID, number_id: UUID, settings: NumberSettings) -> None:
    change_phone_number(tenant_id=tenant_id, number_id=number_id, settings=settings, actor=SYSTEM)


def test_signed_by_hand() -> None:
    """The text is time, bar, body; nothing else of it is read."""
    body, now = b"CallSid=v3%3Aone&To=%2B49", 1_700_000_000
    signature = base64.b64encode(KEY.sign(b"1700000000|" + body)).decode()
    headers = {telnyx.SIGNATURE: signature, telnyx.TIME: "1700000000"}
    assert telnyx.is_signed(body, headers, public_of(KEY), now=now)
    assert not telnyx.is_signed(body, headers, public_of(key_of(2)), now=now)
    assert not telnyx.is_signed(body, headers, "", now=now)
    assert not telnyx.is_signed(body, headers, public_of(KEY), now=time.time())
