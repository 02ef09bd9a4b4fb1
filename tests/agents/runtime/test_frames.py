"""Frames: the first token at once, the others gathered; a worker that was overtaken says nothing more."""

from uuid import UUID

import pytest

from agents.runtime.frames import FLUSH_SECONDS, FrameWriter
from rapport.events.errors import LeaseLost
from rapport.events.inbox import Key
from rapport.events.lease import Lease, working_under
from rapport.ids import new_id
from rapport.streams.registry import get_stream_store

TENANT = UUID(int=1)


class Clock:
    """Seconds that pass only when told."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def _said(turn_id: UUID) -> list[tuple[str, str]]:
    frames = get_stream_store().read(TENANT, turn_id)
    return [(frame.event, frame.data.get("text", "")) for frame in frames]


def test_tokens_are_gathered_between_flushes() -> None:
    clock, turn_id = Clock(), new_id()
    writer = FrameWriter(get_stream_store(), TENANT, turn_id, clock=clock)
    for token in ("a", "b", "c"):
        writer.token(token)
    assert _said(turn_id) == [("token", "a")]
    clock.now += FLUSH_SECONDS
    writer.token("d")
    assert _said(turn_id) == [("token", "a"), ("token", "bcd")]


def test_whatever_follows_comes_after_the_tokens_before_it() -> None:
    turn_id = new_id()
    writer = FrameWriter(get_stream_store(), TENANT, turn_id, clock=Clock())
    writer.token("a")
    writer.token("b")
    writer.status("grounding")
    assert _said(turn_id) == [("token", "a"), ("token", "b"), ("status", "")]


def test_a_restart_drops_what_was_not_said_yet() -> None:
    turn_id = new_id()
    writer = FrameWriter(get_stream_store(), TENANT, turn_id, clock=Clock())
    writer.token("a")
    writer.token("b")
    writer.restart()
    assert _said(turn_id) == [("token", "a"), ("restart", "")]


def test_a_worker_that_was_overtaken_stays_silent() -> None:
    turn_id = new_id()
    lease = Lease(1, 1, Key("answer-turns", TENANT, "k"))
    lease.lost.set()
    with working_under(lease), pytest.raises(LeaseLost):
        FrameWriter(get_stream_store(), TENANT, turn_id).token("late")
    assert _said(turn_id) == []


def test_nothing_follows_the_end() -> None:
    turn_id = new_id()
    writer = FrameWriter(get_stream_store(), TENANT, turn_id)
    writer.end("error", {"code": "turn_failed", "message": "Ask again."})
    writer.token("late")
    writer.flush()
    assert [event for event, _ in _said(turn_id)] == ["error"]
