"""One subscription per event loop: it hears the channels of the streams that are open in this process, and no others.

A connection for each open stream would cost a socket and a wake-up each. The connection may break at any time: it is
made again, and every follower then reads its list from where it was.
"""

import asyncio
import contextlib
import time
from collections import defaultdict
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import redis
from redis import asyncio as aioredis

from rapport import logs
from rapport.redis_address import RedisAddress, client_options
from rapport.streams.port import Frame
from rapport.streams.redis_entries import frame_of, is_ending

PAUSE_SECONDS = 0.5  # before a broken connection is made again
LOOK_SECONDS = 5.0  # a follower that heard nothing for so long looks at its list
LINGER_SECONDS = 60.0  # the connections outlive the last stream: the next one would make them again
CONTROL = "control"  # a channel of ours, so that the subscription is never empty

log = logs.get_logger(__name__)

# (place in the list, entry); None: something may have been missed, look at the list
Heard = tuple[int, bytes] | None
Wake = asyncio.Queue[Heard]


@dataclass(slots=True)
class Place:
    """`read`: how many of the list's entries are known; `shown`: the number of the last frame that was given on. They
    differ after Redis lost the list and it began anew."""

    read: int
    shown: int

    def take(self, entries: Sequence[bytes]) -> list[Frame]:
        frames = [frame_of(self.shown + number, entry) for number, entry in enumerate(entries, 1)]
        self.read += len(entries)
        self.shown += len(entries)
        return frames


class LoopSubscription:
    """Lives in one event loop, while streams are open in it and a little longer."""

    def __init__(self, address: RedisAddress) -> None:
        self._address = address
        self.client: aioredis.Redis = aioredis.Redis.from_url(address.url, **client_options())
        # redis-py gives every socket a time-out; a subscription waits for as long as it takes.
        self._listener: aioredis.Redis = aioredis.Redis.from_url(
            address.url, **{**client_options(), "socket_timeout": None}
        )
        self._pubsub = self._listener.pubsub(ignore_subscribe_messages=True)
        self._open: dict[str, set[Wake]] = defaultdict(set)
        self._task: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._closing: asyncio.TimerHandle | None = None
        self._closer: asyncio.Task[None] | None = None

    async def join(self, channel: str) -> Wake:
        """From now on every new frame of the channel goes into the queue that is returned."""
        queue: Wake = asyncio.Queue()
        if self._closing is not None:
            self._closing.cancel()
        is_new = not self._open[channel]
        self._open[channel].add(queue)
        if self._task is None or self._task.done():
            self._ready.clear()
            self._task = asyncio.create_task(self._listen(), name="streams-subscription")
        elif is_new and self._ready.is_set():
            with contextlib.suppress(redis.RedisError, OSError):  # else the listener subscribes to all when it is back
                await self._pubsub.subscribe(channel)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._ready.wait(), LOOK_SECONDS)
        return queue

    async def leave(self, channel: str, queue: Wake) -> None:
        self._open[channel].discard(queue)
        if self._open[channel]:
            return
        del self._open[channel]
        with contextlib.suppress(redis.RedisError, OSError, RuntimeError):
            await self._pubsub.unsubscribe(channel)
        if not self._open:
            self._closing = asyncio.get_running_loop().call_later(LINGER_SECONDS, self._begin_closing)

    def _begin_closing(self) -> None:
        if not self._open:
            self._closer = asyncio.create_task(self.close(), name="streams-subscription-end")

    async def close(self) -> None:
        """A stream that is opened later connects again."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        with contextlib.suppress(redis.RedisError, OSError, RuntimeError):
            await self._pubsub.aclose()  # type: ignore[no-untyped-call]
            await self._listener.aclose()
            await self.client.aclose()

    async def look(self, key: str, place: Place) -> tuple[list[Frame], bool]:
        """What the list has after `place`, and whether it has ended; nothing while Redis is away."""
        try:
            length, entries, last = await self._ask(key, place.read)
            if length < place.read:
                place.read = 0
                length, entries, last = await self._ask(key, 0)
        except (redis.RedisError, OSError):
            return [], False
        return place.take(entries), is_ending(last)

    async def _ask(self, key: str, after: int) -> tuple[int, list[bytes], bytes | None]:
        async with self.client.pipeline(transaction=True) as pipe:
            pipe.llen(key)
            pipe.lrange(key, after, -1)
            pipe.lindex(key, -1)
            length, entries, last = await pipe.execute()
        return length, entries, last

    async def _listen(self) -> None:
        while True:
            try:
                await self._pubsub.subscribe(f"{self._address.prefix}{CONTROL}", *self._open)
                self._ready.set()
                self._wake_all()
                await self._hand_out()
            except (redis.RedisError, OSError) as error:
                log.warning("streams_connection_broken", error=type(error).__name__)
                with contextlib.suppress(redis.RedisError, OSError):
                    await self._pubsub.aclose()  # type: ignore[no-untyped-call]
                self._pubsub = self._listener.pubsub(ignore_subscribe_messages=True)
                self._ready.clear()
                await asyncio.sleep(PAUSE_SECONDS)

    async def _hand_out(self) -> None:
        async for message in self._pubsub.listen():
            if message["type"] != "message":
                continue
            number, _, entry = message["data"].partition(b"\n")
            for queue in self._open.get(message["channel"].decode(), ()):
                queue.put_nowait((int(number), entry))

    def _wake_all(self) -> None:
        for queues in self._open.values():
            for queue in queues:
                queue.put_nowait(None)


_subscriptions: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[RedisAddress, LoopSubscription]] = WeakKeyDictionary()


def _subscription(address: RedisAddress) -> LoopSubscription:
    mine = _subscriptions.setdefault(asyncio.get_running_loop(), {})
    if address not in mine:
        mine[address] = LoopSubscription(address)
    return mine[address]


async def follow_stream(
    address: RedisAddress, key: str, *, after: int, heartbeat_seconds: float
) -> AsyncGenerator[Frame | None, None]:
    """History first, then what comes. A Redis that is away is waited for, with heartbeats."""
    subscription = _subscription(address)
    queue = await subscription.join(key)
    place = Place(after, after)
    quiet_since = time.monotonic()
    try:
        frames, is_over = await subscription.look(key, place)
        while True:
            for frame in frames:
                yield frame
            if is_over or (frames and frames[-1].is_terminal):
                return
            heard = await _next(queue, min(heartbeat_seconds, LOOK_SECONDS))
            if heard and heard[0] <= place.read:
                frames = []
            elif heard and heard[0] == place.read + 1:
                frames = place.take([heard[1]])
            else:  # silence, a new connection, or a gap
                frames, is_over = await subscription.look(key, place)
            if frames:
                quiet_since = time.monotonic()
            elif time.monotonic() - quiet_since >= heartbeat_seconds:
                quiet_since = time.monotonic()
                yield None
    finally:
        await subscription.leave(key, queue)


async def _next(queue: Wake, seconds: float) -> Heard:
    with contextlib.suppress(TimeoutError):
        return await asyncio.wait_for(queue.get(), seconds)
    return None
