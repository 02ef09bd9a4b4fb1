"""Rings that cross machines: a Redis channel beside the broker, and a loop that rings again where it hears one.

A ring that is lost costs only latency, so nothing here may ever hold up or fail whoever rings.
"""

import os
import threading
import time
from functools import cache

import redis

from rapport import logs
from rapport.config import get_config
from rapport.events.doorbell import ring_here
from rapport.events.identity import machine_name
from rapport.redis_address import RedisAddress, read_redis_address

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


def listen(stopping: threading.Event) -> None:
    """Ring here what other machines ring, until `stopping`. Raises RedisUnavailable when the connection breaks."""
    # A subscription waits for as long as it takes; the client's own time-out would end it.
    client = _address().client(socket_timeout=None)
    with _address().translated(), client, client.pubsub(ignore_subscribe_messages=True) as subscription:  # type: ignore[no-untyped-call]
        subscription.subscribe(channel())
        while not stopping.is_set():
            message = subscription.get_message(timeout=LISTEN_SECONDS)
            if message is None:
                continue
            origin, _, name = message["data"].decode().partition("\n")
            if origin != machine_name():
                ring_here(name)
