"""What a stream store promises: an append-only list of frames per stream, kept for some hours, read by any process."""

import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

TERMINAL_EVENTS = frozenset({"done", "error"})
SEALED: tuple[str, Mapping[str, Any]] = ("error", {"code": "erased"})


@dataclass(frozen=True, slots=True)
class Frame:
    """`sequence` grows from 1 without gaps within a stream. `event`: "status", "token", "citation", "done" or "error".

    `body` is the data as ready JSON, so that the web process passes it on unparsed. After a "done" or "error" frame
    nothing follows: every stream ends with exactly one of them.
    """

    sequence: int
    event: str
    body: str

    @property
    def data(self) -> Mapping[str, Any]:
        parsed: dict[str, Any] = json.loads(self.body)
        return parsed

    @property
    def is_terminal(self) -> bool:
        return self.event in TERMINAL_EVENTS


class StreamStore(Protocol):
    """Streams are addressed by (tenant, turn): another tenant's id finds nothing.

    `append` after a terminal frame is ignored (the first ending wins), so that a late worker stays silent.
    A store that cannot be reached raises `StreamsUnavailable` (retryable), except that `follow` waits for it. A store
    may lose streams: then a stream begins anew, and what follows is numbered on from what its reader has.
    Thread-safe. `append` and `read` may block for some milliseconds; `follow` is for the event loop that awaits it.
    """

    def append(self, tenant_id: UUID, turn_id: UUID, frames: Sequence[tuple[str, Mapping[str, Any]]]) -> None: ...

    def read(self, tenant_id: UUID, turn_id: UUID, *, after: int = 0) -> list[Frame]: ...

    def is_finished(self, tenant_id: UUID, turn_id: UUID) -> bool: ...

    def follow(
        self, tenant_id: UUID, turn_id: UUID, *, after: int = 0, heartbeat_seconds: float = 10.0
    ) -> AsyncGenerator[Frame | None, None]:
        """Frames after `after` as they come, ending with the terminal one; None is a heartbeat.

        A stream that no one writes to never ends by itself: the caller decides how long it waits.
        """
        ...

    def prune(self, *, older_than_hours: float) -> int:
        """Forget streams whose last frame is older; returns how many frames."""
        ...

    def count_frames(self, tenant_id: UUID, turn_ids: Sequence[UUID] | None = None) -> int:
        """How many frames these streams hold, or (None) all of the tenant's; endings left by `seal` are not counted."""
        ...

    def seal(self, tenant_id: UUID, turn_ids: Sequence[UUID]) -> None:
        """Forget these streams, and leave in each an ending that says nothing: a worker that still writes stays silent,
        and who reads is told that it is over. A stream that was never written to is sealed too."""
        ...

    def delete_tenant(self, tenant_id: UUID) -> None:
        """Forget all streams of a tenant, endings too."""
        ...
