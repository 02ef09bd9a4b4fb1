"""What every event bus must do. A new bus joins by one more `params` entry of the fixture."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from rapport.events.bus import BusConsumer, EventBus, Message, Partition, Record
from rapport.events.embedded import EmbeddedLog
from rapport.events.errors import UnknownTopic
from rapport.events.topics import Topic

pytestmark = pytest.mark.django_db

TOPIC = Topic("contract.things", partitions=4)


@pytest.fixture(params=["embedded"])
def bus(request: pytest.FixtureRequest) -> EventBus:
    log = EmbeddedLog()
    log.prepare([TOPIC])
    return log


@pytest.fixture
def group() -> str:
    return f"group-{uuid4().hex[:8]}"


@pytest.fixture
def consumer(bus: EventBus, group: str) -> Iterator[BusConsumer]:
    opened = bus.consumer(group=group, topics=[TOPIC.name], member_id="a")
    yield opened
    opened.close()


def messages(*pairs: tuple[str, str]) -> list[Message]:
    return [Message(TOPIC.name, key, value.encode()) for key, value in pairs]


def read_all(consumer: BusConsumer) -> list[Record]:
    """Polls until nothing more comes."""
    records: list[Record] = []
    while found := consumer.poll(max_records=100, timeout_seconds=0):
        records += found
    return records


def next_offsets(records: list[Record]) -> dict[Partition, int]:
    return {record.partition: record.offset + 1 for record in records}


def test_records_arrive_as_they_were_sent(bus: EventBus, consumer: BusConsumer) -> None:
    bus.append([Message(TOPIC.name, "k", b"\xff not json", {"reason": "a header"})])
    (record,) = read_all(consumer)
    assert (record.key, record.value, dict(record.headers)) == ("k", b"\xff not json", {"reason": "a header"})
    assert record.partition.topic == TOPIC.name


def test_one_key_has_one_partition_and_keeps_its_order(bus: EventBus, consumer: BusConsumer) -> None:
    for number in range(30):
        bus.append(messages(("a", f"a{number}"), ("b", f"b{number}"), ("c", f"c{number}")))
    records = read_all(consumer)
    for key in "abc":
        mine = [record for record in records if record.key == key]
        assert [record.value.decode() for record in mine] == [f"{key}{number}" for number in range(30)]
        assert len({record.partition for record in mine}) == 1


def test_keys_spread_over_partitions(bus: EventBus, consumer: BusConsumer) -> None:
    bus.append(messages(*[(f"key-{number}", "v") for number in range(100)]))
    assert len({record.partition for record in read_all(consumer)}) == TOPIC.partitions


def test_offsets_grow_within_a_partition(bus: EventBus, consumer: BusConsumer) -> None:
    bus.append(messages(*[("k", str(number)) for number in range(5)]))
    bus.append(messages(("k", "5")))
    offsets = [record.offset for record in read_all(consumer)]
    assert offsets == sorted(set(offsets))


def test_a_poll_takes_no_more_than_it_is_asked_for(bus: EventBus, consumer: BusConsumer) -> None:
    bus.append(messages(*[("k", str(number)) for number in range(5)]))
    assert len(consumer.poll(max_records=2, timeout_seconds=0)) == 2
    assert len(read_all(consumer)) == 3


def test_no_partition_starves(bus: EventBus, consumer: BusConsumer) -> None:
    bus.append(messages(*[(f"key-{number}", "v") for number in range(400)]))
    seen = {record.partition for _ in range(8) for record in consumer.poll(max_records=10, timeout_seconds=0)}
    assert len(seen) == TOPIC.partitions


def test_a_group_goes_on_where_it_committed(bus: EventBus, group: str) -> None:
    bus.append(messages(*[("k", str(number)) for number in range(4)]))
    first = bus.consumer(group=group, topics=[TOPIC.name], member_id="a")
    first.commit(next_offsets(first.poll(max_records=2, timeout_seconds=0)))
    read_all(first)  # read, never committed
    first.close()
    second = bus.consumer(group=group, topics=[TOPIC.name], member_id="b")
    assert [record.value for record in read_all(second)] == [b"2", b"3"]
    second.close()


def test_groups_do_not_disturb_each_other(bus: EventBus, consumer: BusConsumer, group: str) -> None:
    bus.append(messages(("k", "v")))
    consumer.commit(next_offsets(read_all(consumer)))
    other = bus.consumer(group=f"{group}-other", topics=[TOPIC.name], member_id="a")
    assert len(read_all(other)) == 1
    other.close()


def test_a_paused_partition_is_left_out_and_kept(bus: EventBus, consumer: BusConsumer) -> None:
    bus.append(messages(("k", "v")))
    consumer.poll(max_records=0, timeout_seconds=0)
    consumer.pause(consumer.assignment())
    assert read_all(consumer) == []
    assert len(consumer.assignment()) == TOPIC.partitions
    consumer.resume(consumer.assignment())
    assert len(read_all(consumer)) == 1


def test_seeking_replays(bus: EventBus, consumer: BusConsumer) -> None:
    bus.append(messages(*[("k", str(number)) for number in range(3)]))
    records = read_all(consumer)
    consumer.seek(records[0].partition, records[1].offset)
    assert [record.value for record in read_all(consumer)] == [b"1", b"2"]


def test_lag_counts_what_is_unread(bus: EventBus, consumer: BusConsumer) -> None:
    consumer.poll(max_records=0, timeout_seconds=0)
    bus.append(messages(*[("k", str(number)) for number in range(3)]))
    assert sum(consumer.lag().values()) == 3
    read_all(consumer)
    assert sum(consumer.lag().values()) == 0


def test_appending_to_a_topic_that_no_one_declared_is_an_error(bus: EventBus) -> None:
    with pytest.raises(UnknownTopic):
        bus.append([Message("contract.nothing", "k", b"v")])


def test_preparing_twice_changes_nothing_and_more_partitions_may_come(bus: EventBus, group: str) -> None:
    bus.append(messages(("k", "v")))
    bus.prepare([TOPIC, Topic(TOPIC.name, partitions=6)])
    consumer = bus.consumer(group=group, topics=[TOPIC.name], member_id="a")
    assert len(read_all(consumer)) == 1
    assert len(consumer.assignment()) == 6
    consumer.close()
