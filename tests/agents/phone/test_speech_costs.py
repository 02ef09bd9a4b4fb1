"""What providers of speech did in a call is in the ledger once, at the company's price, and in what the call cost."""

from dataclasses import replace

import pytest

from agents.channels.phone.audio.speech import SpeechSpent
from agents.channels.phone.audio.spending import count_speech
from agents.channels.phone.calls import Line, begin_call, find_line, take_up
from agents.channels.phone.frames import Setup
from agents.models import Conversation
from agents.services.phone import NumberSettings, add_phone_number
from agents.topics import SPEECH_COUNTED
from billing.components import CostComponent, cost_components
from billing.errors import InvalidUsage
from billing.events import bill_speech
from billing.models import UsageRecord
from billing.own_prices import set_own_price
from rapport.events.envelope import Event
from rapport.events.models import OutboxEvent
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tests.cast import Cast

SPENT = SpeechSpent("deepgram", 16_000 * 61 - 1, "elevenlabs", 1_234)


@pytest.fixture
def line(cast: Cast) -> Line:
    tenant_id = cast.acme.tenant_id
    settings = NumberSettings(cast.acme.agent_id, "AC0123456789", "carriers-auth-token-0123456789")
    number_id = add_phone_number(tenant_id=tenant_id, number="+493012345678", settings=settings, actor=SYSTEM)
    found = find_line(tenant_id=tenant_id, number_id=number_id)
    assert found
    return found


def told() -> list[Event]:
    rows = OutboxEvent.objects.filter(payload__type=SPEECH_COUNTED).order_by("id")
    return [Event.from_json(row.payload) for row in rows]


def test_each_line_of_a_call_is_billed_once_by_provider(line: Line, cast: Cast) -> None:
    of_acme = {"tenant_id": line.tenant_id, "actor": SYSTEM}
    set_own_price(**of_acme, model="deepgram", meter="heard_seconds", micros_per_million=128_000_000)  # type: ignore[arg-type]
    _, word = begin_call(line, carrier_id="CA1", caller="+4915700000001")
    session = take_up(line, Setup("VX1", "CA1", line.account_id, {"token": word}))
    count_speech(session, SpeechSpent("deepgram", 0, "elevenlabs", 0))  # nothing was said
    count_speech(session, SPENT)
    count_speech(replace(session, line=session.line + 1), SpeechSpent("deepgram", 16_000))
    events = told()
    assert [(each.data["heard_seconds"], each.data["spoken_characters"]) for each in events] == [(61, 1_234), (1, 0)]
    for event in (*events, *events):
        bill_speech(event)
    components = cost_components(tenant_id=line.tenant_id, conversation_id=session.conversation_id)
    assert components == [
        CostComponent("recogniser", "deepgram", seconds=62, cost_micros=7_936),
        CostComponent("voice", "elevenlabs", characters=1_234, is_priced=False),
    ]
    with tenant_scope(line.tenant_id):
        assert UsageRecord.objects.filter(meter__in=["heard_seconds", "spoken_characters"]).count() == 3
    with tenant_scope(cast.other.tenant_id):
        assert not UsageRecord.objects.exists()
    with pytest.raises(InvalidUsage, match="whole numbers"):
        bill_speech(replace(events[0], data={**events[0].data, "heard_seconds": -1}))


def test_of_an_erased_conversation_nothing_is_told(line: Line) -> None:
    _, word = begin_call(line, carrier_id="CA1", caller="+4915700000001")
    session = take_up(line, Setup("VX1", "CA1", line.account_id, {"token": word}))
    with tenant_scope(line.tenant_id):
        Conversation.objects.filter(id=session.conversation_id).delete()
    count_speech(session, SPENT)
    assert not told()
