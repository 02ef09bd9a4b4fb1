"""Live frames of a turn. Tokens are gathered for 25 ms, the first one goes out at once; losing frames loses no answer.
Stages that are over in some milliseconds are told together with the first one that is waited for.

Events: `status {stage}`, `token {text}`, `citation {…}`, `restart {}` (forget the text so far: it comes again), and one
ending, `done {message}` or `error {code, message}`.
"""

import time
from collections.abc import Callable, Mapping
from uuid import UUID

from rapport import logs
from rapport.events.errors import LeaseLost
from rapport.events.lease import current_lease
from rapport.streams.errors import StreamsUnavailable
from rapport.streams.port import StreamStore

log = logs.get_logger(__name__)

FLUSH_SECONDS = 0.025
SHORT_STAGES = frozenset({"guard", "cache", "recall"})


class FrameWriter:
    """Writes one turn's frames. Everything that is not a token first flushes the tokens before it. Raises LeaseLost."""

    def __init__(
        self, streams: StreamStore, tenant_id: UUID, turn_id: UUID, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._streams, self._address, self._clock = streams, (tenant_id, turn_id), clock
        self._waiting: list[str] = []
        self._stages: list[str] = []
        self._flushed_at: float | None = None
        self.said: list[str] = []  # and not taken back

    def status(self, stage: str) -> None:
        self.flush()
        self._stages.append(stage)
        if stage not in SHORT_STAGES:
            self._append()

    def token(self, text: str) -> None:
        if not text:
            return
        self.said.append(text)
        self._waiting.append(text)
        if self._flushed_at is None or self._clock() - self._flushed_at >= FLUSH_SECONDS:
            self.flush()

    def say(self, text: str) -> None:
        """A whole sentence of the product's own, at once."""
        self.token(text)
        self.flush()

    def citation(self, citation: Mapping[str, object]) -> None:
        self._write("citation", citation)

    def restart(self) -> None:
        """The text so far does not stand; browsers clear it."""
        self._waiting.clear()
        self.said.clear()
        self._write("restart", {})

    def end(self, event: str, data: Mapping[str, object]) -> None:
        """The last word: "done" with the message, or "error" with a code and a sentence."""
        self._write(event, data)

    def flush(self) -> None:
        if self._waiting:
            text = "".join(self._waiting)
            self._waiting.clear()
            self._append(("token", {"text": text}))
            self._flushed_at = self._clock()

    def _write(self, event: str, data: Mapping[str, object]) -> None:
        self.flush()
        self._append((event, data))

    def _append(self, *frames: tuple[str, Mapping[str, object]]) -> None:
        """A worker that was overtaken stays silent: two answers must not mix."""
        if current_lease().lost.is_set():
            raise LeaseLost("Another worker has taken over; this one stops.")
        told = [("status", {"stage": stage}) for stage in self._stages]
        self._stages.clear()
        try:
            self._streams.append(*self._address, [*told, *((event, dict(data)) for event, data in frames)])
        except StreamsUnavailable as error:  # who reads is told from the database how it ended
            log.warning("frame_not_written", code=error.code)
