"""What goes wrong with Kafka itself, seen by the processes that use it: one sentence, and nothing lost or drained."""

import json
import socket
from collections.abc import Iterator, Sequence
from uuid import UUID

import pytest

from rapport.errors import Unavailable
from rapport.events import topics
from rapport.events.bus import Message, Partition
from rapport.events.checks import check_consumer, check_relay
from rapport.events.consumer import InboxConsumer
from rapport.events.errors import BusUnavailable
from rapport.events.kafka_address import read_kafka_address
from rapport.events.kafka_bus import KafkaBus
from rapport.events.models import InboxEvent, OutboxEvent, Role
from rapport.events.relay import Relay
from rapport.events.topics import DEAD_LETTERS, INBOX_GROUP, Topic, subscribe
from tests.rapport.events.conftest import LISTENER, TOPIC, TYPE, make, send
from tests.running import wait_until

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(400)]

SECONDS = 120.0  # a busy broker may take a minute until a new group has its first record


@pytest.fixture(autouse=True)
def _listener(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topics, "_topics", {name: Topic(name, 1 + (name == TOPIC)) for name in (TOPIC, DEAD_LETTERS)})
    subscribe(LISTENER, topic=TOPIC, types={TYPE})(lambda event: None)


def test_a_broker_that_does_not_answer_is_one_sentence_on_the_health_page(tenant: UUID) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{free.getsockname()[1]}"
        bus = KafkaBus(read_kafka_address(f"kafka://{place}"), retention_hours=1)
        send(make(tenant))
        Relay(bus).step()
        with pytest.raises(BusUnavailable):
            InboxConsumer(bus, member_id="test", stuck_seconds=SECONDS).step(timeout_seconds=0)
    said = (
        f"EVENTS_URL: no broker answers at {place}. Start it, or correct the address; events wait in the database "
        "until then."
    )
    for check in (check_relay, check_consumer):
        with pytest.raises(Unavailable) as caught:
            check()
        assert caught.value.message == said
    assert OutboxEvent.objects.filter(published_at=None).count() == 1
    bus.close()


@pytest.fixture
def bus(kafka_url: str) -> Iterator[KafkaBus]:
    bus = KafkaBus(read_kafka_address(kafka_url), retention_hours=1)
    bus.prepare(topics.all_topics())
    yield bus
    bus.close()


def bad(count: int) -> list[Message]:
    return [Message(TOPIC, "bad", b"not even JSON")] * count


def good(tenant: UUID, count: int, *, beside_bad: bool) -> list[Message]:
    """In the bad ones' partition, or in the other."""
    key = next(
        key for key in map(str, range(100)) if (_partition(tenant, key) == _partition(None, "bad")) is beside_bad
    )
    events = [make(tenant, key, number) for number in range(count)]
    return [Message(TOPIC, f"{tenant}:{key}", json.dumps(event.to_json()).encode()) for event in events]


def _partition(tenant: UUID | None, key: str) -> int:
    from rapport.events.kafka_bus import _hash

    return _hash(f"{tenant}:{key}" if tenant else key) % 2


def in_a_row(tenant: UUID) -> list[Message]:
    return [*bad(30), *good(tenant, 5, beside_bad=True)]


def too_large_a_share(tenant: UUID) -> list[Message]:
    """One in ten."""
    whole = good(tenant, 360, beside_bad=True)
    return [each for start in range(0, 360, 9) for each in (*bad(1), *whole[start : start + 9])]


@pytest.mark.server
@pytest.mark.parametrize("spoil", [in_a_row, too_large_a_share])
def test_too_many_bad_records_stop_their_partition_and_no_other(bus: KafkaBus, tenant: UUID, spoil: object) -> None:
    """A deployment that reads everything wrongly must not drain the topic into the dead letters."""
    spoilt: Sequence[Message] = spoil(tenant)  # type: ignore[operator]
    beside = good(tenant, 5, beside_bad=False)
    bus.append([*spoilt, *beside])
    consumer = InboxConsumer(bus, member_id="test", stuck_seconds=SECONDS)
    halted = Partition(TOPIC, _partition(None, "bad"))
    wait_until(lambda: consumer.run_once(timeout_seconds=0.2) == 0 and is_halted(), seconds=SECONDS)
    other = Partition(TOPIC, 1 - halted.number)
    wait_until(
        lambda: consumer.run_once(timeout_seconds=0.2) == 0 and not bus.group_lag(INBOX_GROUP, [TOPIC])[other],
        seconds=60,
    )
    left = bus.group_lag(INBOX_GROUP, [TOPIC])[halted]
    letters = len(list(bus.read({Partition(DEAD_LETTERS, 0): 0})))
    assert left > len(spoilt) // 3, "what follows the limit stays in the log"
    assert letters <= len(spoilt) - left
    key = beside[0].key.partition(":")[2]
    assert InboxEvent.objects.filter(key=key).count() == len(beside)
    consumer.step(timeout_seconds=0)
    with pytest.raises(Unavailable, match=rf"{TOPIC}/{halted.number} stopped at .* restart `manage.py events`"):
        check_consumer()
    consumer.close()


def is_halted() -> bool:
    return "stopped at" in Role.objects.get(name=f"consumer:{INBOX_GROUP}").trouble


@pytest.mark.server
def test_one_bad_record_among_good_ones_blocks_nobody(bus: KafkaBus, tenant: UUID) -> None:
    bus.append([*bad(1), *good(tenant, 5, beside_bad=True), *good(tenant, 5, beside_bad=False)])
    consumer = InboxConsumer(bus, member_id="test", stuck_seconds=SECONDS)

    def is_read() -> bool:
        consumer.run_once(timeout_seconds=0.2)
        return not any(bus.group_lag(INBOX_GROUP, [TOPIC]).values())

    wait_until(is_read, seconds=SECONDS)
    (letter,) = bus.read({Partition(DEAD_LETTERS, 0): 0})
    assert (letter.value, letter.headers["topic"]) == (b"not even JSON", TOPIC)
    assert InboxEvent.objects.count() == 10
    consumer.close()


@pytest.mark.server
def test_a_topic_with_fewer_partitions_than_declared_is_grown_at_the_start(
    bus: KafkaBus, tenant: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    declared = Topic(TOPIC, partitions=5)
    monkeypatch.setattr(topics, "_topics", {TOPIC: declared, DEAD_LETTERS: Topic(DEAD_LETTERS, 1)})
    assert bus.describe([declared])[0].partitions == 2
    send(make(tenant))
    Relay(bus).run_once()
    assert bus.describe([declared])[0].partitions == 5
    consumer = InboxConsumer(bus, member_id="test", stuck_seconds=SECONDS)
    wait_until(lambda: consumer.run_once(timeout_seconds=0.2) == 1, seconds=SECONDS)
    assert len(consumer.consumer.assignment()) == 5
    consumer.close()
