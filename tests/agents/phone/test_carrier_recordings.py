"""Recordings by the carrier, of calls whose words it brings: begun by a yes alone, fetched once, deleted there."""

import asyncio
import io
import json
import threading
import wave
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import numpy as np
import pytest
from django.utils import timezone

from agents.channels.phone import carriers
from agents.channels.phone.audio import mulaw
from agents.channels.phone.calls import Line, begin_call, find_line
from agents.channels.phone.frames import Heard, Prompt, Setup
from agents.channels.phone.recording.consent import RECORDED
from agents.channels.phone.recording.fetching import RecordingUnreadable, keep_recording
from agents.channels.phone.recording.files import path_of
from agents.channels.phone.recording.keeping import get_recording
from agents.channels.phone.recording.remote import CarrierTape
from agents.channels.phone.session import talk
from agents.channels.phone.twilio_recordings import RecordingNotFetched, TwilioRecordings
from agents.models import Call, CallRecording, CallTransfer, Message
from agents.services.phone import add_phone_number
from agents.topics import CALL_RECORDED
from rapport.config import get_config
from rapport.events.envelope import Event
from rapport.events.models import OutboxEvent
from rapport.ids import Prefix, encode
from rapport.outbound.transport import configured_allow_list
from rapport.streams.registry import get_stream_store
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tests.agents.phone.peers import TWILIO
from tests.agents.phone.scripted_wire import ScriptedWire, in_executor
from tests.cast import Cast, Company

NAME, QUESTION = "RE0123456789", "When are you open?"


def wave_of(seconds: float = 2.0, channels: int = 2) -> bytes:
    """The caller loud in the first half, the agent in the second."""
    sides = np.zeros((int(seconds * mulaw.RATE), 2), "<i2")
    half = len(sides) // 2
    sides[:half, 0], sides[half:, 1] = 20_000, 10_000
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(channels)
        written.setsampwidth(2)
        written.setframerate(mulaw.RATE)
        written.writeframes(sides[:, :channels].tobytes())
    return file.getvalue()


@dataclass
class Kept:
    """Twilio's recordings. `asked`: what POSTs were, by path; `fetched` and `deleted`: which recordings were."""

    sound: bytes = field(default_factory=wave_of)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    fails: set[str] = field(default_factory=set)  # of methods, with this status:
    failing: int = 503
    url: str = ""


class _Handler(BaseHTTPRequestHandler):
    kept: Kept

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
        self.kept.asked.append((self._path, {name: values[0] for name, values in form.items()}))
        self._answer(201, json.dumps({"sid": NAME}).encode())

    def do_GET(self) -> None:
        assert self.path.endswith(f"/Recordings/{NAME}.wav?RequestedChannels=2")
        self.kept.fetched.append(NAME)
        self._answer(200, self.kept.sound)

    def do_DELETE(self) -> None:
        assert self._path == f"Recordings/{NAME}.json"
        if "DELETE" not in self.kept.fails:
            self.kept.deleted.append(NAME)
        self._answer(204, b"")

    @property
    def _path(self) -> str:
        return self.path.partition(f"/2010-04-01/Accounts/{TWILIO.account}/")[2]

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(self.kept.failing if self.command in self.kept.fails else status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[Kept]:
    kept = Kept()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (_Handler,), {"kept": kept}))
    kept.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    monkeypatch.setattr(type(get_config()), "outbound_allowed_private_hosts", (kept.url.removeprefix("http://"),))
    _forget()
    yield kept
    server.shutdown()
    server.server_close()
    _forget()


def _forget() -> None:
    configured_allow_list.cache_clear()
    carriers._client.cache_clear()


def add(company: Company, **more: Any) -> Line:
    settings = TWILIO.settings(company.agent_id, greeting="Hello.", **({"is_recorded": True} | more))
    number_id = add_phone_number(tenant_id=company.tenant_id, number="+493012345678", settings=settings, actor=SYSTEM)
    found = find_line(tenant_id=company.tenant_id, number_id=number_id)
    assert found
    return found


@pytest.fixture
def line(cast: Cast) -> Line:
    return add(cast.acme)


def post(line: Line, what: str, *, is_forged: bool = False, **fields: Any) -> Any:
    company, number = encode(Prefix.TENANT, line.tenant_id), encode(Prefix.PHONE_NUMBER, line.number_id)
    return TWILIO.post(f"/phone/{company}/{number}/{what}", is_forged=is_forged, **({"CallSid": "CA1"} | fields))


def test_who_is_asked(cast: Cast, line: Line) -> None:
    calling: dict[str, Any] = {"From": "+4915700000001", "To": line.number, "CallStatus": "ringing"}
    assert RECORDED["en"] in post(line, "voice", **calling).content.decode()
    other = add(cast.other, is_recorded=False)
    assert RECORDED["en"] not in post(other, "voice", **calling).content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("said", "agrees"), [("Yes please.", True), ("No.", False), (QUESTION, False)])
