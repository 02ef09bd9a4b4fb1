"""A call whose sound stays at the carrier is recorded there, from the moment at which the caller agrees."""

import asyncio
from pathlib import Path
from uuid import UUID

from agents.channels.phone.addresses import webhook_url
from agents.channels.phone.calls import Line
from agents.channels.phone.recording.consent import RECORDED
from agents.channels.phone.session import InThread
from agents.channels.phone.twilio_recordings import Recordings
from agents.models import PhoneCarrier
from agents.topics import CALL_RECORDED, CALLS
from rapport import logs
from rapport.errors import RapportError
from rapport.events.envelope import Event
from rapport.events.outbox import publish
from rapport.ids import Prefix, encode
from tenants.context import tenant_transaction

log = logs.get_logger(__name__)


def asks_to_record(line: Line) -> bool:
    """Whether callers whose words the carrier brings are asked. Telnyx' API for TeXML takes no format, and
    its own is MP3."""
    return line.is_recorded and line.carrier == PhoneCarrier.TWILIO


def greeting_of(line: Line, opening: str = "") -> str:
    """What is heard first; `opening` in place of the number's greeting, in a call that the company makes. Where the
    caller is asked for a recording, the menu is said after the answer."""
    if not asks_to_record(line):
        return opening or line.welcome
    asked = RECORDED["de" if line.language.lower().startswith("de") else "en"]
    return f"{opening or line.greeting} {asked}".strip()


class CarrierTape:
    """What a call's session starts. `carrier_id`: the carrier's of the call."""

    def __init__(self, line: Line, call_id: UUID, carrier_id: str, recordings: Recordings, in_thread: InThread) -> None:
        company, number = encode(Prefix.TENANT, line.tenant_id), encode(Prefix.PHONE_NUMBER, line.number_id)
        self._told_url = webhook_url(company, number, f"calls/{encode(Prefix.CALL, call_id)}/recorded")
        self._account, self._carrier_id = line.account, carrier_id
        self._recordings, self._in_thread = recordings, in_thread
        self._work: asyncio.Task[None] | None = None

    def start(self, path: Path) -> None:
        """The sound comes to `path` when the call is over."""
        if self._work is None:
            self._work = asyncio.create_task(self._begin(), name="recording")

    async def end(self) -> None:
        """Where the carrier cannot be told, what comes after is left out when it is fetched."""
        if self._work is None:
            return
        await self._work
        try:
            await self._in_thread(self._recordings.end, self._account, self._carrier_id)
        except RapportError as error:
            log.warning("recording_not_ended", reason=error.message)

    async def close(self) -> None:
        if self._work is not None:
            await self._work

    async def _begin(self) -> None:
        try:
            await self._in_thread(self._recordings.begin, self._account, self._carrier_id, self._told_url)
        except RapportError as error:
            log.warning("recording_not_begun", reason=error.message)


def announce_recording(line: Line, *, call_id: UUID, recording_id: str) -> None:
    """The carrier has it: a worker fetches it, once, however often this is told."""
    data = {"call_id": str(call_id), "number_id": str(line.number_id), "recording_id": recording_id}
    with tenant_transaction(line.tenant_id):
        subject = encode(Prefix.CALL, call_id)
        publish(CALLS, Event(CALL_RECORDED, line.tenant_id, str(call_id), data, subject=subject))
