"""Recordings: nothing without a yes, both sides apart, heard only by who may, and gone when they should be."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone

from agents.channels.phone.audio import answering, mulaw
from agents.channels.phone.audio.answering import answer_audio
from agents.channels.phone.audio.transport import Key, Sound
from agents.channels.phone.calls import Line, begin_call, find_line
from agents.channels.phone.frames import Setup
from agents.channels.phone.recording.consent import RECORDED, is_answer, is_yes
from agents.channels.phone.recording.files import delete_tenant_sounds, path_of
from agents.channels.phone.recording.tape import Tape
from agents.models import Call, CallRecording, Conversation, Message
from agents.services.phone import NumberSettings, add_phone_number
from frontend.pages.recordings import read_range
from rapport.events.inline import deliver_now
from rapport.ids import Prefix, encode
from rapport.streams.registry import get_stream_store
from tenants.actors import SYSTEM, user_actor
from tenants.context import tenant_scope
from tenants.models import AuditEntry, Tenant
from tenants.privacy.erasure import request_erasure
from tenants.privacy.holdings import Company, Person, stores
from tenants.privacy.models import Erasure, ErasureKind
from tenants.privacy.parts import request_part_erasure
from tenants.privacy.retention import enforce_for
from tests.agents.phone.kept_sound import keep_sound
from tests.agents.phone.scripted_speech import LOUD, SPOKEN, ScriptedTransport, scripted_speech
from tests.agents.phone.scripted_wire import in_executor
from tests.cast import Cast

QUIET = mulaw.SILENCE


@pytest.mark.parametrize(
    ("said", "yes", "answer"),
    [
        ("Yes.", True, True),
        ("yes please go ahead", True, True),
        ("Ja, gerne.", True, True),
        ("no", False, True),
        ("yes no wait", False, True),
        ("I'd rather not", False, True),
        ("how long does delivery take", False, False),
        ("yes I would like to know how long delivery takes", False, False),
        ("", False, False),
    ],
)
def test_only_a_yes_is_one(said: str, yes: bool, answer: bool) -> None:
    assert (is_yes(said), is_answer(said)) == (yes, answer)


def sides(path: Path) -> tuple[list[bytes], list[bytes]]:
    """The frames of both."""
    both = np.frombuffer(path.read_bytes(), np.uint8).reshape(-1, 2)
    caller, agent = (both[:, side].tobytes() for side in (0, 1))
    cut = range(0, len(caller), mulaw.FRAME_BYTES)
    return [caller[at : at + 160] for at in cut], [agent[at : at + 160] for at in cut]


def test_a_tape_keeps_both_sides_in_time_and_nothing_that_was_not_heard(tmp_path: Path) -> None:
    path, now = tmp_path / "a" / "call.ulaw", 0.0
    transport = ScriptedTransport()
    tape = Tape(transport, lambda: now)

    async def call() -> None:
        nonlocal now
        transport.put(Sound(LOUD))
        await tape.receive()
        await tape.send(SPOKEN)
        assert not tape.stop(), "it was not started"
        assert not path.exists()
        tape.start(path)
        for at in range(600):  # twelve seconds
            now = 0.02 * at
            transport.put(Sound(LOUD[:80]))
            transport.put(Sound(LOUD[80:]))
            await tape.receive()
            await tape.receive()
            if at == 300:  # five frames ahead, of which the caller hears two
                for _ in range(5):
                    await tape.send(SPOKEN)
            if at == 302:
                await tape.clear()
        assert path.stat().st_size > 0, "it is written while the call goes on"
        assert tape.stop()

    asyncio.run(call())
    caller, agent = sides(path)
    assert caller == [LOUD] * 600
    assert [at for at, frame in enumerate(agent) if frame == SPOKEN] == [300, 301]
    assert set(agent) == {SPOKEN, QUIET}
    assert tape.seconds == 12
    left, right = tape.peaks
    assert len(left) == len(right) == 24
    assert min(left) > 20
    assert [at for at, peak in enumerate(right) if peak > 20] == [12]


@pytest.fixture
def line(cast: Cast) -> Line:
    return line_of(cast.acme.tenant_id, cast.acme.agent_id)


def line_of(tenant_id: UUID, agent_id: UUID) -> Line:
    settings = NumberSettings(
        agent_id, "AC0123456789", "carriers-auth-token-0123456789", greeting="Hello.", is_recorded=True
    )
    number_id = add_phone_number(tenant_id=tenant_id, number="+493012345678", settings=settings, actor=SYSTEM)
    found = find_line(tenant_id=tenant_id, number_id=number_id)
    assert found
    return found


def call_in(line: Line, monkeypatch: pytest.MonkeyPatch, answer: str, *, key: str = "") -> UUID:
    """Somebody is asked, answers, and says something more."""
    call_id, word = begin_call(line, carrier_id="CA1", caller="+4915700000001")
    speech, voice = scripted_speech(*([answer] if answer else []), "mhm", after=8)

    def is_decided() -> bool:
        with tenant_scope(line.tenant_id):
            return Message.objects.exists() and (not CallRecording.objects.exists() or len(voice.spoken) > 1)

    async def scripted(*_: Any) -> Any:
        return speech

    async def talk() -> None:
        transport = ScriptedTransport()
        setup = Setup("MZ1", "CA1", line.account_id, {"token": word})
        work = asyncio.create_task(answer_audio(line, setup, transport, get_stream_store(), in_executor))
        while not voice.spoken:
            await asyncio.sleep(0.02)
        if key:
            transport.put(Key(key))
        else:
            await transport.caller_says(20)
        while not await in_executor(is_decided):
            await asyncio.sleep(0.05)
        sent = len(transport.sent)
        while voice.spoken[1:] and len(transport.sent) < sent + 30:
            await asyncio.sleep(0.02)
        transport.put(Sound(QUIET * 50))
        while not transport.is_empty:
            await asyncio.sleep(0.02)
        transport.put(None)
        await asyncio.wait_for(work, 20)

    monkeypatch.setattr(answering, "open_speech", scripted)
    asyncio.run(talk())
    assert " ".join(voice.spoken).startswith(f"Hello. {RECORDED['en']}"[:20])
    return call_id


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("answer", "key", "agreed"),
    [("yes please", "", True), ("", "1", True), ("no thank you", "", False), ("", "2", False)],
)
def test_only_who_agrees_is_recorded(
    line: Line, monkeypatch: pytest.MonkeyPatch, answer: str, key: str, agreed: bool
) -> None:
    call_id = call_in(line, monkeypatch, answer, key=key)
    path = path_of(line.tenant_id, call_id)
    assert path.exists() is agreed
    with tenant_scope(line.tenant_id):
        row = CallRecording.objects.get(call_id=call_id)
        assert (row.has_agreed, row.agreed_by) == (agreed, "key" if key else "said")
        said = list(Message.objects.order_by("sequence").values_list("role", "text"))
        entry = AuditEntry.objects.get(action=f"call.recording_{'agreed' if agreed else 'refused'}")
        assert entry.details["by"] == row.agreed_by
        assert (row.seconds > 0.5) is agreed
    assert said[0] == ("contact", answer or key)
    assert ("recorded from now on" in said[1][1]) is agreed
    if agreed:
        _, agent = sides(path)
        assert SPOKEN in agent, "what it said then is on the other side"


@pytest.mark.django_db(transaction=True)
def test_who_asks_something_else_is_not_recorded(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    call_id = call_in(line, monkeypatch, "how long does delivery take")
    assert not path_of(line.tenant_id, call_id).exists()
    with tenant_scope(line.tenant_id):
        assert not CallRecording.objects.exists()
        assert Message.objects.get().text == "how long does delivery take", "and is answered"


@pytest.fixture
def recorded(line: Line) -> Iterator[UUID]:
    """Four seconds: the caller for two of them, then the agent."""
    call_id, _ = begin_call(line, carrier_id="CA1", caller="+4915700000001")
    keep_sound(line.tenant_id, call_id)
    yield call_id
    delete_tenant_sounds(line.tenant_id)


def address(call_id: UUID) -> str:
    return f"/calls/{encode(Prefix.CALL, call_id)}/recording.wav"


def listenings(tenant_id: UUID) -> int:
    with tenant_scope(tenant_id):
        return AuditEntry.objects.filter(action="call.listened_to").count()


def test_it_is_heard_piece_by_piece_and_that_is_in_the_audit_log(
    cast: Cast, line: Line, recorded: UUID, alice_client: Client, bob_client: Client, charlie_client: Client
) -> None:
    answer = alice_client.get(address(recorded))
    whole = b"".join(answer)
    assert (answer.status_code, answer["Content-Type"], int(answer["Content-Length"])) == (200, "audio/wav", len(whole))
    assert whole[:4] + whole[8:12] == b"RIFFWAVE"
    assert len(whole) == 58 + 2 * 32_000
    part = alice_client.get(address(recorded), headers={"Range": "bytes=50-99"})
    assert (part.status_code, part["Content-Range"]) == (206, f"bytes 50-99/{len(whole)}")
    assert part.content == whole[50:100]
    assert alice_client.get(address(recorded), headers={"Range": "bytes=99999999-"}).status_code == 416
    assert listenings(line.tenant_id) == 1, "who winds back listens once"
    assert bob_client.get(address(recorded)).status_code == 403, "an analyst reads, and hears no voices"
    assert charlie_client.get(address(recorded)).status_code == 404
    assert listenings(line.tenant_id) == 1
    page = alice_client.get(f"/calls/{encode(Prefix.CALL, recorded)}/").content.decode()
    assert "<audio controls" in page
    assert page.count('<path d="M0.5 ') == 2
    assert "<audio" not in bob_client.get(f"/calls/{encode(Prefix.CALL, recorded)}/").content.decode()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("bytes=0-", (0, 100)),
        ("bytes=10-19", (10, 20)),
        ("bytes=90-500", (90, 100)),
        ("bytes=-30", (70, 100)),
        ("bytes=100-", None),
        ("bytes=20-10", None),
        ("bytes=-0", None),
        ("bytes=0-1,5-9", None),
        ("lines=0-1", None),
    ],
)
def test_ranges(asked: str, found: tuple[int, int] | None) -> None:
    assert read_range(asked, 100) == found


def test_it_goes_with_its_contact_and_its_company(cast: Cast, line: Line, recorded: UUID) -> None:
    with tenant_scope(line.tenant_id):
        contact_id = Call.objects.values_list("contact_id", flat=True).get(id=recorded)
    store = next(each for each in stores() if each.name == "recordings")
    person = Person(line.tenant_id, (contact_id,), {"calls": (recorded,)})
    assert (store.count(person), store.count(Company(line.tenant_id))) == (1, 1)
    [file] = store.files(person)
    assert file.read()[:4] == b"RIFF"
    request_erasure(tenant_id=line.tenant_id, contact_id=contact_id, actor=user_actor(cast.alice.id))
    deliver_now()
    with tenant_scope(line.tenant_id):
        receipt = {each["name"]: each for each in Erasure.objects.get(subject_id=contact_id).receipt["stores"]}
        assert not CallRecording.objects.exists()
    for name in ("recordings", "agents.CallRecording"):
        assert (receipt[name]["before"], receipt[name]["after"]) == (1, 0)
    assert not path_of(line.tenant_id, recorded).exists()
    assert store.count(Company(line.tenant_id)) == 0


def test_it_goes_when_a_conversation_is_erased_alone(cast: Cast, line: Line, recorded: UUID) -> None:
    with tenant_scope(line.tenant_id):
        conversation_id = Conversation.objects.values_list("id", flat=True).get()
    request_part_erasure(
        tenant_id=line.tenant_id,
        kind=ErasureKind.CONVERSATION,
        part_id=conversation_id,
        actor=user_actor(cast.alice.id),
    )
    deliver_now()
    assert not path_of(line.tenant_id, recorded).exists()


@pytest.mark.parametrize("period", ["recordings_days", "conversations_days"])
def test_it_is_kept_as_long_as_the_company_says(line: Line, recorded: UUID, period: str) -> None:
    long_ago = timezone.now() - timedelta(days=40)
    with tenant_scope(line.tenant_id):
        CallRecording.objects.update(decided_at=long_ago)
        Conversation.objects.update(created_at=long_ago, last_message_at=long_ago)
        Tenant.objects.filter(id=line.tenant_id).update(retention={period: 30})
    assert enforce_for(line.tenant_id) == {period: 1}
    assert not path_of(line.tenant_id, recorded).exists()
    with tenant_scope(line.tenant_id):
        assert not CallRecording.objects.exists()
        assert Call.objects.exists() is (period == "recordings_days")
