"""Streams in a Redis that goes away: a follower waits, misses nothing that can be had, and always comes to an end."""

import asyncio
from uuid import UUID, uuid4

import pytest

from rapport.redis_address import read_redis_address
from rapport.streams import redis_reader
from rapport.streams.errors import StreamsUnavailable
from rapport.streams.port import Frame
from rapport.streams.redis import RedisStreams
from tests.redis_server import OwnRedis
from tests.redis_server import own_redis as own_redis

pytestmark = pytest.mark.server

TOKEN = ("token", {"text": "a"})
DONE = ("done", {"message": "m"})


@pytest.fixture
def store(own_redis: OwnRedis, monkeypatch: pytest.MonkeyPatch) -> RedisStreams:
    monkeypatch.setattr(redis_reader, "PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(redis_reader, "LOOK_SECONDS", 0.2)
    return RedisStreams(read_redis_address("STREAMS_URL", own_redis.url))


@pytest.fixture
def stream() -> tuple[UUID, UUID]:
    return uuid4(), uuid4()


def test_a_redis_that_is_away_is_one_clear_error(
    store: RedisStreams, own_redis: OwnRedis, stream: tuple[UUID, UUID]
) -> None:
    own_redis.kill()
    for call in (
        lambda: store.append(*stream, [TOKEN]),
        lambda: store.read(*stream),
        lambda: store.is_finished(*stream),
    ):
        with pytest.raises(StreamsUnavailable, match="STREAMS_URL"):
            call()
    own_redis.start()
    store.append(*stream, [TOKEN])
    assert len(store.read(*stream)) == 1


def test_a_follower_outlives_the_redis_that_it_follows(
    store: RedisStreams, own_redis: OwnRedis, stream: tuple[UUID, UUID]
) -> None:
    """The list is lost with Redis; what is written afterwards is numbered on, so that a browser takes it for new."""

    async def scenario() -> list[Frame]:
        heard: list[Frame] = []

        async def listen() -> None:
            nonlocal heard
            async for frame in store.follow(*stream, heartbeat_seconds=0.2):
                heard += [frame] if frame else []

        store.append(*stream, [TOKEN, TOKEN])
        task = asyncio.create_task(listen())
        while len(heard) < 2:
            await asyncio.sleep(0.02)
        await asyncio.to_thread(own_redis.kill)
        await asyncio.sleep(0.3)
        await asyncio.to_thread(own_redis.start)
        await asyncio.to_thread(store.append, *stream, [DONE])
        await asyncio.wait_for(task, 20)
        return heard

    assert [(frame.sequence, frame.event) for frame in asyncio.run(scenario())] == [
        (1, "token"),
        (2, "token"),
        (3, "done"),
    ]


def test_what_was_written_while_a_subscription_was_broken_is_read(
    store: RedisStreams, own_redis: OwnRedis, stream: tuple[UUID, UUID]
) -> None:
    async def scenario() -> list[Frame]:
        frames = store.follow(*stream, heartbeat_seconds=5)
        first = asyncio.create_task(anext(frames))
        await asyncio.sleep(0.1)
        await asyncio.to_thread(store.append, *stream, [TOKEN])
        heard = [await asyncio.wait_for(first, 10)]
        await asyncio.to_thread(store.client().execute_command, "CLIENT", "KILL", "TYPE", "pubsub")
        await asyncio.to_thread(store.append, *stream, [TOKEN, DONE])
        async with asyncio.timeout(10):
            heard += [frame async for frame in frames]
        return [frame for frame in heard if frame]

    assert [frame.sequence for frame in asyncio.run(scenario())] == [1, 2, 3]


def test_a_browser_that_comes_back_to_a_lost_stream_gets_its_new_end(
    store: RedisStreams, own_redis: OwnRedis, stream: tuple[UUID, UUID]
) -> None:
    own_redis.kill()
    own_redis.start()
    store.append(*stream, [DONE])  # said again from the database
    assert [(frame.sequence, frame.event) for frame in store.read(*stream, after=7)] == [(8, "done")]

    async def scenario() -> list[Frame | None]:
        return [frame async for frame in store.follow(*stream, after=7)]

    assert [frame.sequence for frame in asyncio.run(scenario()) if frame] == [8]
