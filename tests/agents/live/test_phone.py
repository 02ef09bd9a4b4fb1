"""Calls as a carrier brings them to the running product: answered by the same turn as a chat, cut off when the caller
speaks, remembered as heard; and refused before anything is read where they are not the carrier's."""

from secrets import randbelow
from typing import Any
from uuid import UUID, uuid4

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from rapport.ids import Prefix, encode
from tests.agents.live.conftest import Company
from tests.agents.live.prepared import ACCOUNT, SECRET
from tests.agents.phone.carrier import Called, Carrier, open_line
from tests.running import wait_until

QUESTION = "How long does delivery within Germany take?"


def carrier_of(company: Company, phone: str = "days-3", *, tenant: Company | None = None) -> Carrier:
    tenant_id = encode(Prefix.TENANT, UUID((tenant or company).tenant_id))
    return Carrier(f"{company.url}/phone/{tenant_id}/{company.phones[phone]}", ACCOUNT, SECRET)


def new_call() -> str:
    return f"CA{uuid4().hex}"


def new_number() -> str:
    """A caller nobody has seen yet: a test that is repeated must not meet what it left behind."""
    return f"+4915{randbelow(10**9):09}"


def messages_of(company: Company, contact: str) -> list[tuple[str, str]]:
    (conversation,) = company.get(f"/v1/conversations?contact_id={contact}")["data"]
    assert conversation["channel"] == "phone"
    said = company.get(f"/v1/conversations/{conversation['id']}/messages")["data"]
    return [(each["role"], each["text"]) for each in said]


def contact_of(company: Company, number: str) -> str:
    found: list[dict[str, Any]] = company.get(f"/v1/contacts?phone={number.replace('+', '%2B')}")["data"]
    (contact,) = found
    return str(contact["id"])


def test_a_caller_is_answered_from_what_the_company_knows(acme: Company) -> None:
    carrier, call, caller = carrier_of(acme), new_call(), new_number()
    called = carrier.call(call, caller=caller)
    assert called.greeting == "Hello, this is an automatic assistant."
    with carrier.line(call, called) as line:
        assert line.socket.protocol.extensions == [], "a line's memory would be that of its compression"
        line.say("How long does", last=False)  # only the beginning: nobody answers it
        line.say(QUESTION)
        tokens = line.answer()
        assert "".join(tokens).strip() == "Delivery takes 3 days.", "no mark of a citation is spoken"
        assert len(tokens) > 2
        line.say("And how do I return something?")
        assert line.answer()[-1] == ""
    wait_until(lambda: carrier.call(call).socket == "", seconds=20)  # it is over: nobody takes it up again
    said = messages_of(acme, contact_of(acme, caller))
    assert [role for role, _ in said] == ["contact", "agent", "contact", "agent"]
    assert said[0] == ("contact", QUESTION)
    assert said[1][1].startswith("Delivery takes 3 days [1]"), "what is read has its sources"


def test_who_interrupts_hears_no_more_and_only_what_was_heard_was_said(acme: Company) -> None:
    carrier, call, caller = carrier_of(acme, "slow-40"), new_call(), new_number()
    called = carrier.call(call, caller=caller)
    with carrier.line(call, called) as line:
        line.say("Tell me everything.")
        while "word2" not in (token := line.next()["token"]):
            assert token is not None
        line.send(type="interrupt", utteranceUntilInterrupt="word0 word1", durationUntilInterruptMs="460")
        rest = line.answer()
        assert rest[-1] == ""
        assert len(rest) < 30, "it was cut off"
        line.say(QUESTION)
        assert line.answer()
    said = messages_of(acme, contact_of(acme, caller))
    assert next(text for role, text in said if role == "agent") == "word0 word1"


def test_a_caller_who_is_known_by_the_number_is_the_same_contact(acme: Company) -> None:
    carrier, caller = carrier_of(acme), new_number()
    for _ in range(2):
        call = new_call()
        called = carrier.call(call, caller=f"{caller[:3]} {caller[3:7]} {caller[7:]}")
        with carrier.line(call, called) as line:
            line.say(QUESTION)
            line.answer()
    contact = contact_of(acme, caller)
    assert len(acme.get(f"/v1/conversations?contact_id={contact}")["data"]) == 2


