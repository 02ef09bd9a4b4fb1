"""Celery's broker in the worker's own memory, which wakes the worker instead of being looked at.

kombu's in-memory transport is polled; often enough that no one feels it, that costs some percent of a core for ever.
Here whoever puts a message, or makes room for one by finishing another, wakes the thread that waits for messages.
"""

import threading
import time
from queue import Empty
from typing import Any

from kombu import transport as kombu_transport
from kombu.transport import memory
from kombu.transport.virtual import base

POLL_SECONDS = 0.5  # the guarantee when a wake-up is missed

_awake = threading.Event()


class QoS(base.QoS):
    """What was taken and not yet finished."""

    def ack(self, delivery_tag: Any) -> None:
        super().ack(delivery_tag)
        _awake.set()

    def reject(self, delivery_tag: Any, requeue: bool = False) -> None:
        super().reject(delivery_tag, requeue=requeue)
        _awake.set()


class Channel(memory.Channel):
    """kombu's, with a wake-up at each message."""

    QoS = QoS

    def _put(self, queue: str, message: Any, **kwargs: Any) -> None:
        super()._put(queue, message, **kwargs)
        _awake.set()


class Transport(memory.Transport):
    """kombu's, but it waits to be woken."""

    Channel = Channel

    def drain_events(self, connection: Any, timeout: float | None = None, **_: Any) -> None:
        """Deliver one message. Raises TimeoutError when none comes in `timeout` seconds."""
        assert self.cycle is not None
        until = time.monotonic() + timeout if timeout is not None else float("inf")
        while True:
            _awake.clear()
            try:
                self.cycle.get(self._deliver, timeout=timeout)
            except Empty:
                left = until - time.monotonic()
                if left <= 0:
                    raise TimeoutError from None
                _awake.wait(min(POLL_SECONDS, left))
            else:
                return


def install() -> None:
    """Make `memory://` mean this one."""
    kombu_transport.TRANSPORT_ALIASES["memory"] = f"{__name__}:Transport"
