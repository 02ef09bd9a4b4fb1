"""What every stream store must do. A new store joins by one more `params` entry of the fixture."""

import asyncio
import subprocess
import sys
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from rapport.config import get_config
from rapport.redis_address import read_redis_address
from rapport.streams.embedded import EmbeddedStreams
from rapport.streams.port import Frame, StreamStore
from rapport.streams.redis import RedisStreams

TOKEN = ("token", {"text": "a"})
DONE = ("done", {"message": "m"})


@pytest.fixture(params=["embedded", pytest.param("redis", marks=pytest.mark.server)])
def store(request: pytest.FixtureRequest) -> StreamStore:
    if request.param == "redis":
        return RedisStreams(read_redis_address("STREAMS_URL", request.getfixturevalue("redis_url")))
    path = get_config().data_dir / f"streams-{uuid4().hex[:8]}.sqlite3"
    return EmbeddedStreams(path)


@pytest.fixture
def stream() -> tuple[UUID, UUID]:
    return uuid4(), uuid4()


async def follow(store: StreamStore, stream: tuple[UUID, UUID], *, after: int = 0) -> list[Frame]:
    return [frame async for frame in store.follow(*stream, after=after) if frame]


def test_frames_are_numbered_from_one_without_gaps(store: StreamStore, stream: tuple[UUID, UUID]) -> None:
    store.append(*stream, [TOKEN, TOKEN])
    store.append(*stream, [TOKEN])
    assert [frame.sequence for frame in store.read(*stream)] == [1, 2, 3]
    assert [frame.sequence for frame in store.read(*stream, after=2)] == [3]
    assert store.read(*stream)[0].data == {"text": "a"}


def test_bodies_keep_every_character_and_have_no_line_breaks(store: StreamStore, stream: tuple[UUID, UUID]) -> None:
    text = "Grüße\nline two\r\u2028 end 🎈"
    store.append(*stream, [("token", {"text": text})])
    frame = store.read(*stream)[0]
    assert frame.data["text"] == text
    assert "\n" not in frame.body
    assert "\r" not in frame.body


def test_the_first_ending_wins(store: StreamStore, stream: tuple[UUID, UUID]) -> None:
    store.append(*stream, [TOKEN, DONE, TOKEN])
    store.append(*stream, [("error", {"code": "late"})])
    assert [frame.event for frame in store.read(*stream)] == ["token", "done"]
    assert store.is_finished(*stream)


def test_an_unknown_stream_is_empty_and_unfinished(store: StreamStore, stream: tuple[UUID, UUID]) -> None:
    assert store.read(*stream) == []
    assert not store.is_finished(*stream)


def test_a_stranger_finds_nothing_and_changes_nothing(store: StreamStore, stream: tuple[UUID, UUID]) -> None:
    store.append(*stream, [TOKEN])
    stranger = uuid4()
    assert store.read(stranger, stream[1]) == []
    store.append(stranger, stream[1], [("error", {"code": "boo"})])
    assert not store.is_finished(*stream)
    assert [frame.event for frame in store.read(*stream)] == ["token"]


def test_a_follower_gets_history_and_what_comes_and_then_ends(store: StreamStore, stream: tuple[UUID, UUID]) -> None:
    async def scenario() -> list[Frame]:
        store.append(*stream, [TOKEN])
        task = asyncio.create_task(follow(store, stream))
        await asyncio.sleep(0.05)
        await asyncio.to_thread(store.append, *stream, [TOKEN])
        await asyncio.to_thread(store.append, *stream, [DONE])
        return await asyncio.wait_for(task, 10)

    assert [(frame.sequence, frame.event) for frame in asyncio.run(scenario())] == [
        (1, "token"),
        (2, "token"),
        (3, "done"),
    ]


def test_a_follower_resumes_after_what_it_has(store: StreamStore, stream: tuple[UUID, UUID]) -> None:
    store.append(*stream, [TOKEN, TOKEN, DONE])
    assert [frame.sequence for frame in asyncio.run(follow(store, stream, after=1))] == [2, 3]


def test_a_follower_that_has_everything_ends_at_once(store: StreamStore, stream: tuple[UUID, UUID]) -> None:
    store.append(*stream, [TOKEN, DONE])
    assert asyncio.run(asyncio.wait_for(follow(store, stream, after=2), 10)) == []


def test_followers_of_one_stream_all_hear_it_and_strangers_do_not(
    store: StreamStore, stream: tuple[UUID, UUID]
) -> None:
    async def scenario() -> tuple[list[Frame], list[Frame], list[Frame | None]]:
        strange = store.follow(uuid4(), stream[1], heartbeat_seconds=0.1)
        first = asyncio.create_task(follow(store, stream))
        second = asyncio.create_task(follow(store, stream))
        await asyncio.sleep(0.05)
        await asyncio.to_thread(store.append, *stream, [TOKEN, DONE])
        heard = [await anext(strange), await anext(strange)]
        await strange.aclose()
        return await asyncio.wait_for(first, 10), await asyncio.wait_for(second, 10), heard

    first, second, strange = asyncio.run(scenario())
    assert first == second
    assert len(first) == 2
    assert strange == [None, None]


