"""What a stream store promises: an append-only list of frames per stream, kept for some hours, read by any process."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Frame:
    """`sequence` grows from 1 without gaps within a stream. `event`: "status", "token", "citation", "done" or "error".

    After a "done" or "error" frame nothing follows: every stream ends with exactly one of them.
    """

    sequence: int
    event: str
    data: dict[str, Any]

    @property
    def is_terminal(self) -> bool:
        return self.event in {"done", "error"}


class StreamStore(Protocol):
    """Streams are addressed by (tenant, turn): another tenant's id finds nothing.

    `append` after a terminal frame is ignored (the first ending wins), so that a late worker stays silent.
    """

    def append(self, tenant_id: UUID, turn_id: UUID, frames: Sequence[tuple[str, dict[str, Any]]]) -> None: ...

    def read(self, tenant_id: UUID, turn_id: UUID, *, after: int = 0) -> list[Frame]: ...

    def is_finished(self, tenant_id: UUID, turn_id: UUID) -> bool: ...

    def follow(
        self, tenant_id: UUID, turn_id: UUID, *, after: int = 0, heartbeat_seconds: float = 10.0
    ) -> AsyncIterator[Frame | None]:
        """Frames after `after` as they come, ending with the terminal one; None is a heartbeat."""
        ...

    def prune(self, *, older_than_hours: float) -> int: ...
