"""Replay from the log itself gives the state of a delivery without mishaps, on both buses."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from rapport.errors import InvalidRequest
from rapport.events import inline, topics
from rapport.events.bus import EventBus, Message
from rapport.events.embedded import EmbeddedLog
from rapport.events.envelope import Event
from rapport.events.inline import deliver_now
from rapport.events.kafka_address import read_kafka_address
from rapport.events.kafka_bus import KafkaBus
from rapport.events.models import InboxEvent, InboxState
from rapport.events.topics import Topic, subscribe
from rapport.management.commands import replay
from tests.rapport.events.conftest import LISTENER, TOPIC, TYPE, make, send

pytestmark = pytest.mark.django_db

HOUR_AGO = (datetime.now(UTC) - timedelta(hours=1)).isoformat()


@pytest.fixture(params=["embedded", pytest.param("kafka", marks=pytest.mark.server)])
def bus(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[EventBus]:
    monkeypatch.setattr(topics, "_topics", {TOPIC: Topic(TOPIC), topics.DEAD_LETTERS: Topic(topics.DEAD_LETTERS, 1)})
    bus: EventBus = EmbeddedLog()
    if request.param == "kafka":
        bus = KafkaBus(read_kafka_address(request.getfixturevalue("kafka_url")), retention_hours=1)
    for module in (inline, replay):
        monkeypatch.setattr(module, "get_bus", lambda: bus)
    yield bus
    bus.close()


@pytest.fixture
def heard(bus: EventBus) -> list[tuple[str, int]]:
    """(key, number) of each handling."""
    heard: list[tuple[str, int]] = []
    subscribe(LISTENER, topic=TOPIC, types={TYPE})(
        lambda event: heard.append((event.partition_key, event.data["number"]))
    )
    return heard


def run(**options: object) -> str:
    out = StringIO()
    call_command("replay", stdout=out, **options)
    return out.getvalue().strip()


def publish(tenant: UUID) -> list[tuple[str, int]]:
    """Three numbers for each of two keys, carried through; returns them in order per key."""
    send(*[make(tenant, key, number) for number in range(3) for key in "ab"])
    assert deliver_now() == 6
    return [(key, number) for key in "ab" for number in range(3)]


def test_an_inbox_that_was_lost_comes_back_in_order(bus: EventBus, heard: list[tuple[str, int]], tenant: UUID) -> None:
    everything = publish(tenant)
    InboxEvent.objects.all().delete()
    heard.clear()
    assert run(since=datetime.fromisoformat(HOUR_AGO)) == (
        "6 read, 6 were missing, 0 to be handled again, 0 could not be read."
    )
    deliver_now()
    assert sorted(heard, key=lambda each: each[0]) == everything


def test_what_is_done_is_not_done_again_unless_asked(bus: EventBus, heard: list[tuple[str, int]], tenant: UUID) -> None:
    everything = publish(tenant)
    ids = list(InboxEvent.objects.order_by("id").values_list("id", flat=True))
    InboxEvent.objects.filter(id=ids[2]).delete()
    heard.clear()
    assert run(since=datetime.fromisoformat(HOUR_AGO)).startswith("6 read, 1 were missing, 0 to be")
    assert deliver_now() == len(heard) == 1
    heard.clear()
    assert run(since=datetime.fromisoformat(HOUR_AGO), again=True).startswith("6 read, 0 were missing, 6 to be")
    deliver_now()
    assert sorted(heard) == everything
    assert InboxEvent.objects.filter(state=InboxState.DONE).count() == 6


def test_from_an_offset(bus: EventBus, heard: list[tuple[str, int]], tenant: UUID) -> None:
    send(*[make(tenant, "a", number) for number in range(3)])
    deliver_now()
    ((partition, end),) = [
        (each, offset) for each, offset in bus.offsets_since([TOPIC], datetime.now(UTC)).items() if offset
    ]
    heard.clear()
    position = f"{TOPIC}:{partition.number}:{end - 2}"
    said = call_and_read("--from-offset", position, "--again")
    assert said == "2 read, 0 were missing, 2 to be handled again, 0 could not be read."
    deliver_now()
    assert heard == [("a", 1), ("a", 2)]


def call_and_read(*arguments: str) -> str:
    out = StringIO()
    call_command("replay", *arguments, stdout=out)
    return out.getvalue().strip()


def test_only_one_tenant_and_one_subscription(
    bus: EventBus, heard: list[tuple[str, int]], tenant: UUID, cast_stranger: UUID
) -> None:
    publish(tenant)
    send(make(cast_stranger, "s", 9))
    deliver_now()
    InboxEvent.objects.all().delete()
    subscribe("tests.other", topic=TOPIC, types={TYPE})(lambda event: None)
    assert run(since=datetime.fromisoformat(HOUR_AGO), tenant=tenant, subscription="tests.other").startswith(
        "7 read, 6 were missing"
    )
    assert set(InboxEvent.objects.values_list("tenant_id", "subscription")) == {(tenant, "tests.other")}


@pytest.fixture
def cast_stranger() -> UUID:
    return UUID(int=7)


def test_dead_rows_and_letters_are_taken_in_again(bus: EventBus, tenant: UUID) -> None:
    broken = True

    def handler(event: Event) -> None:
        if broken:
            raise InvalidRequest("Not today.")

    subscribe(LISTENER, topic=TOPIC, types={TYPE})(handler)
    send(make(tenant))
    deliver_now()
    bus.append([Message(TOPIC, f"{tenant}:k", b"no envelope")])
    deliver_now()
    broken = False
    assert call_and_read("--from-offset", f"{topics.DEAD_LETTERS}:0:0").startswith("1 read, 0 were missing")
    assert "1 to be handled again" in run(since=datetime.fromisoformat(HOUR_AGO), again=True)
    deliver_now()
    assert [row.state for row in InboxEvent.objects.all()] == [InboxState.DONE]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--since", "yesterday"], "no time"),
        (["--from-offset", "topic:1"], "no position"),
        (["--since", HOUR_AGO, "--id", "1"], "do not go with"),
        (["--since", HOUR_AGO, "--subscription", "nobody"], "no subscription"),
    ],
)
def test_what_makes_no_sense_is_refused(arguments: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("replay", *arguments)