def test_a_withheld_number_is_somebody_new(acme: Company) -> None:
    carrier, call = carrier_of(acme), new_call()
    called = carrier.call(call, caller="anonymous")
    with carrier.line(call, called) as line:
        line.say(QUESTION)
        assert "".join(line.answer()).strip() == "Delivery takes 3 days."


def test_keys_that_are_pressed_are_one_message(acme: Company) -> None:
    carrier, call, caller = carrier_of(acme), new_call(), new_number()
    called = carrier.call(call, caller=caller)
    with carrier.line(call, called) as line:
        for digit in "4711#":
            line.send(type="dtmf", digit=digit)
        line.answer()
    assert messages_of(acme, contact_of(acme, caller))[0] == ("contact", "4711")


def test_who_says_so_is_called_no_more(acme: Company) -> None:
    carrier, call, caller = carrier_of(acme), new_call(), new_number()
    with carrier.line(call, carrier.call(call, caller=caller)) as line:
        line.say("Please stop calling me.")
        assert "You will not be called again." in "".join(line.answer())
        line.say(QUESTION)  # who called by themselves may go on
        assert "".join(line.answer()).strip() == "Delivery takes 3 days."
    contact = contact_of(acme, caller)
    assert acme.get(f"/v1/contacts/{contact}/call-permission")["refused_by"] == "said"


def test_what_a_carrier_says_beside_it_ends_no_call(acme: Company) -> None:
    carrier, call = carrier_of(acme), new_call()
    with carrier.line(call, carrier.call(call)) as line:
        line.send(type="info", name="agentSpeaking", value="on")
        line.send(type="error", description="Invalid message received")
        line.socket.send("no json")
        line.socket.send(b"\x00\x01")
        line.say(QUESTION)
        assert line.answer()


def test_a_line_that_broke_off_comes_back(acme: Company) -> None:
    carrier, call, session = carrier_of(acme), new_call(), f"VX{uuid4().hex}"
    called = carrier.call(call)
    with carrier.line(call, called, sessionId=session) as first, carrier.line(call, called, sessionId=session) as back:
        back.say(QUESTION)
        assert back.answer()
        first.socket.close()


@pytest.mark.parametrize(
    "changed",
    [
        {"customParameters": {}},
        {"customParameters": {"token": "guessed"}},
        {"accountSid": "AC" + "1" * 32},
        {"callSid": "CA" + "0" * 32},
        {"sessionId": ""},
    ],
)
def test_a_line_that_is_not_the_call_s_is_closed(acme: Company, changed: dict[str, Any]) -> None:
    carrier, call = carrier_of(acme), new_call()
    called = carrier.call(call)
    with carrier.line(call, called, **changed) as line, pytest.raises(ConnectionClosed):
        line.next()


def test_its_word_counts_once(acme: Company) -> None:
    carrier, call = carrier_of(acme), new_call()
    called = carrier.call(call)
    with carrier.line(call, called), carrier.line(call, called) as other, pytest.raises(ConnectionClosed):
        other.next()


def test_only_the_carrier_s_account_opens_a_line(acme: Company) -> None:
    carrier = carrier_of(acme)
    called = carrier.call(new_call())
    for secret in ("", "another-secret-0123456789"):
        with pytest.raises(InvalidStatus) as refused, open_line(called.socket, secret):
            pass
        assert refused.value.response.status_code == 403
    with pytest.raises(InvalidStatus), open_line(called.socket.replace("/line", "/other"), carrier.secret):
        pass


def test_a_stranger_s_number_is_not_there(acme: Company, other: Company) -> None:
    """By another company's address, and by its secret: as if there were none."""
    crossed = carrier_of(other, tenant=acme)
    assert crossed.call(new_call()) == Called(404)
    unsigned = Carrier(carrier_of(acme).base, ACCOUNT, "another-secret-0123456789")
    assert unsigned.call(new_call()) == Called(404)
    assert carrier_of(acme).post("status", secret="x" * 20, CallSid="CA1", CallStatus="completed").status_code == 404


def test_endings_converge_in_whatever_order_they_are_told(acme: Company) -> None:
    carrier, call = carrier_of(acme), new_call()
    carrier.call(call)
    for status in ("completed", "ringing", "in-progress", "completed", "no-answer", "nonsense"):
        assert carrier.post("status", CallSid=call, CallStatus=status).status_code == 204
    assert carrier.call(call).socket == "", "a call that is over is not taken up"
    assert carrier.post("ended", CallSid=call, CallStatus="completed").status_code == 200