def test_the_carrier_records_from_a_yes_on_alone(line: Line, kept: Kept, said: str, agrees: bool) -> None:
    call_id, word = begin_call(line, carrier_id="CA1", caller="+4915700000001")
    heard: list[Heard] = [Setup("VX1", "CA1", line.account_id, {"token": word}), Prompt(said, True)]
    wire = ScriptedWire(heard)

    def is_heard() -> bool:
        with tenant_scope(line.tenant_id):
            return Message.objects.exists()

    async def work() -> None:
        tape = CarrierTape(line, call_id, "CA1", TwilioRecordings(kept.url), in_executor)
        talking = asyncio.create_task(talk(line, wire, get_stream_store(), in_executor, tape_of=lambda *_: tape))
        while not await in_executor(is_heard):
            await asyncio.sleep(0.02)
        while said != QUESTION and not wire.spoken:
            await asyncio.sleep(0.02)
        if agrees:
            await tape.end()
        talking.cancel()
        await asyncio.gather(talking, return_exceptions=True)

    asyncio.run(work())
    if not agrees:
        assert kept.asked == []
        return
    (path, form), ended = kept.asked
    assert path == "Calls/CA1/Recordings.json"
    assert (form["RecordingChannels"], form["RecordingTrack"]) == ("dual", "both")
    assert form["RecordingStatusCallback"].endswith(f"/calls/{encode(Prefix.CALL, call_id)}/recorded")
    assert ended == ("Calls/CA1/Recordings/Twilio.CURRENT.json", {"Status": "stopped"})


@pytest.fixture
def recorded(line: Line) -> UUID:
    """A call whose caller agreed."""
    call_id, _ = begin_call(line, carrier_id="CA1", caller="+4915700000001")
    with tenant_scope(line.tenant_id):
        call = Call.objects.get(id=call_id)
        CallRecording.objects.create(call=call, has_agreed=True, agreed_by="said", decided_at=timezone.now())
    return call_id


def fetch(line: Line, call_id: UUID, kept: Kept) -> None:
    keep_recording(
        tenant_id=line.tenant_id,
        number_id=line.number_id,
        call_id=call_id,
        recording_id=NAME,
        recordings=TwilioRecordings(kept.url),
    )


def test_what_the_carrier_tells_is_signed(line: Line, recorded: UUID) -> None:
    what = f"calls/{encode(Prefix.CALL, recorded)}/recorded"
    told: dict[str, Any] = {"RecordingSid": NAME, "RecordingStatus": "completed"}
    assert post(line, what, is_forged=True, **told).status_code == 404
    post(line, what, **(told | {"AccountSid": "AC9999999999"}))
    post(line, what, **(told | {"RecordingStatus": "absent"}))
    assert not OutboxEvent.objects.filter(payload__type=CALL_RECORDED).exists()
    assert post(line, what, **told).status_code == 204
    [row] = OutboxEvent.objects.filter(payload__type=CALL_RECORDED)
    data = {"call_id": str(recorded), "number_id": str(line.number_id), "recording_id": NAME}
    assert Event.from_json(row.payload).data == data


def test_it_is_fetched_once_with_both_sides_apart_and_deleted_there(line: Line, recorded: UUID, kept: Kept) -> None:
    kept.failing = 404
    kept.fails = {"GET"}
    with pytest.raises(RecordingNotFetched, match="404"):
        fetch(line, recorded, kept)
    assert kept.deleted == [], "told of, it may not be there for a moment"
    kept.fetched.clear()
    kept.failing = 503
    kept.fails = {"DELETE"}
    with pytest.raises(RecordingNotFetched, match="503"):
        fetch(line, recorded, kept)
    kept.fails = set()
    fetch(line, recorded, kept)
    fetch(line, recorded, kept)
    assert (kept.fetched, kept.deleted) == ([NAME], [NAME, NAME])
    both = np.frombuffer(path_of(line.tenant_id, recorded).read_bytes(), np.uint8).reshape(-1, 2)
    caller, agent = (np.frombuffer(mulaw.decode(both[:, side].tobytes()), "<i2") for side in (0, 1))
    assert caller[:8000].min() > 19_000
    assert agent[8000:].min() > 9_000
    assert abs(caller[8000:]).max() < 100
    found = get_recording(tenant_id=line.tenant_id, call_id=recorded)
    assert found
    assert (found.seconds, found.caller_peaks, found.agent_peaks) == (2.0, [61, 61, 0, 0], [0, 0, 31, 31])


def test_of_who_was_forgotten_nothing_is_kept_here_or_there(line: Line, recorded: UUID, kept: Kept) -> None:
    with tenant_scope(line.tenant_id):
        Call.objects.filter(id=recorded).delete()
    fetch(line, recorded, kept)
    assert (kept.fetched, kept.deleted) == ([], [NAME])
    assert not path_of(line.tenant_id, recorded).exists()


def test_nothing_is_kept_of_whoever_was_not_asked(line: Line, recorded: UUID, kept: Kept) -> None:
    """The call was put through after a second, and the carrier went on."""
    with tenant_scope(line.tenant_id):
        transfer = CallTransfer.objects.create(call_id=recorded, callee="+4930765432", is_announced=True)
        row = CallRecording.objects.get(call_id=recorded)
        row.decided_at = transfer.created_at - timedelta(seconds=1)
        row.save()
    fetch(line, recorded, kept)
    found = get_recording(tenant_id=line.tenant_id, call_id=recorded)
    assert found
    assert (found.seconds, max(found.agent_peaks)) == (1.0, 0)


@pytest.mark.parametrize("sound", [b"ID3 an MP3", wave_of(channels=1)])
def test_what_cannot_be_read_stays_there(line: Line, recorded: UUID, kept: Kept, sound: bytes) -> None:
    kept.sound = sound
    with pytest.raises(RecordingUnreadable):
        fetch(line, recorded, kept)
    assert kept.deleted == []
    with tenant_scope(line.tenant_id):
        assert CallRecording.objects.get().seconds == 0


def test_a_stranger_s_number_gets_none_of_it(cast: Cast, line: Line, recorded: UUID, kept: Kept) -> None:
    fetch(add(cast.other), recorded, kept)
    assert kept.fetched == []
    assert not path_of(cast.other.tenant_id, recorded).exists()
    with tenant_scope(line.tenant_id):
        assert CallRecording.objects.get().seconds == 0
