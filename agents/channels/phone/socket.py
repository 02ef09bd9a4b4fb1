"""The WebSocket by which a carrier brings a call: `/phone/{company}/{phone}/line`, for a carrier that does not sign it
with the call's word behind it. The word in its first frame binds it
to one call that came by the webhook.
"""

from functools import partial

from agents.channels.phone.calls import Line, Session
from agents.channels.phone.frames import Frame, Heard, Setup, read_frame
from agents.channels.phone.recording.remote import CarrierTape, asks_to_record
from agents.channels.phone.session import talk
from agents.channels.phone.sockets import TextSocket, in_thread, open_socket
from agents.channels.phone.twilio_recordings import TwilioRecordings
from agents.errors import CallRefused
from rapport import logs
from rapport.sockets import REFUSED, Message, Receive, Send
from rapport.streams.registry import get_stream_store

log = logs.get_logger(__name__)


async def answer_line(
    scope: Message, receive: Receive, send: Send, *, company: str, phone: str, word: str | None = None
) -> None:
    line = await open_socket(scope, receive, send, company=company, phone=phone, what="line", word=word or "")
    if line is None:
        return
    socket = TextSocket(receive, send)
    try:
        tape_of = partial(_tape_of, line) if asks_to_record(line) else None
        await talk(line, _Wire(socket), get_stream_store(), in_thread, tape_of=tape_of)
    except (CallRefused, TimeoutError) as error:
        log.info("line_refused", reason=getattr(error, "code", "setup_timeout"))
    finally:
        await socket.close(REFUSED)


def _tape_of(line: Line, session: Session, setup: Setup) -> CarrierTape:
    return CarrierTape(line, session.call_id, setup.call_id, TwilioRecordings(), in_thread)


class _Wire:
    def __init__(self, socket: TextSocket) -> None:
        self._socket = socket
        self.is_busy = False  # the carrier tells who speaks in frames

    async def receive(self) -> Heard | None:
        """What is no frame of this protocol is passed over."""
        while (text := await self._socket.receive()) is not None:
            if (told := read_frame(text)) is not None:
                return told
        return None

    async def send(self, frame: Frame) -> None:
        await self._socket.send(frame)
