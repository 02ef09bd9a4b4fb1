"""Calls as Telnyx brings them to the running product: signed webhooks, and a line that only the call's word opens."""

from uuid import UUID

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from rapport.ids import Prefix, encode
from tests.agents.live.conftest import Company
from tests.agents.live.prepared import SECRET, TELNYX
from tests.agents.live.test_phone import QUESTION, contact_of, messages_of, new_number
from tests.agents.phone.carrier import Called, open_line
from tests.agents.phone.telnyx_carrier import TelnyxCarrier, key_of, new_call


def carrier_of(company: Company, name: str = "acme") -> TelnyxCarrier:
    number, seed = TELNYX[name]
    tenant_id = encode(Prefix.TENANT, UUID(company.tenant_id))
    return TelnyxCarrier(f"{company.url}/phone/{tenant_id}/{company.phones['telnyx']}", number, key_of(seed))


def is_refused(url: str, secret: str = "") -> bool:
    """Before it is opened."""
    with pytest.raises(InvalidStatus) as refused, open_line(url, secret):
        pass
    return refused.value.response.status_code == 403


def test_a_caller_is_answered_and_the_line_opens_to_its_word_alone(acme: Company, other: Company) -> None:
    carrier, call, caller = carrier_of(acme), new_call(), new_number()
    called = carrier.call(call, caller=caller)
    assert called.greeting == "Hello."
    address, _, word = called.socket.rpartition("/")
    theirs = carrier_of(other, "other").call(new_call()).socket
    assert theirs
    for url in (
        address,
        f"{address}/{'x' * 32}",
        f"{theirs.rpartition('/')[0]}/{word}",
        address.replace("line", "media"),
    ):
        assert is_refused(url)
    assert is_refused(address, SECRET), "a signature of Twilio's is none here"
    with carrier.line(call, called) as line:
        line.say("How long does", last=False)
        line.say(QUESTION)
        assert "".join(line.answer()).strip() == "Delivery takes 3 days."
        assert is_refused(called.socket), "it counts once"
        line.send(type="interrupt", utteranceUntilInterrupt="Delivery", durationUntilInterruptMs=460)
    assert carrier.post("ended", CallSid=call).status_code == 200
    for status in ("completed", "ringing", "completed"):
        assert carrier.post("status", CallSid=call, CallStatus=status).status_code == 204
    assert carrier.call(call).socket == "", "a call that is over is not taken up"
    assert messages_of(acme, contact_of(acme, caller))[0] == ("contact", QUESTION)


@pytest.mark.parametrize("changed", [{"customParameters": {}}, {"accountSid": "another"}, {"callSid": "v3:another"}])
def test_a_line_that_is_not_the_call_s_is_closed(acme: Company, changed: dict[str, object]) -> None:
    carrier, call = carrier_of(acme), new_call()
    called = carrier.call(call)
    with carrier.line(call, called, **changed) as line, pytest.raises(ConnectionClosed):
        line.next()


def test_a_stranger_s_webhook_is_not_there(acme: Company, other: Company) -> None:
    carrier = carrier_of(acme)
    webhook = carrier.webhook(key=key_of(TELNYX["other"][1]), CallSid="v3:one", From="+4915155555556")
    assert carrier.send("voice", webhook).status_code == 404
    mine = carrier.webhook(CallSid="v3:one", From="+4915155555556")
    assert carrier_of(other, "other").send("voice", mine).status_code == 404
    assert carrier.send("voice", mine).status_code == 200
    assert carrier.send("voice", mine).status_code == 404, "told again by whoever overheard it"
    assert Called(404) == TelnyxCarrier(carrier.base, carrier.number, account="another").call(new_call())
