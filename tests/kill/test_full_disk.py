"""The broker's disk runs full: events wait in the database, the health page says where to look, and then all arrive."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from rapport.errors import Unavailable
from rapport.events import topics
from rapport.events.checks import check_relay
from rapport.events.consumer import InboxConsumer
from rapport.events.kafka_address import read_kafka_address
from rapport.events.kafka_bus import KafkaBus
from rapport.events.models import InboxEvent, OutboxEvent
from rapport.events.relay import Relay
from rapport.events.topics import DEAD_LETTERS, Topic, subscribe
from rapport.events.watchdog import ConsumerStuck
from rapport.ids import new_id
from tests.own_kafka import OwnKafka
from tests.rapport.events.conftest import LISTENER, TOPIC, TYPE, make, send
from tests.running import wait_until

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.django_db]

SIZE_MB = 48


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "tmpfs", str(folder)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def kafka(disk: Path, tmp_path: Path) -> Iterator[OwnKafka]:
    kafka = OwnKafka(tmp_path, data=disk / "data")
    try:
        kafka.start()
        yield kafka
    finally:
        kafka.kill()


def fill(disk: Path) -> Path:
    """To the last byte."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(os.urandom(64 * 1024)):
                pass
        except OSError:
            return filler
    raise AssertionError("the disk has no end")


def test_events_wait_for_room_on_the_brokers_disk(kafka: OwnKafka, disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topics, "_topics", {name: Topic(name, 1) for name in (TOPIC, DEAD_LETTERS)})
    subscribe(LISTENER, topic=TOPIC, types={TYPE})(lambda event: None)
    tenant = UUID(str(new_id()))
    address = read_kafka_address(f"kafka://127.0.0.1:{kafka.port}")
    bus = KafkaBus(address, retention_hours=1)
    relay = Relay(bus)
    send(make(tenant, "key", 0))
    wait_until(lambda: relay.step() > 0 and not waiting(), seconds=60)

    filler = fill(disk)
    for number in range(1, 21):
        send(make(tenant, "key", number))
    relay.step()
    assert waiting() == 20, "what the broker did not take is not marked as published"
    with pytest.raises(Unavailable, match=r"^EVENTS_URL: .*events wait in the database until then"):
        check_relay()
    wait_until(lambda: not kafka.is_running, seconds=60)  # so it does when its only disk fails
    assert "No space left on device" in kafka.log

    filler.unlink()
    kafka.start()
    wait_until(lambda: relay.step() > 0 and not waiting(), seconds=60)
    check_relay()
    consumer = InboxConsumer(bus, member_id="test")
    hindrances: list[str] = []

    def has_all() -> bool:
        try:
            consumer.run_once(timeout_seconds=0.2)
        except (Unavailable, ConsumerStuck) as error:  # a broker that has just started
            hindrances.append(f"{type(error).__name__}: {error}")
            return False
        return InboxEvent.objects.count() == 21

    try:
        wait_until(has_all, seconds=50)  # a member that got stuck is replaced after thirty
    except TimeoutError:
        pytest.fail(
            f"{InboxEvent.objects.count()} of 21 came; {hindrances[-3:]}; {kafka.is_running=}\n{kafka.log[-3000:]}"
        )
    consumer.close()
    bus.close()


def waiting() -> int:
    return OutboxEvent.objects.filter(published_at=None).count()
