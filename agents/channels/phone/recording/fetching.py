"""A recording that a carrier made comes here, as those that are made here are kept, and is deleted there.

Nothing is kept of whoever did not agree, or was forgotten meanwhile; the carrier's is deleted in any case. It may be
told twice, and its worker killed: it is whole here when its length is written down, and only then deleted there.
"""

import tempfile
import wave
from typing import BinaryIO
from uuid import UUID

import numpy as np

from agents.channels.phone.audio import mulaw
from agents.channels.phone.carriers import Account
from agents.channels.phone.recording.files import CHANNELS, path_of
from agents.channels.phone.recording.keeping import note_recorded
from agents.channels.phone.recording.tape import PEAK_SAMPLES, fewer_peaks
from agents.channels.phone.twilio_recordings import Recordings
from agents.models import CallRecording, CallTransfer, PhoneNumber
from rapport import logs
from rapport.encryption import decrypt
from rapport.errors import RapportError
from tenants.context import tenant_scope

log = logs.get_logger(__name__)

MOST_SECONDS = 5 * 3600.0  # a call lasts four hours at most
_PIECE = 20 * PEAK_SAMPLES


class RecordingUnreadable(RapportError):
    """It is no sound of two sides as telephones have it; it stays at the carrier."""

    code = "recording_unreadable"


def keep_recording(
    *, tenant_id: UUID, number_id: UUID, call_id: UUID, recording_id: str, recordings: Recordings
) -> None:
    """Raises RecordingNotFetched and RecordingUnreadable: it is tried again."""
    account = _account_of(tenant_id, number_id)
    if account is None:
        log.warning("recording_stays_at_carrier", call_id=str(call_id), recording_id=recording_id)
        return
    most_seconds = _wanted_seconds(tenant_id, number_id, call_id)
    if most_seconds:
        _fetch(tenant_id, call_id, most_seconds, account, recording_id, recordings)
    recordings.delete(account, recording_id)


def _account_of(tenant_id: UUID, number_id: UUID) -> Account | None:
    """Also of a number that answers no calls any more; None of one that is gone."""
    with tenant_scope(tenant_id):
        row = PhoneNumber.objects.filter(id=number_id).first()
    return Account(row.account_id, decrypt(row.secret), row.carrier) if row else None


def _wanted_seconds(tenant_id: UUID, number_id: UUID, call_id: UUID) -> float:
    """From the caller's yes to where the call was put through to somebody who was not asked; 0 for nothing."""
    with tenant_scope(tenant_id):
        rows = CallRecording.objects.filter(call_id=call_id, call__phone_id=number_id, has_agreed=True, seconds=0)
        row = rows.first()
        transfer = CallTransfer.objects.filter(call_id=call_id).first()
    if row is None:
        return 0.0
    return (transfer.created_at - row.decided_at).total_seconds() if transfer else MOST_SECONDS


def _fetch(
    tenant_id: UUID,
    call_id: UUID,
    most_seconds: float,
    account: Account,
    recording_id: str,
    recordings: Recordings,
) -> None:
    path = path_of(tenant_id, call_id)
    with tempfile.TemporaryFile() as sound:  # without a name: nothing of it is left, whatever happens
        recordings.save(account, recording_id, sound)
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("wb") as file:
                peaks = write_sides(sound, file, most_seconds)
                seconds = file.tell() / CHANNELS / mulaw.RATE
        except RecordingUnreadable:
            path.unlink(missing_ok=True)
            raise
    note_recorded(tenant_id=tenant_id, call_id=call_id, seconds=seconds, peaks=fewer_peaks(peaks))


def write_sides(sound: BinaryIO, file: BinaryIO, most_seconds: float = MOST_SECONDS) -> list[tuple[int, int]]:
    """The beginning of a WAVE file, as µ-law of both sides; the peaks of each half second. Raises
    RecordingUnreadable."""
    peaks: list[tuple[int, int]] = []
    left = round(most_seconds * mulaw.RATE)
    try:
        with wave.open(sound, "rb") as read:
            if (read.getnchannels(), read.getsampwidth(), read.getframerate()) != (CHANNELS, 2, mulaw.RATE):
                raise RecordingUnreadable("The carrier's recording has not both sides apart, at 8 kHz and 16 bits.")
            while left > 0 and (piece := read.readframes(min(_PIECE, left))):
                left -= len(piece) // (2 * CHANNELS)
                file.write(mulaw.encode(piece))
                both = np.abs(np.frombuffer(piece, "<i2").reshape(-1, CHANNELS).astype(np.int32))
                for at in range(0, len(both), PEAK_SAMPLES):
                    caller, agent = both[at : at + PEAK_SAMPLES].max(axis=0)
                    peaks.append((round(100 * int(caller) / 32768), round(100 * int(agent) / 32768)))
    except (wave.Error, EOFError) as error:
        raise RecordingUnreadable(f"The carrier's recording is no WAVE file: {error}") from error
    return peaks
