"""What is known of a call's recording: that the caller agreed, or did not, how, and what was kept.

A recording begins after its row is written, so no sound is there without a consent that is kept with it. It leaves with
its call, or when the company does not keep recordings any longer: the file with the transaction that takes the row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from agents.channels.phone.calls import Session
from agents.channels.phone.recording.files import BYTES_A_SECOND, Sound, delete_sounds, open_sound, path_of
from agents.errors import RecordingNotFound
from agents.models import Call, CallRecording, Conversation, MessageRole
from agents.transcript import append_message
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import require_tenant_id, tenant_scope, tenant_transaction
from tenants.privacy.suppression import is_contact_erased

By = Literal["said", "key"]
SOME = 100
_ONE_LISTENING = timedelta(hours=1)  # who winds back and forth listens once


@dataclass(frozen=True, slots=True)
class RecordingView:
    """`began_ms`: after the call was taken up; peaks from 0 to 100, none where its process was killed."""

    began_ms: int
    seconds: float
    caller_peaks: Sequence[int]
    agent_peaks: Sequence[int]


def note_consent(session: Session, *, agreed: bool, by: By, said: str, answer: str, began_ms: int) -> Path | None:
    """Kept with what was said, and the audit log has it. Where the sound may go; None when it may not, or was decided
    before."""
    with tenant_transaction(session.tenant_id):
        call = Call.objects.select_for_update().filter(id=session.call_id).first()
        conversation = Conversation.objects.select_for_update().filter(id=session.conversation_id).first()
        if call is None or conversation is None or is_contact_erased(session.contact_id):
            return None
        if CallRecording.objects.filter(call=call).exists():
            return None
        CallRecording.objects.create(
            call=call, has_agreed=agreed, agreed_by=by, decided_at=timezone.now(), began_ms=began_ms
        )
        append_message(conversation, role=MessageRole.CONTACT, text=said)
        append_message(conversation, role=MessageRole.AGENT, text=answer)
        action = "call.recording_agreed" if agreed else "call.recording_refused"
        facts = {"conversation": encode(Prefix.CONVERSATION, conversation.id), "by": by}
        record_audit(actor=session.actor, action=action, subject=encode(Prefix.CALL, call.id), details=facts)
    return path_of(session.tenant_id, session.call_id) if agreed else None


def note_recorded(
    *, tenant_id: UUID, call_id: UUID, seconds: float, peaks: tuple[Sequence[int], Sequence[int]]
) -> None:
    """All of it is there. Where its row is gone meanwhile, so is the sound."""
    with tenant_transaction(tenant_id):
        row = CallRecording.objects.select_for_update().filter(call_id=call_id, has_agreed=True).first()
        if row is not None:
            row.seconds, row.caller_peaks, row.agent_peaks = seconds, list(peaks[0]), list(peaks[1])
            row.save(update_fields=["seconds", "caller_peaks", "agent_peaks"])
            return
    delete_sounds(tenant_id, [call_id])


def get_recording(*, tenant_id: UUID, call_id: UUID) -> RecordingView | None:
    """None where nothing was recorded."""
    with tenant_scope(tenant_id):
        row = CallRecording.objects.filter(call_id=call_id, has_agreed=True).first()
    sound = open_sound(tenant_id, call_id) if row else None
    if row is None or sound is None:
        return None
    seconds = row.seconds or (sound.size - len(sound.head)) / BYTES_A_SECOND
    return RecordingView(row.began_ms, seconds, row.caller_peaks, row.agent_peaks)


def listen(*, tenant_id: UUID, call_id: UUID, actor: Actor) -> Sound:
    """With a row in the audit log for each time that somebody listens. Raises RecordingNotFound."""
    with tenant_transaction(tenant_id):
        row = CallRecording.objects.select_for_update().filter(call_id=call_id, has_agreed=True).first()
        sound = open_sound(tenant_id, call_id) if row else None
        if row is None or sound is None:
            raise RecordingNotFound("Nothing of this call was recorded.")
        now, who = timezone.now(), str(actor.id)
        heard = {each: at for each, at in row.listened.items() if datetime.fromisoformat(at) > now - _ONE_LISTENING}
        if who not in heard:
            record_audit(actor=actor, action="call.listened_to", subject=encode(Prefix.CALL, call_id))
            row.listened = {**heard, who: now.isoformat()}
            row.save(update_fields=["listened"])
    return sound


@transaction.atomic
def remove_old_recordings(before: datetime) -> int:
    """In the open scope: some of those that were made earlier, with their sound; returns how many."""
    old = CallRecording.objects.filter(decided_at__lt=before, has_agreed=True).order_by("decided_at")
    calls = list(old.values_list("call_id", flat=True)[:SOME])
    delete_sounds(require_tenant_id(), calls)
    CallRecording.objects.filter(call_id__in=calls).delete()
    return len(calls)
