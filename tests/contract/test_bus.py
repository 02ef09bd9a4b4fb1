"""What every event bus must do. A new bus joins by one more `params` entry of the fixture.

Across a network news takes a moment: the tests wait for what must come, and a short while for what must not.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from rapport.events.bus import BusConsumer, EventBus, Message, Partition, Record
from rapport.events.embedded import EmbeddedLog
from rapport.events.errors import UnknownTopic
from rapport.events.kafka_address import read_kafka_address
from rapport.events.kafka_bus import KafkaBus
from rapport.events.topics import Topic

pytestmark = pytest.mark.django_db

TOPIC = Topic("contract.things", partitions=4)


PATIENCE_SECONDS = 60.0


@pytest.fixture(params=["embedded", pytest.param("kafka", marks=pytest.mark.server)])
def bus(request: pytest.FixtureRequest) -> Iterator[EventBus]:
    bus: EventBus = EmbeddedLog()
    if request.param == "kafka":
        bus = KafkaBus(read_kafka_address(request.getfixturevalue("kafka_url")), retention_hours=1)
    bus.prepare([TOPIC])
    yield bus
    bus.close()


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


def join(consumer: BusConsumer) -> BusConsumer:
    """Polls until it has been given partitions."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not consumer.assignment() and time.monotonic() < deadline:
        consumer.poll(max_records=0, timeout_seconds=0.2)
    assert consumer.assignment()
    return consumer


def read_all(consumer: BusConsumer) -> list[Record]:
    """Polls until nothing is left behind."""
    records: list[Record] = []
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not consumer.assignment() or any(consumer.lag().values()):
        records += consumer.poll(max_records=100, timeout_seconds=0.2)
        assert time.monotonic() < deadline
    return records


