"""Redis named by a setting: what a wrong address, a wrong password and a dead server are told as."""

import pytest

from rapport.config import ConfigError
from rapport.redis_address import RedisAddress, RedisUnavailable, check_redis, read_redis_address
from tests.servers import address


def test_the_prefix_is_ours_and_the_rest_the_clients() -> None:
    found = read_redis_address("STREAMS_URL", "redis://:secret@cache.intern:6380/2?prefix=a.&protocol=3")
    assert (found.prefix, found.place) == ("a.", "cache.intern:6380")
    assert found.url == "redis://:secret@cache.intern:6380/2?protocol=3"
    assert "secret" not in repr(found)


def test_an_address_without_a_host_names_the_setting() -> None:
    with pytest.raises(ConfigError, match="STREAMS_URL names no host"):
        read_redis_address("STREAMS_URL", "redis:///0")


def test_a_server_that_is_not_there_says_what_to_do() -> None:
    with pytest.raises(RedisUnavailable, match=r"127\.0\.0\.1:1 does not answer.*STREAMS_URL"):
        check_redis(RedisAddress("STREAMS_URL", "redis://127.0.0.1:1/0"))


@pytest.mark.server
def test_a_real_server_is_ready() -> None:
    check_redis(read_redis_address("CELERY_BROKER_URL", address("CELERY_BROKER_URL")), keeps_tasks=True)


@pytest.mark.server
def test_a_wrong_password_names_the_setting_and_never_shows_it() -> None:
    right = read_redis_address("STREAMS_URL", address("STREAMS_URL"))
    for url in (f"redis://:wrong-one@{right.place}/0", f"redis://{right.place}/0"):
        with pytest.raises(RedisUnavailable, match="refuses the password in STREAMS_URL") as caught:
            check_redis(RedisAddress("STREAMS_URL", url))
        assert "wrong-one" not in caught.value.message
