"""The board of changes: when a tenant's conversations, documents, calls… last changed, as one number each.

It holds no content and no history, so that it never grows: a page that was away for a while asks what is newer than the
number it has, and reads that again from where it stands.
"""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Protocol
from uuid import UUID

from django.db import transaction

from rapport import logs
from rapport.config import get_config
from rapport.events.doorbell import ring
from rapport.streams.errors import StreamsUnavailable

BELL = "changes"
REST_SECONDS = 5.0  # after a failure nobody tries for so long: telling must not slow what is told of

log = logs.get_logger(__name__)

_rests_until = 0.0


@dataclass(frozen=True, slots=True)
class Change:
    """`number`: where to go on from; `topics`: what changed since the number before, which may be nothing."""

    number: int
    topics: frozenset[str] = frozenset()


class ChangeBoard(Protocol):
    """Numbers grow for each tenant over all topics, also when the board was lost: none is smaller than the clock's
    milliseconds. Raises StreamsUnavailable. Thread-safe, and done within milliseconds."""

    def touch(self, tenant_id: UUID, topics: Collection[str]) -> None:
        """All of them get the same number, which is new."""
        ...

    def numbers(self, tenant_ids: Collection[UUID]) -> dict[UUID, Mapping[str, int]]:
        """By topic, when it last changed; nothing for what was never touched, or not for a day."""
        ...

    def delete_tenant(self, tenant_id: UUID) -> None: ...


@cache
def get_change_board() -> ChangeBoard:
    """Where STREAMS_URL says, beside the streams. Raises ConfigError."""
    config = get_config()
    if config.streams_url.startswith("embedded"):
        from rapport.streams.embedded_changes import EmbeddedChanges

        return EmbeddedChanges(config.data_dir / "changes.sqlite3")
    from rapport.redis_address import read_redis_address
    from rapport.streams.redis_changes import RedisChanges

    return RedisChanges(read_redis_address("STREAMS_URL", config.streams_url))


def note_change(tenant_id: UUID, *topics: str) -> None:
    """Tell whoever looks, when the open transaction is committed. Never fails; one that is lost costs latency."""
    transaction.on_commit(lambda: _touch(tenant_id, topics), robust=True)


def position_of(tenant_id: UUID) -> int:
    """The tenant's newest number, to be asked for before what a page shows is read; 0 while the board is away."""
    try:
        return max(get_change_board().numbers([tenant_id])[tenant_id].values(), default=0)
    except StreamsUnavailable:
        return 0


def _touch(tenant_id: UUID, topics: Collection[str]) -> None:
    global _rests_until  # noqa: PLW0603  one per process
    if time.monotonic() < _rests_until:
        return
    try:
        get_change_board().touch(tenant_id, topics)
        ring(BELL)
    except StreamsUnavailable as error:
        _rests_until = time.monotonic() + REST_SECONDS
        log.warning("change_not_told", code=error.code)
