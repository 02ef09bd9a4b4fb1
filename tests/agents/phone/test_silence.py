"""Silences in a call: of a caller who is gone, and of a tool that takes long."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from agents.channels.phone import idling, session
from agents.channels.phone.calls import begin_call, find_line, take_up
from agents.channels.phone.frames import Frame, Setup
from agents.channels.phone.idling import ASK_SECONDS, GIVE_UP_SECONDS, GREETING_SECONDS, Idling
from agents.channels.phone.session import Answer, converse
from agents.models import Call
from agents.services.phone import NumberSettings, add_phone_number
from rapport.ids import new_id
from rapport.streams.port import Frame as Told
from rapport.streams.registry import get_stream_store
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tests.agents.phone.scripted_wire import ScriptedWire, in_executor
from tests.cast import Cast


def test_a_silence_counts_from_the_end_of_what_was_said_last() -> None:
    now = 100.0
    quiet = Idling(lambda: now)
    now += GREETING_SECONDS + ASK_SECONDS - 1
    assert not quiet.is_due(is_busy=False), "the greeting takes its time"
    now += 2
    assert quiet.is_due(is_busy=False)
    quiet.says("ten words " * 5)
    now += ASK_SECONDS + 1
    assert not quiet.is_due(is_busy=False), "it is still being played"
    now += 4
    assert quiet.is_due(is_busy=False)
    assert not quiet.is_due(is_busy=True)
    quiet.asked = True
    now += GIVE_UP_SECONDS + 1
    assert quiet.is_due(is_busy=False)
    quiet.caller_acts()
    assert not quiet.asked
    quiet.speaks(True, True)
    now += 60
    assert not quiet.is_due(is_busy=False), "who tells a long story is no silence"
    quiet.speaks(True, False)
    now += ASK_SECONDS + 1
    assert quiet.is_due(is_busy=False)


@pytest.mark.django_db(transaction=True)
def test_who_says_nothing_is_asked_and_then_the_call_ends(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ASK_SECONDS", "GIVE_UP_SECONDS", "GREETING_SECONDS", "SECONDS_A_WORD"):
        monkeypatch.setattr(idling, name, 0.05)
    monkeypatch.setattr(session, "LOOK_SECONDS", 0.02)
    tenant_id = cast.acme.tenant_id
    settings = NumberSettings(cast.acme.agent_id, "AC0123456789", "carriers-auth-token-0123456789")
    number_id = add_phone_number(tenant_id=tenant_id, number="+493012345678", settings=settings, actor=SYSTEM)
    line = find_line(tenant_id=tenant_id, number_id=number_id)
    assert line
    call_id, word = begin_call(line, carrier_id="CA1", caller="+4915700000001")
    taken = take_up(line, Setup("VX1", "CA1", line.account_id, {"token": word}))
    wire = ScriptedWire()
    asyncio.run(converse(taken, wire, get_stream_store(), in_executor))
    assert [each.split(".")[0] for each in wire.spoken] == ["Are you still there?", "I cannot hear you any more"]
    assert wire.sent[-1]["type"] == "end"
    with tenant_scope(tenant_id):
        assert Call.objects.get(id=call_id).ended_reason == "silent"


class ScriptedTalk:
    """What an answer needs of a call, with a tool that takes `seconds`."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self.sent, self.turn_id = seconds, [], new_id()  # type: ignore[var-annotated]
        self.heard: list[str | None] = []

    async def send(self, frame: Frame) -> None:
        self.sent.append(frame["token"])

    async def post(self, said: str, number: int) -> UUID:
        return self.turn_id

    async def frames(self, turn_id: UUID) -> AsyncIterator[Told]:
        yield Told(1, "status", '{"stage": "tool"}')
        await asyncio.sleep(self._seconds)
        yield Told(2, "token", '{"text": "It is on its way. "}')
        yield Told(3, "done", "{}")

    async def is_handed_over(self) -> bool:
        return False

    async def cancel(self, turn_id: UUID, heard: str | None) -> None:
        self.heard.append(heard)

    def mark(self, *_: Any) -> None: ...

    def sentence(self, name: str) -> str:
        return {"filler": "One moment, please."}[name]


@pytest.mark.parametrize(
    ("seconds", "spoken", "heard", "kept"),
    [
        (0.0, "It is on its way.", "It is", "It is"),
        (0.3, "One moment, please. It is on its way.", "One moment, please. It is", "It is"),
        (0.3, "One moment, please. It is on its way.", "One mo", ""),
    ],
)
def test_a_tool_that_takes_long_is_told_of_and_that_is_no_part_of_the_answer(
    monkeypatch: pytest.MonkeyPatch, seconds: float, spoken: str, heard: str, kept: str
) -> None:
    monkeypatch.setattr(session, "FILLER_SECONDS", 0.05)

    async def answer() -> None:
        talk = ScriptedTalk(seconds)
        said = Answer(talk, "Where is my order?", 1)  # type: ignore[arg-type]
        while not said.is_said:
            await asyncio.sleep(0.01)
        assert "".join(talk.sent).strip() == spoken
        await said.cut_off(heard)
        assert talk.heard == [kept]

    asyncio.run(answer())
