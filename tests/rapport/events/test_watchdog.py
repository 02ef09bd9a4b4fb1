"""A consumer that stands still although records wait is noticed and made anew; an idle or a slow one is left alone."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from rapport.events import topics
from rapport.events.bus import EventBus
from rapport.events.consumer import InboxConsumer
from rapport.events.embedded import EmbeddedLog
from rapport.events.kafka_address import read_kafka_address
from rapport.events.kafka_bus import KafkaBus
from rapport.events.models import InboxEvent, Role
from rapport.events.relay import Relay
from rapport.events.topics import Topic, subscribe
from rapport.events.watchdog import ConsumerStuck, Watchdog
from tests.rapport.events.conftest import LISTENER, TOPIC, TYPE, make, send
from tests.running import wait_until

SECONDS = 120.0  # a busy broker may take a minute until a new member has its first record


class Scene:
    """A clock and a backlog that the test moves."""

    now = 0.0
    waiting = 0

    def watchdog(self) -> Watchdog:
        return Watchdog(lambda: self.waiting, seconds=30, clock=lambda: self.now)

    def pass_time(self, dog: Watchdog, seconds: int) -> None:
        for _ in range(seconds):
            self.now += 1
            dog.check()


def test_who_has_nothing_to_do_is_left_alone() -> None:
    scene = Scene()
    scene.pass_time(scene.watchdog(), 1000)


def test_who_stands_still_before_work_is_noticed() -> None:
    scene = Scene()
    dog = scene.watchdog()
    scene.pass_time(dog, 100)
    scene.waiting = 7
    with pytest.raises(ConsumerStuck, match="7 events wait"):
        scene.pass_time(dog, 40)
    assert 130 <= scene.now <= 140


def test_whose_backlog_shrinks_is_left_alone() -> None:
    scene = Scene()
    scene.waiting = 1000
    dog = scene.watchdog()
    for _ in range(50):
        scene.pass_time(dog, 20)
        scene.waiting -= 1


@pytest.fixture(params=["embedded", pytest.param("kafka", marks=pytest.mark.server)])
def bus(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[EventBus]:
    monkeypatch.setattr(topics, "_topics", {TOPIC: Topic(TOPIC)})
    subscribe(LISTENER, topic=TOPIC, types={TYPE})(lambda event: None)
    bus: EventBus = EmbeddedLog()
    if request.param == "kafka":
        bus = KafkaBus(read_kafka_address(request.getfixturevalue("kafka_url")), retention_hours=1)
    yield bus
    bus.close()


@pytest.mark.timeout(400)
@pytest.mark.django_db
def test_a_consumer_that_gets_stuck_is_made_anew(bus: EventBus, tenant: UUID) -> None:
    consumer = InboxConsumer(bus, member_id="test", stuck_seconds=SECONDS)
    relay = Relay(bus)
    send(make(tenant))
    relay.run_once()
    wait_until(lambda: consumer.run_once(timeout_seconds=0.1) == 1, seconds=SECONDS)
    stuck = consumer.consumer
    consumer.watchdog.seconds = 0.5
    # As a client that forgot its partitions does: it polls, its lag grows, and nothing comes.
    inner: Any = getattr(stuck, "_client", stuck)
    inner.poll = lambda **_: {} if inner is not stuck else []
    send(make(tenant))
    relay.run_once()
    with pytest.raises(ConsumerStuck):
        wait_until(lambda: consumer.run_once(timeout_seconds=0.1) == 1, seconds=SECONDS)
    consumer.watchdog.seconds = SECONDS
    wait_until(lambda: consumer.run_once(timeout_seconds=0.1) == 1, seconds=SECONDS)
    assert consumer.consumer is not stuck
    assert InboxEvent.objects.count() == 2
    consumer.close()


@pytest.mark.django_db
def test_the_health_page_tells_it_until_it_goes_on(bus: EventBus, tenant: UUID) -> None:
    consumer = InboxConsumer(bus, member_id="test")
    consumer.step(timeout_seconds=0)
    real, consumer._consumer = consumer._consumer, None
    assert real
    real.close()
    consumer._outage = "gone"
    consumer._report()
    assert Role.objects.get(name="consumer:rapport").trouble == "gone"
    consumer.step(timeout_seconds=0.1)
    assert Role.objects.get(name="consumer:rapport").trouble == ""
    consumer.close()
