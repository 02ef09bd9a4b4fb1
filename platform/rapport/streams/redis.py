"""Live frames in Redis: a list for each stream, and a channel on which its new frames are told.

The list is what counts: its length numbers the frames, and its last entry says whether the stream has ended. A follower
subscribes first and reads the list then, and reads it again whenever it was silent for a while or the connection broke:
so a message that was never delivered costs time, no frame. Frames live for a day; the answer is in the database.
"""

import os
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import redis

from rapport.redis_address import RedisAddress
from rapport.streams.errors import StreamsUnavailable
from rapport.streams.port import SEALED, Frame
from rapport.streams.redis_entries import entry_of, frame_of, is_ending
from rapport.streams.redis_reader import follow_stream

KEEP_SECONDS = 24 * 3600
_SEALED = entry_of(*SEALED).encode()

# KEYS: the list. ARGV: its channel, how long it lives, then each frame as "event\nbody". Returns how many were taken.
_APPEND = """
local function ends(entry) return entry and (entry:sub(1, 5) == 'done\\n' or entry:sub(1, 6) == 'error\\n') end
if ends(redis.call('LINDEX', KEYS[1], -1)) then return 0 end
local taken = 0
for place = 3, #ARGV do
  local sequence = redis.call('RPUSH', KEYS[1], ARGV[place])
  redis.call('PUBLISH', ARGV[1], sequence .. '\\n' .. ARGV[place])
  taken = taken + 1
  if ends(ARGV[place]) then break end
end
redis.call('EXPIRE', KEYS[1], ARGV[2])
return taken
"""


class RedisStreams:
    """See StreamStore. Raises StreamsUnavailable. One pool per process, made again after a fork."""

    def __init__(self, address: RedisAddress) -> None:
        self.address = address
        self._owner = 0
        self._client: redis.Redis | None = None
        self._append: Any = None  # the script, by its digest: it would go over the wire with every token

    def client(self) -> redis.Redis:
        if self._client is None or self._owner != os.getpid():
            client = self.address.client()
            self._append = client.register_script(_APPEND)
            self._client, self._owner = client, os.getpid()
        return self._client

    def key(self, tenant_id: UUID, turn_id: UUID) -> str:
        """Of the list, and of the channel: both hold the tenant, so another's id finds nothing."""
        return f"{self.address.prefix}frames:{tenant_id}:{turn_id}"

    def append(self, tenant_id: UUID, turn_id: UUID, frames: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
        if not frames:
            return
        key = self.key(tenant_id, turn_id)
        entries = [entry_of(event, data) for event, data in frames]
        with self._translated():
            client = self.client()
            self._append(keys=[key], args=[key, KEEP_SECONDS, *entries], client=client)

    def read(self, tenant_id: UUID, turn_id: UUID, *, after: int = 0) -> list[Frame]:
        """A list that is shorter than `after` was lost and began anew: then all of it, numbered on from `after`."""
        key = self.key(tenant_id, turn_id)
        with self._translated():
            pipe = self.client().pipeline(transaction=True)
            pipe.llen(key)
            pipe.lrange(key, after, -1)
            length, entries = pipe.execute()
            if length < after:
                entries = self.client().lrange(key, 0, -1)
        return [frame_of(after + number, entry) for number, entry in enumerate(entries, 1)]

    def is_finished(self, tenant_id: UUID, turn_id: UUID) -> bool:
        with self._translated():
            last: bytes | None = self.client().lindex(self.key(tenant_id, turn_id), -1)  # type: ignore[assignment]
        return is_ending(last)

    def follow(
        self, tenant_id: UUID, turn_id: UUID, *, after: int = 0, heartbeat_seconds: float = 10.0
    ) -> AsyncGenerator[Frame | None, None]:
        return follow_stream(
            self.address, self.key(tenant_id, turn_id), after=after, heartbeat_seconds=heartbeat_seconds
        )

    def prune(self, *, older_than_hours: float) -> int:
        """Redis forgets streams by itself; only what is asked to go earlier is looked for."""
        limit = KEEP_SECONDS - older_than_hours * 3600
        total = 0
        with self._translated():
            client = self.client()
            for key in client.scan_iter(match=f"{self.address.prefix}frames:*", count=1000):
                left = int(client.ttl(key))
                if 0 <= left < limit:
                    total += int(client.llen(key))
                    client.delete(key)
        return total

    def count_frames(self, tenant_id: UUID, turn_ids: Sequence[UUID] | None = None) -> int:
        with self._translated():
            client = self.client()
            keys = self._keys(tenant_id) if turn_ids is None else [self.key(tenant_id, each) for each in turn_ids]
            return sum(self._count(client, key) for key in keys)

    def _count(self, client: redis.Redis, key: str) -> int:
        length = int(client.llen(key))
        return 0 if length == 1 and client.lindex(key, 0) == _SEALED else length

    def _keys(self, tenant_id: UUID) -> list[str]:
        found = self.client().scan_iter(match=f"{self.address.prefix}frames:{tenant_id}:*", count=1000)
        return [each.decode() for each in found]

    def seal(self, tenant_id: UUID, turn_ids: Sequence[UUID]) -> None:
        """Each in one step, so that nothing is written in between."""
        with self._translated():
            pipe = self.client().pipeline(transaction=True)
            for key in (self.key(tenant_id, each) for each in turn_ids):
                pipe.delete(key)
                pipe.rpush(key, _SEALED)
                pipe.expire(key, KEEP_SECONDS)
            pipe.execute()

    def delete_tenant(self, tenant_id: UUID) -> None:
        with self._translated():
            for key in self._keys(tenant_id):
                self.client().delete(key)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (redis.RedisError, OSError) as error:
            raise StreamsUnavailable(self.address.explain(error)) from error
