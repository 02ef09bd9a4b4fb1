"""One reader per event loop: woken by the bell "streams", it reads what is new once and hands it to the open streams.

It polls slowly as the guarantee, and only while a stream is open. A reader per conversation would cost a query each.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncGenerator
from typing import Protocol
from uuid import UUID
from weakref import WeakKeyDictionary

from rapport.events.doorbell import Bell
from rapport.streams.port import Frame

POLL_SECONDS = 0.5

Address = tuple[UUID, UUID]


class FrameSource(Protocol):
    """What the reader needs of a store whose frames have one rising id over all streams."""

    def read(self, tenant_id: UUID, turn_id: UUID, *, after: int = 0) -> list[Frame]: ...

    def read_all(self, *, after_id: int) -> list[tuple[int, UUID, UUID, Frame]]: ...

    def last_id(self) -> int: ...

    def is_finished(self, tenant_id: UUID, turn_id: UUID) -> bool: ...


class LoopReader:
    """Lives in one event loop. Reads take microseconds (WAL readers never wait), so they run in the loop itself."""

    def __init__(self, source: FrameSource) -> None:
        self._source = source
        self._open: dict[Address, set[asyncio.Queue[Frame]]] = defaultdict(set)
        self._last_id = 0
        self._bell: Bell | None = None
        self._timer: asyncio.TimerHandle | None = None

    def join(self, address: Address) -> asyncio.Queue[Frame]:
        """From now on every new frame of `address` goes into the queue that is returned."""
        if not self._open:
            self._start()
        queue: asyncio.Queue[Frame] = asyncio.Queue()
        self._open[address].add(queue)
        return queue

    def leave(self, address: Address, queue: asyncio.Queue[Frame]) -> None:
        self._open[address].discard(queue)
        if not self._open[address]:
            del self._open[address]
        if not self._open:
            self._stop()

    def _start(self) -> None:
        self._last_id = self._source.last_id()
        self._bell = Bell("streams")
        asyncio.get_running_loop().add_reader(self._bell.fileno(), self._on_ring)
        self._timer = asyncio.get_running_loop().call_later(POLL_SECONDS, self._on_timer)

    def _stop(self) -> None:
        if self._bell:
            asyncio.get_running_loop().remove_reader(self._bell.fileno())
            self._bell.close()
        if self._timer:
            self._timer.cancel()
        self._bell = self._timer = None

    def _on_ring(self) -> None:
        if self._bell:
            self._bell.silence()
        self._hand_out()

    def _on_timer(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(POLL_SECONDS, self._on_timer)
        self._hand_out()

    def _hand_out(self) -> None:
        for number, tenant_id, turn_id, frame in self._source.read_all(after_id=self._last_id):
            self._last_id = number
            for queue in self._open.get((tenant_id, turn_id), ()):
                queue.put_nowait(frame)


_readers: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[FrameSource, LoopReader]] = WeakKeyDictionary()


def _reader(source: FrameSource) -> LoopReader:
    readers = _readers.setdefault(asyncio.get_running_loop(), {})
    if source not in readers:
        readers[source] = LoopReader(source)
    return readers[source]


async def follow_stream(
    source: FrameSource, tenant_id: UUID, turn_id: UUID, *, after: int, heartbeat_seconds: float
) -> AsyncGenerator[Frame | None, None]:
    """History first, then what comes. Joining before reading means that nothing falls between the two."""
    address, reader = (tenant_id, turn_id), _reader(source)
    queue = reader.join(address)
    last = after
    try:
        for frame in source.read(tenant_id, turn_id, after=after):
            last = frame.sequence
            yield frame
            if frame.is_terminal:
                return
        if last and source.is_finished(tenant_id, turn_id) and not source.read(tenant_id, turn_id, after=last):
            return  # a browser that comes back after the end
        while True:
            new = await _next(queue, heartbeat_seconds)
            if new is not None and new.sequence <= last:
                continue
            yield new
            if new is not None:
                last = new.sequence
                if new.is_terminal:
                    return
    finally:
        reader.leave(address, queue)


async def _next(queue: asyncio.Queue[Frame], heartbeat_seconds: float) -> Frame | None:
    with contextlib.suppress(TimeoutError):
        return await asyncio.wait_for(queue.get(), heartbeat_seconds)
    return None
