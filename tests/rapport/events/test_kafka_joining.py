"""A member whose polls are too short to see a join through: joins end while nobody polls."""

import time
from collections.abc import Iterator

import pytest

from rapport.events import kafka_consumer
from rapport.events.bus import BusConsumer
from rapport.events.kafka_address import read_kafka_address
from rapport.events.kafka_bus import KafkaBus
from rapport.events.topics import Topic
from tests.running import wait_until

pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]

TOPIC = "joining.things"


@pytest.fixture
def bus(kafka_url: str) -> Iterator[KafkaBus]:
    bus = KafkaBus(read_kafka_address(kafka_url), retention_hours=1)
    yield bus
    bus.close()


def holds(member: BusConsumer, count: int) -> bool:
    member.poll(max_records=0, timeout_seconds=0.001)
    time.sleep(0.3)  # whatever is under way ends now
    return len(member.assignment()) == count


def test_a_join_that_ends_between_two_polls_counts(bus: KafkaBus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kafka_consumer, "METADATA_MS", 300)
    bus.prepare([Topic(TOPIC, partitions=2)])
    member = bus.consumer(group="short", topics=[TOPIC], member_id="a")
    wait_until(lambda: holds(member, 2), seconds=20)
    bus.prepare([Topic(TOPIC, partitions=3)])
    wait_until(lambda: holds(member, 3), seconds=20)
    member.close()


def test_members_share_though_none_sees_a_join_through(bus: KafkaBus) -> None:
    bus.prepare([Topic(TOPIC, partitions=2)])
    members = [bus.consumer(group="two", topics=[TOPIC], member_id=name) for name in "ab"]
    wait_until(lambda: sum(holds(member, 1) for member in members) == 2, seconds=30)
    for member in members:
        member.close()
