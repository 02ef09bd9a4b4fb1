"""Outbox → bus → inbox: nothing lost when something breaks in between, and bad records set aside up to a limit."""

import json
from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError

from rapport.events.bus import Message
from rapport.events.consumer import InboxConsumer
from rapport.events.dead_letters import DeadLetterLimit
from rapport.events.embedded import EmbeddedLog
from rapport.events.errors import BusUnavailable
from rapport.events.inbox import Stored
from rapport.events.inline import deliver_now
from rapport.events.models import InboxEvent, LogRecord, OutboxEvent, Role
from rapport.events.relay import Relay, prune_outbox
from rapport.events.topics import DEAD_LETTERS, all_topics, subscribe
from tests.rapport.events.conftest import LISTENER, TOPIC, TYPE, make, send

pytestmark = pytest.mark.django_db


class BrokenLog(EmbeddedLog):
    """A bus that is down until `is_up`."""

    is_up = False

    def append(self, messages: Sequence[Message]) -> None:
        if not self.is_up:
            raise BusUnavailable("The bus is down.")
        super().append(messages)


@pytest.fixture
def log() -> EmbeddedLog:
    subscribe(LISTENER, topic=TOPIC, types={TYPE})(lambda event: None)
    log = EmbeddedLog()
    log.prepare(all_topics())
    return log


@pytest.fixture
def consumer(log: EmbeddedLog) -> InboxConsumer:
    return InboxConsumer(log, member_id="test")


def message(value: object, key: str = "k") -> Message:
    return Message(TOPIC, key, value if isinstance(value, bytes) else json.dumps(value).encode())


def good(tenant: UUID, number: int = 0) -> Message:
    event = make(tenant, "k", number)
    return message(event.to_json(), f"{tenant}:k")


def test_the_relay_publishes_in_order_and_once(log: EmbeddedLog, tenant: UUID) -> None:
    events = [make(tenant, "k", number) for number in range(5)]
    send(*events)
    relay = Relay(log)
    assert relay.run_once() == 5
    assert relay.run_once() == 0
    ids = [json.loads(bytes(row.value))["id"] for row in LogRecord.objects.order_by("id")]
    assert ids == [str(event.id) for event in events]


def test_while_the_bus_is_down_rows_wait_and_the_pauses_grow(tenant: UUID) -> None:
    log = BrokenLog()
    log.prepare(all_topics())
    send(make(tenant))
    relay = Relay(log)
    assert [relay.step() for _ in range(3)] == [0.5, 1.0, 2.0]
    row = OutboxEvent.objects.get()
    assert (row.published_at, row.attempts, row.last_error) == (None, 3, "The bus is down.")
    assert Role.objects.get(name="relay").trouble == "The bus is down."
    log.is_up = True
    assert relay.step() == 1.0
    assert OutboxEvent.objects.get().published_at is not None
    assert Role.objects.get(name="relay").trouble == ""


def test_one_relay_at_a_time(log: EmbeddedLog, tenant: UUID) -> None:
    send(make(tenant))
    Role.objects.create(name="relay", owner="another/1/1", owned_until="2099-01-01T00:00:00Z")
    assert Relay(log).run_once() == 0


def test_a_crash_between_append_and_mark_repeats_and_the_inbox_takes_it_once(log: EmbeddedLog, tenant: UUID) -> None:
    send(make(tenant))
    Relay(log).run_once()
    OutboxEvent.objects.update(published_at=None)
    deliver_now()
    assert LogRecord.objects.filter(topic=TOPIC).count() == 2
    assert InboxEvent.objects.count() == 1


def test_published_rows_are_pruned_and_waiting_ones_kept(log: EmbeddedLog, tenant: UUID) -> None:
    send(make(tenant))
    assert prune_outbox(older_than_hours=-1) == 0
    Relay(log).run_once()
    assert prune_outbox(older_than_hours=-1) == 1


@pytest.mark.parametrize(
    "bad",
    [b"\xff\xfe", b"[]", b"{}", b'{"specversion": "1.0"}'],
    ids=["no text", "no object", "empty", "half"],
)
def test_a_bad_record_is_set_aside_with_its_reason(
    log: EmbeddedLog, consumer: InboxConsumer, tenant: UUID, bad: bytes
) -> None:
    log.append([message(bad), good(tenant)])
    while consumer.run_once(timeout_seconds=0):
        continue
    letter = LogRecord.objects.get(topic=DEAD_LETTERS)
    assert bytes(letter.value) == bad
    assert letter.headers["topic"] == TOPIC
    assert letter.headers["reason"]
    assert InboxEvent.objects.count() == 1


def test_a_record_without_a_source_is_set_aside(log: EmbeddedLog, consumer: InboxConsumer, tenant: UUID) -> None:
    event = make(tenant)
    log.append([message(event.to_json() | {"source": None}, f"{tenant}:k"), good(tenant, 1)])
    consumer.run_once(timeout_seconds=0)
    assert LogRecord.objects.filter(topic=DEAD_LETTERS).count() == 1
    assert InboxEvent.objects.get().payload["data"]["number"] == 1


