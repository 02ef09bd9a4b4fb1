"""A mailbox answers a call of the company's own: what is done, whenever the carrier notices, and never to a person."""

from typing import Any

import pytest

from agents.channels.phone.calls import Line, find_line, take_up
from agents.channels.phone.carriers import Account, CarrierBusy
from agents.channels.phone.frames import Setup
from agents.channels.phone.machines import detection_of, meet_machine
from agents.channels.phone.outgoing import answer_outgoing, request_call
from agents.errors import InvalidPhoneNumber
from agents.models import Call, Conversation, Message, MessageRole, Turn
from agents.services.conversations import post_message
from agents.services.phone import NumberSettings, add_phone_number
from agents.transcript import append_message
from tenants.actors import SYSTEM
from tenants.context import tenant_scope, tenant_transaction
from tests.agents.phone.conftest import ACCOUNT, SECRET
from tests.agents.phone.test_outgoing import contact
from tests.cast import Cast


class Switchboard:
    """Keeps what calls were to go on with; away where `is_away`."""

    def __init__(self, *, is_away: bool = False) -> None:
        self.is_away, self.told = is_away, []  # type: ignore[var-annotated]

    def redirect(self, account: Account, call_id: str, document: bytes) -> None:
        assert (account.account_id, call_id) == (ACCOUNT, "CA1")
        if self.is_away:
            raise CarrierBusy("The carrier cannot be reached.")
        self.told.append(document.decode())


def line_with(cast: Cast, policy: str, message: str = "") -> Line:
    settings = NumberSettings(cast.acme.agent_id, ACCOUNT, SECRET, voicemail=policy, voicemail_message=message)
    number_id = add_phone_number(tenant_id=cast.acme.tenant_id, number="+493012345678", settings=settings, actor=SYSTEM)
    found = find_line(tenant_id=cast.acme.tenant_id, number_id=number_id)
    assert found
    return found


def under_way(line: Line) -> Call:
    call_id = request_call(tenant_id=line.tenant_id, number_id=line.number_id, contact_id=contact(line), actor=SYSTEM)
    with tenant_scope(line.tenant_id):
        Call.objects.filter(id=call_id).update(state="dialling")
    word = answer_outgoing(line, call_id=call_id, carrier_id="CA1")
    take_up(line, Setup("VX1", "CA1", line.account_id, {"token": word}))
    with tenant_scope(line.tenant_id):
        return Call.objects.get(id=call_id)


def ended(call: Call) -> tuple[str, str]:
    with tenant_scope(call.tenant_id):
        call.refresh_from_db()
    return call.state, call.ended_reason


@pytest.mark.parametrize("is_away", [False, True])
def test_it_is_hung_up_on_once(cast: Cast, is_away: bool) -> None:
    line, carrier = line_with(cast, "hang_up"), Switchboard(is_away=is_away)
    call = under_way(line)
    assert detection_of(line) == "Enable"
    told: dict[str, Any] = {"call_id": call.id, "carrier_id": "CA1", "carrier": carrier}
    assert not meet_machine(line, answered_by="human", **told)
    assert not meet_machine(line, answered_by="unknown", **told)
    assert meet_machine(line, answered_by="machine_start", **told)
    assert not meet_machine(line, answered_by="machine_start", **told), "told twice"
    assert ended(call) == ("ended", "voicemail")
    assert [each.count("<Hangup") for each in carrier.told] == ([] if is_away else [1])


def test_a_message_is_left_when_it_has_spoken(cast: Cast) -> None:
    line, carrier = line_with(cast, "message", "Acme here. We call again tomorrow."), Switchboard()
    call = under_way(line)
    assert detection_of(line) == "DetectMessageEnd"
    told: dict[str, Any] = {"call_id": call.id, "carrier_id": "CA1", "carrier": carrier}
    assert not meet_machine(line, answered_by="machine_start", **told), "it speaks yet"
    assert meet_machine(line, answered_by="machine_end_beep", **told)
    assert "We call again tomorrow.</Say>" in carrier.told[0]
    assert ended(call) == ("ended", "voicemail")
    with tenant_scope(line.tenant_id):
        assert Message.objects.get().text == "Acme here. We call again tomorrow."


def test_who_was_answered_twice_is_a_person_and_talking_on_is_the_default(cast: Cast) -> None:
    line, carrier = line_with(cast, "hang_up"), Switchboard()
    call = under_way(line)
    for number in range(2):
        posted = post_message(
            tenant_id=line.tenant_id,
            conversation_id=call.conversation_id,
            text="Who is it?",
            idempotency_key=str(number),
            actor=SYSTEM,
        )
        with tenant_transaction(line.tenant_id):
            conversation = Conversation.objects.select_for_update().get(id=call.conversation_id)
            answer = append_message(conversation, role=MessageRole.AGENT, text="Acme.", turn_id=posted.turn_id)
            Turn.objects.filter(id=posted.turn_id).update(answer=answer, state="done")
    assert not meet_machine(line, call_id=call.id, carrier_id="CA1", answered_by="machine_start", carrier=carrier)
    assert ended(call)[0] == "talking"


def test_nobody_else_s_call_and_no_call_that_is_over(cast: Cast) -> None:
    line, carrier = line_with(cast, ""), Switchboard()
    call = under_way(line)
    assert detection_of(line) == ""
    assert not meet_machine(line, call_id=call.id, carrier_id="CA1", answered_by="machine_start", carrier=carrier)
    assert not meet_machine(line, call_id=call.id, carrier_id="CA2", answered_by="fax", carrier=carrier)
    with pytest.raises(InvalidPhoneNumber) as refused:
        line_with(cast, "message")
    assert refused.value.param == "voicemail_message"
