"""kill -9 in the middle of a delivery: none is lost, all are in order, and what comes twice has the same webhook-id."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.kill.test_kill import copied, empty_database
from tests.redis_server import OwnRedis
from tests.redis_server import own_redis as own_redis
from tests.running import ROOT, Running, wait_until
from tests.tenants.webhooks.receiver import Receiver, receiving

SECONDS = 60.0
COUNT = 8

assert empty_database  # a fixture of that module, used here too


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as started:
        yield started


def settings(receiver: Receiver) -> dict[str, str]:
    return {"LEASE_SECONDS": "3", "OUTBOUND_ALLOWED_PRIVATE_HOSTS": f"127.0.0.1:{receiver.port}"}


def call(running: Running, *words: str) -> Any:
    command = [sys.executable, "-m", "tests.kill.hooking", *words]
    done = subprocess.run(command, cwd=ROOT, env=running.environment, capture_output=True, check=True)
    return json.loads(done.stdout or "{}")


def deliver_through_deaths(running: Running, receiver: Receiver, *victims: str) -> None:
    made = call(running, "add", receiver.url)
    receiver.secrets.append(made["secret"])
    receiver.seconds = 2.0
    call(running, "tell", made["tenant"], str(COUNT))
    for victim in victims:
        before = receiver.requests
        wait_until(lambda before=before: receiver.requests > before, seconds=SECONDS)  # type: ignore[misc]
        running.kill(victim)  # while the receiver takes its time over an answer
    receiver.seconds = 0.0
    wait_until(lambda: len(set(receiver.ids())) == COUNT, seconds=SECONDS)
    wait_until(lambda: running.pending() == 0, seconds=SECONDS)
    first_times = list(dict.fromkeys(each["data"]["id"] for each in receiver.got))
    assert first_times == [f"doc_{number}" for number in range(COUNT)]
    assert len(receiver.ids()) > COUNT, "nobody died in the middle of one"


def test_a_worker_that_dies_in_the_middle_delivers_again(empty_database: Path, receiver: Receiver) -> None:
    with copied(empty_database) as folder, Running(folder, environment=settings(receiver)) as running:
        deliver_through_deaths(running, receiver, "worker", "worker")


@pytest.mark.server
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_through_kafka_and_redis_as_well(
    empty_database: Path, receiver: Receiver, own_redis: OwnRedis, kafka_url: str
) -> None:
    environment = {
        **settings(receiver),
        "CELERY_BROKER_URL": f"{own_redis.url}?prefix=hooks.",
        "EVENTS_URL": kafka_url,
    }
    with (
        copied(empty_database) as folder,
        Running(folder, only="worker,ingest,events", environment=environment) as running,
    ):
        deliver_through_deaths(running, receiver, "worker", "events", "worker")
