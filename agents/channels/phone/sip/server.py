"""A telephone that takes calls on the loopback interface: INVITE, ACK, BYE, CANCEL and OPTIONS over UDP.

Whoever gives it an `answer` decides who is called: `answer(call)` is a task of its own, which accepts or refuses.
"""

import asyncio
import ipaddress
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from agents.channels.phone.sip.messages import (
    LONGEST,
    Message,
    Offer,
    Unreadable,
    read_message,
    read_sdp,
    user_of,
    write_request,
    write_response,
    write_sdp,
)
from agents.channels.phone.sip.rtp import RtpLine
from rapport import logs

log = logs.get_logger(__name__)

MOST_CALLS = 100
CLOSE_SECONDS = 10.0  # for calls to end of themselves
FIRST_WAIT, LONGEST_WAIT, TRIES = 0.5, 4.0, 8  # of retransmissions: T1, T2, RFC 3261 17.1

Address = tuple[str, int]
Answer = Callable[["SipCall"], Awaitable[None]]


class SipCall:
    """A caller who waits. `accept` gives the call's sound, once; `refuse` ends it."""

    def __init__(self, server: "SipServer", invite: Message, offer: Offer, address: Address) -> None:
        self._server, self.invite, self._offer, self._address = server, invite, offer, address
        self.tag = secrets.token_hex(8)
        self.last_response = b""
        self.line: RtpLine | None = None
        self._again: asyncio.Task[None] | None = None
        self._bye_sequence = 1

    @property
    def call_id(self) -> str:
        return self.invite.call_id

    @property
    def called(self) -> str:
        return user_of(self.invite.uri)

    @property
    def caller(self) -> str:
        return user_of(self.invite.get("from"))

    @property
    def is_waiting(self) -> bool:
        return self.line is None and not self._server.is_over(self)

    async def accept(self) -> RtpLine | None:
        """None when the caller gave up meanwhile."""
        line = RtpLine(self._offer, self._hang_up)
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: line, local_addr=(self._server.host, 0))
        if not self.is_waiting:
            transport.close()
            return None
        self.line = line
        port = transport.get_extra_info("sockname")[1]
        sdp = write_sdp(self._server.host, port, self._offer.events)
        self.respond(200, body=sdp)
        self._repeat(self.last_response)
        return line

    def refuse(self, status: int) -> None:
        if self.is_waiting:
            self.respond(status)
            self._server.forget(self)

    def respond(self, status: int, *, body: str = "") -> None:
        contact = self._server.contact if status == 200 else ""
        tag = self.tag if status > 100 else ""
        self.last_response = write_response(self.invite, status, tag=tag, body=body, contact=contact)
        self._server.send(self.last_response, self._address)

    def confirm(self) -> None:
        """What was said last has arrived."""
        if self._again is not None:
            self._again.cancel()
            self._again = None

    def end(self) -> None:
        """The caller hung up, or gave up."""
        self.confirm()
        if self.line is not None:
            self.line.end()
        self._server.forget(self)

    def _hang_up(self) -> None:
        """Ours: the caller is told until that is confirmed."""
        self.confirm()
        to = f"{self.invite.get('to')};tag={self.tag}"
        headers = {
            "Via": f"SIP/2.0/UDP {self._server.host}:{self._server.port};branch=z9hG4bK{secrets.token_hex(8)}",
            "Max-Forwards": "70",
            "From": to,
            "To": self.invite.get("from"),
            "Call-ID": self.call_id,
            "CSeq": f"{self._bye_sequence} BYE",
        }
        bye = write_request("BYE", self.invite.target or self.invite.uri, headers)
        self._server.send(bye, self._address)
        self._repeat(bye)

    def _repeat(self, data: bytes) -> None:
        async def again() -> None:
            wait = FIRST_WAIT
            for _ in range(TRIES):
                await asyncio.sleep(wait)
                self._server.send(data, self._address)
                wait = min(2 * wait, LONGEST_WAIT)
            self.end()  # nobody is there

        self._again = asyncio.create_task(again(), name="sip-again")


