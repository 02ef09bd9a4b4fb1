"""Noticing that a worker no longer hears its broker: messages wait for it, and it does nothing.

After a Redis that was away Celery's worker may be connected again and yet take no message for ever (reported in many
versions: celery/celery #8030, #8091, #10205). Nothing is lost by that, since messages are only doorbells, but nothing
is done either: so a process that is deaf ends, and the supervisor starts a new one.
"""

import os
import threading
import time
from collections.abc import Sequence
from typing import Any

import redis
from celery.signals import task_postrun, task_prerun

from rapport import logs
from rapport.events.keeper import EXIT_CODE
from rapport.redis_address import RedisAddress

LOOK_SECONDS = 5.0
DEAF_LOOKS = 3  # so often in a row

log = logs.get_logger(__name__)


class Hearing:
    """Counts the tasks of this process. `is_deaf` is asked every few seconds by a thread of its own."""

    def __init__(self, address: RedisAddress, queues: Sequence[str]) -> None:
        self._address = address
        self._keys = [f"{address.prefix}{queue}" for queue in queues]
        self._client: redis.Redis | None = None
        self._lock = threading.Lock()
        self._running = 0
        self._begun = 0
        self._seen = -1
        self._deaf_looks = 0

    def begin(self) -> None:
        with self._lock:
            self._running += 1
            self._begun += 1

    def end(self) -> None:
        with self._lock:
            self._running -= 1

    def is_deaf(self) -> bool:
        """Messages wait, and since the looks before nothing ran here. A Redis that is away says nothing."""
        with self._lock:
            did_something = self._running > 0 or self._begun != self._seen
            self._seen = self._begun
        self._deaf_looks = 0 if did_something or not self._waiting() else self._deaf_looks + 1
        return self._deaf_looks >= DEAF_LOOKS

    def _waiting(self) -> int:
        try:
            self._client = self._client or self._address.client()
            return sum(int(self._client.llen(key)) for key in self._keys)
        except (redis.RedisError, OSError):
            return 0


def watch_hearing(address: RedisAddress, queues: Sequence[str]) -> None:
    """Start the thread, for the rest of this process's life."""
    hearing = Hearing(address, queues)
    task_prerun.connect(lambda **_: hearing.begin(), weak=False)
    task_postrun.connect(lambda **_: hearing.end(), weak=False)
    threading.Thread(target=_watch, args=(hearing,), name="hearing", daemon=True).start()


def _watch(hearing: Any) -> None:
    while not hearing.is_deaf():
        time.sleep(LOOK_SECONDS)
    log.critical("worker_deaf")
    os._exit(EXIT_CODE)