def read_some(consumer: BusConsumer, count: int) -> list[Record]:
    """Polls for at most so many until something comes."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := consumer.poll(max_records=count, timeout_seconds=0.2)):
        assert time.monotonic() < deadline
    return found


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
    assert 1 <= (count := len(read_some(consumer, 2))) <= 2
    assert len(read_all(consumer)) == 5 - count


def test_no_partition_starves(bus: EventBus, consumer: BusConsumer) -> None:
    bus.append([Message(TOPIC.name, "busy", b"x" * 1000) for _ in range(2000)])
    bus.append(messages(*[(f"key-{number}", "v") for number in range(20)]))
    seen: set[Partition] = set()
    read = 0
    while len(seen) < TOPIC.partitions:
        found = read_some(consumer, 50)
        read += len(found)
        seen |= {record.partition for record in found}
    assert read < 1000


def test_a_group_goes_on_where_it_committed(bus: EventBus, group: str) -> None:
    bus.append(messages(*[("k", str(number)) for number in range(4)]))
    first = bus.consumer(group=group, topics=[TOPIC.name], member_id="a")
    first.commit(next_offsets(taken := read_some(first, 2)))
    read_all(first)  # read, never committed
    first.close()
    second = bus.consumer(group=group, topics=[TOPIC.name], member_id="b")
    assert [record.value for record in read_all(second)] == [b"0", b"1", b"2", b"3"][len(taken) :]
    second.close()


def test_groups_do_not_disturb_each_other(bus: EventBus, consumer: BusConsumer, group: str) -> None:
    bus.append(messages(("k", "v")))
    consumer.commit(next_offsets(read_all(consumer)))
    other = bus.consumer(group=f"{group}-other", topics=[TOPIC.name], member_id="a")
    assert len(read_all(other)) == 1
    other.close()


def test_a_paused_partition_is_left_out_and_kept(bus: EventBus, consumer: BusConsumer) -> None:
    bus.append(messages(("k", "v")))
    join(consumer)
    consumer.pause(consumer.assignment())
    assert [consumer.poll(max_records=100, timeout_seconds=0.1) for _ in range(5)] == [[]] * 5
    assert len(consumer.assignment()) == TOPIC.partitions
    consumer.resume(consumer.assignment())
    assert len(read_all(consumer)) == 1


def test_seeking_replays(bus: EventBus, consumer: BusConsumer) -> None:
    bus.append(messages(*[("k", str(number)) for number in range(3)]))
    records = read_all(consumer)
    consumer.seek(records[0].partition, records[1].offset)
    assert [record.value for record in read_all(consumer)] == [b"1", b"2"]


def test_lag_counts_what_is_unread(bus: EventBus, consumer: BusConsumer) -> None:
    join(consumer)
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


def test_members_share_the_partitions_and_take_over(bus: EventBus, group: str) -> None:
    members = [bus.consumer(group=group, topics=[TOPIC.name], member_id=name) for name in "ab"]
    settle(*members)
    first, second = (member.assignment() for member in members)
    assert (len(first), len(second), first & second) == (2, 2, frozenset())
    members[0].close()
    settle(members[1])
    assert len(members[1].assignment()) == 4
    members[1].close()


def test_a_member_that_lost_a_partition_cannot_commit_it(bus: EventBus, group: str) -> None:
    bus.append(messages(*[(f"key-{number}", "v") for number in range(40)]))
    slow = bus.consumer(group=group, topics=[TOPIC.name], member_id="a")
    records = read_all(slow)
    new = bus.consumer(group=group, topics=[TOPIC.name], member_id="b")
    settle(slow, new)
    slow.commit(next_offsets(records))  # counts only for what it still holds
    slow.close()
    settle(new)
    kept = {record.partition for record in read_all(new)}
    assert len(kept) == 2
    new.close()


def test_what_is_declared_is_compared_with_what_is_there(bus: EventBus) -> None:
    wanted = [Topic("contract.nothing"), Topic(TOPIC.name, partitions=6)]
    assert [(state.name, state.declared, state.partitions) for state in bus.describe(wanted)] == [
        ("contract.nothing", 4, 0),
        (TOPIC.name, 6, 4),
    ]


def test_a_reader_outside_the_groups_reads_a_stretch(bus: EventBus, consumer: BusConsumer) -> None:
    bus.append(messages(*[("k", str(number)) for number in range(5)]))
    records = read_all(consumer)
    consumer.commit(next_offsets(records))
    (partition,) = {record.partition for record in records}
    assert [record.value for record in bus.read({partition: records[3].offset})] == [b"3", b"4"]
    assert list(bus.read({partition: 0})) == records
    assert list(bus.read({partition: records[-1].offset + 1})) == []
    assert read_all(consumer) == []


def test_offsets_are_found_by_time(bus: EventBus, consumer: BusConsumer) -> None:
    bus.append(messages(("k", "old")))
    time.sleep(0.05)
    moment = datetime.now(UTC)
    time.sleep(0.05)
    bus.append(messages(("k", "new"), ("k", "newer")))
    start = bus.offsets_since([TOPIC.name], moment)
    assert len(start) == TOPIC.partitions
    assert [record.value for record in bus.read(start)] == [b"new", b"newer"]
    assert list(bus.read(bus.offsets_since([TOPIC.name], datetime.now(UTC) + timedelta(hours=1)))) == []


def test_lag_is_seen_from_outside(bus: EventBus, consumer: BusConsumer, group: str) -> None:
    bus.append(messages(*[(f"key-{number}", "v") for number in range(20)]))
    assert sum(bus.group_lag(group, [TOPIC.name]).values()) == 20
    records = read_all(consumer)
    consumer.commit(next_offsets(records[:-1]))
    rest = bus.group_lag(group, [TOPIC.name])
    assert (len(rest), rest[records[-1].partition] >= 1) == (TOPIC.partitions, True)
    consumer.commit(next_offsets(records))
    assert sum(bus.group_lag(group, [TOPIC.name]).values()) == 0


def settle(*members: BusConsumer) -> None:
    """Polls all of them, as their threads would, until they share all partitions out among them."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        for member in members:
            member.poll(max_records=0, timeout_seconds=0.5)
        held = [len(member.assignment()) for member in members]
        if sum(held) == TOPIC.partitions and all(held):
            return
    raise AssertionError(f"The members hold {held}.")
