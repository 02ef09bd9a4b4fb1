"""Waiting for an answer in the event loop: no thread and no transaction is held meanwhile."""

import time
from collections.abc import AsyncIterator
from uuid import UUID

from asgiref.sync import sync_to_async

from agents.errors import TurnFailed, TurnTimedOut
from agents.runtime.ending import say_ending
from agents.runtime.frames import FrameWriter
from rapport.streams.port import Frame, StreamStore

LONGEST_SECONDS = 180.0


async def frames_of(
    streams: StreamStore, *, tenant_id: UUID, turn_id: UUID, seconds: float = LONGEST_SECONDS
) -> AsyncIterator[Frame | None]:
    """The turn's frames up to "done"; None is a heartbeat. Raises TurnFailed, and TurnTimedOut after `seconds`."""
    until = time.monotonic() + seconds
    async for frame in streams.follow(tenant_id, turn_id, heartbeat_seconds=5.0):
        if frame is not None and frame.event == "error":
            raise failure_of(frame)
        if frame is None:
            await sync_to_async(heal)(streams, tenant_id, turn_id)
        yield frame
        if time.monotonic() > until and not (frame and frame.is_terminal):
            raise TurnTimedOut("The answer takes too long. It will be among the conversation's messages.")


async def wait_for_answer(streams: StreamStore, *, tenant_id: UUID, turn_id: UUID) -> None:
    """Until the answer is there. Raises TurnFailed, TurnTimedOut."""
    async for _ in frames_of(streams, tenant_id=tenant_id, turn_id=turn_id):
        pass


def failure_of(frame: Frame) -> TurnFailed:
    """With the code that the turn ended by."""
    error = TurnFailed(str(frame.data.get("message") or "The answer could not be completed. Please ask again."))
    error.code = str(frame.data.get("code") or TurnFailed.code)  # type: ignore[misc]
    return error


def heal(streams: StreamStore, tenant_id: UUID, turn_id: UUID) -> None:
    """A turn that ended while its last frame was lost (a worker died in between) gets it now, from the database."""
    if not streams.is_finished(tenant_id, turn_id):
        say_ending(FrameWriter(streams, tenant_id, turn_id), tenant_id=tenant_id, turn_id=turn_id)
