"""Rings that cross machines: a Redis channel beside the broker, and a loop that rings again where it hears one.

A ring that is lost costs only latency, so nothing here may ever hold up or fail whoever rings.
"""

import contextlib
import os
import time
from functools import cache
from typing import Any

import redis

from rapport import logs
from rapport.config import get_config
from rapport.events.doorbell import ring_here
from rapport.events.identity import machine_name
from rapport.redis_address import RedisAddress, RedisUnavailable, read_redis_address

RING_SECONDS = 0.25  # what a ring may take at most
REST_SECONDS = 5.0  # after a failure nobody tries for so long
LISTEN_SECONDS = 1.0

log = logs.get_logger(__name__)

_rests_until = 0.0


@cache
def _address() -> RedisAddress:
    return read_redis_address("CELERY_BROKER_URL", get_config().celery_broker_url)


def channel() -> str:
    return f"{_address().prefix}bells"


@cache
def _ringer(pid: int) -> redis.Redis:
    return _address().client(socket_connect_timeout=RING_SECONDS, socket_timeout=RING_SECONDS)


def ring_elsewhere(name: str) -> None:
    """Tell the other machines; never raises."""
    global _rests_until  # noqa: PLW0603  one per process
    if time.monotonic() < _rests_until:
        return
    try:
        _ringer(os.getpid()).publish(channel(), f"{machine_name()}\n{name}")
    except (redis.RedisError, OSError) as error:
        _rests_until = time.monotonic() + REST_SECONDS
        log.warning("bell_not_heard", error=type(error).__name__)


class Listener:
    """Rings here what other machines ring."""

    def __init__(self) -> None:
        self._client: redis.Redis | None = None
        self._subscription: Any = None

    def hear(self) -> None:
        """Wait a second for a ring. Raises RedisUnavailable; the next call connects again."""
        try:
            with _address().translated():
                self._ring(self._subscribed().get_message(timeout=LISTEN_SECONDS))
        except RedisUnavailable:
            self.close()
            raise

    def _subscribed(self) -> Any:
        if self._subscription is None:
            # A subscription waits for as long as it takes; the client's own time-out would end it.
            self._client = _address().client(socket_timeout=None)
            self._subscription = self._client.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
            self._subscription.subscribe(channel())
        return self._subscription

    def _ring(self, message: Any) -> None:
        if message is not None:
            origin, _, name = message["data"].decode().partition("\n")
            if origin != machine_name():
                ring_here(name)

    def close(self) -> None:
        if self._client is not None:
            with contextlib.suppress(redis.RedisError, OSError):
                self._subscription.close()
                self._client.close()
        self._client = self._subscription = None
