"""A worker that hears nothing although it is called is noticed; one that works, or whom no one calls, is not."""

import pytest

from rapport.events.hearing import DEAF_LOOKS, Hearing
from rapport.redis_address import read_redis_address
from tests.redis_server import OwnRedis
from tests.redis_server import own_redis as own_redis

pytestmark = pytest.mark.server


@pytest.fixture
def hearing(own_redis: OwnRedis) -> Hearing:
    return Hearing(read_redis_address("CELERY_BROKER_URL", f"{own_redis.url}?prefix=ears."), ["live", "bulk"])


def call(own_redis: OwnRedis, queue: str = "bulk") -> None:
    read_redis_address("CELERY_BROKER_URL", own_redis.url).client().rpush(f"ears.{queue}", "ring")


def looks(hearing: Hearing) -> list[bool]:
    return [hearing.is_deaf() for _ in range(DEAF_LOOKS + 1)]


def test_who_is_called_and_does_nothing_is_deaf(hearing: Hearing, own_redis: OwnRedis) -> None:
    call(own_redis)
    assert looks(hearing) == [False] * DEAF_LOOKS + [True]


def test_who_is_not_called_is_not(hearing: Hearing, own_redis: OwnRedis) -> None:
    call(own_redis, "ingest")
    assert not any(looks(hearing))


def test_who_works_is_not(hearing: Hearing, own_redis: OwnRedis) -> None:
    call(own_redis)
    hearing.begin()
    assert not any(looks(hearing)), "one long task"
    hearing.end()
    for _ in range(DEAF_LOOKS + 2):
        hearing.begin()
        hearing.end()
        assert not hearing.is_deaf(), "many short ones"


def test_a_redis_that_is_away_says_nothing(hearing: Hearing, own_redis: OwnRedis) -> None:
    own_redis.kill()
    assert not any(looks(hearing))