class SipServer(asyncio.DatagramProtocol):
    def __init__(self, answer: Answer, host: str, port: int) -> None:
        self._answer, self.host, self.port = answer, host, port
        self._calls: dict[str, SipCall] = {}
        self._answering: set[asyncio.Task[None]] = set()
        self._socket: asyncio.DatagramTransport | None = None

    @property
    def contact(self) -> str:
        return f"sip:rapport@{self.host}:{self.port}"

    def connection_made(self, transport: Any) -> None:
        self._socket = transport
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, address: Any) -> None:
        try:
            message = read_message(data[:LONGEST])
        except Unreadable:
            return  # keep-alives, and what is no SIP
        call = self._calls.get(message.call_id)
        if message.status:
            if call is not None and message.sequence[1] == "BYE" and message.status >= 200:
                call.end()
        elif message.method == "INVITE":
            self._invited(message, address[:2], call)
        elif message.method == "ACK":
            if call is not None:
                call.confirm()
        else:
            self.send(write_response(message, self._asked(message, call), tag=secrets.token_hex(4)), address[:2])

    def _asked(self, message: Message, call: SipCall | None) -> int:
        """What a request beside INVITE and ACK is answered."""
        if message.method == "OPTIONS":
            return 200
        if message.method not in ("BYE", "CANCEL"):
            return 405
        if call is None:
            return 481
        if message.method == "BYE":
            call.end()
        elif call.is_waiting:
            call.respond(487)
            call.end()
        return 200

    def _invited(self, message: Message, address: Address, call: SipCall | None) -> None:
        if call is not None:
            if call.invite.sequence == message.sequence:  # it did not get our answer
                self.send(call.last_response, address)
            else:
                self.send(write_response(message, 488, tag=call.tag), address)
            return
        try:
            offer = read_sdp(message.body)
            is_here = ipaddress.ip_address(offer.host).is_loopback
        except ValueError:
            is_here = False
        if not is_here or len(self._calls) >= MOST_CALLS:
            self.send(write_response(message, 486 if is_here else 488, tag=secrets.token_hex(4)), address)
            return
        call = SipCall(self, message, offer, address)
        self._calls[message.call_id] = call
        call.respond(100)
        task = asyncio.create_task(self._take(call), name="sip-call")
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def _take(self, call: SipCall) -> None:
        try:
            await self._answer(call)
        except Exception:
            log.exception("sip_call_failed")
            call.refuse(500)
        finally:
            if call.line is not None:
                await call.line.close()

    def send(self, data: bytes, address: Address) -> None:
        if self._socket is not None and not self._socket.is_closing():
            self._socket.sendto(data, address)

    def is_over(self, call: SipCall) -> bool:
        return self._calls.get(call.call_id) is not call

    def forget(self, call: SipCall) -> None:
        if not self.is_over(call):
            del self._calls[call.call_id]

    async def close(self) -> None:
        """Every call is hung up, and whoever answers it may write down that it is over."""
        for call in list(self._calls.values()):
            call.end()
        if self._answering:
            await asyncio.wait(set(self._answering), timeout=CLOSE_SECONDS)
        for task in list(self._answering):
            task.cancel()
        await asyncio.gather(*self._answering, return_exceptions=True)
        if self._socket is not None:
            self._socket.close()


async def serve_sip(answer: Answer, *, host: str = "127.0.0.1", port: int = 0) -> SipServer:
    """Raises ValueError for an address that others reach."""
    if not ipaddress.ip_address(host).is_loopback:
        raise ValueError("This telephone is for the loopback interface only; calls from outside come by a carrier.")
    server = SipServer(answer, host, port)
    await asyncio.get_running_loop().create_datagram_endpoint(lambda: server, local_addr=(host, port))
    return server
