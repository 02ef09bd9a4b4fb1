"""The telephone on the loopback interface: calls begin, end and are refused as SIP has it, and sound comes in order."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable

import pytest

from agents.channels.phone.audio.transport import Arrived, Key, Sound
from agents.channels.phone.sip.messages import Unreadable, read_message, read_sdp, write_sdp
from agents.channels.phone.sip.rtp import RtpLine
from agents.channels.phone.sip.server import SipCall, SipServer, serve_sip
from tests.agents.phone.scripted_speech import LOUD, SPOKEN
from tests.agents.phone.sip_caller import SipCaller

NUMBER = "+4930123"


class Desk:
    """Answers NUMBER, and keeps what arrives. `seconds` it rings."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.arrived: list[Arrived] = []
        self.callers: list[str] = []
        self.over = asyncio.Event()
        self.line: RtpLine | None = None

    async def answer(self, call: SipCall) -> None:
        if call.called != NUMBER:
            call.refuse(404)
            return
        await asyncio.sleep(self.seconds)
        self.callers.append(call.caller)
        line = await call.accept()
        if line is not None:
            self.line = line
            while (arrived := await line.receive()) is not None:
                self.arrived.append(arrived)
        self.over.set()


def at_a_desk(test: Callable[[Desk, SipServer], Awaitable[None]], *, seconds: float = 0.0) -> None:
    async def run() -> None:
        desk = Desk(seconds)
        server = await serve_sip(desk.answer)
        try:
            await asyncio.wait_for(test(desk, server), 20)
        finally:
            await server.close()

    asyncio.run(run())


def test_a_call_has_sound_both_ways_and_ends_when_the_caller_hangs_up() -> None:
    async def call(desk: Desk, server: SipServer) -> None:
        async with SipCaller(server.port, NUMBER) as caller:
            assert caller.status == 200
            last = await caller.speak(LOUD * 10)
            assert desk.line is not None
            await desk.line.send(SPOKEN)
            assert await caller.hears(last - 1) > 0
            caller.press(5)
            caller.press(5)
            await asyncio.sleep(0.1)
        await asyncio.wait_for(desk.over.wait(), 5)
        assert desk.callers == ["+4915112345678"]
        assert b"".join(each.mulaw for each in desk.arrived if isinstance(each, Sound)).count(LOUD) == 10
        assert [each for each in desk.arrived if isinstance(each, Key)] == [Key("5")], "one moment is one key"

    at_a_desk(call)


def test_who_is_called_may_hang_up() -> None:
    async def call(desk: Desk, server: SipServer) -> None:
        async with SipCaller(server.port, NUMBER) as caller:
            await caller.speak(LOUD)
            assert desk.line is not None
            await desk.line.close()
            await asyncio.wait_for(caller.is_hung_up.wait(), 5)

    at_a_desk(call)


def test_a_caller_who_gives_up_while_it_rings_has_no_call() -> None:
    async def call(desk: Desk, server: SipServer) -> None:
        async def give_up() -> None:
            await asyncio.sleep(0.1)
            caller.send("CANCEL")

        caller = SipCaller(server.port, NUMBER)
        task = asyncio.create_task(give_up())
        async with caller:
            assert caller.status in (200, 487)  # of the CANCEL, and of the INVITE
        await asyncio.wait_for(desk.over.wait(), 5)
        await task
        assert desk.line is None

    at_a_desk(call, seconds=0.4)


@pytest.mark.parametrize(
    ("number", "sdp", "status"),
    [
        ("+49301", "", 404),
        (NUMBER, write_sdp("192.0.2.7", 4000, None), 488),
        (NUMBER, write_sdp("127.0.0.1", 4000, None).replace("AVP 0", "AVP 8"), 488),
    ],
)
def test_what_is_not_here_is_refused(number: str, sdp: str, status: int) -> None:
    async def call(desk: Desk, server: SipServer) -> None:
        async with SipCaller(server.port, number, sdp=sdp) as caller:
            assert caller.status == status

    at_a_desk(call)


def test_other_requests() -> None:
    async def call(desk: Desk, server: SipServer) -> None:
        async with SipCaller(server.port, "nobody") as caller:
            for method, status in (("OPTIONS", 200), ("BYE", 481), ("REFER", 405)):
                caller.send(method)
                assert (await caller.answer()).status == status
            caller.sip.socket.sendto(b"\r\n\r\n", ("127.0.0.1", server.port))
            caller.sip.socket.sendto(b"\xff" * 40, ("127.0.0.1", server.port))
            caller.send("OPTIONS")
            assert (await caller.answer()).status == 200

    at_a_desk(call)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("sipp") is None, reason="sipp is not installed (bash infra/speech.sh)")
def test_two_hundred_calls_by_another_telephone() -> None:
    async def call(desk: Desk, server: SipServer) -> None:
        command = [
            "sipp",
            "-sn",
            "uac",
            f"127.0.0.1:{server.port}",
            "-s",
            NUMBER,
            "-i",
            "127.0.0.1",
            "-mi",
            "127.0.0.1",
        ]
        sipp = await asyncio.create_subprocess_exec(
            *(*command, "-m", "200", "-r", "40", "-l", "50", "-d", "200", "-nostdin"),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        assert await sipp.wait() == 0, "1: a call failed"
        assert len(desk.callers) == 200
        await asyncio.sleep(0.1)
        assert not server._calls, "nothing is left of them"
        assert not server._answering

    at_a_desk(call)


def test_it_is_for_the_loopback_interface_only() -> None:
    with pytest.raises(ValueError, match="loopback"):
        asyncio.run(serve_sip(Desk().answer, host="0.0.0.0"))


def test_messages_are_read_as_they_come() -> None:
    lines = (
        "INVITE sip:+49@127.0.0.1 SIP/2.0",
        "v: SIP/2.0/UDP x",
        "f: <sip:a@b>",
        "t: <sip:c@d>",
        "i: 1",
        "CSeq: 7 INVITE",
    )
    text = "".join(f"{line}\r\n" for line in (*lines, ""))
    message = read_message(text.encode())
    assert (message.call_id, message.sequence, message.get("via")) == ("1", (7, "INVITE"), "SIP/2.0/UDP x")
    for wrong in (b"", b"HELLO", text.replace("i: 1\r\n", "").encode()):
        with pytest.raises(Unreadable):
            read_message(wrong)
    assert read_sdp(write_sdp("127.0.0.1", 4000, 101)).events == 101
