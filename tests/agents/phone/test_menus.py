"""A number's menu: a key asks what the company wrote, until something was asked; then keys are an answer."""

import asyncio
from collections.abc import Sequence

import pytest

from agents.channels.phone import session
from agents.channels.phone.calls import Line, begin_call, find_line, take_up
from agents.channels.phone.frames import Digit, Heard, Setup
from agents.channels.phone.session import converse
from agents.errors import InvalidPhoneNumber
from agents.models import Call, CallDirection, Message
from agents.services.phone import NumberSettings, add_phone_number
from rapport.streams.registry import get_stream_store
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tests.agents.phone.scripted_wire import ScriptedWire, in_executor
from tests.cast import Cast

PROMPT = "Press 1 for our opening hours, or just ask."
MENU = {"1": "When are you open?", "2": "Where is my order?"}
TOKEN = "carriers-auth-token-0123456789"


class Keys(ScriptedWire):
    """Pressed one after the other, and then the caller hangs up."""

    def __init__(self, keys: Sequence[str]) -> None:
        super().__init__([Digit(each) for each in keys])

    async def receive(self) -> Heard | None:
        await asyncio.sleep(0.3)
        return self._heard.pop(0) if self._heard else None


@pytest.fixture
def line(cast: Cast) -> Line:
    settings = NumberSettings(cast.acme.agent_id, "AC0123456789", TOKEN, menu_prompt=PROMPT, menu=MENU)
    number_id = add_phone_number(tenant_id=cast.acme.tenant_id, number="+493012345699", settings=settings, actor=SYSTEM)
    found = find_line(tenant_id=cast.acme.tenant_id, number_id=number_id)
    assert found
    return found


def pressed(line: Line, *keys: str, direction: str = CallDirection.INBOUND) -> tuple[list[str], list[str]]:
    """What the caller said by it, and what was said to it."""
    call_id, word = begin_call(line, carrier_id="CAmenu", caller="+4915700000099")
    with tenant_scope(line.tenant_id):
        Call.objects.filter(id=call_id).update(direction=direction)
    taken = take_up(line, Setup("VX1", "CAmenu", line.account_id, {"token": word}))
    wire = Keys(keys)
    asyncio.run(asyncio.wait_for(converse(taken, wire, get_stream_store(), in_executor), 30))
    with tenant_scope(line.tenant_id):
        said = Message.objects.filter(conversation_id=taken.conversation_id, role="contact").order_by("sequence")
        return list(said.values_list("text", flat=True)), wire.spoken


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("keys", "said", "is_told_again"),
    [
        (("1",), ["When are you open?"], False),
        (("1", "2", "#"), ["When are you open?", "2"], False),
        (("1", "*", "2"), ["When are you open?", "Where is my order?"], True),
        (("7", "1", "#"), ["71"], False),
    ],
)
def test_a_key_asks_until_something_was_asked(
    line: Line, monkeypatch: pytest.MonkeyPatch, keys: tuple[str, ...], said: list[str], is_told_again: bool
) -> None:
    monkeypatch.setattr(session, "DIGITS_SECONDS", 5.0)
    found, spoken = pressed(line, *keys)
    assert found == said
    assert (PROMPT in spoken) is is_told_again


@pytest.mark.django_db(transaction=True)
def test_calls_that_the_agent_makes_have_none(line: Line) -> None:
    assert pressed(line, "1", "#", direction=CallDirection.OUTBOUND)[0] == ["1"]


@pytest.mark.parametrize(
    ("prompt", "menu", "param"),
    [
        (PROMPT, {}, "menu"),
        ("", MENU, "menu_prompt"),
        (PROMPT, {"*": "When are you open?"}, "menu"),
        (PROMPT, {"12": "When are you open?"}, "menu"),
        (PROMPT, {"": "When are you open?"}, "menu"),
        (PROMPT, {"1": " "}, "menu"),
        (PROMPT, {"1": "x" * 301}, "menu"),
    ],
)
def test_what_is_no_menu_is_said(cast: Cast, prompt: str, menu: dict[str, str], param: str) -> None:
    settings = NumberSettings(cast.acme.agent_id, "AC0123456789", TOKEN, menu_prompt=prompt, menu=menu)
    with pytest.raises(InvalidPhoneNumber) as error:
        add_phone_number(tenant_id=cast.acme.tenant_id, number="+493012345698", settings=settings, actor=SYSTEM)
    assert error.value.param == param
