"""One reader of the board per event loop: woken by the bell "changes", it asks once for all tenants that are looked at.

It polls as the guarantee, and only while somebody looks. It reads in a thread of its own: a board may be elsewhere.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncGenerator, Mapping
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID
from weakref import WeakKeyDictionary

from rapport import logs
from rapport.events.doorbell import Bell
from rapport.streams.changes import BELL, Change, ChangeBoard
from rapport.streams.errors import StreamsUnavailable

POLL_SECONDS = 1.0
GATHER_SECONDS = 0.1  # what changes together is told together

log = logs.get_logger(__name__)


class LoopReader:
    """Lives in one event loop, while anybody follows a tenant in it."""

    def __init__(self, board: ChangeBoard) -> None:
        self._board = board
        self._open: dict[UUID, set[asyncio.Event]] = defaultdict(set)
        self._numbers: dict[UUID, Mapping[str, int]] = {}
        self._task: asyncio.Task[None] | None = None
        self._rung = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="changes")

    def join(self, tenant_id: UUID) -> asyncio.Event:
        """It is set when there may be something new, and at once."""
        event = asyncio.Event()
        if tenant_id in self._numbers:
            event.set()
        self._open[tenant_id].add(event)
        self._rung.set()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._read_on(), name="changes-reader")
        return event

    def leave(self, tenant_id: UUID, event: asyncio.Event) -> None:
        self._open[tenant_id].discard(event)
        if not self._open[tenant_id]:
            del self._open[tenant_id]
            self._numbers.pop(tenant_id, None)
        if not self._open and self._task is not None:
            self._task.cancel()
            self._task = None

    def since(self, tenant_id: UUID, number: int) -> Change | None:
        """None before the board was asked for this tenant."""
        numbers = self._numbers.get(tenant_id)
        if numbers is None:
            return None
        newest = max(numbers.values(), default=0)
        return Change(max(newest, number), frozenset(topic for topic, at in numbers.items() if at > number))

    def check(self) -> None:
        """Raises what ended the reading: whoever follows connects again, and it begins anew."""
        if self._task is not None and self._task.done():
            self._task.result()

    async def _read_on(self) -> None:
        loop, bell = asyncio.get_running_loop(), Bell(BELL)
        loop.add_reader(bell.fileno(), self._rung.set)
        try:
            while True:
                self._rung.clear()
                bell.silence()
                await self._read_once()
                await asyncio.sleep(GATHER_SECONDS)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._rung.wait(), POLL_SECONDS)
        finally:
            loop.remove_reader(bell.fileno())
            bell.close()

    async def _read_once(self) -> None:
        loop, asked = asyncio.get_running_loop(), list(self._open)
        try:
            found = await loop.run_in_executor(self._thread, self._board.numbers, asked)
        except StreamsUnavailable as error:
            log.warning("changes_not_read", code=error.code)
            return
        for tenant_id in asked:
            if tenant_id in self._open and self._numbers.get(tenant_id) != found[tenant_id]:
                self._numbers[tenant_id] = found[tenant_id]
                for event in self._open[tenant_id]:
                    event.set()


_readers: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[ChangeBoard, LoopReader]] = WeakKeyDictionary()


def _reader(board: ChangeBoard) -> LoopReader:
    readers = _readers.setdefault(asyncio.get_running_loop(), {})
    if board not in readers:
        readers[board] = LoopReader(board)
    return readers[board]


async def follow_changes(
    board: ChangeBoard, tenant_id: UUID, *, after: int, heartbeat_seconds: float = 10.0
) -> AsyncGenerator[Change | None, None]:
    """First where the board stands and what changed after the number `after` (0: nothing is asked for), then changes as
    they come; None is a heartbeat. It does not end by itself. A board that is away is waited for."""
    reader = _reader(board)
    event = reader.join(tenant_id)
    last, is_first = after, True
    try:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(event.wait(), heartbeat_seconds)
            event.clear()
            found = reader.since(tenant_id, last)
            if found is not None and is_first and not after:
                found = Change(found.number)
            if found is not None and (is_first or found.topics):
                last, is_first = found.number, False
                yield found
            else:
                reader.check()
                yield None
    finally:
        reader.leave(tenant_id, event)
