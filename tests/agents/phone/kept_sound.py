"""A recording as a call leaves it: the caller speaks for two seconds, then the agent."""

from uuid import UUID

import numpy as np
from django.utils import timezone

from agents.channels.phone.audio import mulaw
from agents.channels.phone.recording.files import path_of
from agents.models import CallRecording
from tenants.context import tenant_scope
from tests.agents.phone.scripted_speech import LOUD, SPOKEN


def keep_sound(tenant_id: UUID, call_id: UUID) -> None:
    path = path_of(tenant_id, call_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    caller, agent = LOUD * 100 + mulaw.SILENCE * 100, mulaw.SILENCE * 100 + SPOKEN * 100
    path.write_bytes(np.stack([np.frombuffer(each, np.uint8) for each in (caller, agent)], axis=1).tobytes())
    with tenant_scope(tenant_id):
        CallRecording.objects.create(
            call_id=call_id,
            has_agreed=True,
            agreed_by="said",
            decided_at=timezone.now(),
            began_ms=4000,
            seconds=4.0,
            caller_peaks=[24, 18, 22, 9, 0, 0, 0, 0],
            agent_peaks=[0, 0, 0, 0, 60, 44, 58, 30],
        )
