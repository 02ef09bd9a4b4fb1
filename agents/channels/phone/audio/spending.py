"""What others listened to and spoke on a line of a call, told to the ledger at its end."""

from uuid import uuid5

from django.utils import timezone

from agents.channels.phone.audio.speech import SpeechSpent
from agents.channels.phone.calls import Session
from agents.models import Conversation
from agents.topics import CALLS, SPEECH_COUNTED
from rapport.events.envelope import Event
from rapport.events.outbox import publish
from rapport.ids import Prefix, encode
from tenants.context import tenant_transaction


def count_speech(session: Session, spent: SpeechSpent) -> None:
    """Its event's id follows from the line: told twice, it is one fact. Of an erased conversation nothing is told."""
    if not spent.heard_bytes and not spent.spoken_characters:
        return
    with tenant_transaction(session.tenant_id):
        agent_id = Conversation.objects.values_list("agent_id", flat=True).filter(id=session.conversation_id).first()
        if agent_id is None:
            return
        data = {
            "call_id": str(session.call_id),
            "conversation_id": str(session.conversation_id),
            "agent_id": str(agent_id),
            "recogniser": spent.recogniser,
            "is_own_recogniser": spent.is_own_recogniser,
            "heard_seconds": spent.heard_seconds,
            "voice": spent.voice,
            "is_own_voice": spent.is_own_voice,
            "spoken_characters": spent.spoken_characters,
            "occurred_at": timezone.now().isoformat(),
        }
        subject, id_ = encode(Prefix.CALL, session.call_id), uuid5(session.call_id, f"speech-{session.line}")
        key = str(session.conversation_id)
        publish(CALLS, Event(SPEECH_COUNTED, session.tenant_id, key, data, subject=subject, id=id_))