def test_one_bad_record_that_is_read_again_and_again_is_counted_once(tenant: UUID) -> None:
    """While its letter cannot be written its partition must not be taken for one of nothing but bad records."""
    log = BrokenLog()
    subscribe(LISTENER, topic=TOPIC, types={TYPE})(lambda event: None)
    log.prepare(all_topics())
    consumer = InboxConsumer(log, member_id="test")
    log.is_up = True
    log.append([message(b"bad", f"{tenant}:k")])
    log.is_up = False
    for _ in range(DeadLetterLimit().max_run + 5):
        with pytest.raises(BusUnavailable):
            consumer.run_once(timeout_seconds=0)
    log.is_up = True
    consumer.run_once(timeout_seconds=0)
    assert LogRecord.objects.filter(topic=DEAD_LETTERS).count() == 1
    assert Role.objects.get(name="consumer:rapport").trouble == ""


def test_what_could_not_be_stored_is_read_again(
    log: EmbeddedLog, consumer: InboxConsumer, tenant: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And before what came after it: a commit would otherwise say that it was handed over."""

    def away(*_: object, **__: object) -> Stored:
        raise OperationalError("server closed the connection unexpectedly")

    log.append([good(tenant, 1), good(tenant, 2)])
    with monkeypatch.context() as patch:
        patch.setattr("rapport.events.consumer.store", away)
        with pytest.raises(OperationalError):
            consumer.run_once(timeout_seconds=0)
    log.append([good(tenant, 3)])
    while consumer.run_once(timeout_seconds=0):
        continue
    rows = InboxEvent.objects.order_by("id").values_list("payload__data__number", flat=True)
    assert list(rows) == [1, 2, 3]
    assert sum(consumer.consumer.lag().values()) == 0


def test_a_letter_that_could_not_be_sent_is_sent_again(
    log: EmbeddedLog, consumer: InboxConsumer, tenant: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise BusUnavailable("The bus is down.")

    log.append([good(tenant), message(b"[]")])
    with monkeypatch.context() as patch:
        patch.setattr(log, "append", away)
        with pytest.raises(BusUnavailable):
            consumer.run_once(timeout_seconds=0)
    while consumer.run_once(timeout_seconds=0):
        continue
    assert LogRecord.objects.filter(topic=DEAD_LETTERS).count() == 1
    assert InboxEvent.objects.count() == 1


def test_a_tenant_in_the_payload_that_the_key_does_not_name_is_refused(
    log: EmbeddedLog, consumer: InboxConsumer, tenant: UUID
) -> None:
    log.append([message(make(tenant).to_json(), f"{uuid4()}:k")])
    consumer.run_once(timeout_seconds=0)
    assert InboxEvent.objects.count() == 0
    assert LogRecord.objects.filter(topic=DEAD_LETTERS).count() == 1


def test_too_many_bad_records_stop_the_partition_instead_of_draining_it(
    log: EmbeddedLog, consumer: InboxConsumer, tenant: UUID
) -> None:
    log.append([message(b"bad", f"{tenant}:k") for _ in range(30)] + [good(tenant)])
    log.append([good(tenant := uuid4())])
    for _ in range(3):
        consumer.run_once(timeout_seconds=0)
    assert LogRecord.objects.filter(topic=DEAD_LETTERS).count() == 0
    assert "stopped" in Role.objects.get(name="consumer:rapport").trouble
    again = InboxConsumer(log, member_id="test")  # a start with mended code begins where it stood
    assert sum(again.consumer.lag().values()) == 0
    again.consumer.poll(max_records=0, timeout_seconds=0)
    assert sum(again.consumer.lag().values()) >= 31


def test_the_limit_counts_runs_and_shares() -> None:
    run = DeadLetterLimit(max_run=2)
    assert [run.count(is_bad=True) for _ in range(3)] == [True, True, False]
    share = DeadLetterLimit(max_ratio=0.1, min_records=20)
    assert all(share.count(is_bad=number % 20 == 19) for number in range(100))
    assert not all(share.count(is_bad=number % 5 == 0) for number in range(100))


def test_back_pressure_pauses_and_goes_on(log: EmbeddedLog, tenant: UUID) -> None:
    consumer = InboxConsumer(log, member_id="test", max_pending=2)
    log.append([good(tenant, number) for number in range(4)])
    consumer.run_once(timeout_seconds=0)
    log.append([good(tenant, 4)])
    consumer._pending_checked_at -= 100
    assert consumer.run_once(timeout_seconds=0) == 0
    InboxEvent.objects.all().delete()
    consumer._pending_checked_at -= 100
    assert consumer.run_once(timeout_seconds=0) == 1


def test_the_whole_path(tenant: UUID) -> None:
    heard: list[int] = []
    subscribe(LISTENER, topic=TOPIC, types={TYPE})(lambda event: heard.append(event.data["number"]))
    send(*[make(tenant, "k", number) for number in range(3)])
    assert deliver_now() == 3
    assert deliver_now() == 0
    assert heard == [0, 1, 2]
