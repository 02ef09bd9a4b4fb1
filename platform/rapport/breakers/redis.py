"""Breakers in Redis: a value for each name, gone after a day without a change."""

import builtins
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, cast

import redis

from rapport.breakers.port import Change
from rapport.breakers.state import State
from rapport.redis_address import RedisAddress

KEPT_SECONDS = 24 * 3600


class RedisBreakers:
    """See BreakerStore. Raises RedisUnavailable. One pool per process, made again after a fork."""

    def __init__(self, address: RedisAddress) -> None:
        self._address, self._owner = address, 0
        self._client: redis.Redis | None = None

    def read(self, names: Sequence[str]) -> Mapping[str, State]:
        if not names:
            return {}
        with self._address.translated():
            found = cast("list[bytes | None]", self._redis().mget([self._key(name) for name in names]))
        return {name: _state(value) for name, value in zip(names, found, strict=True) if value}

    def change(self, name: str, change: Change) -> State:
        with self._address.translated():
            step = self._step(name, change)
            done = self._redis().transaction(cast("Any", step), self._key(name), value_from_callable=True)
            return cast(State, done)

    def _step(self, name: str, change: Change) -> "Callable[[redis.client.Pipeline], State]":
        def step(pipe: "redis.client.Pipeline") -> State:
            state = change(_state(cast("bytes | None", pipe.get(self._key(name)))))
            pipe.multi()
            if state == State():
                pipe.delete(self._key(name))
            else:
                pipe.set(self._key(name), json.dumps(asdict(state)), ex=KEPT_SECONDS)
            return state

        return step

    def list(self, prefix: str) -> Mapping[str, State]:
        with self._address.translated():
            keys = self._keys(prefix)
            values = cast("list[bytes | None]", self._redis().mget(keys)) if keys else []
        cut = len(self._key(""))
        return {key[cut:]: _state(value) for key, value in zip(keys, values, strict=True) if value}

    def forget(self, prefix: str) -> None:
        with self._address.translated():
            if keys := self._keys(prefix):
                self._redis().delete(*keys)

    def _keys(self, prefix: str) -> "builtins.list[str]":
        pattern = f"{_escaped(self._key(prefix))}*"
        return [key.decode() for key in self._redis().scan_iter(match=pattern, count=500)]

    def _redis(self) -> redis.Redis:
        if self._client is None or self._owner != os.getpid():
            self._client, self._owner = self._address.client(), os.getpid()
        return self._client

    def _key(self, name: str) -> str:
        return f"{self._address.prefix}breaker:{name}"


def _state(value: bytes | None) -> State:
    return State(**json.loads(value)) if value else State()


def _escaped(text: str) -> str:
    """Redis' pattern for this very text."""
    return "".join(f"\\{each}" if each in "*?[]\\" else each for each in text)
