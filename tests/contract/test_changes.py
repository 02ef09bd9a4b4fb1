"""What every board of changes must do. A new one joins by one more `params` entry of the fixture."""

import asyncio
import subprocess
import sys
from uuid import UUID, uuid4

import pytest

from rapport.config import get_config
from rapport.events.doorbell import ring
from rapport.redis_address import read_redis_address
from rapport.streams.change_reader import follow_changes
from rapport.streams.changes import BELL, Change, ChangeBoard
from rapport.streams.embedded_changes import EmbeddedChanges
from rapport.streams.redis_changes import RedisChanges


@pytest.fixture(params=["embedded", pytest.param("redis", marks=pytest.mark.server)])
def board(request: pytest.FixtureRequest) -> ChangeBoard:
    if request.param == "redis":
        return RedisChanges(read_redis_address("STREAMS_URL", request.getfixturevalue("redis_url")))
    return EmbeddedChanges(get_config().data_dir / f"changes-{uuid4().hex[:8]}.sqlite3")


@pytest.fixture
def tenant() -> UUID:
    return uuid4()


def test_numbers_grow_and_topics_keep_theirs(board: ChangeBoard, tenant: UUID) -> None:
    assert board.numbers([tenant]) == {tenant: {}}
    board.touch(tenant, ["calls", "documents"])
    first = board.numbers([tenant])[tenant]
    assert first["calls"] == first["documents"] > 1_700_000_000_000
    board.touch(tenant, ["calls"])
    board.touch(tenant, ["calls"])
    then = board.numbers([tenant])[tenant]
    assert (then["documents"], then["calls"] >= first["calls"] + 2) == (first["documents"], True)


def test_a_stranger_finds_nothing_and_deletes_nothing(board: ChangeBoard, tenant: UUID) -> None:
    board.touch(tenant, ["calls"])
    stranger = uuid4()
    assert board.numbers([stranger]) == {stranger: {}}
    board.delete_tenant(stranger)
    assert board.numbers([tenant])[tenant]
    board.delete_tenant(tenant)
    assert board.numbers([tenant]) == {tenant: {}}


def test_a_follower_hears_what_it_missed_and_what_comes_and_nobody_elses(board: ChangeBoard, tenant: UUID) -> None:
    board.touch(tenant, ["documents"])
    known = board.numbers([tenant])[tenant]["documents"]
    board.touch(tenant, ["calls"])

    async def hear() -> list[Change | None]:
        changes = follow_changes(board, tenant, after=known, heartbeat_seconds=20)
        heard = [await anext(changes)]
        board.touch(uuid4(), ["approvals"])
        board.touch(tenant, ["conversations"])
        ring(BELL)
        heard.append(await anext(changes))
        await changes.aclose()
        return heard

    assert [each and set(each.topics) for each in asyncio.run(hear())] == [{"calls"}, {"conversations"}]


def test_another_process_is_heard(tenant: UUID) -> None:
    board = EmbeddedChanges(get_config().data_dir / f"changes-{uuid4().hex[:8]}.sqlite3")
    touch = (
        "import sys, pathlib, uuid; from rapport.streams.embedded_changes import EmbeddedChanges;"
        "EmbeddedChanges(pathlib.Path(sys.argv[1])).touch(uuid.UUID(sys.argv[2]), ['calls'])"
    )

    async def hear() -> Change | None:
        changes = follow_changes(board, tenant, after=0, heartbeat_seconds=30)
        assert await anext(changes) == Change(0)
        subprocess.run([sys.executable, "-c", touch, str(board.path), str(tenant)], check=True)
        heard = await anext(changes)
        await changes.aclose()
        return heard

    heard = asyncio.run(hear())
    assert heard is not None
    assert heard.topics == {"calls"}
