"""Rings between machines: heard there, not doubled here, and never in the way of whoever rings."""

import threading
import time
from collections.abc import Iterator

import pytest

from rapport.events import far_bells
from rapport.events.doorbell import Bell
from rapport.events.identity import machine_name
from rapport.events.loops import BellsLoop
from rapport.redis_address import RedisAddress, RedisUnavailable, read_redis_address
from tests.redis_server import OwnRedis
from tests.redis_server import own_redis as own_redis
from tests.running import wait_until

pytestmark = pytest.mark.server


@pytest.fixture
def address(own_redis: OwnRedis, monkeypatch: pytest.MonkeyPatch) -> RedisAddress:
    found = read_redis_address("CELERY_BROKER_URL", f"{own_redis.url}?prefix=bells.")
    monkeypatch.setattr(far_bells, "_address", lambda: found)
    monkeypatch.setattr(far_bells, "_rests_until", 0.0)
    far_bells._ringer.cache_clear()
    return found


@pytest.fixture
def listening(address: RedisAddress) -> Iterator[None]:
    stopping = threading.Event()

    def listen() -> None:
        listener = far_bells.Listener()
        while not stopping.is_set():
            listener.hear()
        listener.close()

    thread = threading.Thread(target=listen)
    thread.start()
    with address.client() as client:
        wait_until(lambda: client.pubsub_numsub("bells.bells")[0][1] == 1, seconds=10)
    yield
    stopping.set()
    thread.join(5)
    assert not thread.is_alive()


def test_a_ring_of_another_machine_is_rung_here(address: RedisAddress, listening: None) -> None:
    with Bell("far") as bell, address.client() as client:
        client.publish("bells.bells", "another#1\nfar")
        assert bell.wait(5)


def test_our_own_ring_does_not_come_back(address: RedisAddress, listening: None) -> None:
    with Bell("far") as bell, address.client() as client:
        far_bells.ring_elsewhere("far")
        client.publish("bells.bells", f"{machine_name()}\nfar")
        assert not bell.wait(0.3)


def test_a_redis_that_is_away_holds_no_one_up(address: RedisAddress, own_redis: OwnRedis) -> None:
    own_redis.kill()
    started = time.monotonic()
    for _ in range(1000):
        far_bells.ring_elsewhere("far")
    assert far_bells._rests_until > started, "it is not tried again for each"
    listener = far_bells.Listener()
    with pytest.raises(RedisUnavailable, match="CELERY_BROKER_URL"):
        listener.hear()
    own_redis.start()
    listener.hear()
    listener.close()


def test_each_step_of_the_loop_comes_back(address: RedisAddress) -> None:
    """A loop whose step takes too long is taken for stuck, and its process ended."""
    loop = BellsLoop()
    loop.open()
    for _ in range(2):
        loop.step()
    loop.close()
