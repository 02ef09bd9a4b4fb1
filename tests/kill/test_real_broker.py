"""The real processes on a real Redis and a real Kafka, killed in the middle: nothing lost or doubled, all in order."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.kill.test_kill import KEYS, SECONDS, copied, empty_database, order_is_kept
from tests.redis_server import OwnRedis
from tests.redis_server import own_redis as own_redis
from tests.running import Running, wait_until

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.timeout(300)]

assert empty_database  # a fixture of that module, used here too


@pytest.fixture
def running(empty_database: Path, own_redis: OwnRedis, kafka_url: str) -> Iterator[Running]:
    environment = {
        "LEASE_SECONDS": "3",
        "CELERY_BROKER_URL": f"{own_redis.url}?prefix=kill.",
        "EVENTS_URL": kafka_url,
    }
    with copied(empty_database) as folder, Running(folder, only="worker,ingest,events", environment=environment) as up:
        yield up


def test_every_process_and_the_broker_may_die(running: Running, own_redis: OwnRedis) -> None:
    tenant = str(uuid4())
    for start, victim in ((0, "worker"), (30, "redis"), (60, "events"), (90, "worker")):
        running.publish(tenant, KEYS, range(start, start + 30))
        wait_until(lambda start=start: len(running.effects()) > start * len(KEYS), seconds=SECONDS)  # type: ignore[misc]
        if victim == "redis":
            own_redis.kill()
            own_redis.start()
        else:
            running.kill(victim)
    wait_until(lambda: len(running.effects()) >= 120 * len(KEYS), seconds=SECONDS)
    wait_until(lambda: running.pending() == 0, seconds=SECONDS)
    effects = running.effects()
    assert len(effects) == len(set(effects)) == 120 * len(KEYS)
    assert order_is_kept(effects)


def test_an_event_that_kills_its_worker_takes_no_other_key_down(running: Running) -> None:
    tenant = str(uuid4())
    running.publish(tenant, ["deadly"], range(1), kind="touchy")
    running.publish(tenant, KEYS, range(10), kind="touchy")
    wait_until(lambda: len(running.effects()) == 10 * len(KEYS), seconds=SECONDS)
    assert order_is_kept(running.effects())
    wait_until(lambda: running.dead() == ["worker_died"], seconds=SECONDS)
    assert running.pending() == 0
    assert sorted(running.attempts("tests.touchy")) == [0] * 10 * len(KEYS) + [2], "no other is blamed"


def test_while_the_broker_is_away_events_wait_and_then_all_are_handled(running: Running, own_redis: OwnRedis) -> None:
    own_redis.kill()
    running.publish(str(uuid4()), KEYS, range(20))
    wait_until(lambda: running.arrived() == 20 * len(KEYS), seconds=SECONDS)
    assert running.effects() == []
    own_redis.start()
    wait_until(lambda: len(running.effects()) == 20 * len(KEYS), seconds=SECONDS)
    assert order_is_kept(running.effects())
