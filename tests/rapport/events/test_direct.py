"""What somebody waits for does not wait for the log: its inbox row is there when the event's transaction is."""

from uuid import UUID

import pytest
from django.db import DatabaseError, transaction

from rapport.events import outbox
from rapport.events.consumer import InboxConsumer
from rapport.events.embedded import EmbeddedLog
from rapport.events.envelope import Event
from rapport.events.inline import deliver_now
from rapport.events.models import InboxEvent, KeyLease, OutboxEvent
from rapport.events.outbox import publish
from rapport.events.relay import Relay
from rapport.events.together import drain_together
from rapport.events.topics import all_topics, subscribe
from tests.rapport.events.conftest import LISTENER, TOPIC, TYPE, key_of, make, send

pytestmark = pytest.mark.django_db(transaction=True)
OTHER = "tests.other"


@pytest.fixture
def heard() -> list[int]:
    """What the direct listener is told; another one of the same topic waits for the log."""
    told: list[int] = []

    @subscribe(LISTENER, topic=TOPIC, types={TYPE}, is_transactional=False, is_direct=True)
    def listen(event: Event) -> None:
        told.append(event.data["number"])

    subscribe(OTHER, topic=TOPIC, types={TYPE})(lambda event: None)
    return told


def test_it_can_be_handled_before_the_log_has_it(heard: list[int], tenant: UUID) -> None:
    send(make(tenant, number=1), make(tenant, number=2))
    (lease,) = KeyLease.objects.all()
    assert (lease.subscription, lease.ready_at is not None) == (LISTENER, True)
    assert drain_together([key_of(tenant)]).finished == 2
    assert heard == [1, 2]
    assert OutboxEvent.objects.filter(published_at=None).count() == 2


def test_what_comes_by_the_log_is_the_same(heard: list[int], tenant: UUID) -> None:
    send(make(tenant, number=1))
    drain_together([key_of(tenant)])
    deliver_now()
    assert heard == [1]
    assert sorted(InboxEvent.objects.values_list("subscription", "state")) == [(LISTENER, "done"), (OTHER, "done")]


def test_what_is_taken_back_leaves_nothing(heard: list[int], tenant: UUID) -> None:
    with transaction.atomic():
        publish(TOPIC, make(tenant))
        transaction.set_rollback(True)
    deliver_now()
    assert not InboxEvent.objects.exists()
    assert not heard


def test_a_process_that_dies_before_it_says_so_loses_nothing(
    heard: list[int], tenant: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "_hand_over", lambda keys: None)
    send(make(tenant, number=1))
    assert not KeyLease.objects.exists()
    log = EmbeddedLog()
    log.prepare(all_topics())
    Relay(log).run_once()
    InboxConsumer(log, member_id="test").run_once(timeout_seconds=0)
    assert KeyLease.objects.get(subscription=LISTENER).ready_at is not None
    drain_together([key_of(tenant)])
    assert heard == [1]


def test_a_key_that_cannot_be_marked_does_not_fail_the_caller(
    heard: list[int], tenant: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(keys: object) -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr(outbox, "mark_ready", fail)
    send(make(tenant, number=1))
    deliver_now()
    assert heard == [1]
