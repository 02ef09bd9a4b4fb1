"""The board of changes in Redis: a hash for each tenant, forgotten when nothing changed for a day."""

import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import redis

from rapport.redis_address import RedisAddress
from rapport.streams.errors import StreamsUnavailable

KEEP_SECONDS = 24 * 3600
ANSWER_SECONDS = 0.5  # whoever tells has something else to do
_NEWEST = ""  # the field of the tenant's newest number; no topic is called so

# KEYS: the hash. ARGV: how long it lives, the newest number's field, then the topics.
_TOUCH = """
local now = redis.call('TIME')
local clock = now[1] * 1000 + math.floor(now[2] / 1000)
local number = math.max(clock, (tonumber(redis.call('HGET', KEYS[1], ARGV[2])) or 0) + 1)
local text = string.format('%.0f', number)
redis.call('HSET', KEYS[1], ARGV[2], text)
for place = 3, #ARGV do redis.call('HSET', KEYS[1], ARGV[place], text) end
redis.call('EXPIRE', KEYS[1], ARGV[1])
"""


class RedisChanges:
    """See ChangeBoard. One pool per process, made again after a fork."""

    def __init__(self, address: RedisAddress) -> None:
        self.address = address
        self._owner = 0
        self._made: redis.Redis | None = None
        self._script: Any = None

    def _client(self) -> redis.Redis:
        if self._made is None or self._owner != os.getpid():
            client = self.address.client(socket_connect_timeout=ANSWER_SECONDS, socket_timeout=ANSWER_SECONDS)
            self._script = client.register_script(_TOUCH)
            self._made, self._owner = client, os.getpid()
        return self._made

    def _key(self, tenant_id: UUID) -> str:
        return f"{self.address.prefix}changes:{tenant_id}"

    def touch(self, tenant_id: UUID, topics: Collection[str]) -> None:
        with self._translated():
            client = self._client()
            self._script(keys=[self._key(tenant_id)], args=[KEEP_SECONDS, _NEWEST, *topics], client=client)

    def numbers(self, tenant_ids: Collection[UUID]) -> dict[UUID, Mapping[str, int]]:
        asked = list(tenant_ids)
        with self._translated():
            pipe = self._client().pipeline(transaction=False)
            for each in asked:
                pipe.hgetall(self._key(each))
            found = pipe.execute()
        return {each: _read(fields) for each, fields in zip(asked, found, strict=True)}

    def delete_tenant(self, tenant_id: UUID) -> None:
        with self._translated():
            self._client().delete(self._key(tenant_id))

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (redis.RedisError, OSError) as error:
            raise StreamsUnavailable(self.address.explain(error)) from error


def _read(fields: Mapping[bytes, bytes]) -> dict[str, int]:
    return {name.decode(): int(number) for name, number in fields.items() if name != _NEWEST.encode()}
