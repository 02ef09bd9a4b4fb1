"""The check at the end of `make call-kills` finds what it is there for."""

from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from agents.channels.phone.calls import Line, begin_call, end_call, find_line, note_status, take_up
from agents.channels.phone.frames import Setup
from agents.services.phone import NumberSettings, add_phone_number
from agents.topics import CALL_COUNTED
from billing.events import bill_call
from rapport.events.envelope import Event
from rapport.events.models import OutboxEvent
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tests.cast import Cast
from tests.kill.calls.ending import look


@pytest.fixture
def line(cast: Cast) -> Line:
    settings = NumberSettings(cast.acme.agent_id, "AC0123456789", "carriers-auth-token-0123456789")
    tenant_id = cast.acme.tenant_id
    number_id = add_phone_number(tenant_id=tenant_id, number="+493012345678", settings=settings, actor=SYSTEM)
    found = find_line(tenant_id=tenant_id, number_id=number_id)
    assert found
    return found


def ended(line: Line, seconds: int) -> UUID:
    call_id, word = begin_call(line, carrier_id="CA1", caller="+4915700000001")
    take_up(line, Setup("VX1", "CA1", line.account_id, {"token": word}))
    assert note_status(line, carrier_id="CA1", status="completed", seconds=seconds)
    return call_id


def wrong(line: Line, **told: set[int]) -> list[str]:
    return look(line.tenant_id, told, [], {}).violations


def test_what_is_wrong_is_found(line: Line) -> None:
    """A call that goes on, one that is not billed, one that is billed for another length."""
    ended(line, 61)
    assert "the ledger has [] minutes" in wrong(line)[0]
    with tenant_scope(line.tenant_id):
        (row,) = OutboxEvent.objects.filter(payload__type=CALL_COUNTED)
        event = Event.from_json(row.payload)
        bill_call(event)
    assert wrong(line, CA1={61}) == []
    assert "its carrier told {62}" in wrong(line, CA1={62})[0]
    data = {**event.data, "call_id": str(uuid4()), "occurred_at": timezone.now().isoformat()}
    with tenant_scope(line.tenant_id):
        bill_call(Event(CALL_COUNTED, line.tenant_id, event.partition_key, data))
    assert "which is no call" in wrong(line)[0]
    going, _ = begin_call(line, carrier_id="CA2", caller="+4915700000002")
    assert any("CA2 is ringing" in each for each in wrong(line))
    assert end_call(tenant_id=line.tenant_id, call_id=going, reason="busy", seconds=0)
    assert len(wrong(line)) == 1