def test_silence_is_filled_with_heartbeats(store: StreamStore, stream: tuple[UUID, UUID]) -> None:
    async def scenario() -> Frame | None:
        frames = store.follow(*stream, heartbeat_seconds=0.05)
        try:
            return await asyncio.wait_for(anext(frames), 10)
        finally:
            await frames.aclose()

    assert asyncio.run(scenario()) is None


def test_a_stream_that_ended_while_no_one_followed_is_told_whole(store: StreamStore, stream: tuple[UUID, UUID]) -> None:
    async def scenario() -> list[Frame]:
        first = store.follow(*stream)
        task = asyncio.create_task(anext(first))
        await asyncio.sleep(0.05)
        await asyncio.to_thread(store.append, *stream, [TOKEN])
        assert await asyncio.wait_for(task, 10)
        await first.aclose()
        await asyncio.to_thread(store.append, *stream, [TOKEN, DONE])
        return await asyncio.wait_for(follow(store, stream, after=1), 10)

    assert [(frame.sequence, frame.event) for frame in asyncio.run(scenario())] == [(2, "token"), (3, "done")]


def test_two_writers_leave_no_gap_and_no_double(store: StreamStore, stream: tuple[UUID, UUID]) -> None:
    async def scenario() -> None:
        await asyncio.gather(*(asyncio.to_thread(store.append, *stream, [TOKEN, TOKEN]) for _ in range(20)))

    asyncio.run(scenario())
    assert [frame.sequence for frame in store.read(*stream)] == list(range(1, 41))


def test_processes_may_open_a_new_file_at_once(tmp_path: Path, stream: tuple[UUID, UUID]) -> None:
    async def scenario() -> None:
        stores = [EmbeddedStreams(tmp_path / "new.sqlite3") for _ in range(12)]
        await asyncio.gather(*(asyncio.to_thread(each.append, *stream, [TOKEN]) for each in stores))

    asyncio.run(scenario())
    assert len(EmbeddedStreams(tmp_path / "new.sqlite3").read(*stream)) == 12


def test_old_streams_are_forgotten(store: StreamStore, stream: tuple[UUID, UUID]) -> None:
    store.append(*stream, [TOKEN, DONE])
    assert store.prune(older_than_hours=1) == 0
    assert store.prune(older_than_hours=-1) == 2
    assert store.read(*stream) == []


def test_a_follower_hears_another_process(tmp_path: Path, stream: tuple[UUID, UUID]) -> None:
    """Only stores that outlive a process; the writer here is a real second one."""
    store = EmbeddedStreams(tmp_path / "streams.sqlite3")
    code = (
        "from pathlib import Path; from uuid import UUID; from rapport.streams.embedded import EmbeddedStreams as S;"
        f"S(Path({str(store.path)!r})).append(UUID({str(stream[0])!r}), UUID({str(stream[1])!r}), [('done', {{}})])"
    )

    async def scenario() -> list[Frame]:
        task = asyncio.create_task(follow(store, stream))
        writer = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stderr=subprocess.DEVNULL)
        await writer.wait()
        return await asyncio.wait_for(task, 20)

    assert [frame.event for frame in asyncio.run(scenario())] == ["done"]


def test_a_sealed_stream_holds_nothing_and_takes_nothing(store: StreamStore, stream: tuple[UUID, UUID]) -> None:
    tenant_id, turn_id = stream
    store.append(*stream, [TOKEN, TOKEN])
    other = uuid4()
    store.append(tenant_id, other, [TOKEN])
    assert store.count_frames(tenant_id, [turn_id]) == 2
    store.seal(tenant_id, [turn_id])
    store.append(*stream, [TOKEN, DONE])
    store.seal(tenant_id, [turn_id])
    assert store.count_frames(tenant_id, [turn_id]) == 0
    assert [frame.event for frame in store.read(*stream)] == ["error"]
    assert store.is_finished(*stream)
    assert store.count_frames(tenant_id) == store.count_frames(tenant_id, [other]) == 1


def test_who_follows_a_stream_that_is_sealed_sees_an_ending(store: StreamStore, stream: tuple[UUID, UUID]) -> None:
    store.append(*stream, [TOKEN, TOKEN])
    store.seal(stream[0], [stream[1]])
    frames = asyncio.run(follow(store, stream, after=2))
    assert [frame.event for frame in frames] == ["error"]


def test_a_stream_of_another_tenant_is_not_sealed(store: StreamStore, stream: tuple[UUID, UUID]) -> None:
    store.append(*stream, [TOKEN])
    store.seal(uuid4(), [stream[1]])
    assert store.count_frames(*stream[:1], [stream[1]]) == 1


def test_a_tenants_streams_go_together(store: StreamStore, stream: tuple[UUID, UUID]) -> None:
    kept = uuid4()
    store.append(*stream, [TOKEN])
    store.append(stream[0], uuid4(), [TOKEN, DONE])
    store.append(kept, stream[1], [TOKEN])
    store.delete_tenant(stream[0])
    assert store.count_frames(stream[0]) == 0
    assert store.read(*stream) == []
    assert store.count_frames(kept) == 1
